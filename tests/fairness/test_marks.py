"""Special-attention marks: with a reason, a last day, a right to contest, and no effect on anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.alerts.models import Notice
from huiyin.base import money
from huiyin.cases import actions
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By
from huiyin.cases.models import Case
from huiyin.cases.queries import Filter
from huiyin.clocks.models import Clock
from huiyin.customers.actions import Person
from huiyin.fairness import marked, marks
from huiyin.fairness.models import Mark, MarkEntry, Sight
from huiyin.org.access import Forbidden
from huiyin.org.actions import add_user, issue_token
from huiyin.org.models import Role, User
from huiyin.recovery import actions as recovery
from huiyin.recovery import authority
from huiyin.recovery.wanted import Option, Wanted
from tests.conftest import Mover, Opener
from tests.examples import examples
from tests.people import NOW, PEOPLE, Company, TestClock

DAY = NOW.date()
GIVEN: dict[str, Any] = {"kind": "hostile", "reason": "三月一日对上门人员动手", "advice": "两人同去，先打电话"}
SECRET = "两人同去"


def put(case: Case, by: By, days: int = 60, **more: Any) -> Mark:
    assert case.customer is not None
    return marks.set_mark(case.customer, by, **(GIVEN | {"until": DAY + timedelta(days=days)} | more))


@pytest.fixture
def case(open_case: Opener) -> Case:
    return open_case(take=True).case


def test_a_mark_needs_a_reason_and_a_near_day(company: Company, case: Case, by: Mover) -> None:
    for bad in ({"reason": "凶"}, {"advice": " "}, {"kind": "stupid"}, {"days": 181}, {"days": -1}):
        with pytest.raises(BadInput), transaction.atomic():
            put(case, by(company.zhaozhuguan), **bad)
    with pytest.raises(Forbidden), transaction.atomic():
        put(case, by(company.linxiao))
    put(case, by(company.zhaozhuguan), days=180)
    with pytest.raises(BadInput):
        put(case, by(company.zhaozhuguan))


def test_it_is_extended_with_a_new_reason_and_vanishes_after_its_day(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    mark = put(case, by(company.zhaozhuguan), days=1)
    with pytest.raises(BadInput), transaction.atomic():
        marks.extend(mark.pk, by(company.zhaozhuguan), until=DAY + timedelta(days=300), reason="还在发生，再看一段时间")
    marks.extend(mark.pk, by(company.zhaozhuguan), until=DAY + timedelta(days=5), reason="还在发生，再看一段时间")
    case.customer = mark.customer
    case.customer.refresh_from_db()
    assert marked.of_case(company.linxiao, case, DAY + timedelta(days=5)) == mark
    assert marked.of_case(company.linxiao, case, DAY + timedelta(days=6)) is None
    clock.move(6 * 24 * 60)
    with pytest.raises(Mark.DoesNotExist):
        marked.get(company.linxiao, mark.pk, clock.now)
    assert marked.get(company.auditor, mark.pk, clock.now) == mark  # its history stays
    day = marks.today(company.hq.pk, clock.now)
    assert (marked.page(company.auditor, day).items, marked.page(company.auditor, day, ended=True).items) == (
        [],
        [mark],
    )
    again = marks.set_mark(mark.customer, by(company.zhaozhuguan), **GIVEN, until=day)
    assert again.pk != mark.pk


def test_another_supervisor_decides_on_an_objection_and_the_customer_is_told(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    other = add_user(
        "qian", "钱主管", password=None, department=company.frontdesk, grants=((Role.SUPERVISOR, company.hq),)
    )
    mark = put(case, by(company.zhaozhuguan))
    row = marks.object_to(mark.pk, by(company.linxiao), words="那天不是我")
    assert row.due_at is not None
    assert list(Notice.objects.filter(what="objected").values_list("user", flat=True)) == [other.pk]
    for who, error in ((company.zhaozhuguan, BadInput), (company.linxiao, Forbidden)):
        with pytest.raises(error), transaction.atomic():
            marks.decide(mark.pk, by(who), upheld=False, reason="看过录像，是他本人")
    assert marks.sweep(row.due_at - timedelta(minutes=1)) == 0
    assert (marks.sweep(row.due_at), marks.sweep(row.due_at)) == (1, 0)
    marks.decide(mark.pk, by(other), upheld=True, reason="看过录像，不是他本人")
    mark.refresh_from_db()
    assert mark.ended_at is not None
    assert [one.mark for one in marked.waiting(other)] == [mark]
    marks.told(mark.pk, by(other), words="电话告知，他说谢谢")
    assert marked.waiting(other) == []
    dids = list(MarkEntry.objects.order_by("pk").values_list("did", flat=True))
    assert dids == ["set", "objected", "decided", "told"]
    assert clock.now > NOW


def test_only_those_who_work_on_an_open_case_see_it_and_each_sight_is_kept(
    company: Company, case: Case, by: Mover, client_for: Callable[[User], Client]
) -> None:
    mark = put(case, by(company.zhaozhuguan))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
    met = {
        person: SECRET in client_for(getattr(company, person)).get(f"/cases/{case.number}/").content.decode()
        for person in PEOPLE
    }
    assert {person for person, saw in met.items() if saw} == {"linxiao", "zhougong", "zhaozhuguan", "auditor"}
    seen = Sight.objects.filter(mark=mark, case=case).values_list("by__username", flat=True)
    assert set(seen) == {"linxiao", "zhougong", "zhaozhuguan", "auditor"}
    pages = {p: client_for(getattr(company, p)).get(f"/marks/{mark.pk}/").status_code for p in PEOPLE}
    assert {person for person, status in pages.items() if status == 200} == {
        "linxiao",
        "zhougong",
        "zhaozhuguan",
        "auditor",
    }
    assert set(pages.values()) == {200, 404}
    lists = {p: client_for(getattr(company, p)).get("/marks/").status_code for p in PEOPLE}
    assert {person for person, status in lists.items() if status == 200} == {"zhaozhuguan", "auditor"}
    actions.resolve(case.pk, by(company.linxiao), cause="a", done="b", text="好了")
    assert SECRET not in client_for(company.linxiao).get(f"/cases/{case.number}/").content.decode()


def test_it_is_in_no_search_list_or_answer_of_the_api(
    company: Company, case: Case, by: Mover, clock: TestClock, client_for: Callable[[User], Client]
) -> None:
    put(case, by(company.zhaozhuguan))
    for person in PEOPLE:
        user = getattr(company, person)
        token = Client(headers={"Authorization": f"Bearer {issue_token(user, 'x', at=clock.now)}"})
        told = [token.get(f"/api/v1/{path}") for path in ("cases", f"cases/{case.number}", f"cases?q={SECRET}")]
        told += [
            client_for(user).get(path) for path in (f"/search/?q={SECRET}", "/inbox/all/", f"/palette/?q={SECRET}")
        ]
        words = [one.content.decode().replace(f'value="{SECRET}"', "").replace(f"q={SECRET}", "") for one in told]
        assert not any(GIVEN["reason"] in one or "先打电话" in one for one in words)
    assert cases.page(company.zhaozhuguan, Filter(q=SECRET)).items == []


def test_whose_identity_is_protected_is_not_marked_on_that_case(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(take=True).case
    put(case, by(company.zhaozhuguan))
    report = open_case(kind="report").case
    assert report.customer == case.customer
    assert marked.of_case(company.zhaozhuguan, report, DAY) is None
    assert not marked.may_mark(company.zhaozhuguan, report)


def test_the_pages_do_all_of_it(company: Company, case: Case, client_for: Callable[[User], Client]) -> None:
    lead, agent = client_for(company.zhaozhuguan), client_for(company.linxiao)
    assert lead.post(f"/cases/{case.number}/mark/", {"kind": "hostile"}).status_code == 422
    assert agent.get(f"/cases/{case.number}/mark/").status_code == 403
    given = GIVEN | {"until": str(DAY + timedelta(days=30))}
    assert lead.post(f"/cases/{case.number}/mark/", given).status_code == 302
    mark = Mark.objects.get()
    assert lead.get(f"/marks/{mark.pk}/").status_code == lead.get("/marks/?ended=1").status_code == 200
    assert agent.post(f"/marks/{mark.pk}/object/", {"words": "不是我"}).status_code == 302
    assert agent.get(f"/marks/{mark.pk}/end/").status_code == 403
    assert "不是我" in lead.get(f"/marks/{mark.pk}/").content.decode()
    assert lead.get("/marks/").status_code == 200
    assert lead.post(f"/marks/{mark.pk}/decide/", {"upheld": "no", "reason": "自己设的自己定不行"}).status_code == 422
    assert lead.get(f"/marks/{mark.pk}/paper/").status_code == 200
    assert lead.post(f"/marks/{mark.pk}/paper/").status_code == 302
    assert lead.post(f"/marks/{mark.pk}/end/", {"reason": "不再需要"}).status_code == 302
    assert MarkEntry.objects.filter(did="printed").exists()
    assert lead.get(f"/marks/{mark.pk}/nonsense/").status_code == 404


# --- it never lowers the floor ---------------------------------------------------------------------------------------


def _life(company: Company, open_case: Opener, given: dict[str, Any], amount: int, mark_kind: str | None) -> Any:
    """What becomes of a case of a customer who is marked, or isn't: all that could depend on it. Undone afterwards."""
    with transaction.atomic():
        person = Person("吴先生", "13811112222")
        first = open_case(person=person).case
        if mark_kind:
            put(first, By(company.zhaozhuguan, NOW), kind=mark_kind)
        values = {**given, "category": getattr(company, given["category"])}
        case = open_case(person=person, **values).case
        actions.accept(case.pk, By(company.linxiao, NOW + timedelta(minutes=1)))
        case.refresh_from_db()
        order = [one.pk - case.pk for one in cases.page(company.zhaozhuguan, Filter()).items]
        clocks = sorted(Clock.objects.filter(case=case).values_list("kind", "due_at", "warn_at"))
        load = authority.load_of(case, None, amount, year="2026", currency=money.DEFAULT)
        reached = authority.reaching(company.linxiao, case, case.severity, load)
        at = By(company.linxiao, NOW + timedelta(minutes=2))
        option = Option([Wanted("goodwill", amount)])
        change = recovery.propose(case.pk, at, options=[option], reason="按惯例给予补偿，客户等了很久")
        waits = bool(change.now.open_requests)
        found = (clocks, case.severity, case.category_id, case.referred, case.handler_id, order, reached, waits)
        transaction.set_rollback(True)
    return found


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["important", "vulnerable", "hostile", "professional", "other"]),
    given_=st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["complaint", "repair", "inquiry"]),
            "category": st.sampled_from(["lift", "tap", "conduct", "corridor", "fee"]),
        }
    ),
    amount=st.integers(1, 20_000),
)
def test_no_clock_severity_order_limit_or_approval_depends_on_a_mark(
    company: Company, open_case: Opener, kind: str, given_: dict[str, Any], amount: int
) -> None:
    assert _life(company, open_case, given_, amount, kind) == _life(company, open_case, given_, amount, None)


def test_whoever_is_sent_there_sees_what_to_do_until_the_task_is_done(
    company: Company, case: Case, by: Mover, clock: TestClock, client_for: Callable[[User], Client]
) -> None:
    mark = put(case, by(company.zhaozhuguan))
    assert marked.of_case(company.zhougong, Case.objects.get(pk=case.pk), DAY) is None
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="上门检查")
    page = client_for(company.zhougong).get(f"/cases/{case.number}/").content.decode()
    assert SECRET in page
    assert GIVEN["reason"] not in page
    assert list(Sight.objects.filter(mark=mark).values_list("by__username", flat=True)) == ["zhougong"]
    assert marked.get(company.zhougong, mark.pk, clock.now) == mark
    task = Case.objects.get(pk=case.pk).open_hand_overs[0][0]
    actions.reply(case.pk, by(company.zhougong), hand_over=task, text="已处理，更换配件")
    assert SECRET not in client_for(company.zhougong).get(f"/cases/{case.number}/").content.decode()
    with pytest.raises(Mark.DoesNotExist):
        marked.get(company.zhougong, mark.pk, clock.now)
