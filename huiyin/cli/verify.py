"""`huiyin verify`: does the record still say what was written?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

import click
from django.core.exceptions import ObjectDoesNotExist

from huiyin.cases import guard, verify
from huiyin.cases.sealed import Fault, Seals
from huiyin.cli.progress import progress
from huiyin.recovery import ledger


@click.command("verify")
@click.option("--case", "number", metavar="NUMBER", help="Look at this case only.")
@click.option("--seal", "kept", metavar="DIGEST", multiple=True, help="A seal kept elsewhere must be among the seals.")
def command(number: str | None, kept: Sequence[str]) -> None:
    """Prove that the history of every case is unchanged: events, their chain, words, files and where they lead; and
    that nothing is gone that a seal covers.

    Looks, too, whether each budget adds up by the postings of its ledger (without --case), and whether the database
    still refuses to change events and seals. Each fault is a line with the receipt number of the case and the number of
    the event; exit status 1 when there is one.
    """
    if number and kept:
        raise click.UsageError("--seal looks at all cases: leave out --case.")
    if wrong := [digest for digest in kept if not re.fullmatch("[0-9a-f]{64}", digest)]:
        raise click.UsageError(f"{wrong[0]} is not the digest of a seal: it has 64 characters, 0-9 and a-f.")
    if not whole(number, kept):
        sys.exit(1)


def whole(number: str | None = None, kept: Sequence[str] = ()) -> bool:
    """Look at everything, or at one case; print every fault and a line about the whole. Is everything as it was?"""
    missing = guard.missing()
    for name in missing:
        click.echo(f"guard missing: {name}")
    try:
        cases, events = verify.size(number)
        seals = verify.seals_for(number)
    except ObjectDoesNotExist as error:
        raise click.UsageError(f"There is no case {number}.") from error
    faults = follow(seals)
    faults += check(verify.batches() if number is None else [verify.ids_of(number)], seals, cases)
    faults += follow(seals) + unknown(seals, kept)
    faults += money() if number is None else 0
    if missing or faults:
        click.echo(f"{cases} cases, {events} events: {faults} faults, {len(missing)} guards missing.")
        return False
    click.echo(f"{cases} cases, {events} events: everything is as it was written.")
    return True


def follow(seals: Seals) -> int:
    """Read the seals, and print what is wrong with them or missing behind them; how many faults."""
    count = 0
    with progress("seals", seals.ahead()) as advance:
        for cases, faults in seals.follow():
            count += tell(faults)
            advance(cases)
    return count


def check(batches: Iterable[list[int]], seals: Seals, cases: int) -> int:
    """Print every fault of the cases; how many there are."""
    count = 0
    with progress("verify", cases) as advance:
        for ids in batches:
            count += tell(verify.check_batch(ids, seals))
            advance(len(ids))
    return count


def unknown(seals: Seals, kept: Sequence[str]) -> int:
    """Print which of the seals kept elsewhere are there, and which aren't; how many aren't."""
    for digest in kept:
        number = seals.known.get(digest)
        click.echo(f"seal {number}: as it was kept." if number else f"seal {digest}: kept elsewhere, not among ours.")
    return sum(digest not in seals.known for digest in kept)


def money() -> int:
    """Print each budget and proposal whose balance isn't what its postings say; how many."""
    count = 0
    for fault in ledger.faults():
        click.echo(f"ledger: {fault}")
        count += 1
    return count


def tell(faults: Sequence[Fault]) -> int:
    """Print faults; how many."""
    for fault in faults:
        click.echo(line(fault))
    return len(faults)


def line(fault: Fault) -> str:
    """A fault in a line."""
    parts = [f"case {fault.number}"] if fault.number else []
    parts += [f"event {fault.seq}"] if fault.seq is not None else []
    parts += [f"seal {fault.seal}"] if fault.seal is not None else []
    return f"{', '.join(parts)}: {fault.what}"
