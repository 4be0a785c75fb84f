"""`huiyin bulk`: a database to measure on."""

import os
import time
from datetime import UTC, datetime, timedelta

import click
from django.utils import timezone

from huiyin.cli.progress import progress
from huiyin.packs.property import bulk
from huiyin.packs.property.bulk import Order


def usual() -> int:
    """A process for each core, four at most: writing is done by one at a time."""
    return min(4, os.cpu_count() or 1)


@click.command("bulk")
@click.option("--cases", "count", type=click.IntRange(min=1), required=True, metavar="N", help="How many cases.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Same seed, same cases.")
@click.option("--days", type=click.IntRange(min=1), default=365, show_default=True, help="Over how many days.")
@click.option("--processes", type=click.IntRange(1, 64), default=usual, help="How many make rows; one for each core.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day, in UTC; today, if not said.")
def command(count: int, seed: int, days: int, processes: int, until: datetime | None) -> None:
    """Fill the database with lifelike cases, for measuring; what is there stays as it is.

    A small company is added when there is none that could handle cases. The newest cases stand open.
    """
    end = timezone.now() if until is None else min(until.replace(hour=23, minute=59, tzinfo=UTC), timezone.now())
    begun = time.perf_counter()
    with progress("bulk", count) as advance:
        for size in bulk.fill(Order(count, seed, end, timedelta(days=days)), processes=processes):
            advance(size)
    click.echo(f"{count} cases, {count / (time.perf_counter() - begun):,.0f} a second.")
