"""BG/NBD: how often will customers buy who have no contract, and which of them are still there?

Fader, Hardie & Lee (2005), “Counting Your Customers” the Easy Way, Marketing Science 24(2). A customer buys at a rate
of their own, and after each purchase leaves for good with a chance of their own; the rates are gamma over customers (r,
alpha), the chances beta (a, b). Of a customer three numbers count: how often they bought again (`frequency`), when last
(`recency`), and how long we have known them (`age`); time from the first purchase on, in one unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from . import fitting
from .fitting import Fit
from .given import BadData, NoFit, Numbers, alike, enough, numbers, positive, whole
from .hyper import log_hyp2f1
from .measure import Measure

FEWEST = 30
"""So few customers, and parameters would be noise."""
_NEAR_ONE = 1e-4
_LONG = 20_000
"""Terms of a series that are still reckoned one by one."""
_EDGE, _STEP, _CHUNK = 40.0, 0.02, 200
_STARTS = ((1.0, 1.0, 1.0, 1.0), (0.3, 5.0, 0.8, 2.5), (2.0, 10.0, 0.5, 5.0))

PURCHASES = Measure(
    name="Expected purchases",
    question="How often will this customer buy in the time ahead?",
    formula="P(alive) × E[(1 − (1 + p·t/(alpha + age))^−(r + frequency)) / p], p ~ Beta(a, b + frequency)",
    unit="purchases",
    source="Fader, Hardie & Lee 2005, equation 10",
    holds="No contract: nobody says good-bye. Purchases at any time, at a steady rate, until the customer leaves.",
)
ALIVE = Measure(
    name="P(alive)",
    question="How likely is it that this customer has not left for good?",
    formula="1 / (1 + a/(b + frequency − 1) · ((alpha + age)/(alpha + recency))^(r + frequency)); 1 without a repeat",
    unit="probability",
    source="Fader, Hardie & Lee 2008, Computing P(alive) Using the BG/NBD Model",
    holds="As expected purchases. By this model nobody leaves before a second purchase.",
)


@dataclass(frozen=True)
class History:
    """What customers did, checked: a number each, in the same order."""

    frequency: Numbers
    recency: Numbers
    age: Numbers


def history(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> History:
    """Raises `BadData` for what can't have been."""
    names = ("frequency", "recency", "age")
    lists = (whole("frequency", frequency), numbers("recency", recency), numbers("age", age))
    alike(names, lists)
    x, last, known = (np.atleast_1d(one) for one in np.broadcast_arrays(*lists))
    if (last > known).any():
        raise BadData("recency", "a last purchase lies after the end of what is known; both count from the first one.")
    if ((x == 0) != (last == 0)).any():
        raise BadData("recency", "is 0 for those who never bought again, and for nobody else.")
    return History(x, last, known)


