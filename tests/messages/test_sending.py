"""Mail leaves: written with what causes it, sent by the worker to a real server, tried again, given up, forgotten."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from huiyin.cases import actions as cases
from huiyin.cases import contact, customer_side
from huiyin.cases.models import Case, CaseEvent, Channel
from huiyin.customers.actions import Person
from huiyin.customers.models import Customer
from huiyin.messages import actions, queries, sending, smtp
from huiyin.messages.models import Link, Mail, Proof, State, What
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

from .conftest import Postman

EMAIL = "wang@example.com"
WANG = Person("王女士", "13800138000", email=" Wang@Example.COM ")


def link_in(words: str) -> str:
    """The secret of the one receipt page that a mail leads to."""
    (found,) = re.findall(r"/r/([\w-]{43})/", words)
    return str(found)


def test_whoever_gives_an_address_gets_the_number_and_a_link_that_works(
    open_case: Opener, postman: Postman, clock: TestClock
) -> None:
    case = open_case(person=WANG).case
    assert sending.sweep(clock.now) == 1
    (mail,) = postman.mails
    assert postman.envelopes[0].rcpt_tos == [EMAIL]
    assert (mail["From"], mail["To"]) == ("回音 <service@huiyin.example>", EMAIL)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert case.number[:4] in mail["Subject"]
    assert queries.by_link(link_in(postman.words()), clock.now) == case


def test_no_word_of_the_matter_or_the_person_is_in_a_mail(
    open_case: Opener, postman: Postman, company: Company, by: Mover, clock: TestClock
) -> None:
    case = open_case(person=WANG, place="7-2-1203").case
    cases.accept(case.pk, by(company.linxiao))
    cases.answer(case.pk, by(company.linxiao), text="电梯的钢丝绳断了")
    sending.sweep(clock.now)
    assert len(postman.mails) == 2
    for number in range(2):
        for secret in ("王女士", "13800138000", "电梯", "钢丝绳", "1203"):
            assert secret not in postman.words(number) + postman.mails[number]["Subject"]


def test_neither_the_link_nor_the_words_stay_in_a_row(open_case: Opener, postman: Postman, clock: TestClock) -> None:
    open_case(person=WANG)
    assert "/r/" not in Mail.objects.get().body
    sending.sweep(clock.now)
    assert Mail.objects.get().body == ""
    assert link_in(postman.words()) not in Link.objects.get().digest


def test_what_waits_for_the_customer_or_ends_is_told_once_a_change(
    open_case: Opener, mailing: None, company: Company, by: Mover
) -> None:
    case = open_case(person=WANG).case
    cases.accept(case.pk, by(company.linxiao))
    cases.note(case.pk, by(company.linxiao), text="只有我们知道")
    cases.answer(case.pk, by(company.linxiao), text="草稿", public=False)
    cases.wait(case.pk, by(company.linxiao), waiting_for="third_party", text="等零件")
    assert Mail.objects.filter(what=What.NEWS).count() == 0
    cases.resume(case.pk, by(company.linxiao))
    cases.wait(case.pk, by(company.linxiao), waiting_for="customer", text="哪天方便?")
    customer_side.customer_writes(case.pk, text="周六", at=by(None).at)
    cases.resolve(case.pk, by(company.linxiao), cause="旧", done="换", text="好了")
    assert Mail.objects.filter(what=What.NEWS).count() == 2


def test_without_an_address_or_a_server_nothing_is_written(
    open_case: Opener,
    company: Company,
    by: Mover,
    clock: TestClock,
    mailing: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = open_case().case
    cases.accept(case.pk, by(company.linxiao))
    cases.answer(case.pk, by(company.linxiao), text="已派师傅")
    monkeypatch.setattr(settings, "HUIYIN_SMTP_HOST", "")
    open_case(person=WANG)
    assert not Mail.objects.exists()
    assert sending.sweep(clock.now) == 0


def test_nobody_is_told_of_a_past(open_case: Opener, mailing: None, clock: TestClock) -> None:
    open_case(person=WANG, received_at=clock.now - timedelta(days=3))
    open_case(person=WANG, channel=Channel.IMPORT)
    assert not Mail.objects.exists()


def test_a_mail_is_written_with_its_cause_or_not_at_all(open_case: Opener, mailing: None, company: Company) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        open_case(person=WANG)
        raise RuntimeError
    assert not Mail.objects.exists()


def test_the_customer_of_a_joined_case_is_told_too(
    open_case: Opener, mailing: None, company: Company, by: Mover
) -> None:
    common = open_case().case
    other = open_case(person=Person("李先生", "13900000001", email="li@example.com")).case
    cases.accept(common.pk, by(company.linxiao))
    cases.join(other.pk, by(company.linxiao), into=common.pk)
    cases.answer(common.pk, by(company.linxiao), text="已派师傅")
    news = Mail.objects.get(what=What.NEWS)
    assert (news.to, news.case_id) == ("li@example.com", other.pk)


def test_a_server_that_is_away_costs_no_mail_a_try(open_case: Opener, mailing: None, clock: TestClock) -> None:
    open_case(person=WANG)
    with pytest.raises(smtp.Away):
        sending.sweep(clock.now)
    mail = Mail.objects.get()
    assert (mail.tries, mail.state) == (0, State.WAITING)


def test_a_busy_server_is_asked_again_later_and_later(open_case: Opener, postman: Postman, clock: TestClock) -> None:
    open_case(person=WANG)
    postman.answers = ["451 later", "451 later", ""]
    assert sending.sweep(clock.now) == 0
    assert sending.sweep(clock.now) == 0  # not before the pause is over
    assert len(postman.answers) == 2
    assert sending.sweep(clock.move(1)) == 0
    assert sending.sweep(clock.move(5)) == 1
    mail = Mail.objects.get()
    assert (mail.tries, mail.state, len(postman.mails)) == (3, State.SENT, 1)


def test_what_is_refused_for_good_is_not_sent_again(open_case: Opener, postman: Postman, clock: TestClock) -> None:
    open_case(person=WANG)
    postman.answers = [f"550 no such user {EMAIL}"]
    assert sending.sweep(clock.now) == 1
    mail = Mail.objects.get()
    assert (mail.state, mail.error, mail.next_at) == (State.FAILED, "550", None)
    told = CaseEvent.objects.get(topic="messages")
    assert told.data == {"what": "undelivered", "mail": "receipt"}


def test_after_the_last_pause_and_after_three_days_it_is_given_up(
    open_case: Opener, postman: Postman, clock: TestClock
) -> None:
    open_case(person=WANG)
    postman.answers = ["451 later"] * 20
    for pause in (timedelta(), *sending.PAUSES):
        clock.now += pause
        sending.sweep(clock.now)
    assert Mail.objects.get().state == State.FAILED
    late = open_case(person=WANG).case
    sending.sweep(clock.move(4 * 24 * 60))
    assert Mail.objects.get(case=late).error == "late"


def test_a_worker_that_dies_after_claiming_leaves_the_mail_to_the_next(
    open_case: Opener, postman: Postman, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_case(person=WANG)
    with monkeypatch.context() as patch:
        patch.setattr(smtp, "give", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            sending.sweep(clock.now)
    assert sending.sweep(clock.now) == 0
    assert sending.sweep(clock.move(3)) == 1
    assert len(postman.mails) == 1


def test_two_workers_send_one_mail_once(open_case: Opener, postman: Postman, clock: TestClock) -> None:
    open_case(person=WANG)
    mail, twin = Mail.objects.get(), Mail.objects.get()
    assert sending._claim(mail, clock.now)
    assert not sending._claim(twin, clock.now)


def test_no_address_gets_into_the_log(
    open_case: Opener, postman: Postman, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    open_case(person=WANG)
    postman.answers = [f"550 no such user {EMAIL}"]
    sending.sweep(clock.now)
    said = [one.getMessage() for one in caplog.records if not one.name.startswith("mail")]  # those of the test's server
    assert not [one for one in said if "example.com" in one.lower()]


def test_what_is_over_is_forgotten(open_case: Opener, postman: Postman, clock: TestClock) -> None:
    open_case(person=WANG)
    sending.sweep(clock.now)
    Proof.objects.create(email=EMAIL, digest="x", asked_at=clock.now, ends_at=clock.now)
    sending.sweep(clock.move(31 * 24 * 60))
    assert not Mail.objects.exists()
    assert not Proof.objects.exists()
    assert Link.objects.count() == 1
    sending.sweep(clock.move(60 * 24 * 60))
    assert not Link.objects.exists()


def test_a_link_of_a_mail_ends_and_a_new_one_of_the_desk_ends_them_all(
    open_case: Opener, company: Company, by: Mover, clock: TestClock
) -> None:
    case = open_case(person=WANG).case
    first, second = actions.mint(case, clock.now), actions.mint(case, clock.now)
    later = clock.now + actions.LINK_LIVES
    with pytest.raises(Case.DoesNotExist):
        queries.by_link(first, later)
    assert queries.by_link(second, clock.now) == case
    newest = customer_side.mint_link(case.pk, by(company.linxiao))
    for ended in (first, second):
        with pytest.raises(Case.DoesNotExist):
            queries.by_link(ended, clock.now)
    assert queries.by_link(newest, clock.now) == case


def test_staff_fill_in_an_address_and_a_strangers_form_does_not(
    open_case: Opener, company: Company, by: Mover, clock: TestClock
) -> None:
    """Who knows a neighbour's number must not read the neighbour's cases by an address of their own."""
    open_case()
    stranger = open_case(person=Person("", "13800138000", email="thief@example.com"), by=by(None)).case
    assert stranger.email == "thief@example.com"
    assert Customer.objects.get().email == ""
    open_case(person=WANG)
    assert Customer.objects.get().email == EMAIL
    own = open_case(by=by(None)).case
    assert own.email == EMAIL
    assert queries.cases_of("thief@example.com").items == [stranger]


def test_a_corrected_address_gets_a_link_and_the_old_one_keeps_none(
    open_case: Opener, postman: Postman, company: Company, by: Mover, clock: TestClock
) -> None:
    case = open_case(person=WANG).case
    sending.sweep(clock.now)
    old = link_in(postman.words())
    contact.contact(case.pk, by(company.linxiao), email="fang@example.com")
    with pytest.raises(Case.DoesNotExist):
        queries.by_link(old, clock.now)
    assert sending.sweep(clock.now) == 1
    assert postman.envelopes[-1].rcpt_tos == ["fang@example.com"]
    assert queries.by_link(link_in(postman.words()), clock.now) == case
    cases.accept(case.pk, by(company.linxiao))
    cases.answer(case.pk, by(company.linxiao), text="已派人")
    sending.sweep(clock.now)
    assert postman.envelopes[-1].rcpt_tos == ["fang@example.com"]
    assert queries.cases_of(EMAIL).items == []


def test_what_waits_for_a_wrong_address_goes_to_the_right_one_or_nowhere(
    open_case: Opener, mailing: None, company: Company, by: Mover
) -> None:
    case = open_case(person=WANG).case
    contact.contact(case.pk, by(company.linxiao), email="fang@example.com")
    assert set(Mail.objects.values_list("to", flat=True)) == {"fang@example.com"}
    contact.contact(case.pk, by(company.linxiao), email="")
    assert not Mail.objects.exists()


def test_another_name_sends_nothing_and_ends_no_link(
    open_case: Opener, mailing: None, company: Company, by: Mover, clock: TestClock
) -> None:
    case = open_case(person=WANG).case
    link = actions.mint(case, clock.now)
    contact.contact(case.pk, by(company.linxiao), name="王芳")
    assert Mail.objects.count() == 1
    assert queries.by_link(link, clock.now) == case
