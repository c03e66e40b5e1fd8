//! Families of samples, in the order in which they were added: who compares two answers
//! sees what changed.

use std::fmt;

use chrono::{DateTime, Utc};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// The labels of one sample.
pub(super) type Labels = Vec<(&'static str, String)>;

/// All families of one answer.
#[derive(Debug, Default)]
pub(super) struct Families(Vec<Family>);

/// Samples of one name.
#[derive(Debug)]
struct Family {
    name: &'static str,
    help: &'static str,
    unit: Option<Unit>,
    samples: Vec<(Labels, Value)>,
}

/// A number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    /// It goes up and down.
    Gauge(f64),
    /// The same, and it is whole.
    Whole(i64),
    /// It only grows.
    Counter(u64),
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Whole(is.into())
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Whole(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// Seconds since 1970.
impl From<DateTime<Utc>> for Value {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Whole(at.timestamp())
    }
}

impl Families {
    /// Adds `samples` of a `name` without a unit; nothing if there are none.
    pub(super) fn add(
        &mut self,
        name: &'static str,
        help: &'static str,
        samples: impl IntoIterator<Item = (Labels, Value)>,
    ) {
        self.push(name, help, None, samples);
    }

    /// The same in seconds: the name gets that as its end.
    pub(super) fn add_seconds(
        &mut self,
        name: &'static str,
        help: &'static str,
        samples: impl IntoIterator<Item = (Labels, Value)>,
    ) {
        self.push(name, help, Some(Unit::Seconds), samples);
    }

    fn push(
        &mut self,
        name: &'static str,
        help: &'static str,
        unit: Option<Unit>,
        samples: impl IntoIterator<Item = (Labels, Value)>,
    ) {
        let samples: Vec<_> = samples.into_iter().collect();
        if !samples.is_empty() {
            self.0.push(Family { name, help, unit, samples });
        }
    }
}

impl Collector for Families {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        for Family { name, help, unit, samples } in &self.0 {
            let Some((_, first)) = samples.first() else { continue };
            let mut family = encoder.encode_descriptor(name, help, unit.as_ref(), first.kind())?;
            for (labels, value) in samples {
                value.encode(family.encode_family(labels)?)?;
            }
        }
        Ok(())
    }
}

impl Value {
    const fn kind(self) -> MetricType {
        match self {
            Self::Gauge(_) | Self::Whole(_) => MetricType::Gauge,
            Self::Counter(_) => MetricType::Counter,
        }
    }

    fn encode(self, encoder: MetricEncoder) -> Result<(), fmt::Error> {
        match self {
            Self::Gauge(value) => ConstGauge::new(value).encode(encoder),
            Self::Whole(value) => ConstGauge::new(value).encode(encoder),
            Self::Counter(value) => ConstCounter::new(value).encode(encoder),
        }
    }
}
