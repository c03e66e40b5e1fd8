//! Whatever is said, in each language and on each channel, keeps the rules of messages.

use std::sync::LazyLock;

use prober::core::announce::Fact;
use prober::message::time::Calendar;
use prober::message::{Line, Message, compose};
use prober::model::detail::{AnswerDetail, Detail, HeartbeatDetail};
use prober::model::names::TargetName;
use prober::model::observation::Reason;
use prober::model::target::Language;
use prober::notify::slack::payload;
use prober::notify::{console, discord, email, ntfy, telegram};
use regex::Regex;

use super::details;
use super::languages::{LANGUAGES, NAME, everything, open};
use super::{at, in_seoul};

const SIGNS: [&str; 4] = ["🔴 ", "🟢 ", "🟡 ", "🔵 "];

/// A date as machines write it.
static ISO: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d{4}-\d{2}-\d{2}").unwrap());

/// `message` as each channel gets it.
fn sent(message: &Message) -> [String; 8] {
    [
        payload(message, None),
        discord::payload(message),
        telegram::text(message),
        ntfy::body(message),
        console::text(message, false),
        email::subject(message),
        email::plain(message),
        email::html(message),
    ]
}

#[test]
fn a_preview_is_one_line_that_begins_with_its_sign() {
    for message in LANGUAGES.into_iter().flat_map(everything) {
        let preview = message.preview();
        assert!(SIGNS.iter().any(|sign| preview.starts_with(sign)), "{preview}");
        assert!(!preview.contains('\n') && !message.text.trim().is_empty(), "{preview}");
    }
}

#[test]
fn the_subject_of_a_mail_is_the_preview_and_its_text_does_not_repeat_it() {
    for message in LANGUAGES.into_iter().flat_map(everything) {
        let [.., subject, plain, html] = sent(&message);
        assert_eq!(subject, message.preview());
        // Where there is nothing else to say, a mail that is empty would look broken.
        assert_eq!(plain.starts_with(&subject), message.entries.is_empty(), "{plain}");
        assert!(html.contains(&format!("lang=\"{}\"", message.language_tag())), "{html}");
        // Of hundreds, a mail has the first.
        for line in message.entries.iter().take(3).flat_map(|entry| &entry.lines) {
            let first = line.plain().lines().next().unwrap_or_default().to_owned();
            assert!(plain.contains(&first), "{first}\n{plain}");
        }
    }
}

#[test]
fn no_channel_shows_a_date_as_machines_write_it_nor_a_long_url() {
    for message in LANGUAGES.into_iter().flat_map(everything) {
        for sent in sent(&message) {
            assert!(!ISO.is_match(&sent), "{sent}");
            assert!(!sent.contains("http"), "{sent}");
        }
    }
}

#[test]
fn nothing_of_a_preview_stands_below_it_again() {
    for message in LANGUAGES.into_iter().flat_map(everything) {
        // Of several, one can begin like another. Here all began at one time, and so did
        // the runs of which none has ended.
        let is_one = match message.data.facts.as_slice() {
            [(_, Fact::Warning(warnings))] => warnings.len() == 1,
            [(_, Fact::StillDown(incident))] => !matches!(
                incident.failure.detail,
                Detail::Heartbeat(HeartbeatDetail::NoneEnds { .. })
            ),
            facts => facts.len() == 1,
        };
        if !is_one {
            continue;
        }
        for entry in &message.entries {
            assert_ne!(entry.headline, message.text);
            for line in entry.lines.iter().map(Line::plain) {
                // A mark for what others wrote is no sentence.
                let is_said = line.chars().count() > 3 && message.text.contains(&line);
                assert!(!is_said, "{}\n{line}\n{:?}", message.text, message.data.facts);
            }
        }
    }
}

#[test]
fn a_preview_has_the_fact_that_decides() {
    for language in LANGUAGES {
        let calendar = Calendar::new(language, chrono_tz::Asia::Seoul, at("2026-07-05T05:05:00Z"));
        for (_, detail) in details::failures() {
            // The sentence says which port it is, and that is the fact.
            if matches!(detail, Detail::Answer(AnswerDetail::Open { .. })) {
                continue;
            }
            let fact = Fact::down(open(Reason::Body, detail.clone()));
            let items = [(TargetName::new(NAME), fact)];
            let preview = in_seoul(language, |voice| compose(&items, voice)).preview();
            let said: String = calendar.detail(&detail).chars().take(150).collect();
            assert!(preview.contains(&said), "{language:?}: {said}\n{preview}");
        }
    }
}

#[test]
fn a_page_and_a_link_are_words_and_no_urls() {
    let url = "https://status.example.com/a/long/way/to/go";
    let items = [(TargetName::new("nas"), Fact::down(open(Reason::Timeout, "")))];
    for language in LANGUAGES {
        let message = in_seoul(language, |voice| {
            compose(&items, &prober::message::Voice { page: Some(url), ..*voice })
        });
        let label = message.page.clone().unwrap().label;
        let [slack, discord, telegram, ntfy, console, subject, plain, html] = sent(&message);
        assert!(slack.contains(&format!("<{url}|{label}>")), "{slack}");
        assert!(discord.contains(&format!("[{label}]({url})")), "{discord}");
        assert!(telegram.contains(&format!("<a href=\"{url}\">{label}</a>")), "{telegram}");
        assert!(!ntfy.contains(url), "it is a button: {ntfy}");
        assert!(console.contains(&format!("{label}: {url}")), "{console}");
        assert!(!subject.contains(url), "{subject}");
        assert!(plain.ends_with(&format!("{label}: {url}\n")), "{plain}");
        assert!(html.contains(&format!("<a href=\"{url}\">{label}</a>")), "{html}");
    }
    let english = in_seoul(Language::En, |voice| compose(&items, voice));
    assert_eq!(english.page, None, "unless it is known where the page is");
}
