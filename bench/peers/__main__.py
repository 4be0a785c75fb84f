"""Huiyin beside django-helpdesk: creating, list, detail and search, side by side in one run.

django-helpdesk is fetched from PyPI into an environment of its own in the cache folder; nothing of ours depends on it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import kept

PACKAGES = ("django-helpdesk", "granian", "psycopg[binary]")
CACHE = Path.home() / ".cache" / "huiyin-bench"
LONGEST = 3600
VERSIONS = """
from importlib.metadata import version
print(", ".join(f"{name} {version(name)}" for name in ("django-helpdesk", "django", "granian")))
"""


def environment(folder: Path) -> str:
    """The Python of the peer's environment, made when it isn't there."""
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        done = subprocess.run(install, check=False, capture_output=True, text=True, timeout=600)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise SystemExit(f"django-helpdesk can't be fetched from PyPI: {reason}")
        (folder / "installed").touch()
    return str(python)


def ratios(found: dict[str, dict[str, float]]) -> list[tuple[str, float, float, float]]:
    """Of each thing measured: ours, theirs, and how many times as long theirs takes."""
    own, other = found["Huiyin"], found["django-helpdesk"]
    return [(name, own[name], other[name], other[name] / own[name]) for name in own]


def compare(database: str, size: int, python: str, keep: Path | None) -> dict[str, dict[str, float]]:
    """Both on one kind of database, each with so many cases."""
    folder = kept.place(keep, database, size) if keep is not None else None
    arguments = [str(size), python, *([str(folder)] if folder is not None else [])]
    line = [*kept.wrapper(database, folder), sys.executable, "-m", "bench.peers.inside", *arguments]
    output = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True, timeout=LONGEST).stdout
    found: dict[str, dict[str, float]] = json.loads(output[output.index('{"Huiyin"') :])
    return found


@click.command()
@click.option("--sizes", default="10000,100000", show_default=True, help="Cases and tickets; add 1000000 if you wait.")
@click.option("--database", type=click.Choice(["SQLite", "PostgreSQL"]), help="Only this database.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder in which filled databases stay.")
def main(sizes: str, database: str | None, keep: Path | None) -> None:
    """Measure and print a table for each database and size."""
    python, console = environment(CACHE / "django-helpdesk"), Console()
    console.print(subprocess.check_output([python, "-c", VERSIONS], text=True).strip(), highlight=False)
    for name in ("SQLite", "PostgreSQL"):
        for size in map(int, sizes.split(",")) if database in (None, name) else ():
            console.print(f"{name}, {size:,}: filling both, then measuring …")
            table = Table("ms", "Huiyin", "django-helpdesk", "times as long", title=f"{size:,} cases, {name}")
            for what, own, other, ratio in ratios(compare(name, size, python, keep)):
                table.add_row(what, f"{own:.1f}", f"{other:.1f}", f"{ratio:.1f}")
            console.print(table)


if __name__ == "__main__":
    main()
