"""The return visit: whom the queue offers, what a result does, when a case is filed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.alerts.models import Notice
from huiyin.cases import actions, severity, timeline
from huiyin.cases import queries as cases
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import NotAllowed, Status
from huiyin.org import actions as org
from huiyin.org.models import User
from huiyin.returns import actions as returns
from huiyin.returns import queries
from huiyin.returns.actions import OwnCase, Result
from huiyin.returns.models import ReturnVisit, State
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOOD = Result("phone", reached=True, answered=True, solved=True, satisfied=5, promise_kept=True, words="很及时")
BAD = Result("phone", reached=True, solved=False, satisfied=2, words="又坏了")
MISSED = Result("phone", reached=False)
Resolver = Callable[..., Case]


@pytest.fixture
def resolved(company: Company, open_case: Opener, by: Mover) -> Resolver:
    """`resolved(kind=…)`: a case that 林晓 took and resolved, 31 minutes later."""

    def make(**overrides: Any) -> Case:
        case = open_case(**overrides).case
        actions.accept(case.pk, by(company.linxiao))
        resolve(case, by(company.linxiao, 31))
        return case

    return make


def resolve(case: Case, by: By) -> None:
    actions.resolve(case.pk, by, cause="老化", done="更换", text="已修好")


def now_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def visit_of(case: Case) -> ReturnVisit:
    return ReturnVisit.objects.filter(case=case).order_by("-seq")[0]


def offered(user: User) -> list[int]:
    return [visit.case_id for visit in queries.queue(user).items]


# --- the queue -------------------------------------------------------------------------------------------------------


def test_the_queue_offers_no_case_to_those_who_handled_it(company: Company, resolved: Resolver) -> None:
    case = resolved()
    assert offered(company.hemin) == [case.pk]
    assert offered(company.linxiao) == []


def test_the_queue_offers_cases_of_ones_own_sites_only(company: Company, resolved: Resolver) -> None:
    resolved()
    assert offered(company.chenjia) == []
    assert offered(company.zhougong) == []
    assert offered(company.auditor) == []


def test_the_queue_leaves_out_those_who_are_asked_by_link_or_not_at_all(company: Company, resolved: Resolver) -> None:
    resolved(kind="suggestion")
    resolved(kind="praise")
    assert offered(company.hemin) == []


def test_the_queue_goes_on_page_by_page(company: Company, resolved: Resolver) -> None:
    made = [resolved().pk for _ in range(5)]
    seen: list[int] = []
    after = None
    while True:
        page = queries.queue(company.hemin, after=after, limit=2)
        seen += [visit.case_id for visit in page.items]
        if page.next is None:
            break
        after = page.next
    assert seen == made


def test_a_customer_is_not_called_in_the_first_hours(resolved: Resolver, clock: TestClock) -> None:
    assert visit_of(resolved()).next_at == clock.now + 4 * HOUR


def test_what_was_settled_in_half_an_hour_without_a_hand_over_is_not_asked_about(
    company: Company, open_case: Opener, by: Mover
) -> None:
    quick, slow, handed = (open_case(kind="inquiry", category=company.fee).case for _ in range(3))
    for case in (quick, handed, slow):
        actions.accept(case.pk, by(company.linxiao, 0))
    actions.hand_over(handed.pk, by(company.linxiao, 0), department=company.finance, task="查账")
    resolve(quick, by(company.linxiao, 30))
    resolve(handed, by(company.linxiao, 0))
    resolve(slow, by(company.linxiao, 1))
    assert [visit_of(case).mode for case in (quick, slow, handed)] == ["none", "link", "link"]


# --- results ---------------------------------------------------------------------------------------------------------


def test_nobody_asks_about_their_own_work(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    with pytest.raises(OwnCase):
        returns.visit(case.pk, by(company.linxiao), GOOD)
    assert now_of(case).visits == 0


def test_an_administrator_may_and_the_event_says_so(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    actions.reopen(case.pk, by(company.admin), reason="再看看")
    actions.assign(case.pk, by(company.admin), to=company.admin)
    resolve(case, by(company.admin))
    change = returns.visit(case.pk, by(company.admin), GOOD)
    assert change.events[0].data["own"] is True


def test_a_good_result_is_kept_and_waits_twelve_hours_to_be_filed(
    company: Company, resolved: Resolver, by: Mover
) -> None:
    case = resolved()
    asked = by(company.hemin, 300)
    returns.visit(case.pk, asked, GOOD)
    visit = visit_of(case)
    assert (visit.state, visit.satisfied, visit.solved, visit.promise_kept) == (State.DONE, 5, True, True)
    assert returns.sweep(asked.at + 12 * HOUR - timedelta(seconds=1)) == 0
    assert returns.sweep(asked.at + 12 * HOUR) == 1
    assert (now_of(case).status, now_of(case).outcome) == (Status.CLOSED, "done")
    assert cases.timeline(case)[-2].words["text"].text == "很及时"


def test_a_bad_result_reopens_without_a_handler_and_a_second_visit_follows(
    company: Company, resolved: Resolver, by: Mover
) -> None:
    case = resolved()
    returns.visit(case.pk, by(company.hemin, 300), BAD)
    after = now_of(case)
    assert (after.status, after.handler, after.owner, after.reopened) == (Status.ACCEPTED, None, company.linxiao, 1)
    assert offered(company.hemin) == []
    assert returns.sweep(by(None, 30 * 1440).at) == 0
    actions.assign(case.pk, by(company.zhaozhuguan), to=company.zhaozhuguan)
    resolve(case, by(company.zhaozhuguan))
    second = visit_of(case)
    assert (second.state, second.mode, second.handler) == (State.OPEN, "phone", company.zhaozhuguan)
    assert ReturnVisit.objects.filter(case=case).count() == 2
    assert offered(company.hemin) == [case.pk]
    returns.visit(case.pk, by(company.hemin, 300), GOOD)
    returns.close(case.pk, by(company.hemin))


def test_what_is_not_solved_is_one_level_more_urgent_and_never_an_emergency(
    company: Company, resolved: Resolver, by: Mover
) -> None:
    case = resolved()
    found = [now_of(case).severity]
    for _again in range(3):
        returns.visit(case.pk, by(company.hemin, 300), BAD)
        found.append(now_of(case).severity)
        resolve(case, by(company.linxiao, 31))
    assert found == ["P4", "P3", "P2", "P2"]
    grades = [one.event.data["grade"] for one in cases.timeline(case) if one.event.kind == "graded"]
    assert "one level up" in severity.sentence(grades[0])


def test_what_the_customer_said_goes_back_to_those_who_did_the_work(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case().case
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="查看")
    actions.reply(case.pk, by(company.zhougong), text="已换")
    resolve(case, by(company.linxiao, 31))
    returns.visit(case.pk, by(company.hemin, 300), MISSED)
    assert not Notice.objects.filter(what="visited").exists()
    returns.visit(case.pk, by(company.hemin, 300), GOOD)
    told = set(Notice.objects.filter(what="visited", case=case).values_list("user__username", flat=True))
    assert {"linxiao", "zhougong"} <= told
    assert "hemin" not in told


def test_who_resolves_what_nobody_holds_has_handled_it(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    returns.visit(case.pk, by(company.hemin, 300), BAD)
    resolve(case, by(company.linxiao))
    assert visit_of(case).handler == company.linxiao
    with pytest.raises(OwnCase):
        returns.visit(case.pk, by(company.linxiao, 300), GOOD)


def test_a_visit_that_is_not_needed_any_more_is_cancelled(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    actions.reopen(case.pk, by(company.linxiao), reason="又停了")
    assert visit_of(case).state == State.CANCELLED
    assert queries.planned(case) is None
    assert offered(company.hemin) == []


def test_who_declines_to_answer_is_counted_apart(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    returns.visit(case.pk, by(company.hemin), Result("phone", reached=True, declined=True))
    returns.close(case.pk, by(company.hemin))
    assert now_of(case).outcome == "visit_declined"


def test_three_tries_at_different_times_end_the_asking(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    for tried in (1, 2):
        attempt = by(company.hemin, 300)
        returns.visit(case.pk, attempt, MISSED)
        visit = visit_of(case)
        assert (visit.tries, visit.state, visit.next_at) == (tried, State.OPEN, attempt.at + 4 * HOUR)
    returns.visit(case.pk, by(company.hemin, 300), MISSED)
    assert visit_of(case).state == State.UNREACHED
    returns.close(case.pk, by(company.hemin))
    assert now_of(case).outcome == "unreached"


def test_tries_within_two_hours_count_as_one(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    first = by(company.hemin, 300)
    returns.visit(case.pk, first, MISSED)
    for _ in range(3):
        returns.visit(case.pk, by(company.hemin, 35), MISSED)
    visit = visit_of(case)
    assert (visit.tries, visit.state, visit.next_at) == (1, State.OPEN, first.at + 4 * HOUR)
    assert now_of(case).visits == 4
    returns.visit(case.pk, By(company.hemin, first.at + 2 * HOUR), MISSED)
    assert visit_of(case).tries == 2


# --- the customer's own answer ---------------------------------------------------------------------------------------


def test_a_rating_can_be_changed_for_twelve_hours(resolved: Resolver, clock: TestClock) -> None:
    case = resolved(kind="suggestion")
    first = clock.move(60)
    returns.rate(case.pk, result=Result("link", reached=True, satisfied=3), at=first)
    returns.rate(case.pk, result=Result("link", reached=True, satisfied=4), at=first + 11 * HOUR)
    assert visit_of(case).satisfied == 4
    with pytest.raises(NotAllowed, match="already"):
        returns.rate(case.pk, result=Result("link", reached=True, satisfied=5), at=first + 24 * HOUR)


def test_a_rating_is_taken_for_twenty_eight_days_also_after_filing(resolved: Resolver, clock: TestClock) -> None:
    case, late = resolved(kind="suggestion"), resolved(kind="suggestion")
    assert returns.sweep(clock.move(8 * 1440)) == 2
    assert now_of(case).outcome == "link_unanswered"
    returns.rate(case.pk, result=Result("link", reached=True, satisfied=5), at=clock.move(19 * 1440))
    assert (now_of(case).status, visit_of(case).satisfied) == (Status.CLOSED, 5)
    with pytest.raises(NotAllowed, match="over"):
        returns.rate(late.pk, result=Result("link", reached=True, satisfied=5), at=clock.move(2 * 1440))


def test_a_bad_rating_after_filing_reopens(resolved: Resolver, clock: TestClock) -> None:
    case = resolved(kind="suggestion")
    returns.sweep(clock.move(8 * 1440))
    returns.rate(case.pk, result=Result("link", reached=True, solved=False), at=clock.move(60))
    assert (now_of(case).status, now_of(case).handler) == (Status.ACCEPTED, None)


def test_a_colleague_may_not_ask_about_a_filed_case(
    company: Company, resolved: Resolver, by: Mover, clock: TestClock
) -> None:
    case = resolved(kind="suggestion")
    returns.sweep(clock.move(8 * 1440))
    with pytest.raises(NotAllowed):
        returns.visit(case.pk, by(company.hemin), GOOD)


def test_there_is_nothing_to_rate_before_the_end(open_case: Opener, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        returns.rate(open_case().case.pk, result=Result("link", reached=True, satisfied=5), at=now)


# --- filing ----------------------------------------------------------------------------------------------------------


def test_a_case_is_not_filed_before_the_visit_it_needs(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    with pytest.raises(NotAllowed, match="the return visit comes first"):
        returns.close(case.pk, by(company.hemin))
    assert returns.sweep(by(None, 90 * 1440).at) == 0


@pytest.mark.parametrize(
    ("kind", "days", "outcome"), [("suggestion", 7, "link_unanswered"), ("praise", 3, "not_required")]
)
def test_a_case_that_nobody_has_to_be_asked_about_files_itself(
    kind: str, days: int, outcome: str, resolved: Resolver, clock: TestClock
) -> None:
    case = resolved(kind=kind)
    end = clock.now + days * DAY
    assert returns.sweep(end - timedelta(seconds=1)) == 0
    assert returns.sweep(end) == 1
    assert (now_of(case).status, now_of(case).outcome) == (Status.CLOSED, outcome)
    assert returns.sweep(end) == 0


@pytest.mark.parametrize("verb", ["decline", "refuse"])
def test_a_declined_or_refused_case_is_filed_as_such(verb: str, company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.admin))
    if verb == "decline":
        actions.decline(case.pk, by(company.admin), reason="不归我们", right_door="供电公司")
    else:
        actions.refuse(case.pk, by(company.admin), reason="做不到", basis="合同")
    returns.close(case.pk, by(company.admin))
    assert now_of(case).outcome == f"{verb}d"


def test_a_case_with_an_open_promise_does_not_file_itself(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case(kind="praise").case
    promised = by(company.linxiao)
    seq = actions.commit(case.pk, promised, text="月底再来看", due_at=promised.at + 20 * DAY).events[-1].seq
    resolve(case, by(company.linxiao))
    assert returns.sweep(clock.move(4 * 1440)) == 0
    actions.keep(case.pk, by(company.linxiao), commitment=seq, kept=True)
    assert returns.sweep(clock.move(1440)) == 1


def test_more_cases_than_one_transaction_takes_are_all_filed(
    resolved: Resolver, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returns, "_CHUNK", 2)
    for _ in range(5):
        resolved(kind="praise")
    assert returns.sweep(clock.move(4 * 1440)) == 5


def test_an_answer_that_comes_while_the_sweep_looks_is_not_overrun(
    resolved: Resolver, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = resolved(kind="suggestion")
    at = clock.move(8 * 1440)
    plain = timeline.editing_all

    def slow(*args: Any, **kwargs: Any) -> Any:
        """Between looking and locking, the customer answers."""
        monkeypatch.setattr(timeline, "editing_all", plain)
        returns.rate(case.pk, result=Result("link", reached=True, satisfied=4), at=at)
        return plain(*args, **kwargs)

    monkeypatch.setattr(timeline, "editing_all", slow)
    assert returns.sweep(at) == 0
    assert now_of(case).status == Status.RESOLVED
    assert returns.sweep(at + 12 * HOUR) == 1


def test_a_left_colleague_does_no_visits(company: Company, resolved: Resolver, by: Mover) -> None:
    case = resolved()
    org.set_active(company.hemin, False)
    assert offered(company.hemin) == []
    with pytest.raises(Case.DoesNotExist):
        returns.visit(case.pk, by(company.hemin), GOOD)
    assert CaseEvent.objects.filter(case=case, kind="visited").count() == 0
