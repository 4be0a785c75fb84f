"""Rows of clocks. A clock is a deadline that stands in a row; nothing has to remember to look at the time."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case
from huiyin.org.models import Department


class ClockKind(models.TextChoices):
    """What is counted."""

    DISPATCH = "dispatch", _("dispatch")
    SIGN = "sign", _("department's signature")
    RESPOND = "respond", _("first response")
    ARRIVE = "arrive", _("arrival on site")
    CONTAIN = "contain", _("danger or loss stopped")
    UPDATE = "update", _("next word to the customer")
    REPLY = "reply", _("department's reply")
    RESOLVE = "resolve", _("resolution")
    VISIT = "visit", _("return visit")
    COMMITMENT = "commitment", _("promise")
    DECIDE = "decide", _("decision")
    SUPERVISE = "supervise", _("supervision")
    PLAN = "plan", _("plan of a project")
    MILESTONE = "milestone", _("milestone")


class Calendar(models.Model):
    """Working time. `week`: seven lists (Monday first) of [start, end] minutes of the local day. `holidays`: do public
    holidays and make-up working days of `CalendarDay` count?"""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64)
    week = models.JSONField()
    holidays = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that differs from the weekly pattern: a holiday (`works` false) or a make-up working day."""

    day = models.DateField(unique=True)
    works = models.BooleanField()
    name = models.CharField(max_length=64, blank=True, default="")
    source = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarYear(models.Model):
    """A year whose holidays are known; deadlines that reach beyond the last one are provisional."""

    year = models.PositiveIntegerField(unique=True)
    source = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.year)


class Policy(models.Model):
    """A set of service levels as of a date. A changed level is a new policy: running clocks keep theirs."""

    name = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_policy_a_version")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Level(models.Model):
    """One service level: `minutes` of working time in `calendar` for a clock at a severity.

    `condition`: empty for all cases; `complaint` for complaints without work on site, whose levels are caps: the
    earliest deadline counts; `project` for projects; `consult` for the decision who leads after departments have
    returned a case twice. `going_on` (it was still happening when graded), `uncontained` (danger or growing loss not
    stopped yet), `several` (several departments work on it) and `inquiry` (one that isn't for several) stand in place
    of the level without condition.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="levels")
    kind = models.CharField(max_length=12, choices=ClockKind.choices)
    severity = models.CharField(max_length=2)
    condition = models.CharField(max_length=12, blank=True, default="")
    minutes = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"{self.kind} {self.severity} {self.minutes}"


class Outcome(models.TextChoices):
    """How a clock ended."""

    MET = "met", _("in time")
    LATE = "late", _("late")
    CANCELLED = "cancelled", _("no longer needed")


OPEN_CLOCK = Q(stopped_at=None)
RUNNING_CLOCK = Q(stopped_at=None, paused=False)
"""Asked in these very words, without parameters: SQLite matches a partial index with a query only then."""


class Clock(models.Model):
    """One deadline of a case.

    `ref`: the event that started it (a hand-over's number, a promise's number), or the number of a milestone.
    `pauses`: list of [from, to] instants, `to` null while paused; never a single total, so that a changed severity can
    reckon anew. `first_due_at` is what was said at the start. Each of warning and breach has one column, set once: no
    second event for any number of workers. `near_at`: since when the case stands among those due soon (the warning, or
    the breach when that came first). `mark_at`: when the sweep has to look at it next; null when there is nothing to
    come.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=12, choices=ClockKind.choices)
    ref = models.PositiveIntegerField()
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, db_index=False)
    """Whose reply is counted."""
    policy = models.ForeignKey(Policy, null=True, on_delete=models.PROTECT, db_index=False)
    started_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    extra = models.DurationField(default=timedelta)
    """Time granted beyond the service level, kept when the deadline is reckoned anew."""
    paused = models.BooleanField(default=False)
    pauses = models.JSONField(default=list)
    provisional = models.BooleanField(default=False)
    near_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    mark_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "ref"], name="one_clock_a_start")]
        indexes = [
            # serves: inbox "due soon", earliest first; a new clock isn't in it yet
            models.Index(
                fields=["due_at", "id"], condition=RUNNING_CLOCK & Q(near_at__isnull=False), name="clock_that_is_near"
            ),
            # serves: lists by deadline, earliest first
            models.Index(fields=["due_at", "id"], condition=RUNNING_CLOCK, name="running_clock_by_deadline"),
            # serves: the tasks of a department, earliest deadline first
            models.Index(
                fields=["department", "due_at", "id"],
                condition=OPEN_CLOCK & Q(department__isnull=False),
                name="clock_of_department",
            ),
            # serves: the sweep
            models.Index(fields=["mark_at", "case"], condition=Q(mark_at__isnull=False), name="clock_to_mark"),
            # serves: reckoning anew when holidays become known
            models.Index(fields=["id"], condition=OPEN_CLOCK & Q(provisional=True), name="provisional_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
