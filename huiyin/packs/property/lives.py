"""Lives of cases for measuring: by chance, but always the same ones for the same seed.

Each is told in order until the last moment; what would happen later doesn't happen, so the newest cases stand open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from huiyin.cases.change import Change
from huiyin.cases.workflow import EventKind as E
from huiyin.cases.workflow import Status
from huiyin.org.models import Department, User
from huiyin.returns import follow as returns
from huiyin.returns.actions import Result
from huiyin.returns.models import State
from huiyin.returns.plan import Mode

from .presets import rows

ALONE, PROMISED, KEPT, SOLVED = 0.3, 0.35, 0.91, 0.93
"""Shares: settled without a department, with a promise, of these kept, solved at the return visit."""
NOTHING: Mapping[str, str] = MappingProxyType({})
RATINGS = (5, 5, 5, 5, 4, 4, 4, 3, 3)


class Matter(NamedTuple):
    """What cases are about, in sentences with slots: `u` unit, `f` floor, `n` any number."""

    category: str
    subject: str
    voice: str
    task: str
    reply: str
    answer: str

    def filled(self, slots: Mapping[str, int]) -> Matter:
        """The sentences with their slots filled."""
        sentences = (self.voice, self.task, self.reply, self.answer)
        return Matter(self.category, self.subject, *(sentence.format_map(slots) for sentence in sentences))


@cache
def matters() -> tuple[Matter, ...]:
    """The pool of sentences."""
    return tuple(Matter(**row) for row in rows("lives.csv"))


@dataclass(frozen=True)
class Cast:
    """Who works on a case."""

    agent: User
    visitor: User
    worker: User
    department: Department


class Step(NamedTuple):
    """Something that happens some time after what happened before. The customer reads the words of `public` ones."""

    after: timedelta
    kind: E
    data: Mapping[str, object] = NOTHING
    words: Mapping[str, str] = NOTHING
    public: bool = False
    actor: User | None = None


def live(change: Change, steps: Iterator[Step], *, until: datetime, most: int) -> None:
    """Let a case go through its steps: no further than `most` of them, and nothing after `until`."""
    for _turn, step in zip(range(most), steps, strict=False):
        at = change.at + step.after
        if at > until:
            break
        change.at = at  # recorded at the moment it happens
        change.add(
            step.kind, step.data, words=step.words, public={"text"} if step.public else frozenset(), actor=step.actor
        )
    if change.now.status != Status.CLOSED:
        change.at = until  # what is overdue by now has been seen


def story(change: Change, chance: Random, cast: Cast, said: Matter) -> Iterator[Step]:
    """What happens to a case after it came in. Steps are made one by one, so each may look at what was written."""
    agent = cast.agent
    yield Step(_minutes(chance, 4), E.ACCEPTED, {"by": agent.pk}, actor=agent)
    told = {"text": f"已收到您反映的{said.subject}，由{agent.name}跟进。"}
    yield Step(_minutes(chance, 3), E.ANSWERED, {"public": True}, told, public=True, actor=agent)
    promised = chance.random() < PROMISED
    if promised:
        due = change.at + timedelta(hours=chance.randint(4, 48))
        words = {"text": f"{due:%m-%d %H:%M}前给您回话。"}
        yield Step(timedelta(minutes=1), E.COMMITTED, {"due_at": due.isoformat()}, words, public=True, actor=agent)
    promise = change.case.seq
    if chance.random() >= ALONE:
        yield from _handed_over(change, chance, cast, said)
    if promised:
        kept = chance.random() < KEPT
        yield Step(_minutes(chance, 20), E.KEPT, {"commitment": promise, "kept": kept}, actor=agent)
    yield Step(_minutes(chance, 40), E.RESOLVED, {}, {"text": said.answer}, public=True, actor=agent)
    yield from _returned(change, chance, cast)


def _minutes(chance: Random, mean: float) -> timedelta:
    return timedelta(seconds=30 + int(chance.expovariate(1 / (60 * mean))))


def _handed_over(change: Change, chance: Random, cast: Cast, said: Matter) -> Iterator[Step]:
    data = {"department": cast.department.pk, "reply_by": None}
    yield Step(_minutes(chance, 5), E.HANDED_OVER, data, {"text": said.task}, actor=cast.agent)
    data = {"hand_over": change.case.seq}
    if change.case.category is not None and change.case.category.on_site:
        yield Step(_minutes(chance, 12), E.ARRIVED, actor=cast.worker)
    yield Step(_minutes(chance, 90), E.REPLIED, data, {"text": said.reply}, actor=cast.worker)


def _returned(change: Change, chance: Random, cast: Cast) -> Iterator[Step]:
    """The return visit, if the plan asks for one, and the end; a customer who isn't content gets another turn."""
    resolved = change.events[-1]
    mode = returns.mode(change.case, resolved, change.now)
    if mode != Mode.PHONE:
        outcome = State.NOT_REQUIRED if mode == Mode.NONE else "link_unanswered"
        yield Step(returns.KEEP[mode] or timedelta(), E.CLOSED, {"outcome": str(outcome)})
        return
    solved = chance.random() < SOLVED
    rating = chance.choice(RATINGS) if solved else chance.randint(1, 2)
    result = Result("phone", reached=True, answered=True, solved=solved, satisfied=rating, promise_kept=solved)
    wait = timedelta(hours=4, seconds=chance.randrange(80_000))
    yield Step(wait, E.VISITED, result.data(), actor=cast.visitor)
    if not solved:
        yield Step(timedelta(), E.REOPENED, {"because": "visit", "handler": None}, actor=cast.visitor)
        yield Step(_minutes(chance, 240), E.RESOLVED, {}, actor=cast.agent)
        again = Result("phone", reached=True, answered=True, solved=True, satisfied=4)
        yield Step(wait, E.VISITED, again.data(), actor=cast.visitor)
    yield Step(returns.EDITABLE, E.CLOSED, {"outcome": State.DONE.value})
