"""`huiyin import cases`: the history of another system, from a file."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click
from django.conf import settings
from django.utils import timezone

from huiyin.base import tables
from huiyin.base.tables import Table, TableError
from huiyin.cases import imports, letters
from huiyin.cases.actions import BadInput, By
from huiyin.cases.imports import Part
from huiyin.cases.letters import Failure, Letter, Recipe
from huiyin.cli.progress import progress, watched
from huiyin.imports import queries as saved
from huiyin.imports.actions import Wishes, save_map
from huiyin.org import queries as org
from huiyin.org.access import Forbidden

if TYPE_CHECKING:
    from huiyin.imports.models import SavedMap
    from huiyin.org.models import Site, User

SHOWN = 3
BROKEN_OFF = 130  # as a shell reports Ctrl-C


class Options(TypedDict):
    """What the command line says."""

    columns: tuple[str, ...]
    site: str | None
    kind: str | None
    channel: str | None
    source: str | None
    use_map: str | None
    save_map: str | None
    sheet: str | None
    user: str | None
    dry_run: bool
    failed: Path | None


TARGETS = "\n".join(f"  {name:<16} {meaning}" for name, meaning in letters.TARGETS.items())
HELP = f"""Take over cases from FILE: CSV (UTF-8, GB18030; may be packed with gzip) or XLSX, one row a case.

Each row comes in once, however often its file is imported: it is known again by source and outside number. A reply with
a time ends the case at that time; a reply that is new for a known row is added. Nobody is notified.

Columns that carry one of these names or a usual one in Chinese or English (留言编号, 联系电话, received date) are taken
without --map; with --map only those that are named, or over those of --use-map:

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
@click.option("--channel", type=click.Choice(letters.CHANNELS), help="Channel of the rows; import, if not said.")
@click.option("--source", help="The system that the outside numbers belong to; import, if not said.")
@click.option("--use-map", metavar="NAME", help="Take columns, site, kind, channel and source from a saved map.")
@click.option("--save-map", metavar="NAME", help="Keep columns, site, kind, channel and source under this name.")
@click.option("--sheet", metavar="NAME", help="Sheet of a spreadsheet; the first one, if not said.")
@click.option("--as", "user", metavar="USERNAME", help="Whose rights it takes and whose name the history shows.")
@click.option("--dry-run", is_flag=True, help="Show the first rows as they would be taken, and count; write nothing.")
@click.option("--failed", type=click.Path(dir_okay=False, path_type=Path), help="File for rows that can't be taken.")
def cases(file: Path, **options: Unpack[Options]) -> None:
    by = By(user_of(options["user"]), timezone.now())
    try:
        table = tables.read_table(file, sheet=options["sheet"])
        recipe = recipe_of(table, options)
        if options["save_map"] is not None:
            keep(options["save_map"], recipe, by)
    except (TableError, letters.BadMapping) as error:
        raise click.UsageError(str(error)) from error
    total = tables.count_rows(file, sheet=options["sheet"]) if watched() else None
    work = Import(table, recipe, by)
    with progress(file.name, total) as advance:
        status = work.rehearse(advance) if options["dry_run"] else work.run(failed_file(file, options), advance)
    click.echo(work.last_line())
    sys.exit(status)


@command.command("maps")
def list_maps() -> None:
    """List the saved maps of columns."""
    for kept in saved.maps():
        site = kept.site.code if kept.site else "-"
        click.echo(f"{kept.name}\tsource {kept.source}\tsite {site}\tkind {kept.kind or '-'}\tchannel {kept.channel}")
        for target, column in kept.columns.items():
            click.echo(f"  {target:<16} {column}")


def recipe_of(table: Table, options: Options) -> Recipe:
    """The options as a recipe, over those of a saved map. Raises `BadMapping`, and click's errors for what isn't
    there."""
    kept = map_named(options["use_map"]) if options["use_map"] is not None else None
    wanted = dict(kept.columns if kept else {}) | pairs(options["columns"])
    columns = letters.columns_of(table.columns, wanted.items())
    site = site_of(options["site"]) if options["site"] else kept.site if kept else None
    kind = options["kind"] or (kept.kind if kept else "")
    for name, value in (("site", site), ("kind", kind)):
        if not value and name not in columns:
            raise click.UsageError(f"Say --{name}, or --map {name}=COLUMN.")
    source = options["source"] if options["source"] is not None else kept.source if kept else "import"
    if not 0 < len(source) <= letters.MOST_SOURCE:
        raise click.BadParameter(f"Give --source 1 to {letters.MOST_SOURCE} characters.")
    return Recipe(columns, site, kind, options["channel"] or (kept.channel if kept else "import"), source)


def pairs(columns: Iterable[str]) -> dict[str, str]:
    """What `--map` says, by target. Raises `BadMapping` for a target that is mapped twice."""
    found: dict[str, str] = {}
    for target, column in map(pair, columns):
        if target in found:
            raise letters.BadMapping(f"{target} is mapped twice.")
        found[target] = column
    return found


def map_named(name: str) -> SavedMap:
    """The saved map of this name."""
    names = {kept.name: kept for kept in saved.maps()}
    if name not in names:
        near = difflib.get_close_matches(name, names, n=2)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(names) or 'none yet'}."
        raise click.BadParameter(f"There is no saved map {name}. {hint}")
    return names[name]


def keep(name: str, recipe: Recipe, by: By) -> None:
    """Save how the rows are taken, for the next file of this kind."""
    wishes = Wishes(recipe.columns, recipe.source, recipe.kind, recipe.channel)
    try:
        save_map(name, wishes, recipe.site, by)
    except (BadInput, Forbidden) as error:
        text = error.text if isinstance(error, BadInput) else "you have no right to import at that site."
        raise click.BadParameter(f"--save-map: {text}") from error


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
        columns = imports.failed_columns(self.table.columns)
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
            for failure in part.failures:
                yield imports.as_written(failure.row.number, failure.reason, imports.cells_of(failure))

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


def preview(letter: Letter) -> str:
    """A row as the case it would become."""
    lines = [f"  {name:<16} {shortened(value)}" for name, value in letter.shown().items()]
    return "\n".join([f"Row {letter.row.number}", *lines])


def shortened(text: str) -> str:
    """A text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
