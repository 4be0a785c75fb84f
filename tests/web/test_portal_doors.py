"""The customer speaks up: the list of doors, the form, what keeps it from being sent twice or too often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.models import Case, File, Message
from huiyin.org import actions as org
from huiyin.web.models import Sending
from huiyin.web.portal import gate
from tests.people import Company, TestClock

GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
VOICE = {
    "token": "a-token-of-one-form",
    "kind": "repair",
    "place": "7-2-电梯",
    "text": "电梯又停了,老人下不了楼。",
    "phone": "13800138000",
    "name": "王女士",
}


@pytest.fixture
def customer(company: Company, clock: TestClock) -> Client:
    """A customer's phone."""
    return Client(headers={"accept-language": "en"})


def send(customer: Client, **changes: object) -> HttpResponse:
    answer: HttpResponse = customer.post("/p/LJF/", VOICE | changes)  # type: ignore[assignment]
    return answer


def test_the_list_of_doors_shows_places_and_not_the_company_above_them(customer: Client) -> None:
    page = customer.get("/p/").content.decode()
    assert 'href="/p/LJF/"' in page
    assert 'href="/p/FLY/"' in page
    assert "/p/HQ/" not in page


def test_a_company_of_one_place_has_one_door(bare: None) -> None:
    org.add_site("HQ", "总部", parent=None)
    assert Client().get("/p/").headers["Location"] == "/p/HQ/"


def test_the_place_on_the_code_is_shown_and_can_be_changed(customer: Client) -> None:
    page = customer.get("/p/ljf/?place=7-2-电梯").content.decode()
    assert '<input type="text" name="place" value="7-2-电梯"' in page


def test_a_place_nobody_knows_leads_to_the_list(customer: Client) -> None:
    answer = customer.get("/p/NOWHERE/")
    assert answer.status_code == 404
    assert 'href="/p/"' in answer.content.decode()


def test_a_voice_becomes_a_case_and_its_sender_sees_the_receipt(customer: Client, company: Company) -> None:
    answer = send(customer, photos=[SimpleUploadedFile("lift.gif", GIF)])
    case = Case.objects.select_related("customer").get()
    assert (case.kind, case.channel, case.site_id) == ("repair", "portal", company.ljf.pk)
    assert (case.place, case.status) == ("7-2-电梯", "received")
    assert case.customer is not None
    assert (case.customer.name, case.customer.phone) == ("王女士", "+8613800138000")
    assert Message.objects.get().text == VOICE["text"]
    assert File.objects.get().public
    assert answer.status_code == 302
    page = customer.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "电梯又停了" in page.content.decode()


def test_the_same_form_sent_twice_makes_one_case_and_shows_the_same_receipt(customer: Client) -> None:
    first, second = send(customer), send(customer)
    assert Case.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_other_words_in_a_form_that_was_sent_before_are_not_lost(customer: Client) -> None:
    send(customer)
    send(customer, text="还有,楼道灯也不亮。")
    assert Case.objects.count() == 2


def test_the_secret_of_the_receipt_cannot_be_read_from_the_table(customer: Client) -> None:
    link = send(customer).headers["Location"].split("/")[2]
    row = Sending.objects.get()
    assert link.encode() not in bytes(row.sealed)
    assert "127.0.0.1" not in row.address


def test_errors_name_the_field_and_keep_the_words(customer: Client) -> None:
    answer = send(customer, kind="", phone="12")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Case.objects.exists()
    assert 'href="#id_kind"' in page
    assert "Not a phone number: write one like 13800138000, or 010-65521234 with the area code." in page
    assert VOICE["text"] in page


@pytest.mark.parametrize("kind", ["repair", "complaint"])
def test_a_repair_or_complaint_needs_a_number_to_call_back(customer: Client, kind: str) -> None:
    page = send(customer, kind=kind, phone="").content.decode()
    assert "Please leave a number" in page
    assert not Case.objects.exists()


@pytest.mark.parametrize("kind", ["inquiry", "suggestion", "praise"])
def test_other_voices_may_stay_without_name_and_number(customer: Client, kind: str) -> None:
    send(customer, kind=kind, phone="", name="")
    assert Case.objects.get().customer is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ\x90\x00" * 40, "is not a photo"),
        ("b.jpg", b"", "is empty"),
        ("c.gif", GIF + b"\0" * 10 * 1024**2, "is larger than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_in_plain_words(
    customer: Client, name: str, content: bytes, said: str
) -> None:
    page = send(customer, photos=[SimpleUploadedFile(name, content)]).content.decode()
    assert f"{name} {said}" in page
    assert VOICE["text"] in page
    assert "choose your photos again" in page
    assert not Case.objects.exists()


