//! The patterns of `match(…)` and `search(…)` within a JSONPath.
//!
//! They are compiled anew for each value that they are asked of. One that the
//! answer brings along would let a server choose what that costs.

use crate::model::pattern::Pattern;

/// Most bytes of memory of one that is compiled, which says how long that takes.
const LARGEST: usize = 64 << 10;

/// What it costs at most to compile the patterns of `path`, in bytes of memory.
pub(super) fn cost(path: &str) -> usize {
    let (mut rest, mut cost) = (path, 0);
    while let Some(at) = outside_quotes(rest, is_call) {
        cost += LARGEST;
        rest = &rest[at + 1..];
    }
    cost
}

/// Whether each pattern stands in the path itself, and is small; or what is wrong.
pub(super) fn check(path: &str) -> Result<(), String> {
    let mut rest = path;
    while let Some(at) = outside_quotes(rest, is_call) {
        rest = &rest[at..];
        rest = &rest[rest.find('(').map_or(rest.len(), |open| open + 1)..];
        let Some(comma) = first_argument(rest) else { continue };
        check_pattern(rest[comma + 1..].trim_start())?;
    }
    Ok(())
}

fn check_pattern(argument: &str) -> Result<(), String> {
    let literal = literal(argument).ok_or(
        "the second argument of match and search must be a text in quotes: a pattern that the \
         answer brings along is not searched for",
    )?;
    match Pattern::within(&format!("(?R)({literal})"), LARGEST) {
        Ok(_) => Ok(()),
        Err(regex::Error::CompiledTooBig(_)) => {
            Err(format!("the pattern `{literal}` is too large: repeat less in it"))
        }
        Err(_) => Err(format!("`{literal}` is not a regular expression")),
    }
}

fn is_call(rest: &str) -> bool {
    ["match", "search"].iter().any(|name| {
        rest.strip_prefix(name).is_some_and(|after| after.trim_start().starts_with('('))
    })
}

/// Where the comma after the first argument stands.
fn first_argument(arguments: &str) -> Option<usize> {
    let mut depth = 0_usize;
    outside_quotes(arguments, |rest| {
        match rest.as_bytes().first() {
            Some(b'(' | b'[') => depth += 1,
            Some(b')' | b']') => depth = depth.saturating_sub(1),
            Some(b',') => return depth == 0,
            Some(_) | None => {}
        }
        false
    })
}

/// Where `is_here` says so first, of all places that are not in quotes.
pub(super) fn outside_quotes(text: &str, mut is_here: impl FnMut(&str) -> bool) -> Option<usize> {
    let (mut quote, mut is_escaped) = (None, false);
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if c == '\\' => is_escaped = true,
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if is_here(&text[at..]) => return Some(at),
            Some(_) | None => {}
        }
    }
    None
}

/// The text in quotes that `argument` begins with.
fn literal(argument: &str) -> Option<String> {
    let mut chars = argument.chars();
    let quote = chars.next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            c if c == quote => return Some(text),
            // Of the escapes, only these mean something else to a pattern.
            '\\' => match chars.next()? {
                next if next == '\\' || next == quote => text.push(next),
                next => text.extend(['\\', next]),
            },
            _ => text.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_in_quotes_is_fine() {
        for path in [
            "$.a",
            "$.a[?search(@.name, '^web')].state",
            "$[?match(@['a,b'],\"x(y|z)\") && search(@.c, 'd')]",
            r"$[?search(@.version, '\\d+\\.\\d+')]",
            "$['search(1, 2)']",
        ] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn each_pattern_costs_what_it_may_take() {
        for (path, patterns) in [
            ("$.a", 0),
            ("$['search(1, 2)']", 0),
            ("$.a[?search(@.name, '^web')].state", 1),
            ("$[?match(@['a,b'],\"x\") && search(@.c, 'search(d)')]", 2),
        ] {
            assert_eq!(cost(path), patterns * LARGEST, "{path}");
        }
    }

    #[test]
    fn a_pattern_of_the_answers_or_a_dear_one_is_refused() {
        for (path, why) in [
            ("$[?search(@.a, @.b)]", "must be a text in quotes"),
            ("$[?@.x == 1 || match( value(@..a) , $.b)]", "must be a text in quotes"),
            (r"$[?match(@.a, '\\w{99}')]", r"`\w{99}` is too large"),
            ("$[?search(@.a, 'ok') && search(@.b, '(')]", "`(` is not a regular expression"),
        ] {
            let error = check(path).unwrap_err();
            assert!(error.contains(why), "{path}: {error}");
        }
    }
}
