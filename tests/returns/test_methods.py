"""How an answer came, and which of several counts."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases import actions
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import NotAllowed, Status
from huiyin.org.access import Forbidden
from huiyin.rates import queries as rates
from huiyin.rates.definitions import Rate
from huiyin.rates.models import DaySum, Fact
from huiyin.rates.summing import sweep
from huiyin.returns import actions as returns
from huiyin.returns import queries, samples
from huiyin.returns.actions import OwnCase, Result
from huiyin.returns.methods import RANK, Method, outranked
from huiyin.returns.models import ReturnVisit, State
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

DAY = timedelta(days=1)


@pytest.fixture
def resolved(company: Company, open_case: Opener, by: Mover) -> Case:
    """A complaint that 林晓 resolved; a call-back is planned."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    return case


def visit_of(case: Case) -> ReturnVisit:
    return ReturnVisit.objects.filter(case=case).order_by("-seq")[0]


def said(channel: str, grade: int | None, solved: bool | None = None) -> Result:
    return Result(channel, reached=True, satisfied=grade, solved=solved)


def grades(case: Case) -> dict[str, str]:
    counted = Fact.objects.filter(case=case, rate__in=("satisfied", "asked")).exclude(mark="gone")
    return {fact.rate: f"{fact.method}/{fact.mark}" for fact in counted}


# --- which counts ----------------------------------------------------------------------------------------------------


def test_call_back_weighs_more_than_a_survey_than_the_own_page_than_a_key_than_the_closing_question() -> None:
    order = [Method.CALL_BACK, Method.SAMPLE, Method.LINK, Method.KEYPRESS, Method.ASKED]
    assert all(RANK[more] > RANK[less] for more, less in pairwise(order))


@given(st.sampled_from(Method), st.sampled_from(["", *Method]))
def test_of_two_answers_the_weightier_counts_and_the_later_of_two_alike(new: Method, counted: str) -> None:
    assert outranked(new, counted) == (bool(counted) and RANK[counted] > RANK[new])
    assert not outranked(new, new)


@given(st.permutations(list(Method)))
def test_in_whatever_order_answers_come_the_weightiest_is_left(order: list[Method]) -> None:
    counted = ""
    for method in order:
        counted = counted if outranked(method, counted) else method
    assert counted == Method.CALL_BACK


def test_a_lighter_answer_after_a_call_back_stays_on_the_timeline_and_counts_for_nothing(
    company: Company, resolved: Case, by: Mover
) -> None:
    returns.visit(resolved.pk, by(company.hemin, 300), said("phone", 4))
    returns.rating(resolved.pk, by(company.zhaozhuguan, 5), said("keypress", 5))
    assert (visit_of(resolved).method, visit_of(resolved).satisfied) == ("call_back", 4)
    assert grades(resolved) == {"satisfied": "call_back/grade_4"}
    channels = [one.data["channel"] for one in CaseEvent.objects.filter(case=resolved, kind="visited").order_by("seq")]
    assert channels == ["phone", "keypress"]


def test_a_weightier_answer_takes_the_place_of_a_lighter_one(company: Company, resolved: Case, by: Mover) -> None:
    returns.rating(resolved.pk, by(company.linxiao), said("asked", 5))
    assert grades(resolved) == {"asked": "asked/grade_5"}
    returns.rating(resolved.pk, by(company.hemin), said("keypress", 5))
    assert grades(resolved) == {"satisfied": "keypress/grade_5"}
    returns.rate(resolved.pk, result=said("link", 3), at=by(None).at)
    assert grades(resolved) == {"satisfied": "link/grade_3"}
    returns.visit(resolved.pk, by(company.hemin, 300), said("phone", 4))
    assert grades(resolved) == {"satisfied": "call_back/grade_4"}


def test_who_does_not_want_to_be_called_takes_back_nothing_that_they_said(
    company: Company, resolved: Case, by: Mover
) -> None:
    returns.rating(resolved.pk, by(company.hemin), said("keypress", 3))
    returns.visit(resolved.pk, by(company.hemin, 300), Result("phone", reached=True, declined=True))
    assert (visit_of(resolved).state, visit_of(resolved).satisfied) == (State.DECLINED, 3)
    assert grades(resolved) == {"satisfied": "keypress/grade_3"}
    assert Fact.objects.get(case=resolved, rate="reached").mark == "answered"


# --- by the way ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["keypress", "asked"])
def test_what_is_said_by_the_way_spares_nobody_the_call_back(
    company: Company, resolved: Case, by: Mover, channel: str
) -> None:
    asker = company.linxiao if channel == "asked" else company.hemin
    returns.rating(resolved.pk, by(asker), said(channel, 5))
    assert visit_of(resolved).state == State.OPEN
    assert [one.case_id for one in queries.queue(company.hemin).items] == [resolved.pk]
    with pytest.raises(NotAllowed, match="comes first"):
        returns.close(resolved.pk, by(company.hemin))


