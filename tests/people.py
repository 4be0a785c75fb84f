"""The company of all tests: one organisation, the same few people everywhere, one clock.

Made once a test database (see `conftest.py`); `company()` reads it again for each test, so nothing leaks between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model

from huiyin.alerts.models import CallRule
from huiyin.cases import guard
from huiyin.cases.actions import By
from huiyin.cases.intake import NewCase
from huiyin.cases.models import Case, Category
from huiyin.cases.severity import Severity
from huiyin.clocks import actions as clocks
from huiyin.clocks.actions import LevelRow
from huiyin.clocks.models import Calendar, CalendarDay, CalendarYear, Level, Policy
from huiyin.customers.actions import Person
from huiyin.org import actions as org
from huiyin.org.models import Department, Grant, House, Revision, Role, Site, Stage, User
from huiyin.playbooks.models import Phase, Playbook, PlaybookVersion
from huiyin.recovery import ledger, presets
from huiyin.recovery.models import Budget, Entry, FailureType, Grade, Limit

NOW = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in Shanghai, an ordinary working day in an ordinary week."""
PEOPLE = ("linxiao", "chenjia", "zhougong", "hemin", "zhaozhuguan", "auditor", "admin")
PASSWORD = "an-echo-for-each-voice"
ALWAYS, SERVICE, WORK = "always", "service", "work"
_NIGHT_AND_DAY = [[[0, 1440]]] * 7
_DESK_HOURS = [[[480, 1200]]] * 7
_WORKDAY = [[540, 720], [780, 1080]]
WORKDAY = 480
"""Minutes of a working day: 9:00–12:00 and 13:00–18:00, Monday to Friday, holidays and make-up days as published."""

LEVELS = (
    LevelRow("respond", "P1", 5, ALWAYS),
    LevelRow("respond", "P2", 15, ALWAYS),
    LevelRow("respond", "P3", 30, SERVICE),
    LevelRow("respond", "P4", 240, SERVICE),
    LevelRow("update", "P1", 240, ALWAYS),
    LevelRow("update", "P2", 240, ALWAYS),
    LevelRow("update", "P3", WORKDAY, WORK),
    LevelRow("update", "P4", 2 * WORKDAY, WORK),
    LevelRow("reply", "P1", 15, ALWAYS),
    LevelRow("reply", "P2", 120, ALWAYS),
    LevelRow("reply", "P3", 180, SERVICE),
    LevelRow("reply", "P4", WORKDAY, WORK),
    LevelRow("resolve", "P1", 1440, ALWAYS),
    LevelRow("resolve", "P2", 1440, ALWAYS),
    LevelRow("resolve", "P3", 2880, ALWAYS),
    LevelRow("resolve", "P4", 3 * WORKDAY, WORK),
    LevelRow("visit", "P1", 1440, ALWAYS),
    LevelRow("visit", "P2", 1440, ALWAYS),
    LevelRow("visit", "P3", 2880, ALWAYS),
    LevelRow("visit", "P4", 4320, ALWAYS),
    LevelRow("decide", "P1", 240, ALWAYS),
    LevelRow("decide", "P2", WORKDAY, WORK),
    LevelRow("decide", "P3", 2 * WORKDAY, WORK),
    LevelRow("decide", "P4", 3 * WORKDAY, WORK),
    LevelRow("decide", "", WORKDAY, WORK, condition="consult"),
    LevelRow("respond", "", WORKDAY, WORK, condition="complaint"),
    LevelRow("resolve", "", 3 * WORKDAY, WORK, condition="complaint"),
    LevelRow("resolve", "", 7 * 1440, ALWAYS, condition="complaint"),
    LevelRow("update", "", 7 * 1440, ALWAYS, condition="project"),
    LevelRow("plan", "", 5 * WORKDAY, WORK, condition="project"),
)


