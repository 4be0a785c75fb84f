"""The page of one case, its files, and writing one down."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.base.ids import grouped
from huiyin.cases import actions, queries
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case, File
from huiyin.clocks import actions as clocks
from huiyin.org.models import User
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.4\n" + b"\0" * 40
MOST_QUERIES = 12
"""One of them asks what waits for this person: a call must stand on every page; one for drafts."""
NEW = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "三号楼电梯又停了"}


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "HUIYIN_DATA_DIR", tmp_path)


def page_of(client: Client, case: Case) -> str:
    return client.get(f"/cases/{case.number}/").content.decode()


def test_the_page_answers_who_what_how_bad_until_when_and_whose_turn(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    case = open_case(category=company.lift, place="7-2-1203").case
    page = page_of(client_for(company.linxiao), case)
    for words in ("王女士", "13800138000", "临江府", "7-2-1203", "电梯停运", "P2: usual for this category"):
        assert words in page
    assert "15 min left" in page
    assert "Whoever takes it" in page
    assert grouped(case.number) in page


def test_the_next_act_is_the_one_primary_button(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case = open_case().case

    def first(user: User) -> list[str]:
        verbs = page_of(client_for(user), case).split('class="verbs"')[1].split("</section>")[0]
        found = re.findall(r'<(?:a|button) class="button primary"[^>]*>([^<]+)<', verbs)
        assert verbs.index("primary") < verbs.index("menu")
        return found

    assert first(company.linxiao) == ["Take the case"]
    actions.accept(case.pk, By(company.linxiao, clock.move(1)))
    assert first(company.linxiao) == ["Answer the customer"]
    actions.answer(case.pk, By(company.linxiao, clock.move(1)), text="已收到")
    assert first(company.linxiao) == ["Hand over to a department"]
    actions.hand_over(case.pk, By(company.linxiao, clock.move(1)), department=company.engineering, task="去看")
    theirs = page_of(client_for(company.zhougong), case).split('id="acts"')
    assert [page.count('<button class="primary"') for page in theirs] == [1, 0]  # in the card of their task
    actions.reply(case.pk, By(company.zhougong, clock.move(1)), text="已更换")
    assert first(company.linxiao) == ["Resolve and tell the customer"]
    actions.resolve(case.pk, By(company.linxiao, clock.move(1)), cause="门机", done="更换", text="已修好")
    assert first(company.hemin) == ["Record the return visit"]


def test_an_auditor_reads_and_is_offered_nothing(client_for: ClientFor, company: Company, open_case: Opener) -> None:
    page = page_of(client_for(company.auditor), open_case().case)
    assert "/answer/" not in page
    assert '<button class="button primary"' not in page


def test_the_timeline_shows_every_event_with_words_and_marks_of_clocks(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case = open_case(category=company.lift).case
    clock.move(20)
    clocks.sweep(clock.now)
    actions.hand_over(case.pk, By(company.linxiao, clock.move(1)), department=company.engineering, task="查明原因")
    actions.resolve(case.pk, By(company.linxiao, clock.move(1)), cause="门机老化", done="更换板件", text="已修好")
    page = page_of(client_for(company.linxiao), case)
    for words in (
        "first response: overdue since",
        "Handed over to 工程部",
        "查明原因",
        "门机老化",
        "更换板件",
        "已修好",
    ):
        assert words in page
    assert page.count('id="event-') == now_seq(case)


def now_seq(case: Case) -> int:
    return Case.objects.get(pk=case.pk).seq


def test_words_of_a_customer_can_not_become_a_program(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    case = open_case(subject="<script>1</script>", text="<img src=x onerror=1>").case
    page = page_of(client_for(company.linxiao), case)
    assert "<script>1" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;1" in page


def test_the_customers_other_cases_are_those_one_may_see(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case = open_case(subject="这一件").case
    open_case(subject="本小区另一件")
    open_case(subject="别处一件", site=company.fly, by=By(company.chenjia, clock.now))
    assert "本小区另一件" in page_of(client_for(company.linxiao), case)
    assert "别处一件" not in page_of(client_for(company.linxiao), case)
    assert "别处一件" in page_of(client_for(company.hemin), case)


def test_a_page_needs_few_questions_however_much_happened(
    client_for: ClientFor,
    company: Company,
    open_case: Opener,
    clock: TestClock,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    case = open_case(take=True).case
    client = client_for(company.linxiao)
    for _turn in range(10):
        actions.hand_over(case.pk, By(company.linxiao, clock.move(1)), department=company.engineering, task="去看")
        actions.note(case.pk, By(company.hemin, clock.move(1)), text="催一下")
        open_case()
    page_of(client, case)
    with django_assert_max_num_queries(MOST_QUERIES):
        page_of(client, case)
    for verb in ("answer", "assign", "hand-over", "sort"):
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(f"/cases/{case.number}/{verb}/")


def test_the_visit_form_tells_the_caller_what_was_promised_and_done(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case = open_case(take=True).case
    actions.commit(case.pk, By(company.linxiao, clock.now), text="今晚恢复", due_at=clock.move(60))
    actions.resolve(case.pk, By(company.linxiao, clock.move(1)), cause="门机", done="更换板件", text="已修好")
    caller = client_for(company.hemin)
    page = caller.get(f"/cases/{case.number}/visit/").content.decode()
    for words in ("今晚恢复", "更换板件", "已修好", "0 of 3", "Record and close"):
        assert words in page
    caller.post(f"/cases/{case.number}/visit/", {"channel": "phone", "reached": "no"})
    assert "1 of 3" in caller.get(f"/cases/{case.number}/visit/").content.decode()
    assert "1 try of 3" in caller.get("/visits/").content.decode()


def test_a_case_is_written_down_and_the_customer_told_once(client_for: ClientFor, company: Company) -> None:
    desk = client_for(company.linxiao)
    person = {"name": "王女士", "phone": "138 0013 8000", "place": "7-2", "category": company.lift.pk, "take": "on"}
    answer = desk.post("/cases/new/", NEW | person | {"photos": SimpleUploadedFile("a.png", PNG)})
    case = Case.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.number}/tell/")
    assert (case.status, case.handler, case.severity) == ("accepted", company.linxiao, "P2")
    page = desk.get(answer.headers["Location"]).content.decode()
    assert "today 10:15" in page
    link = re.search(r"/r/([\w-]{43})/", page)
    assert link
    assert queries.by_link(link[1]) == case
    assert "/r/" not in desk.get(answer.headers["Location"]).content.decode()


def test_taps_set_the_severity_and_untouched_ones_leave_it_to_the_category(
    client_for: ClientFor, company: Company
) -> None:
    desk = client_for(company.linxiao)
    for taps in ({}, {"danger": "on"}, {"state": "1", "scope": "2"}):
        desk.post("/cases/new/", NEW | {"category": company.tap.pk, "kind": "repair"} | taps)
    assert list(Case.objects.order_by("pk").values_list("severity", flat=True)) == ["P3", "P1", "P3"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"phone": "12"}, "phone"),
        ({"site": "FLY"}, "site"),
        ({"category": "999"}, "category"),
        ({"photos": SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 60)}, "photos"),
    ],
)
def test_what_is_wrong_with_a_new_case_is_said_and_the_words_are_kept(
    client_for: ClientFor, company: Company, given: dict[str, object], field: str
) -> None:
    answer = client_for(company.linxiao).post("/cases/new/", NEW | {"subject": "留着这句"} | given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in page
    assert "留着这句" in page
    assert not Case.objects.exists()


def test_a_picture_is_shown_and_a_paper_saved_and_neither_can_act(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    case, desk = open_case().case, client_for(company.linxiao)
    sent = [SimpleUploadedFile("门.png", PNG), SimpleUploadedFile("合同.pdf", PDF)]
    desk.post(f"/cases/{case.number}/note/", {"text": "附件", "photos": sent})
    picture, paper = File.objects.order_by("pk")
    answers = [desk.get(f"/cases/{case.number}/files/{file.pk}/") for file in (picture, paper)]
    assert [answer.headers["Content-Disposition"].split(";")[0] for answer in answers] == ["inline", "attachment"]
    assert [b"".join(answer.streaming_content) for answer in answers] == [PNG, PDF]  # type: ignore[attr-defined]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_is_given_out_only_with_the_case_it_belongs_to(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case, other = open_case().case, open_case().case
    desk = client_for(company.linxiao)
    desk.post(f"/cases/{case.number}/note/", {"text": "附件", "photos": SimpleUploadedFile("a.png", PNG)})
    file = File.objects.get()
    assert desk.get(f"/cases/{other.number}/files/{file.pk}/").status_code == 404
    assert client_for(company.chenjia).get(f"/cases/{case.number}/files/{file.pk}/").status_code == 404


def test_a_receipt_number_leads_straight_to_its_case(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    case = open_case(text="电梯又停了").case
    spaced = f"{case.number[:4]} {case.number[4:]}"
    assert client_for(company.linxiao).get("/search/", {"q": spaced}).headers["Location"] == f"/cases/{case.number}/"
    assert client_for(company.chenjia).get("/search/", {"q": spaced}).status_code == 200


def test_search_shows_the_words_around_the_hit(client_for: ClientFor, company: Company, open_case: Opener) -> None:
    case = open_case(subject="电梯", text="前面的话" * 40 + "备件在路上" + "后面的话" * 40).case
    page = client_for(company.linxiao).get("/search/", {"q": "备件"}).content.decode()
    assert f"/cases/{case.number}/" in page
    assert re.search(r"…[^<]*备件在路上[^<]*…", page)


@pytest.mark.parametrize(
    ("query", "words"), [("x", "too short"), ("没有这样的话", "Nothing found"), ("", "looking for")]
)
def test_a_search_without_result_says_how_to_get_one(
    client_for: ClientFor, company: Company, open_case: Opener, query: str, words: str
) -> None:
    open_case()
    assert words in client_for(company.linxiao).get("/search/", {"q": query}).content.decode()
