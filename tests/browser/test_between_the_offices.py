"""Between front and back office in a real browser: a task nobody wants, more time, a complaint about the agent."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from huiyin.base.ids import parse_receipt_number
from huiyin.cases.models import Case, HandOver
from tests.conftest import Opener
from tests.people import Company, TestClock

from .test_whole_loop import PHONE, Door, act, door, kinds, status

__all__ = ["door"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = "这项工作属于电梯维保单位,不归工程部"


def fits(page: Page) -> bool:
    """Nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"])


def test_a_task_that_is_returned_twice_lies_before_the_supervisor_who_names_who_leads_and_who_assists(
    door: Door, company: Company, clock: TestClock, open_case: Opener
) -> None:
    opened = open_case(kind="repair", category=company.tap)
    number = opened.case.number
    agent = door(f"/cases/{number}/", user="linxiao")
    act(agent, number, "accept")
    act(agent, number, "hand-over", department="工程部", task="请到七栋二单元看水管。")

    clock.by(company.zhougong, minutes=8)
    worker = door("/inbox/department/", size=PHONE, user="zhougong")
    worker.locator("main [data-row] a, main .cases a, main .tasks a", has_text="电梯停运").first.click()
    act(worker, number, "return", reason=WHY)
    expect(worker.get_by_text(WHY).first).to_be_visible()
    assert fits(worker)

    dispatcher = door("/inbox/to-decide/", user="hemin")
    dispatcher.locator("main [data-row] a, main .cases a, main .tasks a", has_text="电梯停运").first.click()
    expect(dispatcher.locator(".open-matters")).to_contain_text(WHY)
    act(dispatcher, number, "decide-return", granted="no", reason="请先看现场再说。")
    dispatcher.goto("/inbox/to-decide/")
    expect(dispatcher.locator(".empty")).to_be_visible()

    clock.by(company.zhougong, minutes=8)
    act(worker, number, "return", reason="看过了,是外墙渗水,属于秩序部管的施工")
    assert Case.objects.get(pk=opened.case.pk).referred == "returned"
    dispatcher.goto("/inbox/to-decide/")
    expect(dispatcher.locator(".empty")).to_be_visible()  # the supervisor's now
    lead = door("/inbox/to-decide/", user="zhaozhuguan")
    expect(lead.locator(".case-row .mark.decide")).to_be_visible()
    lead.locator("main [data-row] a, main .cases a, main .tasks a", has_text="电梯停运").first.click()
    text = "由秩序维护部牵头处理,工程部协助。"
    act(lead, number, "decide", measure="查施工并恢复", department="秩序维护部", assist="工程部", text=text)
    open_ones = HandOver.objects.filter(case=opened.case.pk, replied_at=None, dropped=False).order_by("seq")
    assert [(one.department.code, one.part) for one in open_ones] == [("security", "lead"), ("engineering", "assist")]
    assert kinds(number)[-5:] == ["referred", "decided", "returned", "handed_over", "handed_over"]

    customer = door(f"/r/{opened.link}/", size=PHONE)
    expect(customer.get_by_text(text).first).to_be_visible()
    expect(customer.locator(".steps")).to_contain_text("主管已决定")
    assert customer.get_by_text(WHY).count() == 0
    worker.goto("/inbox/department/")
    worker.locator("main [data-row] a, main .cases a, main .tasks a", has_text="电梯停运").first.click()
    act(worker, number, "reply", text="已协助关阀。")
    worker.goto("/notices/")
    assert worker.get_by_text("已有决定").count() == 2


def test_more_time_is_asked_for_granted_by_somebody_else_and_told_with_the_time_given_first(
    door: Door, company: Company, clock: TestClock, open_case: Opener
) -> None:
    opened = open_case(kind="repair", category=company.tap, take=True)
    number, first = opened.case.number, "3月13日 10:00"
    customer = door(f"/r/{opened.link}/", size=PHONE)
    expect(customer.locator("main")).to_contain_text(first)

    clock.by(company.linxiao, minutes=30)
    agent = door(f"/cases/{number}/", user="linxiao")
    act(agent, number, "extend", clock="办结", until="2026-03-16T18:00", reason="配件要从外地调来,下周一才到")
    assert agent.locator(f"a[href$='/cases/{number}/decide-extension/']").count() == 0  # not one's own
    agent.goto("/inbox/to-decide/")
    expect(agent.locator(".empty")).to_be_visible()

    lead = door("/inbox/to-decide/", user="zhaozhuguan")
    lead.locator("main [data-row] a, main .cases a, main .tasks a", has_text="电梯停运").first.click()
    lead.locator("a[href$='/decide-extension/']").first.click()
    form = lead.locator("form.composer")
    expect(form.locator("[name=text]")).to_have_value(re.compile("3月16日 18:00"))
    form.locator("label:has([name=granted][value=yes])").click()
    form.locator("button.primary").click()
    expect(lead).to_have_url(re.compile(rf"/cases/{number}/(#.*)?$"))
    assert first in lead.locator(".clocks").inner_text()

    customer.reload()
    receipt = customer.locator(".receipt")
    expect(receipt).to_contain_text("3月16日 18:00")
    expect(receipt).to_contain_text(f"最初答复的时间是{first}")
    expect(customer.locator(".thread")).to_contain_text("3月16日 18:00")
    assert customer.get_by_text("配件要从外地调来").count() == 0
    assert fits(customer)


