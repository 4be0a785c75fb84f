"""The pages of group complaints, and what other pages say of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.alerts import incidents, linking
from huiyin.alerts.linking import Said
from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.models import Case, Message
from huiyin.customers.actions import Person
from huiyin.groups import actions as acts
from huiyin.groups.models import Group, GroupRule, Member
from huiyin.org.models import User
from huiyin.web.desk.group_forms import ACTS
from tests.conftest import Mover, Opener
from tests.groups.conftest import Voices, noise, swept, voices, words_anew  # noqa: F401 (fixtures)
from tests.people import PEOPLE, Company, TestClock

ClientFor = Callable[[User], Client]


@pytest.fixture
def cases(voices: Voices, clock: TestClock) -> list[Case]:  # noqa: F811 (a fixture)
    made = voices(4)
    swept(clock)
    return made


@pytest.fixture
def group(cases: list[Case]) -> Group:
    return Group.objects.get()


@pytest.fixture
def browser(client_for: ClientFor, company: Company) -> Client:
    return client_for(company.linxiao)


def said(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.mark.once
@pytest.mark.slow
def test_every_role_gets_the_pages_that_are_theirs(client_for: ClientFor, company: Company, group: Group) -> None:
    sees = {"linxiao", "hemin", "zhaozhuguan", "auditor", "admin"}
    does = sees - {"auditor"}
    page = f"/groups/{group.pk}/"
    for person in PEOPLE:
        browser = client_for(getattr(company, person))
        assert (page in said(browser, "/groups/")) == (person in sees), person
        assert browser.get("/groups/?all=1&before=1").status_code == 200
        assert browser.get(page).status_code == (200 if person in sees else 404), person
        for slug, act in ACTS.items():
            there = act.running in (None, False)
            status = (200 if person in does else 403) if person in sees and there else 404
            assert browser.get(f"{page}{slug}/").status_code == status, (person, slug)
            answer = browser.post(f"{page}{slug}/", {"version": "0"}).status_code
            assert answer in ((412, 422) if status == 200 else (status,)), (person, slug)
        assert browser.get(f"{page}nonsense/").status_code == 404
    assert Member.objects.filter(group=group).count() == 4


def test_the_page_says_who_speaks_how_it_grew_and_why_they_stand_together(browser: Client, group: Group) -> None:
    page = said(browser, f"/groups/{group.pk}/")
    for word in (
        "<strong>4</strong> customers",
        "several customers",
        "4 customers from 03-11 to 03-11",
        "words alike by",
    ):
        assert word in page
    assert page.count("<rect") == 1
    assert page.count("<polyline") == 1


def test_nothing_to_show_says_how_groups_come_about(client_for: ClientFor, company: Company) -> None:
    assert "Nobody shares a fault at present" in said(client_for(company.linxiao), "/groups/")


def test_a_case_and_its_rows_say_that_others_have_spoken_too(browser: Client, cases: list[Case], group: Group) -> None:
    page = said(browser, f"/cases/{cases[1].number}/")
    assert f'href="/groups/{group.pk}/"' in page
    assert "most like" in page
    assert "several customers: 4 customers" in said(browser, "/inbox/all/")


def test_one_customer_who_repeats_is_no_mark_and_only_in_the_full_list(
    browser: Client,
    voices: Voices,  # noqa: F811 (a fixture)
    clock: TestClock,
) -> None:
    voices(2, place="9栋", person=Person("一个人", "13900000009"))
    swept(clock)
    key = Group.objects.get().pk
    assert f"/groups/{key}/" not in said(browser, "/groups/")
    assert f"/groups/{key}/" in said(browser, "/groups/?all=1")
    assert "customers: " not in said(browser, "/inbox/all/")


def test_split_merged_and_taken_out_with_a_reason_that_stays_with_the_case(
    browser: Client, cases: list[Case], group: Group
) -> None:
    page = f"/groups/{group.pk}/"
    chosen = {"chosen": [cases[3].pk], "reason": "另一个工地", "version": "1"}
    answer = browser.post(f"{page}split/", chosen)
    part = Group.objects.latest("pk")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/groups/{part.pk}/")
    timeline = said(browser, f"/cases/{cases[3].number}/")
    assert f"Split off into group #{part.pk}" in timeline
    assert "另一个工地" in timeline
    answer = browser.post(f"/groups/{part.pk}/merge/", {"into": group.pk, "reason": "同一个", "version": part.version})
    assert answer.headers["Location"] == page
    assert browser.get(f"/groups/{part.pk}/").headers["Location"] == page
    group.refresh_from_db()
    away = {"chosen": [cases[3].pk], "reason": "看错", "version": group.version}
    assert browser.post(f"{page}remove/", away).status_code == 302
    assert "Taken out of group" in said(browser, f"/cases/{cases[3].number}/")
    more = {"cases_in": cases[3].number, "reason": "还是", "version": group.version + 1}
    assert browser.post(f"{page}add/", more).status_code == 302
    assert Member.objects.filter(group=group).count() == 4


def test_one_answer_to_all_from_the_page_and_those_who_join_later_catch_up(
    browser: Client,
    cases: list[Case],
    group: Group,
    voices: Voices,  # noqa: F811 (a fixture)
    clock: TestClock,
) -> None:
    page = f"/groups/{group.pk}/"
    assert browser.post(f"{page}answer/", {"text": "今晚起停工。", "version": "1"}).status_code == 302
    assert Message.objects.filter(text="今晚起停工。", public=True).count() == 4
    voices(1, first=4)
    swept(clock)
    assert "1 open case has joined since" in said(browser, page)
    group.refresh_from_db()
    assert browser.post(f"{page}catch-up/", {"version": group.version}).status_code == 302
    assert "has joined since" not in said(browser, page)
    remark = {"case": cases[0].pk, "text": "有婴儿，已借安静房间"}
    assert browser.post(f"{page}remark/", remark).status_code == 302
    assert "有婴儿，已借安静房间" in said(browser, page)


def test_the_answer_offers_to_go_on_only_where_something_followed(
    browser: Client,
    company: Company,
    cases: list[Case],
    group: Group,
    open_case: Opener,
    by: Mover,
) -> None:
    page = f"/groups/{group.pk}/answer/"
    assert 'name="onward"' not in said(browser, page)
    made = acts.raise_incident(group.pk, by(company.linxiao)).incident
    assert made is not None
    assert 'name="onward"' not in said(browser, page)
    later = open_case(kind="repair", category=company.lift, person=Person("李强", "13800000002")).case
    other = incidents.open_incident(company.ljf, by(company.linxiao), title="停梯", case_ids=[later.pk])
    linking.link(made.pk, by(company.linxiao), said=Said("施工", other.pk))
    said(browser, page)  # reference data is read anew after a change
    with CaptureQueriesContext(connection) as asked:
        text = said(browser, page)
    assert len(asked) <= 12
    field = next(part for part in text.split("<input") if 'name="onward"' in part)
    assert "checked" not in field
    group.refresh_from_db()
    sent = {"text": "今晚起停工。", "onward": "on", "version": group.version}
    assert browser.post(page, sent).status_code == 302
    assert Message.objects.filter(text="今晚起停工。", public=True, case=later).exists()
    incidents.close(other.pk, by(company.linxiao), reason="另行处理")
    assert 'name="onward"' not in said(browser, page)


@pytest.mark.parametrize("path", ["/groups/", "/groups/{key}/", "/groups/{key}/split/", "/inbox/all/"])
def test_no_page_asks_more_than_twelve_times(
    browser: Client,
    company: Company,
    cases: list[Case],
    group: Group,
    path: str,
    by: Mover,
) -> None:
    actions.accept(cases[0].pk, by(company.linxiao))
    acts.remark(group.pk, by(company.linxiao), case_id=cases[0].pk, text="夜班")
    acts.answer(group.pk, by(company.linxiao), text="今晚起停工。")
    address = path.format(key=group.pk)
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    assert len(asked) <= 12, [query["sql"][:120] for query in asked.captured_queries]


def test_the_numbers_are_edited_with_their_source(client_for: ClientFor, company: Company, clock: TestClock) -> None:
    browser = client_for(company.admin)
    assert "Several from 2 customers" in said(browser, "/settings/groups/")
    form = browser.get("/settings/groups/HQ/").context["form"]
    given = {name: form[name].value() for name in form.fields}
    assert browser.post("/settings/groups/HQ/", given | {"collective": "1"}).status_code == 422
    assert browser.post("/settings/groups/HQ/", given | {"around": "no/such"}).status_code == 422
    assert browser.post("/settings/groups/HQ/", given | {"source": ""}).status_code == 422
    assert browser.post("/settings/groups/HQ/", given | {"collective": "9", "source": "会议"}).status_code == 302
    assert (GroupRule.objects.get().collective, GroupRule.objects.get().source) == (9, "会议")
    assert browser.post("/settings/groups/HQ/", given).status_code == 409
    new = given | {"site": "LJF", "version": "", "days": "3"}
    assert browser.post("/settings/groups/new/", new).status_code == 302
    assert browser.post("/settings/groups/new/", new).status_code == 422
    assert browser.post("/settings/groups/LJF/remove/").status_code == 302
    assert "会议" in said(browser, "/settings/history/?area=groups")
    assert browser.get("/settings/groups/FLY/").status_code == 404
    assert client_for(company.linxiao).get("/settings/groups/").status_code == 403


def test_the_same_for_all_is_asked_for_and_decided_on_the_page(
    company: Company, open_case: Opener, client_for: ClientFor, clock: TestClock
) -> None:
    keys = [open_case(person=Person(f"户{n}", f"1392222000{n}")).case.pk for n in range(3)]
    group = acts.make(By(company.zhaozhuguan, clock.move(1)), case_ids=keys, reason="同一处停电")
    agent, lead = client_for(company.linxiao), client_for(company.zhaozhuguan)
    page = f"/groups/{group.pk}/"
    term = {"amount": "13", "days": "2", "reason": "同一处停电，每户两天物业费"}
    assert agent.get(f"{page}term/").status_code == 403
    assert lead.post(f"{page}term/", term).status_code == 302
    assert 'value="26' in agent.get(f"{page}give-all/").content.decode()
    sent = {"kind": "reduction", "amount": "60", "finding": "", "reason": "同一处停电，每户两天物业费"}
    assert agent.post(f"{page}give-all/", sent).status_code == 302
    assert agent.get(f"{page}give-all/").status_code == 404  # one waits
    assert agent.get(f"{page}decide-all/").status_code == 403
    with CaptureQueriesContext(connection) as asked:
        assert "180" in lead.get(page).content.decode()
    assert len(asked) <= 12
    assert lead.post(f"{page}decide-all/", {"granted": "no", "reason": ""}).status_code == 422
    assert lead.post(f"{page}decide-all/", {"granted": "yes", "reason": "同意"}).status_code == 302
    case = Case.objects.get(pk=keys[0])
    guide = agent.get(f"/cases/{case.number}/remedy/").content.decode()
    assert "26" in guide
    assert "60" in guide
