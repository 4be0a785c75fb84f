"""Rows of words to all cases of an incident, of emergency calls, and of notices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, Category
from huiyin.cases.severity import Severity
from huiyin.org.models import Department, Role, Site, User

STANDING = Q(dropped_at__isnull=True)


class WordKind(models.TextChoices):
    """What was said to all."""

    TOLD = "told", _("told")
    RESOLVED = "resolved", _("resolved")


class IncidentWord(models.Model):
    """One word to all open cases of an incident. `cause` and `done` stay inside; `kept_open`: cases it was not for, of
    which those in `unfilled` lacked a field that is required.

    `followed`: the word to another incident that went on to this one, down the chain. `finished_at` is empty until the
    last case has it: whoever comes by goes on where it stopped.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=8, choices=WordKind.choices)
    text = models.TextField()
    cause = models.TextField(blank=True, default="")
    done = models.TextField(blank=True, default="")
    prevention = models.TextField(blank=True, default="")
    kept_open = models.JSONField(default=list)
    unfilled = models.JSONField(default=list)
    anyway = models.JSONField(default=list)
    """Patterns of words that were passed over."""
    followed = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    cases = models.PositiveIntegerField(default=0)
    """How many cases got it."""
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # serves: what was said to all, newest first
            models.Index(fields=["incident", "-id"], name="word_of_incident"),
            # serves: the sweep that finishes what was interrupted
            models.Index(fields=["id"], condition=Q(finished_at__isnull=True), name="word_to_finish"),
            # serves: the same word to other incidents down the chain
            models.Index(fields=["followed"], condition=Q(followed__isnull=False), name="word_that_followed"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"


class Heard(models.Model):
    """A case got a word; written with the event, so no case gets it twice."""

    word = models.ForeignKey(IncidentWord, on_delete=models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)

    class Meta:
        # serves also: which words a case has
        constraints = [models.UniqueConstraint(fields=["case", "word"], name="one_word_a_case")]
        # serves: how many cases got a word
        indexes = [models.Index(fields=["word"], name="heard_of_word")]

    def __str__(self) -> str:
        return f"{self.word_id} {self.case_id}"


class ChainLink(models.Model):
    """In the chain of an incident: one thing led to another. Either end is a failure by its name, or another incident.

    Never changed: one that is put right is dropped and written anew, so that it stays known who said what. `hours`: how
    long after the cause.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links", db_index=False)
    cause = models.CharField(max_length=80, blank=True, default="")
    cause_incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    effect = models.CharField(max_length=80, blank=True, default="")
    effect_incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    hours = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    dropped_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # serves: the chain of an incident
            models.Index(fields=["incident"], condition=STANDING, name="link_of_incident"),
            # serves: the incidents that led to one
            models.Index(
                fields=["effect_incident"],
                condition=STANDING & Q(effect_incident__isnull=False),
                name="link_to_incident",
            ),
            # serves: the incidents to which one has led
            models.Index(
                fields=["cause_incident"],
                condition=STANDING & Q(cause_incident__isnull=False),
                name="link_from_incident",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.pk}"


class Consequence(models.Model):
    """A case of an incident that came of it and is another matter: it hears what all are told, and is resolved alone.
    Its event says so too."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, db_index=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT)  # serves: is a case of an incident one?

    class Meta:
        # serves: those of an incident
        indexes = [models.Index(fields=["incident"], name="consequence_of_incident")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.case_id}"


class CallRule(models.Model):
    """Who must be called at once: one line of the order at `site` and all below, for a severity.

    `category`: only for this branch. Just one of `user`, `department`, `role` is set. `minutes`: how long to wait for
    an acknowledgement before the next in the order is called too. `rescue`: whom to call first outside the house.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    severity = models.CharField(max_length=2, choices=Severity.choices, default=Severity.P1)
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE)
    order = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    department = models.ForeignKey(Department, null=True, on_delete=models.CASCADE)
    role = models.CharField(max_length=16, choices=Role.choices, blank=True, default="")
    minutes = models.PositiveIntegerField()
    rescue = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.site_id} {self.severity} {self.order}"


class Emergency(models.Model):
    """A case that became so severe that somebody must be called; `seq` is the event that made it so.

    `order`: the step called last. `next_at`: when the next one is called unless somebody acknowledges before.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    order = models.PositiveSmallIntegerField()
    called_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, db_index=False)

    class Meta:
        # serves also: the calls of a case, to acknowledge them
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_emergency_an_event")]
        indexes = [
            # serves: the sweep that calls the next one
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="emergency_to_escalate"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class What(models.TextChoices):
    """What a notice says."""

    CALLED = "called", _("You are called: acknowledge now")
    ASSIGNED = "assigned", _("A case was assigned to you")
    REPLIED = "replied", _("A department replied to your case")
    PASSED = "passed", _("A department passed its task on to another")
    UNUSABLE = "unusable", _("The front desk can't use your answer as it is")
    WROTE = "wrote", _("The customer wrote")
    DUE_SOON = "due_soon", _("A deadline of yours is near")
    BREACHED = "breached", _("A deadline of yours was missed")
    CHASED = "chased", _("You are reminded of a case")
    DECIDED = "decided", _("A decision was made")
    APPROVE = "approve", _("Your approval is asked for")
    APPROVE_ALL = "approve_all", _("Your approval is asked for, for all of a group")
    DECIDED_ALL = "decided_all", _("What you asked for all of a group was decided")
    LEAD = "lead", _("You lead an incident")
    ONWARD = "onward", _("Customers of your incident were told from another incident")
    MENTIONED = "mentioned", _("A colleague names you in a note")
    VISITED = "visited", _("A customer has judged your work")
    GROUP = "group", _("Several customers report one fault")
    REPEATED = "repeated", _("A customer came again with the same matter")
    OVER_HEAD = "over_head", _("A customer went over the handler's head")
    OBJECTED = "objected", _("A customer objects to a special-attention mark")
    STEP = "step", _("A step of a recovery plan is overdue")
    PROMISED = "promised", _("More was promised by your department than we keep")
    ASKED_HELP = "asked_help", _("A customer wasn't satisfied: what would have helped you?")
    HELPED = "helped", _("A department says what would have helped")
    UNHEARD = "unheard", _("A department has not said what would have helped")
    FORESEEN = "foreseen", _("Customers had better be warned of something")
    STATEMENT = "statement", _("A public statement waits for your approval")


UNSEEN = Q(seen_at__isnull=True)


class Notice(models.Model):
    """Something that a member of staff is told, about a case (`seq`: its event) or an incident.

    Of a statement that waits `seq` is its number, and of what is foreseen the site."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField(default=0)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, db_index=False)
    what = models.CharField(max_length=12, choices=What.choices)
    at = models.DateTimeField()
    must_acknowledge = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # serves: the count on every page, and unseen notices, newest first
            models.Index(fields=["user", "-id"], condition=UNSEEN, name="notice_unseen"),
            # serves: all notices of a person, newest first
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            # serves: settling the calls of a case when one person acknowledges
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="notice_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.what}"
