"""The receipt page: what its customer reads in each status, and what nobody outside may ever read there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import File as Upload
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions, customer_side
from huiyin.cases.change import StoredFile
from huiyin.cases.files import path_of, store
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case, CaseEvent, File, Message
from huiyin.clocks import actions as clocks
from huiyin.customers.actions import Person
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from huiyin.returns.models import ReturnVisit
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock
from tests.web.test_portal_doors import GIF

INSIDE = "只有我们知道"
"""In every text that is meant for colleagues."""


@pytest.fixture
def customer(company: Company, clock: TestClock) -> Client:
    """A customer's phone."""
    return Client(headers={"accept-language": "en"})


def kept(name: str, content: bytes = GIF) -> StoredFile:
    """A file in the data folder."""
    return store(Upload(BytesIO(content), name=name))


def page(customer: Client, link: str) -> str:
    answer = customer.get(f"/r/{link}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def busy(open_case: Opener, company: Company, by: Mover) -> Opened:
    """A case with something inside in every place that takes words, and a file that isn't for the customer."""
    opened = open_case(category=company.lift)
    case, secret = opened.case.pk, kept("inside.gif")
    actions.accept(case, by(company.linxiao))
    actions.hand_over(case, by(company.linxiao), department=company.engineering, task=f"去看 {INSIDE}")
    actions.note(case, by(company.linxiao), text=INSIDE, files=[secret])
    actions.phone(case, by(company.linxiao), text=INSIDE)
    actions.answer(case, by(company.linxiao), text=f"草稿 {INSIDE}", public=False, files=[secret])
    actions.set_severity(case, by(company.linxiao), severity="P3", reason=f"两部电梯中的一部 {INSIDE}")
    actions.reply(case, by(company.zhougong), text=INSIDE, files=[secret])
    promise = actions.commit(case, by(company.linxiao), text="中午前恢复", due_at=by(None, 0).at + timedelta(hours=2))
    actions.keep(case, by(company.linxiao), commitment=promise.case.seq, kept=False, text=INSIDE)
    actions.answer(case, by(company.linxiao), text="师傅已到场")
    return opened


Ending = Callable[[int, Mover, Company], None]


def _received(case: int, by: Mover, company: Company) -> None:
    """As it is."""


def _waiting(case: int, by: Mover, company: Company) -> None:
    actions.wait(case, by(company.linxiao), waiting_for="customer", text="哪天方便?")


def _outside(case: int, by: Mover, company: Company) -> None:
    actions.wait(case, by(company.linxiao), waiting_for="third_party", text="等电梯厂家的零件")


def _resolved(case: int, by: Mover, company: Company) -> None:
    words = {"text": "电梯已恢复", "prevention": "每周查一次门机"}
    actions.resolve(case, by(company.linxiao), cause=INSIDE, done=INSIDE, **words)


def _reopened(case: int, by: Mover, company: Company) -> None:
    _resolved(case, by, company)
    actions.reopen(case, by(company.linxiao), reason=INSIDE)


def _visited(case: int, by: Mover, company: Company) -> None:
    _resolved(case, by, company)
    returns.visit(case, by(company.hemin, 300), Result("phone", True, True, True, 4, True, words=INSIDE))


def _closed(case: int, by: Mover, company: Company) -> None:
    _visited(case, by, company)
    returns.close(case, by(company.hemin))


def _declined(case: int, by: Mover, company: Company) -> None:
    actions.decline(case, by(company.linxiao), reason="邻里赔偿我们不能决定", right_door="人民调解委员会")


def _refused(case: int, by: Mover, company: Company) -> None:
    actions.refuse(case, by(company.zhaozhuguan), reason="物业费不能免", basis="合同第十二条")


def _filed(case: int, by: Mover, company: Company) -> None:
    _refused(case, by, company)
    returns.close(case, by(company.linxiao))


ENDINGS: tuple[tuple[Ending, tuple[str, ...]], ...] = (
    (_received, ("Taken up, being worked on", "师傅已到场")),
    (_waiting, ("We need an answer from you", "哪天方便?", "we need it to go on")),
    (_outside, ("waiting for somebody outside", "等电梯厂家的零件")),
    (_resolved, ("Done, please check", "电梯已恢复", "happen again: 每周查一次门机", "Is it solved?")),
    (_reopened, ("Taken up, being worked on", "Taken up again")),
    (_visited, ("Done, please check", "You told us: solved", "4/5")),
    (_closed, ("Finished", "your number stays valid")),
    (_declined, ("Not ours to decide", "The right door: 人民调解委员会", "You may ask for a review")),
    (_refused, ("Looked into, and not possible", "This rests on: 合同第十二条", "You may ask for a review")),
    (_filed, ("Looked into, and not possible", "This rests on: 合同第十二条", "You may ask for a review")),
)


@pytest.mark.parametrize(("ending", "told_words"), ENDINGS, ids=[ending.__name__[1:] for ending, _words in ENDINGS])
def test_each_status_is_told_in_the_customers_words_and_nothing_from_inside(
    customer: Client, busy: Opened, company: Company, by: Mover, ending: Ending, told_words: tuple[str, ...]
) -> None:
    ending(busy.case.pk, by, company)
    assert Message.objects.filter(text__contains=INSIDE).exists()
    read = page(customer, busy.link)
    assert INSIDE not in read
    assert "inside.gif" not in read
    for words in told_words:
        assert words in read


def test_a_new_voice_reads_its_number_and_by_when_it_hears_from_us(customer: Client, open_case: Opener) -> None:
    opened = open_case()
    read = page(customer, opened.link)
    assert opened.case.number[:4] in read
    assert "You hear from us by" in read
    assert ">today 14:00</time>" in read  # a complaint nobody has graded: four hours of service
    assert "We settle it by" in read


def test_who_took_it_and_where_it_went_are_named(customer: Client, busy: Opened) -> None:
    read = page(customer, busy.link)
    assert "Taken up by 林晓" in read
    assert "Given to 工程部" in read
    assert "Promise not kept" in read
    assert "周工" not in read


def test_a_missed_time_is_said_with_regret_and_with_what_now(
    customer: Client, open_case: Opener, clock: TestClock
) -> None:
    opened = open_case()
    clocks.sweep(clock.move(300))
    read = page(customer, opened.link)
    assert "We wanted to answer you by" in read
    assert "We are sorry" in read
    assert "A time we had given you went by" in read
    assert "You hear from us by" not in read


def test_a_late_department_is_no_matter_of_the_customer(
    customer: Client, open_case: Opener, company: Company, by: Mover, clock: TestClock
) -> None:
    opened = open_case(category=company.tap)
    actions.answer(opened.case.pk, by(company.linxiao), text="已安排")
    hand_over = by(company.linxiao)
    actions.hand_over(
        opened.case.pk,
        hand_over,
        department=company.engineering,
        task="去看",
        reply_by=hand_over.at + timedelta(minutes=5),
    )
    clocks.sweep(clock.move(30))
    assert CaseEvent.objects.filter(data__what="breached").exists()
    read = page(customer, opened.link)
    assert "A time we had given you went by" not in read
    assert "overdue" not in read


def test_a_promise_is_shown_with_its_time_and_words(
    customer: Client, open_case: Opener, company: Company, by: Mover
) -> None:
    opened, now = open_case(), by(company.linxiao)
    actions.answer(opened.case.pk, by(company.linxiao), text="收到")
    actions.commit(opened.case.pk, by(company.linxiao), text="先给您送一台风扇", due_at=now.at + timedelta(minutes=59))
    read = page(customer, opened.link)
    assert "We keep our promise by" in read
    assert ">today 11:00</time>" in read
    assert read.count("先给您送一台风扇") == 2  # beside the time, and in what was said


def test_a_link_nobody_was_given_gets_a_kind_word(customer: Client) -> None:
    answer = customer.get("/r/nothing-of-the-kind/")
    assert answer.status_code == 404
    assert "ask the front desk for a new one" in answer.content.decode()


@pytest.mark.parametrize("path", ["", "write/", "rate/", "files/1"])
def test_nothing_of_a_secret_address_is_kept_passed_on_or_indexed(customer: Client, path: str) -> None:
    headers = customer.get(f"/r/nothing/{path}").headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]


