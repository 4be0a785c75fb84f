"""Reading remedies, budgets and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huiyin.base import money
from huiyin.cases.models import Case
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from .authority import alone as alone  # noqa: PLC0414 (doors ask here)
from .authority import limit, limits, may_settle, roles_at
from .authority import stuck as stuck  # noqa: PLC0414 (doors ask here)
from .models import Bearer, Budget, Entry, Finding, Kind, Limit, Proposal, Remedy, Standing
from .models import State as State  # noqa: PLC0414 (callers ask by it)

KINDS, BEARERS, FINDINGS, STATES = Kind.choices, Bearer.choices, Finding.choices, State.choices
"""What forms offer: (code, label)."""
AGREED = (State.APPROVED, State.PROMISED, State.DELIVERED, State.CONFIRMED)
"""What the customer gets or has got."""
SHOWN = (State.PROMISED, State.DELIVERED, State.CONFIRMED)
"""What the customer sees."""


@dataclass(frozen=True)
class Book:
    """What is proposed and given in a case."""

    proposals: Sequence[Proposal]
    remedies: Sequence[Remedy]

    def of(self, proposal: Proposal, option: int | None = None) -> list[Remedy]:
        """The remedies of a proposal, or of one of its options."""
        mine = [one for one in self.remedies if one.proposal_id == proposal.pk]
        return mine if option is None else [one for one in mine if one.option == option]

    @property
    def waiting(self) -> list[Proposal]:
        """Those that wait for an approval."""
        return [one for one in self.proposals if one.standing == Standing.WAITING]

    @property
    def to_choose(self) -> list[Proposal]:
        """Those of which the customer has not chosen yet."""
        return [
            one for one in self.proposals if one.standing == Standing.GRANTED and one.options > 1 and one.chosen is None
        ]

    def standing(self, *states: State) -> list[Remedy]:
        """Remedies that are so far."""
        return [one for one in self.remedies if one.state in states]


def book(case: Case) -> Book:
    """Everything of a case that the reader was given by `cases.queries`: one query, since nobody proposes nothing."""
    people = ("proposal__asker", "proposal__first", "proposal__granter")
    remedies = list(Remedy.objects.filter(case=case).select_related(*people).order_by("number"))
    proposals = {one.proposal.number: one.proposal for one in remedies}
    for one in remedies:
        one.proposal = proposals[one.proposal.number]
        one.proposal.case = case
    return Book([proposals[number] for number in sorted(proposals)], remedies)


def decidable(user: User, found: Book) -> list[Proposal]:
    """The proposals of a case that `user` may decide on."""
    return [one for one in found.waiting if may_settle(user, one)]


def own_limit(user: User, case: Case) -> int:
    """How much a person may grant in a case by themselves, by the most that one of their roles allows."""
    rows = [limit(role, case.severity, money.DEFAULT) for role in roles_at(user, case.site_id)]
    return max((row.per_case for row in rows if row is not None), default=0)


def all_limits() -> list[Limit]:
    """Every limit, those of the least authority first."""
    return list(limits().values())


def budgets(user: User, month: date) -> list[Budget]:
    """The budgets of a month at the sites where `user` sees what is made good."""
    reach = access.reach(user, Verb.APPROVE)
    rows = Budget.objects.filter(month=month).select_related("site", "department").order_by("site", "department", "pk")
    return [row for row in rows if reach.covers(row.site_id)]


def all_budgets(month: date) -> list[Budget]:
    """The budgets of a month, for those who edit them."""
    return list(Budget.objects.filter(month=month).order_by("site", "department", "pk"))


def entries(budget: int, *, before: int | None = None, limit: int = 50) -> tuple[list[Entry], int | None]:
    """The postings of a budget, newest first, and where the following page begins."""
    rows = Entry.objects.filter(budget=budget).select_related("case", "actor").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None
