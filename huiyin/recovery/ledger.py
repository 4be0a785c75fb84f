"""Where the money is. Each posting moves an amount from one pocket into another; balances are sums of postings.

A budget decides by one conditional UPDATE whether an amount still fits, so any number of people may ask at once.
Whoever moves several sums takes them in this order, after the lock of the case: customer, role, budget.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case
from huiyin.org import queries as org
from huiyin.org.models import User

from .models import Bearer, Budget, Entry, Pocket, Proposal, Remedy, Running


@dataclass(frozen=True)
class Posting:
    """Who moves money when, and for what."""

    at: datetime
    actor: User | None
    currency: str
    bearer: str = Bearer.US.value
    budget: int | None = None
    proposal: Proposal | None = None
    remedy: Remedy | None = None

    def move(self, source: Pocket, target: Pocket, amount: int) -> None:
        """Write the posting; nothing for nought."""
        if amount:
            Entry.objects.create(
                at=self.at,
                actor=self.actor,
                source=source,
                target=target,
                amount=amount,
                currency=self.currency,
                bearer=self.bearer,
                budget_id=self.budget,
                case_id=self.proposal.case_id if self.proposal else None,
                proposal=self.proposal,
                remedy=self.remedy,
            )


def month_of(case: Case, at: datetime) -> date:
    """The month that an instant belongs to where the case is."""
    zone = org.organisation().sites[case.site_id].time_zone
    return at.astimezone(ZoneInfo(zone)).date().replace(day=1)


def above(site: int) -> list[int]:
    """A site and those it stands below, the nearest first."""
    sites, found = org.organisation().sites, list[int]()
    here: int | None = site
    while here is not None:
        found.append(here)
        here = sites[here].parent_id
    return found


def budget_for(site: int, department: int | None, month: date, currency: str) -> Budget | None:
    """The budget that pays: the nearest going up from the site, that of the department before that of the site."""
    path = above(site)
    rows = Budget.objects.filter(month=month, site__in=path, currency=currency)
    fit = [row for row in rows if row.department_id in (None, department)]
    return min(fit, key=lambda row: (path.index(row.site_id), row.department_id is None), default=None)


def has_room(budget: Budget | None, amount: int) -> bool:
    """Is so much free? Nought always is."""
    return not amount or (budget is not None and budget.free >= amount)


def reserve(budget: Budget, amount: int, posting: Posting) -> None:
    """Put money aside. Raises `BadInput` when that much is not free: nobody else's reservation is touched."""
    fits = Budget.objects.filter(pk=budget.pk, total__gte=F("reserved") + F("spent") + amount)
    if amount and not fits.update(reserved=F("reserved") + amount):
        budget.refresh_from_db()
        raise BadInput("amount", no_room(budget))
    posting.move(Pocket.FREE, Pocket.RESERVED, amount)


def no_room(budget: Budget) -> str:
    """What to do when a budget is used up."""
    words = {
        "name": name_of(budget),
        "month": date_format(budget.month, "YEAR_MONTH_FORMAT"),
        "free": money.show(budget.free, budget.currency),
    }
    return _("The budget of %(name)s for %(month)s has %(free)s left; it is enlarged in the settings.") % words


def name_of(budget: Budget) -> str:
    """Whose budget it is."""
    found = org.organisation()
    site = found.sites[budget.site_id].name
    return f"{site} {found.departments[budget.department_id].name}" if budget.department_id else site


def release(amount: int, posting: Posting) -> None:
    """Give back what was put aside."""
    if posting.budget is None:
        posting.move(Pocket.RESERVED, Pocket.SOURCE, amount)
    elif amount:
        Budget.objects.filter(pk=posting.budget).update(reserved=F("reserved") - amount)
        posting.move(Pocket.RESERVED, Pocket.FREE, amount)


def spend(amount: int, posting: Posting) -> None:
    """What was put aside has been paid."""
    if amount and posting.budget is not None:
        budget = Budget.objects.filter(pk=posting.budget)
        budget.update(reserved=F("reserved") - amount, spent=F("spent") + amount)
    posting.move(Pocket.RESERVED, Pocket.SPENT, amount)


