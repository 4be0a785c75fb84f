"""The storm: water in the garage, two towers without lifts for 41 hours, and the bills that were disputed after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from huiyin.cases.models import Channel
from huiyin.cases.workflow import EventKind

from . import departments, dispatch, handling, tales
from .organisation import MANAGER
from .story import WORKERS, Story
from .tales import Days, Teller
from .volume import Voice

FIRST = 38
"""It begins so many days before the last."""
REPORTS: tuple[tuple[int, str, str, dict[str, int]], ...] = (
    (38, "18:22", "23:58", {"garage": 10, "lift": 9, "roof": 3, "wall": 3, "outage": 4}),
    (37, "00:10", "22:30", {"lift": 12, "roof": 9, "wall": 8, "garage": 6, "corridor": 4, "car": 5}),
    (36, "06:30", "21:30", {"lift": 5, "roof": 6, "wall": 6, "garage": 4}),
    (35, "07:00", "21:00", {"roof": 5, "wall": 5, "garage": 2}),
    (34, "07:00", "21:00", {"roof": 4, "wall": 4}),
    (33, "07:00", "21:00", {"roof": 3, "wall": 3}),
    (32, "07:00", "21:00", {"roof": 2, "wall": 2}),
    (31, "07:00", "21:00", {"roof": 1, "wall": 2}),
    (30, "07:00", "21:00", {"wall": 2}),
)
"""Of each day from … to …: what is reported how often. 31 and 44 on the first days, then less by half in two days."""
CHAIN = {31: (2, 1), 30: (3, 1), 29: (3, 1), 28: (2, 1), 27: (2, 1), 26: (2, 1)}
"""On the seventh to twelfth day after: fee disputes, and refusals to pay."""
CLAIMS = (35, 34, 33, 31)
"""Days on which owners of cars claim; one more goes over our heads."""
FIRST_CALL, REPAIRED = "18:20", "11:40"
"""When the first spoke of water, and when the lifts ran again, two days after."""
FREED = timedelta(minutes=26)
ALL_HEAR = ("lift", "garage")
"""Who gets the word to all; the others have a leak of their own."""
DARK = ("outage", "corridor")
"""Whose trouble is an incident of its own, which came of the first."""
ENOUGH_TO_FINISH = timedelta(hours=4)


def voices(teller: Teller) -> Iterator[Voice]:
    """Everybody who speaks of the storm and of what came after."""
    at = teller.days.at
    yield teller.voice("storm/garage", at(FIRST, FIRST_CALL), channel=Channel.PHONE)
    yield teller.voice("storm/trapped", at(FIRST, "19:05"), channel=Channel.PHONE)
    for day, start, end, counts in REPORTS:
        for kind, count in counts.items():
            yield from teller.voices(f"storm/{kind}", count, at(day, start), at(day, end))
    for day, (disputes, refusals) in CHAIN.items():
        yield from teller.voices("chain/dispute", disputes, at(day, "09:00"), at(day, "20:00"))
        yield from teller.voices("chain/refuse", refusals, at(day, "09:00"), at(day, "20:00"))
    for day in CLAIMS:
        yield from teller.voices("chain/claim", 1, at(day, "09:00"), at(day, "18:00"))
    # 12345 wants the customer called within a day and answered within five working days.
    yield teller.voice("chain/over", at(30, "10:15"), channel=Channel.TRANSFER, outside_days=7)


def live(story: Story) -> None:
    """A case of the storm, or of the days after."""
    tale = story.voice.tale
    story.outcome = tales.outcome(tale)
    if tale == "storm/trapped":
        story.later(story.now + timedelta(minutes=1), lambda: _free(story))
    elif tale.startswith("storm/"):
        story.later(story.now + story.minutes(2, 14), lambda: _take_up(story, tale.removeprefix("storm/")))
    else:
        story.later(story.open_hours(story.now + story.minutes(2, 25)), lambda: _account_for(story, tale))


def _free(story: Story) -> None:
    """A mother and her child in the lift: security talks to them, the maintenance firm is on its way."""
    handling.take(story)
    handling.first_word(story)
    story.finish_at = story.voice.at + FREED
    security = story.department("security")
    for department in (story.department("engineering"), security):
        part = dispatch.ASSIST if department == security else dispatch.LEAD
        data = {"department": department.pk, "reply_by": None, "part": part}
        text = story.words("task_assist" if department == security else "task")
        event = story.add(EventKind.HANDED_OVER, data, actor=story.handler, text=text)
        story.later(story.now + story.minutes(8, 20), lambda n=event.seq, d=department: _arrived(story, n, d.code))  # type: ignore[misc]
    handling.finish_later(story)


def _arrived(story: Story, number: int, code: str) -> None:
    words = story.words("reply_assist" if code == "security" else "reply_good", name="维保师傅")
    story.add(EventKind.REPLIED, {"hand_over": number}, actor=WORKERS[code], text=words)


def _take_up(story: Story, kind: str) -> None:
    handling.take(story)
    text = story.words("storm_first")
    story.tell(EventKind.ANSWERED, {"public": True}, actor=story.handler, text=text)
    handling.expect_word(story)
    if kind in ALL_HEAR:
        tales.answer_all(story, "storm", "")
    elif kind in DARK:
        tales.answer_all(story, "power", "")
    if kind == "lift":
        _wait_for_lifts(story)
    else:
        handling.plan(story, since=story.voice.at)
        _lead_to_the_end(story)


def _repaired(story: Story) -> datetime:
    return _at(story, FIRST - 2, REPAIRED)


def _at(story: Story, day: int, clock: str) -> datetime:
    return Days(story.world.until, story.world.zone).at(day, clock)


def _lead_to_the_end(story: Story) -> None:
    """By the plan of the first who called all others go: that case isn't over before the lifts run."""
    if story.voice.at == _at(story, FIRST, FIRST_CALL):
        story.finish_at = max(story.finish_at, _repaired(story) + timedelta(minutes=35))


def _wait_for_lifts(story: Story) -> None:
    """All lifts run again at the same moment; who came later had another fault. More time was asked for in time."""
    story.finish_at = max(_repaired(story), story.now + ENOUGH_TO_FINISH) + story.minutes(20, 90)
    departments.route(story, done=lambda: handling.finish_later(story))
    dispatch.more_time(story, lambda: handling.expect_word(story), share=0.9)
    handling.finish_later(story)


def _account_for(story: Story, tale: str) -> None:
    """Fees and claims: another matter that came of the storm, above the desk's authority, so the manager decides."""
    handling.take(story)
    story.world.gatherings["storm"].came_of_it(story)
    if tale == "chain/over":
        story.add(EventKind.CALLED, {"reached": True}, actor=story.handler, text=story.words("storm_over"))
        handling.expect_word(story)
        dispatch.supervise(story, MANAGER)
    else:
        handling.first_word(story)
    story.measure = story.words("measure_storm") if tale != "chain/claim" else ""
    story.refused = tale == "chain/refuse" and story.chance(0.4)  # who wants the fees of the whole quarter waived
    dispatch.refer(story, story.words("storm_ask"))
    handling.plan(story, since=story.voice.at)
