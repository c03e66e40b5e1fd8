//! Addresses that prober must not speak to because somebody wrote them into
//! the configuration: on Lambda, those that hand out the function's credentials
//! or its invocations.
//!
//! Otherwise, whoever may write the configuration could have prober fetch the
//! credentials and quote them in a message.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::embedded_ipv4::arrives_at;

/// What is off limits here; by default nothing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OffLimits {
    on_lambda: Option<RuntimeApi>,
}

/// Where Lambda's runtime is: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RuntimeApi {
    /// `None` if its host is a name.
    ip: Option<IpAddr>,
    port: u16,
}

/// Why an address is off limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffLimit {
    /// It belongs to a service of AWS.
    AwsService,
    /// It belongs to the runtime.
    LambdaRuntime,
    /// It is the port of mail on the internet, which AWS closes to functions:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html>.
    MailPort,
}

impl fmt::Display for OffLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AwsService => "is an address of AWS's own services for this machine",
            Self::LambdaRuntime => "is the address of Lambda's runtime",
            Self::MailPort => "is the port of mail, which AWS closes to Lambda (587 and 465 work)",
        })
    }
}

/// The variable that holds the address of Lambda's runtime.
pub const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// The network of AWS's services for instances and containers over IPv6:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>.
const AWS_LOCAL: [u16; 2] = [0xfd00, 0x0ec2];

impl OffLimits {
    /// What is off limits if the value of [`RUNTIME_API`] is `api`.
    #[must_use]
    pub fn here(api: Option<&str>) -> Self {
        let on_lambda = api.filter(|api| !api.is_empty()).map(|api| RuntimeApi {
            ip: api.parse().ok().map(|address: SocketAddr| address.ip()),
            port: api.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(80),
        });
        Self { on_lambda }
    }

    /// Why prober may not connect to `port` of `ip`; `None` if it may.
    ///
    /// ```
    /// use prober::model::off_limits::OffLimits;
    /// let lambda = OffLimits::here(Some("127.0.0.1:9001"));
    /// assert!(lambda.why_not("169.254.169.254".parse().unwrap(), 80).is_some());
    /// assert!(lambda.why_not("127.0.0.1".parse().unwrap(), 9001).is_some());
    /// assert!(lambda.why_not("203.0.113.9".parse().unwrap(), 9001).is_none());
    /// ```
    #[must_use]
    pub fn why_not(&self, ip: IpAddr, port: u16) -> Option<OffLimit> {
        let runtime = self.on_lambda?;
        let ips = arrives_at(ip);
        if ips.iter().any(|ip| is_link_local(*ip)) {
            return Some(OffLimit::AwsService);
        }
        let is_runtime =
            |ip: &IpAddr| ip.is_loopback() || ip.is_unspecified() || Some(*ip) == runtime.ip;
        if ips.iter().any(is_runtime) {
            return (port == runtime.port).then_some(OffLimit::LambdaRuntime);
        }
        (port == MAIL_PORT && !ips.iter().any(is_private)).then_some(OffLimit::MailPort)
    }

    /// The same for a host as a URL has it, without brackets. It does not look up
    /// names: it knows only this machine's own.
    #[must_use]
    pub fn why_not_host(&self, host: &str, port: u16) -> Option<OffLimit> {
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        let is_here = name == "localhost" || name.ends_with(".localhost");
        // A scope id, as in `fe80::1%eth0`, changes nothing.
        let ip = name.split('%').next().and_then(|ip| ip.parse().ok());
        let ip = ip.or(is_here.then_some(IpAddr::V4(Ipv4Addr::LOCALHOST)))?;
        self.why_not(ip, port)
    }
}

/// SMTP between servers.
const MAIL_PORT: u16 = 25;

/// Whether `ip` is of a network of one's own, where AWS closes nothing.
fn is_private(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private(),
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local() || ip.segments()[..2] == AWS_LOCAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: [&str; 14] = [
        "169.254.169.254",
        "169.254.0.1",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::169.254.169.254",
        "64:ff9b:1:a9fe:a9:fe00::",
        "64:ff9b:1:aaa9:fe:a9fe::",
        "64:ff9b:1:aaaa:a9:fea9:fe00:0",
        "2002:a9fe:a9fe::1",
        "fe80::1",
        "febf::1%eth0",
        "fd00:ec2::254",
        "fd00:ec2::23",
    ];

    #[test]
    fn what_hands_out_credentials_is_off_limits_on_lambda_alone() {
        let lambda = OffLimits::here(Some("127.0.0.1:9001"));
        for host in REFUSED {
            assert!(lambda.why_not_host(host, 80).is_some(), "{host}");
            assert!(OffLimits::default().why_not_host(host, 80).is_none(), "{host}");
        }
        for host in ["192.168.1.1", "203.0.113.9", "fd00::1", "2001:db8::1", "example.com", "::1"] {
            assert!(lambda.why_not_host(host, 80).is_none(), "{host}");
        }
    }

    #[test]
    fn the_runtime_is_off_limits_by_whatever_name() {
        for api in ["127.0.0.1:9001", "169.254.100.1:9001", "sandbox:9001"] {
            let lambda = OffLimits::here(Some(api));
            for host in
                ["127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "localhost", "A.LocalHost."]
            {
                assert!(lambda.why_not_host(host, 9001).is_some(), "{api} {host}");
                assert!(lambda.why_not_host(host, 9002).is_none(), "{api} {host}");
            }
        }
        assert_eq!(OffLimits::here(None), OffLimits::default());
        assert_eq!(OffLimits::here(Some("")), OffLimits::default());
    }
}
