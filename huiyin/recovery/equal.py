"""Like remedies within a group that has one fault: what the others got, and what each home is to get.

What a person has set for the group holds; else the median of what its homes got so far, each home once. More or less
needs its reason: giving in to who is loudest is unfair to the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.db.models import Sum
from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.cases.actions import BadInput, By, doer
from huiyin.cases.dispatch import reason_of
from huiyin.cases.models import Case
from huiyin.groups import queries as groups
from huiyin.groups.models import Group, Member
from huiyin.org.access import Verb
from huiyin.org.models import User

from .models import Proposal, Standing, Term

MOST_DAYS = 366


@dataclass(frozen=True)
class Equal:
    """What each home of the group is to get. `homes`: how many others got something; `own`: what this home has got."""

    amount: int
    ruled: bool
    homes: int
    own: int
    currency: str


def of_case(case: Case, currency: str) -> Equal | None:
    """What holds for a case; None when it is in no group, or nobody of the group got anything and no rule is set."""
    group = Member.objects.filter(case=case).values_list("group", flat=True).first()
    if group is None:
        return None
    term = Term.objects.filter(group=group, currency=currency).first()
    sums = _by_home(group, currency)
    key = _home(case.pk, case.customer_id, case.customer.home_id if case.customer else None)
    own, others = sums.pop(key, 0), [one for one in sums.values() if one]
    if term is not None:
        return Equal(term.amount * term.days, True, len(others), own, currency)
    return Equal(round(median(others)), False, len(others), own, currency) if others else None


def _by_home(group: int, currency: str) -> dict[str, int]:
    """What each home of a group has got."""
    keys = Member.objects.filter(group=group).values("case")
    rows = Proposal.objects.filter(case__in=keys, standing=Standing.GRANTED, currency=currency).order_by()
    found: dict[str, int] = defaultdict(int)
    named = rows.values_list("case", "case__customer", "case__customer__home").annotate(sum=Sum("counted"))
    for case, customer, home, amount in named:
        found[_home(case, customer, home)] += amount
    return found


def _home(case: int, customer: int | None, home: int | None) -> str:
    """Whoever nobody knows is a home of their own."""
    return f"h{home}" if home else f"c{customer}" if customer else f"k{case}"


def odd(case: Case, amount: int, currency: str) -> str:
    """A warning when with `amount` this home gets more or less than the others; empty when it doesn't, or when it is
    about no money."""
    found = of_case(case, currency) if amount else None
    if found is None or found.own + amount == found.amount:
        return ""
    words = {"sum": money.show(found.own + amount, currency), "amount": money.show(found.amount, currency)}
    text = _("Others of this group get %(amount)s each; with this it is %(sum)s here.")
    return f"{text % words} {_('Give the reason in at least ten characters.')}"


def of_others(user: User, case: Case, currency: str) -> Sequence[tuple[Case, int]]:
    """The other cases of the group that `user` may see, with what each got: shown before anything is given."""
    others = {one.pk: one for one in groups.same_fault(user, case)}
    rows = Proposal.objects.filter(case__in=others, standing=Standing.GRANTED, currency=currency).order_by()
    sums = dict(rows.values_list("case").annotate(sum=Sum("counted")))
    return [(others[pk], amount) for pk, amount in sorted(sums.items()) if amount]


def set_term(group_id: int, by: By, *, amount: int, days: int, reason: str, currency: str = money.DEFAULT) -> Group:
    """Say what each home of a group gets. Raises `Group.DoesNotExist`, `Forbidden`, `BadInput`."""
    group = groups.get(doer(by), group_id).group
    groups.require(doer(by), Verb.APPROVE, group)
    if not 0 < amount <= money.MOST:
        raise BadInput("amount", _("Say how much: this remedy is nothing without an amount."))
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("days", _("From %(least)d to %(most)d.") % {"least": 1, "most": MOST_DAYS})
    values = {"amount": amount, "days": days, "currency": currency, "reason": reason_of(reason), "by": by.user}
    Term.objects.update_or_create(group=group, defaults=values | {"at": by.at})
    return group


def term_of(group: Group) -> Term | None:
    """The rule that a person has set for a group."""
    return Term.objects.filter(group=group).select_related("by").first()
