"""Finding a case again: a new link by number or address, all cases by a proven address; strangers learn nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.messages import sending
from huiyin.messages.models import Mail
from huiyin.web.models import Sending
from huiyin.web.portal import gate
from tests.conftest import Opener
from tests.messages.conftest import Postman, mailing, postman
from tests.messages.test_proofs import code_in
from tests.messages.test_sending import EMAIL, WANG, link_in
from tests.people import Company, TestClock

__all__ = ["mailing", "postman"]  # fixtures


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What a browser spoke stays in its test."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def customer(company: Company, clock: TestClock) -> Client:
    """A customer's phone."""
    return Client(headers={"accept-language": "en"})


def lost(customer: Client, known: str, token: str = "t") -> HttpResponse:
    answer: HttpResponse = customer.post("/lost/", {"known": known, "token": token + known})  # type: ignore[assignment]
    return answer


def body(answer: HttpResponse) -> str:
    """The page without what differs in every answer."""
    return answer.content.decode().split("<body")[1]


def test_a_number_brings_a_new_link_to_the_address_that_is_known(
    customer: Client, open_case: Opener, postman: Postman, clock: TestClock
) -> None:
    case = open_case(person=WANG).case
    sending.sweep(clock.now)
    assert "on its way" in body(lost(customer, f"{case.number[:4]} {case.number[4:]}"))
    sending.sweep(clock.now)
    assert postman.envelopes[-1].rcpt_tos == [EMAIL]
    assert customer.get(f"/r/{link_in(postman.words())}/").status_code == 200


def test_an_address_brings_the_links_of_all_its_newest_cases(
    customer: Client, open_case: Opener, postman: Postman, clock: TestClock
) -> None:
    for _ in range(2):
        open_case(person=WANG)
    sending.sweep(clock.now)
    lost(customer, "WANG@example.com")
    sending.sweep(clock.now)
    assert postman.words().count("/r/") == 2
    assert postman.mails[-1]["Subject"] == "Your new link"


def test_known_and_unknown_get_the_very_same_answer(
    customer: Client, open_case: Opener, mailing: None, clock: TestClock
) -> None:
    with_mail, without = open_case(person=WANG).case, open_case(person=Person("李", "13900000001")).case
    asked = (with_mail.number, without.number, "9999990", EMAIL, "nobody@example.com")
    answers = {body(lost(customer, one)) for one in asked if one != "9999990"}
    assert len(answers) == 1
    assert Mail.objects.filter(what="links").count() == 2


def test_what_is_neither_is_said_before_anything_is_asked(customer: Client, mailing: None) -> None:
    for typed in ("", "12", "1000018", "wang@"):
        answer = lost(customer, typed)
        assert answer.status_code == 422, typed
        assert typed in body(answer)
    assert not Sending.objects.exists()


def test_nobody_can_flood_a_mailbox(
    customer: Client, open_case: Opener, mailing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_case(person=WANG)
    for n in range(5):
        assert lost(customer, EMAIL, token=str(n)).status_code == 200
    assert Mail.objects.filter(what="links").count() == 3
    monkeypatch.setattr(gate, "MOST_AN_HOUR", 5)
    assert lost(customer, EMAIL, token="one more").status_code == 429


def test_without_a_mail_server_the_page_says_what_to_do_instead(customer: Client) -> None:
    assert "sends no mail yet" in body(customer.get("/lost/"))  # type: ignore[arg-type]
    assert "sends no mail yet" in body(customer.get("/my/"))  # type: ignore[arg-type]


def prove(customer: Client, postman: Postman, clock: TestClock, email: str = EMAIL) -> HttpResponse:
    sending.sweep(clock.now)
    assert customer.post("/my/", {"email": email, "token": "t"}).headers["Location"] == "/my/code/"
    sending.sweep(clock.now)
    answer: HttpResponse = customer.post("/my/code/", {"code": code_in(postman.words())})  # type: ignore[assignment]
    return answer


def test_a_proven_address_shows_its_cases_and_leads_to_each(
    customer: Client, open_case: Opener, postman: Postman, clock: TestClock
) -> None:
    case = open_case(person=WANG).case
    foreign = open_case(person=Person("李", "13900000001", email="li@example.com"), subject="别人的事").case
    assert prove(customer, postman, clock).headers["Location"] == "/my/"
    read = customer.get("/my/").content.decode()
    assert case.subject in read
    assert foreign.subject not in read
    page = customer.post(f"/my/{case.number}/").headers["Location"]
    assert customer.get(page).status_code == 200
    assert customer.post(f"/my/{foreign.number}/").status_code == 404
    assert customer.post("/my/1234567/").status_code == 404


def test_the_cookie_is_of_these_pages_alone_and_no_log_in(
    customer: Client, open_case: Opener, postman: Postman, clock: TestClock
) -> None:
    open_case(person=WANG)
    cookie = prove(customer, postman, clock).cookies["huiyin_my"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/my/", True, "Lax")
    assert customer.get("/inbox/all/").headers["Location"].startswith("/login/")
    assert "_auth_user_id" not in customer.session
    customer.post("/my/end/")
    assert "Send me a code" in customer.get("/my/").content.decode()


def test_a_wrong_code_says_how_many_tries_are_left(
    customer: Client, open_case: Opener, postman: Postman, clock: TestClock
) -> None:
    customer.post("/my/", {"email": "nobody@example.com", "token": "t"})
    for left in (4, 3, 2, 1):
        answer = customer.post("/my/code/", {"code": "000000"})
        assert answer.status_code == 422
        assert f"tries left: {left}" in answer.content.decode()
    assert customer.post("/my/code/", {"code": "000000"}).headers["Location"] == "/my/"
    assert customer.get("/my/code/").headers["Location"] == "/my/"


def test_pages_go_on_after_twenty(customer: Client, open_case: Opener, postman: Postman, clock: TestClock) -> None:
    for n in range(21):
        open_case(person=WANG, subject=f"第{n}件")
    prove(customer, postman, clock)
    for _ in range(2):
        sending.sweep(clock.now)
    read = customer.get("/my/").content.decode()
    assert "第1件" in read
    assert "第0件" not in read
    last = Case.objects.order_by("pk")[1].pk
    assert f"?before={last}" in read
    assert "第0件" in customer.get(f"/my/?before={last}").content.decode()


def test_these_pages_ask_the_database_little(
    customer: Client,
    open_case: Opener,
    postman: Postman,
    clock: TestClock,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        open_case(person=WANG)
    prove(customer, postman, clock)
    for path, most in (("/lost/", 2), ("/my/", 4), ("/my/code/", 2)):
        with django_assert_max_num_queries(most):
            customer.get(path)
