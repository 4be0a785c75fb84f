"""Writing notices to customers: draft, approved, withdrawn. Each change stands in the history of the settings.

A public statement is shown only after another person than its last writer has approved it, and keeps its words from
then on: the next word is a notice of its own that takes its place. So there is one answer to the public, and it is
never quietly another.

Raises `access.Forbidden`, `BadInput` (`Unfit` for words that had better not be sent), `Stale`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.given import BadInput, By, clean, read
from huiyin.cases.incident_models import Incident
from huiyin.cases.lists import categories
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.history import Editor, record, same, turn
from huiyin.org.models import Area, Site, User

from . import announced
from .models import CustomerNotice, NoticeKind, NoticeState
from .placeholders import blanks

MOST = {"title": 60, "text": 500, "cause": 500, "doing": 500, "advice": 500}
MOST |= {"title_en": 100, **{f"{name}_en": 1000 for name in ("text", "cause", "doing", "advice")}}
"""So many characters; English takes more of them."""
MOST_DAYS, MOST_REASON = 366, 200
_OF_STATEMENTS = ("cause", "doing")
WAITING: list[Callable[[CustomerNotice, datetime], None]] = []
"""Who is told that a statement waits for somebody else; `wiring.py` puts them in here."""


@dataclass(frozen=True)
class NoticeValues:
    """What can be said in a notice. `site`: a code; `categories`: codes, a line each; times in ISO 8601, in UTC."""

    kind: str
    site: str
    title: str
    text: str
    show_from: str
    until: str
    begins_at: str = ""
    next_at: str = ""
    categories: str = ""
    incident: int | None = None
    cause: str = ""
    doing: str = ""
    advice: str = ""
    title_en: str = ""
    text_en: str = ""
    cause_en: str = ""
    doing_en: str = ""
    advice_en: str = ""


_TIMES = ("show_from", "until", "begins_at", "next_at")


def values_of(row: CustomerNotice) -> NoticeValues:
    """The values of a notice as it is."""
    plain = {name: getattr(row, name) for name in ("kind", "categories", *MOST)}
    times = {name: stamp(getattr(row, name)) for name in _TIMES}
    return NoticeValues(**plain, **times, site=org.organisation().sites[row.site_id].code, incident=row.incident_id)


def stamp(at: datetime | None) -> str:
    """A moment as the values have it."""
    return at.astimezone(UTC).isoformat() if at is not None else ""


@transaction.atomic
def write(values: NoticeValues, by: By, *, replaces: int | None = None) -> CustomerNotice:
    """Write a draft; `replaces`: the statement whose next word it is."""
    turn()
    values, site = _checked(values, by)
    writer = _writer(by, site)
    before = announced.get(writer, replaces) if replaces is not None else None
    if before is not None and (before.kind, before.site_id) != (values.kind, site.pk):
        raise BadInput("kind", _("The next word is of the same kind, and for the same site."))
    made = CustomerNotice.objects.create(**_row(values), replaces=before, written_by=writer, written_at=by.at)
    told = {name: value for name, value in vars(values).items() if value}
    record(Area.NOTICES, str(made.pk), None, told, Editor(writer, by.at))
    _tell(made, by.at)
    return made


def _tell(row: CustomerNotice, at: datetime) -> None:
    if row.kind == NoticeKind.STATEMENT:
        for tell in WAITING:
            tell(row, at)


@transaction.atomic
def change(pk: int, values: NoticeValues, by: By, *, expect: str = "") -> CustomerNotice:
    """Change a draft, or what is shown. `expect`: the version of the values that the writer looked at."""
    row = _locked(pk, by)
    before, editor = values_of(row), Editor(by.user, by.at, expect)
    same(editor, before)
    if row.state == NoticeState.WITHDRAWN or row.until <= by.at:
        raise BadInput("", _("This notice is over: write a new one."))
    if row.state == NoticeState.APPROVED and NoticeKind.STATEMENT in (row.kind, values.kind):
        raise BadInput("", _("A statement keeps the words that were approved: write its next word instead."))
    values, site = _checked(values, by)
    for name, value in {**_row(values), "written_by": _writer(by, site), "written_at": by.at}.items():
        setattr(row, name, value)
    row.save()
    record(Area.NOTICES, str(pk), before, values, editor)
    _tell(row, by.at)
    return row


@transaction.atomic
def approve(pk: int, by: By) -> CustomerNotice:
    """Let it be shown in its time; what it takes the place of ends."""
    row = _locked(pk, by)
    if row.state != NoticeState.DRAFT:
        raise BadInput("", _("Only a draft can be approved."))
    if row.until <= by.at:
        raise BadInput("", _("Its time is over: give it another one first."))
    if row.kind == NoticeKind.STATEMENT:
        _by_another(row, by)
    _set(row, by, state=NoticeState.APPROVED, approved_by=by.user, approved_at=by.at)
    old = row.replaces
    if old is not None and old.state == NoticeState.APPROVED and old.until > by.at:
        _withdraw(old, by, _("Its next word has taken its place."))
    return row


def _by_another(row: CustomerNotice, by: By) -> None:
    if by.user is not None and row.written_by_id == by.user.pk:
        raise BadInput("", _("You wrote it last: somebody else approves a statement."))
    others = (one for one in announced.approved() if one.kind == NoticeKind.STATEMENT and one.until > by.at)
    rivals = [one for one in others if row.incident_id is not None and one.incident_id == row.incident_id]
    if any(one.pk != row.replaces_id for one in rivals):
        raise BadInput("", _("There is a statement on this incident already: write its next word instead."))


@transaction.atomic
def withdraw(pk: int, by: By, *, reason: str) -> CustomerNotice:
    """Take it back: it is shown nowhere any more."""
    row = _locked(pk, by)
    if row.state == NoticeState.WITHDRAWN or row.until <= by.at:
        raise BadInput("", _("This notice is over already."))
    reason = clean(reason)
    if not reason:
        raise BadInput("reason", _("Please write something here."))
    if len(reason) > MOST_REASON:
        raise BadInput("reason", _("At most %(most)d characters.") % {"most": MOST_REASON})
    _withdraw(row, by, reason)
    return row


def _withdraw(row: CustomerNotice, by: By, reason: str) -> None:
    _set(row, by, state=NoticeState.WITHDRAWN, withdrawn_by=by.user, withdrawn_at=by.at, reason=reason)


def _set(row: CustomerNotice, by: By, **values: Any) -> None:
    before = {"state": row.state, "reason": row.reason}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    record(Area.NOTICES, str(row.pk), before, {"state": row.state, "reason": row.reason}, Editor(by.user, by.at))


def _locked(pk: int, by: By) -> CustomerNotice:
    turn()
    assert by.user is not None
    row = announced.get(by.user, pk)
    access.require(by.user, Verb.NOTICE, row.site_id)
    return CustomerNotice.objects.select_for_update(of=("self",)).select_related("replaces").get(pk=pk)


def _writer(by: By, site: Site) -> User:
    assert by.user is not None
    access.require(by.user, Verb.NOTICE, site.pk)
    return by.user


# --- what can be taken -----------------------------------------------------------------------------------------------


def _row(values: NoticeValues) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(text) if (text := getattr(values, name)) else None for name in _TIMES}
    incident = values.incident
    plain = {name: value for name, value in vars(values).items() if name != "incident"}
    return plain | times | {"site": org.organisation().site(values.site), "incident_id": incident}


def _checked(values: NoticeValues, by: By) -> tuple[NoticeValues, Site]:
    """The values as they are kept, and where they are for."""
    if values.kind not in NoticeKind.values:
        raise BadInput("kind", _("Choose one of: %(choices)s.") % {"choices": ", ".join(NoticeKind.values)})
    site = org.organisation().site(values.site)
    if site is None or not site.active:
        raise BadInput("site", _("There is no site with this code."))
    texts = {name: _text(name, getattr(values, name), by) for name in MOST}
    _whole(values.kind, texts)
    kept: dict[str, Any] = texts | _times(values, by.at) | {"categories": _branches(values.categories)}
    values = replace(values, site=site.code, **kept)
    if values.kind == NoticeKind.STATEMENT and not values.next_at:
        raise BadInput("next_at", _("Say when the public hears more, even if it is only that nothing is new."))
    if values.incident is not None:
        _about(values.incident, site, by)
    return values, site


def _text(name: str, text: str, by: By) -> str:
    text = clean(text)
    if len(text) > MOST[name]:
        raise BadInput(name, _("At most %(most)d characters.") % {"most": MOST[name]})
    if left := blanks(text):
        start, end = left[0]
        raise BadInput(name, _("Fill in “%(blank)s”: it is told to everybody.") % {"blank": text[start:end]})
    return read(None, by, name, text)[0]


def _whole(kind: str, texts: dict[str, str]) -> None:
    needed = ["title", "text", *(_OF_STATEMENTS if kind == NoticeKind.STATEMENT else ())]
    if any(text for name, text in texts.items() if name.endswith("_en")):
        needed += [f"{name}_en" for name in MOST if f"{name}_en" in MOST and texts[name]]
    for name in needed:
        if not texts[name]:
            told = _("English is left out altogether, or written for all that stands in Chinese.")
            raise BadInput(name, told if name.endswith("_en") else _missing(name))


def _missing(name: str) -> str:
    if name == "cause":
        return _("Say the cause as far as it is known; “not known yet” is an answer.")
    return _("Please write something here.")


def _times(values: NoticeValues, at: datetime) -> dict[str, str]:
    found = {name: _moment(name, getattr(values, name)) for name in _TIMES}
    shown, until, begins, more = (found[name] for name in _TIMES)
    if shown is None or until is None:
        raise BadInput("show_from" if shown is None else "until", _("Give a day and a time."))
    if until <= max(shown, at):
        raise BadInput("until", _("It ends before it is shown."))
    if until > max(shown, at) + timedelta(days=MOST_DAYS):
        raise BadInput("until", _("At most a year: after that somebody looks at it again."))
    if begins is not None and begins >= until:
        raise BadInput("begins_at", _("It begins after its end."))
    if more is not None and more <= at:
        raise BadInput("next_at", _("This time is past."))
    return {name: stamp(moment) for name, moment in found.items()}


def _moment(name: str, text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
        if found is not None and found.tzinfo is None:
            raise ValueError
    except ValueError as error:
        raise BadInput(name, _("Give a day and a time with its offset, like 2026-03-31T14:30+08:00.")) from error
    return found


def _branches(text: str) -> str:
    codes = list(dict.fromkeys(one.strip() for one in text.split("\n") if one.strip()))
    if wrong := [one for one in codes if one not in categories().by_code]:
        raise BadInput("categories", _("There are no such categories: %(codes)s.") % {"codes": ", ".join(wrong)})
    return "\n".join(codes)


def _about(number: int, site: Site, by: By) -> None:
    """The incident is one of this site, or of one above or below it, where the writer reads."""
    assert by.user is not None
    found = Incident.objects.filter(pk=number).first()
    below = org.organisation().below
    near = found is not None and (site.pk in below(found.site_id) or found.site_id in below(site.pk))
    if found is None or not near or not access.may(by.user, Verb.VIEW, found.site_id):
        raise BadInput("incident", _("There is no such incident at this site."))
