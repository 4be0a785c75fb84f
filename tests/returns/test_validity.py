"""How far answers can be trusted: the rule, its mark on the timeline, and a supervisor's word on it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases import actions
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.org.access import Forbidden
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from huiyin.returns.models import Reason, ReturnVisit, State
from huiyin.returns.trusting import trust
from huiyin.returns.validity import LEAST_ANSWERS, Answer, Doubt, Said, alike, doubt_of
from tests.conftest import Mover, Opener
from tests.people import Company

SAID = st.builds(
    Said,
    solved=st.sampled_from([None, True, False]),
    satisfied=st.sampled_from([None, 1, 2, 3, 4, 5]),
    promise_kept=st.sampled_from([None, True, False]),
    reasons=st.frozensets(st.sampled_from(list(Reason.values))),
    seconds=st.sampled_from([None, 0, 3, 4, 60]),
)


ANSWERS: list[Answer] = [(True, 5, True), (True, 4, True), (False, 2, None)]
FIVE, FOUR, TWO = ANSWERS


@pytest.fixture
def resolved(company: Company, open_case: Opener, by: Mover) -> Case:
    """A complaint that 林晓 resolved; a call-back is planned."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    return case


def visit_of(case: Case) -> ReturnVisit:
    return ReturnVisit.objects.filter(case=case).order_by("-seq")[0]


def data_of(case: Case) -> list[dict[str, Any]]:
    return [one.data for one in CaseEvent.objects.filter(case=case, kind="visited").order_by("seq")]


# --- one answer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        (Said(solved=False, satisfied=5), Doubt.UNSOLVED),
        (Said(solved=False, satisfied=4), None),
        (Said(solved=True, satisfied=5, promise_kept=True, reasons=frozenset({"promise"})), Doubt.PROMISE),
        (Said(solved=True, satisfied=5, promise_kept=False, reasons=frozenset({"promise"})), None),
        (Said(satisfied=1, reasons=frozenset({"friendly", "quick"})), Doubt.PRAISED),
        (Said(satisfied=1, reasons=frozenset({"friendly", "slow"})), None),
        (Said(satisfied=2, reasons=frozenset({"friendly"})), None),
        (Said(solved=True, satisfied=5, seconds=3), Doubt.HASTY),
        (Said(solved=False, satisfied=1, promise_kept=False, seconds=0), Doubt.HASTY),
        (Said(solved=True, satisfied=5, seconds=4), None),
        (Said(solved=True, satisfied=5), None),
        (Said(solved=True, satisfied=4, seconds=1), None),
        (Said(satisfied=5, seconds=1), None),
        (Said(solved=False, satisfied=1, promise_kept=True, seconds=1), None),
    ],
)
def test_an_answer_is_doubtful_when_it_contradicts_itself_or_was_given_in_passing(
    said: Said, doubt: Doubt | None
) -> None:
    assert doubt_of(said) == doubt


@given(SAID)
def test_an_answer_without_its_time_is_never_hasty_and_one_grade_alone_is_never_doubtful(said: Said) -> None:
    if said.seconds is None:
        assert doubt_of(said) != Doubt.HASTY
    assert doubt_of(Said(satisfied=said.satisfied)) is None


@given(SAID)
def test_taking_longer_never_makes_an_answer_doubtful(said: Said) -> None:
    slow = Said(said.solved, said.satisfied, said.promise_kept, said.reasons, 600)
    assert doubt_of(slow) is None or doubt_of(slow) == doubt_of(said)


# --- one person's answers --------------------------------------------------------------------------------------------


def test_who_gets_the_same_answer_from_everybody_stands_out_and_who_has_few_does_not() -> None:
    found = alike({1: {FIVE: 40}, 2: {FIVE: 20, FOUR: 12, TWO: 8}, 3: {FIVE: LEAST_ANSWERS - 1}})
    assert found[1].striking
    assert (found[1].same, found[1].answers) == (40, 40)
    assert not found[2].striking
    assert not found[3].striking


def test_where_one_person_asks_nearly_everybody_nothing_can_be_told() -> None:
    found = alike({1: {FIVE: 200}, 2: {FIVE: 1, TWO: 3}})
    assert found[1].usual is None
    assert not found[1].striking


