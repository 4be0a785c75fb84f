"""One case, lived through: what happens is put in a queue of moments and done in order, until the demo's last moment.

What would happen after that moment doesn't happen, so cases near the end stand open, halfway, late or about to be.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from huiyin.base.worktime import WorkCalendar
from huiyin.cases.actions import By
from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent, Category
from huiyin.cases.workflow import EventKind, Status
from huiyin.clocks import levels
from huiyin.clocks.models import ClockKind
from huiyin.groups.models import Group
from huiyin.org.models import Department, User
from huiyin.playbooks.models import Plan, PlanStep
from huiyin.returns.models import HelpAsked

from .organisation import LEAVER, MANAGER, SUCCESSOR, SUPERVISOR, Company, called
from .texts import Outcome, Texts, clock_words
from .volume import Voice

if TYPE_CHECKING:
    from .gathering import Gathering

Act = Callable[[], None]
WORKERS = {
    "engineering": "zhougong",
    "security": "maqiang",
    "cleaning": "liufang",
    "finance": "wukuaiji",
    "quality": "hemin",
    "supervisor": SUPERVISOR,
    "manager": MANAGER,
}
"""Who answers for a department."""
DESKS = {"LJF": (("linxiao", 3), ("chenjia", 1)), "YGZ": (("linxiao", 2), ("zhaozhuguan", 1)), "FLY": (("chenjia", 1),)}
"""Who takes the cases of a site, with weights."""
DUTY = SUPERVISOR
VISITOR = "hemin"
HER_LAST = timedelta(days=9)
"""In her last days 小孙 is alone at the desk of her estate."""
INSIDE = frozenset({"cause", "done", "measure", "reason"})
"""Words that stay among colleagues, whoever is told the rest."""


@dataclass
class World:
    """What all stories share."""

    company: Company
    texts: Texts
    policy: int
    service: WorkCalendar
    zone: ZoneInfo
    until: datetime
    hours: dict[str, float]
    """By matter, from the table of matters."""
    leaves_at: datetime
    """When 小孙 hands over her cases and goes."""
    shift_list: list[int] = field(default_factory=list)
    """The cases she handed over, in the order of the list."""
    night: list[int] = field(default_factory=list)
    """The cases about the night works, in the order in which people spoke."""
    gatherings: dict[str, Gathering] = field(default_factory=dict)
    """The incidents, by tale."""
    remedies: list[dict[str, str]] = field(default_factory=list)
    """What is usual on which occasion."""
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was made good, by failure and gravity."""
    often: Counter[str] = field(default_factory=Counter)
    """How often it was done, by its reason."""
    waited: list[int] = field(default_factory=list)
    """The cases whose proposals waited longer than they may."""
    joined: list[tuple[int, datetime]] = field(default_factory=list)
    """The cases of the group about the night works, and when each was put there."""
    roles: dict[str, int] = field(default_factory=dict)
    """By role: in whose case of that group they spoke."""
    group: Group | None = None
    """That of the night works."""
    heard: list[HelpAsked] = field(default_factory=list)
    """What departments were asked after bad answers."""
    named_outside: int = 0
    """Refusals that say whom outside the house one may turn to."""


