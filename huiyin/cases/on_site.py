"""Work on site: somebody is there, and the danger or the growing loss is stopped. Rules as in `actions.py`."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.org.access import Verb

from .actions import APPOINTMENT, BadInput, By, acting, perhaps_said, said, take
from .change import Change
from .models import CaseEvent
from .workflow import EventKind


def arrive(case_id: int, by: By, *, text: str = "", at: datetime | None = None) -> Change:
    """Somebody is on site since `at`, or now. An appointment made before is kept, or broken, by that."""
    with acting(Verb.ARRIVE, case_id, by) as change:
        take(change, by)
        moment = _moment(change, by, at)
        change.add(EventKind.ARRIVED, {}, words={"text": perhaps_said("text", text)}, at=moment)
        for promise, due in _appointments(change):
            change.add(EventKind.KEPT, {"commitment": promise, "kept": moment <= due}, at=moment)
    return change


def contain(case_id: int, by: By, *, text: str, at: datetime | None = None) -> Change:
    """Nobody is in danger and no loss grows any more since `at`, or now; `text` says what was done."""
    with acting(Verb.CONTAIN, case_id, by) as change:
        take(change, by)
        change.add(EventKind.CONTAINED, {}, words={"text": said("text", text)}, at=_moment(change, by, at))
    return change


def _moment(change: Change, by: By, at: datetime | None) -> datetime:
    """When it was, after the case was received (or taken up again) and not in the future."""
    if at is None:
        return by.at
    if at > by.at:
        raise BadInput("at", _("This lies in the future."))
    if at < _begun(change):
        raise BadInput("at", _("This lies before the case was received or taken up again."))
    return at


def _begun(change: Change) -> datetime:
    case = change.case
    if case.reopened:
        again = CaseEvent.objects.filter(case=case, kind=EventKind.REOPENED).order_by("seq").last()
        if again is not None:
            return again.at
    return case.received_at


def _appointments(change: Change) -> list[tuple[int, datetime]]:
    """Number and time of each open appointment."""
    made = CaseEvent.objects.filter(case=change.case, seq__in=change.now.open_commitments).order_by("seq")
    due = [(event.seq, event.data) for event in made]
    return [(seq, datetime.fromisoformat(data["due_at"])) for seq, data in due if data.get("what") == APPOINTMENT]