@pytest.mark.parametrize("channel", ["keypress", "asked"])
def test_a_bad_answer_by_the_way_reopens_and_is_counted_all_the_same(
    company: Company, resolved: Case, by: Mover, channel: str
) -> None:
    asker = company.linxiao if channel == "asked" else company.hemin
    returns.rating(resolved.pk, by(asker), said(channel, 1))
    assert Case.objects.get(pk=resolved.pk).status == Status.ACCEPTED
    rate = "asked" if channel == "asked" else "satisfied"
    assert grades(resolved) == {rate: f"{channel}/grade_1"}


def test_what_the_handler_asked_counts_for_nobody_and_stands_apart(
    company: Company, resolved: Case, by: Mover, clock: TestClock
) -> None:
    change = returns.rating(resolved.pk, by(company.linxiao), said("asked", 5))
    while sweep(clock.now):
        pass
    period = rates.latest(30, clock.now)
    shown = rates.figures(rates.sites(company.zhaozhuguan), period)
    assert change.events[0].data["own"] is True
    assert Rate.ASKED not in [one.rate for one in shown]
    assert next(one for one in shown if one.rate == Rate.SATISFIED).due == 0
    assert not DaySum.objects.filter(by="person", rate__in=("asked", "satisfied")).exists()
    assert DaySum.objects.get(by="method", rate="asked").value == "asked/grade_5"


def test_who_handled_a_case_sends_no_pressed_keys_about_it(company: Company, resolved: Case, by: Mover) -> None:
    with pytest.raises(OwnCase):
        returns.rating(resolved.pk, by(company.linxiao), said("keypress", 5))


def test_only_those_who_may_write_an_answer_down(company: Company, resolved: Case, by: Mover) -> None:
    with pytest.raises(Forbidden):
        returns.rating(resolved.pk, by(company.auditor), said("asked", 5))


def test_an_answer_by_the_way_may_be_mended_for_twelve_hours_and_given_for_twenty_eight_days(
    company: Company, resolved: Case, by: Mover, clock: TestClock
) -> None:
    returns.rating(resolved.pk, by(company.hemin), said("keypress", 3))
    returns.rating(resolved.pk, by(company.hemin, 60), said("keypress", 4))
    assert visit_of(resolved).satisfied == 4
    with pytest.raises(NotAllowed, match="already"):
        returns.rating(resolved.pk, by(company.hemin, 13 * 60), said("keypress", 5))
    with pytest.raises(NotAllowed, match="over"):
        returns.rating(resolved.pk, by(company.linxiao, 28 * 24 * 60), said("asked", 5))


def test_there_is_nothing_to_rate_while_it_is_worked_on(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    with pytest.raises(NotAllowed):
        returns.rating(case.pk, by(company.linxiao), said("asked", 5))


# --- what others asked -----------------------------------------------------------------------------------------------


def row(case: Case, **given: Any) -> dict[str, str]:
    return {"number": case.number, "on": "2026-03-12", "asked_by": "城市调查中心", "satisfied": "4", **given}


def test_a_survey_comes_in_once_and_corrects_itself(resolved: Case, clock: TestClock) -> None:
    later = clock.now + 20 * DAY
    found = [samples.take([row(resolved, satisfied=grade)], later) for grade in ("4", "4", "3")]
    assert [(one.new, one.known, one.corrected) for one in found] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    visit = visit_of(resolved)
    assert (visit.method, visit.satisfied, visit.state) == ("sample", 3, State.DONE)
    assert grades(resolved) == {"satisfied": "sample/grade_3"}
    assert str(Fact.objects.get(case=resolved, rate="satisfied").day) == "2026-03-12"
    assert not Fact.objects.filter(case=resolved, rate="reached").exclude(mark="gone").exists()


def test_who_asked_stands_beside_the_answer_and_not_in_the_entry(resolved: Case, clock: TestClock) -> None:
    samples.take([row(resolved)], clock.now + 2 * DAY)
    event = CaseEvent.objects.get(case=resolved, kind="visited")
    assert "城市调查中心" not in str(event.data)
    assert resolved.message_set.get(part="asked_by").text == "城市调查中心"


@pytest.mark.parametrize(("after", "status"), [(20, Status.ACCEPTED), (60, Status.RESOLVED)])
def test_a_bad_survey_begins_the_matter_anew_unless_it_is_of_long_ago(
    resolved: Case, clock: TestClock, after: int, status: str
) -> None:
    samples.take([row(resolved, satisfied="1")], clock.now + after * DAY)
    assert Case.objects.get(pk=resolved.pk).status == status
    assert grades(resolved) == {"satisfied": "sample/grade_1"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "1234567"}, "number"),
        ({"number": "没有"}, "number"),
        ({"on": "2026-03-01"}, "number"),
        ({"on": "2027-01-01"}, "on"),
        ({"on": "昨天"}, "on"),
        ({"asked_by": ""}, "asked_by"),
        ({"satisfied": "6"}, "satisfied"),
        ({"satisfied": ""}, "solved"),
        ({"solved": "也许"}, "solved"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_stops_no_other(
    resolved: Case, clock: TestClock, wrong: dict[str, str], field: str
) -> None:
    found = samples.take([row(resolved, **wrong), row(resolved)], clock.now + 20 * DAY)
    assert [(bad.place, bad.field) for bad in found.bad] == [(0, field)]
    assert found.new == 1
