//! What stands in front of a server, by what it says of itself.

use http::HeaderMap;
use http::header::SERVER;

use crate::model::detail::Front;

/// The headers `server` of those that replace an origin's by their own:
/// <https://developers.cloudflare.com/fundamentals/reference/http-headers/>, and of load
/// balancers' own answers
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html>.
const FRONTS: [(&str, Front); 2] =
    [("cloudflare", Front::Cloudflare), ("awselb/2.0", Front::LoadBalancer)];

/// What these headers show to stand in front of the server.
pub(super) fn of(headers: &HeaderMap) -> Option<Front> {
    let server = headers.get(SERVER)?.to_str().ok()?.trim();
    let is_it = |(name, _): &&(&str, Front)| server.eq_ignore_ascii_case(name);
    FRONTS.iter().find(is_it).map(|(_, front)| *front)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_header_counts() {
        let of = |server: &str| of(&HeaderMap::from_iter([(SERVER, server.parse().unwrap())]));
        assert_eq!(of("cloudflare"), Some(Front::Cloudflare));
        assert_eq!(of("awselb/2.0"), Some(Front::LoadBalancer));
        assert_eq!(of("cloudflare-nginx-of-mine"), None);
        assert_eq!(super::of(&HeaderMap::new()), None);
    }
}
