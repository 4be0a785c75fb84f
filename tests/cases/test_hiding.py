"""Protected identity: who knows, what the others get, and that nobody finds a case by who its customer is."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.cases import actions, customer_side, hiding, intake, queries
from huiyin.cases.actions import BadInput
from huiyin.cases.files import store
from huiyin.cases.models import Case, Message
from huiyin.cases.queries import Filter
from huiyin.customers.actions import Person
from huiyin.org.access import Forbidden
from huiyin.returns import actions as returns
from huiyin.returns import queries as visits
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company

ZHAO = Person("赵明理", "13712345678")
SAID = "我是赵明理（137-1234-5678），物业经理收了装修公司的钱。"
WELL = Result("phone", reached=True, solved=True, satisfied=5)


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A report that 林晓 has taken and handed to engineering."""
    found = open_case(kind="report", subject="", text=SAID, person=ZHAO).case
    actions.accept(found.pk, by(company.linxiao))
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="核对赵明理家的装修单")
    return found


def test_a_report_is_protected_and_lies_before_the_supervisor(case: Case) -> None:
    case.refresh_from_db()
    assert (case.protected, case.referred) == (True, "report")


def test_any_other_case_is_protected_when_the_customer_asks_for_it(open_case: Opener) -> None:
    assert open_case(protected=True).case.protected
    assert not open_case().case.protected


def test_owner_handler_and_leads_know_and_nobody_else_does(case: Case, company: Company, by: Mover) -> None:
    def knowing() -> set[str]:
        people = (company.linxiao, company.zhougong, company.hemin, company.zhaozhuguan, company.auditor, company.admin)
        return {one.username for one in people if queries.get(one, case.number).veil is None}

    assert knowing() == {"linxiao", "zhaozhuguan"}
    actions.assign(case.pk, by(company.zhaozhuguan), to=company.hemin)
    assert knowing() == {"linxiao", "hemin", "zhaozhuguan"}


def test_others_get_the_case_without_its_customer(case: Case, company: Company) -> None:
    seen = queries.get(company.zhougong, case.number)
    assert seen.customer is not None
    assert (seen.customer.name, seen.customer.phone, seen.customer_id) == ("protected", "", None)
    assert seen.subject.startswith("我是×××")
    words = [message.text for entry in queries.timeline(seen) for message in entry.words.values()]
    assert words == ["我是×××（×××），物业经理收了装修公司的钱。", "核对×××家的装修单"]
    assert Message.objects.filter(text__contains="赵明理").count() == 2  # nothing is lost


def test_a_list_hides_what_the_single_case_hides(case: Case, company: Company) -> None:
    (row,) = queries.page(company.auditor, Filter()).items
    assert row.veil is not None
    assert "赵明理" not in row.subject
    (known,) = queries.page(company.zhaozhuguan, Filter()).items
    assert known.customer is not None
    assert known.customer.name == "赵明理"


@pytest.mark.parametrize("query", ["赵明理", "明理", "13712345678", "5678", "1371"])
def test_nobody_finds_it_by_name_or_phone(case: Case, company: Company, query: str) -> None:
    for person in (company.hemin, company.auditor, company.admin, company.zhaozhuguan):
        assert queries.page(person, Filter(q=query)).items == []
        assert queries.total(person, Filter(q=query)) == 0


def test_what_it_is_about_is_found_and_the_excerpt_is_covered(case: Case, company: Company) -> None:
    found = queries.page(company.auditor, Filter(q="装修公司")).items
    assert [row.pk for row in found] == [case.pk]
    assert queries.excerpts(found, "装修公司")[case.pk].startswith("我是×××")


def test_words_that_come_later_are_covered_too(case: Case, company: Company, by: Mover) -> None:
    actions.note(case.pk, by(company.linxiao), text="赵明理来电 137 1234 5678")
    assert queries.page(company.zhaozhuguan, Filter(q="赵明理")).items == []
    seen = queries.timeline(queries.get(company.auditor, case.number))
    assert seen[-1].words["text"].text == "×××来电 ×××"


def test_an_ordinary_case_of_the_same_customer_leads_nobody_to_it(
    case: Case, company: Company, open_case: Opener
) -> None:
    plain = open_case(person=ZHAO).case
    assert plain.customer_id == case.customer_id
    wanted = Filter(customer=plain.customer_id)
    assert [row.pk for row in queries.page(company.auditor, wanted).items] == [plain.pk]
    assert {row.pk for row in queries.page(company.zhaozhuguan, wanted).items} == {plain.pk, case.pk}
    assert {row.pk for row in queries.page(company.linxiao, wanted).items} == {plain.pk, case.pk}


def test_only_who_may_know_calls_the_customer_back(case: Case, company: Company, by: Mover) -> None:
    actions.resolve(case.pk, by(company.linxiao), cause="查实", done="已处理", text="已查实并处理")
    queue = {who.username for who in (company.hemin, company.admin, company.zhaozhuguan) if visits.queue(who).items}
    assert queue == {"zhaozhuguan"}
    with pytest.raises(Forbidden):
        returns.visit(case.pk, by(company.hemin), WELL)
    returns.visit(case.pk, by(company.zhaozhuguan), WELL)


def test_the_customers_page_is_opened_for_nobody_else(case: Case, company: Company, by: Mover) -> None:
    with pytest.raises(Forbidden):
        customer_side.mint_link(case.pk, by(company.hemin))
    assert customer_side.mint_link(case.pk, by(company.linxiao))


def test_a_part_is_protected_as_the_whole(case: Case, company: Company, by: Mover) -> None:
    _change, part = intake.split(case.pk, by(company.linxiao), subject="另一件", text="赵明理还说车位的事")
    assert part.case.protected
    assert queries.get(company.auditor, part.case.number).veil is not None
    assert queries.page(company.zhaozhuguan, Filter(q="赵明理")).items == []


def test_a_protected_case_is_not_joined_into_another(
    case: Case, company: Company, open_case: Opener, by: Mover
) -> None:
    other = open_case().case
    with pytest.raises(BadInput) as error:
        actions.join(case.pk, by(company.linxiao), into=other.pk)
    assert error.value.field == "into"
    case.refresh_from_db()
    assert case.joined_into_id is None


def test_a_report_without_a_name_is_a_report(open_case: Opener, company: Company) -> None:
    case = open_case(kind="report", person=Person()).case
    seen = queries.get(company.auditor, case.number)
    assert (seen.customer, seen.protected) == (None, True)


def test_files_go_by_number_instead_of_the_name_somebody_gave_them(case: Case, company: Company, by: Mover) -> None:
    stored = store(SimpleUploadedFile("赵明理.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64))
    actions.note(case.pk, by(company.linxiao), text="见图", files=[stored])
    (file,) = queries.timeline(queries.get(company.linxiao, case.number))[-1].files
    assert file.name == "赵明理.png"
    assert queries.file_for(company.auditor, case.number, file.pk).name == f"{file.pk}.png"


def test_what_was_hidden_once_is_not_hidden_twice(case: Case, company: Company) -> None:
    seen = queries.get(company.auditor, case.number)
    assert hiding.hide(company.auditor, [seen])[0].subject == seen.subject
