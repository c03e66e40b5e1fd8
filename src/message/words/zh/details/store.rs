//! Why the store cannot be read or written, in Chinese.

use crate::model::detail::StoreDetail;

use super::os;

/// What to do about a file that is spoilt.
const REPAIR: &str = "请用备份恢复，或移走此文件及其 -wal 文件后重新开始";

/// It may be better the next time.
const TRIED_AGAIN: &str = "下一轮会重试";

pub(super) fn store(detail: &StoreDetail) -> String {
    use StoreDetail as It;
    match detail {
        It::NotSqlite {} => {
            "不是 SQLite 文件，或文件开头已损坏：请指定其他文件，或用备份恢复".into()
        }
        It::Damaged { said } => format!("文件已损坏（“{said}”）：{REPAIR}"),
        It::NoAccess { said } => {
            format!("无法写入（“{said}”）：请检查此用户对文件及所在文件夹的写权限")
        }
        It::Busy { said } => format!("其他进程占用过久（“{said}”）：请稍后再试"),
        It::DiskFull { said } => format!("磁盘已满（“{said}”）：请腾出空间"),
        It::DiskFails { said } => format!("磁盘出错（“{said}”）：可能已满或损坏"),
        It::Path { why } => format!("{}：请检查路径和权限", os::os(why)),
        It::Row { name, said } => format!(
            "无法读取“{name}”的记录（“{said}”）：请用备份恢复文件，或从表“target”中删除该名称的行，以重新开始"
        ),
        It::Item { name, said } => {
            format!("无法读取“{name}”的记录（“{said}”）：请用备份恢复该项，或将其删除以重新开始")
        }
        It::TooSlow { seconds } => format!("耗时超过 {seconds} 秒：{TRIED_AGAIN}"),
        It::NoAnswer {} => format!("未及时响应：{TRIED_AGAIN}"),
        It::BrokeOff {} => format!("响应中途断开：{TRIED_AGAIN}"),
        It::Unreached { said } => format!("无法连接（“{said}”）：{TRIED_AGAIN}"),
        It::NoTable {} => "此区域和账号中没有该表：请创建，或在 PROBER_TABLE 中指定其他表".into(),
        It::Denied { said } => format!(
            "访问被拒绝（“{said}”）：请授予“dynamodb:Query, GetItem, PutItem, UpdateItem, DeleteItem”权限"
        ),
        It::Credentials { said } => format!("凭证未被接受（“{said}”）：请更新凭证并检查时钟"),
        It::Throttled { said } => format!("请求被限流（“{said}”）：请提高容量，或降低探测频率"),
        It::OtherKeys { said } => {
            format!("表的结构不符（“{said}”）：键必须是字符串“kind”和“name”")
        }
        It::ServiceFailed { said } => format!("DynamoDB 自身出错（“{said}”）：{TRIED_AGAIN}"),
        It::Other { said } => format!("“{said}”"),
    }
}
