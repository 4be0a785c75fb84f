"""Tables made at once, and databases from before their migrations were merged."""

from __future__ import annotations

import click
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models import BigAutoField, CharField, ForeignKey, Index
from django.db.models.deletion import CASCADE
from django.test import RequestFactory

from huiyin.cli.init import migrate_when_needed
from huiyin.db.tables import CreateTables, merged, skipped
from huiyin.web.probes import readyz

ONE = ("worth", "0001_tables")


@pytest.mark.django_db
@pytest.mark.once
def test_the_migrations_make_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_tables_that_point_at_each_other_are_made_in_any_order_and_dropped_again() -> None:
    key = ("id", BigAutoField(primary_key=True))
    egg = CreateModel(
        "Egg",
        [key, ("of", ForeignKey("cases.Hen", CASCADE, null=True)), ("code", CharField(max_length=9))],
        {"indexes": [Index(fields=["code"], name="egg_by_code")]},
    )
    hen = CreateModel("Hen", [key, ("out_of", ForeignKey("cases.Egg", CASCADE, null=True))])
    step = CreateTables([egg, hen])
    before, after = ProjectState(), ProjectState()
    assert after.apps is not None  # drawn already, as in a run of migrations
    step.state_forwards("cases", after)
    with connection.schema_editor() as editor:
        step.database_forwards("cases", editor, before, after)
    assert {"cases_egg", "cases_hen"} <= set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        assert "egg_by_code" in connection.introspection.get_constraints(cursor, "cases_egg")
    with connection.schema_editor() as editor:
        step.database_backwards("cases", editor, after, before)
    assert {"cases_egg", "cases_hen"}.isdisjoint(connection.introspection.table_names())


def test_a_migration_that_stands_for_several_wants_all_of_them_or_none() -> None:
    loader = MigrationLoader(None)
    parts = merged(loader)[ONE]
    assert ("worth", "0005_bound_of_leaving") in parts
    assert skipped([], loader) == []
    assert skipped(parts, loader) == []
    assert skipped([ONE], loader) == []
    assert skipped(parts - {("worth", "0005_bound_of_leaving")}, loader) == ["worth.0005_bound_of_leaving"]


def applied(*names: str) -> None:
    """The database remembers these migrations of the app, and not the merged one."""
    recorder = MigrationRecorder(connection)
    for key in {ONE, *merged(MigrationLoader(None))[ONE]}:
        recorder.record_unapplied(*key)
    for name in names:
        recorder.record_applied("worth", name)


@pytest.mark.django_db
def test_a_database_of_the_last_migrations_before_they_were_merged_goes_on() -> None:
    applied(*(name for _app, name in merged(MigrationLoader(None))[ONE]))
    assert not migrate_when_needed()
    assert ONE in MigrationRecorder(connection).applied_migrations()


@pytest.mark.django_db
def test_an_older_database_is_refused_with_what_to_do(rf: RequestFactory) -> None:
    applied("0001_initial", "0002_uploads")
    with pytest.raises(click.ClickException, match=r"too old .* \(worth\.0003_repeats_by_outcome is missing"):
        migrate_when_needed()
    assert b"migrations" in readyz(rf.get("/readyz")).content
