"""Reconciling: the list of another system beside what is here. Nothing got lost on the way or came twice, and both
sides say that the same things are over. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from huiyin.base import tables
from huiyin.base.tables import Row, TableError
from huiyin.cases import heads
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case
from huiyin.cases.workflow import OPEN
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb
from huiyin.org.models import User

from . import store

MOST = 20_000
"""Rows of one list, and cases of ours that it is compared with."""
STATES = "状态 办理状态 工单状态 是否办结 status state over closed"
"""Usual heads of the column that says what is finished."""
OVER = frozenset(
    [
        *("是", "办结", "已办结", "归档", "已归档", "完成", "已完成", "结案", "已结案"),
        *("yes", "true", "closed", "resolved", "finished", "done"),
    ]
)
"""What a list says of what is finished. Any other word there is means that it isn't."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Listed:
    """What their list says of a number. `over`: is it finished? None where it doesn't say."""

    number: str
    over: bool | None = None


@dataclass(frozen=True)
class Compared:
    """What came of it. `agree`: so many numbers stand on both sides and don't differ; `missing`: of theirs, not here or
    not where the reader may look; `twice`: more than once on their list; `open_here`: over for them alone;
    `over_here`: over here alone; `extra`: of ours in their days, not on their list."""

    listed: int
    agree: int
    missing: Sequence[str]
    twice: Sequence[str]
    open_here: Sequence[Case]
    over_here: Sequence[Case]
    extra: Sequence[Case]

    @property
    def clean(self) -> bool:
        """Is there nothing to look after?"""
        return not any((self.missing, self.twice, self.open_here, self.over_here, self.extra))


@dataclass(frozen=True)
class Span:
    """The days that their list is of, both counted, as the company's root site has them."""

    first: date
    last: date

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the beginning of the first to the end of the last."""
        return (
            datetime.combine(self.first, time.min, zone),
            datetime.combine(self.last + timedelta(days=1), time.min, zone),
        )


def listed(columns: Sequence[str], rows: Iterable[Row]) -> list[Listed]:
    """The rows of a table. Raises `BadInput` when no column holds numbers, or there are too many rows."""
    number, state = heads.guess(columns).get("external_number"), heads.first_of(columns, STATES)
    if number is None:
        raise BadInput("file", _("No column looks like numbers of cases: give it the name “number”."))
    lines = list[Listed]()
    for row in rows:
        if said := tables.cell_text(row.values.get(number, "")).strip():
            lines.append(Listed(said, _over(row, state)))
        if len(lines) > MOST:
            raise BadInput("file", _("More than %(most)d rows: compare a shorter time.") % {"most": MOST})
    return lines


def _over(row: Row, column: str | None) -> bool | None:
    said = tables.cell_text(row.values.get(column, "")).strip().casefold() if column else ""
    return said in OVER if said else None


def of_upload(upload: store.Upload) -> list[Listed]:
    """The rows of an uploaded table, which is not kept. Raises `BadInput`."""
    try:
        stored, _found = store.keep(upload)
    except TableError as error:
        raise BadInput("file", _(error.template).format(**error.values)) from error
    try:
        table = tables.read_table(store.path_of(stored))
        return listed(table.columns, table.rows)
    finally:
        store.drop(stored)


def may(user: User) -> bool:
    """May they compare at all?"""
    reach = access.reach(user, Verb.IMPORT)
    return reach.everywhere or bool(reach.sites)


def compare(user: User | None, source: str, lines: Sequence[Listed], span: Span | None = None) -> Compared:
    """Their list beside the cases that `user` may see and that carry these numbers: those of `source`, and those that
    came down from above under such a number. With the days that the list is of, also what came from the source in them
    and isn't on the list. `user` None: the command on the machine itself, before which nothing is hidden. Raises
    `Forbidden` for somebody who may import nowhere."""
    if user is not None and not may(user):
        raise Forbidden(Verb.IMPORT)
    counts = Counter(one.number for one in lines)
    said = {one.number: one.over for one in lines}
    here: dict[str, Case] = {}
    for some in _batches(list(said)):
        here |= cases.by_any_number(user, source, some)
    differ = [
        case for number, case in here.items() if said[number] is not None and said[number] == (case.status in OPEN)
    ]
    return Compared(
        listed=len(said),
        agree=len(here) - len(differ),
        missing=[number for number in said if number not in here],
        twice=[number for number, count in counts.items() if count > 1],
        open_here=[case for case in differ if case.status in OPEN],
        over_here=[case for case in differ if case.status not in OPEN],
        extra=_extra(user, source, said, span) if span and source else [],
    )


def _batches(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(numbers), _AT_ONCE):
        yield numbers[begin : begin + _AT_ONCE]


def _extra(user: User | None, source: str, said: Mapping[str, object], span: Span) -> list[Case]:
    begin, end = span.instants(org.company_zone())
    rows = cases.known(user).filter(received_at__gte=begin, received_at__lt=end, source=source)
    rows = rows.exclude(external_number="").select_related("site").order_by("received_at", "pk")
    found = list(rows[: MOST + 1])
    if len(found) > MOST:
        raise BadInput(
            "first", _("More than %(most)d cases lie between these days: compare a shorter time.") % {"most": MOST}
        )
    return [case for case in found if case.external_number not in said]
