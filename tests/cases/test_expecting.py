"""What was expected: when it can be said, by whose promise it was, who is told, and how it is found and counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.alerts.models import Notice
from huiyin.cases import actions, asking, expecting, files, listing
from huiyin.cases.actions import BadInput, By
from huiyin.cases.expectation_models import Expectation
from huiyin.cases.filters import Filter
from huiyin.cases.models import Case, File
from huiyin.cases.workflow import NotAllowed
from huiyin.org import actions as org
from huiyin.org.access import Forbidden
from huiyin.org.models import Role, User
from tests.conftest import Mover, Opener
from tests.people import Company

MARCH, APRIL = datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)


@pytest.fixture
def resolved(company: Company, open_case: Opener, by: Mover) -> Case:
    """A case that has ended with an answer."""
    return end(open_case().case, company, by)


def end(case: Case, company: Company, by: Mover) -> Case:
    """Resolve it."""
    actions.accept(case.pk, by(company.hemin))
    actions.resolve(case.pk, by(company.hemin), cause="开关", done="更换", text="已修好")
    return case


def say(case: Case, by: By, **more: Any) -> None:
    """Expected too much, and informed, unless something else is said."""
    expecting.expectation(case.pk, by, **{"kind": "too-high", "settled": "informed", **more})


def test_it_is_said_once_the_case_has_ended(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    with pytest.raises(NotAllowed):
        say(case, by(company.linxiao))
    end(case, company, by)
    say(case, by(company.linxiao), text="以为 10 分钟就到")
    row = Expectation.objects.get()
    assert (row.kind, row.settled, row.received_at) == ("too-high", "informed", case.received_at)
    event = case.caseevent_set.latest("seq")
    assert {name: value for name, value in event.data.items() if name != "words"} == {
        "what": "expectation",
        "kind": "too-high",
        "settled": "informed",
        "promiser": "",
        "department": None,
        "file": None,
    }


def test_said_again_it_replaces_what_was_said(company: Company, resolved: Case, by: Mover) -> None:
    say(resolved, by(company.linxiao))
    say(resolved, by(company.linxiao), kind="mistaken", settled="taught")
    assert Expectation.objects.get().kind == "mistaken"


def test_what_we_promised_too_much_names_its_way_and_nothing_else_does(
    company: Company, resolved: Case, by: Mover
) -> None:
    with pytest.raises(BadInput, match="sales"):
        say(resolved, by(company.linxiao), kind="over-promised")
    with pytest.raises(BadInput):
        say(resolved, by(company.linxiao), promiser="sales")
    with pytest.raises(BadInput):
        say(resolved, by(company.linxiao), department=company.finance)
    with pytest.raises(BadInput):
        say(resolved, by(company.linxiao), kind="rude")


def test_the_supervisor_of_the_department_is_told(company: Company, resolved: Case, by: Mover) -> None:
    grants = ((Role.SUPERVISOR, company.hq),)
    sales = org.add_user("sun", "孙主管", password=None, department=company.finance, grants=grants)
    say(resolved, by(company.linxiao), kind="over-promised", promiser="sales", department=company.finance)
    assert [one.user for one in Notice.objects.filter(what="promised")] == [sales]


def test_where_it_has_none_those_of_the_site_are(company: Company, resolved: Case, by: Mover) -> None:
    say(resolved, by(company.linxiao), kind="over-promised", promiser="advertising")
    assert [one.user for one in Notice.objects.filter(what="promised")] == [company.zhaozhuguan]


def test_a_signed_sheet_is_a_file_of_the_case_and_of_an_agreement(
    company: Company, open_case: Opener, resolved: Case, by: Mover
) -> None:
    sheet = files.store(_sheet())
    actions.note(resolved.pk, by(company.hemin), text="签好的", files=[sheet])
    own = File.objects.get(case=resolved).pk
    with pytest.raises(BadInput):
        say(resolved, by(company.linxiao), file=own)
    with pytest.raises(BadInput):
        say(resolved, by(company.linxiao), settled="agreed", file=own + 1)
    say(resolved, by(company.linxiao), settled="agreed", file=own)
    assert resolved.caseevent_set.latest("seq").data["file"] == own


def _sheet() -> Any:
    from_disk = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
    return SimpleUploadedFile("sheet.png", from_disk)


def test_it_is_found_by_words_in_both_languages(company: Company, resolved: Case, by: Mover) -> None:
    say(resolved, by(company.linxiao), kind="over-promised", promiser="agent")
    for query in ("expectation:over-promised", "期望:我方承诺过高"):
        params = asking.read(query).params
        assert params == {"expectation": "over-promised"}, query
        wanted = Filter.from_params(params)
        assert [one.pk for one in listing.page(company.linxiao, wanted).items] == [resolved.pk]
        assert wanted.to_params() == params
    nothing = Filter.from_params({"expectation": "mistaken"})
    assert listing.page(company.linxiao, nothing).items == []
    assert asking.read("expectation:much").wrong == ["expectation:much"]


def test_the_month_counts_what_the_reader_may_open(
    company: Company, open_case: Opener, resolved: Case, by: Mover
) -> None:
    say(resolved, by(company.linxiao), kind="over-promised", promiser="sales", department=company.finance)
    other = end(open_case(site=company.fly, by=by(company.chenjia), category=company.tap).case, company, by)
    say(other, by(company.chenjia))
    found = expecting.month(company.zhaozhuguan, MARCH, APRIL)
    assert found.all == {"over-promised": 1, "too-high": 1}
    assert [(line.key, line.total) for line in found.sites] == [
        (company.hq.pk, 2),
        (company.fly.pk, 1),
        (company.ljf.pk, 1),
    ]
    assert {line.key: line.total for line in found.categories} == {None: 1, company.tap.pk: 1}
    assert [(line.key, line.total) for line in found.channels] == [("phone", 2)]
    assert expecting.month(_lead_of_fly(company), MARCH, APRIL).all == {"too-high": 1}
    ((row, case),) = expecting.over_promised(company.zhaozhuguan, MARCH, APRIL)
    assert (row.department, case.pk) == (company.finance, resolved.pk)
    assert expecting.month(company.zhaozhuguan, APRIL, datetime(2026, 5, 1, tzinfo=UTC)).all == {}


def _lead_of_fly(company: Company) -> User:
    return org.add_user("lu", "陆主管", password=None, grants=((Role.SUPERVISOR, company.fly),))


def test_who_only_reads_says_nothing(company: Company, resolved: Case, by: Mover) -> None:
    with pytest.raises(Forbidden):
        say(resolved, by(company.auditor))
