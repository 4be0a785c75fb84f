"""More time and deadlines set by hand: asked for in time, decided by another person, the first deadline in sight."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases import actions, dispatch, told
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.severity import Taps
from huiyin.cases.workflow import NotAllowed
from huiyin.clocks import actions as sweeps
from huiyin.clocks import extensions, queries
from huiyin.clocks.models import Clock
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.examples import examples
from tests.people import Company, TestClock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WHY = "配件要从外地调来，下周才到"
TOLD = "配件在路上，比原定晚几天，抱歉"


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A P4 repair at LJF that 林晓 has taken and handed to engineering, as its event 3."""
    found = open_case(kind="repair").case
    actions.accept(found.pk, by(company.linxiao))
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="去看")
    return found


def only(case: Case, kind: str) -> Clock:
    (clock,) = [clock for clock in queries.of_case(case) if clock.kind == kind]
    return clock


def breaches(case: Case, kind: str) -> list[datetime]:
    events = CaseEvent.objects.filter(case=case, topic="clocks", data__what="breached", data__clock=kind)
    return [event.at for event in events.order_by("seq")]


def now_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def ask(case: Case, company: Company, by: Mover, *, days: int = 5) -> datetime:
    """林晓 asks for more time to finish; until when."""
    until = only(case, "resolve").due_at + days * DAY
    extensions.extend(case.pk, by(company.linxiao), clock="resolve", until=until, reason=WHY)
    return until


def test_nothing_moves_until_it_is_granted_and_then_the_first_deadline_stays_in_sight(
    case: Case, company: Company, by: Mover
) -> None:
    first = only(case, "resolve").due_at
    until = ask(case, company, by)
    assert only(case, "resolve").due_at == first
    assert only(case, "decide").outcome == ""
    extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    found = only(case, "resolve")
    assert (found.due_at, found.first_due_at, found.extra) == (until, first, 5 * DAY)
    assert only(case, "decide").outcome == "met"
    assert TOLD in {m.text for entry in told.entries(now_of(case)) for m in entry.words.values()}
    assert (now_of(case).last_word, now_of(case).open_requests) == ("us", [])


def test_a_refusal_needs_its_reason_and_tells_the_customer_nothing(case: Case, company: Company, by: Mover) -> None:
    first = only(case, "resolve").due_at
    ask(case, company, by)
    with pytest.raises(BadInput) as error:
        extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=False)
    assert error.value.field == "reason"
    extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=False, reason="先用备件", text=TOLD)
    assert (only(case, "resolve").due_at, only(case, "resolve").extra) == (first, timedelta())
    assert TOLD not in {m.text for entry in told.entries(now_of(case)) for m in entry.words.values()}
    ask(case, company, by)  # asked for again with something new


def test_a_yes_to_what_the_customer_waits_for_needs_words_to_them(case: Case, company: Company, by: Mover) -> None:
    ask(case, company, by)
    with pytest.raises(BadInput) as error:
        extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=True)
    assert error.value.field == "text"
    assert len(now_of(case).open_requests) == 1


def test_more_time_is_asked_for_before_the_deadline(case: Case, company: Company, by: Mover, clock: TestClock) -> None:
    due = only(case, "resolve").due_at
    clock.now = due - MINUTE
    with pytest.raises(NotAllowed):
        extensions.extend(case.pk, by(company.linxiao), clock="resolve", until=due + DAY, reason=WHY)
    assert breaches(case, "resolve") == []
    assert now_of(case).open_requests == []


def test_what_is_decided_after_the_deadline_is_late_and_can_only_be_refused(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    due = only(case, "resolve").due_at
    ask(case, company, by)
    clock.now = due + HOUR
    with pytest.raises(NotAllowed):
        extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=False, reason="已经过期")
    assert breaches(case, "resolve") == [due]


@pytest.mark.parametrize("kind", ["respond", "decide", "visit", "milestone", "nonsense"])
def test_no_other_clock_is_put_off(case: Case, company: Company, by: Mover, clock: TestClock, kind: str) -> None:
    with pytest.raises(BadInput) as error:
        extensions.extend(case.pk, by(company.linxiao), clock=kind, until=clock.now + 9 * DAY, reason=WHY)
    assert error.value.field == "clock"


def test_more_time_is_more_and_has_a_reason(case: Case, company: Company, by: Mover) -> None:
    due = only(case, "resolve").due_at
    for until, reason, field in ((due, WHY, "until"), (due - HOUR, WHY, "until"), (due + HOUR, "配件", "reason")):
        with pytest.raises(BadInput) as error:
            extensions.extend(case.pk, by(company.linxiao), clock="resolve", until=until, reason=reason)
        assert error.value.field == field


