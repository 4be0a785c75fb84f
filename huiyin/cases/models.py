"""Rows of cases. `Case` holds the snapshot, `CaseEvent` the truth it is folded from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from huiyin.base.ids import receipt_number
from huiyin.customers.models import Customer
from huiyin.org.models import Department, Site, User

from . import expectation_models, outside_models, tag_models  # noqa: F401 (models of this app are those that this module knows)
from .incident_models import Incident
from .kinds import Channel as Channel  # noqa: PLC0414 (callers take both from here)
from .kinds import Kind as Kind  # noqa: PLC0414
from .severity import Complexity, Severity
from .workflow import Because, EventKind, Overridden, Status, WaitingFor

if TYPE_CHECKING:
    from .veil import Veil


class Category(models.Model):
    """One of three levels of a tree; cases hang on the third. Editable rows, preset by an industry pack."""

    code = models.CharField(max_length=100, unique=True)
    """`level1/level2/level3`."""
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True, default="")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True, default="")
    severity = models.CharField(max_length=2, choices=Severity.choices, blank=True, default="")
    floor = models.CharField(max_length=2, choices=Severity.choices, blank=True, default="")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT)
    on_site = models.BooleanField(default=False)
    conduct = models.BooleanField(default=False)
    """Complaints of this sort are about how somebody behaved: the supervisor decides on them."""
    checklist = models.TextField(blank=True, default="")
    extra_fields = models.TextField(blank=True, default="")
    """What a case of this sort and below needs done and filled in, as written by an editor: see `particulars`."""
    active = models.BooleanField(default=True)
    """False: no longer offered; cases that hang on it keep it."""

    def __str__(self) -> str:
        english = (translation.get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name


OPEN_ROW = Q(resolved_at__isnull=True, joined_into__isnull=True)
"""Rows of open cases: neither ended nor joined."""


SUPERVISED_ROW = OPEN_ROW & Q(supervised_by__isnull=False)
"""Rows of open cases that a supervisor watches to the end."""

OVERRIDDEN_ROW = ~Q(overridden="")
"""Rows of cases in which something was set by hand."""


class Case(models.Model):
    """One customer voice and everything done about it. From `status` on: the snapshot, written by `timeline` alone."""

    uid = models.CharField(max_length=32)
    """Random; the first link of the case's chain, so that events can't be moved to another case unnoticed."""
    link_digest = models.CharField(max_length=64, null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, db_index=False)
    place = models.CharField(max_length=120, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    """Where mail about it goes, and who may ask for its link: given with this very case, or known of its customer."""
    former = models.JSONField(default=list)
    """Of a protected case: names, numbers and addresses of its customer that were corrected, still crossed out."""
    subject = models.CharField(max_length=200)
    source = models.CharField(max_length=64, blank=True, default="")
    external_number = models.CharField(max_length=64, blank=True, default="")

    seq = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices)
    severity = models.CharField(max_length=2, choices=Severity.choices)
    complexity = models.CharField(max_length=8, choices=Complexity.choices)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, db_index=False)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    handler = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, db_index=False)
    waiting_for = models.CharField(max_length=12, choices=WaitingFor.choices, blank=True, default="")
    last_word = models.CharField(max_length=8, blank=True, default="")
    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, default="")
    going_on = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True)
    contained_at = models.DateTimeField(null=True)
    reopened = models.PositiveIntegerField(default=0)
    hand_overs = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    joined_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, db_index=False)
    open_hand_overs = models.JSONField(default=list)
    signed = models.JSONField(default=list)
    passed = models.JSONField(default=list)
    open_commitments = models.JSONField(default=list)
    open_questions = models.JSONField(default=list)
    open_requests = models.JSONField(default=list)
    referred = models.CharField(max_length=12, choices=Because.choices, blank=True, default="")
    decide_since = models.DateTimeField(null=True)
    review_since = models.DateTimeField(null=True)
    supervised_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    outside_due_at = models.DateTimeField(null=True)
    chased = models.PositiveIntegerField(default=0)
    returns = models.PositiveIntegerField(default=0)
    overrides = models.PositiveIntegerField(default=0)
    overridden = models.CharField(max_length=8, choices=Overridden.choices, blank=True, default="")
    milestones = models.PositiveIntegerField(default=0)
    open_milestones = models.JSONField(default=list)
    planned_at = models.DateTimeField(null=True)
    protected = models.BooleanField(default=False)
    about_users = models.JSONField(default=list)
    about_departments = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    changed_at = models.DateTimeField(null=True)

    veil: Veil | None = None
    """Set by `hiding` on a row given to somebody who may not know the customer; never stored."""

    class Meta:
        constraints = [
            # serves: the same outside row imported twice
            models.UniqueConstraint(
                fields=["source", "external_number"],
                condition=~Q(external_number=""),
                name="one_case_an_outside_number",
            ),
            # serves: the customer's receipt page
            models.UniqueConstraint(fields=["link_digest"], name="one_case_a_link"),
        ]
        indexes = [
            # serves: the list of one site, newest first
            models.Index(fields=["site", "-id"], name="case_of_site"),
            # serves: lists filtered by status, newest first
            models.Index(fields=["status", "-id"], name="case_of_status"),
            # serves: inbox "mine" and "unassigned"; open said without a list of statuses, because SQLite can't see that
            # a list among a query's parameters is the list of a partial index
            models.Index(fields=["handler", "-id"], condition=OPEN_ROW, name="open_case_of_handler"),
            # serves: the customer's earlier cases
            models.Index(fields=["customer", "-id"], condition=Q(customer__isnull=False), name="case_of_customer"),
            # serves: the cases of an e-mail address, newest first, once somebody has proven that it is theirs
            models.Index(fields=["email", "-id"], condition=~Q(email=""), name="case_of_email"),
            # serves: the cases that were joined into this one; without it SQLite reads the whole table for each new
            # case whose clocks were written before it, to see whether an older one refers to it
            models.Index(fields=["joined_into"], condition=Q(joined_into__isnull=False), name="case_joined_into"),
            # serves: inbox "to decide"
            models.Index(fields=["-id"], condition=Q(decide_since__isnull=False), name="case_to_decide"),
            # serves: inbox "under supervision"
            models.Index(fields=["-id"], condition=SUPERVISED_ROW, name="supervised_case"),
            # serves: cases in which something was set by hand, newest first
            models.Index(fields=["-id"], condition=OVERRIDDEN_ROW, name="overridden_case"),
            # serves: the cases of an incident, newest first, their counts, and who may see the incident by them
            models.Index(fields=["incident", "-id"], condition=Q(incident__isnull=False), name="case_of_incident"),
            # serves: lists of one category, newest first
            models.Index(fields=["category", "-id"], condition=Q(category__isnull=False), name="case_of_category"),
            # serves: open cases of their owner, newest first
            models.Index(fields=["owner", "-id"], condition=OPEN_ROW, name="open_case_of_owner"),
            # serves: open cases by severity, and those of one severity
            models.Index(fields=["severity", "id"], condition=OPEN_ROW, name="open_case_by_severity"),
            # serves: open cases by when they came in
            models.Index(fields=["received_at", "id"], condition=OPEN_ROW, name="open_case_by_receipt"),
            # serves: open cases by when something happened last
            models.Index(fields=["changed_at", "id"], condition=OPEN_ROW, name="open_case_by_change"),
            # serves: cases that came in between two days
            models.Index(fields=["received_at", "id"], name="case_by_receipt"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The receipt number that is read out on the phone and printed on every message."""
        return receipt_number(self.pk)


