"""Notices to customers: who writes them, when they are shown and to whom, and what can't be said in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.alerts import incidents
from huiyin.cases.given import BadInput, By, Unfit
from huiyin.cases.models import Case
from huiyin.org import actions as org
from huiyin.org.access import Forbidden
from huiyin.org.history import Stale, version
from huiyin.org.models import Role, SettingsEntry, User
from huiyin.standards import announced, announcing
from huiyin.standards.announcing import NoticeValues, stamp, values_of
from huiyin.standards.models import CustomerNotice, NoticeState
from tests.conftest import Opener
from tests.people import NOW, Company

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TANK = NoticeValues(
    kind="work",
    site="LJF",
    title="水箱清洗",
    text="清洗期间停水，恢复后水可能先浑浊。",
    show_from=stamp(NOW),
    begins_at=stamp(NOW + 4 * HOUR),
    until=stamp(NOW + 6 * HOUR),
    advice="请提前储水。",
)
FACTS: dict[str, Any] = {"cause": "原因尚未查明。", "doing": "已请检验所取样。", "next_at": stamp(NOW + 3 * HOUR)}
STATEMENT = replace(TANK, kind="statement", title="关于水质的说明", text="3 月 10 日晚 12 户反映水浑。", **FACTS)


@pytest.fixture
def lead(company: Company) -> By:
    """赵主管 writes."""
    return By(company.zhaozhuguan, NOW)


@pytest.fixture
def second(company: Company) -> By:
    """Another supervisor, of LJF alone."""
    grants = ((Role.SUPERVISOR, company.ljf),)
    user = org.add_user("qian", "钱主管", password=None, department=company.frontdesk, grants=grants)
    return By(user, NOW)


def titles(rows: list[CustomerNotice]) -> list[str]:
    """What they are called."""
    return [row.title for row in rows]


def test_a_draft_is_seen_by_those_who_write_and_by_no_customer_until_it_is_approved(lead: By, company: Company) -> None:
    made = announcing.write(TANK, lead)
    assert announced.at_site(company.ljf.pk, NOW) == []
    assert titles(announced.current(company.zhaozhuguan, NOW)) == ["水箱清洗"]
    assert announced.current(company.linxiao, NOW) == []
    with pytest.raises(CustomerNotice.DoesNotExist):
        announced.get(company.linxiao, made.pk)
    announcing.approve(made.pk, lead)
    assert titles(announced.at_site(company.ljf.pk, NOW)) == ["水箱清洗"]
    assert announced.get(company.linxiao, made.pk) == made
    assert announced.at_site(company.fly.pk, NOW) == []


def test_it_is_shown_from_its_time_until_its_end_and_never_before_its_approval(lead: By, company: Company) -> None:
    made = announcing.write(replace(TANK, show_from=stamp(NOW + HOUR)), lead)
    announcing.approve(made.pk, replace(lead, at=NOW + 2 * HOUR))
    shown = {h: bool(announced.at_site(company.ljf.pk, NOW + h * HOUR)) for h in (0, 1, 2, 5, 6, 7)}
    assert shown == {0: False, 1: False, 2: True, 5: True, 6: False, 7: False}


@given(at=st.integers(-50, 50), start=st.integers(-40, 40), length=st.integers(1, 40), approved=st.integers(-40, 40))
def test_at_any_moment_it_is_shown_only_between_approval_and_end(
    at: int, start: int, length: int, approved: int
) -> None:
    row = CustomerNotice(state=NoticeState.APPROVED, show_from=NOW + start * HOUR, until=NOW + (start + length) * HOUR)
    row.approved_at = NOW + approved * HOUR
    assert announced.runs(row, NOW + at * HOUR) == (max(start, approved) <= at < start + length)


def test_what_is_for_the_company_is_for_all_below_it(lead: By, company: Company) -> None:
    announcing.approve(announcing.write(replace(TANK, site="HQ"), lead).pk, lead)
    for site in (company.hq, company.ljf, company.fly):
        assert titles(announced.at_site(site.pk, NOW)) == ["水箱清洗"]
    assert titles(announced.current(company.linxiao, NOW)) == ["水箱清洗"]


@pytest.mark.parametrize("name", ["linxiao", "zhougong", "auditor"])
def test_those_who_only_read_write_none(name: str, company: Company, lead: By) -> None:
    made = announcing.write(TANK, lead)
    announcing.approve(made.pk, lead)
    user: User = getattr(company, name)
    reads = By(user, NOW)
    acts: tuple[Callable[[], object], ...] = (
        lambda: announcing.write(TANK, reads),
        lambda: announcing.change(made.pk, TANK, reads),
        lambda: announcing.approve(made.pk, reads),
        lambda: announcing.withdraw(made.pk, reads, reason="x"),
    )
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_a_supervisor_of_one_site_writes_for_that_one_alone(second: By, lead: By) -> None:
    announcing.write(TANK, second)
    with pytest.raises(Forbidden):
        announcing.write(replace(TANK, site="HQ"), second)
    elsewhere = announcing.write(replace(TANK, site="FLY"), lead)
    with pytest.raises(CustomerNotice.DoesNotExist):
        announced.get(second.user, elsewhere.pk)  # type: ignore[arg-type]


def test_a_statement_is_approved_by_somebody_else_than_its_last_writer(lead: By, second: By, company: Company) -> None:
    made = announcing.write(STATEMENT, lead)
    with pytest.raises(BadInput):
        announcing.approve(made.pk, lead)
    announcing.change(made.pk, replace(STATEMENT, text="12 户反映水浑，已停用水箱。"), second)
    with pytest.raises(BadInput):
        announcing.approve(made.pk, second)
    announcing.approve(made.pk, lead)
    assert titles(announced.at_site(company.ljf.pk, NOW)) == ["关于水质的说明"]


def test_a_statement_keeps_its_words_and_its_next_word_takes_its_place(lead: By, second: By, company: Company) -> None:
    first = announcing.write(STATEMENT, lead)
    announcing.approve(first.pk, second)
    with pytest.raises(BadInput):
        announcing.change(first.pk, replace(STATEMENT, text="别的话"), lead)
    with pytest.raises(BadInput):
        announcing.change(first.pk, replace(TANK), lead)
    following = announcing.write(replace(STATEMENT, cause="水箱检修口未关严。"), lead, replaces=first.pk)
    assert len(announced.at_site(company.ljf.pk, NOW)) == 1
    announcing.approve(following.pk, replace(second, at=NOW + HOUR))
    assert [row.pk for row in announced.at_site(company.ljf.pk, NOW + HOUR)] == [following.pk]
    first.refresh_from_db()
    assert (first.state, first.withdrawn_at) == ("withdrawn", NOW + HOUR)


def test_one_incident_has_one_public_answer(lead: By, second: By, company: Company, open_case: Opener) -> None:
    case = open_case(site=company.ljf).case
    flood = incidents.open_incident(company.ljf, lead, title="水浑", case_ids=[case.pk])
    first, rival = (announcing.write(replace(STATEMENT, incident=flood.pk), lead) for _ in range(2))
    announcing.approve(first.pk, second)
    with pytest.raises(BadInput):
        announcing.approve(rival.pk, second)
    for wrong in (flood.pk + 1000,):
        with pytest.raises(BadInput) as caught:
            announcing.write(replace(STATEMENT, incident=wrong), lead)
        assert caught.value.field == "incident"
    with pytest.raises(BadInput):
        announcing.write(replace(TANK, site="FLY", incident=flood.pk), lead)


def test_whoever_looked_at_old_values_is_told(lead: By, second: By) -> None:
    made = announcing.write(TANK, lead)
    seen = version(values_of(made))
    announcing.change(made.pk, replace(TANK, advice="请储水两桶。"), second, expect=seen)
    with pytest.raises(Stale):
        announcing.change(made.pk, replace(TANK, advice="别用水。"), lead, expect=seen)


def test_withdrawn_it_is_shown_no_more_and_its_reason_is_kept(lead: By, company: Company) -> None:
    made = announcing.write(TANK, lead)
    announcing.approve(made.pk, lead)
    with pytest.raises(BadInput):
        announcing.withdraw(made.pk, lead, reason=" ")
    announcing.withdraw(made.pk, lead, reason="改期")
    assert announced.at_site(company.ljf.pk, NOW) == []
    assert announced.current(company.zhaozhuguan, NOW) == []
    assert titles(list(announced.over(company.linxiao, NOW).items)) == ["水箱清洗"]
    acts: tuple[Callable[[], object], ...] = (
        lambda: announcing.withdraw(made.pk, lead, reason="again"),
        lambda: announcing.approve(made.pk, lead),
        lambda: announcing.change(made.pk, TANK, lead),
    )
    for act in acts:
        with pytest.raises(BadInput):
            act()


def test_all_that_is_done_stands_in_the_history_with_what_was_before(lead: By) -> None:
    made = announcing.write(TANK, lead)
    announcing.change(made.pk, replace(TANK, title="水箱清洗消毒"), lead)
    announcing.approve(made.pk, lead)
    announcing.withdraw(made.pk, lead, reason="改期")
    rows = SettingsEntry.objects.filter(area="notices", thing=str(made.pk)).order_by("pk")
    assert [(row.before, row.after) for row in rows][1:] == [
        ({"title": "水箱清洗"}, {"title": "水箱清洗消毒"}),
        ({"state": "draft"}, {"state": "approved"}),
        ({"state": "approved", "reason": ""}, {"state": "withdrawn", "reason": "改期"}),
    ]
    assert {row.actor for row in rows} == {lead.user}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "joke"}, "kind"),
        ({"site": "NOPE"}, "site"),
        ({"title": " "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"text": ""}, "text"),
        ({"text": "{客户}您好"}, "text"),
        ({"text_en": "Water is off."}, "title_en"),
        ({"title_en": "Tank", "text_en": "Water is off."}, "advice_en"),
        ({"until": stamp(NOW)}, "until"),
        ({"until": stamp(NOW + 400 * DAY)}, "until"),
        ({"until": "2026-03-12T10:00"}, "until"),
        ({"until": ""}, "until"),
        ({"show_from": ""}, "show_from"),
        ({"begins_at": stamp(NOW + 6 * HOUR)}, "begins_at"),
        ({"next_at": stamp(NOW)}, "next_at"),
        ({"categories": "repair/nothing"}, "categories"),
        ({"kind": "statement"}, "cause"),
        ({"kind": "statement", "cause": "不明"}, "doing"),
        ({"kind": "statement", "cause": "不明", "doing": "在查"}, "next_at"),
    ],
)
def test_a_notice_that_would_not_do_is_refused_with_its_field(lead: By, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        announcing.write(replace(TANK, **change), lead)
    assert caught.value.field == field


def test_words_are_read_before_they_are_kept(lead: By, words: dict[str, int]) -> None:
    with pytest.raises(Unfit) as caught:
        announcing.write(replace(TANK, advice="请您冷静。"), lead)
    assert (caught.value.field, caught.value.may_be_sent) == ("advice", True)
    assert announcing.write(replace(TANK, advice="请您冷静。"), replace(lead, anyway=True)).advice == "请您冷静。"
    with pytest.raises(Unfit) as caught:
        announcing.write(replace(TANK, text="照片先删了。"), replace(lead, anyway=True))
    assert not caught.value.may_be_sent


def test_a_case_has_to_do_with_what_fits_its_category_or_incident(
    lead: By, second: By, company: Company, open_case: Opener
) -> None:
    lift = open_case(site=company.ljf, category=company.lift).case
    loose = open_case(site=company.ljf, category=company.fee).case
    gathered = open_case(site=company.ljf, category=company.fee).case
    storm = incidents.open_incident(company.ljf, lead, title="台风", case_ids=[gathered.pk])
    only = replace(TANK, title="电梯检修", categories=company.lift.code, incident=storm.pk)
    for values in (TANK, only):
        announcing.approve(announcing.write(values, lead).pk, lead)
    got = {one.pk: set(titles(announced.of_case(Case.objects.get(pk=one.pk), NOW))) for one in (lift, loose, gathered)}
    assert got == {lift.pk: {"水箱清洗", "电梯检修"}, loose.pk: {"水箱清洗"}, gathered.pk: {"水箱清洗", "电梯检修"}}


def test_it_is_told_in_the_readers_language_where_it_was_written(lead: By) -> None:
    english: dict[str, Any] = {"title_en": "Tank cleaning", "text_en": "No water.", "advice_en": "Keep some water."}
    made = announcing.write(replace(TANK, **english), lead)
    assert announced.words_of(made, "en").title == "Tank cleaning"
    assert announced.words_of(made, "zh-hans").title == "水箱清洗"
    only = announcing.write(TANK, lead)
    assert (announced.words_of(only, "en").title, announced.words_of(only, "en").language) == ("水箱清洗", "zh-Hans")


def test_what_is_over_comes_in_pages(lead: By, company: Company) -> None:
    for _ in range(3):
        announcing.approve(announcing.write(TANK, lead).pk, lead)
    later: datetime = NOW + DAY
    first = announced.over(company.linxiao, later, limit=2)
    second_page = announced.over(company.linxiao, later, before=first.next, limit=2)
    assert (len(first.items), len(second_page.items), second_page.next) == (2, 1, None)
    assert {row.pk for row in first.items}.isdisjoint(row.pk for row in second_page.items)
