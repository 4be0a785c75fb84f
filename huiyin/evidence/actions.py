"""Handing out files and taking copies. Whoever is given something is written down before the first byte leaves."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.db.models import F, Q

from huiyin.cases import queries as cases
from huiyin.cases import timeline
from huiyin.cases.actions import By, acting
from huiyin.cases.change import Change
from huiyin.cases.models import Case, CaseEvent, File
from huiyin.cases.timeline import Stale
from huiyin.org.access import Forbidden, Verb
from huiyin.org.models import User

from . import copying, lines, queries
from .copying import Written
from .models import Act, Copy, Handling, State
from .pdf import NoPaper

logger = logging.getLogger(__name__)

SHOWN, SAVED, COPIED = Act.SHOWN, Act.SAVED, Act.COPIED
TOPIC = "evidence"
KEPT = timedelta(days=1)
"""So long a copy waits to be fetched."""
AGAIN = timedelta(minutes=5)
"""A copy that was begun so long ago and isn't there is begun anew: its process was killed."""
TRIES = 3
_running: list[subprocess.Popen[bytes]] = []


# --- files -----------------------------------------------------------------------------------------------------------


def hand_out(file: File, act: Act, *, user: User | None, at: datetime) -> None:
    """Write down that somebody is given the bytes of a file."""
    Handling.objects.create(case_id=file.case_id, file=file, user=user, act=act, at=at)


def _copied(files: Iterable[File], by: By) -> None:
    """All in one statement. A file of another case stands in the custody of that case."""
    rows = [Handling(case_id=one.case_id, file=one, user=by.user, act=COPIED, at=by.at) for one in files]
    Handling.objects.bulk_create(rows)


# --- copies ----------------------------------------------------------------------------------------------------------


def take(number: str, path: Path, by: By, *, language: str) -> Written:
    """Write a copy of a case to `path`: all that `by.user` may have, or everything for whoever runs the machine.

    The case has it written down, with the digest of the archive, before the archive gets its name. Raises
    `Case.DoesNotExist`, `Forbidden`, `NoPaper`, `OSError`, and `Stale` when the case doesn't stop moving.
    """
    with copying.beside(path) as draft:
        for attempt in range(TRIES):
            case = _open(number, by)
            contents = copying.for_staff(lines.for_staff(case), language)
            found = copying.write_file(contents, draft)
            try:
                _note(case, by, found.sha256, contents.files)
            except Stale:
                if attempt == TRIES - 1:
                    raise
                continue
            copying.keep(found, path)
            return found
    raise AssertionError("the last try returns or raises")


def _open(number: str, by: By) -> Case:
    if by.user is None:
        return Case.objects.select_related("site").get(pk=cases.key_of(number))
    case = cases.get(by.user, number)
    queries.require(by.user, case)
    return case


def _note(case: Case, by: By, sha256: str, files: list[File]) -> None:
    expected = By(by.user, by.at, case.seq)
    with _editing(case, expected) as change:
        timeline.expect(change, case.seq)
        data = {"what": "copied", "events": case.seq, "sha256": sha256, "by": "desk" if by.user else "machine"}
        change.note(TOPIC, data)
        _copied(files, by)


def _editing(case: Case, by: By) -> AbstractContextManager[Change]:
    if by.user is None:
        return timeline.editing(case.pk, at=by.at, actor=None)
    return acting(Verb.EXPORT, case.pk, by)


def give_customer(case: Case, contents: copying.Contents, file: IO[bytes], at: datetime) -> None:
    """Write a customer's own copy. The case has it written down once, until something new has happened."""
    copying.write(contents, file)
    with timeline.editing(case.pk, at=at, actor=None) as change:
        if not _taken_already(change.case):
            change.note(TOPIC, {"what": "copied", "events": case.seq, "by": "customer"})
        _copied([*contents.files, *contents.elsewhere], By(None, at))


def _taken_already(case: Case) -> bool:
    last = CaseEvent.objects.filter(case=case, seq=case.seq).values("topic", "data").first()
    return last is not None and last["topic"] == TOPIC and last["data"].get("by") == "customer"


# --- copies asked for at the desk ------------------------------------------------------------------------------------


def ask(user: User, number: str, *, language: str, at: datetime) -> Copy:
    """Ask for a copy; one that is being made already is that copy. Raises `Case.DoesNotExist`, `Forbidden`."""
    case = cases.get(user, number)
    queries.require(user, case)
    waiting = Copy.objects.filter(case=case, user=user, state=State.WAITING).first()
    return waiting or Copy.objects.create(case_id=case.pk, user=user, language=language, asked_at=at)


def make(copy_id: int, now: datetime) -> Copy:
    """Make a copy that was asked for; it may have been made already by a process that was taken for dead."""
    copy = Copy.objects.select_related("case", "user").get(pk=copy_id)
    if copy.state != State.WAITING:
        return copy
    queries.folder().mkdir(mode=0o700, exist_ok=True)
    by, path = By(copy.user, now), queries.path_of(copy)
    try:
        found = take(copy.case.number, path, by, language=copy.language)
    except (Case.DoesNotExist, Forbidden):
        return _fail(copy, "forbidden")
    except Stale:
        return _fail(copy, "busy")
    except NoPaper as error:
        logger.exception("An evidence copy could not be made")
        return _fail(copy, error.why)
    copy.state, copy.sha256, copy.size = State.READY, found.sha256, found.size
    copy.save(update_fields=["state", "sha256", "size"])
    return copy


def _fail(copy: Copy, problem: str) -> Copy:
    copy.state, copy.problem = State.FAILED, problem
    copy.save(update_fields=["state", "problem"])
    return copy


def sweep(now: datetime) -> int:
    """Start a process for the copy that has waited longest, one at a time, and clear away old ones; how many."""
    _running[:] = [process for process in _running if process.poll() is None]
    return _clear(now) + (0 if _running else _start(now))


def _start(now: datetime) -> int:
    free = Q(begun_at=None) | Q(begun_at__lt=now - AGAIN)
    waiting = Copy.objects.filter(free, state=State.WAITING).order_by("pk").first()
    if waiting is None:
        return 0
    if waiting.tries >= TRIES:
        _fail(waiting, "other")
        return 1
    mine = Copy.objects.filter(free, pk=waiting.pk, state=State.WAITING, tries=waiting.tries)
    if not mine.update(begun_at=now, tries=F("tries") + 1):
        return 0  # another worker was quicker
    _running.append(spawn(waiting.pk))
    return 1


def spawn(copy_id: int) -> subprocess.Popen[bytes]:
    """Start the process that makes a copy; it ends by itself."""
    return subprocess.Popen([sys.executable, "-m", "huiyin", "make-copy", str(copy_id)])


def _clear(now: datetime) -> int:
    old = list(Copy.objects.filter(state=State.READY, asked_at__lt=now - KEPT).order_by("asked_at")[:20])
    for copy in old:
        queries.path_of(copy).unlink(missing_ok=True)
    return Copy.objects.filter(pk__in=[copy.pk for copy in old]).update(state=State.GONE) if old else 0