@given(st.dictionaries(st.integers(1, 5), st.dictionaries(st.sampled_from(ANSWERS), st.integers(1, 99)), max_size=4))
def test_nobody_stands_out_among_people_with_the_same_answers(counts: dict[int, dict[Answer, int]]) -> None:
    same: dict[int, dict[Answer, int]] = {person: {FIVE: 30, FOUR: 10} for person in counts}
    assert not any(one.striking for one in alike(same).values())
    assert all(one.low <= one.same / one.answers <= one.high for one in alike(counts).values())


# --- on the timeline -------------------------------------------------------------------------------------------------


def test_a_doubtful_answer_stays_with_its_reason_and_counts(company: Company, resolved: Case, by: Mover) -> None:
    returns.rate(resolved.pk, result=Result("link", True, solved=True, satisfied=5, seconds=2), at=by(None).at)
    assert (data_of(resolved)[0]["doubt"], data_of(resolved)[0]["seconds"]) == ("hasty", 2)
    visit = visit_of(resolved)
    assert (visit.doubt, visit.satisfied, visit.state, visit.asked_by_id) == ("hasty", 5, State.DONE, None)
    returns.rate(resolved.pk, result=Result("link", True, solved=True, satisfied=4, seconds=9), at=by(None).at)
    assert visit_of(resolved).doubt == ""


def test_who_asked_stands_with_the_answer_and_with_the_last_try(company: Company, resolved: Case, by: Mover) -> None:
    returns.visit(resolved.pk, by(company.hemin, 300), Result("phone", reached=False))
    assert visit_of(resolved).asked_by == company.hemin
    returns.visit(resolved.pk, by(company.zhaozhuguan, 300), Result("phone", reached=True, solved=True, satisfied=4))
    assert visit_of(resolved).asked_by == company.zhaozhuguan


def test_a_supervisor_believes_an_answer_with_a_reason_and_may_doubt_it_again(
    company: Company, resolved: Case, by: Mover
) -> None:
    returns.visit(resolved.pk, by(company.hemin, 300), doubtful := Result("phone", True, solved=False, satisfied=5))
    assert doubtful.bad
    assert visit_of(resolved).doubtful
    with pytest.raises(Forbidden):
        trust(resolved.pk, by(company.linxiao), trusted=True, reason="录音核过")
    with pytest.raises(BadInput, match="write something"):
        trust(resolved.pk, by(company.zhaozhuguan), trusted=True, reason=" ")
    trust(resolved.pk, by(company.zhaozhuguan), trusted=True, reason="录音核过，确实满意")
    assert not visit_of(resolved).doubtful
    event = CaseEvent.objects.filter(case=resolved, topic="returns").get()
    assert (event.actor, event.data["what"], event.data["doubt"]) == (company.zhaozhuguan, "trusted", "unsolved")
    assert Message.objects.get(case=resolved, seq=event.seq).text == "录音核过，确实满意"
    with pytest.raises(BadInput, match="no such doubt"):
        trust(resolved.pk, by(company.zhaozhuguan), trusted=True, reason="再来一次")
    trust(resolved.pk, by(company.zhaozhuguan), trusted=False, reason="又听了一遍")
    assert visit_of(resolved).doubtful


def test_nobody_decides_on_an_answer_that_they_took_down_or_about_their_own_work(
    company: Company, resolved: Case, by: Mover
) -> None:
    returns.visit(resolved.pk, by(company.zhaozhuguan, 300), Result("phone", True, solved=False, satisfied=5))
    with pytest.raises(BadInput, match="Somebody else"):
        trust(resolved.pk, by(company.zhaozhuguan), trusted=True, reason="我问的")


def test_an_answer_that_agrees_with_itself_has_nothing_to_be_decided(
    company: Company, resolved: Case, by: Mover
) -> None:
    returns.visit(resolved.pk, by(company.hemin, 300), Result("phone", True, solved=True, satisfied=5))
    with pytest.raises(BadInput, match="no such doubt"):
        trust(resolved.pk, by(company.zhaozhuguan), trusted=False, reason="不信")
