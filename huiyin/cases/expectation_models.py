"""Rows of what was found of the customer's expectation: whether it was too high, or ours to answer for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiyin.org.models import Department


class Expected(models.TextChoices):
    """How the customer's expectation stood to what could be given."""

    TOO_HIGH = "too-high", _("expected too much")
    MISTAKEN = "mistaken", _("expected something else")
    UNREASONABLE = "unreasonable", _("expected what is unreasonable")
    OVER_PROMISED = "over-promised", _("we promised too much")


class Settled(models.TextChoices):
    """What was done about it."""

    INFORMED = "informed", pgettext_lazy("an expectation", "informed")
    TAUGHT = "taught", _("explained, with how it works")
    AGREED = "agreed", _("agreed in writing")


class Promiser(models.TextChoices):
    """By which way too much was promised. Never a person: what one person said, a department taught them to say."""

    SALES = "sales", _("sales")
    ADVERTISING = "advertising", _("advertising")
    AGENT = "agent", _("front desk, by word")
    OTHER = "other", pgettext_lazy("way of a promise", "another way")


class Expectation(models.Model):
    """What was found in a case, as it is seen now. `received_at`: of the case, so that a month is found by itself.

    `promiser` and `department`: by which way too much was promised, and whose it is.
    """

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT)  # serves: what was found in one case
    kind = models.CharField(max_length=16, choices=Expected.choices)
    settled = models.CharField(max_length=8, choices=Settled.choices)
    promiser = models.CharField(max_length=12, choices=Promiser.choices, blank=True, default="")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, db_index=False)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            # serves: the cases with one finding, newest first
            models.Index(fields=["kind", "case"], name="case_of_expectation"),
            # serves: what was found in the cases of a month
            models.Index(fields=["received_at"], name="expectation_by_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