@dataclass(frozen=True)
class BgNbd:
    """The four parameters; `fit` has their uncertainty when they were fitted."""

    r: float
    alpha: float
    a: float
    b: float
    fit: Fit | None = None

    def __post_init__(self) -> None:
        for name in ("r", "alpha", "a", "b"):
            positive(name, getattr(self, name))

    def log_likelihood(self, of: History) -> float:
        """Of what customers did."""
        return float(_log_likelihood(np.array([self.r, self.alpha, self.a, self.b]), of, np.ones(of.age.size)))

    def alive(self, of: History) -> Numbers:
        """P(alive) of each customer."""
        return np.asarray(special.expit(-self._log_odds_gone(of)))

    def purchases(self, of: History, ahead: ArrayLike) -> Numbers:
        """Expected purchases of each customer in the time `ahead`."""
        t = numbers("ahead", ahead)
        alike(("ahead", "age"), (t, of.age))
        return np.asarray(self._ahead(of.frequency, of.age, t) * self.alive(of))

    def by_then(self, of: History, times: ArrayLike) -> Numbers:
        """Expected purchases until each of several times ahead: a row for each customer."""
        t = numbers("times", times)
        known = self._ahead(of.frequency[:, None], of.age[:, None], t[None, :])
        return np.asarray(known * self.alive(of)[:, None])

    def new_customer(self, ahead: ArrayLike) -> Numbers:
        """Expected purchases, after the first, of somebody who has just bought for the first time."""
        t = numbers("ahead", ahead)
        return self._ahead(np.zeros(1), np.zeros(1), t)

    def _log_odds_gone(self, of: History) -> Numbers:
        x = np.maximum(of.frequency, 1.0)  # without a repeat the odds are nought, whatever stands here
        odds = (
            np.log(self.a)
            - np.log(self.b + x - 1)
            + (self.r + x) * np.log1p((of.age - of.recency) / (self.alpha + of.recency))
        )
        return np.where(of.frequency > 0, odds, -np.inf)

    def _ahead(self, x: Numbers, age: Numbers, t: Numbers) -> Numbers:
        """Of somebody who is alive: E[(1 − (1 + p·s)^−k) / p], p ~ Beta(a, b + x), s = t/(alpha + age)."""
        x, age, t = np.broadcast_arrays(x, age, t)
        k, s, c = self.r + x, t / (self.alpha + age), self.a + self.b + x - 1
        z, found = s / (1 + s), np.empty(x.shape)
        quick = (c > 0.01) & (abs(self.a - 1) > _NEAR_ONE) & ((k + 40) * s < _LONG)
        logs = log_hyp2f1(k[quick], self.b + x[quick], c[quick], z[quick]) + k[quick] * np.log1p(-z[quick])
        found[quick] = -c[quick] / (self.a - 1) * np.expm1(logs)
        found[~quick] = self._by_integral(k[~quick], s[~quick], self.b + x[~quick])
        return np.asarray(np.maximum(0.0, found))

    def _by_integral(self, k: Numbers, s: Numbers, b: Numbers) -> Numbers:
        """The same where the series is long, its difference small, or its third argument no positive number.

        Over the logit of p, in equal steps: what comes before the first and after the last is a geometric row.
        """
        if not k.size:
            return np.zeros(0)
        u = np.arange(-_EDGE, _EDGE + _STEP / 2, _STEP)[:, None]
        p, log_p, log_q = special.expit(u), special.log_expit(u), special.log_expit(-u)
        total = np.empty(k.size)
        for start in range(0, k.size, _CHUNK):
            part = slice(start, start + _CHUNK)
            density = np.exp(self.a * log_p + b[part] * log_q - special.betaln(self.a, b[part]))
            rows = density * -np.expm1(-k[part] * np.log1p(p * s[part])) / p
            before = rows[0] / np.expm1(self.a * _STEP)
            after = rows[-1] / np.expm1(b[part] * _STEP)
            total[part] = _STEP * (rows.sum(axis=0) + before + after)
        return total


def _log_likelihood(parameters: Numbers, of: History, weights: Numbers) -> float:
    r, alpha, a, b = parameters
    x = of.frequency
    rate = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    stays = special.betaln(a, b + x) - special.betaln(a, b)
    there = -(r + x) * np.log(alpha + of.age)
    again = np.maximum(x, 1.0)
    gone = np.log(a) - np.log(b + again - 1) - (r + x) * np.log(alpha + of.recency)
    either = np.where(x > 0, np.logaddexp(there, gone), there)
    return float(np.dot(weights, rate + stays + either))


def fitted(of: History) -> BgNbd:
    """The parameters under which the histories are likeliest. Raises `BadData` for too few, `NoFit` if none fit."""
    enough("frequency", of.frequency, FEWEST)
    if (of.age <= 0).all():
        raise BadData("age", "is 0 for everybody: wait until time has passed since the first purchases.")
    if not (of.frequency > 0).any():
        raise NoFit("Nobody bought a second time: nothing tells how often customers come back.")
    rows, counts = np.unique(np.column_stack([of.frequency, of.recency, of.age]), axis=0, return_counts=True)
    shrunk = History(*rows.T)
    weights = counts.astype(np.float64)
    unit = float(of.age.max())
    starts = [(r, alpha * unit / 40, a, b) for r, alpha, a, b in _STARTS]
    found = fitting.fit(lambda parameters: _log_likelihood(parameters, shrunk, weights), starts, float(of.age.size))
    r, alpha, a, b = found.values
    return BgNbd(r, alpha, a, b, found)
