"""A case as its customer reads it: where it stands, what is promised by when, what happened, what was said.

Made from codes of the timeline, and from words that `told` lets through; what is meant for colleagues doesn't get here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases import outside, words
from huiyin.cases.workflow import EventKind, Status, WaitingFor
from huiyin.org.queries import organisation
from huiyin.returns.methods import Method, method_of
from huiyin.web.downloads import SHOWN
from huiyin.web.templatetags.huiyin import named_steps, when

from .outside import standing_no

if TYPE_CHECKING:
    from huiyin.cases.models import Case, CaseEvent
    from huiyin.cases.queries import Entry
    from huiyin.clocks.models import Clock

PROMISED = ("respond", "update", "commitment", "resolve", "arrive", "milestone")
"""Clocks whose time the customer is told; the others count how we work among ourselves."""

E, S = EventKind, Status
Word = str | Promise


# --- where it stands -------------------------------------------------------------------------------------------------


def common(case: Case) -> Case:
    """The case that is worked on: this one, or the one into which it was joined in the end."""
    while case.joined_into is not None:
        case = case.joined_into
    return case


def standing(case: Case) -> str:
    """The status in the customer's words."""
    if case.review_since is not None:
        return _("Done, a colleague checks the result")
    if case.status == S.WAITING and case.waiting_for == WaitingFor.CUSTOMER:
        return _("We need an answer from you")
    if case.status == S.CLOSED and case.outcome in (S.DECLINED, S.REFUSED, S.WITHDRAWN):
        return words.called("standing", case.outcome)
    return words.called("standing", case.status)


# --- what is promised ------------------------------------------------------------------------------------------------


class Given(NamedTuple):
    """A promise with its time, as one sentence; `then` what comes after it, or what now."""

    text: SafeString
    late: bool = False
    then: Sequence[str | SafeString] = ()


_AHEAD: Mapping[str, Word] = {
    "respond": gettext_lazy("You hear from us by {time}"),
    "update": gettext_lazy("You hear from us again by {time}"),
    "commitment": gettext_lazy("We keep our promise by {time}"),
    "resolve": gettext_lazy("We settle it by {time}"),
    "arrive": gettext_lazy("Somebody is with you by {time}"),
    "milestone": gettext_lazy("The next step is done by {time}"),
}
_MISSED: Mapping[str, Word] = {
    "respond": gettext_lazy("We wanted to answer you by {time} and have not"),
    "update": gettext_lazy("You should have heard from us again by {time}"),
    "commitment": gettext_lazy("We promised you something by {time} and have not done it"),
    "arrive": gettext_lazy("Somebody should have been with you by {time}"),
    "milestone": gettext_lazy("A step should have been done by {time} and is not"),
    "resolve": gettext_lazy("This should have been settled by {time} and is not"),
}


def promised(clocks: Iterable[Clock], entries: Iterable[Entry], now: datetime) -> Given | None:
    """The next time given to the customer, or the one that was missed first; None when nothing is running."""
    running = sorted(
        (clock for clock in clocks if clock.kind in PROMISED and not clock.outcome and not clock.paused),
        key=lambda clock: clock.due_at,
    )
    if not running:
        return None
    first, *others = running
    promise = [_text(one) for one in entries if first.kind == "commitment" and one.event.seq == first.ref]
    ahead = [clock for clock in others if clock.due_at > now]
    if first.due_at > now:
        then = (*promise, *_at_first(first, now), *_afterwards(ahead, now, first))
        return Given(_big(_AHEAD[first.kind], first.due_at, now), then=then)
    sorry = _("We are sorry. It is written down with your case, which stays on top of our list until it is done.")
    then = (*promise, *_at_first(first, now), sorry, *_afterwards(ahead, now))
    return Given(_big(_MISSED[first.kind], first.due_at, now), late=True, then=then)


def _afterwards(clocks: Sequence[Clock], now: datetime, first: Clock | None = None) -> list[str]:
    """One more time: the finish, or when that is missed the next one."""
    last = next((clock for clock in clocks if clock.kind == "resolve"), None) or next(iter(clocks), None)
    said = [str(_AHEAD[last.kind]).format(time=when(last.due_at, now)) + _("."), *_at_first(last, now)] if last else []
    if any(clock.provisional for clock in (first, last) if clock):
        said.append(_("Holidays of that time are not published yet; the date may move by them."))
    return said


def _at_first(clock: Clock, now: datetime) -> list[str]:
    """The time that was given first, when we asked for more: it is never taken out of sight."""
    if not clock.extra or clock.due_at <= clock.first_due_at:
        return []
    return [_("At first we had said {time}.").format(time=when(clock.first_due_at, now))]


