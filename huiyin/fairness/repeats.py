"""The same customer with the same matter again: found a moment after it came in, so that making a case costs nothing.

The case is linked with the earlier one, is one level more urgent by the rule of severity, goes to somebody else than
whoever had the earlier one, and the supervisor knows of it. Whose identity is protected is never linked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from huiyin.alerts.models import What
from huiyin.cases import details, timeline
from huiyin.cases.change import Change
from huiyin.cases.lists import categories
from huiyin.cases.models import Case, CaseEvent, Kind
from huiyin.cases.oversight import refer_if_serious
from huiyin.cases.severity import repeated
from huiyin.cases.workflow import OPEN, EventKind, Status
from huiyin.org.models import User
from huiyin.recovery.models import CaseFailure

from .handlers import TOPIC, somebody_else, tell_supervisors
from .models import Repeat, Why
from .rules import rule

KINDS = (Kind.COMPLAINT, Kind.REPAIR, Kind.REQUEST)
"""What can come again. A report stands alone, and asking twice is nobody's failure."""
WHAT = "repeat"
GRADING = (EventKind.RECEIVED, EventKind.GRADED)
LOOKED_AT = 50
SECOND_WORD = timedelta(hours=24)
"""So soon after one that is still open it is a second word about it, to be joined, and nothing that came again."""
_NOT = (Status.JOINED, Status.WITHDRAWN)


def look(ids: Collection[int], now: datetime) -> None:
    """Look at these cases: those with which a customer came again are dealt with, each in a transaction of its own."""
    rows = Case.objects.filter(pk__in=ids, customer__isnull=False, protected=False, kind__in=KINDS, status__in=OPEN)
    for case in rows.filter(repeat=None).order_by("pk"):
        found = earlier(case)
        if found is not None:
            _come_again(case, *found, now)


def earlier(case: Case) -> tuple[Case, Why] | None:
    """The last case before this one in which the customer came with the same matter, and by what it is the same."""
    begin = case.received_at - timedelta(days=rule().repeat_days)
    rows = Case.objects.filter(customer=case.customer_id, protected=False, kind__in=KINDS)
    rows = rows.filter(Q(received_at__lt=case.received_at) | Q(received_at=case.received_at, pk__lt=case.pk))
    rows = rows.exclude(status__in=_NOT).order_by("-pk")[:LOOKED_AT]
    near = [one for one in rows if (one.resolved_at or begin) >= begin and not _second_word(case, one)]
    failures = _failures([case, *near]) if near else {}
    return next(((one, why) for one in near if (why := _same(case, one, failures))), None)


def _second_word(case: Case, before: Case) -> bool:
    settled = before.resolved_at is not None and before.resolved_at <= case.received_at
    return not settled and case.received_at - before.received_at < SECOND_WORD


def _failures(cases: Sequence[Case]) -> dict[int, int]:
    return dict(CaseFailure.objects.filter(case__in=cases).values_list("case", "failure"))


def _same(case: Case, other: Case, failures: dict[int, int]) -> Why | None:
    if case.category_id and case.category_id == other.category_id:
        return Why.CATEGORY
    if (branch := _branch(case)) and branch == _branch(other):
        return Why.BRANCH
    failure = failures.get(case.pk)
    return Why.FAILURE if failure is not None and failure == failures.get(other.pk) else None


def _branch(case: Case) -> int | None:
    found = categories().by_id.get(case.category_id) if case.category_id else None
    return found.parent_id if found is not None else None


@transaction.atomic
def _come_again(case: Case, before: Case, why: Why, now: datetime) -> None:
    with timeline.editing_all([case.pk, before.pk], at=now, actor=None) as changes:
        change, other = changes[case.pk], changes[before.pk]
        # Asked under the lock: another worker may have been here, or the case may have ended meanwhile.
        if change.now.status not in OPEN or Repeat.objects.filter(case=case.pk).exists():
            return
        had = before.handler_id or before.owner_id
        taken = had is not None and change.now.handler_id == had
        chosen = somebody_else(change, [had]) if had and (taken or change.now.handler_id is None) else None
        event = write_down(change, (before.pk, had), why, chosen)
        _link(change, other)
        urge(change, _graded(case))
        if taken and chosen is not None:
            change.add(EventKind.ASSIGNED, {"to": chosen.pk})
        tell_supervisors(change, event, What.REPEATED)


def hand_on(change: Change) -> None:
    """Whoever had the matter the first time and takes it again owns it, but somebody else works on it. A person who
    assigns it back to them does so knowingly, and is not overruled."""
    found = Repeat.objects.filter(case=change.case).select_related("earlier").first()
    had = (found.earlier.handler_id or found.earlier.owner_id) if found is not None else None
    if had is None or change.now.handler_id != had:
        return
    chosen = somebody_else(change, [had])
    if chosen is not None:
        change.add(EventKind.ASSIGNED, {"to": chosen.pk})


def write_down(change: Change, before: tuple[int, int | None], why: Why, chosen: User | None) -> CaseEvent:
    """That a case is the matter of the one before again (its id, and who had it), and who is to take it: under the
    lock of the case."""
    earlier_id, had = before
    Repeat.objects.create(case_id=change.case.pk, earlier_id=earlier_id, why=why, at=change.at)
    taken = had is not None and change.now.handler_id == had
    data = {"what": WHAT, "case": earlier_id, "why": why.value, "was": had}
    data |= {"suggest": chosen.pk if chosen else None, "nobody": taken and chosen is None}
    return change.add(EventKind.NOTED, data, topic=TOPIC)


def _link(change: Change, other: Change) -> None:
    if other.case.pk not in details.read(change.case).related:
        for one, to in ((change, other), (other, change)):
            one.add(EventKind.NOTED, {"what": "related", "case": to.case.pk}, topic=details.TOPIC)


def _graded(case: Case) -> dict[str, Any]:
    rows = CaseEvent.objects.filter(case=case, kind__in=GRADING)
    found: dict[str, Any] = rows.order_by("-seq").values_list("data", flat=True)[0]["grade"]
    return found


def urge(change: Change, stored: dict[str, Any]) -> None:
    """A level more, by the rule of severity, whose stored sentence says so; what a person has set by hand stays."""
    category = categories().by_id.get(change.now.category_id or 0)
    found = repeated(stored, floor=category.floor if category else "")
    if found is not None and found.severity < change.now.severity:
        data = {"severity": found.severity, "complexity": change.now.complexity, "grade": found.data()}
        change.add(EventKind.GRADED, data)
        refer_if_serious(change)
