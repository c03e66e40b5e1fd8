//! Whatever a Lambda function may be invoked with: told apart, and heard out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prober::signal::event::{Event, decode};

fuzz_target!(|bytes: &[u8]| {
    let Ok(event) = serde_json::from_slice(bytes) else { return };
    for event in decode(&event).unwrap_or_default() {
        if let Event::Signal(signal) = event {
            let _ = signal.said(Some("us-east-1"));
        }
    }
});
