"""`huiyin import cases`: the history of another system, from a file."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack
from zoneinfo import ZoneInfo

import click
from django.conf import settings
from django.utils import timezone

from huiyin.base import tables
from huiyin.base.tables import Table, TableError
from huiyin.cases import imports, letters
from huiyin.cases.actions import By
from huiyin.cases.imports import Part
from huiyin.cases.letters import Failure, Letter, Recipe
from huiyin.cli.progress import progress, watched
from huiyin.org import queries as org

if TYPE_CHECKING:
    from huiyin.org.models import Site, User

SHOWN = 3
PROBLEM = "why it was not imported"
BROKEN_OFF = 130  # as a shell reports Ctrl-C


class Options(TypedDict):
    """What the command line says."""

    columns: tuple[str, ...]
    site: str | None
    kind: str | None
    channel: str
    source: str
    sheet: str | None
    user: str | None
    dry_run: bool
    failed: Path | None


TARGETS = "\n".join(f"  {name:<16} {meaning}" for name, meaning in letters.TARGETS.items())
HELP = f"""Take over cases from FILE: CSV (UTF-8, GB18030; may be packed with gzip) or XLSX, one row a case.

Each row comes in once, however often its file is imported: it is known again by source and outside number. A reply with
a time ends the case at that time; a reply that is new for a known row is added. Nobody is notified.

Columns that carry one of these names are taken without --map; with --map only those that are named:

\b
{TARGETS}

Rows that can't be taken are written to a file of their own with the reason of each; mend them there and import that
file. The last line of output is: imported N, updated U, already known M, failed K. Exit status: 0 when the file was
read to its end, 1 when it was damaged or no row of it could be taken, 2 when nothing was tried.
"""


@click.group("import")
def command() -> None:
    """Take over cases from a file of another system."""


@command.command("cases", help=HELP)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "columns", multiple=True, metavar="TARGET=COLUMN", help="Take a column as one of the above.")
@click.option("--site", metavar="CODE", help="Site of the rows that don't name one.")
@click.option("--kind", type=click.Choice(letters.KINDS), help="Kind of the rows that don't name one.")
@click.option("--channel", type=click.Choice(letters.CHANNELS), default="import", show_default=True)
@click.option("--source", default="import", show_default=True, help="The system that the outside numbers belong to.")
@click.option("--sheet", metavar="NAME", help="Sheet of a spreadsheet; the first one, if not said.")
@click.option("--as", "user", metavar="USERNAME", help="Whose rights it takes and whose name the history shows.")
@click.option("--dry-run", is_flag=True, help="Show the first rows as they would be taken, and count; write nothing.")
@click.option("--failed", type=click.Path(dir_okay=False, path_type=Path), help="File for rows that can't be taken.")
def cases(file: Path, **options: Unpack[Options]) -> None:
    by = By(user_of(options["user"]), timezone.now())
    try:
        table = tables.read_table(file, sheet=options["sheet"])
        recipe = recipe_of(table, options)
    except (TableError, letters.BadMapping) as error:
        raise click.UsageError(str(error)) from error
    total = tables.count_rows(file, sheet=options["sheet"]) if watched() else None
    work = Import(table, recipe, by)
    with progress(file.name, total) as advance:
        status = work.rehearse(advance) if options["dry_run"] else work.run(failed_file(file, options), advance)
    click.echo(work.last_line())
    sys.exit(status)


def recipe_of(table: Table, options: Options) -> Recipe:
    """The options as a recipe. Raises `BadMapping`, and click's errors for what isn't there."""
    columns = letters.columns_of(table.columns, map(pair, options["columns"]))
    for name in ("site", "kind"):
        if not options[name] and name not in columns:
            raise click.UsageError(f"Say --{name}, or --map {name}=COLUMN.")
    if not 0 < len(options["source"]) <= letters.MOST_SOURCE:
        raise click.BadParameter(f"Give --source 1 to {letters.MOST_SOURCE} characters.")
    site = site_of(options["site"]) if options["site"] else None
    return Recipe(columns, site, options["kind"] or "", options["channel"], options["source"])


def pair(value: str) -> tuple[str, str]:
    """`TARGET=COLUMN` in two; names of columns hold single spaces only, as in `read_table`."""
    target, equals, column = value.partition("=")
    if not equals:
        raise click.BadParameter(f"--map {value}: write it as TARGET=COLUMN.")
    return target.strip(), " ".join(column.split())


def site_of(code: str) -> Site:
    """The site with this code."""
    found = org.organisation().site(code)
    if found is None:
        codes = [site.code for site in org.organisation().sites.values()]
        near = difflib.get_close_matches(code, codes, n=2)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(codes) or 'none yet'}."
        raise click.BadParameter(f"There is no site {code}. {hint}")
    return found


def user_of(username: str | None) -> User | None:
    """The member of staff in whose name rows are imported; nobody's, when none is named."""
    if username is None:
        return None
    found = org.user_named(username)
    if found is None:
        raise click.BadParameter(f"There is no member of staff with the log-in {username}.")
    return found


