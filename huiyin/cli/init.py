"""`huiyin init`: an installation without the demo."""

import click
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from huiyin.db import tables
from huiyin.packs import start
from huiyin.packs.catalogue import Unknown
from huiyin.packs.start import Started

TOO_OLD = "bring it to the state of 27 November 2026 with the Huiyin of that day (commit 999acfc4) first."


@click.command("init")
@click.option("--preset", default="", metavar="NAME", help="What to begin with; `huiyin presets list` shows the names.")
def command(preset: str) -> None:
    """Make the database, one site HQ, the administrator, and the presets; nothing that is there is changed.

    Without --preset: zh-property for a new installation, later that which it began with. A preset brings its service
    levels, and departments, categories and emergency calls of its trade.

    The password of the administrator comes from HUIYIN_ADMIN_PASSWORD, or is made up and shown once.
    """
    migrate_when_needed()
    for line in told(begin(preset)):
        click.echo(line)


def begin(preset: str = "") -> Started:
    """Start the installation with its settings; a weak password is said in one line."""
    try:
        return start.begin(
            at=timezone.now(),
            time_zone=settings.HUIYIN_TIME_ZONE,
            password=settings.HUIYIN_ADMIN_PASSWORD,
            preset=preset,
        )
    except Unknown as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:
        raise click.ClickException(f"HUIYIN_ADMIN_PASSWORD: {' '.join(error.messages)}") from error


def told(started: Started) -> list[str]:
    """What was made, for the person at the terminal."""
    there = ", ".join(f"{count} {name}" for name, count in started.there.items())
    if not started.anything:
        return [f"Everything is there already: {there}. Nothing was changed."]
    lines = ["Made: " + ", ".join(f"{count} {name}" for name, count in started.added.items() if count)]
    if started.administrator:
        source = "as in HUIYIN_ADMIN_PASSWORD" if started.password is None else f"{started.password}  (shown once)"
        lines.append(f"Administrator: {start.ADMINISTRATOR}, password: {source}")
    return [*lines, f"There now: {there}."]


def migrate_when_needed() -> bool:
    """Run the migrations that are missing; looking costs milliseconds, Django's command a second."""
    executor = MigrationExecutor(connection)
    if unseen := tables.skipped(executor.loader.applied_migrations, executor.loader):
        raise click.ClickException(f"This database is too old for this Huiyin ({unseen[0]} is missing): {TOO_OLD}")
    executor.check_replacements()
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True
