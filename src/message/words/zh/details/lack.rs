//! What a part of the configuration lacks, in Chinese.

use crate::model::detail::LackDetail;

use super::os;

pub(super) fn lack(detail: &LackDetail) -> String {
    use LackDetail as It;
    match detail {
        It::Variable { name } => format!("未设置环境变量 {name}"),
        It::UnnamedVariable {} => "有环境变量未设置（其名称可能是密钥，不予显示）".into(),
        It::UnfitVariable { name, .. } => format!("环境变量 {name} 的值无效"),
        It::Parameter { name } => format!("{name} 不存在、无权读取，或不适用于此处"),
        It::FileUnread { key, why } => format!("无法读取 {key} 指定的文件：{}", os::os(why)),
        It::NoCertificate { key } => format!("{key} 指定的文件中没有可读取的证书"),
        It::NoPrivateKey { key } => format!("{key} 指定的文件中没有可读取的私钥"),
        It::OtherKey {} => "私钥与证书不匹配".into(),
        It::NoRoot {} => "文件中没有根证书".into(),
    }
}
