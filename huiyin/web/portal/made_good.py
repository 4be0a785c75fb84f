"""What makes good, as the customer reads it: options to choose among, what is promised, what they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from huiyin.base import money
from huiyin.cases.actions import BadInput
from huiyin.cases.workflow import NotAllowed
from huiyin.messages.queries import by_link
from huiyin.recovery import giving, queries
from huiyin.recovery.actions import TOPIC
from huiyin.recovery.queries import KINDS, SHOWN, STATES, State

from .page import customer_page, private

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.cases.queries import Entry
    from huiyin.recovery.models import Proposal, Remedy
    from huiyin.recovery.queries import Book


@dataclass(frozen=True)
class Option:
    """One thing that may be chosen: as we called it, and what is in it."""

    number: int
    label: str
    parts: Sequence[str]


@dataclass(frozen=True)
class Choice:
    """Options of which the customer takes one."""

    proposal: int
    options: Sequence[Option]


@dataclass(frozen=True)
class Row:
    """A remedy that was promised or given. `ask`: may they say whether they have it?"""

    number: int
    name: str
    state: str
    due_at: datetime | None
    done: bool
    ask: bool


@dataclass(frozen=True)
class MadeGood:
    """For `portal/made_good.html`."""

    choices: Sequence[Choice]
    rows: Sequence[Row]


def of(case: Case, entries: Sequence[Entry]) -> MadeGood:
    """Read for one case; nothing is asked of the database when nothing was proposed."""
    if not any(entry.event.topic == TOPIC for entry in entries):
        return MadeGood((), ())
    book = queries.book(case)
    # What had to be approved is called to them with the yes.
    words = {int(entry.event.data.get("request", entry.event.seq)): entry.words for entry in entries if entry.words}
    choices = [_choice(book, one, words.get(one.seq, {})) for one in book.to_choose]
    return MadeGood(choices, [_row(one) for one in book.standing(*SHOWN)])


def _choice(book: Book, proposal: Proposal, words: Mapping[str, Any]) -> Choice:
    numbers = range(1, proposal.options + 1)
    return Choice(
        proposal.number,
        [Option(one, _said(words, one), [_name(row, row.amount) for row in book.of(proposal, one)]) for one in numbers],
    )


def _said(words: Mapping[str, Any], number: int) -> str:
    message = words.get(f"option{number}")
    return message.text if message else _("Option %(number)d") % {"number": number}


def _name(row: Remedy, amount: int) -> str:
    name = str(dict(KINDS)[row.kind])
    return f"{name} {money.show(amount, row.currency)}" if amount else name


def _row(one: Remedy) -> Row:
    given = one.state != State.PROMISED
    return Row(
        number=one.number,
        name=_name(one, one.amount if one.paid is None else one.paid),
        state=str(dict(STATES)[one.state]),
        due_at=None if given else one.due_at,
        done=given,
        ask=one.state == State.DELIVERED,
    )


@csrf_exempt
@private
@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, link: str) -> HttpResponseBase:
    """The customer takes one of the options."""
    case, now = by_link(link, timezone.now()), timezone.now()
    if request.method == "POST":
        proposal, _dash, option = request.POST.get("option", "").partition("-")
        if not (proposal.isdecimal() and option.isdecimal() and len(proposal + option) < 9):
            messages.warning(request, _("Please choose one of the options first."))
            return redirect("receipt", link)
        chosen = _attempt(
            request, lambda: giving.customer_chooses(case.pk, option=int(option), proposal=int(proposal), at=now)
        )
        if chosen:
            messages.success(request, _("Thank you. We tell you here by when you have it."))
    return redirect("receipt", link)


@csrf_exempt
@private
@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def have(request: HttpRequest, link: str) -> HttpResponseBase:
    """The customer says whether they have what was given."""
    case, now = by_link(link, timezone.now()), timezone.now()
    number, answer = request.POST.get("remedy", ""), request.POST.get("have", "")
    if request.method == "POST" and number.isdecimal() and len(number) < 5 and answer in ("yes", "no"):
        ok = answer == "yes"
        if _attempt(request, lambda: giving.customer_confirms(case.pk, remedy=int(number), ok=ok, at=now)):
            told = _("Thank you.") if ok else _("Thank you for saying so. Whoever works on your case sees to it.")
            messages.success(request, told)
    return redirect("receipt", link)


def _attempt(request: HttpRequest, act: Callable[[], object]) -> bool:
    try:
        act()
    except (NotAllowed, BadInput):
        messages.warning(request, _("This was settled meanwhile; below stands how it is now."))
        return False
    return True