def test_more_than_five_files_are_too_many(customer: Client) -> None:
    send(customer, photos=[SimpleUploadedFile(f"{n}.gif", GIF) for n in range(6)])
    assert not Case.objects.exists()
    send(customer, photos=[SimpleUploadedFile(f"{n}.gif", GIF) for n in range(5)])
    assert File.objects.count() == 5


def test_whoever_fills_in_what_people_do_not_see_is_asked_to_send_again(customer: Client) -> None:
    answer = send(customer, website="http://spam.example")
    assert not Case.objects.exists()
    assert "spam.example" not in answer.content.decode()
    assert VOICE["text"] in answer.content.decode()


def test_twenty_an_hour_from_one_address_then_it_waits(customer: Client, clock: TestClock) -> None:
    for n in range(gate.MOST_AN_HOUR):
        assert send(customer, token=f"token {n}").status_code == 302
    refused = send(customer, token="one more")
    assert refused.status_code == 429
    assert "today 11:00" in refused.content.decode()
    assert VOICE["text"] in refused.content.decode()
    assert send(customer, token="token 3").status_code == 302  # came before: it stands already
    assert Client(REMOTE_ADDR="10.0.0.9").post("/p/LJF/", VOICE | {"token": "elsewhere"}).status_code == 302
    clock.now += timedelta(hours=1)
    assert send(customer, token="one more").status_code == 302


def test_a_day_has_its_own_limit_and_older_rows_are_forgotten(
    customer: Client, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "MOST_A_DAY", 3)
    for n in range(3):
        clock.now += timedelta(hours=2)
        assert send(customer, token=f"token {n}").status_code == 302
    assert send(customer, token="fourth").status_code == 429
    clock.now += timedelta(days=1)
    assert send(customer, token="fourth").status_code == 302
    assert Sending.objects.count() == 1


def test_a_home_with_a_whole_network_is_one_address(customer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST_AN_HOUR", 1)
    for address, status in (("2001:db8:1:2::5", 302), ("2001:db8:1:2::6", 429), ("2001:db8:1:3::6", 302)):
        answer = Client(REMOTE_ADDR=address).post("/p/LJF/", VOICE | {"token": address})
        assert answer.status_code == status


def test_the_page_tells_by_when_an_answer_comes(customer: Client, clock: TestClock) -> None:
    assert "today 14:00" in customer.get("/p/LJF/").content.decode()  # four hours of service, from ten o'clock
    clock.now += timedelta(hours=9)
    assert "tomorrow 11:00" in customer.get("/p/LJF/").content.decode()


def test_without_service_levels_the_page_promises_no_time(bare: None, clock: TestClock) -> None:
    org.add_site("HQ", "总部", parent=None)
    page = Client(headers={"accept-language": "en"}).get("/p/HQ/").content.decode()
    assert "Sent now" not in page
    assert "You get a number" in page


def test_times_are_those_of_the_site(customer: Client, company: Company) -> None:
    org.add_site("BER", "Berlin", parent=company.hq, time_zone="Europe/Berlin")
    assert "today 12:00" in customer.get("/p/BER/").content.decode()  # 03:00 there; the desk opens at eight


def test_the_language_switch_keeps_the_page_and_is_remembered(customer: Client) -> None:
    page = customer.get("/p/LJF/?place=7-2&language=zh-hans").content.decode()
    assert '<html lang="zh-hans"' in page
    assert "place=7-2&amp;language=en" in page
    assert '<html lang="zh-hans"' in customer.get("/p/LJF/").content.decode()


def test_who_asks_for_nothing_hears_the_language_of_the_installation(company: Company) -> None:
    with override_settings(LANGUAGE_CODE="zh-hans"):
        page = Client().get("/p/LJF/").content.decode()
    assert '<html lang="zh-hans"' in page
    assert "您好，请讲" in page


def test_the_form_asks_the_database_little(
    customer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    customer.get("/p/LJF/")
    with django_assert_max_num_queries(2):
        customer.get("/p/LJF/")


@pytest.mark.django_db(transaction=True)
def test_two_requests_with_one_form_at_the_same_time_make_one_case(clock: TestClock) -> None:
    # SQLite's test database lies in memory, where nobody can wait for a writer: there one finger presses twice.
    fingers = 2 if connection.vendor == "postgresql" else 1
    together = Barrier(fingers)

    def press(_time: int) -> str:
        together.wait()
        try:
            return send(Client()).headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(fingers) as hand:
        first, second = hand.map(press, range(2))
    assert first == second
    assert Case.objects.count() == 1
