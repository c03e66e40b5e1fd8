//! Sets of HTTP statuses, as `expect.status` has them.

use toml_edit::{Array, Value};

/// The first status that there is.
const FIRST: u16 = 100;
/// The last status that there is.
const LAST: u16 = 599;

/// The statuses of which `is_fine` holds, as a value; `None` if none is, or if they are what
/// prober expects unless told otherwise.
pub(super) fn value(is_fine: impl Fn(u16) -> bool) -> Result<Option<Value>, &'static str> {
    let ranges = ranges(is_fine);
    match ranges.as_slice() {
        [] => Err("no status is as it wants"),
        [(200, 299)] => Ok(None),
        [one] => Ok(Some(range(*one))),
        many => Ok(Some(Value::Array(many.iter().copied().map(range).collect::<Array>()))),
    }
}

fn ranges(is_fine: impl Fn(u16) -> bool) -> Vec<(u16, u16)> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for status in (FIRST..=LAST).filter(|status| is_fine(*status)) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == status => *last = status,
            _ => ranges.push((status, status)),
        }
    }
    ranges
}

fn range((first, last): (u16, u16)) -> Value {
    match (first, last) {
        _ if first == last => Value::from(i64::from(first)),
        _ if first % 100 == 0 && last == first + 99 => Value::from(format!("{}xx", first / 100)),
        _ => Value::from(format!("{first}-{last}")),
    }
}

/// A list of statuses and ranges, such as `200-299` or `404`.
pub(super) fn of_list(items: &[String]) -> Option<Vec<(u16, u16)>> {
    let range = |item: &String| {
        let (first, last) = item.split_once('-').unwrap_or((item, item));
        Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
    };
    items.iter().map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_written_as_short_as_they_can_be() {
        let text =
            |is_fine: fn(u16) -> bool| value(is_fine).unwrap().map(|value| value.to_string());
        assert_eq!(text(|status| status == 401).as_deref(), Some("401"));
        assert_eq!(text(|status| status < 400).as_deref(), Some("\"100-399\""));
        assert_eq!(
            text(|status| status / 100 == 2 || status == 404).as_deref(),
            Some("[\"2xx\", 404]")
        );
        assert_eq!(text(|status| (200..300).contains(&status)), None);
        assert!(value(|_| false).is_err());
    }
}
