"""The tiers of customers: a list that a manager edits. A tier says how a house keeps in touch with somebody; how urgent
a case is, and by when it is answered, never depends on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.org.editing import new_code, said
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area
from huiyin.org.reference import Reference

from .models import Tier, Tone

TONES = Tone.choices
MOST, MOST_NAME, LAST = 20, 20, 99


@dataclass(frozen=True)
class TierValues:
    """What can be changed of a tier. `position`: smaller numbers stand first."""

    name: str
    name_en: str = ""
    position: int = 0
    tone: str = Tone.PLAIN.value
    active: bool = True


def _load() -> dict[int, Tier]:
    return {row.pk: row for row in Tier.objects.order_by("position", "name", "pk")}


_tiers = Reference(_load)


def every() -> list[Tier]:
    """All of them in their order, those out of use too."""
    return list(_tiers.get().values())


def offered() -> list[Tier]:
    """Those in use."""
    return [row for row in every() if row.active]


def of(tier_id: int | None) -> Tier | None:
    """The tier with this id, without a question; None for none."""
    return _tiers.get().get(tier_id) if tier_id is not None else None


def find(wanted: str) -> Tier | None:
    """By code, or by its name in either language."""
    given = wanted.strip().casefold()
    return next(
        (row for row in every() if given in (one.casefold() for one in (row.code, row.name, row.name_en))), None
    )


def by_code(code: str) -> Tier:
    """The tier with this very code, or `Tier.DoesNotExist`."""
    found = next((row for row in every() if row.code == code), None)
    if found is None:
        raise Tier.DoesNotExist
    return found


def values_of(row: Tier) -> TierValues:
    """The values of a tier as it is."""
    return TierValues(row.name, row.name_en, row.position, row.tone, row.active)


@transaction.atomic
def add(code: str, values: TierValues, by: Editor) -> Tier:
    """Add a tier."""
    begin(by)
    if len(every()) >= MOST:
        raise BadSetting("", _("There can be %(most)d tiers: change one that is out of use.") % {"most": MOST})
    code = new_code(code, (row.code for row in every()))
    values = _checked(values, code)
    made = Tier.objects.create(code=code, **vars(values))
    record(Area.TIERS, code, None, values, by)
    return made


@transaction.atomic
def change(code: str, values: TierValues, by: Editor) -> None:
    """Rename a tier, move it, colour it, take it out of use or back. Customers keep one that is out of use."""
    begin(by)
    row = by_code(code)
    before = values_of(row)
    same(by, before)
    values = _checked(values, code)
    Tier.objects.filter(pk=row.pk).update(**vars(values))
    record(Area.TIERS, code, before, values, by)


def _checked(values: TierValues, code: str) -> TierValues:
    if values.tone not in Tone.values:
        raise BadSetting("tone", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Tone.values)})
    if not 0 <= values.position <= LAST:
        raise BadSetting("position", _("Give a number from 0 to %(most)d.") % {"most": LAST})
    name = said("name", values.name, MOST_NAME)
    if any(row.code != code and row.name.casefold() == name.casefold() for row in every()):
        raise BadSetting("name", _("There is a tier of this name already."))
    name_en = values.name_en.strip()
    if len(name_en) > MOST_NAME:
        raise BadSetting("name_en", _("At most %(most)d characters.") % {"most": MOST_NAME})
    return replace(values, name=name, name_en=name_en)
