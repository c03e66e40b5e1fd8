//! The ARN of an alarm, a log group or a topic.

/// The parts of an ARN that tell one alarm, log group or topic from another:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
///
/// ```
/// use prober::model::arn::Arn;
/// let arn = Arn::of("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu-high").unwrap();
/// assert_eq!((arn.region, arn.account, arn.name), ("eu-west-1", "123456789012", "cpu-high"));
/// assert_eq!(Arn::of("cpu-high"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The region: `eu-west-1`.
    pub region: &'a str,
    /// The account's number.
    pub account: &'a str,
    /// What its owner calls it.
    pub name: &'a str,
}

impl<'a> Arn<'a> {
    /// The ARN that is `text`; `None` if it is none of an alarm, a log group or a topic.
    #[must_use]
    pub fn of(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        let (_partition, service) = (parts.next()?, parts.next()?);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let name = match service {
            "cloudwatch" => resource.strip_prefix("alarm:")?,
            "logs" => resource.strip_prefix("log-group:")?,
            "sns" => resource,
            _ => return None,
        };
        Some(Self { region, account, name })
    }
}
