"""What a row of somebody's file says, in our words: checked and ready to become a case.

A row fails as a whole, with one reason a person can act on; nothing of it is guessed or dropped in silence.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.base.tables import Row, TableError, cell_text, parse_instant
from huiyin.customers import tiers
from huiyin.customers.actions import NOT_A_PHONE, BadEmail, BadPhone, Person, to_e164, to_email
from huiyin.org import queries as org
from huiyin.org.models import Site

from . import queries
from .actions import BadInput, clean
from .heads import guess
from .intake import MOST_TEXT, NewCase, check
from .models import Category, Channel, Kind

TARGETS = {
    "external_number": "the number the case has where it comes from",
    "customer": "name or account of the customer",
    "phone": "phone number of the customer",
    "email": "e-mail address of the customer",
    "tier": "tier of the customer, by code or name",
    "subject": "what it is about, in a line",
    "text": "what the customer said",
    "received_at": "when it was received",
    "reply": "what the customer was answered",
    "replied_at": "when the answer was given",
    "place": "where it is",
    "category": "category, by code or name",
    "kind": "kind, by code or name; empty: that of --kind",
    "channel": "channel, by code or name; empty: that of --channel",
    "site": "site, by code; empty: that of --site",
}
"""What a column can be taken as."""
KINDS, CHANNELS = tuple(Kind.values), tuple(Channel.values)
MOST_SOURCE = 64
EARLIEST = 1970
"""A year before it is a spreadsheet's empty date, not a letter's."""
_PERSON = {
    "customer.name": "customer",
    "customer.outside_name": "customer",
    "customer.phone": "phone",
    "customer.email": "email",
}
_MOST = {"subject": 200, "place": 120}


class BadMapping(ValueError):
    """The columns of a file can't be taken this way; the text says what to do."""


@dataclass(frozen=True)
class Recipe:
    """How to take the rows of a file. `columns`: target → column name. `source` names the system they come from.

    `within`: ids of the sites that rows may name; None: any.
    """

    columns: Mapping[str, str]
    site: Site | None
    kind: str
    channel: str = Channel.IMPORT
    source: str = "import"
    within: frozenset[int] | None = None


@dataclass(frozen=True)
class Letter:
    """A row as a case to be, with the reply it had. A reply without a time is words that nobody knows the time of."""

    row: Row
    new: NewCase
    reply: str
    replied_at: datetime | None

    @property
    def answered(self) -> bool:
        """Does the row say anything about an answer?"""
        return bool(self.reply) or self.replied_at is not None

    def shown(self) -> dict[str, str]:
        """What it says as the case it would become, by target; times are those of the site's clocks."""
        new, zone = self.new, ZoneInfo(self.new.site.time_zone)
        fields = {
            "external_number": new.external_number,
            "site": new.site.code,
            "kind": new.kind,
            "category": new.category,
            "received_at": new.received_at and new.received_at.astimezone(zone),
            "customer": new.person.name,
            "phone": new.person.phone,
            "email": new.person.email,
            "tier": tiers.of(new.person.tier) or "",
            "place": new.place,
            "subject": new.subject,
            "text": new.text,
            "replied_at": self.replied_at and self.replied_at.astimezone(zone),
            "reply": self.reply,
        }
        return {name: str(value) for name, value in fields.items() if value}


@dataclass(frozen=True)
class Failure:
    """A row that can't be taken, and why."""

    row: Row
    reason: str


