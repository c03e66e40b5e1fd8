//! The path of a request that may be a ping.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prober::signal::ping::parse;

fuzz_target!(|path: &str| {
    let _ = parse(path);
    let _ = parse(&format!("/ping/{path}"));
});
