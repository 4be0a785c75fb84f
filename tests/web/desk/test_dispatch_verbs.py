"""The verbs between front and back office through their forms on the page of a case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases import actions, dispatch, queries
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case
from huiyin.org.models import User
from tests.people import Company, TestClock

from .test_verbs import do, kinds, now_of

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]
WHY = "这项工作属于电梯维保单位,不归工程部"


@pytest.fixture
def case(company: Company, open_case: Opener, clock: TestClock) -> Case:
    """A request at LJF that 林晓 has taken and handed to engineering, as its event 3."""
    found = open_case(kind="repair", category=company.tap).case
    actions.accept(found.pk, By(company.linxiao, clock.move(1)))
    actions.hand_over(found.pk, By(company.linxiao, clock.move(1)), department=company.engineering, task="去看")
    return found


def page(client: Client, case: Case) -> str:
    return client.get(f"/cases/{case.number}/").content.decode()


def test_a_question_is_asked_shown_and_answered(client_for: ClientFor, company: Company, case: Case) -> None:
    back, desk = client_for(company.zhougong), client_for(company.linxiao)
    assert do(back, case, "ask-back", {"hand_over": 3, "text": "几号楼?"}).status_code == 302
    shown = page(desk, case)
    assert "几号楼?" in shown
    assert f"/cases/{case.number}/inform/" in shown
    assert f"/cases/{case.number}/inform/" not in page(back, case)
    assert do(desk, case, "inform", {"hand_over": 3, "text": "三号楼"}).status_code == 302
    assert now_of(case).open_questions == []
    assert "三号楼" in page(back, case)


def test_a_return_is_decided_by_somebody_else_who_reads_the_reason(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    back, desk = client_for(company.zhougong), client_for(company.linxiao)
    short = do(back, case, "return", {"hand_over": 3, "reason": "不管"})
    assert (short.status_code, "不管" in short.content.decode()) == (422, True)
    assert do(back, case, "return", {"hand_over": 3, "reason": WHY}).status_code == 302
    form = desk.get(f"/cases/{case.number}/decide-return/").content.decode()
    assert WHY in form
    assert f"/cases/{case.number}/decide-return/" not in page(back, case)
    assert do(desk, case, "decide-return", {"request": 4, "granted": "yes", "reason": "同意"}).status_code == 302
    assert now_of(case).open_hand_overs == []


def test_the_second_return_is_the_supervisors_to_decide(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    back, desk, lead = (client_for(one) for one in (company.zhougong, company.linxiao, company.zhaozhuguan))
    do(back, case, "return", {"hand_over": 3, "reason": WHY})
    do(desk, case, "decide-return", {"request": 4, "granted": "no", "reason": "请先看现场"})
    assert do(back, case, "return", {"hand_over": 3, "reason": WHY}).status_code == 302
    assert now_of(case).referred == "returned"
    assert f"/cases/{case.number}/decide-return/" not in page(desk, case)
    assert "Decide who leads" in page(lead, case)
    assert do(lead, case, "decide", {"measure": "秩序部处理", "department": ""}).status_code == 422
    given = {"measure": "秩序部处理", "department": company.security.pk, "text": "已安排"}
    assert do(lead, case, "decide", given).status_code == 302
    assert [unit for _seq, unit in now_of(case).open_hand_overs] == [company.security.pk]
    assert "已安排" in page(desk, case)


def test_more_time_is_asked_for_and_granted_with_a_word_to_the_customer(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    desk, lead = client_for(company.linxiao), client_for(company.zhaozhuguan)
    given = {"clock": "resolve", "until": "2026-03-20T18:00", "reason": "配件要从外地调来,下周才到"}
    assert do(desk, case, "extend", given).status_code == 302
    assert f"/cases/{case.number}/decide-extension/" not in page(desk, case)
    form = lead.get(f"/cases/{case.number}/decide-extension/").content.decode()
    assert "配件要从外地调来" in form
    assert "instead of by" in form
    words = {"request": 4, "granted": "yes", "text": "需要更多时间"}
    assert do(lead, case, "decide-extension", words).status_code == 302
    assert "first by" in page(desk, case)


def test_supervision_chasing_splitting_and_transfer_by_forms(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    desk, lead = client_for(company.linxiao), client_for(company.zhaozhuguan)
    assert do(desk, case, "chase", {"hand_over": 3, "customer": "on"}).status_code == 302
    assert do(lead, case, "supervise", {"reason": "重点关注", "due_at": "2026-03-12T12:00"}).status_code == 302
    assert "Supervised by 赵主管" in page(desk, case)
    assert do(lead, case, "end-supervision", {"reason": "已正常"}).status_code == 302
    given = {"body": "12345热线", "number": "GD-1", "due_at": "2026-03-12T10:00"}
    assert do(desk, case, "transfer", given).status_code == 302
    assert "12345热线 GD-1" in page(desk, case)
    assert do(desk, case, "split", {"subject": "收费", "text": "费用也不对"}).status_code == 302
    part = Case.objects.latest("pk")
    assert f"/cases/{part.number}/" in page(desk, case)
    assert f"/cases/{case.number}/" in page(desk, part)
    given = {"clock": "resolve", "due_at": "2026-03-11T18:00", "reason": "客户明天出差,今天必须办结"}
    assert do(lead, case, "override", given).status_code == 302
    assert now_of(case).overrides == 1
    assert do(desk, case, "withdraw", {"text": "电话里说不用了"}).status_code == 302
    assert now_of(case).status == "withdrawn"
    assert "the customer took it back" in page(desk, case)
    assert "chased" in kinds(case)


def test_whoever_it_is_about_finds_nothing_of_it(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    lead, agent, back = (client_for(one) for one in (company.zhaozhuguan, company.linxiao, company.zhougong))
    given = {"users": [company.linxiao.pk], "departments": [company.engineering.pk], "reason": "投诉的就是他们"}
    assert do(lead, case, "concern", given).status_code == 302
    assert "Step aside: 林晓" in page(lead, case)
    for client in (agent, back):
        for path in ("", "tell/", "answer/", "inform/", "files/1/"):
            assert client.get(f"/cases/{case.number}/{path}").status_code == 404, path
        for path in ("/inbox/all/", "/inbox/due/", "/inbox/mine/", "/inbox/department/", f"/search/?q={case.subject}"):
            assert case.number not in client.get(path).content.decode(), path
        assert client.get("/visits/", follow=True).content.decode().count(case.number) == 0
    assert queries.total(company.linxiao, queries.Filter()) == 0


def test_who_names_themselves_is_led_back_to_the_inbox(client_for: ClientFor, company: Company, case: Case) -> None:
    given = {"users": [company.linxiao.pk], "reason": "客户投诉的是我"}
    answer = do(client_for(company.linxiao), case, "concern", given)
    assert answer.headers["Location"] == "/inbox/"


def test_a_case_whose_visit_waits_is_closed_early_by_the_lead_alone(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case = open_case().case
    actions.accept(case.pk, By(company.linxiao, clock.move(1)))
    actions.resolve(case.pk, By(company.linxiao, clock.move(1)), cause="门机", done="更换", text="已修好")
    caller, lead = client_for(company.hemin), client_for(company.zhaozhuguan)
    assert f"/cases/{case.number}/close/" not in page(caller, case)
    assert f"/cases/{case.number}/close-early/" not in page(caller, case)
    assert do(lead, case, "close-early", {"reason": "客户已出国,一年内无法联系"}).status_code == 302
    assert (now_of(case).status, now_of(case).outcome) == ("closed", "overridden")


def test_the_customers_page_of_a_withdrawn_case_says_so(
    client_for: ClientFor, open_case: Opener, company: Company, clock: TestClock
) -> None:
    opened = open_case()
    dispatch.withdraw(opened.case.pk, By(company.linxiao, clock.move(1)), text="不用了")
    shown = Client(headers={"accept-language": "en"}).get(f"/r/{opened.link}/")
    assert shown.status_code == 200
    assert "Taken back" in shown.content.decode()