def test_a_complaint_about_the_agent_is_handled_by_somebody_else_and_the_agent_finds_nothing_of_it(
    door: Door, company: Company, clock: TestClock
) -> None:
    other = door("/cases/new/", user="hemin")
    other.select_option("[name=site]", "LJF")
    other.select_option("[name=kind]", "complaint")
    other.fill("[name=text]", "前台林晓挂了我的电话,说话很难听。")
    other.fill("[name=phone]", "13800138000")
    other.fill("[name=name]", "王女士")
    other.click("details.about summary")
    other.locator("label.choice:has([name=about_users])", has_text="林晓").click()
    other.uncheck("[name=take]")
    other.click("form.new-case button.primary")
    expect(other).to_have_url(re.compile(r"/cases/\d+/tell/"))
    number = re.findall(r"/cases/(\d+)/", other.url)[0]
    assert Case.objects.get(pk=parse_receipt_number(number)).about_users == [company.linxiao.pk]

    agent = door("/inbox/all/", user="linxiao")
    for path in ("all", "mine", "unassigned", "due", "to-decide", "supervised"):
        agent.goto(f"/inbox/{path}/")
        expect(agent.locator(".empty")).to_be_visible()
    for words in (number, "挂了我的电话", "13800138000"):
        agent.goto(f"/search/?q={words}")
        assert agent.locator(".case-row").count() == 0, words
    for path in ("", "tell/", "answer/"):
        answer = agent.goto(f"/cases/{number}/{path}")
        assert answer is not None
        assert answer.status == 404, path
    agent.goto("/notices/")
    expect(agent.locator(".empty")).to_be_visible()

    boss = door("/inbox/to-decide/", user="zhaozhuguan")
    boss.get_by_text("挂了我的电话").first.click()
    act(boss, number, "decide", measure="由品质部何敏处理,听录音。", text="已安排专人处理,林晓不参与。")
    act(boss, number, "assign", to="何敏")
    clock.by(company.hemin, minutes=20)
    act(other, number, "resolve", cause="态度差", done="当面致歉、培训", text="已核实并致歉。")
    assert status(number) == "resolved"
    clock.move(60 * 5)
    agent.goto("/visits/")
    assert agent.locator(".case-row").count() == 0


def test_a_customer_reminds_us_and_takes_the_case_back_on_a_telephone(
    door: Door, company: Company, clock: TestClock, open_case: Opener
) -> None:
    opened = open_case(kind="repair", category=company.tap, take=True)
    number = opened.case.number
    customer = door(f"/r/{opened.link}/", size=PHONE)
    customer.click("form[action$='/chase/'] button")
    expect(customer.locator(".flash")).to_contain_text("已提醒经办人")
    expect(customer.locator(".steps")).to_contain_text("您催办了一次")
    agent = door("/inbox/mine/", user="linxiao")
    expect(agent.locator(".case-row .mark.chased")).to_have_text("催办×1")
    agent.goto("/notices/")
    expect(agent.locator(".case-row")).to_contain_text("有工单向您催办")

    clock.move(10)
    customer.click("form[action$='/chase/'] button")
    expect(customer.locator(".flash")).to_contain_text("您刚刚催办过")
    withdraw = customer.locator("form[action$='/withdraw/']")
    expect(withdraw).to_be_hidden()  # it asks before it does anything
    customer.click(".own-acts details:has(form[action$='/withdraw/']) summary")
    assert fits(customer)
    withdraw.locator("[name=reason]").fill("自己修好了")
    withdraw.locator("button").click()
    expect(customer.locator("h1")).to_have_text("已撤回")
    expect(customer.locator(".thread .message.customer").last).to_contain_text("自己修好了")
    assert customer.locator(".own-acts").count() == 0
    assert fits(customer)
    assert status(number) == "withdrawn"
    agent.goto(f"/cases/{number}/")
    expect(agent.locator(".timeline")).to_contain_text("自己修好了")
    assert Case.objects.get(pk=opened.case.pk).chased == 1
