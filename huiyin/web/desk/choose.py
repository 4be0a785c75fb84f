"""What a list shows, in what order and with which columns: read from an address, and offered for choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases import expecting, lists, words
from huiyin.cases import queries as cases
from huiyin.cases.filters import NOBODY, PARAMETERS, Filter
from huiyin.cases.listing import Sort
from huiyin.cases.severity import Severity
from huiyin.cases.workflow import Status
from huiyin.org import queries as org

from . import people
from .reach import sites_of

if TYPE_CHECKING:
    from huiyin.org.models import User

COLUMNS: Mapping[str, str | Promise] = {
    "site": _("Site and place"),
    "customer": _("Customer"),
    "category": _("Category"),
    "department": _("Department"),
    "handler": _("Handler"),
    "owner": _("Owner"),
    "last_word": _("Last word"),
    "tags": _("Tags"),
    "received": _("Received"),
    "changed": _("Last change"),
    "channel": _("Channel"),
    "number": _("Receipt number"),
}
"""What a row can tell besides subject, severity, ring and clock; in this order."""
USUAL = ("site", "customer", "department", "handler", "tags")
ORDER = ("sort", "col")
PEOPLE = ("owner", "handler")
"""Parameters that name a person."""
_LONGEST = 200


@dataclass(frozen=True)
class Chosen:
    """A list as an address asks for it."""

    params: Mapping[str, str]
    """The address without what is empty or unknown; columns with commas between them."""
    wanted: Filter
    sort: str
    columns: tuple[str, ...]

    @property
    def filtered(self) -> bool:
        """Is anything narrowed?"""
        return bool(self.params.keys() & set(PARAMETERS))


def params_of(asked: QueryDict, user: User) -> dict[str, str]:
    """What of an address is about a list; a column each, or all in one with commas; people by their keys, if `user`
    knows anybody by that name."""
    found = {name: asked.get(name, "").strip()[:_LONGEST] for name in (*PARAMETERS, "sort")}
    if any(found[name] for name in PEOPLE):
        codes = people.codes(user)
        found |= {name: codes.get(found[name].casefold(), found[name]) for name in PEOPLE}
    found["col"] = ",".join(one for value in asked.getlist("col") for one in value.split(",") if one in COLUMNS)
    return {name: value.replace("\0", "") for name, value in found.items() if value}


def chosen(params: Mapping[str, str], user: User, now: datetime, base: Mapping[str, str] | None = None) -> Chosen:
    """What these parameters ask, within a list that has some already; what they can't mean is ignored."""
    wanted = Filter.from_params({**params, **(base or {})}, me=user.pk, now=now)
    sort = params.get("sort", "")
    names = params.get("col", "").split(",")
    columns = tuple(name for name in COLUMNS if name in names)
    return Chosen(params, wanted, sort if sort in Sort.values else Sort.NEWEST, columns or USUAL)


Options = Sequence[tuple[str, object]]


@dataclass(frozen=True)
class Choice:
    """A select of the filter, or a field of another `kind`: search, date, or people (a text with suggestions)."""

    name: str
    label: str
    every: str
    options: Sequence[tuple[str, object, bool]] = ()
    kind: str = "select"
    value: str = ""

    @property
    def said(self) -> str:
        """What is chosen, in words."""
        return next((str(label).strip() for _code, label, marked in self.options if marked), self.value)

    @property
    def wrong(self) -> bool:
        """Is it a name that nobody has?"""
        return (
            self.kind == "people"
            and bool(self.value)
            and not self.value.isdigit()
            and not any(marked for *_rest, marked in self.options)
        )


def choices(one: Chosen, user: User, base: Mapping[str, str]) -> list[Choice]:
    """What can be chosen here; what the list has fixed and what has one value only is left out."""
    sites = [(site.code, site.name) for site in sites_of(user)]
    departments = [(d.code, d.name) for d in org.organisation().departments.values() if d.active]
    ages = [
        ("1d", gettext("a day")),
        ("3d", gettext("three days")),
        ("1w", gettext("a week")),
        ("4w", gettext("a month")),
    ]
    severities = [(code, label) for code, label in Severity.choices]
    rows: list[tuple[str, str, str, Options]] = [
        ("open", gettext("Open"), gettext("Open and ended"), [("1", gettext("Only open ones"))]),
        ("status", gettext("Status"), gettext("Every status"), [(s.value, words.status(s)) for s in Status]),
        ("severity", gettext("Severity"), gettext("Every severity"), severities),
        ("site", gettext("Site"), gettext("Every site"), sites if len(sites) > 1 else []),
        ("category", gettext("Category"), gettext("Every category"), _categories()),
        ("kind", gettext("Kind"), gettext("Every kind"), cases.KINDS),
        ("channel", gettext("Channel"), gettext("Every channel"), cases.CHANNELS),
        ("tag", gettext("Tag"), gettext("With and without tags"), [(name, name) for name in lists.tags_offered()]),
        ("department", gettext("Department"), gettext("Every department"), departments),
        ("overridden", gettext("Set by hand"), gettext("Set by hand or not"), [("1", gettext("Only set by hand"))]),
        ("expectation", gettext("Expectation"), gettext("Whatever was expected"), expecting.KINDS),
        ("handovers", gettext("Handed over"), gettext("Any number of times"), _hand_overs(one)),
        ("older", gettext("Older than"), gettext("Any age"), ages),
        ("newer", gettext("Newer than"), gettext("Any age"), ages),
    ]
    value = one.params.get
    found = [
        Choice(name, label, every, [(code, text, value(name) == code) for code, text in options])
        for name, label, every, options in rows
        if options and name not in base
    ]
    found += _people(one, user, base)
    dates = (("since", gettext("Received from")), ("until", gettext("Received until")))
    found += [Choice(name, label, "", kind="date", value=value(name, "")) for name, label in dates]
    return [*found, Choice("q", gettext("Words in it"), "", kind="search", value=value("q", ""))]


def _hand_overs(one: Chosen) -> Options:
    """How often at least; what was asked by words stands there too."""
    offered = sorted({2, 3, one.wanted.hand_overs} - {0})
    return [(str(times), gettext("Handed over %(count)d times or more") % {"count": times}) for times in offered]


def _people(one: Chosen, user: User, base: Mapping[str, str]) -> list[Choice]:
    rows = (
        ("handler", gettext("Handler"), gettext("Every handler")),
        ("owner", gettext("Owner"), gettext("Every owner")),
    )
    known = people.known(user) if any(name not in base for name, *_rest in rows) else []
    found = []
    for name, label, every in rows:
        value = one.params.get(name, "")
        options = [(code, text, code == value) for code, text in known if (name, code) != ("owner", NOBODY)]
        if name not in base:
            found.append(Choice(name, label, every, options, "people", value))
    return found


def _categories() -> Options:
    """All levels, each under the one above it."""
    known, found = lists.categories(), list[tuple[str, object]]()

    def under(above: int | None, depth: int) -> None:
        for one in known.by_id.values():
            if one.parent_id == above and one.active:
                found.append((one.code, "\u3000" * depth + str(one)))
                under(one.pk, depth + 1)

    under(None, 0)
    return found


def sorts(one: Chosen) -> list[tuple[str, object, bool]]:
    """The orders, and which is chosen."""
    return [(code, label, code == one.sort) for code, label in Sort.choices]


def columns(one: Chosen) -> list[tuple[str, object, bool]]:
    """The columns, and which are shown."""
    return [(code, label, code in one.columns) for code, label in COLUMNS.items()]
