"""What programs get back, and how it is made from rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from pydantic import BaseModel

from huiyin.cases import referring
from huiyin.cases.lists import tag_names
from huiyin.customers import tiers

if TYPE_CHECKING:
    from huiyin.cases import models as rows
    from huiyin.cases import queries
    from huiyin.clocks import models as clock_rows
    from huiyin.clocks import plans
    from huiyin.customers import models as customer_rows
    from huiyin.org.models import User

MEDIA_TYPE = "application/json"


class Clock(BaseModel):
    """A deadline. `ref`: number of the event that started it. `outcome`: empty while it is open."""

    kind: str
    ref: int
    started_at: datetime
    due_at: datetime
    first_due_at: datetime
    paused: bool
    provisional: bool
    breached_at: datetime | None
    stopped_at: datetime | None
    outcome: str


class Person(BaseModel):
    """A member of staff."""

    id: int
    username: str
    name: str


class FileOf(BaseModel):
    """A file of an event; its bytes are at `/cases/{number}/files/{id}`."""

    id: int
    name: str
    media_type: str
    size: int
    public: bool


class Event(BaseModel):
    """One thing that happened. `seq`: its number within the case. `data`: codes and ids, by kind."""

    seq: int
    kind: str
    topic: str
    at: datetime
    recorded_at: datetime
    actor: Person | None
    data: dict[str, Any]


class Entry(Event):
    """An event with its words, by part (`text`, `cause`, …; empty when erased), and its files."""

    words: dict[str, str]
    files: list[FileOf]


class HandOver(BaseModel):
    """A task given to a department. `hand_over` is its number within the case; `passed_from`: that of the task which
    another department passed on to it. `usable`: what the desk says of the answer, null for nothing; `unusable`: why
    not."""

    hand_over: int
    department: str
    asked_at: datetime
    signed_at: datetime | None
    replied_at: datetime | None
    dropped: bool
    part: str
    passed_from: int | None
    usable: bool | None
    unusable: str


class Commitment(BaseModel):
    """A promise to the customer. `commitment` is its number within the case."""

    commitment: int
    due_at: datetime
    kept: bool | None
    settled_at: datetime | None


class Milestone(BaseModel):
    """A step of a project. `dropped`: a later plan, or the end of the project, did without it."""

    milestone: int
    title: str
    due_at: datetime
    first_due_at: datetime
    missed_at: datetime | None
    reached_at: datetime | None
    dropped: bool


class Customer(BaseModel):
    """Who spoke; the phone number in international form, the e-mail address in small letters, the tier by its code."""

    name: str
    phone: str
    email: str
    tier: str | None


class Created(BaseModel):
    """A new case. `receipt_url` is the customer's private page: told once."""

    number: str
    receipt_url: str
    status: str
    version: int
    clocks: list[Clock]


class Done(BaseModel):
    """After a verb: the case as it stands, and the events that the verb made."""

    number: str
    status: str
    version: int
    events: list[Event]
    clocks: list[Clock]
    hand_overs: list[HandOver]
    commitments: list[Commitment]


class Split(Done):
    """After a split: `part` is the number of the new case."""

    part: str


class NextDue(BaseModel):
    """The running clock that is due first."""

    kind: str
    due_at: datetime


class Row(BaseModel):
    """A case in a list. Site, department and category by code, people by username. `protected`: who may not know the
    customer gets null for them, and words with names and numbers crossed out."""

    number: str
    version: int
    status: str
    kind: str
    channel: str
    site: str
    place: str
    subject: str
    category: str | None
    severity: str
    complexity: str
    protected: bool
    customer: Customer | None
    handler: str | None
    department: str | None
    waiting_for: str
    external_number: str
    tags: list[str]
    received_at: datetime
    next_due: NextDue | None


class Listing(BaseModel):
    """A page of cases, newest first. `next`: the cursor of the following page. `total`: only when asked for."""

    items: list[Row]
    next: str | None
    total: int | None


class Task(BaseModel):
    """A task of the checklist; `key` names it when it is ticked off."""

    key: str
    text: str
    step: str
    done: bool


class Whole(Row):
    """A case with everything about it. `referred`: why the supervisor must decide, empty when they needn't.
    `review_since`: since when its result waits for a review. `open_requests`: [event number, kind, what it is about] of
    applications that wait for a decision. `overridden`: what was set by hand, empty when nothing was."""

    owner: str | None
    accepted_at: datetime | None
    answered_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    outcome: str
    reopened: int
    referred: str
    review_since: datetime | None
    supervised: bool
    outside_due_at: datetime | None
    chased: int
    returns: int
    passed: list[int]
    overrides: int
    overridden: str
    open_questions: list[int]
    open_requests: list[tuple[int, str, int]]
    joined_into: str | None
    timeline: list[Entry]
    clocks: list[Clock]
    hand_overs: list[HandOver]
    commitments: list[Commitment]
    milestones: list[Milestone]
    tasks: list[Task]
    fields: dict[str, str]
    related: list[str]