def _big(words: Word, due: datetime, now: datetime) -> SafeString:
    told = format_html('<strong><time datetime="{}">{}</time></strong>', due.isoformat(), when(due, now))
    return format_html(str(words), time=told)


# --- what happened ---------------------------------------------------------------------------------------------------


class Line(NamedTuple):
    """One step of the way; `state` is that of a ring's arc."""

    text: str
    state: str
    at: datetime | None = None


def lines(entries: Iterable[Entry], now: datetime) -> list[Line]:
    """Everything that happened and that the customer may know, in order."""
    found = []
    for entry in entries:
        tell = _TELL.get(entry.event.kind)
        text = _own(entry.event) or tell(entry.event, now) if tell else ""
        if text:
            late = entry.event.kind == E.NOTED or entry.event.data.get("kept") is False
            found.append(Line(text, "late" if late else "done", entry.event.at))
    return found


def _own(event: CaseEvent) -> str:
    """What happened in the words of this house, where it has some: what we call it among ourselves is told as well."""
    own, department = words.own("event", event.kind), organisation().departments.get(event.data.get("department", 0))
    if "{department}" in own and department is None:
        return ""
    return own.replace("{department}", department.name if department else "")


def coming(states: Sequence[str]) -> list[Line]:
    """The steps of the ring that are not done yet."""
    return [
        Line(step.name if step.state == "todo" else f"{step.name} · {step.word}", step.state)
        for step in named_steps(states)
        if step.state != "done"
    ]


def _accepted(event: CaseEvent, now: datetime) -> str:
    if event.actor is None:
        return _("Taken up")
    return _("Taken up by {name}").format(name=event.actor.name)


def _handed_over(event: CaseEvent, now: datetime) -> str:
    department = organisation().departments.get(event.data["department"])
    return _("Given to {department}").format(department=department.name) if department else ""


def _answered(event: CaseEvent, now: datetime) -> str:
    return _("We answered you") if event.data["public"] else ""


def _called(event: CaseEvent, now: datetime) -> str:
    return _("We spoke on the phone") if event.data["reached"] else _("We tried to reach you by phone")


def _committed(event: CaseEvent, now: datetime) -> str:
    return _("We promised you something by {time}").format(time=when(datetime.fromisoformat(event.data["due_at"]), now))


def _kept(event: CaseEvent, now: datetime) -> str:
    return _("Promise kept") if event.data["kept"] else _("Promise not kept")


def _arrived(event: CaseEvent, now: datetime) -> str:
    # Translators: the customer reads “师傅已到现场 18:42”.
    return _("We are on site since {time}").format(time=when(event.at, now))


def _waited(event: CaseEvent, now: datetime) -> str:
    for_you = event.data["for"] == WaitingFor.CUSTOMER
    return _("We asked you something") if for_you else _("Waiting for somebody outside our house")


def _visited(event: CaseEvent, now: datetime) -> str:
    method = method_of(event.data["channel"])
    if method == Method.KEYPRESS:
        return _("You rated us after the call")
    if method == Method.SAMPLE:
        return _("You answered a survey about it")
    if event.actor is not None:
        return _("We asked you how it went") if event.data["reached"] else _("We tried to reach you by phone")
    return _("You told us: not solved") if event.data["solved"] is False else _("You told us: solved")


def _planned(event: CaseEvent, now: datetime) -> str:
    return _("The steps of the work are settled") if event.data["granted"] else ""


def _noted(event: CaseEvent, now: datetime) -> str:
    if event.topic == "recovery":
        return str(_GOOD.get(event.data.get("what", ""), ""))
    missed = event.data.get("what") == "breached" and event.data.get("clock") in PROMISED
    return _("A time we had given you went by") if missed else ""


_GOOD: Mapping[str, Word] = {
    "chosen": gettext_lazy("You chose how we make it good"),
    "delivered": gettext_lazy("You were given what we promised"),
    "confirmed": gettext_lazy("You have it, as you told us"),
    "disputed": gettext_lazy("You told us that you haven't got it"),
}


def _returned(event: CaseEvent, now: datetime) -> str:
    return _("We look for the department that is the right one") if event.data["granted"] else ""


def _extended(event: CaseEvent, now: datetime) -> str:
    if not event.data["told"]:
        return ""
    due, was = (when(datetime.fromisoformat(event.data[name]), now) for name in ("due_at", "was"))
    return _("We need more time: by {time} instead of {was}").format(time=due, was=was)


def _decided(event: CaseEvent, now: datetime) -> str:
    return _("A supervisor decided how it goes on") if event.data["told"] else ""


def _chased(event: CaseEvent, now: datetime) -> str:
    return _("You asked where it stays") if event.data.get("by") == "customer" else ""