class Story:
    """One case on its way. `now` is the moment that is being lived."""

    change: Change
    """What is being written; set once the first word is known."""

    def __init__(self, world: World, rng: Random, voice: Voice, slots: dict[str, str]) -> None:
        self.world, self.rng, self.voice, self.slots = world, rng, voice, slots
        self.more = Random(f"{voice.at}/{slots}")  # noqa: S311
        """Chance for what goes on beside the work: more of it leaves the rest as it was."""
        self.now = voice.at
        self.category: Category = world.company.categories[voice.matter]
        self.outcome: Outcome = rng.choice(world.texts.outcomes[voice.matter])
        self.hours = world.hours[voice.matter]
        """Usual hours to finish, of which less than half is the median."""
        self.late = self.broken = self.refused = self.decided = False
        self.rounds = self.last_word = self.hand_overs_left = self.extra_hand_overs = self.arrivals = 0
        self.finish_at = voice.at
        self.desk = self.who_takes()
        self.first_handler = self.aside = self.measure = ""
        """`aside`: whom the customer complains of; `measure`: what the manager will decide, if that is settled."""
        self.lead: Department | None = None
        """The department that will solve it."""
        self.promises: dict[int, tuple[datetime, str]] = {}
        """By event number: when it is due and what was said."""
        self.answers: list[tuple[int, bool, int]] = []
        """What the customer will say at each round of visits, if that is settled: at which try somebody picks up
        (0: never), whether it is solved, and the rating."""
        self.visit_at: datetime | None = None
        """When they are asked, if that is settled."""
        self.absorbed: set[int] = set()
        self.came_again: set[int] = set()
        """Later cases of the customer about the same matter."""
        self.begins = voice.at
        """When it is first looked at: a matter again is known as such by then."""
        self.above_head = False
        self.gift, self.failed = "", ("", "")
        """On what occasion something is made good; what went wrong, and how bad it is."""
        self.owed: set[int] = set()
        """Promises to make good: kept by what is given, not by the end of the work."""
        self.plan: Plan | None = None
        self.steps: list[PlanStep] = []
        self._queue: list[tuple[datetime, int, Act]] = []
        self._count = 0

    # the queue

    def later(self, at: datetime, act: Act) -> None:
        """Do something at a moment, or now when it has passed."""
        self._count += 1
        heapq.heappush(self._queue, (max(at, self.now), self._count, act))

    def run(self) -> None:
        """Live until nothing is left to happen or the last moment has come."""
        while self._queue and self._queue[0][0] <= self.world.until:
            self.now, _number, act = heapq.heappop(self._queue)
            act()
        self.change.at = self.world.until

    # what happens

    def add(
        self, kind: EventKind, data: dict[str, Any] | None = None, *, actor: str | None = None, **words: str
    ) -> CaseEvent:
        """A fact, now. `words` the customer sees belong to `tell`; these stay among colleagues."""
        return self._add(kind, data, actor, words, public=False)

    def tell(
        self, kind: EventKind, data: dict[str, Any] | None = None, *, actor: str | None = None, **words: str
    ) -> CaseEvent:
        """A fact, now, whose words the customer sees, apart from those that are `INSIDE`."""
        return self._add(kind, data, actor, words, public=True)

    def _add(
        self, kind: EventKind, data: dict[str, Any] | None, actor: str | None, words: dict[str, str], *, public: bool
    ) -> CaseEvent:
        self.change.at = self.now
        seen = set(words) - INSIDE if public else set()
        return self.change.add(kind, data, words=words, public=seen, actor=self.user(actor) if actor else None)

    @contextmanager
    def written_by(self, username: str | None) -> Iterator[By]:
        """Now, verbs of other domains write in the name of this person; None for the customer or the machine."""
        self.change.at, self.change.actor = self.now, self.user(username) if username else None
        yield By(self.change.actor, self.now)
        self.change.actor = None

    def log(self, topic: str, data: dict[str, Any]) -> None:
        """A fact of another domain, now, by nobody."""
        self.change.at = self.now
        self.change.note(topic, data)

    def note(self, text: str, actor: str) -> None:
        """A word among colleagues."""
        self.change.at = self.now
        user = self.user(actor)
        self.change.add(EventKind.NOTED, {"what": "note"}, words={"text": text}, actor=user, topic="cases")

    def close(self, outcome: str, *, actor: str | None = None) -> None:
        """File the case, unless it was taken up again; not before the customer has what was promised."""
        asked = any(kind == EventKind.APPROVING for _seq, kind, _about in self.change.now.open_requests)
        if self.owed or asked:
            self.later(self.now + timedelta(days=1), lambda: self.close(outcome, actor=actor))
        elif self.status in (Status.RESOLVED, Status.DECLINED, Status.REFUSED, Status.WITHDRAWN):
            self.add(EventKind.CLOSED, {"outcome": outcome}, actor=self.present(actor) if actor else None)

    @property
    def status(self) -> str:
        """Where the case stands."""
        return self.change.now.status

    # people

    def user(self, username: str) -> User:
        """A member of staff."""
        return self.world.company.staff[username]

    @property
    def handler(self) -> str:
        """Who handles the case: its handler, else whoever is on duty."""
        found = self.change.now.handler_id
        return self.present(next((name for name, user in self.world.company.staff.items() if user.pk == found), DUTY))

    def present(self, username: str) -> str:
        """Whoever does it once somebody has left."""
        return SUCCESSOR if username == LEAVER and self.now > self.world.leaves_at else username

    def who_takes(self) -> str:
        """Who takes a case of this site at this hour."""
        if self.voice.matter.startswith("conduct"):
            return DUTY  # a complaint about staff is not handled by their own desk
        local = self.now.astimezone(self.world.zone)
        if not 7 <= local.hour < 21:
            return DUTY
        left = self.world.leaves_at - self.now
        if self.voice.site == "FLY" and left > timedelta() and self.rng.random() < (0.97 if left < HER_LAST else 0.45):
            return LEAVER
        people = DESKS[self.voice.site]
        return self.rng.choices([name for name, _weight in people], [weight for _name, weight in people])[0]

    def other_than(self, username: str) -> str:
        """Another handler for a case that went wrong."""
        names = [name for name, _weight in DESKS[self.voice.site] if name not in (username, self.aside)]
        return names[0] if names else DUTY

    def department(self, code: str) -> Department:
        """A department."""
        return self.world.company.departments[code]

    # time

    def due(self, kind: ClockKind, start: datetime) -> datetime | None:
        """The deadline that a clock started at `start` has by the service levels."""
        found = levels.reckon(self.world.policy, kind, self.change.case, self.change.now, start=start)
        if found is None:
            return None
        outside = self.change.now.outside_due_at if kind == ClockKind.RESOLVE else None
        return min(found.due_at, outside) if outside else found.due_at

    @property
    def urgent(self) -> bool:
        """Is it worked on by night as well?"""
        return self.change.now.severity in ("P1", "P2")

    def open_hours(self, at: datetime) -> datetime:
        """`at`, or soon after the desk opens again."""
        opens = self.world.service.add(at, timedelta(minutes=1))
        return at if opens - at < timedelta(hours=1) else opens + self.minutes(2, 50)

    def waking_hours(self, at: datetime) -> datetime:
        """`at`, or the next morning: customers sleep too."""
        local = at.astimezone(self.world.zone)
        if 7 <= local.hour < 23:
            return at
        morning = local.replace(hour=7, minute=0) + timedelta(days=local.hour >= 23)
        return morning + self.minutes(5, 120)

    def minutes(self, least: float, most: float) -> timedelta:
        """Some time between, rather the shorter."""
        return timedelta(minutes=self.rng.triangular(least, most, least + (most - least) * 0.25))

    def spread(self, median: float, p95: float) -> float:
        """A log-normal amount with this median and 95th percentile."""
        return self.rng.lognormvariate(math.log(median), math.log(p95 / median) / 1.645)

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.rng.random() < share

    # words

    def words(self, situation: str, *, at: datetime | None = None, **slots: str) -> str:
        """The words for a situation, with what this case is about filled in; `at`: the time they name."""
        local = self.now.astimezone(self.world.zone)
        own = {
            "matter": self.voice.title or self.world.texts.matters[self.voice.matter],
            "time": clock_words((at or self.now).astimezone(self.world.zone), local),
            "call": self.call,
            "name": self.user(self.handler).name,
            "department": "工程部",
            "party": "电梯维保单位" if self.voice.matter.startswith("lift") else "配件供应商",
        }
        return self.world.texts.say(self.rng, situation, self.slots | self.outcome.slots() | own | slots)

    @property
    def call(self) -> str:
        """How the customer is called; nothing when nobody is known."""
        contact = self.voice.contact
        if contact is None:
            return ""
        return called(contact.customer.name)
