"""Rows of evidence: each time a file was handed out, and each copy of a case that somebody asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case, File
from huiyin.org.models import User


class Act(models.TextChoices):
    """What was done with a file."""

    SHOWN = "shown", _("looked at")
    SAVED = "saved", _("saved")
    COPIED = "copied", _("taken along in a copy of the case")


class Handling(models.Model):
    """Somebody was given the bytes of a file. Never changed, never removed: the database refuses it, as with events.

    One row for each time, written before the first byte leaves. No row is ever read to write one.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    file = models.ForeignKey(File, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """None: whoever has the customer's link, or for a copy the command line."""
    act = models.CharField(max_length=6, choices=Act.choices)
    at = models.DateTimeField()

    class Meta:
        # serves: the chain of custody of a case, newest first, and that of one of its files, which are few
        indexes = [models.Index(fields=["case", "-id"], name="handling_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.file_id} {self.act}"


class State(models.TextChoices):
    """How far a copy is."""

    WAITING = "waiting", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    GONE = "gone", _("cleared away")


class Copy(models.Model):
    """A copy of a case that somebody asked for at the desk. The worker has it made by a process of its own."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    language = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    problem = models.CharField(max_length=12, blank=True, default="")
    """Why it failed: a key of `queries.PROBLEMS`."""
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [
            # serves: the sweep that has them made
            models.Index(fields=["id"], condition=Q(state="waiting"), name="copy_to_make"),
            # serves: the sweep that clears old ones away
            models.Index(fields=["asked_at"], condition=Q(state="ready"), name="copy_to_clear"),
            # serves: one's own copies of a case, newest first
            models.Index(fields=["case", "user", "-id"], name="copy_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
