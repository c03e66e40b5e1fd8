//! What is each channel's own: its wire, its limits, its escapes.

mod chats;
mod command;
mod email;
mod threads;
mod webhook;

/// The head and the body of an HTTP request.
fn parts(request: &str) -> (&str, &str) {
    request.split_once("\r\n\r\n").unwrap()
}

/// The body of an HTTP request, as JSON.
fn json(request: &str) -> serde_json::Value {
    serde_json::from_str(parts(request).1).unwrap()
}
