"""Asking the models of `fitted.py`, in a process of their own that ends with the run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from .priors import Range

COMMAND = [sys.executable, "-m", "huiyin.worth.fitted"]
NOT_INSTALLED = "the extra `analysis` is not installed"


class Models:
    """The models as far as they could be fitted. `why`: model → why there is none; empty where there is one."""

    def __init__(self, process: subprocess.Popen[str], given: dict[str, Any]) -> None:
        self._process = process
        found = self._ask(given)
        self.why: dict[str, str] = dict.fromkeys(("sbg", "bgnbd"), NOT_INSTALLED) if found is None else found

    def terms(self, renewed: Sequence[int]) -> list[Range] | None:
        """Discounted years to come of contracts renewed so often; None where the model can't say."""
        return self._ranges("sbg", {"renewed": list(renewed)})

    def revenue(self, histories: Sequence[Sequence[float]]) -> list[Range] | None:
        """Discounted revenue to come of customers who bought so."""
        return self._ranges("bgnbd", {"histories": [list(one) for one in histories]})

    def alive(self, histories: Sequence[Sequence[float]]) -> list[Range] | None:
        """The chance that customers who bought so still buy."""
        return self._ranges("bgnbd", {"alive": [list(one) for one in histories]})

    def _ranges(self, model: str, asked: dict[str, Any]) -> list[Range] | None:
        if self.why[model] or not next(iter(asked.values())):
            return None
        found = self._ask(asked)
        if not isinstance(found, list):
            self.why[model] = str(found or "the process of the models has ended")
            return None
        return [Range(*one) for one in found]

    def _ask(self, asked: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            return None
        return json.loads(line) if line else None


@contextmanager
def models(given: dict[str, Any]) -> Iterator[Models]:
    """The models fitted to what is `given`, until the block ends."""
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    try:
        yield Models(process, given)
    finally:
        if process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
