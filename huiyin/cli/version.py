"""`huiyin version`."""

import platform
import sqlite3

import click
import django

from huiyin import __version__


@click.command("version")
def command() -> None:
    """Show the versions of Huiyin and of what it stands on."""
    click.echo(
        f"huiyin {__version__} · Python {platform.python_version()} · Django {django.__version__}"
        f" · SQLite {sqlite3.sqlite_version}"
    )
