"""What customers read before they speak: where to find somebody, and what they get when something went wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.cases.actions import clean
from huiyin.org import queries as org
from huiyin.org import reference
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area, Site
from huiyin.org.reference import Reference

from .models import Sheet

MARK = "|"
MOST_OFFICE, MOST_MEASURES, MOST_LINES = 300, 4000, 30


@dataclass(frozen=True)
class SheetValues:
    """What can be changed: each text in Chinese and in English; an empty English one is told in Chinese."""

    office: str = ""
    office_en: str = ""
    measures: str = ""
    measures_en: str = ""

    @property
    def anything(self) -> bool:
        """Does it say anything at all?"""
        return any((self.office, self.office_en, self.measures, self.measures_en))


class Measure(NamedTuple):
    """A line of the table: what went wrong, and what the customer gets."""

    wrong: str
    gets: str


@dataclass(frozen=True)
class Shown:
    """A sheet in the reader's language."""

    office: str
    measures: list[Measure]


def _load() -> dict[int, SheetValues]:
    return {row.site_id: SheetValues(row.office, row.office_en, row.measures, row.measures_en) for row in _rows()}


def _rows() -> list[Sheet]:
    return list(Sheet.objects.all())


_sheets = Reference(_load)


def own(site: Site) -> SheetValues | None:
    """The sheet that this very site has, if any."""
    return _sheets.get().get(site.pk)


def above(site: Site) -> Site | None:
    """The nearest site, this one or above it, that has a sheet: the one that holds here."""
    organisation, pk = org.organisation(), site.pk
    known = _sheets.get()
    while pk not in known:
        parent = organisation.sites[pk].parent_id
        if parent is None:
            return None
        pk = parent
    return organisation.sites[pk]


def shown(site: Site) -> Shown:
    """What holds at a site, in the reader's language."""
    holder = above(site)
    values = (own(holder) if holder else None) or SheetValues()
    english = (translation.get_language() or "").startswith("en")
    office = (values.office_en if english else "") or values.office or values.office_en
    measures = (values.measures_en if english else "") or values.measures or values.measures_en
    return Shown(office, lines(measures))


def lines(text: str) -> list[Measure]:
    """The table that a text says. Raises `BadSetting` for a line without its mark."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        wrong, mark, gets = (part.strip() for part in line.replace("\uff5c", MARK).partition(MARK))
        if not (wrong and mark and gets):
            raise BadSetting(
                "measures",
                _("“%(line)s” needs a | between what went wrong and what the customer gets.") % {"line": line},
            )
        found.append(Measure(wrong, gets))
    return found


@transaction.atomic
def change(code: str, values: SheetValues, by: Editor) -> None:
    """Set the sheet of a site; emptied altogether, the one above holds again."""
    begin(by)
    site = org.organisation().site(code)
    if site is None:
        raise Site.DoesNotExist
    before = own(site) or SheetValues()
    same(by, before)
    values = _checked(values)
    if values.anything:
        row = {"office": values.office, "office_en": values.office_en}
        row |= {"measures": values.measures, "measures_en": values.measures_en}
        Sheet.objects.update_or_create(site=site, defaults=row)
    else:
        Sheet.objects.filter(site=site).delete()
    record(Area.SHEETS, site.code, before, values, by)


def _checked(values: SheetValues) -> SheetValues:
    values = replace(values, **{name: clean(text) for name, text in vars(values).items()})
    for name, most in (("office", MOST_OFFICE), ("measures", MOST_MEASURES)):
        for field in (name, f"{name}_en"):
            if len(getattr(values, field)) > most:
                raise BadSetting(field, _("At most %(most)d characters.") % {"most": most})
    for field in ("measures", "measures_en"):
        try:
            table = lines(getattr(values, field))
        except BadSetting as error:
            raise BadSetting(field, error.text) from error
        if len(table) > MOST_LINES:
            raise BadSetting(field, _("At most %(most)d lines.") % {"most": MOST_LINES})
    return values


def furnish(site: Site, values: SheetValues) -> int:
    """What a pack brings along, where no site has a sheet yet; whether it was added."""
    if Sheet.objects.exists() or not values.anything:
        return 0
    Sheet.objects.create(site=site, **vars(values))
    reference.changed()
    return 1
