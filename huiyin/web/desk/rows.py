"""Cases as rows of a list: what `includes/case_row.html` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.cases import words
from huiyin.cases.workflow import WaitingFor
from huiyin.clocks import queries as clocks
from huiyin.web.steps import steps

from .facts import Fact, facts

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.clocks.models import Clock


class Mark(NamedTuple):
    """Something that sets a case apart, and how it is drawn."""

    tone: str
    text: str


@dataclass(frozen=True)
class Row:
    """One line; `due_at`, `warn_at` and `due_kind_label` are of the running clock that is due first."""

    url: str
    subject: str
    severity: str
    steps: tuple[str, ...]
    status_label: str
    due_at: datetime | None
    warn_at: datetime | None
    due_kind_label: str
    place: str
    site_name: str
    customer_name: str
    tier: int | None
    department_name: str
    handler_name: str
    last_word: str
    marks: Sequence[Mark]
    gathered: bool
    """Does it belong to an incident?"""
    excerpt: str
    number: str
    version: int
    facts: Sequence[Fact]
    """What an inbox shows besides."""


def rows(
    cases: Sequence[Case],
    now: datetime,
    *,
    excerpts: Mapping[int, str] | None = None,
    columns: Sequence[str] = (),
    grouped: Mapping[int, Mark] | None = None,
) -> list[Row]:
    """Rows of these cases in their order: one query for all their clocks. `columns`: names of facts; `grouped`: marks
    of those that others have spoken of too."""
    open_clocks = clocks.open_by_case([case.pk for case in cases]) if cases else {}
    said = excerpts or {}
    made = [_row(case, open_clocks.get(case.pk, []), now, said.get(case.pk, ""), columns) for case in cases]
    marked = grouped or {}
    return [
        replace(row, marks=[*row.marks, marked[case.pk]]) if case.pk in marked else row
        for row, case in zip(made, cases, strict=True)
    ]


def first_due(open_clocks: Sequence[Clock]) -> Clock | None:
    """The running clock that is due first, of open ones in order."""
    return next((clock for clock in open_clocks if not clock.paused), None)


def _status(case: Case) -> str:
    # Not `get_status_display`: it translates every choice at each call, a tenth of the time of a page.
    return str(WaitingFor(case.waiting_for).label) if case.waiting_for else words.status(case.status)


def marks(case: Case) -> list[Mark]:
    """Who waits for what besides the clocks."""
    found = []
    if case.decide_since is not None:
        found.append(Mark("decide", _("waits for a decision")))
    if case.supervised_by_id is not None and case.resolved_at is None:
        found.append(Mark("watched", _("supervised")))
    if case.chased:
        found.append(Mark("chased", _("chased ×%(times)d") % {"times": case.chased}))
    return found


def _row(case: Case, open_clocks: Sequence[Clock], now: datetime, excerpt: str, columns: Sequence[str]) -> Row:
    due = first_due(open_clocks)
    return Row(
        url=reverse("case", args=[case.number]),
        subject=case.subject,
        severity=case.severity,
        steps=steps(case, open_clocks, now),
        status_label=_status(case),
        due_at=due.due_at if due else None,
        warn_at=due.warn_at if due else None,
        due_kind_label=str(clocks.KINDS[due.kind]) if due else "",
        place=case.place,
        site_name=case.site.name,
        customer_name=case.customer.name if case.customer else "",
        tier=case.customer.tier_id if case.customer else None,
        department_name=case.department.name if case.department else "",
        handler_name=case.handler.name if case.handler else "",
        last_word=case.last_word,
        marks=marks(case),
        gathered=case.incident_id is not None,
        excerpt=excerpt,
        number=case.number,
        version=case.seq,
        facts=facts(case, now, columns),
    )
