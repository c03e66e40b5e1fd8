//! Limits that are crossed, and that no longer are.

use super::{Draft, Shared, Subject};
use crate::message::{FactKind, Line};
use crate::model::detail::Detail;
use crate::model::observation::WarningKind;

pub(super) fn warning(subject: &Subject<'_>, raised: &[(WarningKind, Detail)]) -> Draft {
    let say = |(kind, detail): &(WarningKind, Detail)| warn(subject, *kind, detail);
    let draft = several(subject, FactKind::Warning, raised.iter().map(say));
    Draft { shared: shared(subject, raised), ..draft }
}

/// What others may have in common with it: the same way to them fails.
fn shared(subject: &Subject<'_>, raised: &[(WarningKind, Detail)]) -> Option<Shared> {
    match raised {
        [(WarningKind::Partial, detail @ Detail::Limit(_))] => {
            Some(Shared::Partly { said: subject.detail(detail) })
        }
        _ => None,
    }
}

fn warn(subject: &Subject<'_>, kind: WarningKind, detail: &Detail) -> String {
    let (words, said) = (subject.voice.words(), subject.detail(detail));
    match (kind, detail) {
        (WarningKind::Unwatched, _) | (_, Detail::Limit(_)) => {
            words.warning(&subject.name, kind, &said)
        }
        // The version before stored words, which do not say what is the matter.
        (WarningKind::CertExpiring | WarningKind::Slow | WarningKind::Partial, _) => {
            let what = [words.kind(kind), &said].map(str::to_owned);
            let what: Vec<_> = what.into_iter().filter(|part| !part.is_empty()).collect();
            words.unmet(&subject.name, &what.join(": "))
        }
    }
}

pub(super) fn cleared(subject: &Subject<'_>, kinds: &[(WarningKind, Detail)]) -> Draft {
    let words = subject.voice.words();
    let say = |(kind, now): &(WarningKind, Detail)| {
        let now = Some(subject.detail(now)).filter(|now| !now.is_empty());
        words.cleared(&subject.name, *kind, now.as_deref())
    };
    several(subject, FactKind::Cleared, kinds.iter().map(say))
}

/// The first as the sentence, the others below it.
fn several(
    subject: &Subject<'_>,
    topic: FactKind,
    mut sentences: impl Iterator<Item = String>,
) -> Draft {
    let first = sentences.next().unwrap_or_default();
    subject.draft(topic, first, sentences.map(Line::Text).collect())
}
