"""Shifted beta-geometric: how long do customers stay who renew a contract, and what is one worth who has stayed so far?

Fader & Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing 21(1); the value: Fader &
Hardie (2010), Customer-Base Valuation in a Contractual Setting, Marketing Science 29(1). Each customer leaves at a
renewal with a chance of their own, beta (alpha, beta) over customers. Those who stay are more and more those who would
stay anyway: the share that renews rises, and a plain retention rate says too little for old customers and too much for
new ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from . import fitting
from .fitting import Fit
from .given import BadData, NoFit, Numbers, numbers, positive, whole
from .hyper import log_hyp2f1
from .measure import Measure

_ALL_ALIKE = 1e4
"""Beyond this the chances differ by less than a hundredth of themselves."""
_STARTS = ((1.0, 1.0), (0.7, 4.0), (2.0, 10.0))

SURVIVAL = Measure(
    name="Survival",
    question="What share of customers is still there after so many renewals?",
    formula="B(alpha, beta + t) / B(alpha, beta)",
    unit="share",
    source="Fader & Hardie 2007, equation 6",
    holds="A contract that is renewed or not at set times, and every renewal is seen.",
)
RESIDUAL = Measure(
    name="Expected residual lifetime, discounted",
    question="How many more terms will a customer pay who has renewed so often, in terms of today?",
    formula="(beta + n)·z/(alpha + beta + n) · 2F1(1, beta + n + 1; alpha + beta + n + 1; z), z = 1/(1 + discount)",
    unit="terms",
    source="Fader & Hardie 2010, equation 6, from before the next renewal",
    holds="As survival; the term already paid is not counted.",
)


@dataclass(frozen=True)
class Sbg:
    """The two parameters; `fit` has their uncertainty when they were fitted."""

    alpha: float
    beta: float
    fit: Fit | None = None

    def __post_init__(self) -> None:
        for name in ("alpha", "beta"):
            positive(name, getattr(self, name))

    def survival(self, terms: ArrayLike) -> Numbers:
        """The share that is still there after so many renewals."""
        t = whole("terms", terms)
        return np.asarray(np.exp(special.betaln(self.alpha, self.beta + t) - special.betaln(self.alpha, self.beta)))

    def retention(self, term: ArrayLike) -> Numbers:
        """The share of those still there that renews at this renewal, the first being 1."""
        t = whole("term", term, least=1)
        return np.asarray((self.beta + t - 1) / (self.alpha + self.beta + t - 1))

    def residual(self, renewed: ArrayLike, discount: float) -> Numbers:
        """Discounted terms to come of customers who have renewed so often; the next renewal is not made yet."""
        n, d = whole("renewed", renewed), positive("discount", discount)
        known = log_hyp2f1(1.0, self.beta + n + 1, self.alpha + self.beta + n + 1, 1 / (1 + d))
        return np.asarray((self.beta + n) / (self.alpha + self.beta + n) / (1 + d) * np.exp(known))


def fitted(customers: ArrayLike) -> Sbg:
    """From how many customers of one beginning were there at the start and after each renewal: 1000, 869, 743, …"""
    there = numbers("customers", customers)
    if there.size < 3:
        raise BadData("customers", f"has {there.size} numbers; the start and at least two renewals are needed.")
    if (np.diff(there) > 0).any():
        raise BadData("customers", "grows: count those of one beginning only, whoever comes later is another group.")
    if there[-1] == there[0]:
        raise NoFit("Nobody has left yet: nothing tells how long customers stay.")
    if there[0] <= 0 or there[1] <= 0:
        raise NoFit("Nobody is left after the first renewal.")
    left, terms = -np.diff(there), np.arange(1, there.size, dtype=np.float64)

    def log_likelihood(parameters: Numbers) -> float:
        alpha, beta = parameters
        start = special.betaln(alpha, beta)
        leaves = special.betaln(alpha + 1, beta + terms - 1) - start
        stays = special.betaln(alpha, beta + terms[-1]) - start
        return float(np.dot(left, leaves) + there[-1] * stays)

    found = fitting.fit(log_likelihood, _STARTS, float(there[0]))
    alpha, beta = found.values
    if alpha + beta > _ALL_ALIKE:
        raise NoFit("All leave with the same chance: a plain retention rate and the simple formula say everything.")
    return Sbg(alpha, beta, found)
