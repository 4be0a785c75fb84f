"""Rows of worth: priors, what customers bring, what they are still worth, and what the monthly report adds up.

Amounts are whole numbers of the smallest unit. What a customer is worth is read by the page of a decision about
goodwill and by the report, and by nothing that sorts, counts time or grades (import-linter).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.base.money import DEFAULT
from huiyin.cases.models import Case
from huiyin.customers.models import Customer, Tier
from huiyin.org.models import Site, User
from huiyin.recovery.models import FailureType

from .definitions import Figure, Method, Outcome, Unit


class Prior(models.Model):
    """A number that nobody has measured here yet: what is likely, and between what it lies (`low` to `high`).

    In steps of its unit (`definitions.STEPS`). `said_on`: when the source said it, or somebody looked at it last.
    """

    code = models.CharField(max_length=32, unique=True)
    unit = models.CharField(max_length=8, choices=Unit.choices)
    value = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    source = models.CharField(max_length=300)
    caveat = models.CharField(max_length=300, blank=True, default="")
    said_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(low__gte=0) & Q(value__gte=F("low")) & Q(high__gte=F("value")), name="prior_within_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.value}"


class Purchase(models.Model):
    """Something a customer paid for. `source` and `reference` tell it from all others: given again, it changes nothing
    but itself."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_index=False)
    on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=DEFAULT)
    what = models.CharField(max_length=100, blank=True, default="")
    source = models.CharField(max_length=64)
    reference = models.CharField(max_length=64)

    class Meta:
        constraints = [
            # serves: is it here already?
            models.UniqueConstraint(fields=["source", "reference"], name="one_purchase_a_reference"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="purchase_of_something"),
        ]
        # serves: what some customers bought, in order
        indexes = [models.Index(fields=["customer", "on"], name="purchase_of_customer")]

    def __str__(self) -> str:
        return f"{self.source}/{self.reference}"


class Contract(models.Model):
    """A contract of a customer. `fee`: of a year. `ended`: the day from which it no longer holds."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_index=False)
    began = models.DateField()
    ended = models.DateField(null=True)
    fee = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=DEFAULT)
    source = models.CharField(max_length=64)
    reference = models.CharField(max_length=64)

    class Meta:
        constraints = [
            # serves: is it here already?
            models.UniqueConstraint(fields=["source", "reference"], name="one_contract_a_reference"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="contract_fee_not_negative"),
        ]
        # serves: the contracts of some customers
        indexes = [models.Index(fields=["customer", "began"], name="contract_of_customer")]

    def __str__(self) -> str:
        return f"{self.source}/{self.reference}"


class Sort(models.TextChoices):
    """What the rows of a file are."""

    PURCHASES = "purchases", _("purchases")
    CONTRACTS = "contracts", _("contracts")


NOT_TAKEN = Q(taken_at__isnull=True)


class Upload(models.Model):
    """A file of purchases or contracts that somebody brought in on the page, and what became of its rows.

    Its bytes lie under `stored`, and the rows that were not taken under `left`, for a day at most.
    """

    sort = models.CharField(max_length=10, choices=Sort.choices)
    source = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    file_name = models.CharField(max_length=120)
    stored = models.CharField(max_length=32)
    left = models.CharField(max_length=32, blank=True, default="")
    header = models.JSONField()
    columns = models.JSONField(default=dict)
    """Target → column."""
    rows = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True)
    new = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        # serves: files that nobody took in, to be forgotten
        indexes = [models.Index(fields=["made_at"], condition=NOT_TAKEN, name="upload_not_taken")]

    def __str__(self) -> str:
        return self.file_name


class Worth(models.Model):
    """What a customer is still worth, and by what this was reckoned. `basis`: of how many purchases or years;
    `priors`: the version of the priors (`priors.version`)."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT)  # serves: that of a customer
    method = models.CharField(max_length=8, choices=Method.choices)
    value = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=DEFAULT)
    basis = models.PositiveIntegerField()
    alive = models.PositiveSmallIntegerField(null=True)
    """Chance that somebody without a contract still buys, in hundredths of a per cent; None where no model says so."""
    at = models.DateTimeField()
    priors = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(low__gte=0) & Q(value__gte=F("low")) & Q(high__gte=F("value")), name="worth_within_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.value}"


class Why(models.TextChoices):
    """By what we know that a customer leaves."""

    CONTRACT = "contract", _("contract ended")
    STOPPED = "stopped", _("stopped buying")
    SAID = "said", _("said so")


class Now(models.TextChoices):
    """How it stands with a customer who leaves."""

    OPEN = "open", _("nobody has asked yet")
    ASKED = "asked", _("to be asked")
    WON = "won", _("won back")
    LOST = "lost", _("let go")


