"""Rows of recovery: limits and budgets, what was proposed and given, and the ledger that says where the money is."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from huiyin.base.money import DEFAULT
from huiyin.cases.models import Case
from huiyin.cases.severity import Severity
from huiyin.customers.models import Customer
from huiyin.groups.models import Group as Gathered
from huiyin.org.models import Department, Role, Site, User

from .kinds import Bearer as Bearer  # noqa: PLC0414 (with the rows that have them)
from .kinds import Finding as Finding  # noqa: PLC0414
from .kinds import Group as Group  # noqa: PLC0414
from .kinds import Kind as Kind  # noqa: PLC0414
from .kinds import Standing as Standing  # noqa: PLC0414
from .kinds import State as State  # noqa: PLC0414


class Grade(models.Model):
    """How bad a failure was: a short list that a manager edits, the mildest first. Never removed, only taken out of
    use: cases and proposals name it by its code."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=30)
    name_en = models.CharField(max_length=30, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        english = (translation.get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name


class FailureType(models.Model):
    """What can go wrong. `categories`: codes (or how they begin) of categories for which it is suggested; `starts`: of
    those whose new cases have it from their first word; `source`: who named it.

    `duty`: the law asks that it is made good, by `basis`; that is owed to everybody alike.
    """

    code = models.CharField(max_length=32, unique=True)
    group = models.CharField(max_length=12, choices=Group.choices)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True, default="")
    categories = models.TextField(blank=True, default="")
    starts = models.TextField(blank=True, default="")
    source = models.CharField(max_length=120, blank=True, default="")
    duty = models.BooleanField(default=False)
    basis = models.CharField(max_length=300, blank=True, default="")
    basis_en = models.CharField(max_length=300, blank=True, default="")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        english = (translation.get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name

    @property
    def owed(self) -> str:
        """On what the duty rests, in the reader's language; empty when there is none."""
        english = (translation.get_language() or "").startswith("en")
        return ((self.basis_en if english else "") or self.basis) if self.duty else ""


class CaseFailure(models.Model):
    """What went wrong in a case, as it is seen now."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT)  # serves: the failure of a case
    failure = models.ForeignKey(FailureType, on_delete=models.PROTECT, db_index=False)
    gravity = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.case_id} {self.failure_id}"


class Limit(models.Model):
    """What a role may grant by itself: in a case, to a customer a year, and at a site a month (none: no such limit).

    `severity`: empty for all that have no line of their own. Above `two_above` two people are needed.
    """

    role = models.CharField(max_length=16, choices=Role.choices)
    severity = models.CharField(max_length=2, choices=Severity.choices, blank=True, default="")
    currency = models.CharField(max_length=3, default=DEFAULT)
    per_case = models.BigIntegerField()
    per_customer = models.BigIntegerField(null=True)
    per_month = models.BigIntegerField(null=True)
    two_above = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "severity", "currency"], name="one_limit_a_role_and_severity"),
            models.CheckConstraint(condition=Q(per_case__gte=0), name="limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.severity} {self.per_case}"


class Budget(models.Model):
    """The money of a site, or of a department there, for a month. `month`: its first day.

    `reserved` and `spent` are sums of the ledger, kept here so that one conditional update decides what still fits.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, db_index=False)
    month = models.DateField()
    currency = models.CharField(max_length=3, default=DEFAULT)
    total = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # serves: the budget that pays, and the budgets of a month
            models.UniqueConstraint(
                fields=["month", "site", "currency"], condition=Q(department=None), name="one_budget_a_site_and_month"
            ),
            models.UniqueConstraint(
                fields=["month", "site", "department", "currency"],
                condition=Q(department__isnull=False),
                name="one_budget_a_department_and_month",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(spent__gte=0) & Q(total__gte=F("reserved") + F("spent")),
                name="never_more_than_the_budget",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.month:%Y-%m}"

    @property
    def free(self) -> int:
        """What can still be reserved."""
        return self.total - self.reserved - self.spent


class Running(models.Model):
    """A running sum against a limit: of a customer in a year, or of a role at a site in a month."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, db_index=False)
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, db_index=False)
    role = models.CharField(max_length=16, blank=True, default="")
    period = models.CharField(max_length=7)
    currency = models.CharField(max_length=3)
    used = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # serves: what a customer got this year
            models.UniqueConstraint(
                fields=["customer", "period", "currency"], condition=Q(role=""), name="one_sum_a_customer_and_year"
            ),
            # serves: what a role gave at a site this month
            models.UniqueConstraint(
                fields=["site", "role", "period", "currency"], condition=~Q(role=""), name="one_sum_a_role_and_month"
            ),
            models.CheckConstraint(condition=Q(used__gte=0), name="sum_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.used}"


class Term(models.Model):
    """What each home of a group gets: `amount` a day for so many `days`; set by a person, with the reason."""

    group = models.OneToOneField(Gathered, on_delete=models.PROTECT)  # serves: the rule of a group
    amount = models.BigIntegerField()
    days = models.PositiveSmallIntegerField(default=1)
    currency = models.CharField(max_length=3, default=DEFAULT)
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.group_id} {self.amount}×{self.days}"


class Batch(models.Model):
    """One decision about the same for all cases of a group. `amount`: for each; `total`: for all that were asked for.

    `failed`: those it was not given to, each with its number and why. `first`: the first of two people.
    """

    group = models.ForeignKey(Gathered, on_delete=models.PROTECT, db_index=False)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.WAITING)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount = models.BigIntegerField()
    total = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default=DEFAULT)
    reason = models.TextField()
    given = models.PositiveIntegerField(default=0)
    failed = models.JSONField(default=list)
    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    first = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    granter = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    granted_at = models.DateTimeField(null=True)

    class Meta:
        # serves: what was given to all of a group, newest first
        indexes = [models.Index(fields=["group", "-id"], name="batch_of_group")]
        constraints = [
            models.UniqueConstraint(fields=["group"], condition=Q(standing="waiting"), name="one_batch_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.kind} {self.amount}"


class Proposal(models.Model):
    """What is proposed at once: one set of remedies, or two or three from which the customer chooses.

    `seq`: its event; `number`: within the case. `amount`: of the dearest option, whoever bears it; `counted`: what of
    it still stands against the limits; `held`: what is still reserved in `budget`.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField()
    standing = models.CharField(max_length=8, choices=Standing.choices)
    asker = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    currency = models.CharField(max_length=3, default=DEFAULT)
    amount = models.BigIntegerField()
    counted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    options = models.PositiveSmallIntegerField(default=1)
    chosen = models.PositiveSmallIntegerField(null=True)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, db_index=False)
    """The decision about all of a group that it is part of."""
    fraud = models.BooleanField(default=False)
    """Somebody may have deceived the customer: nobody below a manager decides, and the legal desk knows."""
    first = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Who said yes, when a second person has to."""
    granter = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=16, blank=True, default="")
    """By the authority of which role it was granted."""
    granted_at = models.DateTimeField(null=True)
    period = models.CharField(max_length=7, blank=True, default="")
    """The month it counts against, `2026-03`; its year is that of the customer's sum."""
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, db_index=False)
    """Against whose sum it counts: that of the day it was granted, whatever becomes of the case."""
    budget = models.ForeignKey(Budget, null=True, on_delete=models.PROTECT, db_index=False)
    escalated_at = models.DateTimeField(null=True)
    failure = models.ForeignKey(FailureType, null=True, on_delete=models.PROTECT, db_index=False)
    gravity = models.CharField(max_length=16, blank=True, default="")
    """What went wrong, as it was seen when this was granted: like cases are found by it."""

    class Meta:
        constraints = [
            # serves: the proposals of a case, and the one that an event is about
            models.UniqueConstraint(fields=["case", "seq"], name="one_proposal_an_event"),
            models.CheckConstraint(condition=Q(held__gte=0) & Q(counted__gte=0), name="proposal_not_negative"),
        ]
        indexes = [
            # serves: those that one decision about a group is about
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="proposal_of_batch"),
            # serves: what like cases got in a year
            models.Index(
                fields=["failure", "gravity", "granted_at"],
                condition=Q(granted_at__isnull=False),
                name="granted_for_failure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class Remedy(models.Model):
    """One thing that makes good. `number`: within the case; `commitment`: the promise it was told with.

    `duty`: the law asks for it, whoever the customer is. `paid`: what it cost in the end.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    number = models.PositiveSmallIntegerField()
    option = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    bearer = models.CharField(max_length=10, choices=Bearer.choices, default=Bearer.US)
    currency = models.CharField(max_length=3, default=DEFAULT)
    amount = models.BigIntegerField(default=0)
    duty = models.BooleanField(default=False)
    finding = models.CharField(max_length=8, choices=Finding.choices, blank=True, default="")
    state = models.CharField(max_length=9, choices=State.choices)
    commitment = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    paid = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # serves: the remedies of a case
            models.UniqueConstraint(fields=["case", "number"], name="one_remedy_a_number"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="remedy_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number} {self.kind}"


class Pocket(models.TextChoices):
    """Where money lies, as the ledger sees it."""

    SOURCE = "source", _("the company, or whoever else bears it")
    FREE = "free", _("free in the budget")
    RESERVED = "reserved", _("reserved")
    SPENT = "spent", _("spent")


class Entry(models.Model):
    """One posting of the ledger: an amount goes from one pocket into another, so the whole is always nought.

    Never changed, never removed: `cases/guard.py`. `budget` is empty where somebody else bears it.
    """

    at = models.DateTimeField()
    source = models.CharField(max_length=8, choices=Pocket.choices)
    target = models.CharField(max_length=8, choices=Pocket.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    bearer = models.CharField(max_length=10, choices=Bearer.choices)
    budget = models.ForeignKey(Budget, null=True, on_delete=models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, db_index=False)
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, db_index=False)
    remedy = models.ForeignKey(Remedy, null=True, on_delete=models.PROTECT, db_index=False)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [
            # serves: the ledger of a budget, newest first
            models.Index(fields=["budget", "-id"], condition=Q(budget__isnull=False), name="entry_of_budget"),
            # serves: the ledger of a case
            models.Index(fields=["case", "id"], condition=Q(case__isnull=False), name="entry_of_case"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="entry_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="entry_goes_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target} {self.amount}"
