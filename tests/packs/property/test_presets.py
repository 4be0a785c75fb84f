"""What the property pack brings along, held against the published tables."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from huiyin.alerts.models import CallRule
from huiyin.cases import queries as cases
from huiyin.cases.models import Category, Kind
from huiyin.cases.severity import Severity, grade
from huiyin.clocks.models import Calendar, CalendarDay, ClockKind, Level, Policy
from huiyin.org import actions as org
from huiyin.org.models import Department, Site
from huiyin.packs import catalogue
from huiyin.packs.property.demo.handling import TAPS

H, DAY, WORKDAY = 60, 24 * 60, 9 * 60
TABLE = {
    # the preset's table of clocks, line by line: (minutes, calendar)
    "P1": {"respond": (5, "always"), "arrive": (15, "always"), "contain": (H, "always"), "update": (4 * H, "always"), "reply": (15, "always"), "resolve": (24 * H, "always"), "visit": (24 * H, "always"), "decide": (4 * H, "always")},  # noqa: E501
    "P2": {"respond": (15, "always"), "arrive": (30, "always"), "contain": (2 * H, "always"), "update": (4 * H, "always"), "reply": (2 * H, "always"), "resolve": (24 * H, "always"), "visit": (24 * H, "always"), "decide": (WORKDAY, "work")},  # noqa: E501
    "P3": {"respond": (30, "service"), "arrive": (DAY, "always"), "update": (WORKDAY, "work"), "reply": (3 * H, "service"), "resolve": (48 * H, "always"), "visit": (48 * H, "always"), "decide": (2 * WORKDAY, "work")},  # noqa: E501
    "P4": {"respond": (4 * H, "service"), "update": (2 * WORKDAY, "work"), "reply": (WORKDAY, "work"), "resolve": (3 * WORKDAY, "work"), "visit": (72 * H, "always"), "decide": (3 * WORKDAY, "work")},  # noqa: E501
}  # fmt: skip
CAPS = {("respond", WORKDAY, "work"), ("resolve", 3 * WORKDAY, "work"), ("resolve", 7 * DAY, "always")}


@pytest.fixture
def root(bare: None) -> Site:
    return org.add_site("HQ", "公司总部", parent=None)


@pytest.fixture
def loaded(root: Site, now: datetime) -> Site:
    catalogue.furnish(root, "zh-property", at=now)
    return root


def test_the_service_levels_are_those_of_the_table(loaded: Site) -> None:
    found: dict[str, dict[str, tuple[int, str]]] = {}
    for level in Level.objects.filter(condition="").select_related("calendar"):
        found.setdefault(level.severity, {})[level.kind] = (level.minutes, level.calendar.code)
    assert found == TABLE
    caps = Level.objects.filter(condition="complaint")
    assert {(cap.kind, cap.minutes, cap.calendar.code) for cap in caps} == CAPS
    assert {cap.severity for cap in caps} == {""}
    until = Level.objects.filter(condition__in=("going_on", "uncontained"))
    assert {(one.condition, one.kind, one.severity, one.minutes, one.calendar.code) for one in until} == {
        ("going_on", "arrive", "P3", 60, "service"),
        ("uncontained", "update", "P1", 30, "always"),
    }
    project = Level.objects.filter(condition="project")
    assert {(one.kind, one.minutes, one.calendar.code) for one in project} == {
        (ClockKind.UPDATE, 7 * DAY, "always"),
        (ClockKind.PLAN, 5 * 9 * 60, "work"),
    }


def test_the_policy_names_itself_as_a_habit_and_not_as_a_rule_of_the_state(loaded: Site) -> None:
    policy = Policy.objects.get()
    assert policy.name == "zh-property"
    assert "12345" not in policy.name + policy.source
    assert "not a legal standard" in policy.source


def test_every_category_has_three_levels_two_languages_a_severity_and_a_department(loaded: Site) -> None:
    leaves = cases.categories().leaves
    assert len(leaves) == 57
    for leaf in leaves:
        assert leaf.code.count("/") == 2
        assert leaf.kind in Kind.values
        assert leaf.severity in Severity.values
        assert leaf.department is not None
    assert not Category.objects.filter(name="").exists()
    assert not Category.objects.filter(name_en="").exists()
    assert not Category.objects.filter(name_en__regex="[一-龥]").exists()


@pytest.mark.parametrize(
    ("code", "floor"),
    [
        ("repair-public/lift/trapped", "P1"),
        ("repair-public/water-drain/manhole", "P1"),
        ("repair-home/gas/smell", "P1"),
        ("order/guard/objects", "P1"),
        ("repair-public/water-drain/quality", "P2"),
        ("order/fire/passage", "P2"),
        ("order/fire/ebike", "P2"),
        ("order/fire/alarm", "P2"),
        ("office/conduct/money", "P2"),
        ("office/conduct/frontdesk", "P3"),
        ("office/conduct/field", "P3"),
        ("office/conduct/late", "P3"),
    ],
)
def test_danger_fire_water_integrity_and_conduct_have_a_floor(loaded: Site, code: str, floor: str) -> None:
    assert cases.categories().by_code[code].floor == floor


def test_no_other_category_has_a_floor(loaded: Site) -> None:
    assert Category.objects.exclude(floor="").count() == 12


def test_a_complaint_about_money_goes_past_the_department_to_the_manager(loaded: Site) -> None:
    category = cases.categories().by_code["office/conduct/money"]
    assert category.department is not None
    assert category.department.code == "manager"


def test_working_days_follow_the_holidays_and_service_hours_do_not(loaded: Site) -> None:
    calendars = {row.code: row for row in Calendar.objects.all()}
    assert calendars["work"].holidays
    assert not calendars["service"].holidays
    assert calendars["service"].week == [[[480, 1200]]] * 7
    assert calendars["work"].week == [[[540, 1080]]] * 5 + [[], []]
    assert calendars["always"].week == [[[0, 1440]]] * 7


def test_loading_again_adds_nothing_and_changes_nothing(loaded: Site, now: datetime) -> None:
    Category.objects.filter(code="office/fees/bill").update(name="账单(改)")
    Department.objects.filter(code="cleaning").update(name="保洁部")
    added = catalogue.furnish(loaded, "zh-property", at=now + timedelta(days=1))
    assert set(added.values()) == {0}
    assert Category.objects.get(code="office/fees/bill").name == "账单(改)"
    assert Department.objects.get(code="cleaning").name == "保洁部"
    assert Policy.objects.count() == 1


def test_a_category_that_was_removed_comes_back_with_its_parents(loaded: Site, now: datetime) -> None:
    Category.objects.filter(code="repair-public/lift/trapped").delete()
    assert catalogue.furnish(loaded, "zh-property", at=now)["categories"] == 1
    back = Category.objects.get(code="repair-public/lift/trapped")
    assert back.parent == Category.objects.get(code="repair-public/lift")


def test_holidays_of_china_are_known(loaded: Site) -> None:
    new_year = CalendarDay.objects.get(day=date(2026, 1, 1))
    assert not new_year.works
    assert CalendarDay.objects.filter(works=True).exists()


@pytest.mark.parametrize("severity", ["P1", "P2", "P3", "P4"])
def test_the_taps_of_the_demo_lead_to_the_severity_they_stand_for(severity: str) -> None:
    assert {grade(taps).severity for taps in TAPS[severity]} == {severity}


def test_danger_calls_those_on_the_spot_then_supervisor_then_manager(loaded: Site) -> None:
    rules = CallRule.objects.filter(category=None).order_by("order", "pk")
    found = [(rule.order, rule.department.code if rule.department else rule.role) for rule in rules]
    assert found == [(1, "security"), (1, "engineering"), (2, "supervisor"), (3, "manager")]
    gas = CallRule.objects.filter(category__code="repair-home/gas")
    assert (gas.count(), {"119" in rule.rescue for rule in gas}) == (4, {True})