class LetGo(models.TextChoices):
    """Why nobody tries any longer."""

    MOVED = "moved", _("moved away, or needs it no longer")
    OTHER_FIRM = "other_firm", _("went to another company")
    PRICE = "price", _("price")
    FAILURE = "failure", _("because of what went wrong")
    OBJECTS = "objects", _("doesn't want to be asked")
    UNREACHED = "unreached", _("not reached")


GOING = Q(settled_at__isnull=True)


class Leaving(models.Model):
    """A customer who leaves, or has left, after something went wrong; `case`: the last in which it did.

    `stake`: what they would have brought, by the simple formula; `cost`: what asking and winning back cost. Found by
    the nightly run, or said by the customer. Read by nothing that sorts cases or counts time.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    since = models.DateField()
    why = models.CharField(max_length=8, choices=Why.choices)
    stake = models.BigIntegerField(null=True)
    found_at = models.DateTimeField()
    state = models.CharField(max_length=5, choices=Now.choices, default=Now.OPEN)
    asker = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    call_on = models.DateField(null=True)
    settled_at = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=8, blank=True, default="")
    """Of one won back: `bought`, `signed`, or `said`."""
    reason = models.CharField(max_length=10, choices=LetGo.choices, blank=True, default="")
    cost = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # serves also: the rows of a customer
            models.UniqueConstraint(fields=["customer", "since", "why"], name="one_leaving_a_day"),
            models.UniqueConstraint(fields=["customer"], condition=GOING, name="one_leaving_at_a_time"),
            models.CheckConstraint(condition=Q(cost__gte=0), name="leaving_cost_not_negative"),
        ]
        indexes = [
            # serves: who leaves, newest first
            models.Index(fields=["-since", "-id"], condition=GOING, name="leaving_newest"),
            # serves: who was won back or let go in some days
            models.Index(fields=["-settled_at", "-id"], condition=Q(settled_at__isnull=False), name="leaving_settled"),
            # serves: that of a case
            models.Index(fields=["case"], name="leaving_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.since} {self.state}"


class SiteWorth(models.Model):
    """The average of those customers of a site whose value is known. `customers`: how many they are."""

    site = models.OneToOneField(Site, on_delete=models.PROTECT)
    value = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    customers = models.PositiveIntegerField()
    at = models.DateTimeField()
    priors = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.site_id} {self.value}"


class Run(models.Model):
    """One row: when all values were reckoned last, under which priors; `begun_at`: of the run that goes on."""

    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    priors = models.CharField(max_length=16, blank=True, default="")
    fitted = models.CharField(max_length=200, blank=True, default="")
    """Which models were fitted, and why not those that weren't: codes."""

    def __str__(self) -> str:
        return self.priors


DIRTY = Q(dirty=True)


class Tally(models.Model):
    """What a case adds to the reports, as the sweep saw it last; `dirty` when something has happened since.

    Comparable cases are those of one `failure` and `gravity`; `given`: what was granted in all, nought included.
    `person`: who proposed it, or else has the case.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT)  # serves: that of a case
    dirty = models.BooleanField(default=True)
    at = models.DateTimeField(null=True)
    """When it was resolved."""
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, db_index=False)
    tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, db_index=False)
    failure = models.ForeignKey(FailureType, null=True, on_delete=models.PROTECT, db_index=False)
    gravity = models.CharField(max_length=16, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    given = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            # serves: the sweep
            models.Index(fields=["id"], condition=DIRTY, name="tally_to_add_up"),
            # serves: comparable cases, newest first
            models.Index(
                fields=["failure", "gravity", "-at"], condition=Q(failure__isnull=False), name="tally_of_failure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}"


class Line(models.Model):
    """What one case adds to one figure of one month at its site. `value`: which part of the figure (a kind and bearer
    of remedies, a role, an outcome); `count`, and `amount` in the smallest unit with its range."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    month = models.DateField()
    figure = models.CharField(max_length=8, choices=Figure.choices)
    value = models.CharField(max_length=24, blank=True, default="")
    count = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    low = models.BigIntegerField(default=0)
    high = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # serves: those of a case, to write them anew
            models.UniqueConstraint(fields=["case", "month", "figure", "value"], name="one_line_a_case_and_figure"),
        ]
        # serves: the rows behind a figure, newest first
        indexes = [models.Index(fields=["figure", "month", "site", "-id"], name="line_of_figure")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.figure} {self.amount}"


class MonthSum(models.Model):
    """The lines of one month, site, figure and part, added up."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    month = models.DateField()
    figure = models.CharField(max_length=8, choices=Figure.choices)
    value = models.CharField(max_length=24, blank=True, default="")
    count = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    low = models.BigIntegerField(default=0)
    high = models.BigIntegerField(default=0)

    class Meta:
        # serves: the figures of some sites in a month
        constraints = [
            models.UniqueConstraint(fields=["month", "site", "figure", "value"], name="one_sum_a_month_and_figure")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.figure} {self.amount}"
