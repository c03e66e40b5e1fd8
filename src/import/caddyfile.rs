//! A Caddyfile: the hosts of its sites. <https://caddyserver.com/docs/caddyfile/concepts>

mod blocks;

use crate::import::caddyfile::blocks::Block;
use crate::import::draft::Draft;
use crate::import::interpolation::caddy;
use crate::import::site::{self, Site};
use crate::import::{Content, ImportError, Source};

/// Directives that ask whoever comes for a password.
const BASIC_AUTH: [&str; 2] = ["basic_auth", "basicauth"];

/// Drafts what `sources` say.
pub(super) fn draft(sources: Vec<Source>, draft: &mut Draft) -> Result<(), ImportError> {
    for source in sources {
        let Content::Bytes(bytes) = source.content else { continue };
        let text = caddy(&String::from_utf8_lossy(&bytes));
        draft.variables.reserve(&text);
        let blocks = blocks::read(&text).map_err(|why| ImportError::Broken {
            name: source.name.clone(),
            what: "a Caddyfile",
            why,
        })?;
        all(&blocks, draft);
    }
    Ok(())
}

fn all(blocks: &[Block], draft: &mut Draft) {
    let (snippets, sites): (Vec<&Block>, Vec<&Block>) =
        blocks.iter().partition(|block| block.addresses.iter().any(|name| name.starts_with('(')));
    if sites.iter().any(|block| !block.addresses.is_empty() && !block.lines.is_empty()) {
        let why = "they say how requests are answered, and not whether they are";
        draft.report.left("Caddyfile", "the directives of sites", why);
    }
    for block in sites {
        if block.addresses.is_empty() {
            draft.report.left("Caddyfile", "global options", "they say how Caddy runs");
            continue;
        }
        one(block, &snippets, draft);
    }
}

fn one(block: &Block, snippets: &[&Block], draft: &mut Draft) {
    // A wildcard's names are in its matchers.
    let named: Vec<&String> = block.hosts.iter().collect();
    let is_wild = block.addresses.iter().any(|address| address.contains('*'));
    let addresses: Vec<&String> =
        if is_wild && !named.is_empty() { named } else { block.addresses.iter().collect() };
    let asks = has(block, snippets, &BASIC_AUTH);
    for address in addresses {
        if let Some(address) = address.strip_prefix("import ") {
            let why = "import that file, too";
            draft.report.left("Caddyfile", &format!("import {address}"), why);
            continue;
        }
        // What stands before an `@` may be a password.
        let place = format!("site {}", address.rsplit('@').next().unwrap_or_default());
        let Some(mut part) = site::draft(&site(address), None, &place, draft) else { continue };
        if asks {
            site::asks_for_password(&mut part);
        }
        if block.lines.iter().any(|line| line == "tls internal") {
            let why =
                "its certificate is of Caddy's own authority: save its root, and write tls.ca";
            draft.report.left(&place, "tls internal", why);
        }
        if has(block, snippets, &["forward_auth"]) {
            let why = "if it answers 401 to whoever is not signed in, write expect.status = 401";
            draft.report.left(&place, "forward_auth", why);
        }
        draft.parts.push(part);
    }
    for line in &block.lines {
        let Some(("import", what)) = line.split_once(' ') else { continue };
        let name = what.split_whitespace().next().unwrap_or(what);
        let is_snippet = snippets.iter().any(|snippet| snippet.addresses[0] == format!("({name})"));
        if !is_snippet {
            draft.report.left("Caddyfile", &format!("import {name}"), "import that file, too");
        }
    }
}

/// Whether one of `directives` is in a block, or in a snippet that it imports.
fn has(block: &Block, snippets: &[&Block], directives: &[&str]) -> bool {
    let is_one = |line: &String| {
        line.split_whitespace().next().is_some_and(|word| directives.contains(&word))
    };
    let imported = |snippet: &&&Block| {
        let name = snippet.addresses[0].trim_matches(['(', ')']);
        block.lines.iter().any(|line| line.split_whitespace().take(2).eq(["import", name]))
    };
    block.lines.iter().any(is_one)
        || snippets.iter().filter(imported).any(|snippet| snippet.lines.iter().any(is_one))
}

/// The site at an address such as `https://example.com:8443/path`.
pub(super) fn site(address: &str) -> Site {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (userinfo, place) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !place.ends_with(']') => (host, port.parse().ok()),
        _ => (place, None),
    };
    let is_http = scheme == "http" || (scheme.is_empty() && port == Some(80));
    let port = port.filter(|port| *port != if is_http { 80 } else { 443 });
    Site {
        scheme: if is_http { "http" } else { "https" }.to_owned(),
        host: format!("{userinfo}{host}"),
        port,
        path: path.trim_end_matches('*').trim_end_matches('/').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_site() {
        for (address, scheme, host, port, path) in [
            ("example.com", "https", "example.com", None, ""),
            ("http://example.com", "http", "example.com", None, ""),
            ("example.com:80", "http", "example.com", None, ""),
            ("example.com:8443/api/*", "https", "example.com", Some(8443), "/api"),
            ("[2001:db8::1]", "https", "[2001:db8::1]", None, ""),
            (":8080", "https", "", Some(8080), ""),
        ] {
            let site = site(address);
            assert_eq!(
                (site.scheme.as_str(), site.host.as_str(), site.port, site.path.as_str()),
                (scheme, host, port, path)
            );
        }
    }
}
