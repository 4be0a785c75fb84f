"""Rows of recovery plans: what is prepared, in versions, and what runs in cases."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case
from huiyin.groups.models import Group
from huiyin.org.models import User
from huiyin.recovery.models import FailureType

RUNNING = Q(ended_at__isnull=True)


class Playbook(models.Model):
    """What is to be done when something of this sort fails. `category`: code of the branch for which it is meant, empty
    for all; `gravity`: the same of how bad the failure is."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True, default="")
    failure = models.ForeignKey(FailureType, on_delete=models.PROTECT, db_index=False)
    category = models.CharField(max_length=100, blank=True, default="")
    gravity = models.CharField(max_length=16, blank=True, default="")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        english = (translation.get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name


class Phase(models.TextChoices):
    """How far a version is."""

    DRAFT = "draft", _("draft")
    FORCE = "force", _("in force")
    PAST = "past", _("replaced")


class PlaybookVersion(models.Model):
    """The steps of a playbook at one time: once in force they never change. `steps`: as `steps.Step` writes them."""

    playbook = models.ForeignKey(Playbook, on_delete=models.PROTECT, db_index=False)
    number = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=8, choices=Phase.choices)
    steps = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_at = models.DateTimeField(null=True)
    """Since when it is, or was, in force."""

    class Meta:
        constraints = [
            # serves: the versions of a playbook
            models.UniqueConstraint(fields=["playbook", "number"], name="one_version_a_number"),
            models.UniqueConstraint(fields=["playbook"], condition=Q(phase="draft"), name="one_draft_a_playbook"),
            models.UniqueConstraint(fields=["playbook"], condition=Q(phase="force"), name="one_version_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id}/{self.number}"


class Outcome(models.TextChoices):
    """How a plan ended."""

    DONE = "done", _("done")
    REPLACED = "replaced", _("replaced by another")
    ENDED = "ended", _("ended with the case")


class Plan(models.Model):
    """A version of a playbook that is carried out in a case: one at a time for each failure of it.

    `number`: within the case; `seq`: the event that began it. `lead`: the plan in another case by which shared steps
    are done for this one too.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    number = models.PositiveSmallIntegerField()
    failure = models.ForeignKey(FailureType, on_delete=models.PROTECT, db_index=False)
    version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    lead = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False)
    rollout = models.ForeignKey("Rollout", null=True, on_delete=models.PROTECT, db_index=False)
    """With which it was begun for all last; of the plan that leads it says so."""

    class Meta:
        constraints = [
            # serves: the plans of a case
            models.UniqueConstraint(fields=["case", "number"], name="one_plan_a_number"),
            models.UniqueConstraint(fields=["case", "failure"], condition=RUNNING, name="one_running_plan_a_failure"),
        ]
        indexes = [
            # serves: how many plans run by a version
            models.Index(fields=["version"], condition=RUNNING, name="plan_running_by_version"),
            # serves: the cases for which shared steps are done too
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="plan_led"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"


class StepState(models.TextChoices):
    """How a step stands."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    SKIPPED = "skipped", _("skipped")


class PlanStep(models.Model):
    """A step of a plan. `shared`: one deed for all cases of the same fault; `by_lead`: it was settled so, in the case
    that leads. `notice_at`: when somebody is told that it is overdue, `told`: how many times they were. `spread_at`:
    since when the cases that are led wait to hear of it, `spread_by` whose deed it is."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, db_index=False, related_name="steps")
    number = models.PositiveSmallIntegerField()
    required = models.BooleanField(default=False)
    shared = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.OPEN)
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    notice_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    by_lead = models.BooleanField(default=False)
    spread_at = models.DateTimeField(null=True)
    spread_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            # serves: the steps of a plan
            models.UniqueConstraint(fields=["plan", "number"], name="one_step_a_number"),
        ]
        indexes = [
            # serves: the sweep that tells of overdue steps
            models.Index(fields=["notice_at"], condition=Q(notice_at__isnull=False), name="step_to_tell"),
            # serves: the sweep that lets the cases that are led hear of a deed
            models.Index(fields=["spread_at"], condition=Q(spread_at__isnull=False), name="step_to_spread"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number}"


class Rollout(models.Model):
    """One plan begun in all open cases of an incident or a group. `waiting`: the cases still to come, so that whoever
    comes by goes on where it stopped; `failed`: number and reason of those in which it did not begin."""

    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, db_index=False)
    group = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, db_index=False)
    version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, db_index=False)
    gravity = models.CharField(max_length=16)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    waiting = models.JSONField(default=list)
    begun = models.PositiveIntegerField(default=0)
    failed = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # serves: the sweep that finishes what was interrupted
            models.Index(fields=["id"], condition=Q(finished_at__isnull=True), name="rollout_to_finish"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.pk}"
