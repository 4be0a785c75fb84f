"""What a customer is still worth, as it was reckoned last: their own value, else the average of the site."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from huiyin.recovery.ledger import above

from .definitions import Method
from .models import SiteWorth, Worth
from .priors import Range

FEWEST = 5
"""Of fewer customers an average would show what one of them brings."""


@dataclass(frozen=True)
class Known:
    """A value. `basis`: of how many purchases, years or customers; `range` is None where nothing is known."""

    method: Method
    range: Range | None = None
    basis: int = 0
    at: datetime | None = None


UNKNOWN = Known(Method.UNKNOWN)


@dataclass(frozen=True)
class Values:
    """What is known of some customers, and the averages of all sites."""

    own: dict[int, Known]
    averages: dict[int, SiteWorth]

    def of(self, customer: int | None, site: int) -> Known:
        """Of a customer of a case at a site."""
        return self.own.get(customer or 0) or self.average(site)

    def average(self, site: int) -> Known:
        """Of the nearest site going up where enough customers are known."""
        row = next((self.averages[one] for one in above(site) if one in self.averages), None)
        if row is None:
            return UNKNOWN
        return Known(Method.SITE, Range(row.low, row.value, row.high), row.customers, row.at)


def values(customers: Collection[int | None]) -> Values:
    """In two queries."""
    rows = Worth.objects.filter(customer__in=[one for one in customers if one is not None])
    own = {
        row.customer_id: Known(Method(row.method), Range(row.low, row.value, row.high), row.basis, row.at)
        for row in rows
    }
    averages = {row.site_id: row for row in SiteWorth.objects.filter(customers__gte=FEWEST)}
    return Values(own, averages)