class Site(BaseModel):
    """A site; `parent` is the code of the one above."""

    id: int
    code: str
    name: str
    parent: str | None


class Department(BaseModel):
    """A department; `site` is the code of the site it serves with all below."""

    id: int
    code: str
    name: str
    stage: str
    site: str


class Category(BaseModel):
    """A category that a case can hang on."""

    id: int
    code: str
    name: str
    name_en: str


class Word(BaseModel):
    """What this house calls a code. `group`: `status`, `standing` (a status in the customer's words), `step`, `event`
    or `verb`; `own`: its own word, not Huiyin's."""

    group: str
    code: str
    zh: str
    en: str
    own: bool


class Problem(BaseModel):
    """An error, after RFC 9457. By its kind it has more members, such as `errors`, `allowed` or `version`."""

    type: str
    title: str
    status: int
    detail: str


def send(answer: BaseModel, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The answer as it leaves."""
    body = answer.__pydantic_serializer__.to_json(answer)
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def clock(row: clock_rows.Clock) -> Clock:
    """One clock."""
    return Clock(
        kind=row.kind,
        ref=row.ref,
        started_at=row.started_at,
        due_at=row.due_at,
        first_due_at=row.first_due_at,
        paused=row.paused,
        provisional=row.provisional,
        breached_at=row.breached_at,
        stopped_at=row.stopped_at,
        outcome=row.outcome,
    )


def person(user: User | None) -> Person | None:
    """A member of staff, if there is one."""
    return Person(id=user.pk, username=user.username, name=user.name) if user else None


def _event(row: rows.CaseEvent) -> dict[str, Any]:
    names = ("seq", "kind", "topic", "at", "recorded_at", "data")
    return {name: getattr(row, name) for name in names} | {"actor": person(row.actor)}


def event(row: rows.CaseEvent) -> Event:
    """One event without its words."""
    return Event(**_event(row))


def entry(found: queries.Entry, seen: Mapping[int, rows.Case]) -> Entry:
    """One event with its words and files. `seen`: the other cases that its reader may know of."""
    words = {part: message.text for part, message in found.words.items()}
    names = ("id", "name", "media_type", "size", "public")
    files = [FileOf(**{name: getattr(file, name) for name in names}) for file in found.files]
    facts = _event(found.event) | {"data": referring.told(found.event, seen)}
    return Entry(**facts, words=words, files=files)


def hand_overs(found: Iterable[rows.HandOver]) -> list[HandOver]:
    """Hand-overs by number."""
    names = ("asked_at", "signed_at", "replied_at", "dropped", "part", "passed_from", "usable", "unusable")
    return [
        HandOver(hand_over=row.seq, department=row.department.code, **{name: getattr(row, name) for name in names})
        for row in found
    ]


def commitments(found: Iterable[rows.Commitment]) -> list[Commitment]:
    """Promises by number."""
    return [
        Commitment(commitment=row.seq, due_at=row.due_at, kept=row.kept, settled_at=row.settled_at) for row in found
    ]


def milestones(found: Iterable[plans.Milestone]) -> list[Milestone]:
    """Milestones by their deadlines."""
    return [Milestone(**vars(row)) for row in found]


_ROW = (
    *("number", "status", "kind", "channel", "place", "subject", "severity", "complexity"),
    *("waiting_for", "external_number", "received_at", "protected"),
)


def _customer(case: rows.Case, customer: customer_rows.Customer) -> Customer:
    tier = tiers.of(customer.tier_id)
    email = case.email or customer.email
    return Customer(name=customer.name, phone=customer.phone, email=email, tier=tier.code if tier else None)


def _row(case: rows.Case, due: clock_rows.Clock | None) -> dict[str, Any]:
    customer = case.customer if case.veil is None else None
    return {name: getattr(case, name) for name in _ROW} | {
        "version": case.seq,
        "site": case.site.code,
        "category": case.category.code if case.category else None,
        "customer": _customer(case, customer) if customer else None,
        "handler": case.handler.username if case.handler else None,
        "department": case.department.code if case.department else None,
        "tags": tag_names(case.tags),
        "next_due": NextDue(kind=due.kind, due_at=due.due_at) if due else None,
    }


def row(case: rows.Case, due: clock_rows.Clock | None) -> Row:
    """A case in a list."""
    return Row(**_row(case, due))


_WHOLE = (
    *("accepted_at", "answered_at", "resolved_at", "closed_at", "outcome", "reopened", "referred"),
    *("review_since", "outside_due_at"),
    *("chased", "returns", "overrides", "overridden", "passed", "open_questions", "open_requests"),
)


def whole(case: rows.Case, due: clock_rows.Clock | None, **parts: Any) -> Whole:
    """A case with everything about it; `parts` are its timeline, clocks, hand-overs, promises and milestones."""
    values = _row(case, due) | {name: getattr(case, name) for name in _WHOLE}
    owner = case.owner.username if case.owner else None
    parts["supervised"] = case.supervised_by_id is not None
    return Whole(**values, owner=owner, **parts)
