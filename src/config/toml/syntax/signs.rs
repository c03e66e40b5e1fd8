//! Signs that look like those of TOML and are others: a word processor, a web page or
//! an input method put them there.

use super::{Advice, Line, advice};

/// What is wrong if the sign at the mistake is one of these.
pub(super) fn advice_for(line: &Line<'_>) -> Option<Advice> {
    let rest = line.rest();
    let sign = rest.chars().next()?;
    if is_typographic_quote(sign) {
        return Some(quotes(sign));
    }
    if let Some(plain) = full_width(sign) {
        let title = format!("`{sign}` is a sign of full width");
        return Some((title, format!("write `{plain}`: switch the input method off")));
    }
    if !sign.is_ascii() && (sign.is_whitespace() || crate::text::is_unseen(sign)) {
        let title = "this is not an ordinary blank, though it looks like one or like nothing";
        return Some(advice(title, "delete it: it came along when this was copied"));
    }
    if matches!(sign, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}') {
        return Some(advice(
            "this dash is not the one of the keyboard",
            "write `-`, or `_` in a key",
        ));
    }
    at_the_end(line, rest)
}

/// What is no comment, and ends of lines that other languages have.
fn at_the_end(line: &Line<'_>, rest: &str) -> Option<Advice> {
    if ["//", "/*", "--", "<!--", "%", "!"].iter().any(|sign| rest.starts_with(sign))
        || (rest.starts_with(';') && line.text[..line.at].trim().is_empty())
    {
        return Some(advice("this is no comment in TOML", "a comment begins with `#`"));
    }
    let (sign, after) = (rest.chars().next()?, rest.get(1..)?.trim_start());
    let is_last = after.is_empty() || after.starts_with(['#', '/', ';']);
    if matches!(sign, ';' | ',') && is_last {
        let title = format!("a line does not end with `{sign}`");
        return Some((title, format!("take the `{sign}` away")));
    }
    None
}

/// Whether `c` is a quote that word processors, phones and input methods write.
pub(super) fn is_typographic_quote(c: char) -> bool {
    matches!(c,
        '\u{2018}'..='\u{201f}' | '«' | '»' | '‹' | '›' | '「' | '」' | '『' | '』'
        | '\u{301d}'..='\u{301f}' | '\u{ff02}' | '\u{ff07}' | '´' | '`')
}

/// What is wrong with such a quote.
pub(super) fn quotes(quote: char) -> Advice {
    let title = match quote {
        '`' | '´' => "this is an accent, not a quote".to_owned(),
        _ => format!("typographic quotes ({quote}) do not count as quotes"),
    };
    (title, "write straight ones: \"…\"".to_owned())
}

/// The ASCII sign that `c` is the wide form of.
fn full_width(c: char) -> Option<char> {
    const WIDER_BY: u32 = 0xfee0;
    matches!(c, '\u{ff01}'..='\u{ff5e}').then(|| char::from_u32(u32::from(c) - WIDER_BY)).flatten()
}
