"""`huiyin prepare`: what `huiyin up` does before it starts its children.

A process of its own, so that its memory is given back.
"""

from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from huiyin.base.process import die_with_supervisor
from huiyin.cli import demo, holidays
from huiyin.cli.init import migrate_when_needed
from huiyin.packs import start
from huiyin.packs.property.demo.generate import Demo


@click.command("prepare", hidden=True)
def command() -> None:
    """Bring the database up to date; at the first start make the demo organisation."""
    die_with_supervisor()
    for line in prepare(settings.HUIYIN_DATA_DIR):
        click.echo(line)


def prepare(data_dir: Path) -> list[str]:
    """Everything before the first request. Returns lines for the person at the terminal."""
    migrate_when_needed()
    if start.is_new():  # `huiyin init` before the first `huiyin up` is how to begin without the demo
        click.echo("First start: making the demo organisation (without it: `huiyin init` first) …")
        demo.make(Demo(timezone.now()), data_dir)
    return [*filter(None, [holidays.warning()]), *demo.banner(data_dir)]
