"""The text that Prometheus reads."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError

from huiyin import __version__
from huiyin.cases import measure
from huiyin.clocks import queries as clocks
from huiyin.org import beat

from . import counts

KEEP = 15.0
"""Seconds for which the number of open cases is kept: however many ask, the index is counted seldom."""

_open: tuple[float, dict[str, int]] = (0.0, {})
Sample = tuple[dict[str, str], float]


def text(now: datetime) -> str:
    """Everything there is to measure. Without a database: what the processes themselves know."""
    lines = [*_processes(), *_requests()]
    try:
        lines += _rows(now)
    except (DatabaseError, OSError):
        lines += _gauge("huiyin_database_up", "Does the database answer?", [({}, 0)])
    return "\n".join(lines) + "\n"


def _processes() -> Iterator[str]:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE")
    yield from _gauge("huiyin_info", "Version.", [({"version": __version__}, 1)])
    yield from _gauge("huiyin_web_process_memory_bytes", "Memory of the web process that answers.", [({}, memory)])


def _requests() -> Iterator[str]:
    name = "huiyin_request_seconds"
    yield f"# HELP {name} Requests by method, route and class of status, and how long they took."
    yield f"# TYPE {name} histogram"
    for (method, route, status), (requests, seconds, *buckets) in sorted(counts.total().items()):
        labels = {"method": method, "route": route, "status": status}
        reached = 0.0
        for end, found in zip(counts.BUCKETS, buckets, strict=True):
            reached += found
            yield _line(f"{name}_bucket", labels | {"le": f"{end:g}"}, reached)
        yield _line(f"{name}_bucket", labels | {"le": "+Inf"}, requests)
        yield _line(f"{name}_sum", labels, seconds)
        yield _line(f"{name}_count", labels, requests)


def _rows(now: datetime) -> Iterator[str]:
    overdue, lag = clocks.backlog(now, most=measure.MOST)
    seen, sealed = beat.last(), measure.seal_age(now)
    yield from _gauge("huiyin_database_up", "Does the database answer?", [({}, 1)])
    yield from _gauge("huiyin_clocks_due", "Deadlines that have passed and aren't recorded yet.", [({}, overdue)])
    yield from _gauge("huiyin_sweep_lag_seconds", "Since when the oldest of them is due.", [({}, lag)])
    waiting = measure.waiting_for_seal()
    yield from _gauge("huiyin_seal_waiting", "Changes that wait for the next seal.", [({}, waiting)])
    if sealed is not None:
        yield from _gauge("huiyin_seal_age_seconds", "Age of the newest seal.", [({}, sealed)])
    if seen is not None:
        yield from _gauge(
            "huiyin_worker_beat_seconds", "Unix time of the worker's last beat.", [({}, seen.timestamp())]
        )
    cases = [({"status": status}, float(count)) for status, count in _open_cases().items()]
    yield from _gauge("huiyin_open_cases", "Open cases by status.", cases)


def _open_cases() -> dict[str, int]:
    global _open  # noqa: PLW0603 (kept in the process on purpose)
    at, found = _open
    if not at or time.monotonic() - at > KEEP:
        found = measure.open_by_status()
        _open = (time.monotonic(), found)
    return found


def _gauge(name: str, meaning: str, samples: Sequence[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"
    yield from (_line(name, labels, value) for labels, value in samples)


def _line(name: str, labels: dict[str, str], value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{inside}}} {float(value)}" if inside else f"{name} {float(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
