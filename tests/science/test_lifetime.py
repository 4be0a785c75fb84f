"""What customers are still worth: published figures, other ways to reckon the same, and rules that always hold."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from huiyin.science import bgnbd, gamma_gamma, lifetime, sbg
from huiyin.science.bgnbd import BgNbd, History
from huiyin.science.gamma_gamma import GammaGamma
from huiyin.science.given import BadData, NoFit
from huiyin.science.hyper import log_hyp2f1
from huiyin.science.lifetime import Ahead
from huiyin.science.sbg import Sbg

DATA = Path("/work/shared/data/cdnow")
cdnow = pytest.mark.skipif(not DATA.is_dir(), reason="the CDNOW data set lies beside the project and isn't here")
PUBLISHED = BgNbd(0.24259, 4.41353, 0.79289, 2.42575)
SURVIVORS = (1000, 869, 743, 653, 593, 551, 517, 491)


@cache
def customers() -> History:
    """The 2,357 customers of the paper."""
    rows = list(csv.DictReader((DATA / "cdnow_customers_summary.csv").open(encoding="utf-8")))
    columns = ([float(row[name]) for row in rows] for name in ("frequency", "recency", "T"))
    return bgnbd.history(*columns)


@cache
def spending() -> tuple[Any, Any]:
    """Of those who bought again in the first 39 weeks: how often, and the mean of what they paid."""
    days: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for line in (DATA / "CDNOW_sample.txt").read_text(encoding="ascii").splitlines():
        _master, customer, day, _units, paid = line.split()
        at = date.fromisoformat(day)
        if at <= date(1997, 9, 30):
            days[customer][at] += float(paid)
    again = [[paid for _day, paid in sorted(one.items())][1:] for one in days.values() if len(one) > 1]
    found = [(len(one), sum(one) / len(one)) for one in again if sum(one) > 0]
    return [count for count, _mean in found], [mean for _count, mean in found]


@cache
def fitted() -> BgNbd:
    """The model of the paper."""
    return bgnbd.fitted(customers())


MODELS = st.builds(BgNbd, st.floats(0.05, 20), st.floats(0.05, 200), st.floats(0.05, 20), st.floats(0.05, 20))


# --- published figures -----------------------------------------------------------------------------------------------


@cdnow
def test_the_parameters_of_the_paper_are_found() -> None:
    model = fitted()
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx((0.24259, 4.41353, 0.79289, 2.42575), abs=2e-5)
    assert model.fit is not None
    assert model.fit.log_likelihood == pytest.approx(-9582.4256, abs=1e-4)
    assert PUBLISHED.log_likelihood(customers()) == pytest.approx(-9582.4256, abs=1e-4)


def test_the_customer_of_the_paper_is_expected_to_buy_as_often_as_there() -> None:
    assert PUBLISHED.purchases(bgnbd.history([2], [30.43], [38.86]), 39)[0] == pytest.approx(1.2259, abs=1e-4)


@cdnow
def test_spending_is_found_as_published() -> None:
    frequency, mean = spending()
    model = gamma_gamma.fitted(frequency, mean)
    assert len(frequency) == 946
    assert (model.p, model.q, model.gamma) == pytest.approx((6.25, 3.74, 15.44), rel=0.01)
    assert abs(gamma_gamma.correlation(frequency, mean)) < 0.15


def test_contracts_are_found_as_published() -> None:
    model = sbg.fitted(SURVIVORS)
    assert (model.alpha, model.beta) == pytest.approx((0.668, 3.806), abs=5e-4)
    assert model.survival(range(8)) == pytest.approx(np.array(SURVIVORS) / 1000, abs=0.02)


def test_the_simple_formula_gives_the_figure_of_the_book() -> None:
    assert lifetime.simple(100, 0.9, 0.12)[0] == pytest.approx(409.09, abs=0.005)


# --- the same by another way -----------------------------------------------------------------------------------------


@given(a=st.floats(0.05, 20), b=st.floats(0.05, 20), c=st.floats(0.05, 40), z=st.floats(0, 0.95))
def test_the_hypergeometric_function_is_that_of_scipy_where_scipy_reckons_it(
    a: float, b: float, c: float, z: float
) -> None:
    known = special.hyp2f1(a, b, c, z)
    assert log_hyp2f1(a, b, c, z)[0] == pytest.approx(np.log(known), rel=1e-8, abs=1e-9)


def test_it_goes_on_where_others_overflow() -> None:
    assert not np.isfinite(special.hyp2f1(5000.0, 5000.0, 5001.0, 0.5))
    assert log_hyp2f1(5000.0, 5000.0, 5000.0, 0.5)[0] == pytest.approx(5000 * np.log(2), rel=1e-12)
    with pytest.raises(ArithmeticError, match="too near to 1"):
        log_hyp2f1(1.0, 1.0, 1.0, 1.0)


@settings(max_examples=30)
@given(
    r=st.floats(0.1, 5),
    alpha=st.floats(0.5, 50),
    a=st.floats(0.1, 5),
    b=st.floats(0.1, 5),
    x=st.integers(0, 50),
    ahead=st.floats(0.1, 200),
)
def test_expected_purchases_are_the_integral_they_stand_for(
    r: float, alpha: float, a: float, b: float, x: int, ahead: float
) -> None:
    model, age = BgNbd(r, alpha, a, b), 40.0
    nodes, weights = special.roots_jacobi(400, b + x - 1, a - 1)
    p, s = (nodes + 1) / 2, ahead / (alpha + age)
    one = -np.expm1(-(r + x) * np.log1p(p * s)) / np.maximum(p, 1e-300)
    mean = np.dot(weights, one) / weights.sum()
    got = model._ahead(np.array([float(x)]), np.array([age]), np.array([ahead]))[0]
    assert got == pytest.approx(mean, rel=2e-4)


@given(MODELS, st.integers(0, 60), st.floats(0.1, 100))
def test_both_ways_to_reckon_expected_purchases_agree(model: BgNbd, x: int, ahead: float) -> None:
    k, s, b = (np.array([float(one)]) for one in (model.r + x, ahead / (model.alpha + 30), model.b + x))
    got = model._ahead(np.array([float(x)]), np.array([30.0]), np.array([ahead]))
    assert got == pytest.approx(model._by_integral(k, s, b), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("a", [1.0, 1 + 1e-9, 1 - 1e-7])
def test_where_the_formula_is_nought_over_nought_it_says_what_stands_beside(a: float) -> None:
    of = bgnbd.history([3], [20.0], [40.0])
    around = [BgNbd(0.5, 5, near, 2).purchases(of, 30)[0] for near in (0.999, 1.001)]
    assert around[1] < BgNbd(0.5, 5, a, 2).purchases(of, 30)[0] < around[0]


def test_the_residual_of_a_contract_is_the_sum_of_its_terms() -> None:
    model = Sbg(0.668, 3.806)
    terms = np.arange(1, 3000)
    for renewed in (0, 1, 7):
        ahead = model.survival(renewed + terms) / model.survival([renewed])[0]
        assert model.residual([renewed], 0.1)[0] == pytest.approx((ahead / 1.1**terms).sum(), rel=1e-9)
    assert lifetime.contract([0], model, margin=100, discount=0.1)[0] == pytest.approx(
        100 * model.residual([0], 0.1)[0]
    )


def test_parameters_that_made_the_customers_are_found_again() -> None:
    generator = np.random.default_rng(5)
    rate, leaves = generator.gamma(0.8, 1 / 6, 4000), generator.beta(0.9, 3.0, 4000)
    frequency, recency = np.zeros(4000), np.zeros(4000)
    for one in range(4000):
        at = 0.0
        while generator.random() >= leaves[one] or at == 0.0:
            at += generator.exponential(1 / max(rate[one], 1e-12))
            if at > 52:
                break
            frequency[one], recency[one] = frequency[one] + 1, at
    model = bgnbd.fitted(bgnbd.history(frequency, recency, np.full(4000, 52.0)))
    assert (model.r, model.alpha) == pytest.approx((0.8, 6.0), rel=0.2)


# --- what always holds -----------------------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> History:
    age = draw(st.floats(1, 500))
    frequency = draw(st.integers(0, 3000))
    recency = draw(st.floats(0.01, age)) if frequency else 0.0
    return bgnbd.history([frequency], [recency], [age])


@given(MODELS, histories())
def test_nobody_is_less_or_more_alive_than_may_be(model: BgNbd, of: History) -> None:
    alive = model.alive(of)[0]
    assert 0 <= alive <= 1
    assert of.frequency[0] > 0 or alive == 1


@given(MODELS, histories(), st.floats(0.1, 50))
def test_whoever_is_silent_longer_is_less_likely_there(model: BgNbd, of: History, more: float) -> None:
    later = bgnbd.history(of.frequency, of.recency, of.age + more)
    assert model.alive(later)[0] <= model.alive(of)[0] + 1e-12


@given(MODELS, histories(), st.floats(0.1, 300), st.floats(0.1, 300))
def test_more_time_ahead_brings_more_purchases_and_never_fewer_than_none(
    model: BgNbd, of: History, ahead: float, more: float
) -> None:
    first, both = model.purchases(of, ahead)[0], model.purchases(of, ahead + more)[0]
    assert 0 <= first <= both * (1 + 1e-6) + 1e-9
    assert np.isfinite(both)
    # Nobody is expected to buy more often than somebody who never leaves.
    assert both <= (model.r + of.frequency[0]) / (model.alpha + of.age[0]) * (ahead + more) * (1 + 1e-6) + 1e-9


@given(st.floats(0.1, 50), st.floats(1.1, 50), st.floats(0.1, 500), st.integers(1, 500), st.floats(0.01, 1e5))
def test_a_customers_value_lies_between_their_own_and_that_of_all(
    p: float, q: float, gamma: float, x: int, mean: float
) -> None:
    model = GammaGamma(p, q, gamma)
    low, high = sorted((mean, model.population))
    assert low * (1 - 1e-9) <= model.value([x], [mean])[0] <= high * (1 + 1e-9)
    assert model.value([0], [0])[0] == pytest.approx(model.population)


@given(st.floats(0.05, 50), st.floats(0.05, 50), st.floats(0.01, 1))
def test_fewer_stay_and_those_who_stay_stay_on(alpha: float, beta: float, discount: float) -> None:
    model = Sbg(alpha, beta)
    survival, retention = model.survival(range(30)), model.retention(range(1, 30))
    assert (np.diff(survival) <= 0).all()
    assert (np.diff(retention) >= 0).all()
    residual = model.residual(range(10), discount)
    assert (np.diff(residual) >= -1e-9 * residual[1:]).all()
    assert (residual <= 1 / discount * (1 + 1e-9)).all()


@given(st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 0.98), st.floats(0.01, 1))
def test_the_simple_value_rises_with_retention_and_margin(
    margin: float, more: float, retention: float, discount: float
) -> None:
    one, two = lifetime.simple([margin, margin + more], [retention, retention + 0.02], discount)
    assert 0 <= one <= two


# --- with how sure ---------------------------------------------------------------------------------------------------


@cdnow
def test_a_residual_value_comes_with_what_it_lies_between() -> None:
    frequency, mean = spending()
    models = fitted(), gamma_gamma.fitted(frequency, mean)
    of = bgnbd.history([0, 2, 10], [0, 30.43, 35], [38.86] * 3)
    ahead = Ahead(terms=39, discount=0.002, margin=0.3)
    found = lifetime.residual_estimate(of, [0, 40, 40], models, ahead)
    assert found.value == pytest.approx(lifetime.residual(of, [0, 40, 40], models, ahead))
    assert (found.low < found.value).all()
    assert (found.value < found.high).all()
    assert (np.diff(found.value) > 0).all()
    wider = lifetime.residual_estimate(of, [0, 40, 40], models, ahead, sure=0.99)
    assert (wider.high - wider.low > found.high - found.low).all()
    plain = models[0].purchases(of, 39) * models[1].value(of.frequency, [0, 40, 40]) * 0.3
    assert (found.value < plain).all()


def test_more_customers_make_it_surer() -> None:
    few, many = (sbg.fitted(np.array(SURVIVORS) * times) for times in (1, 100))
    spans = []
    for model in (few, many):
        found = lifetime.contract_estimate([2], model, margin=100, discount=0.1)
        assert found.low[0] < found.value[0] < found.high[0]
        spans.append(found.high[0] - found.low[0])
    assert spans[1] < spans[0] / 5


# --- bad numbers -----------------------------------------------------------------------------------------------------

LONG = [1.0] * 40


@pytest.mark.parametrize(
    ("frequency", "recency", "age", "said"),
    [
        ([1, 2], [1.0, 2.0, 3.0], [5.0, 5.0], "frequency: has 2 numbers and others 3"),
        ([-1], [0], [5], "frequency: number 1 is -1"),
        ([1.5], [1], [5], "counts are whole"),
        ([1], [6], [5], "last purchase lies after the end"),
        ([0], [3], [5], "is 0 for those who never bought again"),
        ([1], [0], [5], "is 0 for those who never bought again"),
        ([1, float("nan")], [1, 1], [5, 5], "frequency: number 2 is missing"),
        ([[1]], [1], [5], "table of 2 dimensions"),
        (["many"], [1], [5], "no number"),
        ([1], [1], [float("inf")], "age: number 1 is missing or endless"),
    ],
)
def test_histories_that_cannot_be_are_named(frequency: Any, recency: Any, age: Any, said: str) -> None:
    with pytest.raises(BadData, match=said):
        bgnbd.history(frequency, recency, age)


@pytest.mark.parametrize(
    ("reckon", "said"),
    [
        (lambda: bgnbd.fitted(bgnbd.history([1], [1], [2])), "at least 30 are needed"),
        (lambda: gamma_gamma.fitted([1, 2], [3, 4]), "at least 30 are needed"),
        (lambda: gamma_gamma.fitted([0] * 40, LONG), "each has to be 1 or more"),
        (lambda: gamma_gamma.fitted(LONG, [0] * 40), "each has to be above 0"),
        (lambda: sbg.fitted([100, 90]), "at least two renewals"),
        (lambda: sbg.fitted([100, 90, 95]), "grows"),
        (lambda: lifetime.simple(1, 1.2, 0.1), "share from 0 to 1"),
        (lambda: lifetime.simple(1, 1, 0), "endlessly much"),
        (lambda: lifetime.simple("x", 1, 0), "no number"),
        (lambda: lifetime.simple([1, 2], [0.5, 0.5, 0.5], 0.1), "others 3"),
        (lambda: Ahead(0, 0.1), "at least one whole term"),
        (lambda: Ahead(5, -0.1), "0 or more"),
        (lambda: Ahead(5, 0.1, margin=30), "at most 1"),
        (lambda: BgNbd(0, 1, 1, 1), "above 0"),
        (lambda: Sbg(1, 1).residual([1], 0), "above 0"),
        (lambda: lifetime.contract_estimate([1], Sbg(1, 1), margin=1, discount=0.1), "given, not fitted"),
        (lambda: PUBLISHED.purchases(bgnbd.history([1], [1], [2]), -1), "ahead: number 1 is -1"),
    ],
)
def test_other_numbers_that_cannot_be_are_named_too(reckon: Any, said: str) -> None:
    with pytest.raises(BadData, match=said):
        reckon()


@pytest.mark.parametrize(
    "reckon",
    [
        lambda: bgnbd.fitted(bgnbd.history([0] * 40, [0] * 40, [9] * 40)),
        lambda: bgnbd.fitted(bgnbd.history([1] * 40, [5] * 40, [9] * 40)),
        lambda: gamma_gamma.fitted(LONG, LONG),
        lambda: sbg.fitted([100, 100, 100]),
        lambda: sbg.fitted([100, 50, 25, 12.5, 6.25]),
        lambda: GammaGamma(1, 0.9, 1),
    ],
)
def test_where_nothing_can_be_learnt_that_is_said(reckon: Any) -> None:
    with pytest.raises(NoFit):
        reckon()


def test_every_measure_has_its_record() -> None:
    found = (bgnbd.PURCHASES, bgnbd.ALIVE, gamma_gamma.VALUE, sbg.SURVIVAL, sbg.RESIDUAL, *lifetime.MEASURES)
    assert len({one.name for one in found}) == len(found)
    assert all(all(vars(one).values()) for one in found)
    page = (Path(__file__).parents[2] / "docs" / "reference" / "lifetime.md").read_text(encoding="utf-8")
    assert [
        one.name for one in found if one.name not in page or one.formula not in page or one.source not in page
    ] == []


def test_the_models_are_importable_alone() -> None:
    code = "import sys, huiyin.science.lifetime; sys.exit(any(n.partition('.')[0] == 'django' for n in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
