"""What is done with values and reports: reckoned every night and when the priors change, proven when asked."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from huiyin.org import queries as org

from . import priors
from .models import Contract, Purchase, Run
from .tallying import differences, rebuild, wrong_sums
from .valuing import NotReady, run, size

__all__ = ["NotReady", "differences", "nightly", "rebuild", "run", "size", "wrong_sums"]

NIGHT = 3
"""The hour, where the company is, from which on values are reckoned anew."""
AGAIN = timedelta(hours=2)
"""A run that began so long ago and has not ended was killed."""
_running: list[subprocess.Popen[bytes]] = []


def nightly(now: datetime) -> int:
    """Start a run when one is due; it reckons in a process of its own. A house without purchases and contracts has
    nothing to reckon."""
    _running[:] = [process for process in _running if process.poll() is None]
    if _running or not _due(now):
        return 0
    claimed = Run.objects.filter(Q(begun_at=None) | Q(begun_at__lt=now - AGAIN), pk=1).update(begun_at=now)
    if not claimed:
        return 0  # another worker was quicker
    _running.append(spawn())
    return 1


def _due(now: datetime) -> bool:
    last = Run.objects.filter(pk=1).first()
    if last is None:
        if not (Purchase.objects.exists() or Contract.objects.exists()):
            return False
        Run.objects.get_or_create(pk=1)
        return priors.book().complete
    if last.begun_at is not None and last.begun_at >= now - AGAIN:
        return False
    book = priors.book()
    if not book.complete:
        return False
    return last.ended_at is None or last.priors != book.version or last.ended_at < _last_night(now)


def _last_night(now: datetime) -> datetime:
    here = now.astimezone(ZoneInfo(org.organisation().root.time_zone))
    tonight = here.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return tonight if tonight <= here else tonight - timedelta(days=1)


def spawn() -> subprocess.Popen[bytes]:
    """Start the process that reckons; it ends by itself."""
    return subprocess.Popen([sys.executable, "-m", "huiyin", "worth"], stdout=subprocess.DEVNULL)
