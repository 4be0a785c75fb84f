"""The points rule, by the examples of its preset."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases.severity import Taps, grade, sentence

EXAMPLES = [
    ("lift with people in it", Taps(danger=True), "", False, "P1"),
    ("only lift of a tower off", Taps(state=1, scope=2, impact=2), "", False, "P2"),
    ("one of two lifts off", Taps(state=1, scope=2, impact=1), "", False, "P3"),
    ("ceiling dripping from upstairs", Taps(state=2, scope=1, impact=2), "", False, "P2"),
    ("dry stain of last month", Taps(state=0, scope=1, impact=1), "", False, "P4"),
    ("whole site without water", Taps(state=1, scope=3, impact=2), "", False, "P2"),
    ("whole site without water, worse at night frost", Taps(state=2, scope=3, impact=2), "", False, "P1"),
    ("14 °C, newborn at home", Taps(state=2, scope=1, impact=2, care=1), "", False, "P2"),
    ("corridor light", Taps(state=1, scope=2), "", False, "P3"),
    ("drill at noon, going on", Taps(state=1, scope=2), "", False, "P3"),
    ("e-bike in the corridor", Taps(state=1, scope=2), "P2", False, "P2"),
    ("rude at the desk yesterday", Taps(), "P3", False, "P3"),
    ("third visit for the same tap", Taps(state=1, scope=1, impact=1), "", True, "P2"),
    ("fee line unclear", Taps(scope=1), "", False, "P4"),
]
TAPS = st.builds(
    Taps,
    danger=st.booleans(),
    state=st.integers(0, 2),
    scope=st.integers(0, 3),
    impact=st.integers(0, 3),
    care=st.integers(0, 1),
)
FLOORS = st.sampled_from(["", "P1", "P2", "P3", "P4"])


@pytest.mark.parametrize(
    ("taps", "floor", "repeat", "level"), [row[1:] for row in EXAMPLES], ids=[r[0] for r in EXAMPLES]
)
def test_the_examples_of_the_preset(taps: Taps, floor: str, repeat: bool, level: str) -> None:
    assert grade(taps, floor=floor, repeat=repeat).severity == level


@pytest.mark.parametrize(("points", "level"), list(enumerate(["P4"] * 3 + ["P3"] * 2 + ["P2"] * 2 + ["P1"] * 3)))
def test_points_give_the_level(points: int, level: str) -> None:
    state = min(points, 2)
    scope = min(points - state, 3)
    impact = min(points - state - scope, 3)
    taps = Taps(state=state, scope=scope, impact=impact, care=points - state - scope - impact)
    assert grade(taps).severity == level


@given(TAPS, FLOORS, st.booleans())
def test_a_floor_only_raises_and_a_repeat_never_reaches_p1(taps: Taps, floor: str, repeat: bool) -> None:
    plain, found = grade(taps).severity, grade(taps, floor=floor, repeat=repeat)
    assert found.severity <= plain
    assert not floor or found.severity <= floor
    if found.severity == "P1":
        assert "P1" in (plain, floor)
    assert int((floor or "P9")[1]) >= int(found.severity[1])
    assert int(min(plain, floor or plain)[1]) - int(found.severity[1]) in ({0, 1} if repeat else {0})


@given(TAPS, FLOORS, st.booleans())
def test_the_stored_reasons_make_the_same_sentence_again(taps: Taps, floor: str, repeat: bool) -> None:
    found = grade(taps, floor=floor, repeat=repeat)
    text = sentence(found.data())
    assert text.startswith(found.severity)
    if not taps.danger:
        assert f"= {found.points}" in text


@pytest.mark.parametrize("wrong", [{"state": 3}, {"scope": -1}, {"impact": 4}, {"care": 2}])
def test_an_answer_outside_the_scale_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="is from 0 to"):
        Taps(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"severity": "P2", "by": "hand"}, "P2: set by hand"),
        ({"severity": "P4", "by": "category"}, "P4: usual for this category"),
        (grade(Taps(danger=True)).data(), "P1: danger to people"),
        (
            grade(Taps(state=2, scope=1, impact=2)).data(),
            "P2: getting worse (2) + a home (1) + essential service lost or damage (2) = 5",
        ),
        (grade(Taps(), floor="P3").data(), "at least P3"),
        (grade(Taps(state=1, scope=1, impact=1), repeat=True).data(), "one level up"),
    ],
)
def test_the_sentence_names_the_reasons(data: dict[str, object], text: str) -> None:
    with translation.override("en"):
        assert text in sentence(data)
