//! What `prober deploy` would do, in words. Nothing is written for it, not even a change set.

use std::collections::BTreeSet;

use super::choices::HIDDEN;
use super::cost::{Item, Size, items};
use super::names::CONFIG;
use super::survey::{Desired, Survey};
use super::template::{Template, Values};
use crate::aws::Bucket;

/// What would be done to get from `found` to `desired`: a line for each thing.
#[must_use]
pub fn lines(desired: &Desired, found: &Survey, bucket: &Bucket) -> Vec<String> {
    let mut lines = Vec::new();
    if !found.has_bucket {
        lines.push(format!("make     the private bucket {}", bucket.name));
    }
    if !found.has_program {
        lines.push(format!("upload   {}", desired.program.key()));
    }
    for name in &found.lacking {
        lines.push(format!("write    {} (SecureString)", desired.name.variable(name)));
    }
    for parameter in &found.stale {
        lines.push(format!("delete   {parameter}, which nothing names"));
    }
    if !found.has_config(desired) {
        lines.push(format!("upload   s3://{}/{CONFIG}", bucket.name));
    }
    let (before, after) = found.before_and_after(desired, bucket);
    lines.extend(parts(found.template.as_ref(), &before, &after));
    if found.stack.is_some() {
        lines.extend(values(&before, &after));
    }
    if !found.has_told {
        lines.push("send     a test message to every channel".into());
    }
    lines
}

/// What would be done to the parts of the stack.
fn parts(old: Option<&Template>, before: &Values, after: &Values) -> Vec<String> {
    let was = old.map(|old| old.resources(before)).unwrap_or_default();
    let will = Template::own().resources(after);
    let names: BTreeSet<&String> = was.keys().chain(will.keys()).collect();
    let line = |name: &&String| match (was.get(*name), will.get(*name)) {
        (None, Some(part)) => Some(format!("make     {name} ({})", part.kind)),
        (Some(part), None) => Some(format!("delete   {name} ({})", part.kind)),
        (Some(old), Some(new)) if old != new => Some(format!("change   {name} ({})", new.kind)),
        _ => None,
    };
    names.iter().filter_map(line).collect()
}

/// Which parameters would have another value.
fn values(before: &Values, after: &Values) -> Vec<String> {
    let own = Template::own();
    let line = |name: &str| {
        let default = own.default_of(name);
        let of = |values: &Values| values.get(name).cloned().or_else(|| default.clone());
        let (old, new) = (of(before)?, of(after)?);
        // What is hidden may well be the same.
        let is_hidden = old == HIDDEN;
        (old != new && !is_hidden).then(|| format!("set      {name}: {old:?} -> {new:?}"))
    };
    own.parameters().filter_map(line).collect()
}

/// What it would cost a month.
#[must_use]
pub fn costs(size: &Size) -> Vec<String> {
    let items = items(size);
    let sum = |price: fn(&Item) -> f64| items.iter().map(price).sum::<f64>();
    let mut lines: Vec<String> = items
        .iter()
        .map(|item| {
            let amount = amount(item.amount);
            format!("{:<28} {amount:>9}  ${:>5.2}  ${:>5.2}", item.what, item.left(), item.full())
        })
        .collect();
    let (left, full) = (sum(Item::left), sum(Item::full));
    lines.insert(0, format!("{:<28} {:>9}  {:>6}  {:>6}", "a month", "", "to pay", "without"));
    lines.push(format!("{:<28} {:>9}  ${left:>5.2}  ${full:>5.2}", "together", ""));
    lines
}

fn amount(amount: f64) -> String {
    if amount < 10.0 && amount.fract() > 0.0 {
        format!("{amount:.2}")
    } else {
        format!("{amount:.0}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::Stack;
    use crate::deploy::StackName;
    use crate::deploy::choices::Choices;
    use crate::deploy::program::Bootstrap;
    use crate::model::secret::Secret;

    fn desired() -> Desired {
        let mut elf = vec![0; 64];
        elf[..4].copy_from_slice(b"\x7fELF");
        elf[18] = 0x3e;
        Desired {
            name: StackName::read("prober").unwrap(),
            account: "123456789012".into(),
            config: "text".into(),
            variables: BTreeMap::from([("KEY".to_owned(), Secret::new("hunter22"))]),
            parameters: BTreeSet::new(),
            is_called: false,
            program: Bootstrap::of("it", elf).unwrap(),
            choices: Choices::default(),
        }
    }

    fn nothing() -> Survey {
        Survey {
            stack: None,
            template: None,
            has_bucket: false,
            has_program: false,
            config: None,
            lacking: BTreeSet::from(["KEY".to_owned()]),
            stale: BTreeSet::new(),
            has_told: false,
        }
    }

    fn bucket() -> Bucket {
        desired().name.bucket("123456789012", "eu-central-1")
    }

    #[test]
    fn a_first_plan_names_everything_that_is_made_and_no_secret() {
        let lines = lines(&desired(), &nothing(), &bucket()).join("\n");
        for part in [
            "make     the private bucket prober-123456789012-eu-central-1",
            "write    /prober/variables/KEY (SecureString)",
            "upload   s3://prober-123456789012-eu-central-1/probes.toml",
            "make     Table (AWS::DynamoDB::Table)",
            "send     a test message",
        ] {
            assert!(lines.contains(part), "{part} is not in\n{lines}");
        }
        assert!(!lines.contains("InboxEndpoint") && !lines.contains("hunter22"), "{lines}");
    }

    #[test]
    fn a_plan_for_what_is_there_names_what_differs() {
        let (desired, bucket) = (desired(), bucket());
        let mut parameters = desired.needed(&bucket);
        let stack =
            |parameters| Stack { status: "CREATE_COMPLETE".into(), parameters, ..Stack::default() };
        let there = |parameters| Survey {
            stack: Some(stack(parameters)),
            template: Some(Template::own()),
            has_bucket: true,
            has_program: true,
            config: Some(b"text".to_vec()),
            lacking: BTreeSet::new(),
            stale: BTreeSet::new(),
            has_told: true,
        };
        assert_eq!(lines(&desired, &there(parameters.clone()), &bucket), Vec::<String>::new());
        parameters.insert("CodeKey".into(), "old.zip".into());
        let lines = lines(&desired, &there(parameters), &bucket);
        let expected = [
            "change   InboxFunction (AWS::Lambda::Function)".to_owned(),
            "change   TickFunction (AWS::Lambda::Function)".to_owned(),
            format!("set      CodeKey: \"old.zip\" -> {:?}", desired.program.key()),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn the_costs_have_a_sum() {
        let lines = costs(&Size { probes: 864_000, secrets: 1, capacity: (5, 5) });
        assert!(lines.iter().any(|line| line.starts_with("Lambda, requests")), "{lines:?}");
        let sum = lines.last().unwrap();
        assert!(sum.contains("$ 0.02") && sum.contains("$ 3.7"), "{sum}");
    }
}
