"""What is edited of failures: their types, and how bad one can be. Both are lists of a house, never removed from: what
cases name stays readable when it is out of use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import queries as cases
from huiyin.org.editing import new_code, said
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area

from . import failures
from .models import FailureType, Grade, Group

GROUPS = Group.choices
MOST_TYPES, MOST_GRADES = 200, 9
MOST_NAME, MOST_SOURCE, MOST_BASIS, MOST_GRADE = 60, 120, 300, 30


@dataclass(frozen=True)
class TypeValues:
    """What can be changed of a type. `categories`, `starts`: codes of categories or how they begin, a line each."""

    group: str
    name: str
    name_en: str = ""
    categories: str = ""
    starts: str = ""
    source: str = ""
    duty: bool = False
    basis: str = ""
    basis_en: str = ""
    active: bool = True


@dataclass(frozen=True)
class GradeValues:
    """What can be changed of how bad something is. `position`: the mildest has the smallest."""

    name: str
    name_en: str = ""
    position: int = 0
    active: bool = True


def type_by_code(code: str) -> FailureType:
    """The type with this code, or `FailureType.DoesNotExist`."""
    found = failures.find(code)
    if found is None:
        raise FailureType.DoesNotExist
    return found


def type_values(row: FailureType) -> TypeValues:
    """The values of a type as it is."""
    return TypeValues(**{name: getattr(row, name) for name in TypeValues.__dataclass_fields__})


@transaction.atomic
def add_type(code: str, values: TypeValues, by: Editor) -> FailureType:
    """Add a type of failure."""
    begin(by)
    if len(failures.every()) >= MOST_TYPES:
        raise BadSetting("", _("There are %(most)d already; change one that nobody uses.") % {"most": MOST_TYPES})
    code = new_code(code, (row.code for row in failures.every()))
    values = _checked(values, None)
    made = FailureType.objects.create(code=code, **vars(values))
    record(Area.FAILURES, code, None, values, by)
    return made


@transaction.atomic
def change_type(code: str, values: TypeValues, by: Editor) -> None:
    """Change a type, take it out of use or back. Cases that name it keep it."""
    begin(by)
    row = type_by_code(code)
    before = type_values(row)
    same(by, before)
    values = _checked(values, row)
    FailureType.objects.filter(pk=row.pk).update(**vars(values))
    record(Area.FAILURES, code, before, values, by)


def _checked(values: TypeValues, own: FailureType | None) -> TypeValues:
    if values.group not in Group.values:
        raise BadSetting("group", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Group.values)})
    name = said("name", values.name, MOST_NAME)
    most = (("name_en", MOST_NAME), ("source", MOST_SOURCE), ("basis", MOST_BASIS), ("basis_en", MOST_BASIS))
    values = replace(values, name=name, **{field: getattr(values, field).strip() for field, _most in most})
    for field, length in most:
        if len(getattr(values, field)) > length:
            raise BadSetting(field, _("At most %(most)d characters.") % {"most": length})
    if values.duty and not values.basis:
        raise BadSetting("basis", _("Say on which law or contract the duty rests."))
    there = own.categories if own else "", own.starts if own else ""
    categories, starts = _lines(values.categories), _lines(values.starts)
    for field, lines, before in zip(("categories", "starts"), (categories, starts), there, strict=True):
        _check_categories(field, [line for line in lines if line not in before.split()])
    _check_starts(starts, own)
    return replace(values, categories="\n".join(categories), starts="\n".join(starts))


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(text.split()))


def _check_categories(field: str, lines: Iterable[str]) -> None:
    """What was there already may name a category of another trade."""
    known = cases.categories().by_code
    for line in lines:
        if not any(code == line or code.startswith(f"{line}/") for code in known):
            raise BadSetting(field, _("There is no category %(code)s.") % {"code": line})


def _check_starts(starts: Sequence[str], own: FailureType | None) -> None:
    for row in failures.every():
        if own is not None and row.pk == own.pk:
            continue
        if taken := set(starts) & set(row.starts.split()):
            words = {"code": min(taken), "name": row}
            raise BadSetting("starts", _("New cases of %(code)s have “%(name)s” already.") % words)


@dataclass(frozen=True)
class Effect:
    """What other values of a type change: names of categories for which it is suggested or begins, more and fewer."""

    suggested: Sequence[str]
    no_longer: Sequence[str]
    begins: Sequence[str]
    begins_not: Sequence[str]
    duty: bool | None = None
    """The duty begins (true), ends (false), or stays."""

    @property
    def anything(self) -> bool:
        """Does anything change for cases to come?"""
        return bool(self.suggested or self.no_longer or self.begins or self.begins_not or self.duty is not None)


def effect(code: str, values: TypeValues) -> Effect:
    """What these values would change for cases to come, without changing anything. Raises `BadSetting` for values that
    can't be taken."""
    now = type_by_code(code)
    values = _checked(values, now)
    then = FailureType(pk=now.pk, code=code, **vars(values))
    rows = failures.every()
    old, new = _suggested(rows, now), _suggested([then if row.pk == now.pk else row for row in rows], then)
    started, starts = _begun(now), _begun(then)
    duty = None if now.duty == values.duty else values.duty
    return Effect(_names(new - old), _names(old - new), _names(starts - started), _names(started - starts), duty)


