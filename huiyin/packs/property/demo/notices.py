"""What customers of the demo are told: a tank to be cleaned, a lift under repair, how to use a valve, whose a pipe is;
and a statement that waits for its second reader."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from huiyin.cases.actions import By
from huiyin.standards import announcing
from huiyin.standards.announcing import NoticeValues, stamp

from .organisation import MANAGER, SUPERVISOR, Company

_WROTE, _APPROVED = timedelta(hours=30), timedelta(hours=26)


def tell(company: Company, until: datetime) -> None:
    """Four are shown at 临江府, the statement about the night works at 枫林苑 is a draft."""
    zone = ZoneInfo(company.root.time_zone)
    wrote, approved = (By(company.staff[MANAGER], until - ago) for ago in (_WROTE, _APPROVED))
    for values in (_valve(until, zone), _whose(until, zone), _tank(until, zone), _lift(until, zone)):
        announcing.approve(announcing.write(values, wrote).pk, approved)
    announcing.write(_night(until, zone), By(company.staff[SUPERVISOR], until - _APPROVED))


def _day(until: datetime, zone: ZoneInfo, days: int, hour: int) -> str:
    return stamp(datetime.combine(until.astimezone(zone).date() + timedelta(days=days), time(hour), zone))


def _tank(until: datetime, zone: ZoneInfo) -> NoticeValues:
    return NoticeValues(
        kind="work",
        site="LJF",
        title="生活水箱清洗，全小区停水",
        text="半年一次的水箱清洗消毒。清洗期间停水；恢复供水后，水可能先发黄几分钟，放一会儿就清。",
        advice="请提前储水，关好水龙头。恢复后先放水三五分钟再用；半小时后还浑，请马上告诉我们。",
        title_en="Water tank cleaning: no water at 临江府",
        text_en="The tanks are cleaned and disinfected twice a year. There is no water meanwhile; after that it may "
        "look yellow for some minutes.",
        advice_en="Keep some water, and shut your taps. Afterwards let the water run for three to five minutes; tell "
        "us at once if it isn't clear after half an hour.",
        categories="repair-public/water-drain",
        show_from=stamp(until - _WROTE),
        begins_at=_day(until, zone, 1, 9),
        until=_day(until, zone, 1, 12),
    )


def _lift(until: datetime, zone: ZoneInfo) -> NoticeValues:
    return NoticeValues(
        kind="outage",
        site="LJF",
        title="3 号楼 2 号电梯更换曳引钢丝绳",
        text="更换期间 2 号电梯停用，1 号电梯照常。早晚高峰等候约三至五分钟。",
        cause="年检发现钢丝绳磨损接近更换标准，提前更换。",
        doing="维保单位每天 9:00–18:00 施工，完工经检验后恢复。",
        advice="行动不便或要搬大件，请提前一天告诉服务中心，我们安排专人陪同。",
        title_en="Block 3, lift 2: its ropes are replaced",
        text_en="Lift 2 stands still meanwhile, lift 1 runs. In the rush hours expect to wait three to five minutes.",
        cause_en="The yearly inspection found the ropes worn almost to the limit; they are replaced before it is "
        "reached.",
        doing_en="The maintenance firm works from 9:00 to 18:00; after an inspection the lift runs again.",
        advice_en="If walking is hard for you, or you move something big, tell the desk a day before: somebody comes "
        "along.",
        categories="repair-public/lift",
        show_from=stamp(until - _WROTE),
        begins_at=_day(until, zone, -1, 9),
        until=_day(until, zone, 12, 18),
    )


def _valve(until: datetime, zone: ZoneInfo) -> NoticeValues:
    return NoticeValues(
        kind="use",
        site="LJF",
        title="家里漏水，先关这个总阀",
        text="水表井里有每户自己的总阀，顺时针拧到底就停水。漏水时先关阀，再打电话，损失会小很多。",
        advice="请趁现在试着拧一次；拧不动请告诉我们，免费上门润滑。",
        title_en="A leak at home: shut this valve first",
        text_en="Each home has a valve of its own in the meter shaft; turn it clockwise as far as it goes. First the "
        "valve, then the telephone.",
        advice_en="Try it now; if it is stuck tell us, we come and grease it free of charge.",
        categories="repair-home/plumbing",
        show_from=stamp(until - _WROTE),
        until=_day(until, zone, 60, 18),
    )


def _whose(until: datetime, zone: ZoneInfo) -> NoticeValues:
    return NoticeValues(
        kind="scope",
        site="LJF",
        title="公共维修和户内维修，哪一段归谁",
        text="水表以外的管道和公共照明由我们免费维修；水表以内、户内的水电由业主付费，先报价、您同意再动手。",
        advice="报修时说清楚位置，我们当场告诉您归哪一段。",
        title_en="Shared and private repairs: whose is what",
        text_en="Pipes up to the meter and shared lights are ours to repair, free of charge; what lies behind it "
        "is paid by the owner: a price first, and nothing is done before you agree.",
        advice_en="Say where it is; we tell you at once whose it is.",
        show_from=stamp(until - _WROTE),
        until=_day(until, zone, 90, 18),
    )


def _night(until: datetime, zone: ZoneInfo) -> NoticeValues:
    return NoticeValues(
        kind="statement",
        site="FLY",
        title="关于隔壁工地夜间施工的说明",
        text="近三周有 26 户反映隔壁工地夜间施工。工地只有两晚的浇筑许可，其余各晚没有许可。",
        cause="工地赶工期；许可以外的施工由主管部门认定，认定结果出来前以此为限。",
        doing="我们每晚两次记录分贝，已三次函告工地，并把记录交给主管部门。",
        advice="夜间受扰请拨打 12345 或告诉我们楼栋和时间，我们一并记录提交。",
        show_from=stamp(until),
        until=_day(until, zone, 20, 18),
        next_at=_day(until, zone, 3, 18),
    )
