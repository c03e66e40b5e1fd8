//! What fits a target, by what answered: proposals, each of which has yet to be probed.

use http::HeaderMap;
use url::Url;

use super::products::{Product, recognised};

/// What a web server answered, after redirects.
#[derive(Debug, Clone)]
pub struct WebPage {
    /// Where the redirects led.
    pub url: Url,
    /// The status of the first redirect, if there was one.
    pub redirect: Option<u16>,
    /// The status of the answer.
    pub status: u16,
    /// All headers of the answer, and the cookies that were set on the way.
    pub headers: HeaderMap,
    /// The beginning of the answer's body.
    pub body: String,
}

/// What a target may be, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What is probed.
    pub url: String,
    /// The keys beside it, each with its value in TOML.
    pub keys: Vec<(&'static str, String)>,
    /// What was seen, in a sentence: for the person, and as a comment in the file.
    pub why: String,
    /// The program that was recognised, in lower case, for a name.
    pub product: Option<String>,
}

impl Proposal {
    fn new(url: &str, keys: &[(&'static str, &str)], why: String) -> Self {
        let keys = keys.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        Self { url: url.to_owned(), keys, why, product: None }
    }
}

/// What fits `url`, at which there is this `page` if it is one of the web; the best first.
/// Where nothing is to be said beside the URL, there is none.
#[must_use]
pub fn proposals(url: &str, page: Option<&WebPage>) -> Vec<Proposal> {
    let Ok(parsed) = Url::parse(url) else { return Vec::new() };
    let Some(page) = page else { return greeting(url, &parsed).into_iter().collect() };
    let mut all = recognised(page).map(|it| of_product(&parsed, page, it)).unwrap_or_default();
    all.extend(of_redirect(url, &parsed, page));
    if page.status == 401 {
        let why = "It asks for a password: that answer, 401, shows that it works";
        all.push(Proposal::new(url, &[("expect", "{ status = 401 }")], why.into()));
    }
    all
}

/// The program's own word on how it is: below the URL, below where that led, or below the
/// root.
fn of_product(url: &Url, page: &WebPage, product: &Product) -> Vec<Proposal> {
    let mut places: Vec<Url> = Vec::new();
    // An `https` that one is sent to is where it is.
    let mut root = if page.url.host() == url.host() { page.url.clone() } else { url.clone() };
    for base in [url.path(), page.url.path(), "/"] {
        let folder = base.trim_end_matches(product.path);
        let slash = if folder.ends_with('/') { "" } else { "/" };
        root.set_path(&format!("{folder}{slash}{}", product.path));
        root.set_query(None);
        root.set_fragment(None);
        if !places.contains(&root) {
            places.push(root.clone());
        }
    }
    let proposal = |place: Url| Proposal {
        product: Some(product.name.to_lowercase()),
        ..Proposal::new(
            place.as_str(),
            &[("expect", product.expect)],
            format!("{}: this is where it says whether it works", product.name),
        )
    };
    places.into_iter().map(proposal).collect()
}

/// A page that leads elsewhere.
fn of_redirect(url: &str, parsed: &Url, page: &WebPage) -> Option<Proposal> {
    let status = page.redirect?;
    let bare = |url: &Url| url.host_str().unwrap_or("").trim_start_matches("www.").to_owned();
    if bare(parsed) == bare(&page.url) {
        let is_upgrade = parsed.scheme() == "http" && page.url.scheme() == "https";
        let mut secure = page.url.clone();
        secure.set_path(parsed.path());
        secure.set_query(parsed.query());
        let why = "It leads to https, so that is watched, with its certificate".to_owned();
        return is_upgrade.then(|| Proposal::new(secure.as_str(), &[], why));
    }
    let elsewhere = page.url.host_str().unwrap_or_default();
    let expect = format!("{{ status = {status} }}");
    let keys = [("follow_redirects", "false"), ("expect", expect.as_str())];
    let why = format!("It leads to {elsewhere}: that it does is watched, and not {elsewhere}");
    Some(Proposal::new(url, &keys, why))
}

/// What the services at these ports say first.
const GREETINGS: &[(u16, &str, &str)] = &[
    (21, "FTP", r"^220"),
    (22, "SSH", r"^SSH-2\.0"),
    (25, "SMTP", r"^220"),
    (110, "POP3", r"^\+OK"),
    (143, "IMAP", r"^\* OK"),
    (587, "SMTP", r"^220"),
];

/// An open port alone may be the router's; a greeting is not.
fn greeting(url: &str, parsed: &Url) -> Option<Proposal> {
    let (port, scheme) = (parsed.port()?, parsed.scheme());
    let (_, name, banner) = GREETINGS.iter().find(|(known, ..)| *known == port)?;
    let expect = format!("{{ banner = '{banner}' }}");
    let why = format!("{name} greets whoever connects, and that is expected");
    (scheme == "tcp").then(|| Proposal::new(url, &[("expect", expect.as_str())], why))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn page(url: &str, status: u16, body: &str) -> WebPage {
        let url = url.parse().unwrap();
        WebPage { url, redirect: None, status, headers: HeaderMap::new(), body: body.to_owned() }
    }

    fn urls(url: &str, page: &WebPage) -> Vec<String> {
        proposals(url, Some(page)).into_iter().map(|proposal| proposal.url).collect()
    }

    #[test]
    fn programs_are_known_by_their_title_and_asked_how_they_are() {
        for (title, url) in [
            ("<title>Jellyfin</title>", "https://x.example/health"),
            ("<TITLE page-title>Vaultwarden Web</TITLE>", "https://x.example/alive"),
            ("<title>Home Assistant</title>", "https://x.example/manifest.json"),
            ("<title>Login – Nextcloud</title>", "https://x.example/status.php"),
        ] {
            assert_eq!(urls("https://x.example", &page("https://x.example", 200, title)), [url]);
        }
        let unknown = page("https://x.example", 200, "<title>My blog on Jellyfish</title>");
        assert_eq!(urls("https://x.example", &unknown), [""; 0]);
    }

    #[test]
    fn a_program_below_a_path_is_asked_there_first_and_then_at_the_root() {
        let mut login = page("https://x.example/cloud/login", 200, "");
        let cookie = "__Host-nc_sameSiteCookielax=true; path=/";
        login.headers.append("set-cookie", HeaderValue::from_static(cookie));
        let asked = urls("https://x.example/cloud", &login);
        let expected = ["/cloud/status.php", "/cloud/login/status.php", "/status.php"];
        assert_eq!(asked, expected.map(|path| format!("https://x.example{path}")));
        let status = page("https://x.example/status.php", 200, r#""productname":"Nextcloud""#);
        assert_eq!(urls("https://x.example/status.php", &status), ["https://x.example/status.php"]);
    }

    #[test]
    fn a_password_that_is_asked_for_is_expected() {
        let asks = page("https://x.example/", 401, "");
        let found = proposals("https://x.example", Some(&asks));
        assert_eq!(found[0].keys, [("expect", "{ status = 401 }".to_owned())]);
        assert_eq!(proposals("https://x.example", Some(&page("https://x.example/", 403, ""))), []);
    }

    #[test]
    fn a_redirect_to_https_is_taken_and_one_to_another_host_is_expected() {
        let to = |url| WebPage { redirect: Some(302), ..page(url, 200, "") };
        let secure = proposals("http://x.example/a", Some(&to("https://x.example/login")));
        assert_eq!((secure[0].url.as_str(), secure[0].keys.len()), ("https://x.example/a", 0));
        let away = proposals("https://x.example/", Some(&to("https://auth.example/")));
        let expected =
            [("follow_redirects", "false".to_owned()), ("expect", "{ status = 302 }".to_owned())];
        assert_eq!((away.len(), away[0].keys.as_slice()), (1, expected.as_slice()));
        assert_eq!(proposals("https://x.example/", Some(&to("https://www.x.example/a"))), []);
    }

    #[test]
    fn what_greets_is_expected_to() {
        let found = proposals("tcp://x.example:22", None);
        assert_eq!(found[0].keys, [("expect", "{ banner = '^SSH-2\\.0' }".to_owned())]);
        assert_eq!(proposals("tcp://x.example:443", None), []);
        assert_eq!(proposals("tls://x.example:22", None), []);
    }
}
