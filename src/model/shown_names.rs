//! The names of targets as people read them. A discovered target is stored under
//! its ARN, and shown by its short name as long as only one target has that.

use std::collections::BTreeMap;

use super::arn::Arn;
use super::names::TargetName;
use super::record_key::RecordKey;

/// The ARN under which `name` is stored; `None` for a name from probes.toml, or one
/// without an ARN.
fn arn(name: &TargetName) -> Option<Arn<'_>> {
    match RecordKey::of(name) {
        RecordKey::Alarm(arn) | RecordKey::Logs(arn) | RecordKey::Topic(arn) => Arn::of(arn),
        RecordKey::Named(_) | RecordKey::Reports(_) | RecordKey::Prober(_) => None,
    }
}

/// The short form of `name`, if no other target has the same:
/// `alarm:cpu-high` for an alarm that is stored under its ARN.
///
/// ```
/// use prober::model::names::TargetName;
/// use prober::model::shown_names::short;
/// let name = "alarm:arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu-high";
/// assert_eq!(short(&TargetName::new(name)), "alarm:cpu-high");
/// assert_eq!(short(&TargetName::new("photos")), "photos");
/// ```
#[must_use]
pub fn short(name: &TargetName) -> String {
    arn(name).map_or_else(
        || name.to_string(),
        |arn| RecordKey::of(name).called(arn.name).name().to_string(),
    )
}

/// The name under which each of several targets is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownNames(BTreeMap<TargetName, String>);

impl ShownNames {
    /// The shortest different names for `names`: with the account, the region
    /// or both if the short name is not enough.
    #[must_use]
    pub fn of<'a>(names: impl IntoIterator<Item = &'a TargetName>) -> Self {
        let mut alike: BTreeMap<String, Vec<&TargetName>> = BTreeMap::new();
        for name in names {
            let same = alike.entry(short(name)).or_default();
            if !same.contains(&name) {
                same.push(name);
            }
        }
        let told = alike.into_iter().filter(|(_, same)| same.len() > 1);
        Self(told.flat_map(|(short, same)| apart(&short, &same)).collect())
    }

    /// The name under which `name` is shown.
    #[must_use]
    pub fn shown(&self, name: &TargetName) -> String {
        self.0.get(name).cloned().unwrap_or_else(|| short(name))
    }
}

/// Different names for several targets that are all called `short`.
fn apart(short: &str, same: &[&TargetName]) -> Vec<(TargetName, String)> {
    let arns: Vec<_> = same.iter().map(|name| arn(name)).collect();
    let differ = |part: fn(&Arn<'_>) -> String| {
        let mut parts: Vec<_> = arns.iter().flatten().map(part).collect();
        parts.sort_unstable();
        parts.dedup();
        parts.len() > 1
    };
    let accounts = differ(|arn| arn.account.to_owned());
    let regions = differ(|arn| arn.region.to_owned());
    let shown = same.iter().zip(&arns).map(|(name, arn)| {
        let shown = match arn {
            // A record of the previous version, which stored names only.
            None => short.to_owned(),
            Some(Arn { account, region, .. }) => match (accounts, regions) {
                (true, false) => format!("{short} ({account})"),
                (false, true) => format!("{short} ({region})"),
                (true, true) | (false, false) => format!("{short} ({account}, {region})"),
            },
        };
        ((*name).clone(), shown)
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(names: &[&str]) -> Vec<String> {
        let names: Vec<_> = names.iter().map(|name| TargetName::new(*name)).collect();
        let shown = ShownNames::of(&names);
        names.iter().map(|name| shown.shown(name)).collect()
    }

    const A: &str = "alarm:arn:aws:cloudwatch:eu-west-1:111111111111:alarm:cpu: high [host=nas]";
    const B: &str = "alarm:arn:aws:cloudwatch:eu-west-1:222222222222:alarm:cpu: high [host=nas]";
    const C: &str = "alarm:arn:aws:cloudwatch:us-east-1:111111111111:alarm:cpu: high [host=nas]";

    #[test]
    fn one_is_short_and_two_are_told_apart_by_what_differs() {
        assert_eq!(shown(&[A, "photos"]), ["alarm:cpu: high [host=nas]", "photos"]);
        assert_eq!(shown(&[A, A]), ["alarm:cpu: high [host=nas]"; 2]);
        let told = shown(&[A, B]);
        assert_eq!(told[1], "alarm:cpu: high [host=nas] (222222222222)");
        assert_eq!(shown(&[A, C])[1], "alarm:cpu: high [host=nas] (us-east-1)");
        let all = shown(&[A, B, C]);
        assert_eq!(all[0], "alarm:cpu: high [host=nas] (111111111111, eu-west-1)");
    }

    #[test]
    fn log_groups_and_topics_have_an_account_and_a_region_too() {
        let logs = "logs:arn:aws:logs:eu-west-1:111111111111:log-group:/aws/lambda/f";
        let topic = "sns:arn:aws:sns:eu-west-1:111111111111:home";
        assert_eq!(shown(&[logs, topic]), ["logs:/aws/lambda/f", "sns:home"]);
    }

    #[test]
    fn what_is_no_arn_is_shown_as_it_is() {
        for name in ["alarm:cpu", "nas arn:aws", "alarm:arn:aws:x", "arn:aws:sns:r:a:t"] {
            assert_eq!(shown(&[name]), [name]);
        }
    }
}
