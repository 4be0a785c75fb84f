"""All that the page of one case is made of, read once: the case, its timeline, clocks, tasks and promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.utils import timezone

from huiyin.base import money
from huiyin.cases import details, referring
from huiyin.cases import queries as cases
from huiyin.cases.details import Details
from huiyin.cases.lists import tag_names
from huiyin.cases.queries import Entry
from huiyin.cases.workflow import EventKind, Status
from huiyin.clocks import plans
from huiyin.clocks import queries as clocks
from huiyin.fairness import queries as fairness
from huiyin.fairness.queries import Fair
from huiyin.groups import queries as groups
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.playbooks import actions as playbook_actions
from huiyin.playbooks import queries as playbooks
from huiyin.playbooks.queries import Running
from huiyin.recovery import equal, failures
from huiyin.recovery import queries as recovery
from huiyin.recovery.actions import TOPIC
from huiyin.recovery.queries import Book
from huiyin.returns import queries as returns
from huiyin.standards import outgoing
from huiyin.standards.placeholders import Values
from huiyin.web.models import Draft
from huiyin.worth import queries as worth

from . import economics, expectations, remedies
from .expectations import Said
from .remedies import Choice

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.clocks.models import Clock
    from huiyin.org.models import User
    from huiyin.recovery.models import CaseFailure, Remedy
    from huiyin.returns.models import ReturnVisit

GROUPED, BEGUN = "is_grouped", "is_begun"
"""What there may be beside a case: a group that it is in, words that this person began to write."""


@dataclass(frozen=True)
class Task:
    """A hand-over: what which department was asked, and what it said. `number` is that of the event that made it."""

    number: int
    department: int
    name: str
    asked_at: datetime
    text: str
    reply: str
    open: bool
    part: str
    signed_at: datetime | None
    to_sign: bool
    """Does a clock run until it is signed for?"""
    due_at: datetime | None
    warn_at: datetime | None
    asker: str
    """Who gave it."""
    passed_from: str = ""
    """The department that passed it on, and why."""
    why_passed: str = ""
    passed_to: str = ""
    reply_seq: int = 0
    """The event with the answer; 0 while there is none."""
    answerer: int | None = None
    judged: Judged | None = None


@dataclass(frozen=True)
class Judged:
    """What the desk said of an answer last."""

    usable: bool
    why: str
    """In words, when it can't be used."""
    text: str


@dataclass(frozen=True)
class Promise:
    """Something told to the customer with a time in it. `kept` is None while it is open."""

    number: int
    text: str
    due_at: datetime
    kept: bool | None


