"""Correcting the contact of a case: who speaks, by which number and address, and where."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases import actions, contact, dispatch, queries
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.queries import Filter
from huiyin.customers.actions import Person
from huiyin.customers.models import Customer
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.examples import examples
from tests.people import Company

WANG = Person("王女士", "13800138000", email="wang@example.com")


def found(company: Company, q: str) -> list[int]:
    return [case.pk for case in queries.page(company.zhaozhuguan, Filter(q=q)).items]


def last(case: Case) -> CaseEvent:
    return CaseEvent.objects.filter(case=case).order_by("-seq")[0]


def test_what_is_given_changes_and_the_rest_stays(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(person=WANG, place="3 号楼").case
    contact.contact(case.pk, by(company.linxiao), name="王芳", place="7-2-1203")
    case = queries.get(company.linxiao, case.number)
    assert contact.of_case(case) == {
        "name": "王芳",
        "phone": "13800138000",
        "email": "wang@example.com",
        "place": "7-2-1203",
    }


def test_the_event_holds_codes_and_the_words_old_and_new(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(person=WANG).case
    contact.contact(case.pk, by(company.linxiao), name="王芳", phone="139 0000 0001", email="Fang@Example.com")
    event = last(case)
    assert (event.kind, event.topic, event.data["what"]) == ("noted", "cases", "contact")
    assert event.data["changed"] == ["email", "name", "phone"]
    for secret in ("王", "138", "139", "example"):
        assert secret not in json.dumps({**event.data, "words": sorted(event.data["words"])}, ensure_ascii=False)
    words = {message.part: message.text for message in Message.objects.filter(case=case, seq=event.seq)}
    assert words == {
        "name": "王芳",
        "phone": "139 0000 0001",
        "email": "fang@example.com",
        "old_name": "王女士",
        "old_phone": "13800138000",
        "old_email": "wang@example.com",
    }
    assert not Message.objects.filter(case=case, seq=event.seq, public=True).exists()


def test_it_is_found_by_the_new_and_by_the_old(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(person=WANG).case
    contact.contact(case.pk, by(company.linxiao), name="赵明理", phone="13900000001")
    for q in ("赵明理", "13900000001", "王女士", "13800138000"):
        assert found(company, q) == [case.pk], q


def test_a_wrong_number_of_a_single_case_is_changed_in_its_row(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(person=WANG).case
    contact.contact(case.pk, by(company.linxiao), phone="13900000001")
    row = Customer.objects.get()
    assert (row.name, row.phone, row.phone_as_typed) == ("王女士", "+8613900000001", "13900000001")


def test_whoever_else_has_the_wrong_number_keeps_theirs(open_case: Opener, company: Company, by: Mover) -> None:
    """王女士 has a case; another one was taken in with her number by mistake."""
    hers, wrong = open_case(person=WANG).case, open_case(person=Person("李四", "13800138000")).case
    contact.contact(wrong.pk, by(company.linxiao), name="李四", phone="13900000001")
    kept, moved = queries.get(company.linxiao, hers.number), queries.get(company.linxiao, wrong.number)
    assert contact.of_case(kept)["phone"] == "13800138000"
    assert (contact.of_case(moved)["name"], contact.of_case(moved)["phone"]) == ("李四", "13900000001")
    assert contact.of_case(kept)["name"] == "王女士"


def test_a_number_that_is_known_makes_the_case_theirs(open_case: Opener, company: Company, by: Mover) -> None:
    known = open_case(person=Person("赵明理", "13900000001")).case
    case = open_case(person=WANG).case
    contact.contact(case.pk, by(company.linxiao), phone="+86 139-0000-0001")
    case.refresh_from_db()
    assert case.customer_id == known.customer_id
    assert [one.pk for one in queries.page(company.linxiao, Filter(customer=known.customer_id)).items] == [
        case.pk,
        known.pk,
    ]


def test_a_case_of_nobody_gets_its_customer(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(person=Person()).case
    contact.contact(case.pk, by(company.linxiao), name="王芳")
    assert contact.of_case(queries.get(company.linxiao, case.number))["name"] == "王芳"


def test_an_address_that_only_the_case_has_leaves_the_customers_own(
    open_case: Opener, company: Company, by: Mover
) -> None:
    open_case(person=WANG)
    case = open_case(person=Person("王女士", "13800138000", email="office@example.com")).case
    contact.contact(case.pk, by(company.linxiao), email="new@example.com")
    case.refresh_from_db()
    assert (case.email, Customer.objects.get().email) == ("new@example.com", "wang@example.com")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"email": "wang"}, "email"),
        ({"email": "王@例子.cn"}, "email"),
        ({"name": "王" * 101}, "name"),
        ({"place": "x" * 121}, "place"),
        ({"name": "", "phone": "", "email": ""}, "name"),
    ],
)
def test_what_can_not_be_is_named_and_changes_nothing(
    open_case: Opener, company: Company, by: Mover, given: dict[str, str], field: str
) -> None:
    case = open_case(person=WANG).case
    with pytest.raises(BadInput) as refused:
        contact.contact(case.pk, by(company.linxiao), **given)
    assert refused.value.field == field
    assert contact.of_case(queries.get(company.linxiao, case.number))["phone"] == "13800138000"
    assert CaseEvent.objects.filter(case=case).count() == case.seq


@pytest.mark.parametrize("given", [{}, {"name": " 王女士 "}, {"phone": "138-0013-8000"}, {"email": "WANG@example.com"}])
def test_what_says_the_same_is_no_event(open_case: Opener, company: Company, by: Mover, given: dict[str, str]) -> None:
    case = open_case(person=WANG).case
    assert contact.contact(case.pk, by(company.linxiao), **given).events == []


def test_ended_cases_can_be_corrected_too(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(person=WANG, take=True).case
    actions.resolve(case.pk, by(company.linxiao), cause="门机", done="更换", text="已修好")
    contact.contact(case.pk, by(company.linxiao), phone="13900000001")
    assert last(case).data["what"] == "contact"


def test_who_only_sees_a_case_or_steps_aside_can_not(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(person=WANG, take=True).case
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
    for user in (company.zhougong, company.auditor):
        with pytest.raises(Forbidden):
            contact.contact(case.pk, by(user), name="某人")
    with pytest.raises(Case.DoesNotExist):
        contact.contact(case.pk, by(company.chenjia), name="某人")
    dispatch.concern(
        case.pk, by(company.zhaozhuguan), users=[company.linxiao], departments=[], reason="投诉她本人的态度"
    )
    with pytest.raises(Case.DoesNotExist):
        contact.contact(case.pk, by(company.linxiao), name="某人")


SAID = "我是赵明理，137-1234-5678，以前登记的是赵明理（赵先生）。"


def test_the_identity_of_a_report_stays_hidden_under_the_old_and_the_new_name(
    open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case(kind="report", subject="", text=SAID, person=Person("赵明理", "13712345678")).case
    actions.accept(case.pk, by(company.linxiao))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="核对赵明理家")
    contact.contact(case.pk, by(company.linxiao), name="钱多多", phone="13900000001", email="qian@example.com")
    seen = queries.get(company.zhougong, case.number)
    assert seen.veil is not None
    texts = [words.text for entry in queries.timeline(seen) for words in entry.words.values()]
    for secret in ("赵明理", "13712345678", "137-1234-5678", "钱多多", "13900000001", "qian@example.com"):
        assert not any(secret in text for text in texts), secret
        assert found_by(company.zhougong, secret) == [], secret
    known = [
        words.text
        for entry in queries.timeline(queries.get(company.linxiao, case.number))
        for words in entry.words.values()
    ]
    assert {"赵明理", "钱多多", "13712345678"} <= set(known)


def found_by(user: object, q: str) -> list[int]:
    return [case.pk for case in queries.page(user, Filter(q=q)).items]  # type: ignore[arg-type]


def test_a_name_corrected_elsewhere_leaves_a_report_of_the_same_person_hidden(
    open_case: Opener, company: Company, by: Mover
) -> None:
    report = open_case(kind="report", subject="", text=SAID, person=Person("赵明理", "13712345678")).case
    actions.accept(report.pk, by(company.linxiao))
    actions.hand_over(report.pk, by(company.linxiao), department=company.engineering, task="核对")
    plain = open_case(person=Person("赵明理", "13712345678")).case
    contact.contact(plain.pk, by(company.linxiao), name="赵明礼")
    seen = queries.get(company.zhougong, report.number)
    assert "赵明理" not in queries.first_words(seen)


def test_who_may_not_know_the_customer_may_not_correct_them(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(kind="report", text=SAID, person=Person("赵明理", "13712345678")).case
    with pytest.raises(Forbidden):
        contact.contact(case.pk, by(company.admin), name="某人")


_NUMBERS = st.sampled_from(["13800138000", "13900000001", "13900000002", ""])
_STEP = st.tuples(st.integers(0, 2), st.sampled_from(["王女士", "李四", ""]), _NUMBERS)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEP, max_size=6))
def test_however_often_it_is_corrected_no_two_customers_share_a_number(
    open_case: Opener, company: Company, by: Mover, steps: list[tuple[int, str, str]]
) -> None:
    cases = [open_case(person=Person("王女士", phone)).case for phone in ("13800138000", "13800138000", "13900000002")]
    for which, name, phone in steps:
        try:
            contact.contact(cases[which].pk, by(company.linxiao), name=name, phone=phone)
        except BadInput:  # nothing would be left
            continue
        now = queries.get(company.linxiao, cases[which].number)
        assert now.customer is not None
        assert now.customer.phone == (f"+86{phone}" if phone else "")
        assert now.customer.name
    phones = [phone for phone in Customer.objects.values_list("phone", flat=True) if phone]
    assert len(phones) == len(set(phones))
