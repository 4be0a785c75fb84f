"""The tiers of the demo's customers: who is looked after, who speaks for owners, which firms rent whole floors."""

from __future__ import annotations

from random import Random

from huiyin.customers.models import Customer, Tier
from huiyin.org import reference
from huiyin.packs.property.presets import rows

from .organisation import DATA, Company


def sort(seed: int, company: Company) -> None:
    """Give a few customers of each site a tier, before they speak, so that rates know it; with chance of its own."""
    rng = Random(f"{seed}/tiers")  # noqa: S311 (chance that can be repeated is the point)
    sorted_ones: list[Customer] = []
    for position, row in enumerate(rows("tiers.csv", DATA), 1):
        made = Tier.objects.create(
            code=row["code"], name=row["name"], name_en=row["name_en"], position=position, tone=row["tone"]
        )
        for site in row["sites"].split():
            free = [one.customer for one in company.contacts[site] if one.customer.tier_id is None]
            for customer in rng.sample(free, round(len(free) * float(row["share"]))):
                customer.tier_id = made.pk
                sorted_ones.append(customer)
    Customer.objects.bulk_update(sorted_ones, ["tier"], batch_size=500)
    reference.changed()
