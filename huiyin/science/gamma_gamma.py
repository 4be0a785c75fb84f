"""Gamma-Gamma: what will this customer's purchases be worth, judged by the few we have seen?

Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value. Values of one customer scatter round a mean of their
own, by a gamma with shape p; the means scatter over customers by q and gamma. Who bought little is drawn to the middle
of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from . import fitting
from .fitting import Fit
from .given import BadData, NoFit, Numbers, alike, enough, numbers, positive, whole
from .measure import Measure

FEWEST = 30
_STARTS = ((1.0, 2.0, 1.0), (6.0, 4.0, 0.5), (2.0, 3.0, 2.0))

VALUE = Measure(
    name="Expected value of a purchase",
    question="What will this customer's purchases be worth, on average?",
    formula="p · (gamma + frequency · mean) / (p · frequency + q − 1)",
    unit="money of the purchases given",
    source="Fader & Hardie 2013, equation 5",
    holds="What customers spend has nothing to do with how often they buy; look at `correlation` first.",
)


@dataclass(frozen=True)
class GammaGamma:
    """The three parameters; `fit` has their uncertainty when they were fitted."""

    p: float
    q: float
    gamma: float
    fit: Fit | None = None

    def __post_init__(self) -> None:
        for name in ("p", "q", "gamma"):
            positive(name, getattr(self, name))
        if self.q <= 1:
            raise NoFit(f"q is {self.q:g}: below 1 the mean over customers is endless. A few values are far too large.")

    def value(self, frequency: ArrayLike, mean: ArrayLike) -> Numbers:
        """Expected value of a purchase; `mean` of `frequency` purchases was seen. Without any, the mean of all."""
        x, seen = whole("frequency", frequency), numbers("mean", mean)
        alike(("frequency", "mean"), (x, seen))
        if (np.broadcast_arrays(x, seen)[1][np.broadcast_arrays(x, seen)[0] > 0] <= 0).any():
            raise BadData("mean", "is 0 for somebody who bought; leave out what was free.")
        return np.asarray(self.p * (self.gamma + x * seen) / (self.p * x + self.q - 1))

    @property
    def population(self) -> float:
        """The mean over all customers."""
        return self.p * self.gamma / (self.q - 1)


def _log_likelihood(parameters: Numbers, x: Numbers, seen: Numbers) -> float:
    p, q, gamma = parameters
    px = p * x
    shape = special.gammaln(px + q) - special.gammaln(px) - special.gammaln(q)
    value = q * np.log(gamma) + (px - 1) * np.log(seen) + px * np.log(x) - (px + q) * np.log(gamma + x * seen)
    return float((shape + value).sum())


def correlation(frequency: ArrayLike, mean: ArrayLike) -> float:
    """Between how often and how much: near 0 where the model holds."""
    x, seen = _bought(frequency, mean)
    if np.ptp(x) == 0 or np.ptp(seen) == 0:
        return 0.0
    return float(np.corrcoef(x, seen)[0, 1])


def fitted(frequency: ArrayLike, mean: ArrayLike) -> GammaGamma:
    """The parameters under which the means are likeliest; of customers with at least one purchase each."""
    x, seen = _bought(frequency, mean)
    enough("frequency", x, FEWEST)
    if np.ptp(seen) == 0:
        raise NoFit("All purchases are worth the same: use that value.")
    unit = float(np.median(seen))
    starts = [(p, q, gamma) for p, q, gamma in _STARTS]
    found = fitting.fit(lambda parameters: _log_likelihood(parameters, x, seen / unit), starts, float(x.size))
    p, q, gamma = found.values
    likelihood = found.log_likelihood - x.size * float(np.log(unit))
    return GammaGamma(p, q, gamma * unit, Fit((p, q, gamma * unit), likelihood, found.covariance))


def _bought(frequency: ArrayLike, mean: ArrayLike) -> tuple[Numbers, Numbers]:
    x, seen = whole("frequency", frequency, least=1), numbers("mean", mean, above=True)
    alike(("frequency", "mean"), (x, seen))
    first, second = np.broadcast_arrays(x, seen)
    return first, second
