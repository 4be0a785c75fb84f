"""What is worth warning of, found by the sweep: for which site and category, who is told, and what can be put off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from huiyin.alerts.models import Notice
from huiyin.cases.given import BadInput, By
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.customers.models import Home
from huiyin.org import actions as org
from huiyin.org import reference
from huiyin.org.access import Forbidden
from huiyin.org.history import BadSetting, Editor, version
from huiyin.org.models import Role, SettingsEntry, User
from huiyin.standards import announcing, foreseeing, foreseen
from huiyin.standards.announcing import stamp
from huiyin.standards.foreseeing import RuleValues
from huiyin.standards.models import Foreseen, Foresight, Why
from tests.conftest import Opener
from tests.people import NOW, Company
from tests.standards.test_notices import TANK

DAY = timedelta(days=1)


def look(now: datetime = NOW) -> None:
    """All sites that are due, as the worker would."""
    while foreseeing.sweep(now):
        pass


@pytest.fixture
def met(company: Company, open_case: Opener) -> list[Case]:
    """Six neighbours at 临江府 met a stopped lift for the first time, some days ago."""
    return meet(company, open_case, ago=5)


def meet(company: Company, open_case: Opener, *, ago: int, first: int = 0, **more: Any) -> list[Case]:
    """Six customers meet a stopped lift so many days before."""
    values: dict[str, Any] = {"category": company.lift, "kind": "repair", **more}
    if not Case.objects.filter(received_at__lt=NOW - 500 * DAY).exists():  # a house that has been here for long
        open_case(by=By(company.linxiao, NOW - 501 * DAY), category=company.fee, kind="inquiry")
    made = []
    for n in range(first, first + 6):
        by = By(company.linxiao, NOW - ago * DAY)
        made.append(open_case(by=by, person=Person(f"住户{n}", f"138000000{n:02d}"), **values).case)
    Case.objects.filter(pk__in=[one.pk for one in made]).update(severity="P2")
    return made


@pytest.fixture
def manager(company: Company) -> User:
    """程经理 of 临江府."""
    return org.add_user("cheng", "程经理", password=None, grants=((Role.MANAGER, company.ljf),))


@pytest.mark.tampers
def test_what_several_meet_for_the_first_time_is_found_at_their_site(company: Company, met: list[Case]) -> None:
    Home.objects.bulk_create(Home(site=company.ljf, label=str(n)) for n in range(60))
    look()
    row = Foreseen.objects.get()
    assert (row.site, row.category, row.why) == (company.ljf, company.lift, Why.NOW)
    assert (row.cases, row.severe, row.customers, row.homes, row.first, row.before) == (6, 6, 6, 60, 6, 0)
    assert (row.severity, row.probability, row.unknown) == (3, 3, 3)
    assert row.first_cases == [one.pk for one in met]
    assert row.last_day == date(2026, 3, 10)


@pytest.mark.tampers
def test_in_a_young_house_nothing_counts_as_growing_and_nobody_as_quite_new(
    company: Company, open_case: Opener
) -> None:
    Home.objects.bulk_create(Home(site=company.ljf, label=str(n)) for n in range(150))
    meet(company, open_case, ago=5)
    Case.objects.filter(category=company.fee).update(received_at=NOW - 100 * DAY)
    look()
    row = Foreseen.objects.get()
    assert (row.known, row.severity, row.probability, row.unknown) == (False, 3, 2, 2)


@pytest.mark.tampers
def test_what_came_today_counts_from_tomorrow_on(company: Company, open_case: Opener) -> None:
    meet(company, open_case, ago=0)
    look()
    assert not Foreseen.objects.exists()
    look(NOW + DAY)
    assert Foreseen.objects.exists()


@pytest.mark.tampers
def test_cases_of_protected_customers_and_of_conduct_are_left_out(company: Company, open_case: Opener) -> None:
    meet(company, open_case, ago=5, protected=True)
    company.tap.conduct = True
    company.tap.save()
    reference.changed()
    meet(company, open_case, ago=5, first=10, category=company.tap)
    look()
    assert not Foreseen.objects.exists()


@pytest.mark.tampers
def test_a_season_of_last_year_is_found_ahead_of_it(company: Company, open_case: Opener) -> None:
    meet(company, open_case, ago=364 - 21 - 3)
    look()
    row = Foreseen.objects.get()
    assert row.why == Why.SEASON
    assert foreseen.ahead(row) == date(2026, 4, 1)
    assert row.before == 1


@pytest.mark.tampers
def test_a_site_is_looked_at_once_a_night(company: Company, met: list[Case]) -> None:
    look()
    looked = Foreseen.objects.get().looked_at
    look(NOW + timedelta(hours=10))
    assert Foreseen.objects.get().looked_at == looked
    look(NOW + timedelta(hours=18))
    assert Foreseen.objects.get().looked_at == NOW + timedelta(hours=18)
    assert set(Foresight.objects.values_list("next_at", flat=True)) == {
        datetime.fromisoformat("2026-03-13T03:00+08:00")
    }


@pytest.mark.tampers
def test_what_the_figures_no_longer_say_is_gone_and_begins_anew(company: Company, met: list[Case]) -> None:
    look()
    look(NOW + 100 * DAY)
    assert Foreseen.objects.get().gone_at == NOW + 100 * DAY
    assert foreseen.current(company.zhaozhuguan) == []


@pytest.mark.tampers
def test_the_manager_is_told_once(company: Company, met: list[Case], manager: User) -> None:
    look()
    look(NOW + DAY)
    told = Notice.objects.filter(what="foreseen")
    assert [(one.user, one.seq) for one in told] == [(manager, company.ljf.pk)]


@pytest.mark.tampers
def test_nobody_is_told_of_what_a_notice_says(company: Company, met: list[Case], manager: User) -> None:
    lead = By(company.zhaozhuguan, NOW)
    values = replace(TANK, categories="repair/lift", until=stamp(NOW + 9 * DAY))
    announcing.approve(announcing.write(values, lead).pk, lead)
    look()
    assert foreseen.told_of(Foreseen.objects.get(), NOW)
    assert not Notice.objects.filter(what="foreseen").exists()
    assert foreseen.waiting(manager, NOW) == 0


@pytest.mark.tampers
def test_it_can_be_put_off_with_a_reason_and_taken_up_again(company: Company, met: list[Case], manager: User) -> None:
    look()
    row = Foreseen.objects.get()
    with pytest.raises(BadInput):
        foreseeing.put_off(row.pk, By(manager, NOW), until=date(2026, 4, 1), reason=" ")
    with pytest.raises(BadInput):
        foreseeing.put_off(row.pk, By(manager, NOW), until=date(2026, 3, 11), reason="下周换电梯")
    foreseeing.put_off(row.pk, By(manager, NOW), until=date(2026, 4, 1), reason="下周换电梯")
    assert foreseen.waiting(manager, NOW) == 0
    look(NOW + DAY)
    row.refresh_from_db()
    assert foreseen.is_off(row, NOW + DAY)
    assert not foreseen.is_off(row, NOW + 22 * DAY)
    foreseeing.take_up(row.pk, By(manager, NOW))
    assert foreseen.waiting(manager, NOW) == 1
    assert SettingsEntry.objects.filter(area="warnings").count() == 2


@pytest.mark.tampers
def test_only_who_writes_notices_there_reads_it_or_puts_it_off(company: Company, met: list[Case]) -> None:
    look()
    row = Foreseen.objects.get()
    elsewhere = org.add_user("fang", "方经理", password=None, grants=((Role.MANAGER, company.fly),))
    assert list(foreseen.readable(elsewhere)) == []
    with pytest.raises(Foreseen.DoesNotExist):
        foreseeing.put_off(row.pk, By(elsewhere, NOW), until=date(2026, 4, 1), reason="否")
    with pytest.raises(Forbidden):
        foreseeing.put_off(row.pk, By(company.linxiao, NOW), until=date(2026, 4, 1), reason="否")


@pytest.mark.tampers
def test_a_page_goes_on_where_the_last_one_ended(company: Company, open_case: Opener, met: list[Case]) -> None:
    meet(company, open_case, ago=4, first=20, category=company.tap)
    look()
    first = foreseen.page(company.zhaozhuguan, limit=1)
    second = foreseen.page(company.zhaozhuguan, after=first.next, limit=1)
    assert [one.category for one in (*first.items, *second.items)] == [company.lift, company.tap]
    assert second.next is None


@pytest.mark.tampers
def test_a_changed_rule_has_every_site_looked_at_anew(company: Company, met: list[Case]) -> None:
    look()
    editor = Editor(company.admin, NOW, version(foreseeing.rule()))
    foreseeing.change(replace(RuleValues(), least=7), editor)
    look(NOW + timedelta(minutes=1))
    assert Foreseen.objects.get().gone_at is not None
    with pytest.raises(BadSetting):
        foreseeing.change(replace(RuleValues(), severe_some=50), Editor(company.admin, NOW))


def test_who_may_approve_a_statement_is_told_that_it_waits(company: Company, manager: User) -> None:
    facts: dict[str, Any] = {"cause": "尚未查明。", "doing": "已请检验所。", "next_at": stamp(NOW + DAY)}
    values = replace(TANK, kind="statement", until=stamp(NOW + 5 * DAY), **facts)
    made = announcing.write(values, By(manager, NOW))
    told = Notice.objects.filter(what="statement")
    assert [(one.user, one.seq) for one in told] == [(company.zhaozhuguan, made.pk)]
    announcing.change(made.pk, replace(values, title="水质说明"), By(manager, NOW))
    assert told.count() == 1  # not looked at yet: once is enough
    announcing.write(TANK, By(manager, NOW))
    assert told.count() == 1
