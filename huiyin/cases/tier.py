"""The tier of a customer, given on one of their cases. It changes nothing but how they are shown."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.customers import tiers
from huiyin.customers.models import Customer
from huiyin.org.access import Verb

from . import hiding
from .actions import BadInput, By, acting
from .change import Change
from .details import TOPIC
from .workflow import EventKind

WHAT = "tier"


def set_tier(case_id: int, by: By, *, tier: str) -> Change:
    """Give the customer of a case a tier by its code; empty takes it away. Raises as verbs do, and `Forbidden` for who
    may not know a protected customer."""
    with acting(Verb.TIER, case_id, by) as change:
        hiding.require(by.user, change.case)
        if change.case.customer is None:
            raise BadInput("tier", _("Nobody knows who the customer is: correct the contact first."))
        wanted = tiers.find(tier) if tier else None
        if tier and wanted is None:
            raise BadInput("tier", _("There is no tier %(name)s.") % {"name": tier})
        if wanted is not None and not wanted.active and wanted.pk != change.case.customer.tier_id:
            raise BadInput("tier", _("This tier is no longer in use."))
        _give(change, wanted.pk if wanted else None)
    return change


def given_with(change: Change, tier: int | None) -> None:
    """What was said of the customer along with a new case: None says nothing."""
    if tier is not None and change.case.customer is not None:
        _give(change, tier)


def _give(change: Change, tier: int | None) -> None:
    customer = change.case.customer
    assert customer is not None
    old, new = tiers.of(customer.tier_id), tiers.of(tier)
    if old == new:
        return
    Customer.objects.filter(pk=customer.pk).update(tier=tier)
    customer.tier_id = tier
    data = {"what": WHAT, "tier": new.code if new else "", "old": old.code if old else ""}
    change.add(EventKind.NOTED, data, topic=TOPIC)
