"""Groups: many people about one thing. The night works next door, and a lift that needs the owners' vote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from huiyin.cases.models import Channel
from huiyin.cases.severity import Complexity
from huiyin.cases.workflow import LIVE, OPEN, EventKind, Status
from huiyin.groups.models import Role

from . import arrival, dispatch, handling, neighbours, projects, tales, visits
from .organisation import MANAGER, SUCCESSOR, SUPERVISOR
from .story import WORKERS, Story
from .tales import Days, Teller
from .volume import Voice

NIGHT = (
    # day, from, to, how many customers who hadn't spoken before
    (23, "23:10", "23:40", 2),
    (22, "07:10", "22:50", 3),
    (21, "06:20", "09:10", 11),
    (20, "07:30", "22:00", 4),
    (19, "07:30", "10:30", 3),
    (17, "08:00", "12:00", 2),
)
SIGNING, NAMED = (21, "06:20"), (Role.SPOKESPERSON.value, Role.EXPERT.value)
"""When signatures are collected, and what the first two are who speak then."""
JOINED_AT, ANSWERED_AT = (21, "09:30"), (16, "17:30")
VISITS, SETTLED, SECOND = (14, "09:30"), (7, "10:20"), (6, "14:10")
UNSOLVED, GOOD = 4, (5, 5, 5, 5, *(4,) * 9, *(3,) * 4)
"""What those said who were reached: four weren't satisfied, and then were."""
BAD, IN_THE_END = (2, 2, 1, 3), (4, 4, 3, 3)
WRITES = {3: 4}
"""Who writes again, and how often: customers count, not messages."""
LOOKED_AT = timedelta(minutes=50)
"""So long after the first home called somebody stood before the lift."""
LIFT_HOMES = ((62, "first"), *((day, "more") for day in (58, 55, 51, 44, 40, 33, 27, 20)))


def voices(teller: Teller) -> Iterator[tuple[Voice, Voice | None]]:
    """Everybody who speaks, and into whose case theirs is joined."""
    at = teller.days.at
    yield teller.voice("night/first", at(24, "22:50"), channel=Channel.PHONE), None
    for day, start, end, count in NIGHT:
        who = iter(NAMED if at(day, start) == at(*SIGNING) else ())
        for voice in teller.voices("night/more", count, at(day, start), at(day, end)):
            named = next(who, None)
            yield teller.telling(voice, f"night/{named}") if named else voice, None
    lead: Voice | None = None
    for day, which in LIFT_HOMES:
        voice = teller.voice(f"lift2/{which}", at(day, "09:40"), channel="")
        yield voice, lead
        lead = lead or voice


def live(story: Story) -> None:
    """A case of one of the groups."""
    if story.voice.tale.startswith("lift2"):
        story.later(story.now + story.minutes(5, 40), lambda: _follow_the_lift(story))
        return
    story.outcome = tales.outcome("night")
    story.desk = SUCCESSOR
    number = len(story.world.night)
    story.world.night.append(story.change.case.pk)
    if (role := story.voice.tale.partition("/")[2]) in NAMED:
        story.world.roles[role] = story.change.case.pk
    story.answers = _answers(number)
    first = story.voice.tale == "night/first"
    soon = story.now + story.minutes(4, 20)
    story.later(soon if first else story.open_hours(soon), lambda: _send_away(story) if first else _hear(story))
    for count in range(WRITES.get(number, 0)):
        story.later(story.now + story.minutes(30, 90) * (count + 1), lambda: _writes(story))
    lead_at = _at(story, JOINED_AT)
    story.later(
        lead_at if lead_at > story.now else story.open_hours(story.now + story.minutes(20, 55)), lambda: _lead(story)
    )


def _at(story: Story, moment: tuple[int, str]) -> datetime:
    return Days(story.world.until, story.world.zone).at(*moment)


