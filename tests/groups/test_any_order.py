"""The rules alone: no order of arrival makes other groups, a second time changes nothing, customers are counted."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.likeness import cosine, rarity, tokens
from huiyin.groups.candidates import Edge
from huiyin.groups.matching import Bars, Facts, Reason, alike
from huiyin.groups.rebuilding import Partition
from huiyin.groups.stages import Spoke, Stage, Steps, daily, figures

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
BARS = Bars(around=frozenset({3}))
SAID = (
    "工地夜里打桩睡不着",
    "夜里工地打桩太吵睡不着",
    "电梯又停了下不了楼",
    "三号电梯停了老人下不了楼",
    "停水三天了",
    "",
)
RARE = rarity([tokens(said) for said in SAID])
Spoken = tuple[Facts, str]


@st.composite
def voices(draw: st.DrawFn) -> list[Spoken]:
    """A few cases of one site with their words."""
    found = []
    for number in range(1, draw(st.integers(2, 14)) + 1):
        category = draw(st.sampled_from([None, 1, 2, 3]))
        branch = {None: None, 1: 10, 2: 10, 3: 11}[category]
        place = draw(st.sampled_from(["", "3栋", "3栋2单元", "5栋"]))
        at = BEGIN + timedelta(hours=draw(st.integers(0, 24 * 60)))
        facts = Facts(number, 1, at, place, category, branch, draw(st.sampled_from(["", "a", "b", "c", "d"])))
        found.append((facts, draw(st.sampled_from(SAID))))
    return found


def reason(one: Spoken, other: Spoken) -> Reason | None:
    return alike(one[0], other[0], cosine(tokens(one[1]), tokens(other[1]), RARE), BARS)


def grouped(arrivals: Sequence[Spoken]) -> set[frozenset[int]]:
    partition, before = Partition(frozenset(), {}), list[Spoken]()
    for one in arrivals:
        found = [Edge(other[0].case, why) for other in before if (why := reason(one, other))]
        partition.put(one[0].case, found)
        before.append(one)
    return {frozenset(cases) for cases in partition.members.values()}


@given(voices(), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_in_which_cases_came(made: list[Spoken], chance: random.Random) -> None:
    expected = grouped(made)
    chance.shuffle(made)
    assert grouped(made) == expected


@given(voices())
def test_putting_a_case_in_its_place_again_moves_nothing(made: list[Spoken]) -> None:
    partition = Partition(frozenset(), {})
    for turn in range(2):
        for one in made:
            found = [Edge(other[0].case, why) for other in made if other is not one and (why := reason(one, other))]
            known = [edge for edge in found if turn or edge.case < one[0].case]
            before = {key: set(cases) for key, cases in partition.members.items()}
            partition.put(one[0].case, known)
            assert not turn or before == partition.members


@given(voices(), voices())
def test_two_cases_are_alike_from_both_sides(some: list[Spoken], others: list[Spoken]) -> None:
    for one, other in zip(some, others, strict=False):
        assert reason(one, other) == reason(other, one)


@given(voices(), st.integers(2, 5), st.integers(0, 5), st.integers(2, 6), st.randoms(use_true_random=False))
def test_customers_are_counted_once_and_stages_only_rise_with_them(
    made: list[Spoken], several: int, more: int, fast: int, chance: random.Random
) -> None:
    steps = Steps(several, several + more, fast, 24)
    spoken = [Spoke(facts.at, facts.who) for facts, _said in made]
    found = figures(spoken, steps)
    chance.shuffle(spoken)
    assert figures(spoken, steps) == found
    assert found.customers == len({one.who for one in spoken})
    assert found.unknown == sum(not one.who for one in spoken)
    assert (found.first_at, found.last_at) == (min(s.at for s in spoken), max(s.at for s in spoken))
    assert sum(count for _day, count in daily(spoken, UTC)) == found.customers
    order = list(Stage)
    spoken.sort(key=lambda one: one.at)
    for end in range(1, len(spoken)):
        assert order.index(figures(spoken[:end], steps).stage) <= order.index(found.stage)
    if found.stage is Stage.INDIVIDUAL:
        assert found.customers < several


@given(st.text("工地夜里打桩电梯停水ab 1", max_size=30), st.text("工地夜里打桩电梯停水ab 1", max_size=30))
def test_the_cosine_is_a_share_that_is_the_same_from_both_sides(one: str, other: str) -> None:
    here, there = tokens(one), tokens(other)
    found = cosine(here, there, RARE)
    assert 0 <= found <= 1 + 1e-9
    assert found == cosine(there, here, RARE)
    if any(len(token) == 2 for token in here):
        assert abs(cosine(here, here, RARE) - 1) < 1e-9


def test_one_begins_a_few_follow_then_many_speak() -> None:
    def after(customers: int, hours: int) -> Stage:
        spoken = [Spoke(BEGIN + timedelta(hours=hours * n), f"c{n}") for n in range(customers)]
        return figures(spoken, Steps()).stage

    slow = [after(count, 24) for count in (1, 2, 5, 6)]
    assert slow == [Stage.INDIVIDUAL, Stage.SEVERAL, Stage.SEVERAL, Stage.COLLECTIVE]
    assert [after(4, 1), after(5, 1), after(5, 6), after(5, 7)] == [
        *(Stage.SEVERAL, Stage.COLLECTIVE, Stage.COLLECTIVE, Stage.SEVERAL)
    ]


def test_different_places_have_one_fault_only_where_the_cause_lies_around() -> None:
    def compared(category: int, branch: int, text: float) -> Reason | None:
        one, other = (Facts(n, 1, BEGIN, place, category, branch) for n, place in ((1, "3栋"), (2, "5栋")))
        return alike(one, other, text, BARS)

    assert compared(3, 11, 0.3) == Reason("around", "same", 300)
    assert compared(3, 11, 0.2) is None
    assert compared(1, 10, 1.0) is None
