"""`huiyin presets`: the sets of service levels that Huiyin brings along."""

from __future__ import annotations

import click
from django.utils import timezone

from huiyin.clocks import editing, queries
from huiyin.clocks.actions import LevelRow
from huiyin.org.history import Editor
from huiyin.packs import catalogue
from huiyin.packs.catalogue import Standing, Unknown
from huiyin.packs.loading import Preset


@click.group("presets")
def command() -> None:
    """List, show and load the sets of service levels that Huiyin brings along.

    A set that is loaded becomes rows like any other: edit them under Settings, Service levels.
    """


@command.command("list")
def list_presets() -> None:
    """All presets: source, date, and which is loaded and in force here."""
    for one in catalogue.standing(timezone.now()):
        click.echo(f"{one.preset.name:<22} {one.preset.en} ({_state(one)})")
        click.echo(f"{'':<22} {one.preset.source}, {one.preset.date}")


def _state(one: Standing) -> str:
    if one.in_force:
        return "in force"
    return "loaded, not in force" if one.versions else "not loaded"


@command.command("show")
@click.argument("name")
def show(name: str) -> None:
    """The service levels of the preset NAME, as it comes; nothing is changed."""
    preset = _named(name)
    click.echo(f"{preset.name}: {preset.en}, {preset.zh}")
    click.echo(f"{preset.source}, {preset.date}")
    for row in preset.levels():
        click.echo(f"  {row.kind:<9}{row.severity or 'all':<4}{row.condition:<12}{_amount(row)}")


def _amount(row: LevelRow) -> str:
    hours, minutes = divmod(row.minutes, 60)
    amount = f"{hours} h" if not minutes else f"{row.minutes} min"
    return f"{amount:<10}{row.calendar}"


@command.command("load")
@click.argument("name")
@click.option("--in-force", is_flag=True, help="When it is loaded already: put its newest version in force again.")
def load(name: str, in_force: bool) -> None:
    """Load the service levels of the preset NAME and put them in force for clocks that start from now on.

    Rows that are there are never changed, and running clocks keep what they began under. Departments and categories
    of its trade come with `huiyin init --preset NAME`.
    """
    preset, by = _named(name), Editor(None, timezone.now())
    held = editing.in_force(by.at)
    made = catalogue.put_in_force(name, by) if in_force else catalogue.load(name, by)
    now = editing.in_force(by.at)
    assert now is not None  # there is at least the one asked for
    if made is None:
        click.echo(f"{preset.name} is loaded already; nothing was changed.")
        if now.name != name:
            click.echo(f"In force is {now}. To put {name} in force: huiyin presets load {name} --in-force")
    elif made == held:
        click.echo(f"{now} is in force already; nothing was changed.")
    else:
        was = f" instead of {held}" if held else ""
        click.echo(f"In force from now on: {now}{was}. 0 of {queries.running()} running clocks change.")
    for later in editing.coming(by.at)[:1]:
        click.echo(f"From {later.valid_from:%Y-%m-%d %H:%M} UTC on it will be {later}.")


def _named(name: str) -> Preset:
    try:
        return catalogue.named(name)
    except Unknown as error:
        raise click.ClickException(str(error)) from error
