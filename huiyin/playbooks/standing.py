"""Playbooks and their versions in force, kept in each process until somebody changes them, and which one fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from huiyin.cases.models import Case
from huiyin.clocks.levels import levels
from huiyin.org import queries as org
from huiyin.org.reference import Reference
from huiyin.recovery import failures

from . import steps
from .models import Phase, Playbook, PlaybookVersion
from .steps import Scope, Step


@dataclass(frozen=True)
class Shelf:
    """All playbooks, read-only. `force`: the version of each that is in force, by the playbook's id."""

    rows: tuple[Playbook, ...]
    force: Mapping[int, PlaybookVersion]
    _read: dict[int, list[Step]] = field(default_factory=dict)

    def scopes(self, failure: int) -> list[Scope]:
        """For what each usable playbook of a type of failure is meant."""
        return [
            Scope(row.pk, row.category, row.gravity)
            for row in self.rows
            if row.failure_id == failure and row.active and row.pk in self.force
        ]

    def fitting(self, failure: int, category: str, gravity: str) -> PlaybookVersion | None:
        """The version by which such a failure is made good; None when nothing is prepared."""
        found = steps.best(self.scopes(failure), category, gravity)
        return self.force[found.key] if found else None

    @cached_property
    def by_code(self) -> Mapping[str, Playbook]:
        """Every playbook by its code."""
        return {row.code: row for row in self.rows}

    @cached_property
    def by_id(self) -> Mapping[int, Playbook]:
        """Every playbook by its id."""
        return {row.pk: row for row in self.rows}


def _load() -> Shelf:
    rows = tuple(Playbook.objects.order_by("pk"))
    force = PlaybookVersion.objects.filter(phase=Phase.FORCE)
    return Shelf(rows, {version.playbook_id: version for version in force})


_shelf = Reference(_load)


def shelf() -> Shelf:
    """The playbooks as they are now."""
    return _shelf.get()


def starting(category: str) -> tuple[int, PlaybookVersion] | None:
    """The failure that a new case of this category has from its first word, and what is prepared for it."""
    failure = failures.begins(category, failures.types()) if category else None
    version = shelf().fitting(failure.pk, category, "") if failure else None
    return (failure.pk, version) if failure and version else None


def deadline(step: Step, case: Case, start: datetime) -> datetime:
    """By when a step is to be done; a calendar that is gone counts round the clock."""
    known = levels()
    row = next((one for one in known.calendars.values() if one.code == step.calendar), None)
    amount = timedelta(minutes=step.minutes)
    if row is None:
        return start + amount
    return known.calendar(row.pk, org.organisation().sites[case.site_id].time_zone).deadline(start, amount)
