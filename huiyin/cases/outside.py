"""Whom a customer may turn to outside: the bodies of the register that fit a case, and how a refusal names them.

They are few and kept in memory. What was told stays as it was told: a refusal keeps the words, the ids and the last
day, whatever becomes of the row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.org.queries import organisation
from huiyin.org.reference import Reference

from .given import BadInput
from .lists import categories
from .models import Case
from .outside_models import OutsideBody, Sort

SORTS = Sort.choices
PART = "outside"
"""The part of a refusal's words that names them."""
MOST = 5
"""So many are named in one refusal."""
_ORDER = {code: place for place, code in enumerate(Sort.values)}
_BLANK = re.compile(r"[{｛]\s?(?:mediator|调解机构)\s?[}｝]", re.IGNORECASE)
_CHINESE = re.compile("[\u4e00-\u9fff]")


def _load() -> Mapping[int, OutsideBody]:
    rows = sorted(
        OutsideBody.objects.prefetch_related("sites").order_by("pk"), key=lambda row: _ORDER.get(row.sort, len(_ORDER))
    )
    return {row.pk: row for row in rows}


_bodies = Reference(_load)


def every() -> list[OutsideBody]:
    """All of them, the gentlest way first, those out of use too."""
    return list(_bodies.get().values())


def named(pk: int) -> OutsideBody:
    """The one with this id, or `OutsideBody.DoesNotExist`."""
    found = _bodies.get().get(pk)
    if found is None:
        raise OutsideBody.DoesNotExist
    return found


def fitting(case: Case) -> list[OutsideBody]:
    """Those in use that serve the site of a case and its category. A case without one has those for everything."""
    known = organisation()
    line = set()
    if case.category_id is not None:
        line = {one.code for one in categories().line(categories().by_id[case.category_id])}
    return [
        row
        for row in every()
        if row.active
        and any(case.site_id in known.below(site.pk) for site in row.sites.all())
        and (not row.categories or not line.isdisjoint(row.categories.split("\n")))
    ]


def chosen(case: Case, ids: Collection[int]) -> list[OutsideBody]:
    """Those with these ids, in their order. Raises `BadInput` for what isn't offered for the case."""
    offered = {row.pk: row for row in fitting(case)}
    if wrong := [str(pk) for pk in ids if pk not in offered]:
        raise BadInput(
            PART, _("These outside bodies are not offered for this case: %(ids)s.") % {"ids": ", ".join(wrong)}
        )
    if len(set(ids)) > MOST:
        raise BadInput(PART, _("Name at most %(most)d.") % {"most": MOST})
    return [row for pk, row in offered.items() if pk in ids]


def until(row: OutsideBody, case: Case, at: datetime) -> date | None:
    """The last day on which the customer can turn to them, counted from `at` at the site of the case."""
    if row.days is None:
        return None
    return at.astimezone(ZoneInfo(case.site.time_zone)).date() + timedelta(days=row.days)


def filled(text: str, rows: Sequence[OutsideBody]) -> str:
    """Words with the blank for a mediator filled by the first of those that were chosen."""
    if not rows or not _BLANK.search(text):
        return text
    with _language_of(text):
        return _BLANK.sub(lambda _match: told(rows[0]), text)


def told(row: OutsideBody) -> str:
    """A name with its phone, unless that is its name."""
    name = str(row)
    return _("%(name)s (phone %(phone)s)") % {"name": name, "phone": row.phone} if row.phone not in name else name


def words(rows: Sequence[OutsideBody], case: Case, at: datetime, like: str) -> str:
    """What the customer reads of them, a line each, in the language of `like`."""
    with _language_of(like):
        return "\n".join(_line(row, until(row, case, at)) for row in rows)


def _line(row: OutsideBody, last: date | None) -> str:
    parts = [told(row)]
    if row.address:
        parts.append(row.address)
    if last is not None:
        parts.append(_("until %(day)s") % {"day": last.isoformat()})
    return _(", ").join(parts)


def facts(rows: Sequence[OutsideBody], case: Case, at: datetime) -> dict[str, Any]:
    """What a refusal keeps of them; nothing where none was chosen."""
    found = []
    for row in rows:
        last = until(row, case, at)
        found.append({"body": row.pk} | ({"until": last.isoformat()} if last else {}))
    return {PART: found} if found else {}


def names(ids: Collection[int]) -> list[str]:
    """What these are called, those that are gone left out."""
    known = _bodies.get()
    return [str(known[pk]) for pk in ids if pk in known]


def _language_of(text: str) -> Any:
    return translation.override("zh-hans" if _CHINESE.search(text) else "en")