@dataclass(frozen=True)
class Sheet:
    """One case as `user` sees it at `now`."""

    user: User
    now: datetime
    case: Case
    entries: Sequence[Entry]
    clocks: Sequence[Clock]
    beside: frozenset[str] = frozenset()
    """What else is to be asked for: most cases are in no group, and few have words that somebody began."""

    @property
    def open_clocks(self) -> list[Clock]:
        """Clocks that have not ended, the earliest due first."""
        return sorted((clock for clock in self.clocks if not clock.outcome), key=lambda clock: clock.due_at)

    def may(self, verb: Verb) -> bool:
        """Is this verb theirs, with this case?"""
        return access.may(self.user, verb, self.case.site_id, self.departments)

    @property
    def tags(self) -> list[str]:
        """What the case is marked with."""
        return tag_names(self.case.tags)

    @cached_property
    def departments(self) -> frozenset[int]:
        """Whom the case was handed over to so far."""
        return frozenset(task.department for task in self.tasks)

    @cached_property
    def tasks(self) -> list[Task]:
        """All hand-overs in order."""
        waiting = {number for number, _department in self.case.open_hand_overs}
        signed = {e.event.data["hand_over"]: e.event.at for e in self.entries if e.event.kind == EventKind.SIGNED}
        tasks = {
            entry.event.seq: _task(
                entry,
                entry.event.seq in waiting,
                [clock for clock in self.clocks if clock.ref == entry.event.seq],
                signed.get(entry.event.seq),
            )
            for entry in self.entries
            if entry.event.kind in (EventKind.HANDED_OVER, EventKind.PASSED)
        }
        for number in self.case.passed:
            given, why = _before(self.entries, number), tasks[number].text
            old, name = tasks[given], tasks[number].name
            tasks[number] = replace(tasks[number], text=old.text, passed_from=old.name, why_passed=why)
            tasks[given] = replace(old, passed_to=name)
        return list(_answered(tasks, self.entries).values())

    @property
    def open_tasks(self) -> list[Task]:
        """Hand-overs that wait for a reply; those who act for one department see its own."""
        mine = None
        if self.case.site_id in access.reach(self.user, Verb.REPLY).department_sites:
            mine = self.user.department_id
        return [task for task in self.tasks if task.open and mine in (None, task.department)]

    @cached_property
    def promises(self) -> list[Promise]:
        """All promises in order."""
        kept = {
            e.event.data["commitment"]: e.event.data["kept"] for e in self.entries if e.event.kind == EventKind.KEPT
        }
        return [
            Promise(e.event.seq, said(e), datetime.fromisoformat(e.event.data["due_at"]), kept.get(e.event.seq))
            for e in self.entries
            if e.event.kind == EventKind.COMMITTED
        ]

    @property
    def open_promises(self) -> list[Promise]:
        """Promises neither kept nor broken."""
        return [promise for promise in self.promises if promise.number in self.case.open_commitments]

    @cached_property
    def milestones(self) -> list[plans.Milestone]:
        """The steps of a project by their deadlines, but those that a later plan dropped."""
        return [one for one in plans.milestones(self.entries, self.clocks) if not one.dropped]

    @property
    def done(self) -> str:
        """What was done, in the words of the last resolution."""
        return next((e.words["done"].text for e in reversed(self.entries) if "done" in e.words), "")

    @property
    def last_answer(self) -> str:
        """The last words that the customer was sent."""
        told = (EventKind.RESOLVED, EventKind.ANSWERED)
        return next((said(e) for e in reversed(self.entries) if e.event.kind in told and said(e)), "")

    @cached_property
    def details(self) -> Details:
        """Tasks, fields and links."""
        words = {entry.event.seq: said(entry) for entry in self.entries}
        return details.of_events(self.case, [entry.event for entry in self.entries], words)

    @cached_property
    def others(self) -> dict[int, Case]:
        """The cases to which this one leads, as far as the person may see them."""
        again = self.fair.again.case if self.fair.again else None
        more = (*self.details.related, again, self.case.joined_into_id)
        return referring.known(self.user, [entry.event for entry in self.entries], *more)

    @cached_property
    def fair(self) -> Fair:
        """Whether it came again or went over somebody's head."""
        return fairness.of_events([entry.event for entry in self.entries])

    @cached_property
    def expected(self) -> Said | None:
        """What was found of the customer's expectation."""
        return expectations.of_entries(self.entries)

    @cached_property
    def recovery(self) -> Book:
        """What makes good. The timeline says whether there is anything to ask for."""
        any_ = any(e.event.topic == TOPIC and e.event.data.get("what") != "failure" for e in self.entries)
        return recovery.book(self.case) if any_ else Book((), ())

    @property
    def agreed(self) -> list[Remedy]:
        """What the customer gets or has got."""
        return self.recovery.standing(*recovery.AGREED)

    @cached_property
    def failure(self) -> CaseFailure | None:
        """What went wrong, when somebody has said it."""
        told = [e.event.data for e in self.entries if e.event.topic == TOPIC and e.event.data.get("what") == "failure"]
        return failures.as_told(self.case, told[-1]) if told else None

    @cached_property
    def plans(self) -> list[Running]:
        """Its recovery plans. The timeline says whether there is anything to ask for."""
        any_ = any(entry.event.topic == playbook_actions.TOPIC for entry in self.entries)
        return playbooks.of_case(self.case) if any_ else []

    @cached_property
    def blanks(self) -> Values:
        """What fills the blanks of prepared words."""
        heard = clocks.heard_among(self.clocks, self.now)
        return outgoing.values(self.case, self.user, self.now, lambda _case, _at: heard)

    @property
    def gravity(self) -> str:
        """How bad it was, in words."""
        return failures.gravity_name(self.failure.gravity) if self.failure else ""

    @cached_property
    def like(self) -> dict[str, Any] | None:
        """What comparable cases got."""
        found = failures.like(self.case, money.DEFAULT, self.now) if self.failure else None
        if found is None:
            return None
        names = ("low", "lower", "middle", "upper", "high")
        return {"count": found.count, "enough": found.says_something} | {
            name: money.show(getattr(found, name), found.currency) for name in names
        }

    @cached_property
    def equal(self) -> dict[str, Any] | None:
        """What the others of the group got, before anything is given here."""
        found = equal.of_case(self.case, money.DEFAULT) if self.case.veil is None else None
        if found is None:
            return None
        others = equal.of_others(self.user, self.case, money.DEFAULT)
        told = {name: money.show(getattr(found, name)) for name in ("amount", "own") if getattr(found, name)}
        shown = [(one, money.show(amount)) for one, amount in others[:20]]
        return {"ruled": found.ruled, "homes": found.homes, "others": shown} | told

    @cached_property
    def economics(self) -> dict[str, Any] | None:
        """What making good keeps here, for goodwill to be weighed by; None while nobody has said what went wrong."""
        events = [entry.event for entry in self.entries]
        if self.failure is None:
            return None
        found = worth.beside(self.user, self.case, self.failure, events)
        return economics.words(found, self.recovery, duty=self.failure.failure.duty) if found else None

    @cached_property
    def options(self) -> list[Choice]:
        """What the customer may choose among."""
        return remedies.options(self.recovery, self.entries)

    @property
    def authority(self) -> str:
        """How much this person may grant in this case; empty when nothing."""
        most = recovery.own_limit(self.user, self.case)
        return money.show(most) if most else ""

    @cached_property
    def grade(self) -> dict[str, Any]:
        """The stored reasons of the severity as it is now."""
        graded = [e.event.data["grade"] for e in self.entries if e.event.kind in (EventKind.RECEIVED, EventKind.GRADED)]
        return dict(graded[-1])

    @cached_property
    def visit(self) -> ReturnVisit | None:
        """The return visit planned for the case as it stands."""
        if self.case.review_since is not None:
            return None
        return returns.planned(self.case) if self.case.status in (Status.RESOLVED, Status.CLOSED) else None


