"""Filled databases that are kept between runs, so that a million cases are made once.

A database is known by its kind, its size, the seed, and what the code would make of them: other migrations or other
ways to fill make another one.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "huiyin"
SEED = 1


def makers() -> list[Path]:
    """The files on which the content of a filled database depends."""
    pack = SOURCE / "packs" / "property"
    return [
        *sorted(SOURCE.glob("*/migrations/0*.py")),
        *(pack / name for name in ("bulk.py", "lives.py", "crew.py")),
        SOURCE / "cases" / "search.py",
    ]


def version(files: list[Path]) -> str:
    """A short name for the content of these files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:10]


def place(keep: Path, database: str, size: int) -> Path:
    """The folder of one filled database."""
    return keep / f"{database.lower()}-{size}-seed{SEED}-{version(makers())}"


def wrapper(database: str, folder: Path | None = None) -> list[str]:
    """What a command is put behind so that HUIYIN_DATABASE_URL names this kind of database."""
    if database == "SQLite":
        return []
    kept = ["--in", str(folder / "cluster")] if folder is not None else []
    return [sys.executable, "tests/postgres.py", "--durable", *kept, "--"]


@contextmanager
def filled(size: int, folder: Path | None) -> Iterator[dict[str, str]]:
    """An environment with so many cases in the database of HUIYIN_DATABASE_URL, or in SQLite in `folder`.

    Without a folder everything is gone afterwards; with one it is filled only when that has never been finished.
    """
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as temporary:
        data = folder / "files" if folder is not None else Path(temporary)
        data.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "HUIYIN_DATA_DIR": str(data), "HUIYIN_LOG_LEVEL": "WARNING"}
        if not (data / "filled").exists():
            fill(size, env)
            (data / "filled").touch()
        yield env


def fill(size: int, env: dict[str, str]) -> None:
    """Make an installation and its cases; progress goes to the terminal."""
    for command in ("init", "collectstatic --no-input", f"bulk --cases {size} --seed {SEED}"):
        line = [sys.executable, "-m", "huiyin", *command.split()]
        subprocess.run(line, check=True, env=env, stdout=sys.stderr)
