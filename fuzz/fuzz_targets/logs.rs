//! What a log subscription carries, behind its base64 and its gzip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prober::signal::logs::{decode, decode_document};

fuzz_target!(|text: &str| {
    let _ = decode(text);
    let _ = decode_document(text);
});
