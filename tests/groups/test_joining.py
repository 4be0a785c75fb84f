"""The machine's part: who is joined, who isn't, how far it has come, and finding it all again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from huiyin.alerts import notices
from huiyin.cases import actions, guard
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent, Category
from huiyin.customers.actions import Person
from huiyin.groups import joining, rebuilding, rules
from huiyin.groups.models import Again, Entry, Group, Member, Progress
from huiyin.groups.rules import RuleValues
from huiyin.org.history import Editor
from tests.conftest import Mover, Opener
from tests.groups.conftest import Voices, swept
from tests.people import Company, TestClock


def partition() -> set[frozenset[int]]:
    """Which cases stand together."""
    groups = Group.objects.filter(ended_at=None)
    return {frozenset(Member.objects.filter(group=one).values_list("case", flat=True)) for one in groups}


def test_neighbours_with_one_fault_are_joined_a_moment_after_they_spoke(voices: Voices, clock: TestClock) -> None:
    made = voices(3)
    assert Member.objects.count() == 0
    swept(clock)
    assert partition() == {frozenset(case.pk for case in made)}
    entry = Entry.objects.filter(case=made[2], what="joined").get()
    assert entry.by is None
    assert entry.data["place"] == "around"
    assert entry.data["category"] == "same"
    assert entry.data["text"] > 250
    assert entry.data["like"] in (made[0].pk, made[1].pk)


def test_joining_writes_nothing_into_the_case(voices: Voices, clock: TestClock) -> None:
    made = voices(2)
    before = CaseEvent.objects.count()
    swept(clock)
    assert CaseEvent.objects.count() == before
    assert {case.seq for case in Case.objects.filter(pk__in=[one.pk for one in made])} == {one.seq for one in made}


def test_one_customer_who_writes_five_times_is_one_customer(voices: Voices, clock: TestClock) -> None:
    voices(5, person=Person("一个人", "13900000009"), place="9栋")
    swept(clock)
    group = Group.objects.get()
    assert (group.size, group.customers, group.stage) == (5, 1, "individual")


def test_those_whom_nobody_knows_count_as_one_together(voices: Voices, clock: TestClock) -> None:
    voices(3, person=Person())
    voices(1, first=3)
    swept(clock)
    group = Group.objects.get()
    assert (group.size, group.customers, group.stage) == (4, 2, "several")


def test_the_supervisor_is_told_of_each_new_stage_and_of_nothing_else(
    company: Company, voices: Voices, clock: TestClock
) -> None:
    voices(4, minutes=60 * 30)
    swept(clock)
    told = [row.what for row in notices.page(company.zhaozhuguan).items]
    assert told == ["group"]
    voices(2, first=4, minutes=60 * 30)
    swept(clock)
    assert Group.objects.get().stage == "collective"
    assert [row.what for row in notices.page(company.zhaozhuguan).items] == ["group", "group"]
    assert notices.page(company.linxiao).items == []


def test_many_within_a_day_are_many_before_they_are_six(voices: Voices, clock: TestClock) -> None:
    voices(5, minutes=30)
    swept(clock)
    assert Group.objects.get().stage == "collective"


@pytest.mark.parametrize(
    ("other", "together"),
    [
        ({"place": "3栋2单元"}, True),
        ({"place": "5栋"}, False),
        ({"place": ""}, True),
        ({"category": "tap"}, False),
        ({"text": "楼道的灯不亮，请派人来换灯泡。", "subject": "灯不亮"}, False),
        ({"kind": "praise"}, False),
        ({"protected": True}, False),
        ({"site": "fly"}, False),
    ],
)
def test_a_stopped_lift_is_one_fault_in_one_building_only(
    company: Company, open_case: Opener, clock: TestClock, other: dict[str, object], together: bool
) -> None:
    values = {"category": company.lift, "place": "3栋", "person": Person("甲", "13900000001")}
    open_case(**values)
    rows = ("category", "site")
    more = {name: getattr(company, str(value)) if name in rows else value for name, value in other.items()}
    second = values | {"person": Person("乙", "13900000002"), "text": "三栋的电梯又停了，老人下不了楼。"} | more
    open_case(by=By(company.hemin, clock.now), **second)
    swept(clock)
    assert bool(Member.objects.count()) is together


def test_what_was_long_ago_is_another_matter(voices: Voices, clock: TestClock) -> None:
    voices(1)
    clock.move(8 * 24 * 60)
    voices(1, first=1)
    swept(clock)
    assert Member.objects.count() == 0


def test_the_window_of_days_is_a_row_of_the_settings(company: Company, voices: Voices, clock: TestClock) -> None:
    rules.put(RuleValues(site="HQ", days=10, source="test"), Editor(company.admin, clock.now))
    voices(1)
    clock.move(8 * 24 * 60)
    voices(1, first=1)
    swept(clock)
    assert Member.objects.count() == 2


def test_a_case_sorted_anew_leaves_those_it_is_not_like_and_joins_those_it_is(
    company: Company, voices: Voices, clock: TestClock, by: Mover, noise: Category
) -> None:
    made = voices(3)
    swept(clock)
    actions.sort(made[1].pk, by(company.linxiao), category=company.conduct)
    assert Again.objects.count() == 1
    swept(clock)
    assert partition() == {frozenset({made[0].pk, made[2].pk})}
    actions.sort(made[1].pk, by(company.linxiao), category=noise)
    swept(clock)
    assert partition() == {frozenset(case.pk for case in made)}
    assert Again.objects.count() == 0


def test_a_case_that_was_committed_late_is_found_all_the_same(voices: Voices, clock: TestClock) -> None:
    made = voices(3)
    swept(clock)
    expected = partition()
    with guard.lifted():
        Entry.objects.all().delete()
    Member.objects.all().delete()
    Group.objects.all().delete()
    joining.look([made[0].pk, made[2].pk], clock.now)
    Progress.objects.update(gaps=[[made[1].pk, clock.now.isoformat()]])
    swept(clock)
    assert partition() == expected
    assert Progress.objects.get().gaps == []


def test_a_number_that_nobody_took_is_forgotten_after_an_hour(voices: Voices, clock: TestClock) -> None:
    voices(1)
    swept(clock)
    Progress.objects.update(gaps=[[7, clock.now.isoformat()]])
    joining.sweep(clock.now + timedelta(minutes=59))
    assert len(Progress.objects.get().gaps) == 1
    joining.sweep(clock.now + timedelta(minutes=61))
    assert Progress.objects.get().gaps == []


def test_found_anew_they_are_the_same_and_a_second_time_nothing_is_written(
    company: Company, voices: Voices, open_case: Opener, clock: TestClock
) -> None:
    voices(4)
    for number in range(3):
        open_case(category=company.lift, place="2栋", person=Person(f"乙{number}", f"1380000{number:04d}"))
    swept(clock)
    expected, keys = partition(), set(Group.objects.filter(ended_at=None).values_list("pk", flat=True))
    entries = Entry.objects.count()
    assert len(expected) == 2
    assert rebuilding.rebuild(clock.now).changed == 0
    assert (partition(), Entry.objects.count()) == (expected, entries)
    with guard.lifted():
        Entry.objects.all().delete()
    Member.objects.all().delete()
    Group.objects.all().delete()
    found = rebuilding.rebuild(clock.now)
    assert (found.groups, found.cases, found.changed) == (2, 7, 2)
    assert partition() == expected
    assert rebuilding.rebuild(clock.now).changed == 0
    assert keys


def test_other_numbers_make_other_groups_when_they_are_found_anew(
    company: Company, voices: Voices, clock: TestClock
) -> None:
    made = voices(3)
    swept(clock)
    rules.put(RuleValues(site="HQ", elsewhere=990, source="test"), Editor(company.admin, clock.now))
    assert rebuilding.rebuild(clock.now).changed == 1
    assert partition() == set()
    rules.remove("HQ", Editor(company.admin, clock.now))
    rebuilding.rebuild(clock.now)
    assert partition() == {frozenset(case.pk for case in made)}


@pytest.mark.parametrize("change", [lambda: Entry.objects.update(reason="x"), lambda: Entry.objects.all().delete()])
def test_the_log_refuses_to_be_changed(voices: Voices, clock: TestClock, change: Callable[[], object]) -> None:
    voices(2)
    swept(clock)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change()