def test_the_time_set_from_above_is_not_ours_to_put_off(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    above = clock.now + 6 * HOUR
    dispatch.transfer(case.pk, by(company.linxiao), body="12345", number="A-1", due_at=above)
    with pytest.raises(BadInput) as error:
        extensions.extend(case.pk, by(company.linxiao), clock="resolve", until=above + HOUR, reason=WHY)
    assert error.value.field == "until"
    with pytest.raises(BadInput) as error:
        extensions.override(case.pk, by(company.zhaozhuguan), clock="resolve", due_at=above + HOUR, reason=WHY)
    assert error.value.field == "due_at"


def test_nobody_grants_what_they_asked_for_and_an_agent_no_time_to_finish(
    case: Case, company: Company, by: Mover
) -> None:
    until = only(case, "resolve").due_at + DAY
    extensions.extend(case.pk, by(company.zhaozhuguan), clock="resolve", until=until, reason=WHY)
    with pytest.raises(BadInput) as error:
        extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    assert error.value.field == "request"
    for person in (company.linxiao, company.zhougong):
        with pytest.raises(Forbidden):
            extensions.decide_extension(case.pk, by(person), granted=True, text=TOLD)
    assert len(now_of(case).open_requests) == 1


def test_a_department_asks_for_its_own_reply_only_and_the_desk_may_grant_it(
    case: Case, company: Company, by: Mover
) -> None:
    due = only(case, "reply").due_at
    with pytest.raises(Forbidden):
        extensions.extend(case.pk, by(company.zhougong), clock="resolve", until=due + 9 * DAY, reason=WHY)
    extensions.extend(case.pk, by(company.zhougong), clock="reply", until=due + DAY, reason=WHY)
    extensions.decide_extension(case.pk, by(company.linxiao), granted=True)
    found = only(case, "reply")
    assert (found.due_at, found.first_due_at) == (due + DAY, due)
    assert now_of(case).last_word == "customer"  # nobody was told anything


def test_what_was_granted_stays_granted_when_the_severity_changes(case: Case, company: Company, by: Mover) -> None:
    ask(case, company, by, days=2)
    extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    actions.set_grade(case.pk, by(company.linxiao), taps=Taps(state=1, scope=2, impact=2))
    found = only(case, "resolve")
    assert (now_of(case).severity, found.extra) == ("P2", 2 * DAY)
    assert found.due_at == found.started_at + 3 * DAY  # 24 hours by the level, and two days more


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(1, 20_000), min_size=1, max_size=4))
def test_however_often_it_is_put_off_it_is_missed_once_at_the_last_deadline(
    company: Company, open_case: Opener, by: Mover, minutes: list[int]
) -> None:
    case = open_case(kind="repair").case
    actions.accept(case.pk, by(company.linxiao))
    first = until = only(case, "resolve").due_at
    for more in minutes:
        until += more * MINUTE
        extensions.extend(case.pk, by(company.linxiao), clock="resolve", until=until, reason=WHY)
        extensions.decide_extension(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    found = only(case, "resolve")
    assert (found.first_due_at, found.due_at, found.extra) == (first, until, sum(minutes) * MINUTE)
    for late in (-MINUTE, MINUTE, HOUR):
        sweeps.sweep(until + late)
        assert breaches(case, "resolve") == ([until] if late > timedelta() else [])


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_deadline_set_by_hand_is_counted_with_its_reason_and_the_one_before(
    case: Case, company: Company, by: Mover
) -> None:
    due = only(case, "resolve").due_at
    with pytest.raises(Forbidden):
        extensions.override(case.pk, by(company.linxiao), clock="resolve", due_at=due + DAY, reason=WHY)
    for moved in (due + DAY, due - HOUR):
        extensions.override(case.pk, by(company.zhaozhuguan), clock="resolve", due_at=moved, reason=WHY)
        assert only(case, "resolve").due_at == moved
    event = CaseEvent.objects.filter(case=case, kind="overridden").latest("seq")
    assert event.data["was"] == (due + DAY).isoformat()
    assert (now_of(case).overrides, only(case, "resolve").first_due_at) == (2, due)


def test_a_missed_deadline_and_one_in_the_past_are_not_set_by_hand(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    due = only(case, "resolve").due_at
    with pytest.raises(BadInput) as error:
        extensions.override(case.pk, by(company.zhaozhuguan), clock="resolve", due_at=clock.now, reason=WHY)
    assert error.value.field == "due_at"
    clock.now = due + HOUR
    with pytest.raises(NotAllowed):
        extensions.override(case.pk, by(company.zhaozhuguan), clock="resolve", due_at=due + DAY, reason=WHY)
    assert now_of(case).overrides == 0


def test_what_is_set_by_hand_is_a_clock_that_may_be_and_has_a_reason(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    until = clock.now + DAY
    for kind, reason, field in (("milestone", WHY, "clock"), ("resolve", "快", "reason")):
        with pytest.raises(BadInput) as error:
            extensions.override(case.pk, by(company.zhaozhuguan), clock=kind, due_at=until, reason=reason)
        assert error.value.field == field
    assert now_of(case).overrides == 0
