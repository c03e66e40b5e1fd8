//! Why the prober could not find out, in Korean.

use crate::message::time::Calendar;
use crate::model::detail::OwnDetail;

use super::connection::name;
use super::os;

pub(super) fn own(detail: &OwnDetail, calendar: Calendar) -> String {
    use OwnDetail as It;
    match detail {
        It::NoProcessor { within, lost } => format!(
            "{} 안에 응답을 읽지 못함, 그중 {} 동안 prober 자체가 CPU를 얻지 못함",
            calendar.short(*within),
            calendar.short(*lost)
        ),
        It::TooManyLookups { within } => format!(
            "{} 안에 이름 조회를 시작하지 못함: 멈춰 있는 다른 조회가 너무 많음",
            calendar.short(*within)
        ),
        It::TooManyBodies { within } => format!(
            "{} 안에 본문을 둘 메모리가 나지 않음: 큰 본문이 너무 많음",
            calendar.short(*within)
        ),
        It::BodyUnread { within } => {
            format!("{} 안에 본문을 살펴볼 시간이 없었음", calendar.short(*within))
        }
        It::NoNetwork {} => "prober 자체에 네트워크가 없었음".into(),
        It::BehindPartial { root } => format!("의존하는 {root}, 다른 곳에서만 접속됨"),
        It::RoundOver {} => "응답이 오기 전에 이번 회차 시간이 끝남".into(),
        It::Failed { why } => format!("prober 자체 오류: {}", os::os(why)),
        It::System { why } => os::os(why),
        It::WithoutAws {} => "AWS에 있으나 이 prober 빌드는 AWS를 지원하지 않음".into(),
        It::Panicked {} => "prober 자체 오류: 프로그램 결함".into(),
        It::NotSetUp {} => "prober에 이 대상을 위한 준비가 되어 있지 않음".into(),
        It::ProxyPassword {} => "프록시 인증 정보를 보낼 수 없음".into(),
        It::NoNameForProxy { host } => format!("프록시에 요청할 수 없는 이름: {host}"),
        It::RuntimeAddress { peer, ip } => {
            format!("{} 확인하지 않음: {ip} 주소는 Lambda 런타임의 것", name(peer))
        }
        It::AwsAddress { peer, ip } => {
            format!("{} 확인하지 않음: {ip} 주소는 이 장비용 AWS 내부 서비스의 것", name(peer))
        }
        It::MailPort { peer } => {
            format!(
                "{} 프로브하지 않음: AWS는 Lambda에서 25번 포트를 막음, 587이나 465 사용",
                name(peer)
            )
        }
        It::PingsForbidden {} => {
            "이곳에서는 핑을 보낼 수 없음 (Lambda 등), 핑 대신 포트를 확인".into()
        }
        It::HasOnly { family } => format!("{family} 주소만 있고, 여기에는 {family} 없음"),
        It::PeerHasOnly { peer, family } => {
            format!("{} {family} 주소만 있고, 여기에는 {family} 없음", name(peer))
        }
        It::Needs { family } => format!("{family} 필요, 여기에는 {family} 없음"),
        It::PeerNeeds { peer, family } => {
            format!("{} {family} 필요, 여기에는 {family} 없음", name(peer))
        }
    }
}
