"""The first rows of an installation: the company's root, its administrator, and the presets of the pack."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiyin.cases import timeline
from huiyin.cases.models import Case
from huiyin.org import actions as org
from huiyin.org import queries
from huiyin.org.models import Grant, Role, Site, User
from huiyin.recovery import presets
from huiyin.worth import priors

from . import catalogue

ROOT = "HQ"
ADMINISTRATOR = "admin"
FIRST_NUMBER = 100_000
"""Receipt numbers begin above it, so that they all have the same length for a long time."""


@dataclass(frozen=True)
class Started:
    """What `begin` has done. `password`: the one made up for a new administrator, to be shown once. `added`: rows of
    each sort. `there`: how many stand there now."""

    password: str | None
    administrator: bool
    added: dict[str, int]
    there: dict[str, int]

    @property
    def anything(self) -> bool:
        """Was anything made?"""
        return self.administrator or any(self.added.values())


def made_up_password() -> str:
    """A password for a first log-in, easy to copy."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def is_new() -> bool:
    """Has nobody started yet?"""
    return not Site.objects.exists()


@transaction.atomic
def begin(*, at: datetime, time_zone: str, password: str = "", preset: str = "") -> Started:
    """Make what is missing for a start: site, administrator, departments, categories, service levels, numbers.

    Without `password` the administrator gets one that is made up. `preset`: without one that which the house began
    with. Raises `ValidationError` for a password that is too weak, `catalogue.Unknown` for a preset that isn't there.
    """
    preset = catalogue.named(preset or catalogue.begun_with()).name
    found = Site.objects.filter(parent=None).first()
    root = found or org.add_site(ROOT, catalogue.house_of(preset), parent=None, time_zone=time_zone)
    made_up = None
    administrators = Grant.objects.filter(role=Role.ADMINISTRATOR)
    wanted = not (administrators.exists() or User.objects.filter(username=ADMINISTRATOR).exists())
    if wanted:
        made_up = None if password else made_up_password()
        grants = ((Role.ADMINISTRATOR, root),)
        org.add_user(ADMINISTRATOR, "管理员", password=password or made_up, grants=grants)
    added = {"sites": 0 if found else 1} | catalogue.furnish(root, preset, at=at)
    presets.furnish()
    added["priors"] = priors.furnish(catalogue.named(preset).pack)
    added["recovery plans"] = catalogue.furnish_plans(preset, at=at)
    timeline.start_numbers_after(FIRST_NUMBER)
    return Started(made_up, wanted, added, _there())


def _there() -> dict[str, int]:
    organisation = queries.organisation()
    return {
        "sites": len(organisation.sites),
        "people": User.objects.filter(is_active=True).count(),
        "departments": len(organisation.departments),
        "cases": Case.objects.count(),
    }
