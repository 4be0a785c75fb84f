"""The list of another system beside the cases here."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest

from huiyin.cases import actions, dispatch
from huiyin.cases.actions import BadInput
from huiyin.imports import reconciling, store
from huiyin.imports.reconciling import Compared, Listed, Span
from huiyin.org.access import Forbidden
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company

HOTLINE = "12345"
DAYS = Span(date(2026, 3, 11), date(2026, 3, 11))


def lines(text: str) -> list[Listed]:
    upload = BytesIO(text.encode())
    upload.name = "list.csv"
    return reconciling.of_upload(upload)


def numbers(found: Compared) -> dict[str, list[str]]:
    rows = {name: getattr(found, name) for name in ("open_here", "over_here", "extra")}
    return {name: [case.external_number or "above" for case in cases] for name, cases in rows.items() if cases}


def compare(user: User | None, text: str, span: Span | None = None) -> Compared:
    return reconciling.compare(user, HOTLINE, lines(text), span)


def test_what_never_came_in_and_what_is_listed_twice_is_named(company: Company, open_case: Opener) -> None:
    open_case(source=HOTLINE, external_number="A1")
    found = compare(company.admin, "工单号\nA1\nA2\nA2\n")
    assert (found.listed, found.agree, found.missing, found.twice) == (2, 1, ["A2"], ["A2"])


def test_what_is_finished_on_one_side_alone_is_named(company: Company, open_case: Opener, by: Mover) -> None:
    open_case(source=HOTLINE, external_number="A1")
    done = open_case(source=HOTLINE, external_number="A2", take=True).case
    actions.resolve(done.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    open_case(source=HOTLINE, external_number="A3")
    found = compare(company.admin, "工单号,状态\nA1,已办结\nA2,办理中\nA3,\n")
    assert numbers(found) == {"open_here": ["A1"], "over_here": ["A2"]}
    assert found.agree == 1


def test_with_the_days_of_a_list_what_is_here_and_not_on_it_is_named(
    company: Company, open_case: Opener, by: Mover
) -> None:
    open_case(source=HOTLINE, external_number="A1")
    open_case(source=HOTLINE, external_number="A2")
    open_case(source="other", external_number="A3")
    assert numbers(compare(company.admin, "工单号\nA1\n", DAYS)) == {"extra": ["A2"]}
    before = Span(DAYS.first - timedelta(days=2), DAYS.last - timedelta(days=1))
    assert numbers(compare(company.admin, "工单号\nA1\n", before)) == {}


def test_what_came_down_from_above_is_known_by_their_number(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    dispatch.transfer(case.pk, by(company.linxiao), body="市民热线", number="SZ-77")
    found = reconciling.compare(company.admin, "", lines("工单号\nSZ-77\n"))
    assert (found.agree, found.missing, found.clean) == (1, [], True)


def test_a_case_where_one_may_not_look_is_as_if_it_werent_here(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(source=HOTLINE, external_number="A1").case
    about = [company.zhaozhuguan]
    dispatch.concern(case.pk, by(company.linxiao), users=about, departments=[], reason="投诉的是主管本人")
    assert compare(company.zhaozhuguan, "工单号\nA1\n", DAYS).missing == ["A1"]
    assert compare(None, "工单号\nA1\n").missing == []


def test_who_may_import_nowhere_may_not_compare(company: Company) -> None:
    with pytest.raises(Forbidden):
        compare(company.linxiao, "工单号\nA1\n")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00\x01"])
def test_a_file_without_numbers_says_so_and_nothing_of_it_is_kept(company: Company, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        lines(text)
    assert caught.value.field == "file"
    assert list(store.folder().glob("*")) == []


def test_a_list_that_is_too_long_is_refused(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "MOST", 2)
    with pytest.raises(BadInput, match="2"):
        lines("工单号\nA1\nA2\nA3\n")
