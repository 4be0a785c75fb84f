"""`make bench`: how near creation comes to the bare stack, and how pages hold their speed while the database grows.

Figures are ratios within one run, because machines differ and are noisy: to the bare stack for creation, to the
smaller database for pages. Both databases, durable as in life.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bench import kept

PARTS = ("creation", "reading", "memory", "duplicates", "groups")
DATABASES = ("SQLite", "PostgreSQL")
SHARE, GROWTH, MEMORY, TYPED = 0.45, 2.0, 200, 50
"""Creation at least this share of the bare stack; a page at most this many times slower in the larger database; so many
megabytes at most on SQLite, where nothing but our own processes runs; milliseconds until what is
known about a case that is being typed is there."""


@click.command()
@click.option("--sizes", default="10000,100000", help="Cases in the databases to compare, smallest first.")
@click.option("--only", type=click.Choice(PARTS), help="Only this part.")
@click.option("--database", type=click.Choice(DATABASES), help="Only this database.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder in which filled databases stay for the next run.")
def main(sizes: str, only: str | None, database: str | None, keep: Path | None) -> None:
    """Measure, print tables, exit 1 when a bound is missed."""
    console, good = Console(width=160), True
    for name in DATABASES:
        if database not in (None, name):
            continue
        if only in (None, "creation"):
            good &= creation(console, name)
        counts = [int(size) for size in sizes.split(",")]
        if only in (None, "reading"):
            good &= reading(console, name, counts, keep)
        if only in (None, "memory"):
            good &= memory(console, name, counts[-1 if keep is not None else 0], keep)
        if only in (None, "duplicates"):
            good &= duplicates(console, name, counts[-1], keep)
        if only in (None, "groups"):
            good &= groups(console, name, counts[-1], keep)
    if only in (None, "duplicates"):
        agreement(console)
    if only in (None, "groups"):
        tables(console, [], "bench.groups", "--only", "letters")
    sys.exit(0 if good else 1)


def run(wrapper: list[str], *command: str) -> dict[str, Any]:
    """The JSON that a part prints, run in a process of its own."""
    line = [*wrapper, sys.executable, "-m", *command]
    process = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=False)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    found: dict[str, Any] = json.loads(process.stdout[process.stdout.index("{") :])
    return found


def tables(console: Console, wrapper: list[str], *command: str) -> bool:
    """Run a part that prints its own tables; is it within its bounds?"""
    console.file.flush()
    return subprocess.run([*wrapper, sys.executable, "-m", *command], check=False).returncode == 0


def groups(console: Console, database: str, size: int, keep: Path | None) -> bool:
    """How long the sweep takes for one new letter."""
    folder = kept.place(keep, database, size) if keep is not None else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    more = ["--folder", str(folder)] if folder is not None else []
    command = ["bench.groups", "--only", "time", "--size", str(size), *more]
    return tables(console, kept.wrapper(database, folder), *command)


def creation(console: Console, database: str) -> bool:
    """Creation through the API beside the bare stack."""
    found = run(kept.wrapper(database), "bench.creation")
    table = Table(
        "", "per second", "p50 ms", "p95 ms", "CPU ms", "failed", title=f"Creation, 8 connections, {database}"
    )
    for name, row in found.items():
        if isinstance(row, dict):
            figures = [f"{row[key]:.1f}" for key in ("rate", "p50", "p95", "cpu")]
            table.add_row(name, *figures, str(row["failed"]))
    console.print(table)
    for name, value in found.items():
        if not isinstance(value, dict):
            console.print(f"{name}: {value:.0%}")
    return bool(found["share of bare"] >= SHARE)


def filled(console: Console, database: str, size: int, keep: Path | None) -> dict[str, Any]:
    """What the pages take with so many cases."""
    folder = kept.place(keep, database, size) if keep is not None else None
    console.print(f"{database}, {size:,} cases: filling where needed, then measuring …")
    where = [str(folder)] if folder is not None else []
    return run(kept.wrapper(database, folder), "bench.reading", str(size), *where)


def memory(console: Console, database: str, size: int, keep: Path | None) -> bool:
    """What all processes hold while they answer."""
    folder = kept.place(keep, database, size) if keep is not None else None
    where = [str(folder)] if folder is not None else []
    found = run(kept.wrapper(database, folder), "bench.memory", str(size), *where)
    figures = ", ".join(f"{found[name]:.0f} MB {name}" for name in ("started", "peak", "after"))
    console.print(f"memory, {database}, {size:,} cases, {found['requests']:,} mixed requests: {figures}")
    return bool(database != "SQLite" or found["peak"] <= MEMORY)


def duplicates(console: Console, database: str, size: int, keep: Path | None) -> bool:
    """What is known about a new case while it is typed: milliseconds an answer."""
    folder = kept.place(keep, database, size) if keep is not None else None
    where = [str(folder)] if folder is not None else []
    found = run(kept.wrapper(database, folder), "bench.duplicates", str(size), *where)
    table = Table("", "ms", "p95", "CPU ms", "queries", title=f"Beside a new case, {size:,} cases, all new, {database}")
    good = True
    for name, row in found.items():
        if isinstance(row, dict):
            good &= row["median"] <= TYPED
            table.add_row(name, *(f"{row[key]:.1f}" for key in ("median", "p95", "cpu")), str(row["queries"]))
    console.print(table)
    return good


def agreement(console: Console) -> None:
    """How often what is suggested is right, on public texts; no bound, because there are few."""
    found = run([], "bench.agreement")
    table = Table("", "suggested", "right", "same", "precision", "recall", "wrong ones", title="Suggestions, by words")
    for name, row in found.items():
        if "precision" in row:
            shares = [f"{row[key]:.0%}" for key in ("precision", "recall")]
            numbers = [f"{row[key]:,}" for key in ("suggested", "right", "same")]
            table.add_row(name, *numbers, *shares, " ".join(row.get("wrong", [])))
        else:
            console.print(
                f"{name} characters: suggested for {row['offered']:.0%}, right for {row['right']:.0%} of these"
            )
    console.print(
        table if found else "Public texts are absent (shared/data beside the checkout): no word on agreement."
    )


def reading(console: Console, database: str, sizes: list[int], keep: Path | None) -> bool:
    """Pages in databases of growing size."""
    found = {size: filled(console, database, size, keep) for size in sizes}
    heads = [head for size in sizes for head in (f"{size:,} ms", "p95")]
    table = Table("", *heads, "queries", "ratio", "reads whole", title=f"Pages, median of 5 rounds, {database}")
    good = True
    for page in found[sizes[0]]:
        rows = [found[size][page] for size in sizes]
        ratio = rows[-1]["median"] / rows[0]["median"]
        whole = ", ".join(rows[-1]["whole"])
        good &= ratio <= GROWTH and not whole
        figures = [f"{row[key]:.1f}" for row in rows for key in ("median", "p95")]
        times = f"{'' if ratio <= GROWTH else '! '}{ratio:.2f}"
        table.add_row(page, *figures, str(rows[-1]["queries"]), times, whole)
    console.print(table)
    return good


if __name__ == "__main__":
    main()