@dataclass(frozen=True)
class Company:
    """HQ with the estates FLY and LJF below it, and who works there."""

    hq: Site
    fly: Site
    ljf: Site
    frontdesk: Department
    engineering: Department
    security: Department
    finance: Department
    quality: Department
    linxiao: User
    """林晓, agent at LJF."""
    chenjia: User
    """陈佳, agent at FLY."""
    zhougong: User
    """周工, back office, engineering, for FLY and LJF."""
    hemin: User
    """何敏, agent of the whole company: return visits."""
    zhaozhuguan: User
    """赵主管, supervisor of the whole company."""
    auditor: User
    admin: User
    lift: Category
    """Lift stopped: a repair on site, usually P2."""
    tap: Category
    """Tap leaks: a repair on site, usually P3."""
    conduct: Category
    """Rude staff: a complaint without work on site, never below P3."""
    corridor: Category
    """Things in the corridor: never below P2."""
    fee: Category
    """A fee line: an inquiry, usually P4."""


def found() -> None:
    """Make the company. To be called on a migrated, empty database."""
    sites = _found_sites()
    departments = _found_departments(sites)
    _found_staff(sites, departments)
    _found_levels()
    _found_categories(departments["engineering"])
    _found_limits()


def _found_limits() -> None:
    """What each role may grant: 100, 500 and 9,000 yuan a case; two people above 2,000; 10,000 a month in all."""
    FailureType.objects.create(
        code="again", group="delivery", name="修后又坏", name_en="repair failed again", categories="repair/plumbing"
    )
    presets.add_grades()
    worst = Playbook.objects.create(
        code="worst", name="屡修不好", failure=FailureType.objects.get(), gravity="critical"
    )
    step = {"title": "经理上门", "title_en": "the manager calls", "minutes": 120, "calendar": ALWAYS}
    PlaybookVersion.objects.create(playbook=worst, number=1, phase=Phase.FORCE, steps=[step], made_at=NOW, from_at=NOW)
    Limit.objects.create(role=Role.AGENT, per_case=100_00, per_customer=300_00)
    Limit.objects.create(role=Role.SUPERVISOR, per_case=500_00, per_customer=1500_00)
    Limit.objects.create(role=Role.MANAGER, per_case=9000_00, two_above=2000_00)
    budget = Budget.objects.create(site=Site.objects.get(code="HQ"), month=NOW.date().replace(day=1))
    ledger.allot(budget, 10_000_00, ledger.Posting(NOW, None, budget.currency, budget=budget.pk))


def leave() -> None:
    """Take the company away, with its calendars and levels: an empty installation."""
    for category in Category.objects.order_by("-pk"):  # children first: parents are protected
        category.delete()
    with guard.lifted():
        Entry.objects.all().delete()
    models: list[type[Model]] = [
        PlaybookVersion,
        Playbook,
        FailureType,
        Grade,
        Limit,
        Budget,
        Case,
        CallRule,
        Level,
        Policy,
        Calendar,
        CalendarDay,
    ]
    models += [CalendarYear, Grant, User, Department, House]
    for model in models:
        model._default_manager.all().delete()
    while Site.objects.exists():
        Site.objects.filter(children=None).delete()
    Revision.objects.all().delete()


def _found_sites() -> dict[str, Site]:
    hq = org.add_site("HQ", "公司总部", parent=None)
    return {"HQ": hq, "FLY": org.add_site("FLY", "枫林苑", parent=hq), "LJF": org.add_site("LJF", "临江府", parent=hq)}


def _found_departments(sites: dict[str, Site]) -> dict[str, Department]:
    rows = (
        ("frontdesk", "客服部", Stage.FRONT),
        ("engineering", "工程部", Stage.BACK),
        ("security", "秩序维护部", Stage.BACK),
        ("finance", "财务部", Stage.BACK),
        ("quality", "品质部", Stage.BACK),
    )
    return {code: org.add_department(code, name, stage=stage, site=sites["HQ"]) for code, name, stage in rows}


