"""What the hotline pack brings along, held against the published tables."""

from __future__ import annotations

from datetime import datetime

import pytest

from huiyin.cases import queries as cases
from huiyin.cases.models import Category, Kind
from huiyin.cases.severity import Severity
from huiyin.clocks import editing
from huiyin.org import actions as org
from huiyin.packs import catalogue
from huiyin.packs.catalogue import PRESETS

URGENCY = {
    # dispatch, sign, contact the caller, first result; 60 minutes an hour, 540 a working day
    "P1": ("5@always", "15@always", "30@always", "120@always"),
    "P2": ("15@always", "60@always", "240@always", "1440@always"),
    "P3": ("60@always", "240@work", "540@work"),
    "P4": ("60@always", "240@work", "540@work"),
}
FINISH = {
    # simple, several bodies, inquiry
    "hotline-beijing-style": ("10080@always", "21600@always", "1440@always"),
    "hotline-workday": ("2700@work", "8100@work", "1620@work"),
}


def table(name: str) -> dict[str, str]:
    return {
        f"{row.kind}/{row.severity}/{row.condition}": f"{row.minutes}@{row.calendar}" for row in PRESETS[name].levels()
    }


@pytest.mark.parametrize("name", FINISH)
def test_urgency_sets_dispatch_signature_contact_and_first_result(name: str) -> None:
    found = table(name)
    for severity, times in URGENCY.items():
        kinds = ("dispatch", "sign", "respond", "update")[: len(times)]
        assert tuple(found[f"{kind}/{severity}/"] for kind in kinds) == times


@pytest.mark.parametrize("name", FINISH)
def test_complexity_sets_the_finish_whatever_the_urgency(name: str) -> None:
    found = table(name)
    simple, several, inquiry = FINISH[name]
    assert {found[f"resolve/{severity}/"] for severity in Severity.values} == {simple}
    assert (found["resolve//several"], found["resolve//inquiry"]) == (several, inquiry)
    assert "resolve//project" not in found


def test_fifty_matters_of_three_levels_in_two_languages_go_to_a_unit(bare: None, now: datetime) -> None:
    root = org.add_site("HQ", "热线", parent=None)
    catalogue.furnish(root, "hotline-workday", at=now)
    leaves = cases.categories().leaves
    assert len(leaves) == 50
    for leaf in leaves:
        assert (leaf.code.count("/"), leaf.department is not None, leaf.kind in Kind.values) == (2, True, True)
        assert leaf.severity in Severity.values
    assert not Category.objects.filter(name_en="").exists()
    assert not Category.objects.filter(name_en__regex="[一-龥]").exists()
    gas = cases.categories().by_code["urban/gas/leak"]
    assert (gas.severity, gas.department.code if gas.department else "") == ("P1", "gas")
    assert editing.table(editing.in_force(now))["sign/P1/"] == "15@always"


def test_a_reported_breach_has_the_kind_that_protects_who_speaks(bare: None, now: datetime) -> None:
    catalogue.furnish(org.add_site("HQ", "热线", parent=None), "hotline-workday", at=now)
    found = cases.categories().by_code
    assert found["market/food/safety"].kind == Kind.REPORT
    assert found["housing/illegal/building"].kind == Kind.REPORT
