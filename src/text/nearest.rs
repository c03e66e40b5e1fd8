//! Which name was probably meant by an unknown one.

/// The least likeness, from 0 to 1, of two names for which one is proposed for the other.
const LEAST_LIKENESS: f64 = 0.8;

/// The least length of names that are taken for each other although one letter differs,
/// or two are in the wrong order. In shorter names that is half of the name.
const SHORTEST: usize = 3;

/// The longest name that may be a slip of the pen, in bytes. To compare is work for each
/// letter of one name and each of the other.
const LONGEST: usize = 256;

/// Most bytes that one letter has.
const MOST_SLIPPED: usize = 4;

/// The one of `candidates` that `wanted` probably means; the first one if several are
/// equally near.
///
/// ```
/// use prober::text::nearest::nearest;
/// assert_eq!(nearest("Ruoter", ["photos", "router"]), Some("router"));
/// assert_eq!(nearest("nsa", ["photos", "nas"]), Some("nas"));
/// assert_eq!(nearest("blog", ["photos", "router"]), None);
/// ```
#[must_use]
pub fn nearest<'c>(wanted: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if wanted.len() > LONGEST {
        return None;
    }
    let wanted = wanted.to_lowercase();
    let likely = candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (likeness(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > LEAST_LIKENESS);
    let nearer = |a: (f64, &'c str), b: (f64, &'c str)| if b.0 > a.0 { b } else { a };
    likely.reduce(nearer).map(|(_, candidate)| candidate)
}

/// Whether one letter is wrong, missing or too much, or two are in the wrong order.
///
/// ```
/// use prober::text::nearest::is_slip;
/// assert!(is_slip("timout", "timeout") && is_slip("gruop", "group"));
/// assert!(!is_slip("group", "group") && !is_slip("tie", "timeout"));
/// ```
#[must_use]
pub fn is_slip(one: &str, other: &str) -> bool {
    // A file may have a key of megabytes: to compare it would take a minute.
    one.len().abs_diff(other.len()) <= MOST_SLIPPED && strsim::osa_distance(one, other) == 1
}

/// From 0 to 1, where 1 is the same.
fn likeness(one: &str, other: &str) -> f64 {
    let likeness = strsim::jaro_winkler(one, other);
    let is_near = one.chars().count().min(other.chars().count()) >= SHORTEST && is_slip(one, other);
    // The measure is made for longer names, and gives too little for a slip in a short one.
    if is_near { likeness.max(f64::midpoint(LEAST_LIKENESS, 1.0)) } else { likeness }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_nobody_mistypes_are_not_compared() {
        let long = "k".repeat(LONGEST + 1);
        assert_eq!(nearest(&long, [long.as_str(), "kk"]), None);
        assert_eq!(nearest("kkk", [long.as_str(), "kkkk"]), Some("kkkk"));
    }
}
