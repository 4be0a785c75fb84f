"""The same customer with the same matter again: linked, one level up, another handler, the supervisor told."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from huiyin.alerts.models import Notice
from huiyin.cases import actions, details, severity
from huiyin.cases.models import Case
from huiyin.cases.severity import Severity, Taps, grade, repeated
from huiyin.customers.actions import Person
from huiyin.fairness import repeats, rules
from huiyin.fairness.models import Repeat
from huiyin.fairness.rules import RuleValues
from huiyin.groups import joining
from huiyin.org.history import BadSetting, Editor
from huiyin.org.models import SettingsEntry
from huiyin.recovery import failures
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

DAY = 24 * 60
"""Minutes, after which another word about an open case is a repetition."""


def look(case: Case, clock: TestClock) -> Case:
    repeats.look([case.pk], clock.now)
    case.refresh_from_db()
    return case


def test_the_second_time_is_linked_raised_and_told(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    first = open_case(category=company.tap).case
    actions.accept(first.pk, by(company.linxiao))
    clock.move(DAY)
    taps = Taps(state=1, scope=1, impact=1)
    case = look(open_case(category=company.tap, taps=taps).case, clock)
    found = Repeat.objects.get(case=case)
    assert (found.earlier_id, found.why, case.severity) == (first.pk, "category", "P2")
    stored = case.caseevent_set.filter(kind="graded").get().data["grade"]
    assert "repeated, one level up" in severity.sentence(stored) or "重复" in severity.sentence(stored)
    assert [list(details.read(one).related) for one in (first, case)] == [[case.pk], [first.pk]]
    assert Notice.objects.filter(case=case, what="repeated").values_list("user", flat=True)[0] == company.zhaozhuguan.pk
    assert case.referred == "severity"  # a complaint that turned out serious is the supervisor's to decide


def test_nobody_handles_their_own_second_time(company: Company, open_case: Opener, by: Mover, clock: TestClock) -> None:
    first = open_case(category=company.tap).case
    actions.accept(first.pk, by(company.linxiao))
    clock.move(DAY)
    taken, free = open_case(category=company.tap, take=True).case, open_case(category=company.tap).case
    assert look(taken, clock).handler == company.hemin  # another department before the supervisor of the same
    assert look(free, clock).handler is None
    actions.accept(free.pk, by(company.linxiao))
    free.refresh_from_db()
    assert (free.owner, free.handler) == (company.linxiao, company.hemin)
    actions.assign(free.pk, by(company.zhaozhuguan), to=company.linxiao)  # knowingly
    free.refresh_from_db()
    assert free.handler == company.linxiao
    noted = free.caseevent_set.filter(topic="fairness").get().data
    assert noted["suggest"] not in (None, noted["was"])


def test_it_is_found_once_however_often_it_is_looked_at(company: Company, open_case: Opener, clock: TestClock) -> None:
    open_case(category=company.tap)
    clock.move(DAY)
    case = look(open_case(category=company.tap).case, clock)
    seq = case.seq
    assert look(case, clock).seq == seq


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, True),
        ({"person": Person("李先生", "13900139000")}, False),
        ({"kind": "inquiry"}, False),
        ({"kind": "report"}, False),
        ({"protected": True}, False),
    ],
)
def test_it_is_the_same_customer_with_the_same_matter(
    company: Company, open_case: Opener, clock: TestClock, values: dict[str, Any], found: bool
) -> None:
    open_case(category=company.tap)
    clock.move(DAY)
    case = look(open_case(category=company.tap, **values).case, clock)
    assert Repeat.objects.filter(case=case).exists() is found


def test_another_matter_is_none_and_a_month_later_it_is_none(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    first = open_case(category=company.tap).case
    assert repeats.earlier(look(open_case(category=company.lift).case, clock)) is None
    actions.accept(first.pk, by(company.linxiao))
    actions.resolve(first.pk, by(company.linxiao), cause="垫片", done="换垫片", text="修好了")
    clock.move(30 * 24 * 60)
    assert repeats.earlier(open_case(category=company.tap).case) == (first, "category")
    clock.move(1)
    assert repeats.earlier(Case.objects.latest("pk")) is not None
    last = open_case(category=company.tap, person=Person("王女士", "13800138000")).case
    assert repeats.earlier(last) is None  # the first is too long ago, the one of a minute ago the same word again


def test_it_is_the_same_failure_once_that_is_named(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    first = open_case(category=company.tap).case
    clock.move(DAY)
    case = open_case(category=company.lift).case
    while joining.sweep(clock.now):
        pass
    assert not Repeat.objects.exists()
    for one in (first, case):
        failures.name(one.pk, by(company.linxiao), failure="again", gravity="minor")
    while joining.sweep(clock.now):
        pass
    assert Repeat.objects.get().why == "failure"


def test_the_sweep_finds_it_right_after_it_came_in(company: Company, open_case: Opener, clock: TestClock) -> None:
    open_case(category=company.tap)
    clock.move(DAY)
    case = open_case(category=company.tap).case
    while joining.sweep(clock.now):
        pass
    assert Repeat.objects.get().case == case


def test_a_second_word_within_a_day_is_to_be_joined_and_comes_again_once_the_first_was_settled(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    first = open_case(category=company.tap).case
    clock.move(DAY - 1)
    assert repeats.earlier(open_case(category=company.tap).case) is None
    actions.accept(first.pk, by(company.linxiao, 0))
    actions.resolve(first.pk, by(company.linxiao, 0), cause="老化", done="更换", text="修好了")
    found = repeats.earlier(open_case(category=company.tap).case)
    assert found is not None
    assert found[0] == first


def test_the_days_are_a_setting_with_a_history(company: Company, open_case: Opener, clock: TestClock) -> None:
    rules.change(RuleValues(7, "本公司 2026"), Editor(company.admin, clock.now))
    assert rules.rule().repeat_days == 7
    assert SettingsEntry.objects.filter(area="fairness").count() == 1
    for bad in (0, 367):
        with pytest.raises(BadSetting), transaction.atomic():
            rules.change(RuleValues(bad, "x"), Editor(company.admin, clock.now))


TAPS = st.builds(Taps, st.booleans(), st.integers(0, 2), st.integers(0, 3), st.integers(0, 3), st.integers(0, 1))


@given(TAPS, st.sampled_from(["", *Severity.values]))
def test_a_repetition_raises_one_level_and_never_into_p1(taps: Taps, floor: str) -> None:
    once = grade(taps, floor=floor)
    again = repeated(once.data(), floor=floor)
    if once.severity in ("P1", "P2"):
        assert again is None
    else:
        assert again is not None
        assert int(again.severity[1]) == int(once.severity[1]) - 1
        assert repeated(again.data(), floor=floor) is None


@pytest.mark.parametrize("by", ["hand", "visit"])
def test_what_somebody_has_set_stays(by: str) -> None:
    assert repeated({"severity": "P4", "by": by}) is None
