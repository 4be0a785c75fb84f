"""Rows of what came again, of what went over somebody's head, and of special-attention marks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case
from huiyin.customers.models import Customer
from huiyin.org.models import User


class FairRule(models.Model):
    """One row, which a manager edits: within so many days the same matter of the same customer is a repetition."""

    repeat_days = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.repeat_days}"


class Why(models.TextChoices):
    """By what two cases of a customer are the same matter."""

    CATEGORY = "category", _("same category")
    BRANCH = "branch", _("same sort of category")
    FAILURE = "failure", _("same failure")


class Repeat(models.Model):
    """A case with which a customer came again, and the case before it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT)  # serves: is it known already?
    earlier = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="repeated_by", db_index=False)
    why = models.CharField(max_length=8, choices=Why.choices)
    at = models.DateTimeField()

    class Meta:
        # serves: which came after a case
        indexes = [models.Index(fields=["earlier"], name="repeat_of_earlier")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.earlier_id}"


class Origin(models.TextChoices):
    """Where a customer went over the handler's head."""

    MANAGER = "manager", _("site manager")
    COMPANY = "company", _("company")
    AUTHORITY = "authority", _("authority")
    MEDIA = "media", _("media")
    IN_PERSON = "in_person", _("in person")
    PORTAL = "portal", _("their own page")


class Escalation(models.Model):
    """That a customer went over the handler's head; `seq` is the event. `was` had the case, `handler` has it then."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    origin = models.CharField(max_length=10, choices=Origin.choices)
    at = models.DateTimeField()
    was = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    handler = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        # serves also: how often a case went over somebody's head
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_escalation_an_event")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.origin}"


class MarkKind(models.TextChoices):
    """Why somebody needs special attention."""

    IMPORTANT = "important", _("important")
    VULNERABLE = "vulnerable", _("vulnerable")
    HOSTILE = "hostile", _("hostile, or unsafe for visitors")
    PROFESSIONAL = "professional", _("professional claimant")
    OTHER = "other", _("other")


RUNNING = Q(ended_at__isnull=True)


class Mark(models.Model):
    """That a customer needs special attention, until a day. It is shown, and nothing else depends on it.

    `reason`: why; `advice`: what to do. `ended_at`: it was taken off before its day, or contested with success.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=12, choices=MarkKind.choices)
    reason = models.TextField()
    advice = models.TextField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    until = models.DateField()
    ended_at = models.DateTimeField(null=True)
    was_seen = False
    """On the case it was read for, by whoever it was read for; no column."""

    class Meta:
        constraints = [
            # serves: the mark of a customer, on the page of a case
            models.UniqueConstraint(fields=["customer"], condition=RUNNING, name="one_running_mark_a_customer"),
        ]
        indexes = [
            # serves: the list of marks that run
            models.Index(fields=["until", "id"], condition=RUNNING, name="running_mark"),
            # serves: all marks that a customer ever had
            models.Index(fields=["customer", "-id"], name="mark_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind}"


class Did(models.TextChoices):
    """What happened to a mark."""

    SET = "set", _("set")
    EXTENDED = "extended", _("extended")
    ENDED = "ended", _("taken off")
    OBJECTED = "objected", _("the customer objects")
    DECIDED = "decided", _("objection decided")
    TOLD = "told", _("the customer was told")
    PRINTED = "printed", _("paper for the customer")


class MarkEntry(models.Model):
    """One thing that happened to a mark; never changed, never removed (`cases/guard.py`)."""

    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, db_index=False)
    did = models.CharField(max_length=10, choices=Did.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    words = models.TextField(blank=True, default="")
    until = models.DateField(null=True)

    class Meta:
        # serves: what happened to a mark
        indexes = [models.Index(fields=["mark", "id"], name="entry_of_mark")]

    def __str__(self) -> str:
        return f"{self.mark_id} {self.did}"


class Sight(models.Model):
    """That somebody has seen a mark, on the page of a case (none: on its own page); the first time."""

    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # serves: who has seen a mark
            models.UniqueConstraint(fields=["mark", "by", "case"], name="one_sight_a_case"),
            models.UniqueConstraint(fields=["mark", "by"], condition=Q(case=None), name="one_sight_of_its_page"),
        ]
        # serves: SQLite, which looks here for the case whenever one is written
        indexes = [models.Index(fields=["case"], name="sight_at_case")]

    def __str__(self) -> str:
        return f"{self.mark_id} {self.by_id}"


class Objection(models.Model):
    """A customer's no to a mark, and what somebody else than who set it decided. `told_at`: the customer knows."""

    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, db_index=False)
    words = models.TextField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)
    """The customer is right: the mark has ended."""
    reason = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField(null=True)
    """Nobody had decided in time: those above were told."""

    class Meta:
        indexes = [
            # serves: the sweep that tells those above of what nobody has decided in time
            models.Index(fields=["due_at"], condition=Q(upheld=None, raised_at=None), name="objection_to_raise"),
        ]
        constraints = [
            # serves: the objections to a mark
            models.UniqueConstraint(fields=["mark", "taken_at"], name="one_objection_a_moment"),
            models.UniqueConstraint(fields=["mark"], condition=Q(upheld=None), name="one_objection_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.mark_id} {self.upheld}"
