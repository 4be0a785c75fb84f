"""Tables in files that people keep: CSV in the encodings they come in, CSV packed with gzip, and spreadsheets.

What a file is, is read from its first bytes, never from its name. Rows stream; a row with too few or too many cells is
handed over with its problem, so that one bad row doesn't stop a thousand good ones.

    TableError (ValueError)      the file as a whole cannot be read; carries a template and values, for translation
        CellError                one value cannot be understood
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO, cast
from unicodedata import normalize
from zoneinfo import ZoneInfo

import python_calamine

__all__ = [
    "Cell",
    "CellError",
    "Row",
    "Table",
    "TableError",
    "cell_text",
    "count_rows",
    "csv_lines",
    "parse_instant",
    "read_table",
    "records",
    "write_rows",
]

Cell = str | int | float | bool | datetime | date | time | timedelta
"""A CSV has only text; a spreadsheet has types. An empty cell is ''."""

LONGEST_FIELD = 16 * 1024 * 1024
CHUNK = 1024 * 1024
GZIP, ZIP, OLD_OFFICE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DELIMITERS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
# What a spreadsheet program would run as a formula, full-width forms too; an apostrophe before it makes it text.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")

csv.field_size_limit(LONGEST_FIELD)  # the whole process: letters with pasted mail exceed the usual 128 KiB


def gettext_noop(template: str) -> str:
    """Mark a sentence for the translators; whoever shows it to a person looks up its translation."""
    return template


class TableError(ValueError):
    """A file cannot be read. `str()` is the English sentence; `template` and `values` are its parts, to translate."""

    def __init__(self, template: str, **values: object) -> None:
        """Keep the parts and put the sentence together."""
        super().__init__(template.format(**values))
        self.template, self.values = template, values


class CellError(TableError):
    """A value cannot be understood."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is what a spreadsheet program shows at its left (the header is usually row 1)."""

    number: int
    values: dict[str, Cell]
    problem: TableError | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Column names, all different, and the rows below them; wholly empty rows are left out but counted."""

    columns: list[str]
    rows: Iterator[Row]


def read_table(path: Path, *, sheet: str | None = None) -> Table:
    """Open a CSV (UTF-8, UTF-16 with mark, or GB18030; comma, semicolon or tab; gzip allowed) or a spreadsheet.

    `sheet` names a sheet of a spreadsheet, the first one otherwise. The header is read at once and the rows as they are
    asked for. Raises TableError when the file is empty, damaged, protected or in another encoding, while rows are read
    too. Names: an empty one becomes `column 3`, a second `name` becomes `name (2)`.
    """
    lines = records(path, sheet)
    for _, cells in lines:
        if any(cell != "" for cell in cells):
            columns = _column_names(cells)
            return Table(columns, _rows(columns, lines))
    raise TableError(gettext_noop("The file is empty: it has no row with column names."))


def count_rows(path: Path, *, sheet: str | None = None) -> int:
    """The number of rows that `read_table` will give, without keeping any. Errors as for `read_table`."""
    filled = sum(1 for _, cells in records(path, sheet) if any(cell != "" for cell in cells))
    return max(0, filled - 1)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> int:
    """Write a CSV as `csv_lines` makes it; returns the number of rows."""
    count = -1
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in csv_lines(columns, rows):
            file.write(line)
            count += 1
    return count


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The lines of a CSV that spreadsheet programs open with Chinese intact (to be written as UTF-8; it begins with
    the mark).

    Text that would run as a formula gets an apostrophe in front, which `read_table` takes off again. A missing or None
    value is empty; instants are written in ISO 8601.
    """
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow([_guarded(name) for name in columns])
    yield codecs.BOM_UTF8.decode() + line.getvalue()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([_guarded(row.get(name)) for name in columns])
        yield line.getvalue()


