"""Send a bulk action, take it back, and do what is due."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.cases import queries as cases
from huiyin.cases import words
from huiyin.cases.actions import BadInput, By
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.timeline import Stale
from huiyin.cases.workflow import EventKind, NotAllowed
from huiyin.org.access import Forbidden
from huiyin.org.models import User

from .acts import ACTS
from .models import Bulk, State

logger = logging.getLogger(__name__)

MOST = 100
"""Cases in one action."""
UNDO = timedelta(seconds=10)
_A_TURN = 50
"""So many cases are done in one turn of the sweep, so that deadlines don't wait for them."""
_KEPT = timedelta(days=7)
_OLD = 500


def send(user: User, act: str, data: dict[str, Any], case_ids: Sequence[int], *, key: str, at: datetime) -> Bulk:
    """Let an action wait its ten seconds. The same `key` again gives the action it gave before. Raises `BadInput`."""
    known = Bulk.objects.filter(user=user, key=key).first()
    if known is not None:
        return known
    ids = list(dict.fromkeys(case_ids))
    if not ids:
        raise BadInput("cases", _("Tick the cases it is about."))
    if len(ids) > MOST:
        raise BadInput("cases", _("At most %(most)d cases at once; do the others after them.") % {"most": MOST})
    ACTS[act].check(data)
    seen = dict(cases.visible(user).filter(pk__in=ids).values_list("pk", "seq"))
    row = Bulk(user=user, key=key, act=act, data=data, at=at, due_at=at + UNDO)
    row.cases = [[pk, seen.get(pk, 0)] for pk in ids]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # both buttons of a double click arrived at once
        return Bulk.objects.get(user=user, key=key)
    return row


def undo(user: User, pk: int) -> bool:
    """Take an action back before it has begun: nothing was done, so nothing is written. Whether it was in time."""
    waiting = Bulk.objects.filter(pk=pk, user=user, state=State.WAITING, started_at=None)
    return bool(waiting.update(state=State.UNDONE, data={}))


def sweep(now: datetime) -> int:
    """Do what is due, case by case, and forget what is a week old."""
    done = 0
    for pk in Bulk.objects.filter(state=State.WAITING, due_at__lte=now).order_by("due_at").values_list("pk", flat=True):
        while done < _A_TURN and _next(pk, now):
            done += 1
    old = Bulk.objects.filter(at__lt=now - _KEPT).exclude(state=State.WAITING).values("pk")[:_OLD]
    Bulk.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return done


def _next(pk: int, now: datetime) -> bool:
    """The next case of an action, in one transaction with the note that it is done: who was killed goes on there."""
    with transaction.atomic():
        row = Bulk.objects.select_for_update().filter(pk=pk, state=State.WAITING).first()
        if row is None:
            return False
        case_id, seen = row.cases[len(row.results)]
        row.started_at = row.started_at or now
        row.results.append(_outcome(row, case_id, seen, now))
        if len(row.results) == len(row.cases):
            row.state, row.data = State.DONE, {}
        row.save(update_fields=["started_at", "results", "state", "data"])
    return True


def _outcome(row: Bulk, case_id: int, seen: int, now: datetime) -> tuple[str, str]:
    with translation.override(row.user.language or settings.LANGUAGE_CODE):
        try:
            with transaction.atomic():
                version = _unchanged(row.user, case_id, seen)
                ACTS[row.act].run(case_id, By(row.user, now, version), row.data)
        except tuple(_REFUSALS) as error:
            return _REFUSALS[type(error)], _why(error)
        except Exception:
            logger.exception("Bulk action %s failed at case %s", row.pk, case_id)
            return "failed", ""
    return "done", ""


_REFUSALS: dict[type[Exception], str] = {
    Case.DoesNotExist: "gone",
    Forbidden: "forbidden",
    Stale: "changed",
    NotAllowed: "status",
    BadInput: "input",
}
"""What became of a case, as results have it; `done` and `failed` besides."""


def _why(error: Exception) -> str:
    if isinstance(error, NotAllowed):
        return f"{words.status(error.status)}{_(': ') if error.reason else ''}{error.reason}"
    return error.text if isinstance(error, BadInput) else ""


def _unchanged(user: User, case_id: int, seen: int) -> int:
    """The version of a case to which nobody else has done anything since it was seen; the marks of clocks and what the
    user did themselves don't count. Raises `Stale`, `Case.DoesNotExist`."""
    version = cases.version(user, case_id)
    if version is None:
        raise Case.DoesNotExist
    others = Q(actor__isnull=False) | ~Q(kind=EventKind.NOTED)
    since = CaseEvent.objects.filter(others, case=case_id, seq__gt=seen).exclude(actor=user)
    if version != seen and since.exists():
        raise Stale(version)
    return version
