//! Programs that people run at home, recognised by their page, and where each says whether
//! it works. A page can be served while the program behind it is broken; these cannot.

use super::WebPage;

/// A program, and how it is watched best.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) name: &'static str,
    /// One of these shows that it is this program.
    signs: &'static [Sign],
    /// Where it says how it is, below its own page.
    pub(super) path: &'static str,
    /// What that must be: the value of `expect`, in TOML.
    pub(super) expect: &'static str,
}

/// What shows a program.
#[derive(Debug)]
enum Sign {
    /// The page's title contains it.
    Title(&'static str),
    /// The page contains it.
    Body(&'static str),
    /// There is such a header.
    Header(&'static str),
    /// A cookie's name contains it.
    Cookie(&'static str),
}

use Sign::{Body, Cookie, Header, Title};

/// Each with the place where its authors document it.
const PRODUCTS: &[Product] = &[
    // https://docs.nextcloud.com/server/latest/admin_manual/maintenance/
    Product {
        name: "Nextcloud",
        signs: &[
            Cookie("nc_sameSiteCookie"),
            Body("\"productname\":\"Nextcloud\""),
            Title("Nextcloud"),
        ],
        path: "status.php",
        expect: r#"{ json = ["$.installed == true", "$.maintenance == false", "$.needsDbUpgrade == false"] }"#,
    },
    // https://jellyfin.org/docs/general/post-install/networking/advanced/monitoring/
    Product {
        name: "Jellyfin",
        signs: &[Title("Jellyfin")],
        path: "health",
        expect: r#"{ body_contains = "Healthy" }"#,
    },
    // https://github.com/dani-garcia/vaultwarden/wiki/Hardening-Guide: what its image checks
    Product {
        name: "Vaultwarden",
        signs: &[Title("Vaultwarden"), Title("Bitwarden")],
        path: "alive",
        expect: r#"{ body_matches = '^"?\d{4}-\d\d-\d\dT' }"#,
    },
    // It has no page of its own for this that asks for no token.
    Product {
        name: "Home Assistant",
        signs: &[Title("Home Assistant")],
        path: "manifest.json",
        expect: r#"{ json = "$.name == 'Home Assistant'" }"#,
    },
    // https://api.immich.app/endpoints/server/pingServer
    Product {
        name: "Immich",
        signs: &[Title("Immich"), Body("content=\"Immich")],
        path: "api/server/ping",
        expect: r#"{ json = "$.res == 'pong'" }"#,
    },
    // https://grafana.com/docs/grafana/latest/developers/http_api/other/#health-api
    Product {
        name: "Grafana",
        signs: &[Title("Grafana")],
        path: "api/health",
        expect: r#"{ json = "$.database == 'ok'" }"#,
    },
    // https://docs.gitea.com/administration/config-cheat-sheet; Forgejo has kept it
    Product {
        name: "Gitea",
        signs: &[Cookie("i_like_gitea"), Body("content=\"Gitea")],
        path: "api/healthz",
        expect: r#"{ json = "$.status == 'pass'" }"#,
    },
    Product {
        name: "Forgejo",
        signs: &[Cookie("i_like_forgejo"), Body("content=\"Forgejo")],
        path: "api/healthz",
        expect: r#"{ json = "$.status == 'pass'" }"#,
    },
    // https://support.plex.tv/articles/201638786-plex-media-server-url-commands/
    Product {
        name: "Plex",
        signs: &[Header("x-plex-protocol"), Title("Plex")],
        path: "identity",
        expect: r#"{ body_contains = "machineIdentifier" }"#,
    },
    // https://docs.syncthing.net/rest/noauth-health-get.html
    Product {
        name: "Syncthing",
        signs: &[Header("x-syncthing-id"), Title("Syncthing")],
        path: "rest/noauth/health",
        expect: r#"{ json = "$.status == 'OK'" }"#,
    },
    // https://www.audiobookshelf.org/docs: what its image checks
    Product {
        name: "Audiobookshelf",
        signs: &[Title("Audiobookshelf")],
        path: "healthcheck",
        expect: "{ status = 200 }",
    },
    // https://prometheus.io/docs/prometheus/latest/management_api/
    Product {
        name: "Prometheus",
        signs: &[Title("Prometheus Time Series")],
        path: "-/healthy",
        expect: r#"{ body_contains = "Healthy" }"#,
    },
];

/// The program whose page this is, if it is known.
pub(super) fn recognised(page: &WebPage) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.signs.iter().any(|sign| sign.is_on(page)))
}

impl Sign {
    fn is_on(&self, page: &WebPage) -> bool {
        match self {
            Self::Title(text) => title(&page.body).contains(text),
            Self::Body(text) => page.body.contains(text),
            Self::Header(name) => page.headers.contains_key(*name),
            Self::Cookie(name) => page.headers.get_all("set-cookie").iter().any(|cookie| {
                let cookie = String::from_utf8_lossy(cookie.as_bytes());
                cookie.split('=').next().is_some_and(|it| it.contains(name))
            }),
        }
    }
}

/// What stands in the page's title; empty if it has none.
fn title(body: &str) -> &str {
    let find = |text: &str, tag: &str| text.to_ascii_lowercase().find(tag);
    let title = || {
        let tag = &body[find(body, "<title")?..];
        let text = &tag[tag.find('>')? + 1..];
        Some(&text[..find(text, "</title")?])
    };
    title().unwrap_or_default()
}
