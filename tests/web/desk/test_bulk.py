"""One verb for many cases, by forms alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.bulk import actions as bulk
from huiyin.bulk.models import Bulk
from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent
from huiyin.customers.actions import Person
from huiyin.org.models import User
from huiyin.web.desk.bulk import VERBS
from tests.conftest import Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
BARS = {
    "linxiao": set(VERBS),
    "hemin": set(VERBS),
    "zhaozhuguan": set(VERBS),
    "admin": set(VERBS),
    "chenjia": set(VERBS),
    "zhougong": set(),
    "auditor": set(),
}


@pytest.fixture
def numbers(open_case: Opener) -> list[str]:
    return [open_case(subject=f"第{number}件", take=True).case.number for number in range(3)]


def given(company: Company) -> dict[str, dict[str, object]]:
    return {
        "assign": {"to": company.hemin.pk},
        "hand-over": {"department": company.engineering.pk, "task": "请去看看"},
        "tag": {"tag": "重点"},
        "untag": {"tag": "重点"},
        "severity": {"severity": "P1", "reason": "现场看过，比报的严重得多"},
        "close": {},
    }


def send(client: Client, act: str, numbers: list[str], data: dict[str, object]) -> str:
    """Through the form as the page shows it; where one lands."""
    page = client.get(f"/bulk/{act}/", {"case": numbers, "next": "/inbox/mine/?kind=complaint"}).content.decode()
    assert [number for number in numbers if f'value="{number}" checked' in page] == numbers
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key
    answer = client.post(
        f"/bulk/{act}/", {"case": numbers, "key": key[1], "next": "/inbox/mine/?kind=complaint", **data}
    )
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


@pytest.mark.parametrize("act", VERBS)
def test_every_act_is_sent_from_its_form_and_told_above_the_list(
    client_for: ClientFor, company: Company, clock: TestClock, numbers: list[str], act: str
) -> None:
    desk = client_for(company.linxiao)
    if act == "untag":
        send(desk, "tag", numbers, {"tag": "重点"})
        bulk.sweep(clock.move(1))
        clock.move(5)
    if act == "close":
        for case in Case.objects.all():
            actions.decline(case.pk, By(company.linxiao, clock.now), reason="不归我们", right_door="燃气公司")
    back = send(desk, act, numbers, given(company)[act])
    assert back == "/inbox/mine/?kind=complaint"
    assert "about to" in desk.get(back).content.decode()
    bulk.sweep(clock.move(0.2))
    row = Bulk.objects.latest("at")
    assert [outcome for outcome, _words in row.results] == ["done"] * 3
    assert "about to" not in desk.get(back).content.decode()
    assert desk.get(f"/bulk/{row.pk}/").content.decode().count("✓") == 3


def test_undo_stands_beside_it_for_ten_seconds(
    client_for: ClientFor, company: Company, clock: TestClock, numbers: list[str]
) -> None:
    desk, before = client_for(company.linxiao), CaseEvent.objects.count()
    send(desk, "tag", numbers, {"tag": "重点"})
    pk = Bulk.objects.get().pk
    assert f"/bulk/{pk}/undo/" in desk.get("/inbox/mine/").content.decode()
    assert client_for(company.hemin).post(f"/bulk/{pk}/undo/").status_code == 404
    assert client_for(company.hemin).get(f"/bulk/{pk}/").status_code == 404
    assert desk.post(f"/bulk/{pk}/undo/", {"next": "/inbox/all/"}).headers["Location"] == "/inbox/all/"
    bulk.sweep(clock.move(1))
    assert CaseEvent.objects.count() == before
    assert "nothing was done" in desk.get(f"/bulk/{pk}/").content.decode()


def test_too_late_to_undo_leads_to_what_was_done(
    client_for: ClientFor, company: Company, clock: TestClock, numbers: list[str]
) -> None:
    desk = client_for(company.linxiao)
    send(desk, "tag", numbers, {"tag": "重点"})
    bulk.sweep(clock.move(1))
    pk = Bulk.objects.get().pk
    answer = desk.post(f"/bulk/{pk}/undo/")
    assert answer.headers["Location"] == f"/bulk/{pk}/"
    assert "begun already" in desk.get(f"/bulk/{pk}/").content.decode()


def test_what_was_refused_says_why(
    client_for: ClientFor, company: Company, clock: TestClock, numbers: list[str], open_case: Opener
) -> None:
    desk = client_for(company.linxiao)
    foreign = open_case(site=company.fly, by=By(company.chenjia, clock.now), subject="枫林苑的").case.number
    page = desk.get("/bulk/close/", {"case": [*numbers, foreign, "12345"]}).content.decode()
    assert "枫林苑的" not in page
    desk.post("/bulk/close/", {"case": [*numbers, foreign], "key": "k"})
    bulk.sweep(clock.move(1))
    page = desk.get(f"/bulk/{Bulk.objects.get().pk}/").content.decode()
    assert page.count("Not possible as it stands: accepted") == 3
    assert page.count("It isn&#x27;t there for you.") == 1
    assert "枫林苑的" not in page
    assert "4 refused" in desk.get("/inbox/mine/").content.decode()


def test_what_is_missing_is_said_and_what_was_ticked_and_typed_is_kept(
    client_for: ClientFor, company: Company, numbers: list[str]
) -> None:
    desk = client_for(company.linxiao)
    answer = desk.post("/bulk/severity/", {"case": numbers, "severity": "P1", "reason": "太短", "key": "k"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ten characters" in page
    assert "太短" in page
    assert page.count('name="case"') == 3
    assert 'value="k"' in page
    assert not Bulk.objects.exists()
    assert "No case is ticked" in desk.get("/bulk/tag/").content.decode()


@pytest.mark.parametrize("person", BARS)
def test_the_bar_offers_what_one_may_do_and_no_other_form_opens(
    client_for: ClientFor, company: Company, clock: TestClock, open_case: Opener, person: str
) -> None:
    for site, user in ((company.ljf, company.linxiao), (company.fly, company.chenjia)):
        case = open_case(site=site, by=By(user, clock.now)).case
        actions.hand_over(case.pk, By(user, clock.now), department=company.engineering, task="去看")
    client = client_for(getattr(company, person))
    page = client.get("/inbox/all/").content.decode()
    assert set(re.findall(r'data-act="([a-z-]+)"', page)) == BARS[person]
    for act in VERBS:
        wanted = 200 if act in BARS[person] else 403
        assert client.get(f"/bulk/{act}/").status_code == wanted, act
        assert client.post(f"/bulk/{act}/").status_code == (422 if wanted == 200 else 403), act
    assert client.get("/bulk/nonsense/").status_code == 404


def test_a_protected_customer_is_not_given_away(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    person = Person("赵明理", "13712345678")
    case = open_case(kind="report", subject="赵明理举报", person=person).case
    actions.assign(case.pk, By(company.zhaozhuguan, clock.now), to=company.hemin)
    desk = client_for(company.linxiao)
    assert "赵明理" not in desk.get("/bulk/tag/", {"case": case.number}).content.decode()
    desk.post("/bulk/tag/", {"case": case.number, "tag": "重点", "key": "k"})
    assert "赵明理" not in desk.get(f"/bulk/{Bulk.objects.get().pk}/").content.decode()