def failed_file(file: Path, options: Options) -> Path:
    """Where rows go that can't be taken: as named, or into the data folder under the file's name."""
    found = options["failed"] or Path(settings.HUIYIN_DATA_DIR) / f"{file.name}.failed.csv"
    if found.exists() and found.samefile(file):
        raise click.UsageError(f"{found} is the file to import: name another one with --failed.")
    return found


class Import:
    """One file on its way in, with the count of what became of its rows so far."""

    def __init__(self, table: Table, recipe: Recipe, by: By) -> None:
        self.table, self.recipe, self.by = table, recipe, by
        self.tally, self.would = Part(), ""

    def last_line(self) -> str:
        """What scripts read."""
        t = self.tally
        return f"{self.would}imported {t.imported}, updated {t.updated}, already known {t.known}, failed {t.failed}"

    def run(self, failed: Path, advance: Callable[[int], None]) -> int:
        """Import; failed rows go to a file as they come. Gives the exit status."""
        columns = [*(name for name in self.table.columns if name != PROBLEM), PROBLEM]
        status = 0
        try:
            tables.write_rows(failed, columns, self._failures(advance))
        except TableError as error:
            click.echo(f"The file could not be read to its end: {error}", err=True)
            status = 1
        except KeyboardInterrupt:
            click.echo("Broken off. What was imported stays; run the same command again to go on.", err=True)
            status = BROKEN_OFF
        if not self.tally.failed:
            failed.unlink(missing_ok=True)
            return status
        click.echo(f"Rows that can't be taken are in {failed}, each with its reason.", err=True)
        return status or int(self.tally.failed == self.tally.rows)

    def _failures(self, advance: Callable[[int], None]) -> Iterator[Mapping[str, object]]:
        for part in imports.run(self.table.rows, self.recipe, self.by):
            self.tally += part
            advance(part.rows)
            yield from map(as_written, part.failures)

    def rehearse(self, advance: Callable[[int], None]) -> int:
        """Show what would happen; write nothing. Gives the exit status."""
        self.would = "would have "
        shown: list[Letter] = []
        problems: list[Failure] = []
        for part, new in imports.rehearse(self.table.rows, self.recipe, self.by):
            self.tally += part
            advance(part.rows)
            shown += new[: SHOWN - len(shown)]
            problems += part.failures[: SHOWN - len(problems)]
        for letter in shown:
            click.echo(preview(letter))
        for failure in problems:
            click.echo(f"Row {failure.row.number} can't be taken: {failure.reason}")
        return int(self.tally.rows > 0 and self.tally.failed == self.tally.rows)


def as_written(failure: Failure) -> Mapping[str, object]:
    """A failed row as it goes back to the person who mends it."""
    cells = {name: tables.cell_text(cell) for name, cell in failure.row.values.items()}
    return cells | {PROBLEM: f"row {failure.row.number}: {failure.reason}"}


def preview(letter: Letter) -> str:
    """A row as the case it would become."""
    new, zone = letter.new, ZoneInfo(letter.new.site.time_zone)
    fields = {
        "external_number": new.external_number,
        "site": new.site.code,
        "kind": new.kind,
        "category": new.category,
        "received_at": new.received_at and new.received_at.astimezone(zone),
        "customer": " ".join(filter(None, [new.person.name, new.person.phone])),
        "place": new.place,
        "subject": new.subject,
        "text": new.text,
        "replied_at": letter.replied_at and letter.replied_at.astimezone(zone),
        "reply": letter.reply,
    }
    lines = [f"  {name:<16} {shortened(str(value))}" for name, value in fields.items() if value]
    return "\n".join([f"Row {letter.row.number}", *lines])


def shortened(text: str) -> str:
    """A text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
