"""What is edited of the register of outside bodies. One that a refusal may name is never removed, only taken out of
use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.org import queries as org
from huiyin.org import reference
from huiyin.org.editing import said
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area, Site

from . import outside
from .lists import categories
from .outside_models import OutsideBody, Sort

MOST_ROWS, MOST_DAYS = 300, 3660
MOST = {"name": 80, "name_en": 80, "phone": 40, "address": 200, "web": 200, "hours": 80, "note": 300, "source": 300}
"""So many characters."""
SOURCES = {
    "public": gettext_noop("Public number of the whole country; whether it takes up a matter is for it to say"),
    "example": gettext_noop(
        "An example: put in name, phone and hours of your own neighbourhood, then take it into use"
    ),
}
_WEB = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class BodyValues:
    """What can be changed of an outside body. `sites` and `categories`: codes, a line each; `said_on`: ISO."""

    sort: str
    name: str
    sites: str
    source: str
    said_on: str
    name_en: str = ""
    categories: str = ""
    phone: str = ""
    address: str = ""
    web: str = ""
    hours: str = ""
    days: int | None = None
    note: str = ""
    active: bool = True


def values_of(row: OutsideBody) -> BodyValues:
    """The values of an outside body as it is."""
    plain = {name: getattr(row, name) for name in ("sort", "categories", "days", "active", *MOST)}
    return BodyValues(**plain, sites="\n".join(site_codes(row)), said_on=row.said_on.isoformat())


def site_codes(row: OutsideBody) -> list[str]:
    """The sites that it serves, the widest first."""
    known = org.organisation().sites
    return [site.code for site in sorted(row.sites.all(), key=lambda one: list(known).index(one.pk))]


@transaction.atomic
def add(values: BodyValues, by: Editor) -> OutsideBody:
    """Add one."""
    begin(by)
    if len(outside.every()) >= MOST_ROWS:
        raise BadSetting("", _("There are %(most)d already; change one that nobody uses.") % {"most": MOST_ROWS})
    values = _checked(values)
    made = OutsideBody.objects.create(**_row(values))
    made.sites.set(_sites(values))
    record(Area.OUTSIDE, str(made.pk), None, values, by)
    return made


@transaction.atomic
def change(pk: int, values: BodyValues, by: Editor) -> None:
    """Change one, take it out of use or back. Refusals keep what they said."""
    begin(by)
    before = values_of(outside.named(pk))
    same(by, before)
    values = _checked(values)
    OutsideBody.objects.filter(pk=pk).update(**_row(values))
    OutsideBody(pk=pk).sites.set(_sites(values))
    record(Area.OUTSIDE, str(pk), before, values, by)


def furnish(rows: Iterable[Mapping[str, str]], site: Site) -> int:
    """Add examples of the tables for the whole company that were never there; how many. Those that are to be put
    right first are out of use."""
    known = set(OutsideBody.objects.exclude(origin="").values_list("origin", flat=True))
    new = [row for row in rows if row["origin"] not in known]
    for row in OutsideBody.objects.bulk_create(map(_example, new)):
        row.sites.add(site.pk)
    if new:
        reference.changed()
    return len(new)


def _example(row: Mapping[str, str]) -> OutsideBody:
    plain = {name: row[name] for name in ("origin", "sort", "categories", *MOST)} | {"source": SOURCES[row["source"]]}
    days = int(row["days"]) if row["days"] else None
    active, said_on = row["active"] == "yes", date.fromisoformat(row["said_on"])
    return OutsideBody(**plain, days=days, active=active, said_on=said_on)


def _row(values: BodyValues) -> dict[str, object]:
    plain = {name: value for name, value in vars(values).items() if name != "sites"}
    return plain | {"said_on": date.fromisoformat(values.said_on)}


def _sites(values: BodyValues) -> list[int]:
    """Their keys."""
    codes = values.sites.split("\n")
    return [site.pk for site in org.organisation().sites.values() if site.code in codes]


def _checked(values: BodyValues) -> BodyValues:
    if values.sort not in Sort.values:
        raise BadSetting("sort", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Sort.values)})
    if values.days is not None and not 1 <= values.days <= MOST_DAYS:
        raise BadSetting("days", _("From %(least)d to %(most)d.") % {"least": 1, "most": MOST_DAYS})
    texts = {name: getattr(values, name).strip() for name in MOST}
    for name, text in texts.items():
        if len(text) > MOST[name]:
            raise BadSetting(name, _("At most %(most)d characters.") % {"most": MOST[name]})
    for name in ("name", "source"):
        said(name, texts[name], MOST[name])
    if not (texts["phone"] or texts["address"] or texts["web"]):
        raise BadSetting("phone", _("Say how to reach them: phone, address or page."))
    _web(texts["web"])
    texts |= {"sites": _places(values.sites), "categories": _branches(values.categories)}
    return replace(values, **texts, said_on=_day(values.said_on))


def _web(text: str) -> None:
    try:
        if text:
            _WEB(text)
    except ValidationError as error:
        raise BadSetting("web", _("Give an address that begins with https://.")) from error


def _codes(text: str) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in text.split("\n") if one.strip()))


def _places(text: str) -> str:
    codes = _codes(text)
    if not codes:
        raise BadSetting("sites", _("Choose one site at least."))
    if wrong := [one for one in codes if org.organisation().site(one) is None]:
        raise BadSetting("sites", _("There are no such sites: %(codes)s.") % {"codes": ", ".join(wrong)})
    return "\n".join(codes)


def _branches(text: str) -> str:
    codes = _codes(text)
    if wrong := [one for one in codes if one not in categories().by_code]:
        raise BadSetting("categories", _("There are no such categories: %(codes)s.") % {"codes": ", ".join(wrong)})
    return "\n".join(codes)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadSetting("said_on", _("Give a day like 2026-03-31.")) from error
