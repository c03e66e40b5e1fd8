//! Digest: who asks proves to know the password, and does not send it. Cameras, routers
//! and Shellys ask for it. Follows <https://www.rfc-editor.org/rfc/rfc7616>.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};
use md5::{Digest as _, Md5};
use ring::digest::{SHA256, SHA512_256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::model::target::DigestLogin;
use crate::text::hex;

/// Challenges of one answer that are looked at.
const MAX_CHALLENGES: usize = 16;

/// What a request is, as far as a proof is about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Its method.
    pub(super) method: &'a str,
    /// Its path and its query.
    pub(super) path: &'a str,
}

/// How the proof is hashed; the last one is the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hash {
    Md5,
    Sha256,
    Sha512With256,
}

/// What a server wants proven, as far as we can do it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Challenge {
    hash: Hash,
    /// Whether the hash of the password depends on this session.
    is_session: bool,
    /// As the server names it, if it does.
    algorithm: Option<String>,
    realm: String,
    nonce: String,
    opaque: Option<String>,
    /// Whether the proof is also about our own number used once.
    has_quality: bool,
}

/// The `authorization` that answers the strongest challenge of an answer, if one can be
/// answered.
pub(super) fn proof(
    login: &DigestLogin,
    headers: &HeaderMap,
    asked: Asked<'_>,
) -> Option<HeaderValue> {
    let values = headers.get_all(WWW_AUTHENTICATE).iter();
    let texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let challenges = texts.flat_map(|text| challenges(&text)).take(MAX_CHALLENGES);
    let challenge = challenges.max_by_key(|challenge| challenge.hash)?;
    let mut random = [0; 16];
    SystemRandom::new().fill(&mut random).ok()?;
    let answer = challenge.answered(login, asked, &hex::hex(&random));
    let mut value = HeaderValue::from_bytes(answer.as_bytes()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The challenges of Digest in a header, which may have others too.
fn challenges(header: &str) -> Vec<Challenge> {
    let mut found: Vec<(bool, Vec<(String, String)>)> = Vec::new();
    for item in items(header) {
        let (name, value) = item.split_once('=').unwrap_or((item, ""));
        let name = name.trim();
        let (scheme, name) = match name.split_once(char::is_whitespace) {
            Some((scheme, name)) => (Some(scheme), name.trim()),
            None if item.contains('=') => (None, name),
            None => (Some(name), ""),
        };
        if let Some(scheme) = scheme {
            found.push((scheme.eq_ignore_ascii_case("digest"), Vec::new()));
        }
        if let Some((_, parameters)) = found.last_mut() {
            parameters.push((name.to_ascii_lowercase(), unquoted(value.trim())));
        }
    }
    let digests = found.into_iter().filter(|(is_digest, _)| *is_digest);
    digests.filter_map(|(_, parameters)| Challenge::of(&parameters)).collect()
}

/// What stands between commas that are not in quotes.
fn items(header: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    header.split(move |c| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        c == ',' && !is_quoted
    })
}

/// A value without its quotes: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4>.
fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Hash {
    fn of(self, text: &str) -> String {
        match self {
            Self::Md5 => hex::hex(&Md5::digest(text.as_bytes())),
            Self::Sha256 => hex::hex(digest(&SHA256, text.as_bytes()).as_ref()),
            Self::Sha512With256 => hex::hex(digest(&SHA512_256, text.as_bytes()).as_ref()),
        }
    }
}

impl Challenge {
    /// `None` if it cannot be answered: nobody here hashes like this.
    fn of(parameters: &[(String, String)]) -> Option<Self> {
        let get = |wanted: &str| {
            let found = parameters.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        let algorithm = get("algorithm");
        let name = algorithm.as_deref().unwrap_or("MD5").to_ascii_uppercase();
        let is_session = name.ends_with("-SESS");
        let hash = match name.trim_end_matches("-SESS") {
            "MD5" => Hash::Md5,
            "SHA-256" => Hash::Sha256,
            "SHA-512-256" => Hash::Sha512With256,
            _ => return None,
        };
        let qualities = get("qop");
        let has_quality = qualities.is_some();
        let is_auth = |quality: &str| quality.trim().eq_ignore_ascii_case("auth");
        if qualities.is_some_and(|qualities| !qualities.split(',').any(is_auth)) {
            return None;
        }
        let (realm, nonce) = (get("realm")?, get("nonce")?);
        let opaque = get("opaque");
        Some(Self { hash, is_session, algorithm, realm, nonce, opaque, has_quality })
    }

    /// The value of `Authorization`, with `own` as our number used once.
    fn answered(&self, login: &DigestLogin, asked: Asked<'_>, own: &str) -> String {
        let Self { hash, realm, nonce, .. } = self;
        let (username, password) = (login.username.expose(), login.password.expose());
        let mut who = hash.of(&format!("{username}:{realm}:{password}"));
        if self.is_session {
            who = hash.of(&format!("{who}:{nonce}:{own}"));
        }
        let what = hash.of(&format!("{}:{}", asked.method, asked.path));
        let response = if self.has_quality {
            hash.of(&format!("{who}:{nonce}:00000001:{own}:auth:{what}"))
        } else {
            hash.of(&format!("{who}:{nonce}:{what}"))
        };
        let mut parts = vec![
            format!("username={}", quoted(username)),
            format!("realm={}", quoted(realm)),
            format!("nonce={}", quoted(nonce)),
            format!("uri={}", quoted(asked.path)),
            format!("response={}", quoted(&response)),
        ];
        if let Some(algorithm) = &self.algorithm {
            parts.push(format!("algorithm={algorithm}"));
        }
        if self.has_quality {
            parts.push("qop=auth".to_owned());
            parts.push("nc=00000001".to_owned());
        }
        if self.has_quality || self.is_session {
            parts.push(format!("cnonce={}", quoted(own)));
        }
        if let Some(opaque) = &self.opaque {
            parts.push(format!("opaque={}", quoted(opaque)));
        }
        format!("Digest {}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secret::Secret;

    fn login(password: &str) -> DigestLogin {
        let (username, password) = (Secret::new("Mufasa"), Secret::new(password));
        DigestLogin { username, password }
    }

    const ASKED: Asked<'_> = Asked { method: "GET", path: "/dir/index.html" };
    const OWN: &str = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    /// The examples of RFC 7616, section 3.9.1.
    #[test]
    fn the_examples_of_the_specification_are_answered() {
        let challenge = |algorithm| {
            format!(
                r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
            )
        };
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let found = challenges(&challenge(algorithm));
            let answer = found[0].answered(&login("Circle of Life"), ASKED, OWN);
            assert!(answer.contains(&format!("response=\"{response}\"")), "{answer}");
            assert!(answer.contains("opaque=\"FQhe/") && answer.contains("nc=00000001"));
        }
    }

    /// The example of RFC 2069, as corrected by its erratum 749.
    #[test]
    fn an_old_server_that_names_no_quality_is_answered() {
        let found = challenges(
            r#"Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093""#,
        );
        let answer = found[0].answered(&login("CircleOfLife"), ASKED, OWN);
        assert!(answer.contains("response=\"1949323746fe6a43ef61f9606e7febea\""), "{answer}");
        assert!(!answer.contains("cnonce") && !answer.contains("qop"), "{answer}");
    }

    #[test]
    fn the_strongest_of_several_challenges_is_answered() {
        let mut headers = HeaderMap::new();
        for value in [
            "Negotiate",
            r#"Basic realm="a, Digest b", Digest realm="r\"x", nonce=n, algorithm=MD5, Digest realm="r", nonce="n", algorithm=SHA-256-sess, qop=auth"#,
        ] {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
        }
        let proof = proof(&login("Circle of Life"), &headers, ASKED).unwrap();
        assert!(proof.is_sensitive());
        assert!(proof.to_str().unwrap().contains("algorithm=SHA-256-sess"), "{proof:?}");
        let all = challenges(r#"Digest realm="r\"x", nonce=n"#);
        assert_eq!(all[0].realm, "r\"x");
    }

    #[test]
    fn what_cannot_be_answered_is_not() {
        for header in [
            "",
            "Basic realm=x",
            "Digest",
            "Digest realm=x",
            "Digest nonce=x",
            "Digest realm=x, nonce=y, algorithm=token",
            "Digest realm=x, nonce=y, qop=auth-int",
            "realm=x, nonce=y",
            "Digest realm=\"x, nonce=y",
            "\"\\",
        ] {
            assert_eq!(challenges(header), [], "{header}");
        }
    }
}
