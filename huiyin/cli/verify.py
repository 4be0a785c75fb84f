"""`huiyin verify`: does the record still say what was written?"""

import sys
from collections.abc import Iterable

import click
from django.core.exceptions import ObjectDoesNotExist

from huiyin.cases import guard, verify
from huiyin.cases.verify import Fault
from huiyin.cli.progress import progress


@click.command("verify")
@click.option("--case", "number", metavar="NUMBER", help="Look at this case only.")
def command(number: str | None) -> None:
    """Prove that the history of every case is unchanged: events, their chain, words, files and where they lead.

    Looks, too, whether the database still refuses to change events. Each fault is a line with the receipt number of the
    case and the number of the event; exit status 1 when there is one.
    """
    missing = guard.missing()
    for name in missing:
        click.echo(f"guard missing: {name}")
    try:
        cases, events = verify.size(number)
    except ObjectDoesNotExist as error:
        raise click.UsageError(f"There is no case {number}.") from error
    faults = check(verify.batches() if number is None else [verify.ids_of(number)], cases)
    if missing or faults:
        click.echo(f"{cases} cases, {events} events: {faults} faults, {len(missing)} guards missing.")
        sys.exit(1)
    click.echo(f"{cases} cases, {events} events: everything is as it was written.")


def check(batches: Iterable[list[int]], cases: int) -> int:
    """Print every fault; how many there are."""
    count = 0
    with progress("verify", cases) as advance:
        for ids in batches:
            for fault in verify.check_batch(ids):
                count += 1
                click.echo(line(fault))
            advance(len(ids))
    return count


def line(fault: Fault) -> str:
    """A fault in a line."""
    where = f", event {fault.seq}" if fault.seq is not None else ""
    return f"case {fault.number}{where}: {fault.what}"
