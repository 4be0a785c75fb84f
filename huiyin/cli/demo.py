"""`huiyin demo`: an invented company to try everything on."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from huiyin.cli.init import migrate_when_needed
from huiyin.cli.progress import progress
from huiyin.packs import start
from huiyin.packs.property.demo import generate, measure, organisation
from huiyin.packs.property.demo.generate import AlreadyThere, Demo

KEPT = "demo.json"
"""In the data folder, readable by its owner alone: what each start tells again."""
DOOR = "LJF"
WHEN = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.command("demo")
@click.option("--seed", type=click.IntRange(min=0), default=7, show_default=True, help="Same seed, same organisation.")
@click.option("--days", type=click.IntRange(1, 720), default=90, show_default=True, help="Over how many days.")
@click.option("--cases", type=click.IntRange(1, 20_000), default=1500, show_default=True, help="How many cases.")
@click.option("--until", type=WHEN, help="The last moment, in UTC; now, if not said.")
@click.option("--force", is_flag=True, help="Also beside cases that are there.")
@click.option("--figures", is_flag=True, help="Print the shares that came out.")
def command(*, until: datetime | None, force: bool, figures: bool, **size: int) -> None:
    """Add an invented property company: three sites, staff, 1,706 homes, and 90 ordinary days of cases.

    For a look at Huiyin, never for a database with real customers: all its staff share one password.
    """
    migrate_when_needed()
    now = timezone.now()
    wanted = Demo(now if until is None else min(until.replace(tzinfo=UTC), now), **size)
    try:
        make(wanted, settings.HUIYIN_DATA_DIR, force=force)
    except AlreadyThere as error:
        raise click.ClickException(refusal(error)) from error
    for line in banner(settings.HUIYIN_DATA_DIR):
        click.echo(line)
    if figures:
        for name, value in asdict(measure.figures()).items():
            click.echo(f"{name.replace('_', ' ')}: {value}")


def make(wanted: Demo, data_dir: Path, *, force: bool = False) -> None:
    """Make the organisation, on an empty database its beginning too, and keep what people need to try it."""
    password = settings.HUIYIN_ADMIN_PASSWORD or start.made_up_password()
    try:
        with progress("Making the demo organisation", wanted.cases) as advance:
            made = generate.found(wanted, password=password, force=force, advance=advance)
    except ValidationError as error:
        raise click.ClickException(f"HUIYIN_ADMIN_PASSWORD: {' '.join(error.messages)}") from error
    told = {
        "password": "" if settings.HUIYIN_ADMIN_PASSWORD else password,
        "administrator": made.administrator,
        "receipt": made.receipt,
    }
    path = data_dir / KEPT
    path.touch(mode=0o600)
    path.write_text(json.dumps(told))


def banner(data_dir: Path) -> list[str]:
    """Who can log in, and where customers come in; nothing when this isn't a demo."""
    path = data_dir / KEPT
    if not path.exists():
        return []
    told = json.loads(path.read_text())
    people = [f"{username} {name}" for username, name in organisation.accounts()]
    if told["administrator"]:
        people.append(start.ADMINISTRATOR)
    url = settings.HUIYIN_PUBLIC_URL
    lines = [
        f"Demo accounts: {', '.join(people)}",
        f"  password of each: {told['password'] or 'that of HUIYIN_ADMIN_PASSWORD'}",
        f"  customer's door: {url}/p/{DOOR}/",
    ]
    return [*lines, f"  a customer's page: {url}/r/{told['receipt']}/"] if told["receipt"] else lines


def refusal(error: AlreadyThere) -> str:
    """Why nothing was made, and what to do."""
    if error.sites:
        names = ", ".join(error.sites)
        return f"The sites {names} of the demo are here already. For a new demo use another HUIYIN_DATA_DIR."
    return (
        f"There are {error.cases} cases in this database, perhaps of real customers; the demo would stand among them."
        " Use another HUIYIN_DATA_DIR, or --force to add it all the same."
    )
