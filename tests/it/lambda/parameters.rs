//! A stand-in for SSM on loopback. As SSM does, it leaves out what is not there, and
//! refuses all that a request asks for if it refuses any of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What it knows, and what it was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    known: Arc<Mutex<BTreeMap<String, String>>>,
    denied: Arc<Mutex<BTreeSet<String>>>,
    asked: Arc<Mutex<usize>>,
}

impl Parameters {
    /// Starts it; with its endpoint.
    pub(crate) fn start() -> (String, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let parameters = Self::default();
        let server = parameters.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                server.serve(stream.unwrap());
            }
        });
        (endpoint, parameters)
    }

    pub(crate) fn put(&self, name: &str, value: &str) {
        self.known.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// From now on `name` may not be read.
    pub(crate) fn deny(&self, name: &str) {
        self.denied.lock().unwrap().insert(name.to_owned());
    }

    /// How many requests there were.
    pub(crate) fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    fn serve(&self, mut stream: TcpStream) {
        // Whoever was killed in the middle of a request asked nothing.
        let Some(names) = names(&stream) else { return };
        *self.asked.lock().unwrap() += 1;
        let denied = self.denied.lock().unwrap();
        let (status, body) = match names.iter().find(|name| denied.contains(*name)) {
            Some(name) => {
                let message = format!("not authorized to perform ssm:GetParameters on {name}");
                (400, json!({ "__type": "AccessDeniedException", "Message": message }))
            }
            None => (200, json!({ "Parameters": self.found(&names), "InvalidParameters": [] })),
        };
        let body = body.to_string();
        let head = format!("HTTP/1.1 {status} Words\r\ncontent-length: {}\r\n", body.len());
        let _ = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes());
    }

    fn found(&self, names: &[String]) -> Vec<Value> {
        let known = self.known.lock().unwrap();
        let found = names.iter().filter_map(|name| known.get_key_value(name));
        found.map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
    }
}

/// The names that a request asks for.
fn names(stream: &TcpStream) -> Option<Vec<String>> {
    let (mut reader, mut length) = (BufReader::new(stream), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request: Value = serde_json::from_slice(&body).unwrap();
    let names = request["Names"].as_array().unwrap();
    Some(names.iter().map(|name| name.as_str().unwrap().to_owned()).collect())
}
