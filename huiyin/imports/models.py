"""Rows of imports. What comes in are cases; these say how, by whom, and what could not be taken."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Channel, Kind
from huiyin.org.models import Site, User


class State(models.TextChoices):
    """Where an import stands."""

    DRAFT = "draft", _("not started")
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    STOPPED = "stopped", _("stopped")


class Stop(models.TextChoices):
    """Why an import stopped by itself."""

    RIGHT = "right", _("Whoever started it has no right to import there any more.")
    LOST = "lost", _("The uploaded file is no longer there.")
    DAMAGED = "damaged", _("The uploaded file could not be read to its end.")
    FAULT = "fault", _("Something went wrong inside Huiyin; the log says what.")


ACTIVE = (State.WAITING, State.RUNNING)


class SavedMap(models.Model):
    """Which columns of a source's files are taken as what, kept under a name."""

    name = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=64)
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT)
    """Empty: the rows name their own, or it is said each time."""
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True, default="")
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.IMPORT)
    columns = models.JSONField()
    """Target → column."""
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """A file on its way in. The bytes lie under `stored` in the data folder until the import has ended."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    """Rows may name this site or one below it; who may import here sees the import."""
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    stop = models.CharField(max_length=8, choices=Stop.choices, blank=True, default="")
    file_name = models.CharField(max_length=120)
    stored = models.CharField(max_length=32)
    header = models.JSONField()
    """The names of the file's columns."""
    source = models.CharField(max_length=64, default="import")
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True, default="")
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.IMPORT)
    columns = models.JSONField(default=dict)
    language = models.CharField(max_length=8, blank=True, default="")
    """In which the reasons of failed rows are written."""
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    """Number of the last row that was dealt with, as the file counts."""
    imported = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    first_case = models.BigIntegerField(null=True)
    last_case = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            # serves: the earlier imports at some sites, newest first
            models.Index(fields=["site", "-id"], name="import_of_site"),
            # serves: one's own imports, newest first, and how many of them were never started
            models.Index(fields=["made_by", "-id"], name="import_of_maker"),
            # serves: what the worker has to do
            models.Index(fields=["id"], condition=Q(state__in=ACTIVE), name="active_import"),
            # serves: uploads that were never started, and failed rows that are old
            models.Index(fields=["state", "made_at"], name="import_by_state"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def done(self) -> int:
        """How many rows were dealt with."""
        return self.imported + self.updated + self.known + self.failed

    @property
    def active(self) -> bool:
        """Is it waiting or running?"""
        return self.state in ACTIVE


class FailedRow(models.Model):
    """A row that could not be taken, as it stood in the file; forgotten some weeks after."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    reason = models.TextField()
    cells = models.JSONField()

    class Meta:
        # also serves: the failed rows of an import in their order
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_failure_a_row")]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.number}"