class CaseEvent(models.Model):
    """One thing that happened. Never changed, never removed: `guard.py` makes the database refuse it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    topic = models.CharField(max_length=16, blank=True, default="")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, db_index=False)
    data = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_event_a_number")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.kind}"


class Message(models.Model):
    """The words of an event. The event keeps SHA-256(salt‖text): erasing both here leaves the chain whole."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    part = models.CharField(max_length=12)
    """`text`, or what else the event has words for: `cause`, `done`, `basis`, `right_door`."""
    public = models.BooleanField()
    """May the customer see it?"""
    text = models.TextField()
    salt = models.BinaryField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq", "part"], name="one_message_a_part")]
        # serves: the cases that came from above under these numbers
        indexes = [models.Index(fields=["text"], condition=Q(part="number"), name="message_outside_number")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class File(models.Model):
    """A photo or paper that belongs to an event; its bytes lie in `files/ab/<sha256>` of the data folder."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    public = models.BooleanField()
    sha256 = models.CharField(max_length=64, db_index=True)  # serves: which bytes on disk nobody speaks of
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()

    class Meta:
        # serves: the files of a case, for its page
        indexes = [models.Index(fields=["case", "seq"], name="file_of_case")]

    def __str__(self) -> str:
        return self.name


class Part(models.TextChoices):
    """What a department does for a case that several work on."""

    LEAD = "lead", _("lead department")
    ASSIST = "assist", _("assisting department")


class Unusable(models.TextChoices):
    """Why the desk can't use a department's answer as it is."""

    INCOMPLETE = "incomplete", _("incomplete")
    BESIDE = "beside", _("doesn't answer the question")
    WORDING = "wording", _("not in words for the customer")
    LATE_FACTS = "late_facts", _("the facts came too late")
    OTHER = "other", _("for another reason")


class HandOver(models.Model):
    """A task given to a department; `seq` is the event that gave it and its number within the case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False)
    asked_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    reply_seq = models.PositiveIntegerField(null=True)
    dropped = models.BooleanField(default=False)
    """No reply is to come: the case ended first, the dispatcher took the task back, or the department steps aside."""
    part = models.CharField(max_length=6, choices=Part.choices, default="lead")
    passed_from = models.PositiveIntegerField(null=True)
    """The number of the hand-over whose department passed it on: its words are those of the task."""
    usable = models.BooleanField(null=True)
    """What the desk says of the reply; None while it has said nothing."""
    unusable = models.CharField(max_length=10, choices=Unusable.choices, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_hand_over_an_event")]
        indexes = [
            # serves: inbox "handed to my department", newest first
            models.Index(
                fields=["department", "-case"], condition=Q(replied_at=None, dropped=False), name="open_hand_over"
            ),
            # serves: which cases may a back-office worker see
            models.Index(fields=["department", "case"], name="hand_over_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class CalledIn(models.Model):
    """A department that was called in an emergency: from then on it sees the case, before it is given a task."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False)

    class Meta:
        # serves: which cases may a back-office worker see
        constraints = [models.UniqueConstraint(fields=["department", "case"], name="called_in_once")]
        # serves: which departments may see a case
        indexes = [models.Index(fields=["case"], name="called_in_to_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.department_id}"


class Commitment(models.Model):
    """Something told to the customer with a time in it; `seq` is the event that made it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    kept = models.BooleanField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_commitment_an_event")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class Avoidance(models.Model):
    """Somebody the customer of a case complains of, who steps aside: the case isn't there for them. Either `user` or
    `department` is set. Written from the snapshot by `projection`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT)  # serves: those of one case, to write them anew
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, db_index=False)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, db_index=False)

    class Meta:
        # serve: may this person see that case?
        constraints = [
            models.UniqueConstraint(fields=["user", "case"], condition=Q(user__isnull=False), name="one_avoiding_user"),
            models.UniqueConstraint(
                fields=["department", "case"], condition=Q(department__isnull=False), name="one_avoiding_department"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id or ''} {self.department_id or ''}"


class SearchText(models.Model):
    """Normalised words of one text of a case, for `search.py`. The key is case × 2²⁰ + event number, so that the
    newest case comes first in key order. Its index (FTS5 or GIN) is made by `search.install`."""

    # Given by us, never counted up; but only this type becomes SQLite's own row key, without an index beside it.
    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.id >> 20}/{self.id & 0xFFFFF}"


class Unsealed(models.Model):
    """Events of a case that wait for the next seal: written in the transaction that wrote them, so that none can be
    overlooked, and taken away in the transaction that seals them, so that none is sealed twice.

    No foreign key: when a case is deleted past the guards, this row has to remain and tell.
    """

    case_id = models.BigIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """Of the event `last`."""

    def __str__(self) -> str:
        return f"{self.case_id}/{self.first}-{self.last}"


class Seal(models.Model):
    """One link of a chain over all cases. Never changed, never removed, like an event."""

    id = models.BigIntegerField(primary_key=True)
    """1, 2, 3, … without a gap."""
    at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    entries = models.BinaryField()
    """Which events of which cases, packed by `base/seal.py`."""
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.pk} {self.digest}"