def _found_staff(sites: dict[str, Site], departments: dict[str, Department]) -> None:
    hq, fly, ljf = sites["HQ"], sites["FLY"], sites["LJF"]
    rows: tuple[tuple[str, str, str | None, tuple[tuple[Role, Site], ...]], ...] = (
        ("linxiao", "林晓", "frontdesk", ((Role.AGENT, ljf),)),
        ("chenjia", "陈佳", "frontdesk", ((Role.AGENT, fly),)),
        ("zhougong", "周工", "engineering", ((Role.BACK_OFFICE, fly), (Role.BACK_OFFICE, ljf))),
        ("hemin", "何敏", "quality", ((Role.AGENT, hq),)),
        ("zhaozhuguan", "赵主管", "frontdesk", ((Role.SUPERVISOR, hq),)),
        ("auditor", "审计", None, ((Role.AUDITOR, hq),)),
        ("admin", "管理员", None, ((Role.ADMINISTRATOR, hq),)),
    )
    for username, name, department, grants in rows:
        unit = departments[department] if department else None
        org.add_user(username, name, password=PASSWORD, department=unit, grants=grants)


def _found_levels() -> None:
    clocks.load_china_days()
    clocks.set_calendar(ALWAYS, "7×24", _NIGHT_AND_DAY, holidays=False)
    clocks.set_calendar(SERVICE, "服务时间", _DESK_HOURS, holidays=False)
    clocks.set_calendar(WORK, "工作日", [_WORKDAY] * 5 + [[], []], holidays=True)
    clocks.set_policy("test", LEVELS, at=NOW - timedelta(days=365), source="tests")


def _found_categories(engineering: Department) -> None:
    def leaf(code: str, name: str, **values: Any) -> None:
        parent = None
        for depth in (1, 2):
            above = "/".join(code.split("/")[:depth])
            parent, _new = Category.objects.get_or_create(code=above, defaults={"name": above, "parent": parent})
        Category.objects.create(code=code, name=name, name_en=code.rsplit("/", maxsplit=1)[-1], parent=parent, **values)

    leaf("repair/lift/stopped", "电梯停运", kind="repair", severity=Severity.P2, department=engineering, on_site=True)
    leaf("repair/plumbing/tap", "龙头漏水", kind="repair", severity=Severity.P3, department=engineering, on_site=True)
    leaf("service/staff/conduct", "服务态度", kind="complaint", severity=Severity.P3, floor=Severity.P3)
    leaf("order/passage/corridor", "楼道堆物、电动车进楼", kind="complaint", severity=Severity.P2, floor=Severity.P2)
    leaf("fee/bill/line", "费用不明", kind="inquiry", severity=Severity.P4)


def company() -> Company:
    """The company as rows, read anew."""
    sites = {site.code.lower(): site for site in Site.objects.all()}
    departments = {department.code: department for department in Department.objects.all()}
    users = {user.username: user for user in User.objects.select_related("department")}
    leaves = {category.code.split("/")[-1]: category for category in Category.objects.exclude(kind="")}
    named = {"lift": "stopped", "tap": "tap", "conduct": "conduct", "corridor": "corridor", "fee": "line"}
    rows: dict[str, Any] = {code: sites[code] for code in ("hq", "fly", "ljf")}
    rows |= {code: departments[code] for code in ("frontdesk", "engineering", "security", "finance", "quality")}
    rows |= {name: users[name] for name in PEOPLE}
    rows |= {name: leaves[code] for name, code in named.items()}
    return Company(**rows)


@dataclass
class TestClock:
    """The one clock of a test. `timezone.now()` reads it too."""

    __test__ = False

    now: datetime = NOW

    def move(self, minutes: float) -> datetime:
        """Let time pass; the new instant."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def by(self, user: User | None, minutes: float = 1, *, expect: int | None = None) -> By:
        """`user` acts after so many more minutes."""
        return By(user, self.move(minutes), expect)


def voice(site: Site, **overrides: Any) -> NewCase:
    """A complaint by phone as most tests need it."""
    person = Person("王女士", "13800138000")
    text = "三号楼的电梯今天早上又停了，家里有老人，下不了楼。"
    return replace(NewCase("complaint", "phone", site, "电梯停运", text, person), **overrides)
