//! Whatever a Lambda function may be invoked with: told apart, and heard out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prober::model::observation::Vantage;
use prober::signal::envelope::{Envelope, Record, decode};

fuzz_target!(|bytes: &[u8]| {
    let Ok(event) = serde_json::from_slice(bytes) else { return };
    let Ok(Envelope::Records(records)) = decode(&event) else { return };
    for record in records {
        if let Record::Signal(signal) = record {
            let _ = signal.event(&Vantage("here".into()), Some("us-east-1"));
        }
    }
});