def test_a_new_link_ends_the_old_one(customer: Client, busy: Opened, company: Company, by: Mover) -> None:
    link = customer_side.mint_link(busy.case.pk, by(company.linxiao))
    assert customer.get(f"/r/{busy.link}/").status_code == 404
    assert customer.get(f"/r/{link}/").status_code == 200


def test_the_customer_adds_words_and_a_photo_without_log_in_or_token(busy: Opened, clock: TestClock) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null", "accept-language": "en"})
    body = {"token": "t", "text": "还有异响", "photos": [SimpleUploadedFile("noise.gif", GIF)]}
    answer = strict.post(f"/r/{busy.link}/write/", body, follow=True)
    read = answer.content.decode()
    assert "Sent. It stands below" in read
    assert "还有异响" in read
    file = File.objects.get(name="noise.gif")
    assert file.public
    assert f"/r/{busy.link}/files/{file.pk}" in read


def test_words_sent_twice_stand_once(customer: Client, busy: Opened) -> None:
    for _time in range(2):
        customer.post(f"/r/{busy.link}/write/", {"token": "t", "text": "还有异响"})
    assert Message.objects.filter(text="还有异响").count() == 1


def test_a_photo_says_enough_and_nothing_at_all_says_too_little(customer: Client, busy: Opened) -> None:
    empty = customer.post(f"/r/{busy.link}/write/", {"token": "t", "text": " "})
    assert empty.status_code == 422
    assert "Please write something or choose a photo." in empty.content.decode()
    customer.post(f"/r/{busy.link}/write/", {"token": "t", "photos": [SimpleUploadedFile("noise.gif", GIF)]})
    assert File.objects.filter(name="noise.gif", public=True).exists()


