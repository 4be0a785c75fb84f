"""Rows of the register of outside bodies: who mediates, decides or assesses outside this house."""

from __future__ import annotations

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiyin.org.models import Site


class Sort(models.TextChoices):
    """What they are, the gentlest way first: that is the order in which they are offered."""

    MEDIATOR = "mediator", _("mediator")
    CONSUMERS = "consumers", _("consumers' association")
    AUTHORITY = "authority", pgettext_lazy("outside body", "authority")
    ASSESSOR = "assessor", _("assessor, expert")
    INSURER = "insurer", _("insurer")
    LAWYER = "lawyer", _("lawyer")
    ARBITRATION = "arbitration", _("arbitration")
    COURT = "court", pgettext_lazy("outside body", "court")


class OutsideBody(models.Model):
    """One body. It serves `sites` and all below them, for the branches of categories whose codes stand in `categories`,
    a line each (none: for all).

    `days`: within so many days after our no one turns to them. `source` and `said_on`: who said all this, and when.
    """

    sort = models.CharField(max_length=12, choices=Sort.choices)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    sites = models.ManyToManyField(Site, related_name="+")
    categories = models.TextField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    web = models.URLField(blank=True, default="")
    hours = models.CharField(max_length=80, blank=True, default="")
    days = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    """For the staff: what to bring along, who else to ask."""
    source = models.CharField(max_length=300)
    said_on = models.DateField()
    active = models.BooleanField(default=True)
    """False: no longer offered; refusals that name it keep it."""
    origin = models.CharField(max_length=32, blank=True, default="")
    """Its name in the tables that Huiyin brings along; empty for a house's own."""

    def __str__(self) -> str:
        english = (translation.get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name
