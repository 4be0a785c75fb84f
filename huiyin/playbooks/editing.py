"""What is edited of playbooks. A changed one is a draft first; put in force it is a new version, and plans that run
keep theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from huiyin.cases import queries as cases
from huiyin.clocks import editing as calendars
from huiyin.org import reference
from huiyin.org.editing import new_code, said
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area
from huiyin.recovery import failures
from huiyin.standards import queries as standards

from . import steps
from .models import RUNNING, Phase, Plan, Playbook, PlaybookVersion
from .standing import shelf
from .steps import Difference, Step

MOST_PLAYBOOKS, MOST_NAME = 100, 60
MOST_COUNTED = 1000


@dataclass(frozen=True)
class PlaybookValues:
    """What can be changed of a playbook besides its steps. `failure`, `category`, `gravity`: codes."""

    name: str
    failure: str
    name_en: str = ""
    category: str = ""
    gravity: str = ""
    active: bool = True


def by_code(code: str) -> Playbook:
    """The playbook with this code, or `Playbook.DoesNotExist`."""
    found = shelf().by_code.get(code)
    if found is None:
        raise Playbook.DoesNotExist
    return found


def values_of(row: Playbook) -> PlaybookValues:
    """The values of a playbook as it is."""
    failure = next(one.code for one in failures.every() if one.pk == row.failure_id)
    return PlaybookValues(row.name, failure, row.name_en, row.category, row.gravity, row.active)


@transaction.atomic
def add(code: str, values: PlaybookValues, by: Editor) -> Playbook:
    """Add a playbook; it is of no use until a version of it is in force."""
    begin(by)
    if len(shelf().rows) >= MOST_PLAYBOOKS:
        raise BadSetting("", _("There are %(most)d already; change one that nobody uses.") % {"most": MOST_PLAYBOOKS})
    code = new_code(code, shelf().by_code)
    values = _checked(values, None)
    made = Playbook.objects.create(code=code, **_row(values))
    record(Area.PLAYBOOKS, code, None, values, by)
    return made


@transaction.atomic
def change(code: str, values: PlaybookValues, by: Editor) -> None:
    """Rename a playbook, say for what it is meant, take it out of use or back. Plans that run go on."""
    begin(by)
    row = by_code(code)
    before = values_of(row)
    same(by, before)
    values = _checked(values, before)
    Playbook.objects.filter(pk=row.pk).update(**_row(values))
    record(Area.PLAYBOOKS, code, before, values, by)


def _checked(values: PlaybookValues, before: PlaybookValues | None) -> PlaybookValues:
    name, name_en = said("name", values.name, MOST_NAME), values.name_en.strip()
    if len(name_en) > MOST_NAME:
        raise BadSetting("name_en", _("At most %(most)d characters.") % {"most": MOST_NAME})
    found = failures.find(values.failure)
    if found is None or (not found.active and (before is None or before.failure != values.failure)):
        raise BadSetting("failure", _("There is no such type of failure."))
    if values.category and values.category not in cases.categories().by_code:
        raise BadSetting("category", _("There is no category %(code)s.") % {"code": values.category})
    if values.gravity and values.gravity not in {row.code for row in failures.grades()}:
        choices = ", ".join(row.code for row in failures.grades())
        raise BadSetting("gravity", _("Choose one of: %(choices)s.") % {"choices": choices})
    return replace(values, name=name, name_en=name_en)


def _row(values: PlaybookValues) -> dict[str, Any]:
    failure = failures.find(values.failure)
    assert failure is not None
    return vars(values) | {"failure": failure}


# --- versions --------------------------------------------------------------------------------------------------------


def versions(row: Playbook) -> list[PlaybookVersion]:
    """All versions, the newest first."""
    return list(PlaybookVersion.objects.filter(playbook=row).select_related("made_by").order_by("-number"))


def version(row: Playbook, number: int) -> PlaybookVersion:
    """One version, or `PlaybookVersion.DoesNotExist`."""
    return PlaybookVersion.objects.select_related("made_by").get(playbook=row, number=number)


def current(row: Playbook) -> PlaybookVersion | None:
    """What is in force."""
    return shelf().force.get(row.pk)


def draft(row: Playbook) -> PlaybookVersion | None:
    """What is being prepared."""
    return PlaybookVersion.objects.filter(playbook=row, phase=Phase.DRAFT).first()


def looked_at(row: Playbook) -> dict[str, object]:
    """What the form of the steps was filled from."""
    found = draft(row) or current(row)
    return {"code": row.code, "number": found.number if found else 0, "steps": found.steps if found else []}


@transaction.atomic
def save_draft(code: str, new: Sequence[Step], by: Editor) -> PlaybookVersion:
    """Write down steps as a draft, in place of the one that is there; nothing of what is in force changes."""
    begin(by)
    row = by_code(code)
    same(by, looked_at(row))
    known = [one.code for one in calendars.calendars()]
    steps.check(new, known, [one.pk for one in standards.lexicon().phrases])
    made = draft(row) or PlaybookVersion(playbook=row, number=_next(row), phase=Phase.DRAFT)
    made.steps, made.made_at, made.made_by = steps.stored(new), by.at, by.user
    made.save()
    return made


def _next(row: Playbook) -> int:
    return (PlaybookVersion.objects.filter(playbook=row).aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def put_in_force(code: str, number: int, by: Editor) -> PlaybookVersion:
    """Let a draft hold for plans that begin from now on. An older version is taken up as a new one, so that each number
    means the same for ever."""
    begin(by)
    row = by_code(code)
    wanted, before = version(row, number), current(row)
    if wanted.phase == Phase.FORCE:
        raise BadSetting("number", _("This version is in force already."))
    if wanted.phase == Phase.PAST:
        wanted = PlaybookVersion(playbook=row, number=_next(row), steps=wanted.steps, made_by=by.user)
        wanted.made_at = by.at
    PlaybookVersion.objects.filter(playbook=row, phase=Phase.FORCE).update(phase=Phase.PAST)
    wanted.phase, wanted.from_at = Phase.FORCE, by.at
    wanted.save()
    record(Area.PLAYBOOKS, code, _told(before) if before else None, _told(wanted), by)
    reference.changed()
    return wanted


@transaction.atomic
def discard(code: str, by: Editor) -> None:
    """Throw the draft away."""
    begin(by)
    found = draft(by_code(code))
    if found is None:
        raise BadSetting("number", _("There is no draft."))
    found.delete()


def _told(found: PlaybookVersion) -> dict[str, object]:
    rows = steps.read(found.steps)
    told: dict[str, object] = {"version": found.number}
    for place, one in enumerate(rows, start=1):
        told[f"step{place}"] = f"{one.title} · {one.minutes}@{one.calendar}"
    return told


def changes(row: Playbook, found: PlaybookVersion) -> list[Difference]:
    """What differs from the version before it: for a draft from the one in force."""
    if found.phase == Phase.DRAFT:
        earlier = current(row)
    else:
        older = PlaybookVersion.objects.filter(playbook=row, number__lt=found.number).exclude(phase=Phase.DRAFT)
        earlier = older.order_by("-number").first()
    return steps.differences(steps.read(earlier.steps) if earlier else [], steps.read(found.steps))


def running(row: Playbook) -> int:
    """How many plans run by this playbook; so many at most are counted."""
    ids = PlaybookVersion.objects.filter(playbook=row).values("pk")
    return len(Plan.objects.filter(RUNNING, version__in=ids).values_list("pk", flat=True)[:MOST_COUNTED])
