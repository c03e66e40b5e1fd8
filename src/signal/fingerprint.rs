//! What errors of one kind have in common: their headline without its changing parts.

use crate::model::target::digest;

/// A word of this many hexadecimal digits or more, and nothing else, is an id.
const MIN_HEX: usize = 8;

/// Stands for what changes.
const MARK: &str = "#";

/// Digits of an error's code, at most: longer ones are ids.
const MAX_CODE_DIGITS: usize = 6;

/// How bad it is, which is not what it is.
const LEVELS: [&str; 11] = [
    "error",
    "err",
    "fatal",
    "critical",
    "crit",
    "alert",
    "emerg",
    "panic",
    "severe",
    "failure",
    "exception",
];

/// The names that dates have in logs.
const DATES: [&str; 19] = [
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Units of time and of size.
const UNITS: [&str; 29] = [
    "%", "ns", "us", "µs", "ms", "s", "sec", "secs", "second", "seconds", "m", "min", "mins",
    "minute", "minutes", "h", "hour", "hours", "d", "day", "days", "B", "bytes", "KB", "MB", "GB",
    "KiB", "MiB", "GiB",
];

/// The fingerprint of `headline`: the same for errors that differ only in
/// numbers, ids, quoted values and addresses.
pub(super) fn fingerprint(headline: &str) -> String {
    format!("{:016x}", digest(&pattern(headline)))
}

/// `headline` with a mark for each part that changes. Where it says nothing else,
/// what is quoted in it and its codes are what it says.
fn pattern(headline: &str) -> String {
    let pattern = marked(without_quoted(headline).split_whitespace(), changes);
    if pattern.split_whitespace().any(says_something) {
        return pattern;
    }
    let is_quote = |c: char| closing(c).is_some() || "”’»」".contains(c);
    let words = headline.split(|c: char| c.is_whitespace() || is_quote(c));
    marked(words.filter(|word| !word.is_empty()), |word| changes(word) && !is_code(word))
}

/// `words` with one mark for all that change and stand together: a date, a number
/// with its unit, a list.
fn marked<'a>(words: impl Iterator<Item = &'a str>, changes: impl Fn(&str) -> bool) -> String {
    let mut out: Vec<&str> = Vec::new();
    for word in words {
        let after_mark = out.last() == Some(&MARK);
        if !(changes(word) || is_of_date(word) || after_mark && is_unit(word)) {
            out.push(word);
        } else if !after_mark {
            out.push(MARK);
        }
    }
    out.join(" ")
}

/// Whether a word of a pattern is more than a mark and a level.
fn says_something(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    !bare.is_empty() && !LEVELS.iter().any(|level| bare.eq_ignore_ascii_case(level))
}

/// `E1001`, `ORA-00942`: what somebody looks up.
fn is_code(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = bare.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = bare[letters..].strip_prefix('-').unwrap_or(&bare[letters..]);
    letters > 0
        && (1..=MAX_CODE_DIGITS).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `Mon` and `Nov`, as they stand before syslog's lines.
fn is_of_date(word: &str) -> bool {
    DATES.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// What may stand behind a number, and another time another one.
fn is_unit(word: &str) -> bool {
    UNITS.contains(&word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%'))
}

/// `text` without quoted parts. An apostrophe within a word is not a quote.
fn without_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let is_within = out.ends_with(char::is_alphanumeric);
        let end = if is_within { None } else { closing(c).and_then(|end| after.find(end)) };
        if let Some(end) = end {
            out.push('#');
            rest = &after[end..];
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        } else {
            out.push(c);
            rest = after;
        }
    }
    out
}

fn closing(open: char) -> Option<char> {
    match open {
        '"' | '\'' | '`' => Some(open),
        '“' => Some('”'),
        '‘' => Some('’'),
        '«' => Some('»'),
        '「' => Some('」'),
        _ => None,
    }
}

/// Whether `word` changes from error to error: a number or what contains one, an id, or
/// an address of the web, of mail or of a file.
fn changes(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_hex = bare.len() >= MIN_HEX && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.chars().any(char::is_numeric)
        || is_hex
        || word.contains("://")
        || word.contains('@')
        || is_path(word)
        || word == MARK
}

/// Whether a word is the path of a file. `read/write` and `I/O` are none.
fn is_path(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !"/\\~.".contains(c));
    let slashes = bare.bytes().filter(|byte| *byte == b'/').count();
    bare.starts_with(['/', '~'])
        || slashes > 1
        || (slashes == 1 && bare.contains('.'))
        || bare.starts_with("\\\\")
        || bare.contains(":\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_ids_alone_make_no_kind() {
        alike("2026-11-30 01:02:03 ERROR 17", "2026-12-01 09:08:07 ERROR 4711");
        alike("ERROR deadbeef12", "ERROR 12345678");
    }

    #[track_caller]
    fn alike(one: &str, other: &str) {
        assert_eq!(fingerprint(one), fingerprint(other), "{} | {}", pattern(one), pattern(other));
    }

    #[test]
    fn what_changes_makes_no_other_kind() {
        alike("KeyError: 'album'", "KeyError: 'photo of \u{ac00}'");
        alike("took 12 ms", "took 1,300 ms");
        alike("no route to 10.0.0.1:443", "no route to [2001:db8::1]:443");
        alike("run 8f5c0000-1111-4222-8333-944455556666 failed", "run deadbeef failed");
        alike("cannot open /srv/a.txt", "cannot open /var/b.txt");
        alike("GET https://example.com/a failed", "GET https://example.org/b failed");
        alike("no user a@example.com", "no user b@example.com");
        alike("cannot open photos/a.jpg", "cannot open (videos/b.mp4)");
        alike(r"C:\Users\anna\a.txt is locked", r"\\nas\photos is locked");
        alike("Nov 30 01:02:03 nas sshd[1]: too many", "Dec  1 09:08:07 nas sshd[22]: too many");
        alike("Mon Nov 30 01:02:03 2026: boom", "Tue Dec 01 01:02:03 2026: boom");
        alike("took 3s", "took 12.5 ms");
        alike("90 % are used of 3 GB", "95% are used of 800 MB");
        alike("not among [1, 2, 3]", "not among [4]");
    }

    #[test]
    fn another_error_is_another_kind() {
        for (one, other) in [
            ("KeyError: 'a'", "ValueError: 'a'"),
            ("database is corrupt", "disk full"),
            ("can't open the album", "can't open the user's album"),
            ("ERROR \"disk is full\"", "ERROR \"token has expired\""),
            ("{\"why\": \"disk full\"}", "{\"why\": \"token expired\"}"),
            ("「磁盘已满」", "「令牌过期」"),
            ("ERROR E1001", "ERROR E2002"),
            ("2026-11-30 [error] ORA-00942", "2026-11-30 [error] ORA-01017"),
            ("read/write failed", "fan/psu failed"),
            ("I/O error", "TCP/IP error"),
        ] {
            assert_ne!(fingerprint(one), fingerprint(other));
        }
    }
}
