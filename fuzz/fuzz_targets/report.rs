//! The body of a request that may be a report.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prober::model::observation::Vantage;
use prober::signal::Signal;
use prober::signal::report::parse;
use prober::model::names::ChannelName;

fuzz_target!(|body: &[u8]| {
    let Ok(report) = parse(body, Default::default()) else { return };
    let name = ChannelName::new("home");
    let _ = report.narrowed(&[(&name, "slack")], &[(&name, "slack")]);
    let _ = Signal::Report(report).event(&Vantage("here".into()), None);
});
