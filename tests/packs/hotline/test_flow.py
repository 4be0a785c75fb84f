"""A hotline that was begun with its preset: from dispatch to filing, on the clocks and in the words of the trade."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from huiyin.cases import actions, dispatch, intake, words
from huiyin.cases.actions import By
from huiyin.cases.models import Case, Category
from huiyin.cases.review import review
from huiyin.clocks import actions as clock_actions
from huiyin.clocks.models import Clock
from huiyin.customers.actions import Person
from huiyin.org import actions as org
from huiyin.org import house
from huiyin.org.history import Editor
from huiyin.org.models import Department, Role, Site, User
from huiyin.packs import start
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from tests.people import TestClock, voice

ClientFor = Callable[[User], Client]
H, DAY = 60, 24 * 60


@dataclass
class Hotline:
    """The house and four people of it."""

    site: Site
    agent: User
    unit: User
    reviewer: User
    visitor: User
    clock: TestClock

    def open(self, category: str, **more: object) -> Case:
        """A call, taken down by the agent."""
        found = Category.objects.get(code=category)
        values: dict[str, object] = {"kind": found.kind, "category": found, "person": Person("李先生", "13900139000")}
        return intake.open_case(voice(self.site, **(values | more)), By(self.agent, self.clock.now)).case

    def by(self, user: User, minutes: float = 1) -> By:
        return self.clock.by(user, minutes)

    def dispatched(self, category: str = "urban/water/outage") -> Case:
        """A case that was dispatched to the water company."""
        case = self.open(category)
        water = Department.objects.get(code="water")
        actions.hand_over(case.pk, self.by(self.agent), department=water, task="请抢修并联系诉求人")
        return case


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What a browser speaks here is nothing to the tests that come after."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def hotline(bare: None, clock: TestClock) -> Hotline:
    start.begin(at=clock.now, time_zone="Asia/Shanghai", password="an-echo-for-each-voice", preset="hotline-workday")
    site = Site.objects.get()
    units = {unit.code: unit for unit in Department.objects.all()}

    def person(name: str, role: Role, unit: str) -> User:
        return org.add_user(name, name, password=None, department=units[unit], grants=((role, site),))

    return Hotline(
        site,
        person("agent", Role.AGENT, "hotline"),
        person("unit", Role.BACK_OFFICE, "water"),
        person("reviewer", Role.SUPERVISOR, "review"),
        person("visitor", Role.AGENT, "visits"),
        clock,
    )


def chinese(browser: Client) -> Client:
    """The browser of somebody who reads Chinese."""
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    return browser


def minutes(case: Case, kind: str) -> float:
    """How long after its start the last clock of this kind is due."""
    clock = Clock.objects.filter(case=case, kind=kind).latest("pk")
    return (clock.due_at - clock.started_at) / timedelta(minutes=1)


def outcomes(case: Case, kind: str) -> list[str]:
    return [clock.outcome for clock in Clock.objects.filter(case=case, kind=kind).order_by("pk")]


def test_from_taking_up_to_filing_on_the_same_statuses_and_verbs(hotline: Hotline) -> None:
    case = hotline.dispatched()
    assert (minutes(case, "dispatch"), outcomes(case, "dispatch")) == (15, ["met"])
    assert (minutes(case, "sign"), outcomes(case, "sign")) == (H, [""])
    dispatch.sign(case.pk, hotline.by(hotline.unit), text="抢修一班")
    assert (outcomes(case, "sign"), outcomes(case, "reply")) == (["met"], [""])
    actions.phone(case.pk, hotline.by(hotline.agent), text="已告知抢修中")
    assert (minutes(case, "update"), outcomes(case, "respond")) == (DAY, ["met"])
    actions.reply(case.pk, hotline.by(hotline.unit, 90), text="爆管已修复，19 点恢复供水")
    actions.resolve(case.pk, hotline.by(hotline.agent), cause="爆管", done="更换管段", text="已恢复供水")
    assert Case.objects.get(pk=case.pk).review_since == hotline.clock.now
    review(case.pk, hotline.by(hotline.reviewer), ok=False, text="没有附恢复供水的照片")
    assert Case.objects.get(pk=case.pk).status == "accepted"
    actions.resolve(case.pk, hotline.by(hotline.agent), cause="爆管", done="更换管段，附照片", text="已恢复供水")
    review(case.pk, hotline.by(hotline.reviewer), ok=True)
    good = Result("phone", reached=True, answered=True, solved=True, satisfied=5)
    returns.visit(case.pk, hotline.by(hotline.visitor, 300), good)
    assert returns.close(case.pk, hotline.by(hotline.visitor)).case.status == "closed"
    kinds = [kind for kind in case.caseevent_set.order_by("seq").values_list("kind", flat=True) if kind != "noted"]
    assert [kind for kind in kinds if kind in ("handed_over", "signed", "replied", "resolved", "reviewed")] == [
        *("handed_over", "signed", "replied", "resolved", "reviewed", "resolved", "reviewed")
    ]
    assert kinds[-2:] == ["visited", "closed"]


def test_applying_to_return_it_stops_the_signature_and_nothing_else(hotline: Hotline) -> None:
    case = hotline.dispatched()
    dispatch.apply_return(case.pk, hotline.by(hotline.unit), reason="爆管点在小区红线内，属物业管理")
    assert outcomes(case, "sign") == ["met"]
    assert (outcomes(case, "reply"), outcomes(case, "resolve"), outcomes(case, "respond")) == ([""], [""], [""])
    dispatch.decide_return(case.pk, hotline.by(hotline.reviewer), granted=False, reason="市政管网，由贵司办理")
    assert dispatch.sign(case.pk, hotline.by(hotline.unit)).now.signed


def test_a_unit_that_does_not_sign_is_late_once(hotline: Hotline) -> None:
    case = hotline.dispatched()
    clock_actions.sweep(hotline.clock.move(2 * H))
    (late,) = Clock.objects.filter(case=case, kind="sign")
    assert late.breached_at == late.due_at
    dispatch.sign(case.pk, hotline.by(hotline.unit))
    assert outcomes(case, "sign") == ["late"]


def test_a_second_return_has_a_working_day_until_somebody_says_who_leads(hotline: Hotline) -> None:
    case = hotline.dispatched()
    dispatch.apply_return(case.pk, hotline.by(hotline.unit), reason="爆管点在小区红线内，属物业管理")
    dispatch.decide_return(case.pk, hotline.by(hotline.reviewer), granted=False, reason="请再核实")
    dispatch.apply_return(case.pk, hotline.by(hotline.unit), reason="已现场核实，确在红线以内")
    assert Case.objects.get(pk=case.pk).referred == "returned"
    assert minutes(case, "decide") <= DAY  # P2: a working day, and never longer for the consultation


@pytest.mark.parametrize(
    ("category", "dispatched", "contact"),
    [("urban/gas/leak", 5, 30), ("urban/water/outage", 15, 4 * H), ("environment/noise/life", H, DAY)],
)
def test_urgency_sets_dispatch_and_contact(hotline: Hotline, category: str, dispatched: int, contact: int) -> None:
    case = hotline.open(category)
    assert (minutes(case, "dispatch"), minutes(case, "respond")) == (dispatched, contact)


def test_complexity_sets_the_finish(hotline: Hotline) -> None:
    simple = hotline.open("environment/noise/life")
    week = minutes(simple, "resolve")
    several = hotline.open("environment/noise/life", complexity="several")
    assert week == 7 * DAY  # five working days from a Wednesday
    assert minutes(several, "resolve") == 21 * DAY
    assert minutes(hotline.open("labour/insurance/social"), "resolve") == 5 * DAY  # three, over a weekend
    assert not Clock.objects.filter(case=hotline.open("gov/suggestion/city", complexity="project"), kind="resolve")


def test_an_inquiry_may_be_answered_without_dispatching_it(hotline: Hotline) -> None:
    case = hotline.open("labour/insurance/social")
    assert outcomes(case, "dispatch") == []
    actions.resolve(case.pk, taken(hotline, case), cause="咨询", done="解答", text="可在线办理")
    assert Case.objects.get(pk=case.pk).review_since is None


def taken(hotline: Hotline, case: Case) -> By:
    actions.accept(case.pk, hotline.by(hotline.agent))
    return hotline.by(hotline.agent)


def test_statuses_verbs_and_lines_are_called_as_in_the_trade(hotline: Hotline, client_for: ClientFor) -> None:
    case = hotline.dispatched()
    dispatch.sign(case.pk, hotline.by(hotline.unit))
    page = chinese(client_for(hotline.agent)).get(f"/cases/{case.number}/").content.decode()
    for text in ("办理中", "派单至供水集团", "供水集团签收", "办结", "申请延期", "催办"):
        assert text in page, text
    assert "转派至" not in page
    with translation.override("en"):
        assert (words.status("closed"), words.called("verb", "hand-over")) == ("filed", "Dispatch")


def test_the_unit_is_offered_to_sign_first_then_to_report(hotline: Hotline, client_for: ClientFor) -> None:
    case = hotline.dispatched()
    browser = chinese(client_for(hotline.unit))
    assert f"/cases/{case.number}/sign/" in browser.get(f"/cases/{case.number}/").content.decode()
    version = {"version": str(Case.objects.get(pk=case.pk).seq)}
    seq = Case.objects.get(pk=case.pk).open_hand_overs[0][0]
    assert browser.post(f"/cases/{case.number}/sign/", version | {"hand_over": seq, "text": ""}).status_code == 302
    after = browser.get(f"/cases/{case.number}/").content.decode()
    assert f"/cases/{case.number}/sign/" not in after
    assert "反馈办理结果" in after


def test_the_reviewer_is_shown_what_waits_and_others_are_not(hotline: Hotline, client_for: ClientFor) -> None:
    case = hotline.dispatched()
    actions.resolve(case.pk, hotline.by(hotline.agent), cause="爆管", done="更换", text="已恢复")
    address = f"/cases/{case.number}/review/"
    queue = chinese(client_for(hotline.reviewer)).get("/inbox/review/").content.decode()
    assert (f'href="/cases/{case.number}/"' in queue, "待审核" in queue) == (True, True)
    for user, offered in ((hotline.reviewer, True), (hotline.agent, False), (hotline.visitor, False)):
        page = chinese(client_for(user)).get(f"/cases/{case.number}/").content.decode()
        assert ((address in page), "办理结果待审核" in page) == (offered, True)
    browser = client_for(hotline.reviewer)
    version = {"version": str(Case.objects.get(pk=case.pk).seq)}
    assert browser.post(address, version | {"ok": "no", "text": ""}).status_code == 422
    assert browser.post(address, version | {"ok": "yes", "text": ""}).status_code == 302
    assert f'href="/cases/{case.number}/"' not in browser.get("/inbox/review/").content.decode()
    assert Case.objects.get(pk=case.pk).review_since is None


def test_the_customer_reads_the_words_of_the_trade_and_rates_only_after_the_review(hotline: Hotline) -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    category = Category.objects.get(code="urban/water/outage")
    opened = intake.open_case(voice(hotline.site, category=category), By(hotline.agent, hotline.clock.now))
    page = f"/r/{opened.link}/"
    assert "您的诉求已收到" in client.get(page).content.decode()
    water = Department.objects.get(code="water")
    actions.hand_over(opened.case.pk, hotline.by(hotline.agent), department=water, task="请抢修")
    assert "派单至供水集团" in client.get(page).content.decode()
    actions.resolve(opened.case.pk, hotline.by(hotline.agent), cause="爆管", done="更换", text="已恢复")
    waiting = client.get(page).content.decode()
    assert 'name="solved"' not in waiting
    assert "正在审核办理结果" in waiting
    assert "已办结，请您评价" not in waiting
    review(opened.case.pk, hotline.by(hotline.reviewer), ok=True)
    assert 'name="solved"' in client.get(page).content.decode()


def test_the_house_reviews_and_has_its_words_and_what_a_manager_changed_stays(hotline: Hotline, now: datetime) -> None:
    found = house.rules()
    assert found.review
    assert all(words.known(code) for code in found.words)
    changed = house.Rules(review=False, words={"status/closed": ("结案", "closed for good")})
    house.change(changed, Editor(None, now))
    start.begin(at=now, time_zone="Asia/Shanghai")
    again = house.rules()
    assert (again.review, again.words["status/closed"][0]) == (False, "结案")
    assert again.words["status/received"][0] == "待受理"
