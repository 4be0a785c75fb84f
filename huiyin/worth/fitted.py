"""Fits the models of a customer's value: `python -m huiyin.worth.fitted` speaks JSON, a line a question, and ends when
nobody asks any more.

Nothing else of Huiyin but `science` is loaded here, and nothing of Huiyin loads this: numpy and scipy are an extra, and
too heavy for the web server and the worker. Exit status 3: they aren't installed.

First line: {"survival": […], "histories": [[frequency, recency, age, mean], …], "discount": …, "years": …}; ages in
weeks. Answer: which models there are, {"sbg": "", "bgnbd": "why not"}. After that {"renewed": […]} is answered by
discounted terms to come, {"histories": […]} by revenue to come, {"alive": histories} by
the chance that they still buy, each as [low, value, high].
"""

from __future__ import annotations

import json
import sys
from typing import Any

NO_ANALYSIS = 3
try:
    import numpy as np

    from huiyin.science import bgnbd, gamma_gamma, lifetime, sbg
    from huiyin.science.given import BadData, NoFit
except ImportError:
    sys.exit(NO_ANALYSIS)

_WEEKS = 365.25 / 7


class Models:
    """What could be fitted, and why not what couldn't."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.discount, self.years = float(given["discount"]), int(given["years"])
        self.why = {"sbg": "", "bgnbd": ""}
        self.stays: sbg.Sbg | None = None
        self.buys: tuple[bgnbd.BgNbd, gamma_gamma.GammaGamma] | None = None
        try:
            self.stays = sbg.fitted(given["survival"])
        except (BadData, NoFit) as error:
            self.why["sbg"] = str(error)
        try:
            self.buys = _fitted(given["histories"])
        except (BadData, NoFit) as error:
            self.why["bgnbd"] = str(error)

    def answer(self, asked: dict[str, Any]) -> list[list[float]]:
        """Low, value and high of each. Raises `NoFit` where nobody can say how sure that is."""
        if "renewed" in asked:
            assert self.stays is not None
            found = lifetime.contract_estimate(asked["renewed"], self.stays, margin=1.0, discount=self.discount)
        elif "alive" in asked:
            assert self.buys is not None
            of, _mean = _history(asked["alive"])
            chances = map(float, self.buys[0].alive(of))
            return [[one, one, one] for one in chances]
        else:
            assert self.buys is not None
            of, mean = _history(asked["histories"])
            ahead = lifetime.Ahead(self.years, self.discount, length=_WEEKS)
            found = lifetime.residual_estimate(of, mean, self.buys, ahead)
        return [list(map(float, row)) for row in zip(found.low, found.value, found.high, strict=True)]


def _fitted(rows: list[list[float]]) -> tuple[bgnbd.BgNbd, gamma_gamma.GammaGamma]:
    if not rows:
        raise BadData("histories", "is empty.")
    of, mean = _history(rows)
    again = of.frequency > 0
    return bgnbd.fitted(of), gamma_gamma.fitted(of.frequency[again], mean[again])


def _history(rows: list[list[float]]) -> tuple[bgnbd.History, Any]:
    frequency, recency, age, mean = np.array(rows, dtype=np.float64).T
    return bgnbd.history(frequency, recency, age), mean


def main() -> int:
    """Exit status."""
    models: Models | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        if models is None:
            models = Models(asked)
            print(json.dumps(models.why), flush=True)  # noqa: T201 (the answer)
            continue
        try:
            answer: Any = models.answer(asked)
        except (BadData, NoFit) as error:
            answer = str(error)
        print(json.dumps(answer), flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
