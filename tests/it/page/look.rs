//! What a browser gets: how much of it, and in which colours.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use prober::model::history::{Day, History};
use prober::model::state::State;

use super::home::{self, Memory, at, config, days, down, hours, html, now, seen, up};
use prober::model::observation::Reason;

/// Sixty targets in six groups, with ninety days, of which two are down.
async fn sixty() -> String {
    let target = |n: usize| {
        let (group, port) = (n / 10, 1000 + n);
        format!(
            "[[target]]\nname = 'service {n}'\ngroup = 'Group {group}'\nurl = 'tcp://192.0.2.1:{port}'\n"
        )
    };
    let config = config(&(0..60).map(target).collect::<String>());
    let memory = |n: u32| {
        let wander = |at: u32| (n * 37 + at * 7919 % (23 + n)) * 3 % 900 + 20;
        let recent: Vec<_> = (0..30).map(|at| Some(wander(at))).collect();
        let today = Day { date: now().date_naive(), up: 300, down: 0, latency_ms: 9000 };
        let history =
            History { hours: hours(&recent), recent, today: Some(today), ..History::default() };
        let base = if n % 30 == 7 { down("2026-07-05T05:02:00Z", Reason::Timeout) } else { up() };
        let state = State { history, ..base };
        let failures =
            move |ago: u64| if (ago + u64::from(n)).is_multiple_of(29) { n + 1 } else { 0 };
        Memory(format!("service {n}").leak(), state, days(89, failures))
    };
    seen(&config, (0..60).map(memory).collect(), html).await
}

#[tokio::test]
async fn sixty_targets_are_less_than_twenty_kilobytes_on_the_wire() {
    let page = sixty().await;
    assert_eq!(page.matches("<article").count(), 60);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(page.as_bytes()).unwrap();
    let size = gzip.finish().unwrap().len();
    assert!(size < 20_000, "{size} of {}", page.len());
}

/// The colours of the style sheet, in light and in dark.
fn colours(page: &str) -> [BTreeMap<String, u32>; 2] {
    let roots: Vec<&str> =
        page.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    let read = |root: &str| {
        let pairs =
            root.split(';').filter_map(|each| each.trim().strip_prefix("--")?.split_once(": #"));
        pairs.map(|(name, hex)| (name.to_owned(), rgb(hex))).collect()
    };
    [read(roots[0]), read(roots[1])]
}

fn rgb(hex: &str) -> u32 {
    let long: String =
        if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.into() };
    u32::from_str_radix(&long, 16).unwrap()
}

/// <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>
fn contrast(a: u32, b: u32) -> f64 {
    let channel = |value: u32| {
        let share = f64::from(value & 255) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    let light = |c: u32| 0.2126 * channel(c >> 16) + 0.7152 * channel(c >> 8) + 0.0722 * channel(c);
    let (low, high) = (light(a).min(light(b)), light(a).max(light(b)));
    (high + 0.05) / (low + 0.05)
}

#[tokio::test]
async fn every_colour_has_the_contrast_that_its_use_needs() {
    let page = home::home("en", html).await;
    for colours in colours(&page) {
        let check = |names: &[&str], grounds: &[&str], least: f64| {
            for (name, ground) in
                names.iter().flat_map(|name| grounds.iter().map(move |g| (name, g)))
            {
                let found = contrast(colours[*name], colours[*ground]);
                assert!(found >= least, "{name} on {ground}: {found:.2}, and must be {least}");
            }
        };
        check(&["good", "fair", "poor", "bad", "plan", "lost"], &["card"], 3.0);
        let inks = ["ink", "soft", "good-ink", "poor-ink", "bad-ink", "plan-ink"];
        check(&inks, &["card", "paper"], 4.5);
        check(&["ink"], &["plan-veil"], 4.5);
        check(&["plan"], &["plan-veil", "paper"], 3.0);
    }
}

#[tokio::test]
async fn it_is_a_document_that_a_screen_reader_can_find_its_way_in() {
    for page in [
        home::home("en", html).await,
        home::home("en", |page| page.target("photos").unwrap()).await,
        home::home("en", |page| page.month(None).unwrap()).await,
    ] {
        assert_eq!((page.matches("<main>").count(), page.matches("<h1>").count()), (1, 1));
        assert!(!page.contains("http-equiv") && !page.contains(" style="), "{page}");
    }
    let page = home::home("en", html).await;
    let instant = at("2026-07-05T05:02:00Z").to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    assert!(page.contains(&format!("<time datetime=\"{instant}\">14:02 KST</time>")), "{page}");
}

#[tokio::test]
async fn title_logo_link_and_announcement_stand_above_and_are_escaped() {
    let text = "[page]\ntitle = 'Home <b>'\nlogo = 'https://cdn.example.org/l.svg?a&b'\n\
                link = 'https://www.example.org/'\nannouncement = 'New <router>\\ntonight'\n\
                [[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1'\n";
    let text = text.replace("'New <router>\\ntonight'", "\"New <router>\\ntonight\"");
    let page = seen(&config(&text), vec![], html).await;
    for part in [
        "<header class=\"site\"><a href=\"https://www.example.org/\"><img src=\"https://cdn.example.org/l.svg?a&amp;b\" alt=\"\">Home &lt;b&gt;</a>",
        "<p class=\"announcement\">New &lt;router&gt;\ntonight</p>",
        " · Home &lt;b&gt;</title>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}
