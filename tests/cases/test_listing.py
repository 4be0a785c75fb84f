"""Lists by any filter, in any order, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db.models import Min

from huiyin.cases import actions, listing, tags
from huiyin.cases.actions import By
from huiyin.cases.filters import Filter
from huiyin.cases.listing import Listed, Sort
from huiyin.cases.models import OPEN_ROW, Case
from huiyin.cases.tag_models import CaseTag
from huiyin.clocks import listing as deadlines
from huiyin.clocks.models import RUNNING_CLOCK, Clock
from huiyin.org.models import User
from tests.conftest import Opener
from tests.examples import share
from tests.people import Company, TestClock

WHY = "现场看过，比报的严重得多，改级别"


@pytest.fixture
def some(company: Company, open_case: Opener, clock: TestClock) -> list[Case]:
    """Thirty cases at two sites, of all sorts."""
    made = []
    people = [company.linxiao, company.hemin]
    for number in range(30):
        site, user = (company.ljf, people[number % 2]) if number % 3 else (company.fly, company.chenjia)
        category = (company.lift, company.tap, company.fee)[number % 3]
        kind = ("complaint", "repair", "inquiry")[number % 3]
        channel = ("phone", "letter")[number % 2]
        opened = open_case(
            site=site, by=By(user, clock.move(7)), category=category, kind=kind, channel=channel, take=number % 4 > 0
        )
        pk = opened.case.pk
        if number % 5 == 1:
            tags.tag(pk, By(user, clock.move(1)), name="回访重点")
        if number % 7 == 2:
            actions.hand_over(pk, By(user, clock.move(1)), department=company.engineering, task="去看")
        if number % 6 == 5:
            actions.set_severity(pk, By(user, clock.move(1)), severity="P1", reason=WHY)
        if number % 8 == 7:
            actions.resolve(pk, By(user, clock.move(1)), cause="老化", done="更换", text="已修好")
        made.append(pk)
    return list(Case.objects.filter(pk__in=made).order_by("pk"))


def through(read: Callable[[str], Listed]) -> list[int]:
    """All pages one after the other."""
    found, place, pages = list[int](), "", 0
    while True:
        page = read(place)
        found += [case.pk for case in page.items]
        place, pages = page.next, pages + 1
        assert pages < 200, "never ends"
        if not place:
            return found


def everything(user: User, wanted: Filter, sort: Sort = Sort.NEWEST, limit: int = 4) -> list[int]:
    return through(lambda place: listing.page(user, wanted, sort=sort, after=place, limit=limit))


def filters(company: Company, now: datetime, turn: int = 0) -> Sequence[tuple[str, Filter]]:
    """By name; of one turn (`tests.examples.share`)."""
    tag = next(iter(CaseTag.objects.values_list("tag", flat=True)))
    one = frozenset
    every = {
        "all": Filter(),
        "open": Filter(open=True),
        "status": Filter(statuses=one({"accepted"})),
        "statuses": Filter(statuses=one({"accepted", "resolved"})),
        "site": Filter(sites=one({company.ljf.pk})),
        "sites": Filter(sites=one({company.ljf.pk, company.fly.pk, company.hq.pk})),
        "kind": Filter(kinds=one({"repair"})),
        "channel": Filter(channels=one({"letter"})),
        "severity": Filter(severities=one({"P1"})),
        "open severity": Filter(severities=one({"P1"}), open=True),
        "category": Filter(categories=one({company.tap.pk})),
        "categories": Filter(categories=one({company.tap.pk, company.fee.pk})),
        "tag": Filter(tag=tag),
        "owner": Filter(owner=company.hemin.pk),
        "handler": Filter(handler=company.hemin.pk),
        "nobody": Filter(unassigned=True),
        "department": Filter(department=company.engineering.pk),
        "age": Filter(since=now + timedelta(minutes=30), before=now + timedelta(minutes=150)),
        "open and age": Filter(open=True, before=now + timedelta(minutes=150)),
        "many": Filter(open=True, tag=tag, kinds=one({"complaint", "repair"}), channels=one({"letter"})),
        "nothing": Filter(statuses=one({"refused"}), kinds=one({"praise"})),
    }
    return share(list(every.items()), turn)


PEOPLE = ("chenjia", "zhougong", "hemin", "admin")
"""One site, a department, two sites, all."""


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("stretches", [(1_000, 10_000), (3, 5)])
def test_a_list_holds_every_case_that_passes_once_and_newest_first(
    company: Company,
    some: list[Case],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    person: str,
    stretches: tuple[int],
) -> None:
    monkeypatch.setattr(listing, "STRETCHES", stretches)
    user = getattr(company, person)
    for name, wanted in filters(company, now, PEOPLE.index(person)):
        rows = listing.allowed(user, wanted).values_list("pk", flat=True)
        assert everything(user, wanted) == sorted(rows, reverse=True), name


@pytest.mark.slow
@pytest.mark.parametrize("few", [2_000, 3])
@pytest.mark.parametrize("sort", [Sort.OLDEST, Sort.SEVERITY, Sort.CHANGED])
def test_each_order_holds_all_open_cases_that_pass(
    company: Company, some: list[Case], now: datetime, monkeypatch: pytest.MonkeyPatch, sort: Sort, few: int
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    monkeypatch.setattr(listing, "STRETCHES", (3, 6))
    order = {
        Sort.OLDEST: ("received_at", "pk"),
        Sort.SEVERITY: ("severity", "pk"),
        Sort.CHANGED: ("-changed_at", "-pk"),
    }[sort]
    for turn, person in enumerate(PEOPLE[1:]):
        user = getattr(company, person)
        for name, wanted in filters(company, now, turn):
            rows = listing.allowed(user, replace(wanted, open=True)).order_by(*order).values_list("pk", flat=True)
            assert everything(user, wanted, sort) == list(rows), (person, name)


@pytest.mark.slow
@pytest.mark.parametrize("few", [2_000, 3])
def test_by_deadline_stand_the_open_cases_with_a_running_clock_by_their_earliest(
    company: Company, some: list[Case], now: datetime, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    monkeypatch.setattr(deadlines, "STRETCHES", (3, 6))
    for turn, person in enumerate(PEOPLE[1:]):
        user = getattr(company, person)
        for name, wanted in filters(company, now, turn):
            rows = listing.allowed(user, wanted).filter(OPEN_ROW)
            clocks = Clock.objects.filter(RUNNING_CLOCK, case__in=rows).values("case").annotate(first=Min("due_at"))
            due = {row["case"]: row["first"] for row in clocks}
            found = through(lambda place, u=user, w=wanted: deadlines.by_deadline(u, w, after=place, limit=4))  # type: ignore[misc]
            assert set(found) == set(due), (person, name)
            assert len(found) == len(due)
            assert [due[pk] for pk in found] == sorted(due.values()), (person, name)


def test_a_search_within_a_filter_finds_all_hits_however_many_it_throws_away(
    company: Company, some: list[Case], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for turn, stretches in enumerate(((1_000, 10_000), (3, 5))):
        monkeypatch.setattr(listing, "STRETCHES", stretches)
        for name, wanted in filters(company, now, turn):
            rows = listing.allowed(company.hemin, wanted).values_list("pk", flat=True)
            found = everything(company.hemin, replace(wanted, q="电梯"))
            assert found == sorted(rows, reverse=True), name


def test_a_page_that_ends_before_it_is_full_says_how_much_was_looked_through(
    company: Company, some: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "STRETCHES", (3, 5))
    page = listing.page(company.hemin, Filter(kinds=frozenset({"praise"})), limit=4)
    assert (page.items, page.looked) == ([], 8)
    assert page.next == str(some[-8].pk)


def test_a_place_of_another_order_is_no_place(company: Company, some: list[Case], now: datetime) -> None:
    for sort in (Sort.OLDEST, Sort.SEVERITY, Sort.NEWEST):
        first = everything(company.hemin, Filter(open=True), sort)[0]
        for place in ("x", "~", "a~b~3", "2026-03-11~7", f"{now.isoformat()}", "~~~"):
            page = listing.page(company.hemin, Filter(open=True), sort=sort, after=place)
            assert page.items[0].pk == first, (sort, place)


def test_the_last_change_is_the_latest_moment_at_which_something_happened(
    company: Company, open_case: Opener, clock: TestClock
) -> None:
    case = open_case(take=True).case
    at = clock.move(30)
    actions.note(case.pk, By(company.linxiao, at), text="记一笔")
    assert Case.objects.get(pk=case.pk).changed_at == at
