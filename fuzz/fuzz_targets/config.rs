//! probes.toml: a configuration, or mistakes that can be shown.
#![no_main]

use std::io::ErrorKind;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use prober::config::{Sources, parse};

fuzz_target!(|text: &str| {
    let sources = Sources {
        env: &|_| None,
        read_file: &|_| Err(ErrorKind::NotFound.into()),
        now: Default::default(),
    };
    if let Err(mistakes) = parse(Path::new("probes.toml"), text, &sources) {
        let _ = mistakes.render(false);
    }
});
