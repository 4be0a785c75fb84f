"""What is shown beside the form for a new case while it is filled in: who may be speaking, what is probably the same
matter, which category fits, how urgent it is, and the sentence to read out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from huiyin.cases import details, severity
from huiyin.cases import queries as cases
from huiyin.cases.alike import Likely
from huiyin.cases.arriving import Caller, Typed, arriving
from huiyin.cases.intake import first_grade
from huiyin.cases.particulars import Field
from huiyin.clocks.preview import respond_by
from huiyin.org import access
from huiyin.org.access import Forbidden, Verb
from huiyin.returns import queries as returns
from huiyin.standards import announced
from huiyin.web.notice_words import Told, all_told

from . import first_talk
from .door import StaffRequest, staff
from .fields import TapsForm
from .first_talk import FirstTalk
from .reach import can, sites_of

if TYPE_CHECKING:
    from huiyin.cases.models import Case, Category
    from huiyin.org.models import Site, User
    from huiyin.returns.models import ReturnVisit
    from huiyin.standards.models import CustomerNotice

MOST_LETTERS = 2_000
_WHOLE = 7
"""Digits from which on a number is taken for a whole one."""


@dataclass(frozen=True)
class Before:
    """A caller's case, and what they said of it afterwards."""

    case: Case
    visit: ReturnVisit | None


@dataclass(frozen=True)
class Person:
    """A caller with their cases."""

    caller: Caller
    cases: Sequence[Before]

    @property
    def fill(self) -> str:
        """What the button that takes them fills into the form."""
        known = {"name": self.caller.customer.name, "phone": self.caller.phone, "place": self.caller.place}
        return urlencode({name: value for name, value in known.items() if value})


@dataclass(frozen=True)
class Same:
    """A case that is probably the same matter; `may_join`: one click joins the new one into it."""

    likely: Likely
    may_join: bool


@dataclass(frozen=True)
class Fitting:
    """A category that fits, and why."""

    category: Category
    cases: int
    named: bool


@dataclass(frozen=True)
class Found:
    """For `desk/new_found.html`."""

    people: Sequence[Person]
    same: Sequence[Same]
    fitting: Sequence[Fitting]
    grade: str
    """Severity and its reasons, as soon as something is known."""
    due_at: datetime | None
    """By when we would answer."""
    said: bool
    """Is there anything to go by?"""
    asked: Sequence[Field] = ()
    """What the category wants to know."""
    first: FirstTalk | None = None
    """What is said to somebody who has no case yet."""
    notices: Sequence[Told] = ()
    """What customers of the site are told, to be said to this one."""


def found(request: StaffRequest, data: QueryDict) -> Found:
    """What there is about what was typed so far, right or wrong as it may be."""
    site = _site(request.user, data.get("site", ""))
    if site is None:
        return Found((), (), (), "", None, said=False)
    category, words = _category(data.get("category", "")), data.get("text", "")[:MOST_LETTERS]
    typed = Typed(
        site=site.pk,
        name=_line(data, "name"),
        phone=_line(data, "phone"),
        place=_line(data, "place"),
        text=f"{_line(data, 'subject')} {words}".strip(),
        category=category.pk if category else None,
    )
    timezone.activate(ZoneInfo(site.time_zone))
    known, grade = arriving(request.user, typed, request.now), _grade(data, category)
    likely = known.around.likely() if known.around else []
    fitting = known.around.suggestions() if known.around and category is None else []
    due_at = respond_by(_kind(data), site.pk, typed.category, grade, request.now)
    return Found(
        people=_people(known.callers),
        same=[Same(one, _may_join(request.user, one, data)) for one in likely],
        fitting=[Fitting(cases.categories().by_id[one.category], one.cases, one.named) for one in fitting],
        grade=severity.sentence(grade.data()) if category or grade.taps else "",
        due_at=due_at,
        first=first_talk.of_new(request.user, site, due_at, request.now) if _is_first(typed, known.callers) else None,
        said=bool(typed.text or typed.name or typed.phone or typed.place),
        asked=details.asked_by(typed.category)[1],
        notices=all_told(announced_at(request.user, site.code, typed.category, request.now), request.now),
    )


def _is_first(typed: Typed, callers: Sequence[Caller]) -> bool:
    """Has a number been typed that nobody with a case has?"""
    digits = sum(char.isdigit() for char in typed.phone)
    return digits >= _WHOLE and not any(one.certain and one.cases for one in callers)


def announced_at(user: User, code: str, category: int | None, now: datetime) -> list[CustomerNotice]:
    """What the customers of a site are told; of a matter that has its category only what is about it."""
    site = _site(user, code)
    rows = announced.at_site(site.pk, now) if site is not None else []
    return rows if category is None else announced.fitting(rows, category)


def _line(data: QueryDict, name: str) -> str:
    return data.get(name, "")[:200].strip()


def _site(user: User, code: str) -> Site | None:
    return next((site for site in sites_of(user, Verb.CREATE) if site.code == code and site.active), None)


def _category(key: str) -> Category | None:
    return next((leaf for leaf in cases.categories().leaves if str(leaf.pk) == key), None)


def _kind(data: QueryDict) -> str:
    return data.get("kind") or "complaint"


def _grade(data: QueryDict, category: Category | None) -> severity.Grade:
    form = TapsForm(data)
    return first_grade(form.taps() if form.is_valid() else None, category)


def _people(callers: Sequence[Caller]) -> list[Person]:
    visits = returns.results([case.pk for one in callers for case in one.cases]) if callers else {}
    return [Person(one, [Before(case, visits.get(case.pk)) for case in one.cases]) for one in callers]


def _may_join(user: User, likely: Likely, data: QueryDict) -> bool:
    """Not a protected one: who reads the common case would read its words."""
    protected = bool(data.get("protected")) or data.get("kind") == "report"
    return likely.open and not protected and access.may(user, Verb.JOIN, likely.case.site_id)


@require_POST
@staff
def check(request: StaffRequest) -> HttpResponse:
    """The part of the page beside the form, while somebody types."""
    if not can(request.user, Verb.CREATE):
        raise Forbidden(Verb.CREATE)
    context: dict[str, Any] = {"found": found(request, request.POST), "now": request.now}
    return render(request, "desk/new_found.html", context)
