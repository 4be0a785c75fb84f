"""Many lifelike cases at once, for measuring: real rows, made as all others are, in big groups.

Some processes make rows, each a group at a time, and take turns at writing them. A group depends on nothing but the
seed and its own number, so the same cases come out however many processes there are.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from random import Random

from django.db import connections, transaction

from huiyin.base.process import die_with
from huiyin.cases import intake, search, timeline
from huiyin.cases.actions import By
from huiyin.cases.change import Change
from huiyin.cases.intake import NewCase
from huiyin.cases.severity import Taps
from huiyin.db.rows import collector_at_rest, deferred
from huiyin.org import reference
from huiyin.org.models import Stage

from .crew import Crowd, Scene, gather
from .lives import Cast, Matter, live, story

GROUP = 500
YOUNG = 0.05
"""The newest cases, whose lives are cut short wherever they stand."""
GRADED, NAMED = 0.4, 0.92
"""Shares: graded by taps, with a customer."""
NIGHT, MOVED = 15, 0.8
"""From this hour in UTC on it is night in China, and so many of the cases come in the evening before."""
CHANNELS = (*["phone"] * 4, *["portal"] * 3, *["group"] * 2, "walk_in")
TAPS = tuple(Taps(False, state, scope, impact) for state in range(3) for scope in range(3) for impact in range(3))


@dataclass(frozen=True)
class Order:
    """What is wanted: so many cases of the time before `until`."""

    count: int
    seed: int
    until: datetime
    span: timedelta = timedelta(days=365)


def fill(order: Order, *, processes: int = 1) -> Iterator[int]:
    """Make the cases; yields how many each transaction wrote.

    The same order in the same company makes the same cases. Rows that are there stay as they are.
    """
    scene = gather()
    crowd = Crowd(scene, size=order.count // 2 + 1, seed=order.seed)
    crowd.come()
    with transaction.atomic():
        keys = timeline.take_keys(order.count)
    maker = Maker(order, scene, crowd, keys)
    with search.loading():
        yield from _written(maker, range(0, order.count, GROUP), processes)


def _written(maker: Maker, starts: Sequence[int], processes: int) -> Iterator[int]:
    if processes == 1:
        yield from map(maker.write, starts)
        return
    connections.close_all()  # each process needs one of its own
    enter = (maker, os.getpid())
    with ProcessPoolExecutor(processes, get_context("fork"), initializer=_enter, initargs=enter) as pool:
        try:
            yield from pool.map(_write, starts)
        finally:
            pool.shutdown(cancel_futures=True)


_makers: list[Maker] = []


def _enter(maker: Maker, parent: int) -> None:
    die_with(parent, signal.SIGTERM)
    _makers.append(maker)


def _write(first: int) -> int:
    return _makers[0].write(first)


class Maker:
    """Makes groups of cases by chance."""

    def __init__(self, order: Order, scene: Scene, crowd: Crowd, keys: Sequence[int]) -> None:
        self.order, self.scene, self.crowd, self.keys = order, scene, crowd, keys

    def write(self, first: int) -> int:
        """Make and write the group that begins with this case; how many there are. Others wait for the writing only."""
        chance = Random(f"{self.order.seed}/{first}")  # noqa: S311 (no secret)
        numbers = range(first, min(first + GROUP, self.order.count))
        with collector_at_rest():
            with reference.pinned(), deferred(copying=True) as rows:
                timeline.write([self._case(number, chance) for number in numbers])
            with transaction.atomic():
                rows.send()
        return len(numbers)

    def _case(self, number: int, chance: Random) -> Change:
        said, new = self._voice(number, chance)
        customer = self.crowd.anybody(chance) if chance.random() < NAMED else None
        if customer is not None:
            new = replace(new, site=customer.site)
        change = intake.draft(new, By(None, self._moment(number, chance)), customer)
        change.case.pk = self.keys[number]
        young = number >= self.order.count * (1 - YOUNG)
        steps = story(change, chance, self._cast(change, chance), said)
        live(change, steps, until=self.order.until, most=chance.randrange(5) if young else 99)
        return change

    def _voice(self, number: int, chance: Random) -> tuple[Matter, NewCase]:
        matter, category = chance.choice(self.scene.subjects)
        slots = {"u": chance.randint(1, 6), "f": chance.randint(1, 30), "n": chance.randint(2, 60)}
        said = matter.filled(slots)
        new = NewCase(
            kind=category.kind if category is not None else "complaint",
            channel=chance.choice(CHANNELS),
            site=chance.choice(self.scene.sites),
            subject=said.subject,
            text=said.voice,
            category=category,
            place=f"{chance.randint(1, 30)}号楼{slots['u']}单元{slots['f']}0{chance.randint(1, 4)}室",
            taps=chance.choice(TAPS) if chance.random() < GRADED else None,
        )
        return said, new

    def _moment(self, number: int, chance: Random) -> datetime:
        """When a case comes in: evenly over the time, few of them at night."""
        share = (number + chance.random()) / self.order.count
        at = self.order.until - self.order.span * (1 - share)
        return at - timedelta(hours=9) if at.hour >= NIGHT and chance.random() < MOVED else at

    def _cast(self, change: Change, chance: Random) -> Cast:
        case = change.case
        agents = self.scene.agents[case.site_id]
        first = chance.randrange(len(agents))
        department = case.category.department if case.category is not None else None
        if department is None or department.stage != Stage.BACK:
            department = chance.choice(self.scene.departments)
        worker = self.scene.workers.get(department.pk, agents[first])
        return Cast(agents[first], agents[first - 1], worker, department)
