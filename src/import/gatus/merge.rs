//! Several files are one: tables are merged, and lists are joined.

use serde_json::Value;

pub(super) fn merge(whole: &mut Value, part: Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                match whole.get_mut(&key) {
                    Some(before) => merge(before, value),
                    None => _ = whole.insert(key, value),
                }
            }
        }
        (Value::Array(whole), Value::Array(part)) => whole.extend(part),
        (_, Value::Null) => {}
        (whole, part) => *whole = part,
    }
}