def _leaves() -> list[str]:
    return [leaf.code for leaf in cases.categories().leaves]


def _suggested(rows: Sequence[FailureType], mine: FailureType) -> set[str]:
    used = [row for row in rows if row.active]
    found = {code: failures.fitting(code, used) for code in _leaves()}
    return {code for code, row in found.items() if row is not None and row.pk == mine.pk}


def _begun(row: FailureType) -> set[str]:
    return {code for code in _leaves() if row.active and failures.begins(code, [row]) is not None}


def _names(codes: set[str]) -> list[str]:
    known = cases.categories().by_code
    return sorted(str(known[code]) for code in codes)


# --- how bad ---------------------------------------------------------------------------------------------------------


def grade_by_code(code: str) -> Grade:
    """The grade with this code, or `Grade.DoesNotExist`."""
    found = next((row for row in failures.grades() if row.code == code), None)
    if found is None:
        raise Grade.DoesNotExist
    return found


def grade_values(row: Grade) -> GradeValues:
    """The values of a grade as it is."""
    return GradeValues(row.name, row.name_en, row.position, row.active)


@transaction.atomic
def add_grade(code: str, values: GradeValues, by: Editor) -> Grade:
    """Add a grade."""
    begin(by)
    if len(failures.grades()) >= MOST_GRADES:
        raise BadSetting("", _("There are %(most)d already; change one that nobody uses.") % {"most": MOST_GRADES})
    code = new_code(code, (row.code for row in failures.grades()))
    if len(code) > 16:
        raise BadSetting("code", _("At most %(most)d characters.") % {"most": 16})
    values = _checked_grade(values, code)
    made = Grade.objects.create(code=code, **vars(values))
    record(Area.GRADES, code, None, values, by)
    return made


@transaction.atomic
def change_grade(code: str, values: GradeValues, by: Editor) -> None:
    """Rename a grade, move it, take it out of use or back; what was granted by it is compared by it further on."""
    begin(by)
    row = grade_by_code(code)
    before = grade_values(row)
    same(by, before)
    values = _checked_grade(values, code)
    if not values.active and not any(one.active and one.code != code for one in failures.grades()):
        raise BadSetting("active", _("One has to stay in use."))
    Grade.objects.filter(pk=row.pk).update(**vars(values))
    record(Area.GRADES, code, before, values, by)


def _checked_grade(values: GradeValues, code: str) -> GradeValues:
    name, name_en = said("name", values.name, MOST_GRADE), values.name_en.strip()
    if len(name_en) > MOST_GRADE:
        raise BadSetting("name_en", _("At most %(most)d characters.") % {"most": MOST_GRADE})
    if any(row.code != code and row.name == name for row in failures.grades()):
        raise BadSetting("name", _("There is one of this name already."))
    if not 0 <= values.position <= 99:
        raise BadSetting("position", _("Give a number from 0 to %(most)d.") % {"most": 99})
    return replace(values, name=name, name_en=name_en)
