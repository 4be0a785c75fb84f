"""Who leaves after something went wrong, and how they are won back or let go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from huiyin.cases import actions, dispatch
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent
from huiyin.customers.actions import Person
from huiyin.org.access import Forbidden
from huiyin.org.actions import add_user
from huiyin.org.models import Role
from huiyin.recovery import failures
from huiyin.worth import leavers, leaving, winning
from huiyin.worth.definitions import Method
from huiyin.worth.models import Contract, Leaving, Purchase, Worth
from huiyin.worth.priors import Book
from tests.conftest import Mover, Opener
from tests.people import NOW, Company

TODAY = NOW.date()
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
DAY = timedelta(days=1)


@pytest.fixture
def failed(company: Company, open_case: Opener, by: Mover) -> Case:
    """Something went wrong for the customer of this case."""
    return fail(open_case, company, by)


def fail(open_case: Opener, company: Company, by: Mover, person: Person | None = None, **more: object) -> Case:
    case = open_case(**({"person": person} if person else {}), **more).case
    actions.accept(case.pk, by(company.linxiao))
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    return Case.objects.get(pk=case.pk)


def ended(case: Case, day: date = TODAY - 5 * DAY) -> None:
    given = {"customer_id": case.customer_id, "source": "t", "reference": f"c{case.pk}"}
    Contract.objects.create(began=day - 400 * DAY, ended=day, fee=1200_00, **given)
    worth(case, Method.ENDED)


def worth(case: Case, method: Method, alive: int | None = None) -> None:
    assert case.customer_id is not None
    numbers = {"value": 0, "low": 0, "high": 0, "basis": 1, "at": NOW, "priors": "x"}
    Worth.objects.create(customer_id=case.customer_id, method=method, alive=alive, **numbers)


def look(book: Book) -> int:
    return leaving.find(NOW, book, TODAY)


def listed(company: Company, user: object = None) -> list[Case]:
    reader = user or company.zhaozhuguan
    where = frozenset({company.hq.pk, company.fly.pk, company.ljf.pk})
    return [row.case for row in leavers.going(reader, where, TODAY).items]  # type: ignore[arg-type]


def test_whose_contract_ended_after_a_failure_is_found_once(company: Company, failed: Case, book: Book) -> None:
    ended(failed)
    assert look(book) == 1
    assert look(book) == 0
    row = Leaving.objects.get()
    assert (row.why, row.since, row.case_id) == ("contract", TODAY - 5 * DAY, failed.pk)
    assert row.stake is not None
    assert row.stake > 0
    assert listed(company) == [failed]


def test_who_stopped_buying_is_found_below_the_bound_and_not_at_it(
    company: Company, open_case: Opener, by: Mover, book: Book
) -> None:
    cases = [fail(open_case, company, by, Person(f"人{n}", f"1380000000{n}")) for n in range(2)]
    for case, alive in zip(cases, (1999, 2000), strict=True):
        given = {"customer_id": case.customer_id, "source": "t", "reference": f"p{case.pk}"}
        Purchase.objects.create(on=TODAY - 90 * DAY, amount=100_00, **given)
        worth(case, Method.BGNBD, alive)
    assert look(book) == 1
    assert listed(company) == cases[:1]


def test_pages_of_the_lists_go_on_where_the_last_one_ended(
    company: Company, open_case: Opener, by: Mover, book: Book
) -> None:
    cases = [fail(open_case, company, by, Person(f"人{n}", f"1380000000{n}")) for n in range(3)]
    for days, case in zip((5, 9, 9), cases, strict=True):  # two on one day
        ended(case, TODAY - days * DAY)
    look(book)
    where = frozenset({company.ljf.pk})
    newest = [cases[0], cases[2], cases[1]]

    def walked(page: Callable[[str], leavers.Page]) -> list[Case]:
        found: list[Case] = []
        place = ""
        while (one := page(place)).items and len(found) < 9:
            found += [row.case for row in one.items]
            place = one.next
            if not place:
                break
        return found

    user = company.zhaozhuguan
    assert walked(lambda place: leavers.going(user, where, TODAY, before=place, limit=1)) == newest
    for row in Leaving.objects.order_by("pk"):
        winning.let_go(row.pk, by(user), reason="moved")
    last_first = walked(lambda place: leavers.settled(user, where, MARCH, "lost", before=place, limit=1))
    assert last_first == [row.case for row in Leaving.objects.order_by("-settled_at")]
    assert not leavers.is_place("2026-02-30~1", going=True)
    assert not leavers.is_place("2026-02-20~1", going=False)


def test_without_a_failure_nobody_is_found(company: Company, open_case: Opener, book: Book) -> None:
    ended(open_case().case)
    assert look(book) == 0


def test_who_spoke_in_confidence_stands_in_no_list_even_if_that_comes_later(
    company: Company, failed: Case, open_case: Opener, by: Mover, book: Book
) -> None:
    ended(failed)
    look(book)
    assert failed.customer is not None
    open_case(kind="report", protected=True, person=Person(failed.customer.name, failed.customer.phone))
    assert listed(company) == []
    other = fail(open_case, company, by, Person("孙", "13800000007"), kind="report", protected=True)
    ended(other)
    assert look(book) == 0


def test_what_is_about_the_reader_is_not_there(company: Company, failed: Case, by: Mover, book: Book) -> None:
    ended(failed)
    look(book)
    dispatch.concern(failed.pk, by(company.zhaozhuguan), users=[company.admin], departments=[], reason="投诉的是他")
    assert listed(company, company.admin) == []
    with pytest.raises(Leaving.DoesNotExist):
        winning.won(Leaving.objects.get().pk, by(company.admin), words="回来了")


def test_a_call_is_planned_the_customer_won_back_and_the_timeline_says_so(
    company: Company, failed: Case, by: Mover, book: Book
) -> None:
    ended(failed)
    look(book)
    pk = Leaving.objects.get().pk
    winning.plan_call(pk, by(company.zhaozhuguan), call_on=TODAY + DAY, today=TODAY)
    assert Leaving.objects.get().state == "asked"
    with pytest.raises(BadInput, match="write something"):
        winning.won(pk, by(company.zhaozhuguan), words=" ")
    winning.won(pk, by(company.zhaozhuguan), words="答应续约", cost=50_00)
    with pytest.raises(BadInput, match="settled already"):
        winning.let_go(pk, by(company.zhaozhuguan), reason="price")
    said = [one.data["what"] for one in CaseEvent.objects.filter(case=failed, topic="worth").order_by("seq")]
    assert said == ["leaving_asked", "won_back"]
    found = leavers.win_back(company.zhaozhuguan, frozenset({failed.site_id}), MARCH)
    assert (found.won, found.lost, found.share, found.cost) == (1, 0, 1.0, 50_00)
    rows = leavers.settled(company.zhaozhuguan, frozenset({failed.site_id}), MARCH, "won").items
    assert [row.case for row in rows] == [failed]


def test_who_does_not_want_to_be_asked_is_never_found_again(
    company: Company, failed: Case, by: Mover, book: Book
) -> None:
    ended(failed)
    look(book)
    winning.let_go(Leaving.objects.get().pk, by(company.zhaozhuguan), reason="objects")
    Contract.objects.update(ended=TODAY - DAY)
    assert look(book) == 0
    with pytest.raises(BadInput, match="doesn't want"):
        winning.says(failed.number, by(company.zhaozhuguan), words="我要走", today=TODAY)


def test_nobody_calls_a_customer_with_a_special_attention_mark(
    company: Company, failed: Case, by: Mover, book: Book
) -> None:
    ended(failed)
    look(book)
    assert failed.customer is not None
    type(failed.customer).objects.filter(pk=failed.customer.pk).update(marked_until=TODAY)
    with pytest.raises(BadInput, match="special-attention"):
        winning.plan_call(Leaving.objects.get().pk, by(company.zhaozhuguan), call_on=TODAY, today=TODAY)


def test_who_buys_again_is_won_back_by_that(company: Company, failed: Case, by: Mover, book: Book) -> None:
    ended(failed)
    look(book)
    given = {"customer_id": failed.customer_id, "source": "t", "reference": "new"}
    Contract.objects.create(began=TODAY, fee=1, **given)
    look(book)
    row = Leaving.objects.get()
    assert (row.state, row.evidence, row.settled_at) == ("won", "signed", NOW)


def test_a_customer_says_that_they_leave(company: Company, failed: Case, by: Mover, book: Book) -> None:
    row = winning.says(failed.number, by(company.zhaozhuguan), words="年底就搬", today=TODAY)
    assert (row.why, row.case_id) == ("said", failed.pk)
    with pytest.raises(BadInput, match="already"):
        winning.says(failed.number, by(company.zhaozhuguan), words="年底就搬", today=TODAY)


def test_who_does_not_measure_reads_nothing_and_auditors_change_nothing(
    company: Company, failed: Case, by: Mover, book: Book
) -> None:
    ended(failed)
    look(book)
    pk = Leaving.objects.get().pk
    with pytest.raises(Leaving.DoesNotExist):
        winning.won(pk, by(company.linxiao), words="回来了")
    with pytest.raises(Forbidden):
        winning.won(pk, by(company.auditor), words="回来了")
    elsewhere = add_user("other", "别处", password=None, department=None, grants=((Role.MANAGER, company.fly),))
    with pytest.raises(Leaving.DoesNotExist):
        winning.won(pk, by(elsewhere), words="回来了")
