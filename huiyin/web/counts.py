"""How many requests, how quick: counted in each process, added up over all of them when somebody asks.

A process keeps its numbers in memory and writes them, once a second at most, to a small file that the others read.
"""

from __future__ import annotations

import json
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends in seconds."""
EVERY = 1.0

Key = tuple[str, str, str]
"""Method, route, class of status (`2xx`)."""
Numbers = dict[Key, list[float]]
"""Of each key: requests, seconds, and requests in each bucket."""

_numbers: Numbers = {}
_lock = threading.Lock()
_written = {"at": 0.0}


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One more request."""
    key = (method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other", route)
    with _lock:
        row = _numbers.setdefault((*key, f"{status // 100}xx"), [0.0] * (2 + len(BUCKETS)))
        row[0] += 1
        row[1] += seconds
        if (bucket := bisect_left(BUCKETS, seconds)) < len(BUCKETS):
            row[2 + bucket] += 1
        if time.monotonic() - _written["at"] < EVERY or settings.WEB_PROCESSES == 1:
            return
        _written["at"] = time.monotonic()
        text = json.dumps([[*key, row] for key, row in _numbers.items()])
    _write(text)


def total() -> Numbers:
    """The numbers of all web processes that live."""
    with _lock:
        found = {key: list(row) for key, row in _numbers.items()}
    for key, row in _of_others():
        mine = found.setdefault(key, [0.0] * len(row))
        found[key] = [one + other for one, other in zip(mine, row, strict=True)]
    return found


def folder() -> Path:
    """Where the processes' files lie."""
    return Path(settings.HUIYIN_DATA_DIR) / "counts"


def _write(text: str) -> None:
    folder().mkdir(exist_ok=True)
    draft = folder() / f".{os.getpid()}"
    draft.write_text(text)
    draft.replace(folder() / str(os.getpid()))


def _of_others() -> Iterator[tuple[Key, list[float]]]:
    for path in folder().glob("[0-9]*") if settings.WEB_PROCESSES > 1 else ():
        if path.name == str(os.getpid()):
            continue
        if not Path(f"/proc/{path.name}").exists():
            path.unlink(missing_ok=True)
            continue
        for method, route, status, row in json.loads(path.read_text()):
            yield (method, route, status), row
