"""The row that several cases with one cause hang on. Which cases do is said by their own timelines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiyin.org.models import Site, User

OPEN_INCIDENT = Q(closed_at__isnull=True)


class Incident(models.Model):
    """Several cases with one cause: one lead, one word to all of them. `site`: with all below it.

    `version` counts the acts on the incident itself.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    title = models.CharField(max_length=200)
    cause = models.TextField(blank=True, default="")
    """As far as it is known."""
    lead = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    story = models.JSONField(default=list)
    """What led to what, ready for the pages of its cases: lines of names in order; a number is another incident."""

    class Meta:
        indexes = [
            # serves: open incidents, newest first, and whether there is one at a site
            models.Index(fields=["-id"], condition=OPEN_INCIDENT, name="open_incident"),
        ]

    def __str__(self) -> str:
        return self.title
