"""The tier of a customer: who may set it, where it shows, and that it never counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import huiyin
from huiyin.cases import actions, intake, queries
from huiyin.cases import tier as tiering
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.severity import Taps
from huiyin.clocks import actions as clock_actions
from huiyin.clocks.models import Clock
from huiyin.customers import tiers
from huiyin.customers.actions import Person
from huiyin.customers.models import Customer, Tier
from huiyin.customers.tiers import TierValues
from huiyin.org.access import Forbidden
from huiyin.org.history import Editor
from tests.conftest import Mover, Opener
from tests.people import NOW, Company, TestClock, voice

GOLD = TierValues("金卡", "Gold", 1, "amber")


@pytest.fixture
def gold(company: Company) -> Tier:
    """A tier."""
    return tiers.add("gold", GOLD, Editor(company.admin, NOW))


def test_a_supervisor_sets_it_by_code_or_name_and_takes_it_away(
    open_case: Opener, company: Company, by: Mover, gold: Tier
) -> None:
    case = open_case().case
    for wanted, now in (("gold", "gold"), ("", ""), ("金卡", "gold")):
        change = tiering.set_tier(case.pk, by(company.zhaozhuguan), tier=wanted)
        assert [event.data["tier"] for event in change.events] == [now]
    assert tiering.set_tier(case.pk, by(company.zhaozhuguan), tier="GOLD").events == []
    assert Customer.objects.get().tier == gold


def test_who_may_not_is_refused(open_case: Opener, company: Company, by: Mover, gold: Tier) -> None:
    case = open_case().case
    with pytest.raises(Forbidden):
        tiering.set_tier(case.pk, by(company.linxiao), tier="gold")
    new = voice(company.ljf, person=Person("王女士", "13800138000", tier=gold.pk))
    with pytest.raises(Forbidden):
        intake.open_case(new, by(company.linxiao))
    report = open_case(kind="report").case
    with pytest.raises(Forbidden):  # keeps the installation running, and may not know who spoke
        tiering.set_tier(report.pk, by(company.admin), tier="gold")


def test_what_is_not_there_is_named(open_case: Opener, company: Company, by: Mover, gold: Tier) -> None:
    case, nobody = open_case().case, open_case(person=Person()).case
    for pk, wanted in ((case.pk, "platinum"), (nobody.pk, "gold")):
        with pytest.raises(BadInput) as refused:
            tiering.set_tier(pk, by(company.zhaozhuguan), tier=wanted)
        assert refused.value.field == "tier"
    tiers.change("gold", replace(GOLD, active=False), Editor(company.admin, NOW))
    with pytest.raises(BadInput):
        tiering.set_tier(case.pk, by(company.zhaozhuguan), tier="gold")


def test_a_known_customer_gets_it_with_a_new_case_and_the_event_says_so(
    open_case: Opener, company: Company, by: Mover, gold: Tier
) -> None:
    open_case()
    case = open_case(person=Person("王女士", "13800138000", tier=gold.pk), by=by(company.zhaozhuguan)).case
    assert Customer.objects.get().tier == gold
    assert CaseEvent.objects.get(case=case, data__what="tier").data == {"what": "tier", "tier": "gold", "old": ""}
    open_case()  # says nothing of it
    assert Customer.objects.get().tier == gold


def test_who_may_not_know_the_customer_does_not_see_the_tier(
    open_case: Opener, company: Company, by: Mover, gold: Tier
) -> None:
    case = open_case(kind="report", person=Person("赵明理", "13712345678")).case
    actions.accept(case.pk, by(company.linxiao))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="核对")
    tiering.set_tier(case.pk, by(company.zhaozhuguan), tier="gold")
    seen = queries.get(company.zhougong, case.number).customer
    assert seen is not None
    assert seen.tier_id is None


_IGNORED = {"id", "pk", "uid", "digest", "link_digest", "customer_id", "seq"}


def _facts(case: Case) -> dict[str, Any]:
    row = Case.objects.filter(pk=case.pk).values().get()
    return {name: value for name, value in row.items() if name not in _IGNORED}


def _clocks(case: Case) -> list[dict[str, Any]]:
    names = ("kind", "ref", "started_at", "first_due_at", "due_at", "warn_at", "near_at", "breached_at", "outcome")
    return list(Clock.objects.filter(case=case).order_by("pk").values(*names))


_VOICES: list[dict[str, Any]] = [
    {"category": category, "kind": kind, "taps": taps}
    for category in ("lift", "tap", "fee", "conduct", None)
    for kind in ("complaint", "repair", "inquiry")
    for taps in (None, Taps(state=2, scope=1, impact=1), Taps(danger=True))
]


@pytest.mark.parametrize("given", _VOICES, ids=str)
def test_it_never_counts(
    open_case: Opener, company: Company, clock: TestClock, gold: Tier, given: dict[str, Any]
) -> None:
    """Two cases that differ by the tier alone have the same severity and the same deadlines, from the first word on
    until they are late, and when the tier is set or taken away in between."""
    given = given | {"category": given["category"] and getattr(company, given["category"])}
    lead = company.zhaozhuguan
    now = actions.By(lead, clock.now)
    plain = open_case(person=Person("李四", "13900000001"), by=now, **given).case
    dear = open_case(person=Person("王女士", "13800138000", tier=gold.pk), by=now, **given).case
    assert (_facts(plain), _clocks(plain)) == (_facts(dear), _clocks(dear))
    clock.move(20)
    before = [(row["kind"], row["first_due_at"], row["due_at"]) for row in _clocks(plain)]
    tiering.set_tier(plain.pk, actions.By(lead, clock.now), tier="gold")
    tiering.set_tier(dear.pk, actions.By(lead, clock.now), tier="")
    assert _clocks(plain) == _clocks(dear)
    assert [(row["kind"], row["first_due_at"], row["due_at"]) for row in _clocks(plain)] == before
    clock.move(60 * 24 * 10)
    clock_actions.sweep(clock.now)
    assert (_facts(plain), _clocks(plain)) == (_facts(dear), _clocks(dear))


def test_nothing_that_decides_knows_of_tiers() -> None:
    """Severity, clocks, calls, return visits and the orders of lists: none of them reads it."""
    root = Path(huiyin.__file__).parent
    deciding = [*(root / "clocks").glob("*.py"), *(root / "alerts").glob("*.py"), *(root / "returns").glob("*.py")]
    names = ("severity", "oversight", "fold", "workflow", "filters", "listing", "likely", "alike")
    deciding += [root / "cases" / f"{name}.py" for name in names]
    found = [path.name for path in deciding if "tier" in path.read_text().casefold()]
    assert found == []
