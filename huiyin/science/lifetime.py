"""What a customer is still worth: by the simple formula, without a contract, and with one; with how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .bgnbd import BgNbd, History
from .gamma_gamma import GammaGamma
from .given import BadData, NoFit, Numbers, alike, numbers, positive
from .measure import Measure
from .sbg import Sbg

DRAWS = 200

SIMPLE = Measure(
    name="Customer lifetime value, simple",
    question="What is a customer worth who brings the same margin each term and renews with the same chance?",
    formula="margin · retention / (1 + discount − retention)",
    unit="money of the margin",
    source="Gupta & Lehmann 2003, Customers as Assets, Journal of Interactive Marketing 17(1)",
    holds="Margin and retention never change; the term just paid is not counted.",
)
RESIDUAL = Measure(
    name="Expected residual value",
    question="What is the margin to come of this customer worth today?",
    formula="Σ (expected purchases in term k) · expected value · margin / (1 + discount)^k over the terms ahead",
    unit="money of the purchases given",
    source="Fader, Hardie & Lee 2005, RFM and CLV, Journal of Marketing Research 42(4), summed by terms",
    holds="As expected purchases and expected value of a purchase.",
)
MEASURES = (SIMPLE, RESIDUAL)


def simple(margin: ArrayLike, retention: ArrayLike, discount: ArrayLike) -> Numbers:
    """Margin × retention ÷ (1 + discount − retention); a margin may be a loss."""
    try:
        earned = np.atleast_1d(np.asarray(margin, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise BadData("margin", "has something in it that is no number.") from error
    if not np.isfinite(earned).all():
        raise BadData("margin", "is missing or endless.")
    stays, rate = numbers("retention", retention), numbers("discount", discount)
    alike(("margin", "retention", "discount"), (earned, stays, rate))
    if (stays > 1).any():
        raise BadData("retention", "is a share from 0 to 1; 90 % is 0.9.")
    rest = 1 + rate - stays
    if (rest <= 0).any():
        raise BadData("discount", "is 0 where everybody stays: such a customer would be worth endlessly much.")
    return np.asarray(earned * stays / rest)


@dataclass(frozen=True)
class Ahead:
    """`terms` of the time in which ages are counted, each `length` long; `discount` for one term; `margin`: the share
    of a purchase's value that stays with us."""

    terms: int
    discount: float
    margin: float = 1.0
    length: float = 1.0

    def __post_init__(self) -> None:
        if self.terms < 1 or self.terms != int(self.terms):
            raise BadData("terms", f"is {self.terms}; look at least one whole term ahead.")
        numbers("discount", self.discount)
        positive("margin", self.margin, most=1.0)
        positive("length", self.length)


@dataclass(frozen=True)
class Estimate:
    """A value, and between what it lies with the `sure` that was asked for, by the uncertainty of the parameters. What
    one customer really brings scatters far more."""

    value: Numbers
    low: Numbers
    high: Numbers
    sure: float


def residual(of: History, mean: ArrayLike, models: tuple[BgNbd, GammaGamma], ahead: Ahead) -> Numbers:
    """Expected residual value of each customer; `mean`: of the purchases after the first, 0 without any."""
    buying, spending = models
    terms = np.arange(1, ahead.terms + 1)
    each = np.diff(buying.by_then(of, terms * ahead.length), axis=1, prepend=0.0)
    total = (each / (1 + ahead.discount) ** terms).sum(axis=1)
    return np.asarray(total * spending.value(of.frequency, mean) * ahead.margin)


def residual_estimate(
    of: History, mean: ArrayLike, models: tuple[BgNbd, GammaGamma], ahead: Ahead, *, sure: float = 0.9
) -> Estimate:
    """The same with an interval; both models have to be fitted ones."""
    buying, spending = models
    if buying.fit is None or spending.fit is None:
        raise BadData("models", "were given, not fitted: nothing tells how sure their parameters are.")
    bought, spent = buying.fit.draws(DRAWS, seed=1), spending.fit.draws(DRAWS, seed=2)
    pairs = [
        (BgNbd(float(r), float(alpha), float(a), float(b)), GammaGamma(float(p), float(q), float(gamma)))
        for (r, alpha, a, b), (p, q, gamma) in zip(bought, spent, strict=True)
        if q > 1
    ]
    found = residual(of, mean, models, ahead)
    return _between(found, [residual(of, mean, pair, ahead) for pair in pairs], sure)


def contract(renewed: ArrayLike, model: Sbg, *, margin: float, discount: float) -> Numbers:
    """Residual value of customers with a contract who have renewed so often; `margin`: what a term brings."""
    return np.asarray(model.residual(renewed, discount) * positive("margin", margin))


def contract_estimate(renewed: ArrayLike, model: Sbg, *, margin: float, discount: float, sure: float = 0.9) -> Estimate:
    """The same with an interval; the model has to be a fitted one."""
    if model.fit is None:
        raise BadData("model", "was given, not fitted: nothing tells how sure its parameters are.")
    value: Callable[[Sbg], Numbers] = lambda one: contract(renewed, one, margin=margin, discount=discount)  # noqa: E731
    drawn = [value(Sbg(float(alpha), float(beta))) for alpha, beta in model.fit.draws(DRAWS)]
    return _between(value(model), drawn, sure)


def _between(value: Numbers, drawn: list[Numbers], sure: float) -> Estimate:
    share = positive("sure", sure, most=0.999)
    if len(drawn) < DRAWS * 0.8:
        raise NoFit("The data leave the parameters so open that there is no interval. More customers are needed.")
    low, high = np.quantile(np.vstack(drawn), [(1 - share) / 2, (1 + share) / 2], axis=0)
    return Estimate(value, np.minimum(low, value), np.maximum(high, value), share)
