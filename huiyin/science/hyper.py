"""The logarithm of Gauss's hypergeometric function where all is positive: without overflow, however many purchases."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .given import Numbers

_SMALL = 1e-17
_MOST = 200_000
_CELLS = 1_000_000
"""Terms held at a time, over all arguments together."""


def log_hyp2f1(a: ArrayLike, b: ArrayLike, c: ArrayLike, z: ArrayLike) -> Numbers:
    """ln 2F1(a, b; c; z) for a, b ≥ 0, c > 0 and 0 ≤ z < 1.

    The terms of the series are all positive, so their logarithms are added up without any loss. Raises ArithmeticError
    when z is so near to 1 that the series doesn't end.
    """
    given = (np.asarray(one, dtype=np.float64) for one in (a, b, c, z))
    every = np.broadcast_arrays(*given)
    a_, b_, c_, z_ = (one.ravel() for one in every)
    block = int(np.clip(_CELLS // max(1, a_.size), 8, 256))
    total, term = np.zeros(a_.shape), np.zeros(a_.shape)
    for start in range(0, _MOST, block):
        n = np.arange(start, start + block, dtype=np.float64)[:, None]
        with np.errstate(divide="ignore"):
            ratio = np.log(a_ + n) + np.log(b_ + n) - np.log(c_ + n) - np.log1p(n) + np.log(z_)
        terms = term + np.cumsum(ratio, axis=0)
        total = np.logaddexp(total, np.logaddexp.reduce(terms, axis=0))
        term = terms[-1]
        # What is to come is smaller than a geometric row from here on, once the terms fall.
        rest = term - np.log(np.maximum(1e-300, -np.expm1(np.minimum(ratio[-1], 0.0))))
        if np.all((term == -np.inf) | ((ratio[-1] < 0) & (rest - total < np.log(_SMALL)))):
            return np.atleast_1d(total.reshape(every[0].shape))
    raise ArithmeticError("The hypergeometric series doesn't end: the argument is too near to 1.")