def test_a_bad_file_is_named_and_the_words_are_kept(customer: Client, busy: Opened) -> None:
    body = {"token": "t", "text": "还有异响", "photos": [SimpleUploadedFile("run.exe", b"MZ" * 99)]}
    answer = customer.post(f"/r/{busy.link}/write/", body)
    assert answer.status_code == 422
    assert "run.exe is not a photo" in answer.content.decode()
    assert "还有异响" in answer.content.decode()
    assert not Message.objects.filter(text="还有异响").exists()


def test_an_answer_lets_the_clocks_go_on(customer: Client, busy: Opened, company: Company, by: Mover) -> None:
    _waiting(busy.case.pk, by, company)
    customer.post(f"/r/{busy.link}/write/", {"token": "t", "text": "周六上午"})
    assert Case.objects.get(pk=busy.case.pk).status == "accepted"


def test_solved_and_five_is_kept_and_can_be_changed_for_twelve_hours(
    customer: Client, busy: Opened, company: Company, by: Mover, clock: TestClock
) -> None:
    _resolved(busy.case.pk, by, company)
    rate = f"/r/{busy.link}/rate/"
    read = customer.post(rate, {"solved": "yes", "satisfied": "5", "words": "很快"}, follow=True).content.decode()
    assert "Thank you" in read
    assert "5/5" in read
    assert "You can change it until" in read
    clock.move(11 * 60)
    assert "3/5" in customer.post(rate, {"solved": "yes", "satisfied": "3"}, follow=True).content.decode()
    assert ReturnVisit.objects.get().satisfied == 3
    clock.move(13 * 60)
    assert "Change my answer" not in page(customer, busy.link)
    late = customer.post(rate, {"solved": "yes", "satisfied": "1"}, follow=True).content.decode()
    assert "be rated any more" in late
    assert ReturnVisit.objects.get().satisfied == 3


def test_not_solved_takes_it_up_again_and_says_what_happens(
    customer: Client, busy: Opened, company: Company, by: Mover
) -> None:
    _resolved(busy.case.pk, by, company)
    answer = customer.post(f"/r/{busy.link}/rate/", {"solved": "no", "words": "又停了"}, follow=True)
    read = answer.content.decode()
    assert "We take it up again, with another person" in read
    assert "You told us: not solved" in read
    assert "又停了" in read
    assert "You hear from us again by" in read
    case = Case.objects.get(pk=busy.case.pk)
    assert (case.status, case.handler_id) == ("accepted", None)


def test_a_rating_without_the_question_answered_is_asked_for(
    customer: Client, busy: Opened, company: Company, by: Mover
) -> None:
    _resolved(busy.case.pk, by, company)
    answer = customer.post(f"/r/{busy.link}/rate/", {"satisfied": "5", "words": "谢谢"})
    assert answer.status_code == 422
    assert "Please say whether it is solved." in answer.content.decode()
    assert "谢谢" in answer.content.decode()


def test_an_open_case_cannot_be_rated(customer: Client, busy: Opened) -> None:
    assert "Is it solved?" not in page(customer, busy.link)
    answer = customer.post(f"/r/{busy.link}/rate/", {"solved": "yes", "satisfied": "5"}, follow=True)
    assert "be rated any more" in answer.content.decode()


