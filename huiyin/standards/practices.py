"""Work standards: how each step of the work is done here. Read beside the step itself, as a table, and by programs;
edited in the settings. A few dozen rows at most, kept in each process until somebody changes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.cases import categories
from huiyin.cases import queries as cases
from huiyin.cases.models import Category
from huiyin.org import reference
from huiyin.org.access import Verb
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area
from huiyin.org.reference import Reference

from . import queries
from .models import Level, Step, WorkStandard

STEPS = Step.choices
STEP_OF: Mapping[Verb, Step] = {
    Verb.CREATE: Step.TAKE_IN,
    Verb.ACCEPT: Step.ACCEPT,
    Verb.HAND_OVER: Step.HAND_OVER,
    Verb.ARRIVE: Step.ON_SITE,
    Verb.CONTAIN: Step.ON_SITE,
    Verb.REPLY: Step.REPLY,
    Verb.ANSWER: Step.INFORM,
    Verb.PHONE: Step.INFORM,
    Verb.EXTEND: Step.INFORM,
    Verb.COMMIT: Step.PROMISE,
    Verb.PROMISE: Step.PROMISE,
    Verb.REMEDY: Step.MAKE_GOOD,
    Verb.DELIVER: Step.MAKE_GOOD,
    Verb.RESOLVE: Step.RESOLVE,
    Verb.DECLINE: Step.REFUSE,
    Verb.REFUSE: Step.REFUSE,
    Verb.PROPOSE_REFUSAL: Step.REFUSE,
    Verb.VISIT: Step.VISIT,
}
"""To which step a verb belongs."""
MOST, MOST_ROWS, MOST_MINUTES = 600, 200, 60 * 24 * 60
MOST_EVIDENCE = 300
_ORDER = {code: place for place, code in enumerate(Step.values)}
_TEXTS = {"behaviour": MOST, "saying": MOST, "evidence": MOST_EVIDENCE}


@dataclass(frozen=True)
class Values:
    """What can be changed of a standard. `category`: a code, empty for all cases."""

    step: str
    behaviour: str
    category: str = ""
    behaviour_en: str = ""
    saying: str = ""
    saying_en: str = ""
    minutes: int | None = None
    evidence: str = ""
    evidence_en: str = ""
    active: bool = True


@dataclass(frozen=True)
class Shown:
    """A standard in the reader's language, or in the one that it has: points, one a line."""

    row: WorkStandard
    behaviour: Sequence[str]
    saying: Sequence[str]
    evidence: str


def _load() -> tuple[WorkStandard, ...]:
    rows = WorkStandard.objects.select_related("category").order_by("pk")
    return tuple(sorted(rows, key=lambda row: (_ORDER.get(row.step, len(_ORDER)), row.category_id or 0)))


_rows = Reference(_load)


def every() -> tuple[WorkStandard, ...]:
    """All of them, those out of use too, in the order of the work."""
    return _rows.get()


def find(pk: int) -> WorkStandard:
    """The one with this id, or `WorkStandard.DoesNotExist`."""
    found = next((row for row in every() if row.pk == pk), None)
    if found is None:
        raise WorkStandard.DoesNotExist
    return found


def table() -> list[Shown]:
    """Those in use, as the staff reads them."""
    return [shown(row) for row in every() if row.active]


def beside(verb: Verb, category: Category | None) -> Shown | None:
    """The standard for what somebody is about to do: that of the nearest category that has one, else that of all."""
    step = STEP_OF.get(verb)
    fitting = {row.category_id: row for row in every() if row.active and row.step == step}
    above = cases.categories().line(category) if category else []
    for pk in (*(one.pk for one in reversed(above)), None):
        if pk in fitting:
            return shown(fitting[pk])
    return None


def shown(row: WorkStandard) -> Shown:
    """A row as it is read."""
    english = (translation.get_language() or "").startswith("en")

    def text(name: str) -> str:
        zh, en = getattr(row, name), getattr(row, f"{name}_en")
        return str((en or zh) if english else (zh or en))

    return Shown(row, text("behaviour").splitlines(), text("saying").splitlines(), text("evidence"))


def values_of(row: WorkStandard) -> Values:
    """The values of a standard as it is."""
    plain = {name: getattr(row, name) for name in Values.__dataclass_fields__ if name != "category"}
    return Values(**plain, category=row.category.code if row.category else "")


@transaction.atomic
def add(values: Values, by: Editor) -> WorkStandard:
    """Add a standard. Raises `BadSetting`."""
    begin(by)
    if len(every()) >= MOST_ROWS:
        raise BadSetting("", _("There are %(most)d already; change one that nobody uses.") % {"most": MOST_ROWS})
    values = checked(values)
    made = WorkStandard.objects.create(**_stored(values))
    record(Area.PRACTICES, str(made.pk), None, values, by)
    return made


@transaction.atomic
def change(pk: int, values: Values, by: Editor) -> None:
    """Change a standard, or take it out of use. Raises `BadSetting`."""
    begin(by)
    before = values_of(find(pk))
    same(by, before)
    values = checked(values, pk)
    WorkStandard.objects.filter(pk=pk).update(**_stored(values))
    record(Area.PRACTICES, str(pk), before, values, by)


def checked(values: Values, pk: int | None = None) -> Values:
    """The values as they are kept. Raises `BadSetting`: also for words that the house doesn't send."""
    if values.step not in Step.values:
        raise BadSetting("step", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Step.values)})
    texts = {f"{name}{tail}": most for name, most in _TEXTS.items() for tail in ("", "_en")}
    values = Values(**{**vars(values), **{name: _lines(getattr(values, name)) for name in texts}})
    for name, most in texts.items():
        if len(getattr(values, name)) > most:
            raise BadSetting(name, _("At most %(most)d letters.") % {"most": most})
    if not (values.behaviour or values.behaviour_en):
        raise BadSetting("behaviour", _("Write it in one language at least."))
    for name in ("saying", "saying_en"):
        if found := [one for one in queries.check(getattr(values, name)) if one.level == Level.BLOCK]:
            raise BadSetting(name, _("“%(said)s” is not sent to customers.") % {"said": found[0].said})
    if values.minutes is not None and not 0 < values.minutes <= MOST_MINUTES:
        raise BadSetting("minutes", _("From 1 to %(most)d minutes.") % {"most": MOST_MINUTES})
    category = categories.known(values.category).pk if values.category else None
    if any((row.step, row.category_id) == (values.step, category) and row.pk != pk for row in every()):
        raise BadSetting("step", _("This step has a standard already: change that one."))
    return values


def _lines(text: str) -> str:
    return "\n".join(line for one in text.splitlines() if (line := one.strip()))


def _stored(values: Values) -> dict[str, object]:
    category = categories.known(values.category) if values.category else None
    return {**vars(values), "category": category}


def furnish(rows: Iterable[Mapping[str, str]]) -> int:
    """Add standards of a pack that were never loaded, by their `origin`; how many. What somebody has changed stays."""
    there = {row.origin for row in every()} | {row.step for row in every() if row.category_id is None}
    made = [
        WorkStandard(
            **{name: row[name].replace(" | ", "\n") for name in row if name != "minutes"},
            minutes=int(row["minutes"]) if row["minutes"] else None,
        )
        for row in rows
        if row["origin"] not in there and row["step"] not in there
    ]
    WorkStandard.objects.bulk_create(made)
    if made:
        reference.changed()
    return len(made)
