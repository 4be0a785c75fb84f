"""Rows of groups. `Entry` is what happened, never changed; `Group` and `Member` are how it stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, Category
from huiyin.org.models import Site, User

from .stages import Stage

LIVING = Q(ended_at__isnull=True)


class GroupRule(models.Model):
    """What makes a group at a site and all below it, in numbers that a manager edits; `source` says where they come
    from.

    `around`: codes of categories, a line each, whose cause lies around the places that people name; `own`: of those
    that are each customer's own matter. What the numbers mean stands in `stages.Steps` and `matching.Bars`.
    """

    site = models.OneToOneField(Site, on_delete=models.CASCADE)
    several = models.PositiveSmallIntegerField()
    collective = models.PositiveSmallIntegerField()
    fast_customers = models.PositiveSmallIntegerField()
    fast_hours = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    building = models.PositiveSmallIntegerField()
    words = models.PositiveSmallIntegerField()
    elsewhere = models.PositiveSmallIntegerField()
    around = models.TextField(blank=True, default="")
    own = models.TextField(blank=True, default="")
    source = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.site_id}"


class Group(models.Model):
    """Several cases with one fault, as far as is known. `place` and `category`: what most of them name.

    `kept`: a person has had a hand in it, so that the machine adds to it and does nothing else. `ended_at`: it was
    taken up by `merged_into`, or nothing is left of it. `version` counts the acts of people.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, db_index=False)
    place = models.CharField(max_length=120, blank=True, default="")
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.INDIVIDUAL)
    size = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    lead = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, db_index=False)
    kept = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            # serves: the list of groups, the newest first
            models.Index(fields=["-id"], condition=LIVING, name="living_group"),
            # serves: the group that an incident was made of
            models.Index(fields=["incident"], condition=Q(incident__isnull=False), name="group_of_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Role(models.TextChoices):
    """What somebody is in a group, as people see it now. Who began it is no role: that is known by itself."""

    ORDINARY = "ordinary", pgettext_lazy("in a group", "one of many")
    SPOKESPERSON = "spokesperson", _("spokesperson")
    EXPERT = "expert", pgettext_lazy("in a group", "expert")


class Member(models.Model):
    """A case in a group: in one at most. `who` tells customers apart, `at` is when the case was received, `by_hand`
    whether a person put it there. `data` and `reason`: why it is there, as the log says too. `remark`: the event of the
    case with the last word about what is special with it. `role`: of whoever spoke; nothing reads it but the page."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, db_index=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT)  # serves: the group of a case, and marks in lists
    who = models.CharField(max_length=40, blank=True, default="")
    at = models.DateTimeField()
    by_hand = models.BooleanField(default=False)
    data = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")
    remark = models.PositiveIntegerField(null=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.ORDINARY)

    class Meta:
        indexes = [
            # serves: the members of a group, newest first, its figures, and who may see it by them
            models.Index(fields=["group", "-case"], name="member_of_group"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.case_id}"


class What(models.TextChoices):
    """What happened to a group."""

    JOINED = "joined", _("joined")
    LEFT = "left", _("left")
    MERGED = "merged", _("merged")
    SPLIT = "split", _("split off")
    STAGE = "stage", _("stage")
    LEAD = "lead", _("lead")
    INCIDENT = "incident", _("incident")
    ROLE = "role", _("role")
    AIMS = "aims", _("other aims")
    ENDED = "ended", _("ended")


class Entry(models.Model):
    """One thing that happened to a group. Never changed, never removed (`cases/guard.py`).

    `case`: which one joined or left; `other`: the group it came from, went to, or that was taken up; `by`: None for the
    machine, whose reason is `data` (codes and thousandths); `reason`: why a person did it.
    """

    group = models.ForeignKey(Group, on_delete=models.PROTECT, db_index=False)
    what = models.CharField(max_length=12, choices=What.choices)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    data = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            # serves: what happened to a group, newest first
            models.Index(fields=["group", "-id"], name="entry_of_group"),
            # serves: why a case is in its group, newest first
            models.Index(fields=["case", "-id"], condition=Q(case__isnull=False), name="group_entry_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.what}"


class Alone(models.Model):
    """A person took this case out of a group: the machine never puts it into one again."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT)  # serves: may the machine join it?

    def __str__(self) -> str:
        return f"{self.case_id}"


class Again(models.Model):
    """A case whose cause was named anew: it is to be looked at again."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id}"


class Progress(models.Model):
    """One row: up to which case the machine has looked, and which numbers below were not there then, with the moment
    when that was seen (a transaction under way commits later). Locked by whoever writes to any group."""

    upto = models.BigIntegerField()
    gaps = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.upto}"
