//! Names that tell things apart which would have the same name.

/// `name` itself, and then `name 2`, `name 3` and so on, with `separator` before the number.
///
/// ```
/// use prober::text::numbered::numbered;
/// let free = numbered("NAS_TOKEN", '_').find(|name| name != "NAS_TOKEN");
/// assert_eq!(free.as_deref(), Some("NAS_TOKEN_2"));
/// ```
pub fn numbered(name: &str, separator: char) -> impl Iterator<Item = String> + use<> {
    let name = name.to_owned();
    let first = std::iter::once(name.clone());
    first.chain((2_u64..).map(move |number| format!("{name}{separator}{number}")))
}