def test_a_photo_opens_in_the_page_and_a_paper_is_saved(customer: Client, open_case: Opener) -> None:
    opened = open_case(files=[kept("照片.gif"), kept("bill.pdf", b"%PDF-1.4\n" + b" " * 99)])
    for file, way in zip(File.objects.order_by("pk"), ("inline", "attachment"), strict=True):
        answer = customer.get(f"/r/{opened.link}/files/{file.pk}")
        assert answer.headers["Content-Disposition"].startswith(way)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "no-store"
        assert b"".join(answer) == path_of(file.sha256).read_bytes()


def test_files_from_inside_or_of_other_cases_are_not_there(customer: Client, busy: Opened, open_case: Opener) -> None:
    other = open_case(files=[kept("other.gif")], person=Person("李先生", "13900139000"))
    inside = File.objects.filter(case=busy.case.pk)
    assert inside.count() == 3
    for file in (*inside, File.objects.get(case=other.case.pk)):
        assert customer.get(f"/r/{busy.link}/files/{file.pk}").status_code == 404


@pytest.fixture
def joined(busy: Opened, open_case: Opener, company: Company, by: Mover, clock: TestClock) -> Opened:
    """Another customer's case that was joined into the busy one; both wrote since."""
    opened = open_case(person=Person("李先生", "13900139000"), text="九楼也下不去", category=company.lift)
    actions.join(opened.case.pk, by(company.linxiao), into=busy.case.pk)
    theirs = kept("theirs.gif")
    customer_side.customer_writes(opened.case.pk, text="李先生的话", at=clock.move(1), files=[theirs])
    mine = kept("mine.gif")
    customer_side.customer_writes(busy.case.pk, text="王女士的话", at=clock.move(1), files=[mine])
    return opened


def test_customers_of_one_matter_read_each_their_own_words_only(customer: Client, busy: Opened, joined: Opened) -> None:
    first, second = page(customer, busy.link), page(customer, joined.link)
    assert "王女士的话" in first
    assert "mine.gif" in first
    assert "李先生的话" not in first
    assert "theirs.gif" not in first
    assert "九楼也下不去" not in first
    assert "李先生的话" in second
    assert "theirs.gif" in second
    assert "王女士的话" not in second
    assert "mine.gif" not in second
    assert "师傅已到场" not in second
    assert INSIDE not in second


def test_files_of_the_other_customer_of_one_matter_are_not_there(
    customer: Client, busy: Opened, joined: Opened
) -> None:
    theirs, mine = File.objects.get(name="theirs.gif").pk, File.objects.get(name="mine.gif").pk
    assert customer.get(f"/r/{joined.link}/files/{theirs}").status_code == 200
    assert customer.get(f"/r/{busy.link}/files/{mine}").status_code == 200
    assert customer.get(f"/r/{busy.link}/files/{theirs}").status_code == 404
    assert customer.get(f"/r/{joined.link}/files/{mine}").status_code == 404


def test_a_joined_case_tells_where_the_common_one_stands(
    customer: Client, busy: Opened, joined: Opened, company: Company, by: Mover
) -> None:
    read = page(customer, joined.link)
    assert "Taken up, being worked on" in read
    assert "Several people told us of the same matter" in read
    assert joined.case.number[:4] in read
    assert "Given to 秩序维护部" not in read
    actions.hand_over(busy.case.pk, by(company.linxiao), department=company.security, task="找王女士拿钥匙")
    read = page(customer, joined.link)
    assert "Given to 秩序维护部" in read
    assert "王女士" not in read
    _resolved(busy.case.pk, by, company)
    read = page(customer, joined.link)
    assert "Done, please check" in read
    assert "Is it solved?" not in read


def test_words_that_were_erased_are_said_to_be_removed(customer: Client, open_case: Opener, clock: TestClock) -> None:
    opened = open_case()
    Message.objects.filter(case=opened.case.pk).update(text="", salt=b"", erased_at=clock.now)
    assert "(removed)" in page(customer, opened.link)


def test_what_customers_type_is_text_and_never_a_page(customer: Client, open_case: Opener) -> None:
    opened = open_case(text="<script>alert(1)</script>", place="<b>7</b>")
    read = page(customer, opened.link)
    assert "<script>alert" not in read
    assert "&lt;script&gt;alert" in read


def test_the_page_asks_the_database_at_most_ten_times(
    customer: Client,
    busy: Opened,
    joined: Opened,
    company: Company,
    by: Mover,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    _resolved(busy.case.pk, by, company)
    for link in (busy.link, joined.link):
        page(customer, link)
        with django_assert_max_num_queries(10):
            page(customer, link)
