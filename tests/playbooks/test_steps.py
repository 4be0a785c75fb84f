"""Which playbook fits best, what a step may be, and what differs between versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.org.history import BadSetting
from huiyin.playbooks import steps
from huiyin.playbooks.steps import Scope, Step

PARTS = st.sampled_from(["", "a", "a/b", "a/b/c", "a/bc", "d"])
SCOPES = st.lists(st.builds(Scope, st.integers(1, 99), PARTS, st.sampled_from(["", "minor", "major"])), max_size=8)
STEPS = st.lists(
    st.builds(Step, st.sampled_from("甲乙丙丁戊己"), minutes=st.integers(1, 99), required=st.booleans()),
    max_size=6,
    unique_by=lambda one: one.title,
)


@given(SCOPES, PARTS, st.sampled_from(["minor", "major"]))
def test_the_best_one_fits_and_none_that_fits_says_more(scopes: list[Scope], category: str, gravity: str) -> None:
    found = steps.best(scopes, category, gravity)
    fitting = [one for one in scopes if steps.fits(one, category, gravity)]
    assert (found is None) == (not fitting)
    if found is not None:
        assert found in fitting
        assert all(len(one.category) <= len(found.category) for one in fitting)


@given(STEPS, STEPS)
def test_versions_differ_just_when_something_was_changed(old: list[Step], new: list[Step]) -> None:
    assert (steps.differences(old, new) == []) == (old == new)


@given(STEPS)
def test_what_is_stored_is_read_again(some: list[Step]) -> None:
    assert steps.read(steps.stored(some)) == some


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Step(""), "1-title"),
        (Step("甲", minutes=0), "1-minutes"),
        (Step("甲", calendar="moon"), "1-calendar"),
        (Step("甲", phrase=7), "1-phrase"),
        (Step("甲", kind="voucher"), "1-amount"),
        (Step("甲", kind="apology", amount=1), "1-amount"),
        (Step("甲", kind="love"), "1-kind"),
    ],
)
def test_a_step_that_can_not_be_says_which_field(wrong: Step, field: str) -> None:
    with pytest.raises(BadSetting) as error:
        steps.check([wrong], ["always"], [])
    assert error.value.field == field
