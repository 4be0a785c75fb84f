"""What a column is, told by its head: our own names and those that files of other systems usually carry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

HEADS: Mapping[str, str] = {
    "external_number": "留言编号 工单编号 工单号 受理编号 受理单号 投诉编号 报修编号 信件编号 来信编号 外部编号 "
    "单号 编号 externalnumber externalid uniquekey casenumber caseid ticketnumber ticketid servicerequestid number no "
    "id",
    "customer": "留言用户 客户姓名 客户名称 业主姓名 投诉人 报修人 来电人 反映人 联系人 姓名 客户 业主 住户 用户 "
    "customername customer contactname caller contact name user",
    "phone": "联系电话 手机号码 手机号 电话号码 来电号码 手机 电话 联系方式 phonenumber phone mobile telephone tel",
    "email": "电子邮箱 电子邮件 邮箱 邮件地址 emailaddress email mail",
    "tier": "客户等级 客户级别 会员等级 customertier tier",
    "subject": "留言主题 投诉主题 主题 标题 subject title summary",
    "text": "留言详情 留言内容 投诉内容 报修内容 诉求内容 反映内容 来信内容 问题描述 详细描述 详情 内容 描述 正文 "
    "text description details detail content message body",
    "received_at": "留言时间 收到时间 受理时间 来电时间 投诉时间 报修时间 来信时间 提交时间 创建时间 登记时间 "
    "时间 日期 receivedat receiveddate received createdat createddate created openedat opendate submittedat date",
    "reply": "答复意见 答复内容 回复内容 回复意见 处理结果 办理结果 答复 回复 "
    "reply answer response resolution resolutiondescription",
    "replied_at": "答复时间 回复时间 办结时间 完成时间 repliedat answeredat resolvedat closedat closeddate closed",
    "place": "详细地址 事发地点 地址 位置 地点 房号 房间号 place address incidentaddress",
    "category": "问题分类 诉求分类 投诉分类 分类 类别 category",
    "kind": "工单类型 诉求类型 kind",
    "channel": "来源渠道 受理渠道 渠道 channel",
    "site": "项目代码 小区代码 site sitecode",
}
"""For each target its usual heads, the surest first; written as `plain` leaves them."""
_TO_DROP = re.compile(r"[\s_\-:：*.]+|[(（【\[].*?[)）】\]]")


def plain(head: str) -> str:
    """A head without case, marks and what stands in brackets: `Received_At (UTC)` is `receivedat`."""
    return _TO_DROP.sub("", head).casefold()


def first_of(columns: Sequence[str], heads: str) -> str | None:
    """The column that carries the surest of some heads."""
    by_head = {plain(column): column for column in reversed(columns)}
    return next((by_head[head] for head in heads.split() if head in by_head), None)


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Target → column, as far as the heads tell; a column is taken once."""
    by_head: dict[str, str] = {}
    for column in columns:
        by_head.setdefault(plain(column), column)
    found: dict[str, str] = {}
    for target, heads in HEADS.items():
        head = next((head for head in heads.split() if head in by_head), None)
        if head is not None:
            found[target] = by_head[head]
    return found