def cell_text(cell: Cell) -> str:
    """A cell as text: instants in ISO 8601, whole numbers without a decimal point, surrounding spaces removed."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a spreadsheet keeps a phone number as 13800138000.0
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


_INSTANT = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<half>上午|下午)?\s*(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?秒?)?分?)?"
    r"\s*(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def parse_instant(value: object, zone: ZoneInfo) -> datetime:
    """An instant (UTC) from a cell: ISO 8601, `2019-10-06 00:05:55 UTC`, `2019/4/24 16:03`, `2019年4月24日 16:03`.

    Without an offset it is wall-clock time in `zone`; a date alone is its midnight; digits after the microsecond are
    cut off. Raises CellError for anything else, bare numbers and dates that begin with the day among them: a guess that
    is wrong would go unseen.
    """
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    elif isinstance(value, str) or value is None:
        moment = _moment(value or "")
    else:
        raise CellError(
            gettext_noop("{value} is a bare number, not a date: format the column as date and time."), value=value
        )
    try:
        return (moment.replace(tzinfo=zone) if moment.utcoffset() is None else moment).astimezone(UTC)
    except OverflowError:
        raise CellError(gettext_noop("{value} lies outside the years 1 to 9999."), value=value) from None


def _moment(text: str) -> datetime:
    clean = normalize("NFKC", text).strip()
    if not clean:
        raise CellError(gettext_noop("There is no date."))
    match = _INSTANT.fullmatch(clean)
    if match is None:
        raise CellError(
            gettext_noop("“{value}” is no date that begins with the year, such as 2025-04-24 16:03."), value=text
        )
    part = match.groupdict(default="0")
    hour = int(part["hour"]) % 12 + 12 * (part["half"] == "下午") if match["half"] else int(part["hour"])
    try:
        # Written out as ISO, because the standard parser knows offsets and checks every range.
        return datetime.fromisoformat(
            f"{part['year']}-{int(part['month']):02}-{int(part['day']):02}T{hour:02}:{int(part['minute']):02}:"
            f"{int(part['second']):02}.{part['fraction'][:6]:0<6}{_offset(match['offset'])}"
        )
    except ValueError as error:
        raise CellError(gettext_noop("“{value}” is no date: {reason}."), value=text, reason=error) from None


def _offset(text: str | None) -> str:
    if text is None:
        return ""
    return text if text[0] in "+-" else "+00:00"


def _rows(columns: list[str], lines: Iterator[tuple[int, list[Cell]]]) -> Iterator[Row]:
    width = len(columns)
    for number, cells in lines:
        if not any(cell != "" for cell in cells):
            continue
        problem = None
        if len(cells) != width and (len(cells) < width or any(cell != "" for cell in cells[width:])):
            problem = TableError(
                gettext_noop("The row has {cells} cells under {columns} names."), cells=len(cells), columns=width
            )
        yield Row(number, dict(zip(columns, map(_unguarded, cells), strict=False)), problem)


def _column_names(cells: list[Cell]) -> list[str]:
    """Names that all differ; nameless columns at the end are dropped, as stray formatting and commas make them."""
    texts = [" ".join(cell_text(_unguarded(cell)).split()) for cell in cells]
    while not texts[-1]:
        texts.pop()
    names: dict[str, None] = {}
    for place, text in enumerate(texts, start=1):
        base = name = text or f"column {place}"
        turn = 1
        while name in names:
            turn += 1
            name = f"{base} ({turn})"
        names[name] = None
    return list(names)


def records(path: Path, sheet: str | None = None) -> Iterator[tuple[int, list[Cell]]]:
    """Every row with its number as it lies in the file, the names of the columns and empty rows too."""
    with path.open("rb") as file:
        first = file.read(len(OLD_OFFICE))
    if first in {ZIP, OLD_OFFICE}:
        return _sheet_records(path, sheet)
    return _csv_records(path, packed=first.startswith(GZIP))


def _sheet_records(path: Path, sheet: str | None) -> Iterator[tuple[int, list[Cell]]]:
    try:
        with path.open("rb") as file, closing(python_calamine.load_workbook(file)) as book:
            if sheet is not None and sheet not in book.sheet_names:
                names = ", ".join(book.sheet_names)
                raise TableError(
                    gettext_noop("There is no sheet {sheet}; the file has: {names}."), sheet=sheet, names=names
                )
            page = book.get_sheet_by_name(sheet) if sheet is not None else book.get_sheet_by_index(0)
            yield from enumerate(page.to_python(skip_empty_area=False), start=1)
    except python_calamine.PasswordError:
        raise TableError(gettext_noop("The spreadsheet is protected by a password: save it without one.")) from None
    except python_calamine.CalamineError as error:
        raise TableError(
            gettext_noop("The spreadsheet is damaged or of an unknown kind: {reason}."), reason=error
        ) from None


def _csv_records(path: Path, *, packed: bool) -> Iterator[tuple[int, list[Cell]]]:
    encoding = _encoding(path, packed=packed)
    number = 0
    with _opened(path, packed=packed) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as file:
        delimiter, skip = _dialect(file.readline(CHUNK), file)
        file.seek(0)
        lines = (line.replace("\0", "") for line in file)  # no database takes NUL
        try:
            for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
                if number > skip:
                    yield number, cast("list[Cell]", cells)
        except csv.Error as error:
            hint = gettext_noop("Row {number}: {reason}. Perhaps a quotation mark is not closed.")
            raise TableError(hint, number=number + 1, reason=error) from None


def _dialect(line: str, rest: Iterable[str]) -> tuple[str, int]:
    """The delimiter that splits the header into most cells, and the number of lines above the header.

    Spreadsheet programs write and obey a first line such as `sep=;`.
    """
    if match := _SEPARATOR_LINE.fullmatch(line):
        return match[1], 1
    lines = [line, *(more for more, _ in zip(rest, range(20), strict=False))]  # a quoted name may hold line breaks

    def cells(delimiter: str) -> int:
        try:
            records = csv.reader(lines, delimiter=delimiter)
            return len(next((record for record in records if any(cell.strip(DELIMITERS) for cell in record)), []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=cells), 0


def _encoding(path: Path, *, packed: bool) -> str:
    """The encoding that the whole file is valid in, so that no row fails half way through an import."""
    try:
        with _opened(path, packed=packed) as raw:
            start = raw.read(4)
        for encoding in _candidates(start):
            if _decodes(path, encoding, packed=packed):
                return encoding
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TableError(gettext_noop("The packed file is damaged: {reason}."), reason=error) from None
    raise TableError(gettext_noop("The text is neither UTF-8 nor GB18030 nor UTF-16: save the file as CSV UTF-8."))


def _candidates(start: bytes) -> list[str]:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    return ["utf-8-sig"] if start.startswith(codecs.BOM_UTF8) else ["utf-8", "gb18030"]


def _decodes(path: Path, encoding: str, *, packed: bool) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with _opened(path, packed=packed) as raw:
            while chunk := raw.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _opened(path: Path, *, packed: bool) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb")) if packed else path.open("rb")


def _guarded(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    return "'" + value if isinstance(value, str) and _FORMULA.match(value) else value


def _unguarded(cell: Cell) -> Cell:
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and _FORMULA.match(cell) else cell
