"""`huiyin restore`: an installation as a backup has it, whole or not at all."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from huiyin.base import archive
from huiyin.base.archive import BadArchive, Reader
from huiyin.cases import files, verify
from huiyin.cli.backup import said
from huiyin.cli.init import TOO_OLD
from huiyin.cli.progress import progress
from huiyin.cli.verify import whole
from huiyin.db import copying, postgres, tables
from huiyin.org import reference
from huiyin.packs import start

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Faulty(click.ClickException):
    """The restored record doesn't hold."""


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also when there is something: it is replaced, and gone.")
@click.option("--yes", is_flag=True, help="With --replace: don't ask.")
@click.option("--despite-faults", is_flag=True, help="Also when the verification finds faults in the backup.")
def command(file: Path, replace: bool, yes: bool, despite_faults: bool) -> None:
    """Restore the backup FILE: the database and all files.

    The backup is read and checked first, the database is made beside the present one and verified, and takes its place
    in one step: when anything fails, everything stays as it was. The backup has to come from the same sort of database.
    """
    try:
        backup = Reader(file)
        _fit(backup)
        _allow(replace=replace, yes=yes)
        restore(backup, despite_faults=despite_faults)
    except (BadArchive, OSError, EOFError, sqlite3.DatabaseError) as error:
        raise click.ClickException(f"{error} Nothing was changed.") from error
    facts = backup.manifest
    click.echo(f"Restored and verified: the backup of {facts['made_at'][:19]}Z with {said(facts)}.")
    click.echo("Everybody has to log in again.")


def restore(backup: Reader, *, despite_faults: bool) -> None:
    """Put a backup in place. Files first: they are named by their content, so one too many harms nothing."""
    with progress("reading", backup.size("database") + backup.size("files")) as advance:
        backup.check(advance)
    _put_files(backup)
    (_into_postgresql if connection.vendor == "postgresql" else _into_sqlite)(backup, despite_faults)


def _fit(backup: Reader) -> None:
    """Refuse what this installation can't hold."""
    facts = backup.manifest
    theirs, ours = facts["database"], connection.vendor
    if theirs != ours:
        raise click.ClickException(
            f"The backup is one of {NAMES.get(theirs, theirs)}, and HUIYIN_DATABASE_URL names a database of"
            f" {NAMES[ours]}: restore it into an installation on {NAMES.get(theirs, theirs)}."
        )
    loader = MigrationLoader(None)
    done = {(app, name) for app, name in facts["migrations"]}
    known = loader.disk_migrations.keys() | set().union(*tables.merged(loader).values())
    if unknown := [f"{app}.{name}" for app, name in sorted(done - known)]:
        raise click.ClickException(
            f"The backup was made by a newer Huiyin ({facts['huiyin']}; it knows {unknown[0]}): update first."
        )
    if unseen := tables.skipped(done, loader):
        raise click.ClickException(f"The backup is too old for this Huiyin ({unseen[0]} is missing): {TOO_OLD}")
    there = settings.HUIYIN_DATA_DIR
    if short := archive.room_missing(there, backup.size("files") + 2 * int(facts["bytes"])):
        raise click.ClickException(short)


def _allow(*, replace: bool, yes: bool) -> None:
    cases = _present()
    if cases is None:
        return
    if not replace:
        raise click.ClickException(
            f"This installation isn't empty: it has {cases} cases. Restore into another one, or, to lose all that is"
            " here, say --replace."
        )
    if not yes:
        click.confirm(f"Replace this installation with its {cases} cases by the backup?", abort=True)


def _present() -> int | None:
    """How many cases there are; None in an installation that hasn't begun."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return None
    if "org_site" not in connection.introspection.table_names() or start.is_new():
        return None
    return verify.size()[0]


def _put_files(backup: Reader) -> None:
    names = backup.names("files")
    with progress("files", len(names)) as advance:
        for name in names:
            path = files.path_of(name.rpartition("/")[2])
            if not files.intact(path.name):
                path.parent.mkdir(parents=True, exist_ok=True)
                backup.extract(name, path)
                archive.sync_folder(path.parent)
            advance(1)


def _proven(facts: dict[str, Any], *, despite_faults: bool) -> None:
    """Raise `Faulty` unless the database at hand is what the backup promises."""
    counts = facts["counts"]
    if verify.size() != (counts["cases"], counts["events"]):
        raise Faulty("The database of the backup doesn't hold what its manifest says. Nothing was changed.")
    kept = [facts["seal"]["digest"]] if facts["seal"] else []
    if not whole(None, kept) and not despite_faults:
        raise Faulty("The backup has the faults above. Nothing was changed; --despite-faults restores it as it is.")


def _into_sqlite(backup: Reader, despite_faults: bool) -> None:
    target = Path(connection.settings_dict["NAME"])
    beside = target.with_name(f"{target.name}.restoring")
    copying.remove_sqlite(beside)
    try:
        _unpack(backup, beside)
        with copying.pointed_at(beside):
            call_command("migrate", verbosity=0, interactive=False)
            _proven(backup.manifest, despite_faults=despite_faults)
        copying.put_in_place(beside, target)
        archive.sync_folder(target.parent)
    finally:
        copying.remove_sqlite(beside)


def _unpack(backup: Reader, path: Path) -> None:
    path.touch(mode=0o640)
    with backup.open("database/sqlite3.gz") as packed, gzip.open(packed) as source, path.open("wb") as file:
        shutil.copyfileobj(source, file, 1024 * 1024)
    with closing(sqlite3.connect(path)) as database:
        if (said := database.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise BadArchive(f"The database in the backup is damaged: {said}.")


def _into_postgresql(backup: Reader, despite_faults: bool) -> None:
    """All in one transaction: tables as the backup's Huiyin had them, its rows, then on to this Huiyin's tables."""
    facts = backup.manifest
    columns: postgres.Columns = facts["columns"]
    with transaction.atomic():
        ours = {*connection.introspection.django_table_names(only_existing=True), "django_migrations"}
        there = sorted((ours | columns.keys()).intersection(connection.introspection.table_names()))
        postgres.take(there)
        postgres.drop(there)
        MigrationExecutor(connection).migrate(_leaves(facts["migrations"]))
        postgres.empty(list(columns))
        postgres.check_references(at_once=False)  # tables come in any order
        with progress("tables", len(columns)) as advance:
            for table, names in columns.items():
                with backup.open(f"database/{table}.gz") as packed, gzip.open(packed) as rows:
                    postgres.read_rows(table, names, rows)
                advance(1)
        postgres.set_sequences(facts["sequences"])
        postgres.check_references(at_once=True)  # else no table could be altered any more
        call_command("migrate", verbosity=0, interactive=False)
        reference.changed()
        _proven(facts, despite_faults=despite_faults)


def _leaves(applied: list[list[str]]) -> list[tuple[str, str]]:
    """The newest migrations of each app among those applied: asking for an older one too would take them back."""
    loader = MigrationLoader(None)
    graph, done = loader.graph, {(app, name) for app, name in applied}
    done |= {key for key, parts in tables.merged(loader).items() if parts <= done}
    nodes = [(node, graph.node_map[node].children) for node in sorted(done) if node in graph.node_map]
    return [
        node for node, children in nodes if not any(child.key[0] == node[0] and child.key in done for child in children)
    ]
