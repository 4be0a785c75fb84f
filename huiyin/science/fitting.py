"""Maximum likelihood over positive parameters: found on their logarithms, from several places, and how sure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from .given import NoFit, Numbers

_FARTHEST = 25.0
"""Logarithms of parameters beyond this mean that the likelihood has no top."""
_OPEN = 25.0
"""A variance of a logarithm beyond this: a parameter could as well be a hundred times as large."""
_STEP = 1e-4


@dataclass(frozen=True)
class Fit:
    """`values`: the parameters; `log_likelihood` at them; `covariance`: of their logarithms."""

    values: tuple[float, ...]
    log_likelihood: float
    covariance: Numbers

    def draws(self, count: int, seed: int = 1) -> Numbers:
        """Parameters as uncertain as the data leave them: a row each (Krinsky & Robb 1986)."""
        generator = np.random.default_rng(seed)
        return np.asarray(np.exp(generator.multivariate_normal(np.log(self.values), self.covariance, size=count)))


def fit(log_likelihood: Callable[[Numbers], float], starts: Sequence[Sequence[float]], scale: float) -> Fit:
    """The parameters under which the data are likeliest. `scale`: how many customers, so that steps suit any number.

    Raises `NoFit` when there is no top, or a top so flat that the parameters could be anything.
    """

    def cost(logs: Numbers) -> float:
        if np.abs(logs).max() > _FARTHEST:
            return 1e10
        found = -log_likelihood(np.exp(logs)) / scale
        return float(found) if np.isfinite(found) else 1e10

    tops = [_climb(cost, np.log(start)) for start in starts]
    best = min(tops, key=cost)
    if np.abs(best).max() > _FARTHEST - 8:
        raise NoFit("The likelihood has no top: the customers are too much alike, or too few bought again.")
    covariance = _covariance(cost, best, scale)
    return Fit(tuple(float(value) for value in np.exp(best)), -cost(best) * scale, covariance)


def _climb(cost: Callable[[Numbers], float], start: Numbers) -> Numbers:
    rough = optimize.minimize(
        cost, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-9, "maxiter": 4000}
    )
    fine = optimize.minimize(cost, rough.x, method="BFGS", options={"gtol": 1e-8})
    found: Numbers = np.asarray(fine.x if fine.fun <= rough.fun else rough.x)
    last = optimize.minimize(
        cost, found, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-14, "maxiter": 4000}
    )
    return np.asarray(last.x)


def _covariance(cost: Callable[[Numbers], float], at: Numbers, scale: float) -> Numbers:
    size = at.size
    second = np.empty((size, size))
    steps = np.eye(size) * _STEP
    for row in range(size):
        for column in range(size):
            corners = (
                cost(at + sign * steps[row] + other * steps[column]) * sign * other
                for sign in (1, -1)
                for other in (1, -1)
            )
            second[row, column] = sum(corners) / (4 * _STEP**2)
    second = (second + second.T) / 2
    if np.linalg.eigvalsh(second).min() <= 1e-10:
        raise NoFit("The likelihood is flat at its top: the data don't tell the parameters. More customers are needed.")
    found = np.linalg.inv(second) / scale
    if np.diag(found).max() > _OPEN:
        raise NoFit("The data leave the parameters open: the customers are too much alike, or too few.")
    return np.asarray(found)
