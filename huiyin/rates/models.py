"""Rows of rates: one for each thing that is counted, and the sums of days."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiyin.cases.models import Case, Category
from huiyin.customers.models import Customer, Tier
from huiyin.org.models import Department, Site, User
from huiyin.returns.methods import Method

from .definitions import Group, Mark, Rate

DIRTY = Q(dirty=True)


class Fact(models.Model):
    """One thing that is due once and went well or not: a deadline, a promise, a resolution, a visit.

    `ref`: which of its case, by the number of the event that it hangs on. `at`: the instant that puts it in a period.
    `person`: who had the case then. `summed`: as what the sums of days hold it; `dirty` when that isn't so any more.
    """

    rate = models.CharField(max_length=12, choices=Rate.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    ref = models.PositiveIntegerField()
    at = models.DateTimeField()
    day = models.DateField()
    """Of the site."""
    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, db_index=False)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, db_index=False)
    channel = models.CharField(max_length=12)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, db_index=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, db_index=False)
    tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, db_index=False)
    """Of the customer, as it was then."""
    began = models.DateTimeField(null=True)
    """When the customer came with it; of resolutions alone."""
    group = models.CharField(max_length=10, choices=Group.choices, blank=True, default="")
    """Of grades alone."""
    method = models.CharField(max_length=10, choices=Method.choices, blank=True, default="")
    """How the customer was asked; of grades alone."""
    mark = models.CharField(max_length=10, choices=Mark.choices)
    good = models.BooleanField()
    excluded = models.BooleanField(default=False)
    dirty = models.BooleanField(default=True)
    summed = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "rate", "ref"], name="one_fact_a_thing")]
        indexes = [
            # serves: the rows behind a figure, newest first, everywhere
            models.Index(fields=["rate", "-at", "-id"], name="fact_of_rate"),
            # serves: those of one site
            models.Index(fields=["rate", "site", "-at", "-id"], name="fact_of_site"),
            # serves: a person's own
            models.Index(fields=["person", "rate", "-at"], condition=Q(person__isnull=False), name="fact_of_person"),
            # serves: has this customer come with the same before or since?
            models.Index(
                fields=["customer", "category", "began"], condition=Q(customer__isnull=False), name="fact_of_customer"
            ),
            # serves: the sweep that sums
            models.Index(fields=["id"], condition=DIRTY, name="fact_to_sum"),
        ]

    def __str__(self) -> str:
        return f"{self.rate} {self.case_id}/{self.ref} {self.mark}"


class By(models.TextChoices):
    """Of what a sum is one: of everything, or of one department, category, channel, person, group, tier; `method`: how
    it was asked and how it went, as `link/grade_5`."""

    ALL = "", ""
    DEPARTMENT = "department", "department"
    CATEGORY = "category", "category"
    CHANNEL = "channel", "channel"
    PERSON = "person", "person"
    GROUP = "group", "group"
    TIER = "tier", "tier"
    METHOD = "method", "method"


class DaySum(models.Model):
    """The facts of one day, site and rate, counted. `value`: which department, category … (its key), as text.

    `half`: of `due`, those barely satisfied. `excluded`: neither in `due` nor in `good`.
    """

    by = models.CharField(max_length=10, choices=By.choices, blank=True)
    value = models.CharField(max_length=20, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    rate = models.CharField(max_length=12, choices=Rate.choices)
    due = models.IntegerField()
    good = models.IntegerField()
    half = models.IntegerField()
    excluded = models.IntegerField()

    class Meta:
        # serves: the figures of some sites in some days, whole and by something
        constraints = [models.UniqueConstraint(fields=["by", "site", "day", "rate", "value"], name="one_sum_a_day")]
        # serves: one person's own
        indexes = [models.Index(fields=["value", "day"], condition=Q(by="person"), name="sum_of_person")]

    def __str__(self) -> str:
        return f"{self.rate} {self.day} {self.by}{self.value} {self.good}/{self.due}"


class Exclusion(models.Model):
    """An application to leave a fact out of its rate, and what somebody else decided."""

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    """The event of the case that asks, with the reason as its words."""
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            # serves: what was asked and decided about a fact
            models.UniqueConstraint(fields=["fact", "seq"], name="one_exclusion_an_event"),
            models.UniqueConstraint(fields=["fact"], condition=Q(granted=None), name="one_exclusion_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id} {self.granted}"
