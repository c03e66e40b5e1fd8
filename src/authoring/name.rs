//! The name of a target that nobody named.

use std::net::IpAddr;

use crate::text::numbered::numbered;
use url::Url;

/// A name for what is at `url`: the part of its host that people use for it, with the port
/// if the URL has one.
///
/// ```
/// use prober::authoring::name_of;
/// let name = |url: &str| name_of(&url.parse().unwrap());
/// assert_eq!(name("https://photos.example.com/login"), "photos");
/// assert_eq!(name("https://www.example.com"), "example");
/// assert_eq!(name("tcp://home.example.com:22"), "home:22");
/// assert_eq!(name("http://192.0.2.7:8096"), "192.0.2.7:8096");
/// ```
#[must_use]
pub fn name_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("target").trim_start_matches("www.");
    let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let short = if is_address { host } else { host.split('.').next().unwrap_or(host) };
    match url.port() {
        Some(port) => format!("{short}:{port}"),
        None => short.to_owned(),
    }
}

/// `name`, or the first of `name 2`, `name 3` and so on that is not taken.
pub fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    numbered(name, ' ').find(|name| !is_taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let taken = ["photos", "photos 2"];
        assert_eq!(free_name("photos", |name| taken.contains(&name)), "photos 3");
        assert_eq!(free_name("blog", |name| taken.contains(&name)), "blog");
    }
}
