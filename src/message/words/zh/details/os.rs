//! What the system here says of what it could not do, in Chinese.

use crate::model::detail::{OsFault, ResolverFault};

pub(super) fn os(fault: &OsFault) -> String {
    use OsFault as It;
    match fault {
        It::TooManyFiles {} => "打开的文件过多".into(),
        It::NoMemory {} => "内存不足".into(),
        It::NoPort {} => "没有可用的端口".into(),
        It::NoAddress {} => "本机没有可用的源地址".into(),
        It::NotFound {} => "没有这个文件".into(),
        It::NotThere {} => "不存在".into(),
        It::Denied {} => "没有读取权限".into(),
        It::NotUtf8 {} => "不是 UTF-8 文本".into(),
        It::Other { said } => format!("“{said}”"),
    }
}

pub(super) fn resolver(fault: &ResolverFault) -> String {
    use ResolverFault as It;
    match fault {
        It::NoSuchName {} => "没有这个名称".into(),
        It::NoAddress {} => "该名称没有地址".into(),
        It::NoAnswer {} => "域名服务器没有应答".into(),
        It::Refused {} => "域名服务器出错".into(),
        It::Unreached { server } => format!("无法连接域名服务器 {server}"),
        It::NotDns { server } => format!("{server} 的响应不是 DNS"),
        It::Code { answered } => answered.clone(),
        It::Other { said } => format!("“{said}”"),
    }
}
