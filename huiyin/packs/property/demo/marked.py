"""One customer whom the company looks after with particular care: why, until when, and what to do."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q

from huiyin.cases.actions import By
from huiyin.cases.workflow import OPEN
from huiyin.customers.models import Customer
from huiyin.fairness import marks
from huiyin.fairness.models import MarkKind

from .organisation import MANAGER, SUPERVISOR, Company

SINCE, RUNS = timedelta(days=24), timedelta(days=120)
OBJECTED, DECIDED = timedelta(days=12), timedelta(days=11)
REASON = "两次在前台与同事大声争执，一次推倒指示牌，录像已存；家里有需要照顾的老人，事情本身大多属实"
ADVICE = "由赵主管接待，上门两人同行。先把事情办完再谈态度，时限和标准与别人一样。"
NO = "我没有推人，牌子是碰倒的，要求取消。"
KEPT = "已回看录像，确认指示牌被推倒，没有伤到人；标注保留到期，到期不再续。"
TOLD = "赵主管不在场，由项目经理打电话告知结果和到期日，客户表示知道了。"


def mark_one(company: Company, until: datetime) -> None:
    """The one who speaks up most often, rather one with something open. They objected, and somebody else decided."""
    found = _who()
    if found is None:
        return
    supervisor, manager = company.staff[SUPERVISOR], company.staff[MANAGER]
    day = marks.today(found.site_id, until)
    by = By(supervisor, until - SINCE)
    words = {"reason": REASON, "advice": ADVICE}
    mark = marks.set_mark(found, by, kind=MarkKind.HOSTILE, until=day - SINCE + RUNS, **words)
    marks.object_to(mark.pk, By(supervisor, until - OBJECTED), words=NO)
    marks.decide(mark.pk, By(manager, until - DECIDED), upheld=False, reason=KEPT)
    marks.told(mark.pk, By(manager, until - DECIDED + timedelta(hours=2)), words=TOLD)


def _who() -> Customer | None:
    """At a site that has a manager, as somebody else than who set it decides on an objection."""
    spoke = Count("case", filter=Q(case__protected=False))
    still = Count("case", filter=Q(case__status__in=OPEN, case__protected=False))
    rows = Customer.objects.exclude(site__code="YGZ").select_related("site").annotate(spoke=spoke, still=still)
    often = list(rows.filter(spoke__gte=1).order_by("-spoke", "pk")[:8])
    return next((one for one in often if one.still), often[0] if often else None)
