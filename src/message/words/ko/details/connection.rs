//! Why there is no connection, and what is wrong with a banner or
//! the answer of a name server or with a WebSocket, in Korean.

use crate::message::time::Calendar;
use crate::model::detail::{
    BannerDetail, ConnectionDetail, DnsDetail, GrpcDetail, PeerName, SshDetail, WebSocketDetail,
};

use super::os;

/// `nas.example`, or `프록시 nas.example`.
pub(super) fn name(peer: &PeerName) -> String {
    let role = if peer.is_proxy { "프록시 " } else { "" };
    format!("{role}{}", peer.host)
}

pub(super) fn connection(detail: &ConnectionDetail, calendar: Calendar) -> String {
    use ConnectionDetail as It;
    match detail {
        It::Unresolved { host, why } => {
            format!("{host} 이름을 찾을 수 없음: {}", os::resolver(why))
        }
        It::NotResolvedWithin { within } => {
            format!("이름을 {} 안에 찾지 못함", calendar.short(*within))
        }
        It::NoAddress { peer } => format!("{} 주소 없음", name(peer)),
        It::NoAddressOf { peer, family } => format!("{} {family} 주소 없음", name(peer)),
        It::NoConnectionWithin { within, address } => {
            format!("{} 안에 연결되지 않음 ({address})", calendar.short(*within))
        }
        It::Refused { peer, address } => format!("{} 연결 거부 ({address})", name(peer)),
        It::Reset { peer, address } => format!("{} 연결 재설정 ({address})", name(peer)),
        It::Silent { peer, address } => format!("{} 응답 없음 ({address})", name(peer)),
        It::Unreachable { peer, address } => format!("{} 도달 불가 ({address})", name(peer)),
        It::BecameUnreachable { peer } => format!("{} 연결 도중 도달 불가", name(peer)),
        It::StoppedAnswering { peer } => format!("{} 연결 도중 응답 중단", name(peer)),
        It::ClosedEarly { peer } => format!("{} 응답이 끝나기 전에 연결 종료", name(peer)),
        It::ResetEarly { peer } => format!("{} 응답이 끝나기 전에 연결 재설정", name(peer)),
        It::BrokeProtocol { peer, why } => format!("{} 프로토콜 위반: `{why}`", name(peer)),
        It::NoProxyWithin { within } => {
            format!("{} 안에 응답 없음 (프록시 대기 중)", calendar.short(*within))
        }
        It::NoHandshakeWithin { within } => {
            format!("{} 안에 응답 없음 (연결됨, TLS 핸드셰이크 대기 중)", calendar.short(*within))
        }
        It::NoFirstByteWithin { within } => {
            format!("{} 안에 응답 없음 (연결됨, 첫 바이트 대기 중)", calendar.short(*within))
        }
        It::NoAnswerWithin { within } => format!("{} 안에 응답 없음", calendar.short(*within)),
        It::Unanswered { peer, sent } => format!("{} 핑 {sent}회에 모두 응답 없음", name(peer)),
        It::LostPings { peer, answered, sent, expected } => {
            format!("{} 핑 {sent}회 중 {answered}회만 응답, 기대값 {expected}회", name(peer))
        }
        It::NoWayForPings { peer, ip } => format!("{} 도달 불가 ({ip})", name(peer)),
        It::IncompleteWithin { within } => {
            format!("응답이 {} 안에 끝나지 않음", calendar.short(*within))
        }
    }
}