def _before(entries: Sequence[Entry], number: int) -> int:
    """The number that a task had before it was passed on."""
    return next(int(one.event.data["hand_over"]) for one in entries if one.event.seq == number)


def _answered(tasks: dict[int, Task], entries: Sequence[Entry]) -> dict[int, Task]:
    """With what their departments answered, and what the desk said of it last."""
    for entry in entries:
        event, number = entry.event, entry.event.data.get("hand_over", 0)
        if event.kind == EventKind.REPLIED:
            answer = {"reply": said(entry), "reply_seq": event.seq, "answerer": event.actor_id}
            tasks[number] = replace(tasks[number], **answer)  # type: ignore[arg-type]  # the names stand above
        elif event.kind == EventKind.JUDGED:
            why = str(dict(cases.UNUSABLE).get(event.data["why"], ""))
            tasks[number] = replace(tasks[number], judged=Judged(event.data["usable"], why, said(entry)))
    return tasks


def _task(entry: Entry, waiting: bool, clocks: Sequence[Clock], signed_at: datetime | None) -> Task:
    department = entry.event.data["department"]
    clock = next((one for one in clocks if one.kind == "reply"), None)
    return Task(
        number=entry.event.seq,
        department=department,
        name=org.organisation().departments[department].name,
        asked_at=entry.event.at,
        text=said(entry),
        reply="",
        open=waiting,
        part=str(dict(cases.PARTS)[entry.event.data.get("part", "lead")]),
        signed_at=signed_at,
        to_sign=waiting and signed_at is None and any(one.kind == "sign" for one in clocks),
        due_at=clock.due_at if clock and waiting else None,
        warn_at=clock.warn_at if clock and waiting else None,
        asker=entry.event.actor.name if entry.event.actor else "",
    )


def said(entry: Entry) -> str:
    """The words of an event, if it has any and they were not erased."""
    message = entry.words.get("text")
    return message.text if message else ""


def read(user: User, number: str, now: datetime) -> Sheet:
    """The sheet of a case, in the time of its site until the request ends. Raises `Case.DoesNotExist`."""
    case = cases.get(
        user,
        number,
        **{GROUPED: groups.has_group(), BEGUN: Exists(Draft.objects.filter(user=user, case=OuterRef("pk")))},
    )
    timezone.activate(ZoneInfo(case.site.time_zone))
    beside = frozenset(name for name in (GROUPED, BEGUN) if getattr(case, name))
    return Sheet(user, now, case, cases.timeline(case), clocks.of_case(case), beside)