@transaction.atomic
def allot(budget: Budget, total: int, posting: Posting) -> None:
    """Make a budget larger or smaller. Raises `BadInput` when more than that is reserved or spent."""
    before = Budget.objects.select_for_update().get(pk=budget.pk)
    if total < before.reserved + before.spent:
        used = money.show(before.reserved + before.spent, before.currency)
        raise BadInput("total", _("%(used)s of it is reserved or spent already.") % {"used": used})
    Budget.objects.filter(pk=budget.pk).update(total=total)
    if total > before.total:
        posting.move(Pocket.SOURCE, Pocket.FREE, total - before.total)
    else:
        posting.move(Pocket.FREE, Pocket.SOURCE, before.total - total)


def of_customer(customer: int, period: str, currency: str) -> Running:
    """The sum of a customer in a year, made when there is none."""
    row, _new = Running.objects.get_or_create(customer_id=customer, role="", period=period[:4], currency=currency)
    return row


def of_role(site: int, role: str, period: str, currency: str) -> Running:
    """The sum of a role at a site in a month, made when there is none."""
    row, _new = Running.objects.get_or_create(site_id=site, role=role, period=period, currency=currency)
    return row


def count(row: Running, amount: int, most: int | None) -> bool:
    """Add to a running sum unless it would go above `most`; was it added?"""
    rows = Running.objects.filter(pk=row.pk)
    if most is not None:
        rows = rows.filter(used__lte=most - amount)
    return bool(rows.update(used=F("used") + amount))


def uncount(proposal: Proposal, amount: int) -> None:
    """Take an amount of a proposal off the sums it counts against."""
    if not amount:
        return
    where = {"currency": proposal.currency}
    if proposal.customer_id is not None:
        rows = Running.objects.filter(customer=proposal.customer_id, role="", period=proposal.period[:4], **where)
        rows.update(used=F("used") - amount)
    if proposal.role:
        site = proposal.case.site_id
        rows = Running.objects.filter(site=site, role=proposal.role, period=proposal.period, **where)
        rows.update(used=F("used") - amount)
    Proposal.objects.filter(pk=proposal.pk).update(counted=F("counted") - amount)
    proposal.counted -= amount


def unhold(proposal: Proposal, amount: int) -> None:
    """So much less is reserved for a proposal. By an update, as several rows may hold the same proposal in memory."""
    Proposal.objects.filter(pk=proposal.pk).update(held=F("held") - amount)
    proposal.held -= amount


_SIGN = {Pocket.FREE: "free", Pocket.RESERVED: "reserved", Pocket.SPENT: "spent"}


def balances(budget: int) -> dict[str, int]:
    """What the postings of a budget say lies in each of its pockets."""
    found = dict.fromkeys(_SIGN.values(), 0)
    rows = Entry.objects.filter(budget=budget).order_by().values_list("source", "target").annotate(moved=Sum("amount"))
    for source, target, moved in rows:
        if source in _SIGN:
            found[_SIGN[Pocket(source)]] -= moved
        if target in _SIGN:
            found[_SIGN[Pocket(target)]] += moved
    return found


def faults() -> Iterator[str]:
    """Where the balances of budgets and proposals are not what the postings say; nothing when all is right."""
    for row in Budget.objects.order_by("pk").iterator():
        said = {"free": row.free, "reserved": row.reserved, "spent": row.spent}
        if (posted := balances(row.pk)) != said:
            where = f"budget {row.pk} ({name_of(row)}, {row.month:%Y-%m})"
            yield f"{where}: the row says {said}, the ledger says {posted}"
    posted_for = _posted()
    for proposal in Proposal.objects.select_related("case").order_by("pk").iterator():
        if (put := posted_for.get(proposal.pk, 0)) != proposal.held:
            where = f"case {proposal.case.number}, proposal {proposal.number}"
            yield f"{where}: the row holds {proposal.held}, the ledger says {put}"


def _posted() -> dict[int, int]:
    """What the ledger says is still reserved of our budgets, by proposal."""
    found: dict[int, int] = defaultdict(int)
    rows = Entry.objects.filter(bearer=Bearer.US, proposal__isnull=False).order_by().values_list("proposal", "target")
    for proposal, target, moved in rows.annotate(moved=Sum("amount")):
        found[proposal] += moved if target == Pocket.RESERVED else -moved
    return found