pub(super) fn banner(detail: &BannerDetail, calendar: Calendar) -> String {
    match detail {
        BannerDetail::NoneWithin { within } => {
            format!("{} 안에 배너 없음 (연결됨, 아무 말 없음)", calendar.short(*within))
        }
        BannerDetail::OnlyWithin { within, said } => {
            format!("{} 동안 받은 배너는 `{said}`뿐", calendar.short(*within))
        }
        BannerDetail::Other { said, expected } => {
            format!("배너가 `{said}`, 기대값 `{expected}`")
        }
        BannerDetail::ClosedWithout { host } => format!("{host} 배너 없이 연결 종료"),
        BannerDetail::NoAnswerWithin { within, number } => {
            format!("대화의 {number}번째 응답이 {} 안에 오지 않음", calendar.short(*within))
        }
        BannerDetail::OnlyAnswerWithin { within, number, said } => {
            format!("{} 동안 받은 대화의 {number}번째 응답은 `{said}`뿐", calendar.short(*within))
        }
        BannerDetail::OtherAnswer { number, said, expected } => {
            format!("대화의 {number}번째 응답이 `{said}`, 기대값 `{expected}`")
        }
        BannerDetail::NoStartTls { said } => {
            format!("TLS 전환을 거부함 (`starttls = false`면 TLS 없이 확인): `{said}`")
        }
        BannerDetail::ClosedBefore { host, number } => {
            format!("{host} 대화의 {number}번째 응답 전에 연결 종료")
        }
    }
}

pub(super) fn dns(detail: &DnsDetail) -> String {
    match detail {
        DnsDetail::Code { answered, expected } => format!("{answered} 응답, 기대값 {expected}"),
        DnsDetail::NoRecord { name, kind } => format!("{name}에 {kind} 레코드 없음"),
        DnsDetail::OtherRecords { found, expected } => {
            format!("레코드가 {found}, 기대값 {expected}")
        }
        DnsDetail::NotDns { host } => format!("{host} 응답이 DNS가 아님"),
    }
}

pub(super) fn websocket(detail: &WebSocketDetail) -> String {
    use WebSocketDetail as It;
    match detail {
        It::NoHandshake { host, header } => {
            format!("{host} WebSocket 연결을 수락하지 않음: 헤더 `{header}`가 없거나 잘못됨")
        }
        It::NoSubprotocol { host, offered } => {
            format!("{host} 선택한 하위 프로토콜 없음, 기대값 {offered}")
        }
        It::OtherSubprotocol { host, taken } => {
            format!("{host} 제안하지 않은 하위 프로토콜 선택: `{taken}`")
        }
        It::TooLong { host, kib } => format!("{host} 메시지가 {kib} KiB를 초과함"),
        It::Closed { host, close } => format!("{host} 코드 {close}로 연결 종료"),
        It::ClosedSaying { host, close, said } => {
            format!("{host} 코드 {close}로 연결 종료: `{said}`")
        }
        It::OtherClose { close, expected } => {
            format!("종료 코드 {close}, 기대값 {expected}")
        }
    }
}

pub(super) fn ssh(detail: &SshDetail) -> String {
    use SshDetail as It;
    match detail {
        It::NotSsh { host, begins } => {
            format!("{host} 응답이 SSH 2가 아님, 시작 부분: `{begins}`")
        }
        It::RulesBroken { host } => format!("{host} SSH 규칙 위반"),
        It::NothingShared { host } => format!(
            "{host} prober가 아는 키 교환 방식이나 키 종류가 없음 (prober의 한계이며, tcp://에는 \
             필요 없음)"
        ),
        It::Ended { host, said } => format!("{host} 키 교환 중단: `{said}`"),
        It::NotProven { host } => {
            format!("{host} 호스트 키가 자기 것임을 증명하지 못함: 키 교환 서명 오류")
        }
        It::OtherKey { host, found } => format!("{host} 호스트 키가 지정된 것과 다름: {found}"),
    }
}

pub(super) fn grpc(detail: &GrpcDetail) -> String {
    use GrpcDetail as It;
    match detail {
        It::NotGrpc { host } => format!("{host} 응답이 gRPC가 아님"),
        It::Refused { host, status } => format!("{host} 상태 확인 거부: {status}"),
        It::RefusedSaying { host, status, said } => {
            format!("{host} 상태 확인 거부: {status} (`{said}`)")
        }
        It::Health { found, expected } => format!("상태가 {found}, 기대값 {expected}"),
    }
}
