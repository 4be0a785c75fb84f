"""Many tables made in one step of a migration."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

Key = tuple[str, str]
"""App and name of a migration."""


class CreateTables(Operation):
    """Several `CreateModel` as one operation, in any order.

    Django draws every related model anew after each operation. Here all models are related, and the first start would
    spend most of its time on that; this way they are drawn once an app.
    """

    category = OperationCategory.ADDITION
    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = list(models)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """As a migration says it."""
        return self.__class__.__qualname__, [], {"models": self.models}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """All models become known before any of them is drawn."""
        state.__dict__.pop("apps", None)
        for one in self.models:
            one.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        """Make each table with its indexes and constraints."""
        for one in self.models:
            one.database_forwards(app_label, editor, before, after)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        """Drop them, the last one first."""
        for one in reversed(self.models):
            one.database_backwards(app_label, editor, before, after)

    def describe(self) -> str:
        """What `migrate --plan` prints."""
        return f"Create the tables of {', '.join(one.name for one in self.models)}"


def merged(loader: MigrationLoader) -> dict[Key, set[Key]]:
    """What each migration stands for that took the place of several."""
    return {key: set(one.replaces) for key, one in loader.disk_migrations.items() if one.replaces}


def skipped(applied: Collection[Key], loader: MigrationLoader) -> list[str]:
    """Migrations that a database with these `applied` never saw, and that exist only merged into one: Django would take
    the database for finished."""
    found: set[Key] = set()
    for key, parts in merged(loader).items():
        if key not in applied and not parts.isdisjoint(applied):
            found |= parts.difference(applied)
    return [".".join(key) for key in sorted(found)]
