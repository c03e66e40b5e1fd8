//! What an installation costs, as docs/deploy.md works it out. Prices are those of
//! `us-east-1` in 2026, in US dollars.

use super::survey::{Desired, Survey};
use super::template::Template;
use crate::aws::Bucket;
use crate::model::target::{Cadence, Config};

/// Minutes of a month of thirty days: a tick in each.
const TICKS: f64 = 43_200.0;

/// What there is of an installation that costs something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Probes a month.
    pub probes: u64,
    /// Parameters of SSM that are decrypted.
    pub secrets: usize,
    /// Units of the table's capacity, read and written, each second.
    pub capacity: (u32, u32),
}

impl Size {
    /// Of `desired`, once it stands: where the stack that was found has a value of its own
    /// that nobody changes, that one.
    #[must_use]
    pub fn of(config: &Config, desired: &Desired, found: &Survey, bucket: &Bucket) -> Self {
        let (_, values) = found.before_and_after(desired, bucket);
        let own = Template::own();
        let units = |name: &str| {
            let value = values.get(name).cloned().or_else(|| own.default_of(name));
            value.and_then(|value| value.parse().ok()).unwrap_or_default()
        };
        Self {
            probes: probes(config),
            secrets: desired.variables.len() + desired.parameters.len(),
            capacity: (units("ReadCapacity"), units("WriteCapacity")),
        }
    }
}

/// Something that AWS sells.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is.
    pub what: &'static str,
    /// How much of it a month.
    pub amount: f64,
    /// How much of it is free, for ever.
    free: f64,
    /// The price of one.
    price: f64,
}

impl Item {
    /// What is left to pay a month if nothing else in the account uses the free tier.
    #[must_use]
    pub fn left(&self) -> f64 {
        (self.amount - self.free).max(0.0) * self.price
    }

    /// What it costs a month without the free tier.
    #[must_use]
    pub fn full(&self) -> f64 {
        self.amount * self.price
    }
}

/// How often the targets of `config` are probed a month.
#[must_use]
pub fn probes(config: &Config) -> u64 {
    let each = |cadence: &Cadence| match cadence {
        // A tick a minute probes no more often.
        Cadence::Every(interval) => 2_592_000 / interval.as_secs().max(60),
        // An expression is looked at by the minute too, and most name some hours of a day.
        Cadence::Cron { .. } => 24 * 30,
    };
    config.endpoints().map(|(_, endpoint)| each(&endpoint.cadence)).sum()
}

/// What is paid for a month.
#[must_use]
pub fn items(size: &Size) -> Vec<Item> {
    let (read, write) = size.capacity;
    let probes = f64::from(u32::try_from(size.probes).unwrap_or(u32::MAX));
    let secrets = f64::from(u32::try_from(size.secrets).unwrap_or(u32::MAX));
    let item = |what, amount, free, price| Item { what, amount, free, price };
    vec![
        item("Lambda, requests", TICKS, 1e6, 0.2e-6),
        item("Lambda, GB-seconds", TICKS * 0.25, 400_000.0, 0.000_013_3),
        item("Scheduler, calls", TICKS, 14e6, 1e-6),
        item("DynamoDB, units to read", f64::from(read), 25.0, 730.0 * 0.000_13),
        item("DynamoDB, units to write", f64::from(write), 25.0, 730.0 * 0.000_65),
        item("CloudWatch, GB of logs", TICKS * 1e-6, 5.0, 0.5),
        item("CloudWatch, alarms", 4.0, 10.0, 0.1),
        // The configuration is looked at by each tick.
        item("S3, reads", TICKS, 0.0, 0.4e-6),
        // Every five minutes, by both functions at most.
        item("KMS, requests", secrets * 2.0 * 8_760.0, 20_000.0, 3e-6),
        item("traffic to the internet, GB", probes * 3e-6, 100.0, 0.09),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(size: &Size) -> (f64, f64) {
        let items = items(size);
        (items.iter().map(Item::left).sum(), items.iter().map(Item::full).sum())
    }

    #[test]
    fn twenty_targets_cost_what_the_documentation_says() {
        let size = Size { probes: 20 * 43_200, secrets: 1, capacity: (5, 5) };
        let (left, full) = sums(&size);
        assert!((left - 0.017).abs() < 0.001, "only S3 is left to pay: {left}");
        let documented = 0.01 + 0.14 + 0.04 + 2.85 + 0.02 + 0.40 + 0.02 + 0.05 + 0.23;
        assert!((full - documented).abs() < 0.02, "{full} is not {documented}");
    }

    #[test]
    fn what_is_beyond_the_free_tier_is_left_to_pay() {
        let few = Size { probes: 0, secrets: 1, capacity: (5, 5) };
        let many = Size { secrets: 10, capacity: (5, 125), ..few };
        let more = sums(&many).0 - sums(&few).0;
        let expected = 100.0 * 730.0 * 0.000_65 + (175_200.0 - 20_000.0) * 3e-6;
        assert!((more - expected).abs() < 0.001, "{more} is not {expected}");
    }
}