def columns_of(file: Sequence[str], wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Which column is taken as what: (target, column) pairs, or what the heads of the columns tell when there are
    none. Raises `BadMapping`."""
    pairs = list(wanted) or list(guess(file).items())
    found: dict[str, str] = {}
    for target, column in pairs:
        if target not in TARGETS:
            raise BadMapping(_("There is no target %(name)s.") % {"name": target} + _near(target, TARGETS))
        if column not in file:
            raise BadMapping(_("The file has no column %(name)s.") % {"name": column} + _near(column, file))
        if target in found:
            raise BadMapping(_("%(name)s is mapped twice.") % {"name": target})
        found[target] = column
    if not {"subject", "text"} & set(found):
        hint = _("Say which column holds the words: text=COLUMN or subject=COLUMN. The file has: %(names)s.")
        raise BadMapping(hint % {"names": ", ".join(file)})
    return found


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(name, names, n=2, cutoff=0.5)
    if close:
        return " " + _("Did you mean %(names)s?") % {"names": ", ".join(close)}
    return " " + _("There are: %(names)s.") % {"names": ", ".join(names)}


def read(row: Row, recipe: Recipe, at: datetime) -> Letter | Failure:
    """One row. `at` is now: nothing can have been received or answered after it."""
    if row.problem is not None:
        return Failure(row, _sentence(row.problem))
    try:
        return _Reader(row, recipe, at).letter()
    except BadInput as error:
        column = recipe.columns.get(_PERSON.get(error.field, error.field), "")
        return Failure(row, f"{column}: {error.text}" if column else error.text)


def _sentence(error: TableError) -> str:
    return _(error.template).format(**error.values)


class _Reader:
    """One row under its recipe. Everything raises `BadInput` with the target that is wrong."""

    def __init__(self, row: Row, recipe: Recipe, at: datetime) -> None:
        self.row, self.recipe, self.at = row, recipe, at

    def letter(self) -> Letter:
        site = self._site()
        zone = ZoneInfo(site.time_zone)
        received_at = self._instant("received_at", zone) if "received_at" in self.recipe.columns else None
        replied_at = self._instant("replied_at", zone) if self._text("replied_at") else None
        self._in_order(received_at, replied_at)
        reply = self._text("reply")
        if len(reply) > MOST_TEXT:
            raise BadInput("reply", _("At most %(most)d characters.") % {"most": MOST_TEXT})
        return Letter(self.row, self._new(site, received_at), reply, replied_at)

    def _new(self, site: Site, received_at: datetime | None) -> NewCase:
        subject, place, text = self._words()
        person = self._person()
        new = NewCase(
            kind=_code(Kind, self._text("kind")) or self.recipe.kind,
            channel=_code(Channel, self._text("channel")) or self.recipe.channel,
            site=site,
            subject=subject,
            text=text,
            person=person,
            category=self._category(),
            place=place,
            source=self.recipe.source,
            external_number=self._text("external_number")
            or _made_number(site, person, received_at, subject, place, text),
            received_at=received_at,
        )
        check(new, self.at)
        return new

    def _text(self, target: str) -> str:
        column = self.recipe.columns.get(target)
        return clean(cell_text(self.row.values.get(column, ""))) if column is not None else ""

    def _instant(self, target: str, zone: ZoneInfo) -> datetime:
        try:
            return parse_instant(self.row.values.get(self.recipe.columns[target]), zone)
        except TableError as error:
            raise BadInput(target, _sentence(error)) from error

    def _in_order(self, received_at: datetime | None, replied_at: datetime | None) -> None:
        if received_at is not None and received_at.year < EARLIEST:
            raise BadInput("received_at", _("This lies before %(year)d.") % {"year": EARLIEST})
        if replied_at is None:
            return
        if replied_at < (received_at or self.at):
            raise BadInput("replied_at", _("The reply lies before the receipt."))
        if replied_at > self.at:
            raise BadInput("replied_at", _("This lies in the future."))

    def _words(self) -> tuple[str, str, str]:
        """Subject, place and text. What is too long for its line is cut there and kept whole in the text."""
        short: list[str] = []
        whole: list[str] = []
        for target, most in _MOST.items():
            words = " ".join(self._text(target).split())
            if len(words) > most:
                whole.append(words)
                words = words[: most - 1] + "…"
            short.append(words)
        text = self._text("text")
        subject, place = short
        return subject, place, "\n\n".join(filter(None, [*whole, text])) or subject

    def _person(self) -> Person:
        name, phone, email, tier = self._text("customer"), self._text("phone"), self._email(), self._tier()
        if not phone:
            source = self.recipe.source if name else ""
            return Person(name, source=source, outside_name=name, email=email, tier=tier)
        try:
            to_e164(phone)
        except BadPhone as error:
            raise BadInput("phone", str(NOT_A_PHONE)) from error
        return Person(name, phone, email=email, tier=tier)

    def _email(self) -> str:
        typed = self._text("email")
        try:
            return to_email(typed) if typed else ""
        except BadEmail as error:
            text = _("This is not an e-mail address: it looks like name@example.com.")
            raise BadInput("email", text) from error

    def _tier(self) -> int | None:
        wanted = self._text("tier")
        found = tiers.find(wanted) if wanted else None
        if wanted and (found is None or not found.active):
            known = _(", ").join(str(row) for row in tiers.offered()) or "–"
            text = _("There is no tier %(name)s in use; there are: %(known)s.")
            raise BadInput("tier", text % {"name": wanted, "known": known})
        return found.pk if found else None

    def _site(self) -> Site:
        code = self._text("site")
        site = org.organisation().site(code) if code else self.recipe.site
        if site is None:
            raise BadInput("site", _("There is no site %(code)s.") % {"code": code})
        if self.recipe.within is not None and site.pk not in self.recipe.within:
            text = _("%(site)s is neither the site that was chosen for this file nor below it.")
            raise BadInput("site", text % {"site": site})
        return site

    def _category(self) -> Category | None:
        wanted = self._text("category")
        found = queries.categories().find(wanted) if wanted else None
        if wanted and found is None:
            text = _("There is no category %(name)s.") % {"name": wanted}
            raise BadInput("category", text + _near_category(wanted))
        return found


def _near_category(wanted: str) -> str:
    """A hint at categories that are written nearly so; nothing when none is."""
    names = [name for leaf in queries.categories().leaves for name in (leaf.name, leaf.name_en) if name]
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4)
    return " " + _("Did you mean %(names)s?") % {"names": ", ".join(close)} if close else ""


def _made_number(site: Site, person: Person, received_at: datetime | None, *words: str) -> str:
    """A number for a row without one, always the same for the same words, so that importing twice doubles nothing."""
    # The address only where nothing else says who spoke: a file that was imported without that column has its numbers.
    who = person.phone or (person.email if not person.name else "")
    said = [site.code, person.name, who, received_at and received_at.isoformat(), *words]
    return "row-" + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _code(choices: type[TextChoices], wanted: str) -> str:
    """The code of a choice that is written as code or as label; what is neither is handed on, to be refused."""
    return _codes(choices).get(wanted.casefold(), wanted)


@cache
def _codes(choices: type[TextChoices]) -> dict[str, str]:
    found = {code: code for code in choices.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(label).casefold(): code for code, label in choices.choices}
    return found
