"""Kill the real product at random moments, under load, and see whether anything is lost or doubled.

Web server, a process of it, either worker, the supervisor, a session of PostgreSQL or all of it are killed at moments
that the seed decides; everything is started again as an operator would. Exit status 1 tells that something is wrong.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bench.faults.clients import SOON, Crowd, Sent
from bench.faults.machines import Down, Postgres, Product

Blow = Callable[[random.Random], None]


@dataclass
class Tally:
    """What has come of it so far."""

    kills: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    checks: int = 0
    found: dict[str, Any] = field(default_factory=dict)


def order(names: list[str], rounds: int, chance: random.Random) -> Iterator[str]:
    """So many names by chance, yet each as often as the others: each batch holds every one."""
    left: list[str] = []
    for _round in range(rounds):
        if not left:
            left = chance.sample(names, len(names))
        yield left.pop()


def blows(product: Product, postgres: Postgres | None) -> dict[str, Blow]:
    """What can be killed."""
    found: dict[str, Blow] = {
        "web server": product.kill_web,
        "web process": product.kill_web_process,
        "worker": product.kill_worker,
        "second worker": product.kill_second_worker,
        "supervisor": product.kill_supervisor,
    }
    if postgres is not None:
        found |= {"PostgreSQL session": postgres.kill_backend, "PostgreSQL": postgres.kill_server}
    return found


def strike(product: Product, postgres: Postgres | None, crowd: Crowd, plan: list[str], chance: random.Random) -> Tally:
    """All rounds, with a look at the database after each ten and at the end."""
    tally, known = Tally(), blows(product, postgres)
    for number, name in enumerate(plan, start=1):
        crowd.go()
        time.sleep(chance.uniform(0.3, 1.5))
        try:
            known[name](chance)
            tally.kills[name] += 1
            product.wait()
        except Down as error:
            tally.wrong.append(f"round {number}, {name}: {error}")
            break
        if number % 10 == 0 or number == len(plan):
            look(product, crowd, tally)
            click.echo(f"{number} of {len(plan)} rounds, {len(tally.wrong)} wrong", err=True)
    return tally


def look(product: Product, crowd: Crowd, tally: Tally) -> None:
    """Let the load rest and the deadlines pass, then compare."""
    crowd.rest()
    time.sleep(SOON[1] + 3)
    tally.checks += 1
    file = product.log.with_name("sent.json")
    file.write_text(json.dumps([asdict(one) for one in crowd.sent]))
    command = [sys.executable, "-m", "bench.faults.check", str(file)]
    tally.found = json.loads(subprocess.run(command, env=product.env, check=True, capture_output=True).stdout)
    tally.wrong += tally.found["wrong"]
    try:
        product.run("verify")
    except Down as error:
        tally.wrong.append(str(error))


def show(console: Console, title: str, tally: Tally, sent: list[Sent]) -> None:
    """The table, and what is wrong."""
    table = Table("", "", title=title)
    rows: dict[str, object] = {f"killed: {name}": count for name, count in sorted(tally.kills.items())}
    rows |= {
        "requests": len(sent),
        "acknowledged": sum(one.acknowledged for one in sent),
        "retried": sum(one.tries > 1 for one in sent),
        "never answered": sum(not one.status for one in sent),
        **{name: tally.found.get(name, "?") for name in ("events", "breaches", "lost", "doubled")},
        "times compared and verified": tally.checks,
        "wrong": len(tally.wrong),
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    console.print(table)
    for line in tally.wrong[:50]:
        console.print(line, markup=False, highlight=False)


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=100, show_default=True, help="How many are killed.")
@click.option("--database", type=click.Choice(["SQLite", "PostgreSQL"]), default="SQLite", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same order and pauses.")
def main(rounds: int, database: str, seed: int) -> None:
    """Kill, compare, print a table; exit 1 when something is wrong."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-faults-")))
        postgres = Postgres(folder / "postgres") if database == "PostgreSQL" else None
        if postgres is not None:
            stack.callback(postgres.end)
        product = Product(folder / "data", postgres.address if postgres is not None else "")
        product.start()
        stack.callback(product.end)
        crowd = Crowd(product.address, product.token, seed=seed)
        stack.callback(crowd.end)
        plan = list(order(list(blows(product, postgres)), rounds, chance))
        tally = strike(product, postgres, crowd, plan, chance)
        tally.wrong += crowd.wrong
        show(Console(), f"{rounds} rounds, {database}, seed {seed}", tally, crowd.sent)
        if tally.wrong:
            click.echo(product.log.read_text()[-2000:], err=True)
    sys.exit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
