"""`huiyin backup`: everything in one file, while others go on working."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from huiyin import __version__
from huiyin.base import archive
from huiyin.cases import files, seals, verify
from huiyin.cli.progress import progress
from huiyin.db import copying, postgres

NAMED = "huiyin-????????-??????.tar"
SESSIONS = "django_session"


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--keep", type=click.IntRange(min=1), help="Of the backups in the folder FILE, remove all but the newest."
)
def command(file: Path, keep: int | None) -> None:
    """Write the database and all files into one archive, FILE; a folder gets one named by date and time.

    Web server and worker may go on: the backup holds what was saved when it began. It doesn't hold the secret key,
    nor who is logged in. Only its owner can read it: it holds everything that customers said.
    """
    at = timezone.now()
    if keep is not None and not file.is_dir():
        raise click.UsageError("--keep is for a folder: FILE has to be one.")
    target = place(file, at)
    facts = make(target, at)
    click.echo(f"{target}: {said(facts)}.")
    for old in sorted(file.glob(NAMED))[: -(keep or 0)] if keep else []:
        old.unlink()
    if lost := facts["lost"]:
        click.echo(f"{len(lost)} files were lost or damaged before this backup; `huiyin verify` names them.", err=True)
        sys.exit(1)


def said(facts: dict[str, Any]) -> str:
    """What a backup holds, in a few words."""
    counts = facts["counts"]
    return f"{counts['cases']} cases, {counts['events']} events, {counts['files']} files"


def place(file: Path, at: datetime) -> Path:
    """Where the backup goes."""
    target = file / f"huiyin-{at:%Y%m%d-%H%M%S}.tar" if file.is_dir() else file
    if target.exists():
        raise click.ClickException(f"{target} exists already: choose another name, or remove it.")
    if not target.parent.is_dir():
        raise click.ClickException(f"There is no folder {target.parent}.")
    return target


def make(target: Path, at: datetime) -> dict[str, Any]:
    """Write the backup; its manifest."""
    try:
        if short := archive.room_missing(target.parent, _room()):
            raise click.ClickException(short)
        # Beside the target: what is checked above is the room there, and /tmp may be small or others'.
        with TemporaryDirectory(prefix=".huiyin-backup-", dir=target.parent) as folder:
            return _write(target, Path(folder), at)
    except OSError as error:
        raise click.ClickException(f"The backup can't be written: {error}.") from error


def _write(target: Path, folder: Path, at: datetime) -> dict[str, Any]:
    copy = folder / "huiyin.sqlite3"
    with archive.Writer(target) as written:
        with _copying() as advance, copying.snapshot(copy, advance):
            facts, wanted = _facts(at), list(files.referred())
            for member in _rows(folder):
                written.add(f"database/{member.name}", member)
        if copy.exists():
            written.add("database/sqlite3.gz", _packed(copy))
        facts["counts"]["files"] = len(wanted)
        facts["lost"] = _add_files(written, wanted)
        written.finish(facts)
    return facts


def _copying() -> Any:
    """A bar for the pages of a SQLite database; their number isn't known before."""
    size = Path(connection.settings_dict["NAME"]).stat().st_size // 4096 if connection.vendor == "sqlite" else None
    return progress("database", size)


def _facts(at: datetime) -> dict[str, Any]:
    cases, events = verify.size()
    seal = seals.last()
    facts: dict[str, Any] = {
        "huiyin": __version__,
        "database": connection.vendor,
        "made_at": at.isoformat(),
        "counts": {"cases": cases, "events": events},
        "seal": {"number": seal.pk, "at": seal.at.isoformat(), "digest": seal.digest} if seal else None,
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
        "bytes": _database_bytes(),
    }
    if connection.vendor == "postgresql":
        facts |= {"columns": postgres.columns(), "sequences": postgres.sequences()}
    else:
        with connection.cursor() as cursor:  # in the copy
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608
    return facts


def _rows(folder: Path) -> Iterator[Path]:
    """PostgreSQL's tables as packed files; nobody's log-in among them."""
    columns = postgres.columns() if connection.vendor == "postgresql" else {}
    with progress("tables", len(columns)) as advance:
        for table, names in columns.items():
            packed = folder / f"{table}.gz"
            with gzip.open(packed, "wb", compresslevel=3) as target:
                if table != SESSIONS:
                    postgres.write_rows(table, names, target)
            yield packed
            packed.unlink()
            advance(1)


def _packed(copy: Path) -> Path:
    packed = copy.with_suffix(".gz")
    with progress("packing", copy.stat().st_size) as advance:
        archive.pack(copy, packed, advance)
    return packed


def _add_files(written: archive.Writer, wanted: list[str]) -> list[str]:
    """Add the files that cases speak of; those that are lost or damaged."""
    lost = []
    with progress("files", len(wanted)) as advance:
        for sha256 in wanted:
            path = files.path_of(sha256)
            if not path.is_file() or written.add(f"files/{sha256[:2]}/{sha256}", path) != sha256:
                lost.append(sha256)
            advance(1)
    return lost


def _room() -> int:
    """How many bytes the backup may need while it is made: on SQLite a copy, and the packed one in two places."""
    stored = sum(path.stat().st_size for path in files.folder().rglob("*") if path.is_file())
    return stored + _database_bytes() * 2


def _database_bytes() -> int:
    if connection.vendor == "postgresql":
        return postgres.size()
    path = Path(connection.settings_dict["NAME"])
    if not path.exists():
        raise click.ClickException(f"There is no database {path}: nothing to back up.")
    return path.stat().st_size
