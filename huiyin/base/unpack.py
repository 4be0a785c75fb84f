"""`python -m huiyin.base.unpack SOURCE TARGET MOST`: any table as a plain CSV in UTF-8, under limits.

For files from people. A packed file may be a thousand times as large as it looks, and a spreadsheet is read by a
library that could stumble: this runs in a process of its own that may take only so much memory and time; the rest of
the house reads a plain file. Rows keep their numbers. The last line of output is JSON: `columns` and `rows`, or
`template` and `values` of a `TableError`.
"""

import csv
import errno
import gzip
import json
import os
import resource
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import filetype

from huiyin.base.tables import CHUNK, GZIP, ZIP, TableError, cell_text, gettext_noop, read_table, records

MEMORY = 1 << 30
SECONDS = 30
MEGABYTE = 1024 * 1024
SHEETS = 3
"""A sheet is written in so many times the letters of a plain table."""
_TOO_LARGE = gettext_noop("Unpacked, the file is larger than {most} MB: split it into several.")
_UNREADABLE = gettext_noop("The file could not be read: it is damaged, or too large to be unpacked.")
_NO_TABLE = gettext_noop("This is no table: choose a CSV (packed with gzip or not) or an XLSX file.")
_NO_ROWS = gettext_noop("The file has the names of columns, but no row below them.")


@dataclass(frozen=True)
class Unpacked:
    """What a plain table holds: the names of its columns and the number of its rows."""

    columns: list[str]
    rows: int


def unpack(source: Path, target: Path, *, most: int) -> Unpacked:
    """Write `source` as a plain CSV of at most `most` megabytes, by a child process. Raises `TableError`."""
    command = [sys.executable, "-m", "huiyin.base.unpack", str(source), str(target), str(most)]
    try:
        # It gets no secret to lose.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
        done = subprocess.run(command, capture_output=True, check=False, timeout=2 * SECONDS, env=environment)
        said = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        raise TableError(_UNREADABLE) from None  # killed by its limits, or worse: it has said nothing
    if "template" in said:
        raise TableError(said["template"], **said["values"])
    return Unpacked(said["columns"], said["rows"])


def repeated(path: Path) -> list[str]:
    """Names that more than one column of a table carries."""
    for _number, cells in records(path):
        names = [" ".join(cell_text(cell).split()) for cell in cells]
        if any(names):
            return [name for name, count in Counter(names).items() if name and count > 1]
    return []


def check(source: Path, most: int) -> None:
    """Raise `TableError` for what is no table at all, and for what grows too large, before anything is kept of it."""
    with source.open("rb") as file:
        start = file.read(8192)
    if start.startswith(GZIP):
        return _check_size(_unpacked_size(source, most * MEGABYTE), most)
    if start.startswith(ZIP):
        return _check_size(_sheet_size(source) // SHEETS, most)
    if filetype.guess(start) is not None:
        raise TableError(_NO_TABLE)
    return _check_size(source.stat().st_size, most)


def _check_size(size: int, most: int) -> None:
    if size > most * MEGABYTE:
        raise TableError(_TOO_LARGE, most=most)


def _unpacked_size(source: Path, most: int) -> int:
    """The size of what a gzip file holds; reads no further than `most`."""
    size = 0
    try:
        with gzip.open(source, "rb") as file:
            while size <= most and (chunk := file.read(CHUNK)):
                size += len(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TableError(gettext_noop("The packed file is damaged: {reason}."), reason=error) from None
    return size


def _sheet_size(source: Path) -> int:
    try:
        with zipfile.ZipFile(source) as book:
            names = book.namelist()
            size = sum(part.file_size for part in book.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise TableError(_UNREADABLE) from None
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise TableError(_NO_TABLE)
    return size


def write_plain(source: Path, target: Path) -> Unpacked:
    """Copy every row as text. An empty row stays as an empty line, so that the others keep their numbers."""
    written = filled_rows = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)  # then nothing is left to guess when it is read again
        for number, cells in records(source):
            while written < number - 1:
                written += 1
                writer.writerow([])
            written += 1
            filled = any(cell != "" for cell in cells)
            filled_rows += filled
            writer.writerow([c if isinstance(c, str) else cell_text(c) for c in cells] if filled else [])
    columns = read_table(target).columns
    if filled_rows == 1:
        raise TableError(_NO_ROWS)
    return Unpacked(columns, filled_rows - 1)


def limit(most: int) -> None:
    """Take no more than this process is allowed to, whatever the file says."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * most * MEGABYTE, 2 * most * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(source: Path, target: Path, most: int) -> dict[str, object]:
    """What the child says at its end."""
    try:
        check(source, most)
        found = write_plain(source, target)
    except TableError as error:
        values = {name: value if isinstance(value, int) else str(value) for name, value in error.values.items()}
        return {"template": error.template, "values": values}
    except MemoryError:
        return {"template": _TOO_LARGE, "values": {"most": most}}
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return {"template": _TOO_LARGE, "values": {"most": most}}
    return {"columns": found.columns, "rows": found.rows}


def main() -> None:
    """The child process."""
    source, target, most = sys.argv[1:]
    limit(int(most))
    sys.stdout.write(json.dumps(answer(Path(source), Path(target), int(most))) + "\n")


if __name__ == "__main__":
    main()
