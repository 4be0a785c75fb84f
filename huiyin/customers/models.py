"""Rows of customers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from huiyin.org.models import Site


class Home(models.Model):
    """A flat, office or shop of a site."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    label = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "label"], name="one_home_a_label")]

    def __str__(self) -> str:
        return self.label


class Tone(models.TextChoices):
    """How a tier is coloured. Vermilion is for what is late, and for nothing else."""

    PLAIN = "plain", _("no colour")
    CELADON = "celadon", _("celadon")
    AMBER = "amber", _("amber")
    INDIGO = "indigo", _("indigo")


class Tier(models.Model):
    """How a house sorts its customers. It is shown, and never counts."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=20)
    name_en = models.CharField(max_length=20, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    tone = models.CharField(max_length=8, choices=Tone.choices, default=Tone.PLAIN)
    active = models.BooleanField(default=True)
    """False: no longer offered; customers who have it keep it."""

    def __str__(self) -> str:
        english = (translation.get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name


class Customer(models.Model):
    """A person who speaks to us. Known again by `phone` (E.164), or by `source` and `outside_name` when imported, or by
    `email` (as `actions.to_email` makes it) when nothing else is known."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    home = models.ForeignKey(Home, null=True, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=24, blank=True, default="")
    phone_as_typed = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    source = models.CharField(max_length=64, blank=True, default="")
    outside_name = models.CharField(max_length=100, blank=True, default="")
    tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, db_index=False)
    marked_until = models.DateField(null=True)
    """Until when a special-attention mark runs: so that a page without one asks nothing. `fairness.marks` keeps it."""

    class Meta:
        constraints = [
            # serves: find the customer of a phone number (each new case)
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="one_customer_a_phone"),
            # serves: find the customer of an imported row
            models.UniqueConstraint(
                fields=["source", "outside_name"], condition=~Q(outside_name=""), name="one_customer_an_outside_name"
            ),
        ]
        indexes = [
            # serves: find the customer of an e-mail address; people of one home may share it
            models.Index(fields=["email", "id"], condition=~Q(email=""), name="customer_of_email"),
            # serves: the customers of a site whose name begins with what is typed (the page for a new case)
            models.Index(
                fields=["site", "name"], opclasses=["int8_ops", "varchar_pattern_ops"], name="customer_of_site_by_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
