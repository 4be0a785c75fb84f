"""One verb for many cases: ten seconds to take it back, then each case on its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from huiyin.bulk import actions as bulk
from huiyin.bulk import queries
from huiyin.bulk.models import Bulk
from huiyin.cases import actions, customer_side
from huiyin.cases.actions import BadInput, By
from huiyin.cases.lists import tag_names
from huiyin.cases.models import Case, CaseEvent
from huiyin.clocks import actions as clocks
from huiyin.org import actions as org
from huiyin.org.models import User
from tests.conftest import Opener
from tests.people import Company, TestClock

REASON = "现场看过，比报的严重得多"
Sender = Callable[..., Bulk]


@pytest.fixture
def ids(open_case: Opener) -> list[int]:
    return [open_case(subject=f"第{number}件", take=True).case.pk for number in range(3)]


@pytest.fixture
def send(company: Company, clock: TestClock, ids: list[int]) -> Sender:
    """`send("tag", {"name": …})`: 林晓 sends an action for the three cases."""

    def sender(act: str, data: dict[str, object], *, user: User = company.linxiao, about: list[int] = ids) -> Bulk:
        return bulk.send(user, act, data, about, key=f"{act}{clock.move(0.01)}", at=clock.now)

    return sender


def later(clock: TestClock, seconds: float = 10) -> None:
    bulk.sweep(clock.move(seconds / 60))


def results(row: Bulk) -> list[str]:
    return [outcome for outcome, _words in Bulk.objects.get(pk=row.pk).results]


def test_nothing_happens_for_ten_seconds_and_then_all_of_it(
    company: Company, clock: TestClock, send: Sender, ids: list[int]
) -> None:
    before = CaseEvent.objects.count()
    row = send("hand-over", {"department": company.engineering.pk, "task": "请去看看"})
    later(clock, 9)
    assert CaseEvent.objects.count() == before
    later(clock, 1)
    assert results(row) == ["done"] * 3
    for case in Case.objects.filter(pk__in=ids):
        assert case.department == company.engineering
        event = CaseEvent.objects.get(case=case, kind="handed_over")
        assert (event.actor, event.at) == (company.linxiao, clock.now)
    assert Bulk.objects.get(pk=row.pk).data == {}
    later(clock, 60)
    assert CaseEvent.objects.filter(kind="handed_over").count() == 3


def test_what_is_taken_back_in_time_never_was(company: Company, clock: TestClock, send: Sender) -> None:
    before = CaseEvent.objects.count()
    row = send("close", {})
    assert queries.recent(company.linxiao, clock.now) == [row]
    assert not bulk.undo(company.hemin, row.pk)
    assert bulk.undo(company.linxiao, row.pk)
    later(clock)
    assert CaseEvent.objects.count() == before
    assert queries.recent(company.linxiao, clock.now) == []
    assert not bulk.undo(company.linxiao, row.pk)


def test_what_has_begun_is_not_taken_back(company: Company, clock: TestClock, send: Sender) -> None:
    row = send("tag", {"name": "重点"})
    later(clock)
    assert not bulk.undo(company.linxiao, row.pk)


def test_each_verb_does_what_it_does_to_a_single_case(
    company: Company, clock: TestClock, send: Sender, ids: list[int]
) -> None:
    rows = [
        send("assign", {"to": company.hemin.pk}),
        send("tag", {"name": "重点"}),
        send("tag", {"name": "多余"}),
        send("untag", {"name": "多余"}),
        send("severity", {"severity": "P1", "reason": REASON}),
    ]
    later(clock)
    assert [results(row) for row in rows] == [["done"] * 3] * 5
    for case in Case.objects.filter(pk__in=ids):
        assert (case.handler, case.severity, tag_names(case.tags)) == (company.hemin, "P1", ["重点"])


def test_each_case_is_refused_or_done_on_its_own_and_says_why(
    company: Company, clock: TestClock, send: Sender, open_case: Opener, ids: list[int]
) -> None:
    by = By(company.linxiao, clock.now)
    actions.decline(ids[0], by, reason="不归我们", right_door="燃气公司")
    foreign = open_case(site=company.fly, by=By(company.chenjia, clock.now)).case.pk
    row = send("close", {}, about=[*ids, foreign, 987_654])
    later(clock)
    assert results(row) == ["done", "status", "status", "gone", "gone"]
    mine = send("severity", {"severity": "P1", "reason": REASON}, user=company.auditor)
    later(clock)
    assert results(mine) == ["forbidden"] * 3


def test_a_case_that_somebody_else_has_touched_meanwhile_is_left_alone(
    company: Company, clock: TestClock, send: Sender, ids: list[int]
) -> None:
    row = send("tag", {"name": "重点"})
    actions.note(ids[0], By(company.hemin, clock.now), text="等一下")
    actions.note(ids[1], By(company.linxiao, clock.now), text="我自己写的")
    customer_side.customer_writes(ids[2], text="好了吗", at=clock.now)
    later(clock)
    assert results(row) == ["changed", "done", "changed"]


def test_the_mark_of_a_clock_is_no_change(company: Company, clock: TestClock, send: Sender, ids: list[int]) -> None:
    clock.move(60 * 24 * 5)
    row = send("tag", {"name": "重点"})
    assert clocks.sweep(clock.now)
    later(clock)
    assert results(row) == ["done"] * 3


def test_who_has_left_meanwhile_does_nothing_any_more(company: Company, clock: TestClock, send: Sender) -> None:
    row = send("tag", {"name": "重点"})
    org.set_active(company.linxiao, False)
    later(clock)
    assert results(row) == ["gone"] * 3


def test_a_sweep_that_was_killed_goes_on_where_it_was(
    company: Company, clock: TestClock, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = send("tag", {"name": "重点"})
    monkeypatch.setattr(bulk, "_A_TURN", 2)
    later(clock)
    assert results(row) == ["done"] * 2
    assert not bulk.undo(company.linxiao, row.pk)
    later(clock, 1)
    assert results(row) == ["done"] * 3


def test_a_form_that_comes_twice_is_one_action(company: Company, clock: TestClock, ids: list[int]) -> None:
    rows = [bulk.send(company.linxiao, "close", {}, ids, key="k", at=clock.now) for _time in range(2)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    ("act", "data", "count"),
    [
        ("tag", {"name": " "}, 3),
        ("hand-over", {"department": 1, "task": ""}, 3),
        ("severity", {"severity": "P1", "reason": "太短"}, 3),
        ("close", {}, 0),
        ("close", {}, 101),
    ],
)
def test_what_could_fit_no_case_is_refused_at_once(
    company: Company, clock: TestClock, act: str, data: dict[str, object], count: int
) -> None:
    with pytest.raises(BadInput):
        bulk.send(company.linxiao, act, data, range(1, count + 1), key="k", at=clock.now)
    assert not Bulk.objects.exists()


def test_after_a_week_it_is_forgotten(company: Company, clock: TestClock, send: Sender) -> None:
    send("tag", {"name": "重点"})
    later(clock)
    bulk.sweep(clock.now + timedelta(days=8))
    assert not Bulk.objects.exists()
