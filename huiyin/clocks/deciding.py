"""What waits for a decision, and who may take it: the rules of the verbs, for lists and forms to offer by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from huiyin.cases import queries as cases
from huiyin.cases.models import CaseEvent
from huiyin.cases.queries import Filter, Page
from huiyin.cases.workflow import REFUSAL, Because, EventKind
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from .models import ClockKind

Settleable = Callable[[User, Collection[int]], set[tuple[int, int]]]
SETTLEABLE: list[Settleable] = []
"""Of approvals, what a person may decide in these cases: (case, event number). Who may approve what is known by
`recovery`, which stands above this package; `wiring.py` puts it in here."""
LOOKED_AT = 500
"""So many waiting cases are looked at for one page, whoever may decide them; the next page goes on after them."""


@dataclass(frozen=True)
class Application:
    """What was applied for, and by whom. `clock`: whose deadline, of one for more time."""

    kind: str
    asker: int | None
    clock: str = ""


def may_settle(user: User, site: int, referred: str, one: Application) -> bool:
    """May `user` say yes or no to an application at `site`? Nobody to their own, except an administrator."""
    if one.asker == user.pk and not access.may(user, Verb.ADMINISTER, site):
        return False
    if one.kind == EventKind.RETURNING:
        return referred != Because.RETURNED and access.may(user, Verb.DECIDE_RETURN, site)
    if one.kind == EventKind.PLANNING:
        return access.may(user, Verb.DECIDE_PLAN, site)
    lead = one.clock == ClockKind.REPLY or access.may(user, Verb.DECIDE, site)
    return lead and access.may(user, Verb.DECIDE_EXTENSION, site)


def to_decide(user: User, wanted: Filter, *, before: int | None = None, limit: int = 50) -> Page:
    """The cases in which somebody waits for a decision that `user` may take, newest first, below case id `before`."""
    mine, more = _theirs(user, wanted, before)
    items = cases.of_ids(user, mine[:limit])
    return Page(items, mine[limit - 1]) if len(mine) > limit else Page(items, more)


def how_many(user: User) -> tuple[int, bool]:
    """So many cases wait for a decision of `user`, and whether there may be more."""
    mine, more = _theirs(user, Filter(), None)
    return len(mine), more is not None


def _theirs(user: User, wanted: Filter, before: int | None) -> tuple[list[int], int | None]:
    """The keys of those that they may decide, of so many that wait, and the last of these if there are more."""
    rows = replace(wanted, deciding=True).apply(cases.visible(user))
    rows = rows.filter(pk__lt=before) if before is not None else rows
    waiting = list(rows.order_by("-pk").values_list("pk", "site", "referred", "open_requests")[: LOOKED_AT + 1])
    looked, more = waiting[:LOOKED_AT], len(waiting) > LOOKED_AT
    asked = _applications(pk for pk, _site, _referred, requests in looked if requests)
    approvals = _approvals(user, [pk for pk, _site, _referred, requests in looked if _approves(requests)])
    mine = [
        pk
        for pk, site, referred, requests in looked
        if (referred and access.may(user, Verb.DECIDE, site))
        or any(
            (
                (access.may(user, Verb.DECIDE_REFUSAL, site) if about == REFUSAL else (pk, seq) in approvals)
                if kind == EventKind.APPROVING
                else may_settle(user, site, referred, asked[pk][seq])
            )
            for seq, kind, about in requests
        )
    ]
    return mine, looked[-1][0] if more else None


def _approves(requests: Iterable[tuple[int, str, int]]) -> bool:
    return any(kind == EventKind.APPROVING for _seq, kind, _about in requests)


def _approvals(user: User, case_ids: Collection[int]) -> set[tuple[int, int]]:
    return {one for settleable in SETTLEABLE for one in settleable(user, case_ids)} if case_ids else set()


def _applications(case_ids: Iterable[int]) -> dict[int, dict[int, Application]]:
    kinds = (EventKind.RETURNING, EventKind.EXTENDING, EventKind.PLANNING)
    rows = CaseEvent.objects.filter(case__in=list(case_ids), kind__in=kinds)
    found: dict[int, dict[int, Application]] = defaultdict(dict)
    for case, seq, kind, actor, data in rows.values_list("case", "seq", "kind", "actor", "data"):
        found[case][seq] = Application(kind, actor, data.get("clock", ""))
    return found
