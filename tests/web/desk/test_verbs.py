"""Every verb through its form on the page of a case."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from huiyin.cases import actions, queries
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case
from huiyin.cases.workflow import EventKind
from huiyin.org.models import User
from huiyin.web.desk.verbs import ACTS
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]


@pytest.fixture
def case(company: Company, open_case: Opener, clock: TestClock) -> Case:
    """A complaint at LJF that 林晓 has taken."""
    found = open_case(category=company.lift).case
    actions.accept(found.pk, By(company.linxiao, clock.move(1)))
    return found


def now_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def do(client: Client, case: Case, verb: str, given: dict[str, Any] | None = None) -> HttpResponse:
    """Post a verb's form as the page shows it now."""
    version = {"version": str(now_of(case).seq)}
    return client.post(f"/cases/{case.number}/{verb}/", version | (given or {}))  # type: ignore[return-value]


def kinds(case: Case) -> list[str]:
    entries = queries.timeline(case)
    return [entry.event.kind for entry in entries if entry.event.topic != "clocks"]


def test_a_case_goes_through_its_whole_loop_by_forms_alone(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case = open_case().case
    desk, back, caller = (client_for(user) for user in (company.linxiao, company.zhougong, company.hemin))
    by_when = (clock.now + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")  # the site's clock is eight hours ahead
    steps: tuple[tuple[Client, str, dict[str, Any]], ...] = (
        (desk, "accept", {}),
        (desk, "phone", {"reached": "yes", "text": "已告知"}),
        (desk, "hand-over", {"department": company.engineering.pk, "task": "查明原因"}),
        (desk, "commit", {"text": "今天恢复", "due_at": by_when}),
        (back, "note", {"text": "缺备件"}),
        (back, "arrive", {"text": "到了"}),
        (back, "reply", {"hand_over": 4, "text": "已更换"}),
        (desk, "answer", {"text": "已修好"}),
        (desk, "sort", {"category": company.lift.pk}),
        (desk, "grade", {"state": 2, "scope": 1, "impact": 2}),
        (desk, "wait", {"waiting_for": "customer", "text": "请确认"}),
        (desk, "resume", {}),
        (desk, "keep", {"commitment": 5, "kept": "yes"}),
        (desk, "assign", {"to": company.zhaozhuguan.pk}),
        (desk, "resolve", {"cause": "门机老化", "done": "更换", "text": "已修好,请放心"}),
        (caller, "visit", {"channel": "phone", "reached": "yes", "solved": "yes", "satisfied": 5, "close": "on"}),
    )
    for client, verb, given in steps:
        clock.move(1)
        answer = do(client, case, verb, given)
        assert answer.status_code == 302, (verb, answer.content.decode())
    assert now_of(case).status == "closed"
    assert now_of(case).outcome == "done"
    wanted = "received accepted called handed_over committed noted arrived replied answered sorted graded referred"
    wanted += " waited resumed kept"
    assert kinds(case) == [*wanted.split(), "assigned", "resolved", "visited", "closed"]


@pytest.mark.parametrize(
    ("verb", "given", "status"),
    [
        ("decline", {"reason": "不归我们管", "right_door": "供电公司 95598"}, "declined"),
        ("refuse", {"reason": "无法满足", "basis": "合同第五条"}, "refused"),
    ],
)
def test_a_case_can_be_ended_with_a_reason(
    client_for: ClientFor, company: Company, case: Case, verb: str, given: dict[str, str], status: str
) -> None:
    lead = client_for(company.zhaozhuguan)
    assert do(lead, case, verb, given).status_code == 302
    assert now_of(case).status == status
    assert do(lead, case, "reopen", {"reason": "有新情况"}).status_code == 302
    assert now_of(case).status == "accepted"


def test_a_case_is_joined_by_the_number_of_the_other(
    client_for: ClientFor, company: Company, case: Case, open_case: Opener
) -> None:
    desk, other = client_for(company.linxiao), open_case().case
    assert "no case with this number" in do(desk, case, "join", {"into": "1234567"}).content.decode()
    assert do(desk, case, "join", {"into": other.number}).status_code == 302
    assert now_of(case).joined_into_id == other.pk


def test_a_case_of_another_site_can_not_be_joined_or_guessed(
    client_for: ClientFor, company: Company, case: Case, open_case: Opener, clock: TestClock
) -> None:
    hidden = open_case(site=company.fly, by=By(company.chenjia, clock.now)).case
    desk = client_for(company.linxiao)
    assert "no case with this number" in do(desk, case, "join", {"into": hidden.number}).content.decode()


def test_severity_by_hand_needs_a_reason_of_ten_characters(client_for: ClientFor, company: Company, case: Case) -> None:
    desk = client_for(company.linxiao)
    short = do(desk, case, "grade", {"severity": "P4", "reason": "太短"})
    assert (short.status_code, now_of(case).severity) == (422, "P2")
    assert "太短" in short.content.decode()
    assert do(desk, case, "grade", {"severity": "P4", "reason": "客户说已经自己恢复,不急了"}).status_code == 302
    assert now_of(case).severity == "P4"


def test_a_draft_tells_the_customer_nothing(client_for: ClientFor, company: Company, case: Case) -> None:
    do(client_for(company.linxiao), case, "answer", {"text": "草稿", "draft": "on"})
    assert now_of(case).answered_at is None
    assert "草稿" in client_for(company.linxiao).get(f"/cases/{case.number}/").content.decode()


def test_whoever_writes_on_an_old_page_keeps_the_words_and_sees_what_is_new(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    seen = now_of(case).seq
    actions.note(case.pk, By(company.hemin, clock.move(1)), text="同事刚写的")
    desk, given = client_for(company.linxiao), {"version": str(seen), "text": "我写了很久的答复"}
    answer = desk.post(f"/cases/{case.number}/answer/", given)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "我写了很久的答复" in page
    assert "同事刚写的" in page
    assert EventKind.ANSWERED not in kinds(case)
    fresh = re.search(r'name="version" value="(\d+)"', page)
    assert fresh
    assert desk.post(f"/cases/{case.number}/answer/", given | {"version": fresh[1]}).status_code == 302


def test_what_the_status_does_not_allow_is_said_with_what_it_does(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    answer = do(client_for(company.linxiao), case, "reopen", {"reason": "再看一次"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "再看一次" in page
    assert "accepted" in page
    assert "Resolve and tell the customer" in page
    assert '<button class="primary">Take it up again' not in page


def test_who_handled_a_case_does_not_visit_it(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    actions.resolve(case.pk, By(company.linxiao, clock.move(1)), cause="门机", done="更换", text="已修好")
    asked = {"channel": "phone", "reached": "yes", "solved": "yes"}
    answer = do(client_for(company.linxiao), case, "visit", asked)
    assert answer.status_code == 409
    assert "You handled this case" in answer.content.decode()


def test_a_bad_visit_is_not_closed_but_taken_up_again(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    actions.resolve(case.pk, By(company.linxiao, clock.move(1)), cause="门机", done="更换", text="已修好")
    given = {"channel": "phone", "reached": "yes", "solved": "no", "close": "on"}
    assert do(client_for(company.hemin), case, "visit", given).status_code == 302
    assert (now_of(case).status, now_of(case).handler_id) == ("accepted", None)


def test_a_field_that_the_core_refuses_is_named(client_for: ClientFor, company: Company, case: Case) -> None:
    late = do(client_for(company.linxiao), case, "commit", {"text": "昨天", "due_at": "2026-03-10T10:00"})
    assert late.status_code == 422
    assert 'href="#commit_due_at"' in late.content.decode()
    nobody = do(client_for(company.linxiao), case, "wait", {"waiting_for": "", "text": "等"})
    assert 'href="#wait_waiting_for"' in nobody.content.decode()


def test_times_are_those_of_the_site(client_for: ClientFor, company: Company, case: Case) -> None:
    do(client_for(company.linxiao), case, "commit", {"text": "中午前", "due_at": "2026-03-11T12:00"})
    assert [promise.due_at.isoformat() for promise in queries.commitments(case)] == ["2026-03-11T04:00:00+00:00"]


def test_a_back_office_worker_replies_only_to_tasks_of_their_department(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    for department in (company.security, company.engineering):
        actions.hand_over(case.pk, By(company.linxiao, clock.move(1)), department=department, task="去看")
    theirs, ours = (hand_over.seq for hand_over in queries.hand_overs(case))
    back = client_for(company.zhougong)
    assert do(back, case, "reply", {"hand_over": theirs, "text": "不该我答"}).status_code == 422
    assert do(back, case, "reply", {"hand_over": ours, "text": "已更换"}).status_code == 302


def test_a_new_link_is_shown_once_and_ends_the_old_one(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    opened = open_case()
    desk = client_for(company.linxiao)
    answer = do(desk, opened.case, "link")
    page = desk.get(answer.headers["Location"]).content.decode()
    link = re.search(r"/r/([\w-]{43})/", page)
    assert link
    assert queries.by_link(link[1]).pk == opened.case.pk
    with pytest.raises(Case.DoesNotExist):
        queries.by_link(opened.link)
    assert "/r/" not in desk.get(answer.headers["Location"]).content.decode()


def test_every_open_verb_shows_its_form_and_no_other_does(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    actions.hand_over(case.pk, By(company.linxiao, clock.move(1)), department=company.engineering, task="去看")
    admin = client_for(company.admin)
    page = admin.get(f"/cases/{case.number}/").content.decode()
    offered = set(re.findall(rf"/cases/{case.number}/([a-z-]+)/", page))
    offered -= {"together", "evidence", "outside", "journey"}
    wanted = "assign hand-over reply answer phone note commit arrive resolve wait sort grade join decline refuse link"
    wanted += " tag pass-on check relate ask-back return extend override chase supervise decide concern transfer split"
    wanted += " withdraw remedy failure playbook contact escalate"
    assert offered - {"similar"} == set(wanted.split())
    for verb in offered - {"link", "similar"}:
        page = admin.get(f"/cases/{case.number}/{verb}/").content.decode()
        assert f'action="/cases/{case.number}/{verb}/"' in page, verb
    for verb in ACTS.keys() - offered:
        assert 'class="card form composer"' not in admin.get(f"/cases/{case.number}/{verb}/").content.decode(), verb


def test_the_form_of_the_contact_has_what_is_known_and_names_what_can_not_be(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    desk = client_for(company.linxiao)
    page = desk.get(f"/cases/{case.number}/contact/").content.decode()
    assert 'value="王女士"' in page
    assert 'value="13800138000"' in page
    whole = {"name": "王芳", "phone": "13900000001", "email": "wang", "place": "7-2-1203"}
    refused = do(desk, case, "contact", whole)
    assert (refused.status_code, "looks like name@example.com" in refused.content.decode()) == (422, True)
    assert 'value="王芳"' in refused.content.decode()
    assert do(desk, case, "contact", whole | {"email": "wang@example.com"}).status_code == 302
    page = desk.get(f"/cases/{case.number}/").content.decode()
    for text in ("王芳", "13900000001", "wang@example.com", "7-2-1203", "Contact corrected", "Name before", "王女士"):
        assert text in page, text


def test_the_customer_sees_nothing_of_a_corrected_contact(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    opened = open_case()
    do(client_for(company.linxiao), opened.case, "contact", {"name": "王芳", "phone": "13900000001"})
    page = Client().get(f"/r/{opened.link}/").content.decode()
    assert "13800138000" not in page
    assert "13900000001" not in page
