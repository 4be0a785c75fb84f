"""Rows of bulk actions. What became of the cases stands in their own timelines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiyin.org.models import User


class State(models.TextChoices):
    """How far a bulk action is."""

    WAITING = "waiting", "waiting"
    DONE = "done", "done"
    UNDONE = "undone", "undone"


class Bulk(models.Model):
    """One verb for several cases.

    `cases`: [row id, version that was seen] in order. `results`: of each case that was come to, in the same order,
    [what became of it, words that say more]. `data`: what the verb needs; emptied when it is done, because tasks and
    reasons belong in timelines. `key`: of the form that sent it, which may come twice.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    act = models.CharField(max_length=12)
    data = models.JSONField()
    cases = models.JSONField()
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    results = models.JSONField(default=list)

    class Meta:
        # serves: the same form sent twice
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_bulk_a_form")]
        indexes = [
            # serves: the sweep
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="bulk_to_do"),
            # serves: what somebody has just sent
            models.Index(fields=["user", "at"], name="bulk_of_user"),
            # serves: forgetting what is a week old
            models.Index(fields=["at"], name="bulk_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.act} ×{len(self.cases)}"
