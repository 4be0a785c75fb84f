"""When somebody else must look at a case: the supervisor, before it is settled; a reviewer, after it is resolved."""

from __future__ import annotations

from huiyin.org.house import rules

from . import queries
from .change import Change
from .models import Case, Kind
from .workflow import Because, EventKind


def must_refer(case: Case, severity: str, conduct: bool) -> Because | None:
    """What the supervisor decides on: every report, of complaints the serious ones and those about conduct."""
    if case.kind == Kind.REPORT:
        return Because.REPORT
    if case.kind != Kind.COMPLAINT:
        return None
    if conduct:
        return Because.CONDUCT
    return Because.SEVERITY if severity in ("P1", "P2") else None


def refer_if_serious(change: Change) -> None:
    """A complaint that turns out serious, or to be about conduct, is the supervisor's to decide; once."""
    category = queries.categories().by_id.get(change.now.category_id or 0)
    because = must_refer(change.case, change.now.severity, bool(category and category.conduct))
    if because and not change.now.referred and not change.case.caseevent_set.filter(kind=EventKind.DECIDED).exists():
        change.add(EventKind.REFERRED, {"because": because.value})


def waits(change: Change) -> dict[str, bool]:
    """What a result says of its review: in a house that reviews it waits, unless an inquiry or praise was answered
    without asking any department."""
    at_once = change.case.kind in (Kind.INQUIRY, Kind.PRAISE) and not change.now.hand_overs
    return {"review": True} if rules().review and not at_once else {}