def _withdrawn(event: CaseEvent, now: datetime) -> str:
    return _("You took it back") if event.data["by"] == "customer" else _("Taken back, as you told us")


def _said(words: Word) -> Callable[[CaseEvent, datetime], str]:
    return lambda event, now: str(words)


_TELL: Mapping[str, Callable[[CaseEvent, datetime], str]] = {
    E.RECEIVED: _said(gettext_lazy("You told us")),
    E.ACCEPTED: _accepted,
    E.HANDED_OVER: _handed_over,
    E.PASSED: _handed_over,
    E.SIGNED: _said(gettext_lazy("The department has signed for it")),
    E.REPLIED: _said(gettext_lazy("A result is in and is being checked")),
    E.ANSWERED: _answered,
    E.CALLED: _called,
    E.WROTE: _said(gettext_lazy("You wrote to us")),
    E.COMMITTED: _committed,
    E.KEPT: _kept,
    E.ARRIVED: _arrived,
    E.CONTAINED: _said(gettext_lazy("The damage is stopped for now")),
    E.WAITED: _waited,
    E.RESUMED: _said(gettext_lazy("Work goes on")),
    E.RESOLVED: _said(gettext_lazy("Work done")),
    E.DECLINED: _said(gettext_lazy("Not ours to decide")),
    E.REFUSED: _said(gettext_lazy("Looked into, and not possible")),
    E.REOPENED: _said(gettext_lazy("Taken up again")),
    E.JOINED: _said(gettext_lazy("Worked on together with another message about the same matter")),
    E.PLANNED: _planned,
    E.REACHED: _said(gettext_lazy("A step is done")),
    E.VISITED: _visited,
    E.CLOSED: _said(gettext_lazy("Finished")),
    E.RETURNED: _returned,
    E.EXTENDED: _extended,
    E.DECIDED: _decided,
    E.CHASED: _chased,
    E.WITHDRAWN: _withdrawn,
    E.NOTED: _noted,
}


# --- what was said ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Photo:
    """A file as the page shows it."""

    url: str
    name: str
    is_image: bool


@dataclass(frozen=True)
class Said:
    """One message of the thread, `tone` being whose."""

    tone: str
    actor_name: str
    at: datetime
    text: str
    files: Sequence[Photo]


def thread(entries: Sequence[Entry], link: str, house: str) -> list[Said]:
    """What customer and house said to each other. `house` is the name for words that no person signed."""
    found, last = [], standing_no(entries)
    for entry in entries:
        event, text = entry.event, _text(entry, last)
        # What a return visitor wrote down about a call is a report among us, though in the customer's words.
        reported = event.kind == E.VISITED and event.actor is not None
        if reported or not (text or entry.files):
            continue
        theirs = event.kind in (E.RECEIVED, E.WROTE, E.VISITED, E.WITHDRAWN)
        name = event.actor.name if event.actor else house
        files = [Photo(_url(link, file.pk), file.name, file.media_type in SHOWN) for file in entry.files]
        found.append(Said("customer" if theirs else "us", name, event.at, text, files))
    return found


_ANSWERS: Mapping[str, EventKind] = {
    S.WAITING: E.WAITED,
    S.RESOLVED: E.RESOLVED,
    S.DECLINED: E.DECLINED,
    S.REFUSED: E.REFUSED,
}


def answer(case: Case, entries: Sequence[Entry], link: str) -> Said | None:
    """The words that belong to where the case stands: what we ask, what was done, why not."""
    kind = _ANSWERS.get(case.outcome if case.status == S.CLOSED else case.status)
    words = thread([entry for entry in entries if entry.event.kind == kind], link, case.site.name)
    return words[-1] if words else None


_PARTS: Mapping[str, Word] = {
    "text": "{text}",
    "prevention": gettext_lazy("So that it doesn't happen again: {text}"),
    "right_door": gettext_lazy("The right door: {text}"),
    "basis": gettext_lazy("This rests on: {text}"),
    "outside": gettext_lazy("Outside our house you may turn to:\n{text}"),
}


def _text(entry: Entry, last_no: Entry | None = None) -> str:
    """Its words. Whom the no that stands named outside has a place of its own on the page, and once is enough."""
    told = [part for part in _PARTS if part in entry.words and not (part == outside.PART and entry is last_no)]
    return "\n\n".join(str(_PARTS[part]).format(text=_readable(entry.words[part])) for part in told)


def _readable(message: Any) -> str:
    return _("(removed)") if message.erased_at else str(message.text)


def _url(link: str, file: int) -> str:
    return reverse("receipt_file", args=[link, file])


def open_clocks(clocks: Collection[Clock]) -> list[Clock]:
    """Those that the customer's ring is coloured by."""
    return [clock for clock in clocks if not clock.outcome and clock.kind in (*PROMISED, "visit")]
