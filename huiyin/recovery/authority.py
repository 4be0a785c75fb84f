"""Who may grant how much: limits are rows, the same for every door. A yes needs a role at the site whose limit covers
it: what the case has got so far, what the customer has got this year, and what the role has given at the site this
month, each with the amount in question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from huiyin.cases import queries as cases
from huiyin.cases.models import Case
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import Role, User
from huiyin.org.reference import Reference

from .models import Limit, Proposal, Running, Standing

RANK = (Role.AGENT, Role.BACK_OFFICE, Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR)
"""From the least authority to the most; an auditor grants nothing."""


@dataclass(frozen=True)
class Load:
    """What a yes would come to: in the case, and for the customer this year (both with the amount)."""

    amount: int
    case: int
    customer: int
    currency: str

    @property
    def most(self) -> int:
        """The sum by which it is asked whether two people are needed: what is cut into pieces needs no fewer."""
        return max(self.amount, self.case)


def _load() -> dict[tuple[str, str, str], Limit]:
    return {(row.role, row.severity, row.currency): row for row in Limit.objects.order_by("pk")}


_limits = Reference(_load)


def limits() -> Mapping[tuple[str, str, str], Limit]:
    """All limits by role, severity and currency; read-only."""
    return _limits.get()


def limit(role: str, severity: str, currency: str) -> Limit | None:
    """What holds for a role: the line of the severity, else that of all."""
    found = limits()
    return found.get((role, severity, currency)) or found.get((role, "", currency))


def roles_at(user: User, site: int) -> list[Role]:
    """The roles a person holds at a site, those of least authority first."""
    found = org.organisation()
    held = {role for role, where in found.grants.get(user.pk, ()) if site in found.below(where)}
    return [role for role in RANK if role in held]


def covers(row: Limit, load: Load) -> bool:
    """Does a limit reach so far?"""
    return load.case <= row.per_case and (row.per_customer is None or load.customer <= row.per_customer)


def reaching(user: User, case: Case, severity: str, load: Load, *, fraud: bool = False) -> Limit | None:
    """The least of a person's limits at the site of a case that covers it; None when none does."""
    for role in roles_at(user, case.site_id):
        if fraud and role != Role.MANAGER:
            continue
        row = limit(role, severity, load.currency)
        if row is not None and covers(row, load):
            return row
    return None


def needs_two(row: Limit, load: Load) -> bool:
    """Must a second person say yes?"""
    return row.two_above is not None and load.most > row.two_above


def load_of(case: Case, proposal: Proposal | None, amount: int, *, year: str, currency: str) -> Load:
    """What a yes to `amount` would come to now; what `proposal` itself counts already is not counted twice."""
    given = Proposal.objects.filter(case=case, currency=currency)
    in_case = given.aggregate(sum=Sum("counted"))["sum"] or 0
    own = proposal.counted if proposal else 0
    for_customer = 0
    if case.customer_id is not None:
        rows = Running.objects.filter(customer=case.customer_id, role="", period=year, currency=currency)
        for_customer = rows.values_list("used", flat=True).first() or 0
    return Load(amount, in_case - own + amount, for_customer - own + amount, currency)


def deciders(site: int, severity: str, load: Load, *, fraud: bool = False) -> list[Role]:
    """The roles whose limit covers it, the least first: whom to ask."""
    rows = [(role, limit(role, severity, load.currency)) for role in RANK if Verb.APPROVE in access.VERBS[role]]
    found = [role for role, row in rows if row is not None and covers(row, load)]
    return [role for role in found if not fraud or role == Role.MANAGER]


def settleable(user: User, case_ids: Collection[int]) -> set[tuple[int, int]]:
    """(case, event number) of the proposals in these cases that wait for a yes or no which `user` may give."""
    waiting = Proposal.objects.filter(case__in=case_ids, standing=Standing.WAITING).select_related("case")
    return {(one.case_id, one.seq) for one in waiting if may_settle(user, one)}


def may_settle(user: User, proposal: Proposal) -> bool:
    """May `user` decide on a proposal that waits? Nobody on their own, nobody twice."""
    case = proposal.case
    if user.pk in (proposal.asker_id, proposal.first_id) or not access.may(user, Verb.APPROVE, case.site_id):
        return False
    year = str(proposal.asked_at.year)
    load = load_of(case, proposal, proposal.amount, year=year, currency=proposal.currency)
    return reaching(user, case, case.severity, load, fraud=proposal.fraud) is not None


def stuck(proposal: Proposal) -> bool:
    """Are there too few people at the site to say yes to a proposal that waits, however much was given before? Asks
    nothing: people and limits are kept in memory."""
    case, amount = proposal.case, proposal.amount
    load = Load(amount, amount, amount, proposal.currency)
    rows = [
        row
        for one in org.staff(frozenset({case.site_id}))
        if one.pk not in (proposal.asker_id, proposal.first_id)
        and access.may(one, Verb.APPROVE, case.site_id)
        and not cases.steps_aside(one, case)
        and (row := reaching(one, case, case.severity, load, fraud=proposal.fraud)) is not None
    ]
    alone = proposal.first_id is not None or any(not needs_two(row, load) for row in rows)
    return len(rows) < (1 if alone else 2)


def alone() -> dict[Limit, list[str]]:
    """Of each limit above which two people say yes the sites in use where fewer than two may, by name."""
    sites = [site for site in org.organisation().sites.values() if site.active]
    found = {row: [site.name for site in sites if _few(row, site.pk)] for row in limits().values()}
    return {row: names for row, names in found.items() if names}


def _few(row: Limit, site: int) -> bool:
    bound = row.two_above
    if bound is None or bound >= row.per_case:
        return False
    known = [
        [limit(role, row.severity, row.currency) for role in roles_at(one, site)]
        for one in org.staff(frozenset({site}))
    ]
    return sum(any(own is not None and own.per_case > bound for own in rows) for rows in known) < 2