def _answers(number: int) -> list[tuple[int, bool, int]]:
    """What customer `number` will say: four unsolved first, then seventeen solved, the last five never reached."""
    if number < UNSOLVED:
        return [(1, False, BAD[number]), (1, True, IN_THE_END[number])]
    reached = number - UNSOLVED
    return [(1, True, GOOD[reached])] if reached < len(GOOD) else [(0, True, 0)]


# the night works


def _take(story: Story) -> None:
    if story.status == Status.RECEIVED:
        story.add(EventKind.ACCEPTED, {"by": story.user(SUCCESSOR).pk}, actor=SUCCESSOR)


def _send_away(story: Story) -> None:
    """The first voice gets the wrong answer."""
    _take(story)
    text = story.words("night_wrong")
    story.tell(EventKind.DECLINED, actor=SUCCESSOR, text=text, right_door="12345 热线")


def _hear(story: Story) -> None:
    _take(story)
    story.tell(EventKind.ANSWERED, {"public": True}, actor=story.handler, text=story.words("night_first"))


def _writes(story: Story) -> None:
    if story.status in LIVE:
        story.tell(EventKind.WROTE, {}, text=story.words("night_wrote"))


def _lead(story: Story) -> None:
    """The manager takes the lead of all of them, and answers all."""
    if story.status == Status.DECLINED:
        data = {"because": "asked", "handler": None}
        story.add(EventKind.REOPENED, data, actor=MANAGER, text=story.words("night_reopen"))
    _take(story)
    story.note(story.words("night_lead"), SUPERVISOR)
    neighbours.join(story)
    story.add(EventKind.ASSIGNED, {"to": story.user(MANAGER).pk}, actor=SUPERVISOR)
    handling.set_grade(story, Complexity.PROJECT)
    tales.answer_all(story, "night", MANAGER)
    story.later(_at(story, ANSWERED_AT) + story.minutes(0, 40), lambda: _resolve(story, "night_resolve", VISITS))


def _resolve(story: Story, situation: str, visit: tuple[int, str]) -> None:
    cause, done = story.outcome.cause, story.outcome.done
    text = story.words(situation)
    event = story.tell(EventKind.RESOLVED, actor=story.handler, cause=cause, done=done, text=text)
    story.visit_at = _at(story, visit) + story.minutes(0, 240)
    visits.plan(story, event, again=lambda: _again(story))


def _again(story: Story) -> None:
    """An early start at 05:40: another handler takes it up."""
    story.rounds += 1
    story.outcome = tales.outcome("night/again")

    def take_up() -> None:
        if story.status in OPEN:
            story.add(EventKind.ASSIGNED, {"to": story.user(SUCCESSOR).pk}, actor=SUPERVISOR)
            text = story.words("night_again")
            story.tell(EventKind.ANSWERED, {"public": True}, actor=SUCCESSOR, text=text)

    story.later(story.open_hours(story.now + story.minutes(10, 60)), take_up)
    story.later(_at(story, SETTLED) + story.minutes(0, 60), lambda: _resolve(story, "night_resolve_again", SECOND))


# the lift of block 16


def _follow_the_lift(story: Story) -> None:
    """A project with a word every week, still open on the last day, when the manager has something to decide."""
    handling.take(story)
    story.tell(EventKind.ANSWERED, {"public": True}, actor=story.handler, text=story.words("lift2_first"))
    story.add(EventKind.ASSIGNED, {"to": story.user(MANAGER).pk}, actor=SUPERVISOR)
    handling.set_grade(story, Complexity.PROJECT)
    story.later(story.voice.at + LOOKED_AT, lambda: arrival.come(story, WORKERS["engineering"]))
    projects.plan_tale(story, "lift2")
    tales.answer_all(story, "lift2", MANAGER)
    data = {"by": story.user(SUPERVISOR).pk, "due_at": None}
    story.add(EventKind.SUPERVISED, data, actor=SUPERVISOR, text=story.words("lift2_supervise"))
    story.later(story.world.until - story.minutes(60, 600), lambda: dispatch.refer(story, story.words("lift2_ask")))
