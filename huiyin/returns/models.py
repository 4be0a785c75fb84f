"""Rows of return visits."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case
from huiyin.org.models import Department, User

from .methods import Method
from .plan import Mode
from .validity import Doubt

UNANSWERED = Q(answered_at__isnull=True)


class State(models.TextChoices):
    """How a planned visit stands."""

    OPEN = "open", _("to be asked")
    DONE = "done", _("visited")
    DECLINED = "declined", _("declined the visit")
    UNREACHED = "unreached", _("not reached")
    SILENT = "silent", _("no answer to the link")
    NOT_REQUIRED = "not_required", _("not required")
    CANCELLED = "cancelled", _("reopened before")


class Reason(models.TextChoices):
    """Why somebody was satisfied or not, as they tap it on their own page."""

    QUICK = "quick", _("It went quickly")
    FRIENDLY = "friendly", _("Friendly people")
    EXPLAINED = "explained", _("Clearly explained")
    WELL_DONE = "well_done", _("Well done")
    SLOW = "slow", _("It took too long")
    PROMISE = "promise", _("A promise was not kept")
    RUDE = "rude", _("Unfriendly")
    UNCLEAR = "unclear", _("Nobody explained it")
    CAME_BACK = "came_back", _("It came back")
    EFFORT = "effort", _("I had to ask again and again")


class Help(models.TextChoices):
    """What would have helped a department."""

    TIME = "time", _("more time")
    PEOPLE = "people", _("more people")
    PARTS = "parts", _("parts, tools or materials")
    WORD = "word", _("a clearer task from the front desk")
    ACCESS = "access", _("getting in, or reaching the customer")
    SKILL = "skill", _("training or instructions")
    FIRM = "firm", _("another firm or supplier")
    RULE = "rule", _("another rule or permission")
    NOTHING = "nothing", _("nothing: it was done as it should be")
    OTHER = "other", _("something else")


class HelpAsked(models.Model):
    """After a bad answer a department that worked on the case is asked what would have helped; `seq` is the event that
    asks, `visit` that of the answer. `asked_by` isn't named to the department unless the house says so."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False)
    visit = models.PositiveIntegerField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    named = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    helps = models.CharField(max_length=8, choices=Help.choices, blank=True, default="")
    """What they say would have helped."""
    answer = models.PositiveIntegerField(null=True)
    """The event that answers."""
    answered_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    """When the manager was told that nobody had answered in time."""

    class Meta:
        # serves also: what was asked in a case
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_help_an_event")]
        indexes = [
            # serves: what a department is to answer, the earliest first
            models.Index(fields=["department", "due_at", "id"], condition=UNANSWERED, name="help_to_answer"),
            # serves: what was asked of a department in a month, newest first
            models.Index(fields=["department", "-asked_at", "-id"], name="help_of_department"),
            # serves: the same of all departments
            models.Index(fields=["-asked_at", "-id"], name="help_newest"),
            # serves: the sweep that tells managers
            models.Index(fields=["due_at"], condition=UNANSWERED & Q(told_at__isnull=True), name="help_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class ReturnVisit(models.Model):
    """One planned return visit; `seq` is the event that planned it (the case was resolved, or the review said yes),
    `handler` the person who may not do it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    mode = models.CharField(max_length=8, choices=Mode.choices)
    state = models.CharField(max_length=12, choices=State.choices)
    handler = models.ForeignKey(User, null=True, on_delete=models.PROTECT, db_index=False)
    next_at = models.DateTimeField()
    """When it is to be done, or tried again."""
    tries = models.PositiveIntegerField(default=0)
    method = models.CharField(max_length=10, choices=Method.choices, blank=True, default="")
    """How the answer that counts came; what follows is that answer. Empty: there is none yet."""
    visited_at = models.DateTimeField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.PositiveSmallIntegerField(null=True)
    promise_kept = models.BooleanField(null=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Who got the answer, or tried last while there was none; None for what nobody asked in person."""
    doubt = models.CharField(max_length=8, choices=Doubt.choices, blank=True, default="")
    """Why the answer that counts is hard to believe."""
    trusted = models.BooleanField(default=False)
    """A supervisor believes it all the same."""
    silent_at = models.DateTimeField(null=True)
    """When the case was closed without an answer to the link."""
    close_at = models.DateTimeField(null=True)
    """When the case may be closed by itself."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_visit_a_resolution")]
        indexes = [
            # serves: the return-visit queue
            models.Index(fields=["next_at", "id"], condition=Q(state="open", mode="phone"), name="visit_to_do"),
            # serves: the sweep that closes
            models.Index(fields=["close_at"], condition=Q(close_at__isnull=False), name="visit_to_close"),
            # serves: are the answers that one person gets unusually alike?
            models.Index(fields=["visited_at"], condition=Q(asked_by__isnull=False), name="visit_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"

    @property
    def answered(self) -> bool:
        """Did the customer say anything that counts?"""
        return self.solved is not None or self.satisfied is not None

    @property
    def doubtful(self) -> bool:
        """Is the answer that counts hard to believe, and nobody has said otherwise?"""
        return bool(self.doubt) and not self.trusted
