"""`huiyin prepare`: what `huiyin up` does before it starts its children.

A process of its own, so that its memory is given back.
"""

from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from huiyin.base.process import die_with_supervisor


@click.command("prepare", hidden=True)
def command() -> None:
    """Bring the database up to date; at the first start make what is needed to begin."""
    die_with_supervisor()
    for line in prepare(settings.HUIYIN_DATA_DIR):
        click.echo(line)


def prepare(data_dir: Path) -> list[str]:
    """Everything before the first request. Returns lines for the person at the terminal."""
    migrate_when_needed()
    return []


def migrate_when_needed() -> bool:
    """Run the migrations that are missing; looking costs milliseconds, Django's command a second."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True
