"""Cases from files, some hundred rows a transaction: each row once, however often its file is imported.

    for part in imports.run(table.rows, recipe, by):
        ...  # counts and failed rows of the group that was just written

What was written stays when the import is broken off; running it again goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.base.tables import Row, cell_text
from huiyin.customers.actions import recognise_all
from huiyin.customers.models import Customer
from huiyin.db.rows import collector_at_rest
from huiyin.org import access, reference
from huiyin.org.access import Verb

from . import intake, queries, tier, timeline
from .actions import By
from .change import Change
from .letters import Failure, Letter, Recipe, read
from .models import Case, CaseEvent, Message
from .workflow import OPEN, EventKind, Status

GROUP = 200
"""Rows in a transaction: enough to be quick, few enough to leave others their turn at writing."""
_SAME_MINUTE = 60.0  # seconds: spreadsheet programs drop them when they save a file again


COUNTS = ("imported", "updated", "known", "failed")


@dataclass
class Part:
    """What became of some rows."""

    imported: int = 0
    updated: int = 0
    known: int = 0
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)
    """Ids of the new ones."""

    def __add__(self, other: Part) -> Part:
        """The counts of both; failures and cases are kept by whoever wants them."""
        return Part(*(getattr(self, name) + getattr(other, name) for name in COUNTS))

    @property
    def rows(self) -> int:
        """How many rows these are."""
        return self.imported + self.updated + self.known + self.failed


@dataclass(frozen=True)
class Group:
    """Rows that are written together; `last` is the number of the last of them."""

    letters: list[Letter]
    failures: list[Failure]
    last: int


@dataclass
class _Sorted:
    """The rows of a group by what is to be done with them."""

    new: list[Letter] = field(default_factory=list)
    late: list[tuple[Case, Letter]] = field(default_factory=list)
    """Replies to cases that are here already."""
    known: int = 0
    failures: list[Failure] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    """The ids of the new cases, when they are written."""

    def part(self) -> Part:
        counts = len(self.new), len(self.late), self.known, len(self.failures)
        return Part(*counts, failures=self.failures, cases=self.opened)


def run(rows: Iterable[Row], recipe: Recipe, by: By) -> Iterator[Part]:
    """Import rows group by group. `by.user`, if named, must have the right to import at every site of the file.

    Raises `TableError` when the file ends in the middle; what came before is written.
    """
    for group in groups(rows, recipe, by):
        yield write(group, recipe, by)


def write(group: Group, recipe: Recipe, by: By) -> Part:
    """Write a group in one transaction, or in that of the caller."""
    with collector_at_rest(), reference.pinned():
        try:
            done = _write(group.letters, recipe, by)
        except IntegrityError:
            # Another import or a case by hand brought the same number or customer just now: it is known by now.
            done = _write(group.letters, recipe, by)
    done.failures += group.failures
    return done.part()


def rehearse(rows: Iterable[Row], recipe: Recipe, by: By) -> Iterator[tuple[Part, list[Letter]]]:
    """What `run` would do, and the letters that would become cases; writes nothing."""
    seen: set[str] = set()
    for group in groups(rows, recipe, by):
        fresh = [letter for letter in group.letters if letter.new.external_number not in seen]
        seen |= {letter.new.external_number for letter in fresh}
        found = _sort(fresh, recipe, lock=False)
        found.failures += group.failures
        found.known += len(group.letters) - len(fresh)
        yield found.part(), found.new


def groups(rows: Iterable[Row], recipe: Recipe, by: By) -> Iterator[Group]:
    """Rows read and put in groups in which no outside number comes twice: the second finds the first as a case.

    Where a group ends depends on the rows alone, so that an import that goes on elsewhere finds the same groups.
    """
    letters: dict[str, Letter] = {}
    failures: list[Failure] = []
    last = 0
    for row in rows:
        one = _allowed(read(row, recipe, by.at), by)
        number = one.new.external_number if isinstance(one, Letter) else ""
        if number in letters or len(letters) + len(failures) >= GROUP:
            yield Group(list(letters.values()), failures, last)
            letters, failures = {}, []
        if isinstance(one, Letter):
            letters[number] = one
        else:
            failures.append(one)
        last = row.number
    if letters or failures:
        yield Group(list(letters.values()), failures, last)


def problem_head() -> str:
    """The head of the column that says why a row was not imported."""
    return _("why it was not imported")


@cache
def problem_heads() -> frozenset[str]:
    """That head in every language: a mended file that comes back has one already."""
    heads = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            heads.append(problem_head())
    return frozenset(heads)


def failed_columns(columns: Iterable[str]) -> list[str]:
    """The heads of a file of failed rows: those of the file itself, and the reason."""
    return [*(name for name in columns if name not in problem_heads()), problem_head()]


def cells_of(failure: Failure) -> dict[str, str]:
    """The cells of a failed row as they stood in the file."""
    return {name: cell_text(cell) for name, cell in failure.row.values.items() if name not in problem_heads()}


def as_written(number: int, reason: str, cells: Mapping[str, str]) -> dict[str, str]:
    """A failed row as it goes back to the person who mends it."""
    return {**cells, problem_head(): _("row %(number)d: %(reason)s") % {"number": number, "reason": reason}}


def _allowed(one: Letter | Failure, by: By) -> Letter | Failure:
    if isinstance(one, Failure) or by.user is None or access.may(by.user, Verb.IMPORT, one.new.site.pk):
        return one
    return Failure(one.row, _("You have no right to import at %(site)s.") % {"site": one.new.site})


def _write(letters: Sequence[Letter], recipe: Recipe, by: By) -> _Sorted:
    with transaction.atomic():
        found = _sort(letters, recipe, lock=True)
        people = recognise_all([(letter.new.person, letter.new.site.pk) for letter in found.new])
        changes = [_opened(letter, by, person) for letter, person in zip(found.new, people, strict=True)]
        for case, letter in found.late:
            change = Change(case, at=by.at, actor=by.user)
            change.quiet = True
            _answer(change, letter)
            changes.append(change)
        timeline.write(changes)
    found.opened = [change.case.pk for change in changes if change.new]
    return found


def _sort(letters: Sequence[Letter], recipe: Recipe, *, lock: bool) -> _Sorted:
    found = _Sorted()
    numbers = [letter.new.external_number for letter in letters]
    known = queries.by_outside_number(recipe.source, numbers, lock=lock)
    late: list[tuple[Case, Letter]] = []
    for letter in letters:
        case = known.get(letter.new.external_number)
        if case is None:
            found.new.append(letter)
        elif not _same(case, letter):
            found.failures.append(Failure(letter.row, _other(case)))
        elif letter.answered and case.status in OPEN:
            late.append((case, letter))
        else:
            found.known += 1
    _sort_late(found, late)
    return found


def _same(case: Case, letter: Letter) -> bool:
    at = letter.new.received_at
    return at is None or abs((case.received_at - at).total_seconds()) < _SAME_MINUTE


def _other(case: Case) -> str:
    text = _(
        "The outside number belongs to case %(number)s, which was received at another time. "
        "If the file comes from another system, import it with a source of its own."
    )
    return text % {"number": case.number}


def _sort_late(found: _Sorted, late: Sequence[tuple[Case, Letter]]) -> None:
    """Replies to open cases: new ones, those noted by an earlier import, and those that history has overtaken."""
    noted, last = _noted([case.pk for case, _letter in late]), _last_events([case.pk for case, _letter in late])
    for case, letter in late:
        if letter.replied_at is None and (case.pk, letter.reply) in noted:
            found.known += 1
        elif letter.replied_at is not None and letter.replied_at < last[case.pk]:
            reason = _("Case %(number)s was worked on after this reply; enter the reply there by hand.")
            found.failures.append(Failure(letter.row, reason % {"number": case.number}))
        else:
            found.late.append((case, letter))


def _noted(cases: list[int]) -> set[tuple[int, str]]:
    return set(Message.objects.filter(case__in=cases, public=False).values_list("case_id", "text")) if cases else set()


def _last_events(cases: list[int]) -> dict[int, datetime]:
    """When something was done for these cases; missed deadlines are noted at their own times and don't count."""
    done = CaseEvent.objects.filter(case__in=cases).exclude(kind=EventKind.NOTED).order_by()
    return dict(done.values("case_id").annotate(last=Max("at")).values_list("case_id", "last")) if cases else {}


def _opened(letter: Letter, by: By, customer: Customer | None) -> Change:
    change = intake.draft(letter.new, by, customer)
    change.quiet = True
    tier.given_with(change, letter.new.person.tier)
    if letter.answered:
        _answer(change, letter)
    return change


def _answer(change: Change, letter: Letter) -> None:
    """A reply at its own time ends the case then; without a time it is kept among colleagues and the case stays open.

    Who took the case is not in the file, so nobody is made its owner.
    """
    at = letter.replied_at
    if at is None:
        change.add(EventKind.NOTED, {"what": "note"}, words={"text": letter.reply}, topic="cases")
        return
    if change.now.status == Status.RECEIVED:
        change.add(EventKind.ACCEPTED, {"by": None}, at=at)
    change.add(EventKind.RESOLVED, {}, at=at)
    if letter.reply:
        # After the end, so that no clock for a further word starts and stops in the same instant.
        change.add(EventKind.ANSWERED, {"public": True}, words={"text": letter.reply}, public={"text"}, at=at)
