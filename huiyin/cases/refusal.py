"""A no that was looked into: two people stand behind it, the customer may have it looked at by another, and is told so.

The handler has looked into it; somebody else says no. After an appeal the case is for another handler, and whoever said
no before doesn't say it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from huiyin.org import access
from huiyin.org.access import Verb

from . import outside, timeline
from .change import Change
from .given import BadInput, By, perhaps_sent, said, sent
from .models import Case, CaseEvent
from .outside_models import OutsideBody
from .workflow import Because, EventKind, NotAllowed, Status

APPEAL = timedelta(days=30)
"""How long after a no the customer may ask another person to look at it."""
BECAUSE = "appeal"


def second_person(change: Change, by: By) -> dict[str, bool]:
    """Raise `BadInput` for the handler and for whoever refused it before. An administrator may, where nobody else is
    there; the record says so."""
    if by.user is None:
        return {}
    before = CaseEvent.objects.filter(case=change.case, kind=EventKind.REFUSED, actor=by.user).exists()
    if not before and change.now.handler_id != by.user.pk:
        return {}
    if access.may(by.user, Verb.ADMINISTER, change.case.site_id):
        return {"own": True}
    if before:
        raise BadInput("reason", _("You refused it before: after an appeal another person decides."))
    raise BadInput("reason", _("You handle this case: a second person refuses, or assign it to another first."))


def say_no(change: Change, by: By, given: Mapping[str, str], bodies: Collection[int]) -> None:
    """Write the no down. `given`: what the customer reads, then its basis, each by the name of its field; `bodies`:
    to whom they may turn outside."""
    own, rows = second_person(change, by), outside.chosen(change.case, bodies)
    read = [sent(change, by, field, outside.filled(text, rows)) for field, text in given.items()]
    _write(change, EventKind.REFUSED, own, dict(zip(("text", "basis"), read, strict=True)), rows)


def not_ours(change: Change, by: By, given: Mapping[str, str], bodies: Collection[int]) -> None:
    """Write down that it isn't ours, `given` and `bodies` as for a no: why, and the right door, which may be one of the
    bodies alone."""
    rows = outside.chosen(change.case, bodies)
    if not rows:
        said("right_door", given["right_door"])
    door = perhaps_sent(change, by, "right_door", outside.filled(given["right_door"], rows))
    words = {"text": sent(change, by, "reason", outside.filled(given["reason"], rows))}
    _write(change, EventKind.DECLINED, {}, words | ({"right_door": door} if door else {}), rows)


def _write(
    change: Change, kind: EventKind, data: Mapping[str, bool], words: dict[str, str], rows: Sequence[OutsideBody]
) -> None:
    at = change.at
    words[outside.PART] = outside.words(rows, change.case, at, like=words["text"])
    told = {part for part, text in words.items() if text}
    change.add(kind, {**data, **outside.facts(rows, change.case, at)}, words=words, public=told)


def until(case: Case) -> datetime | None:
    """Until when the customer may ask for a review; None when they can't, or have done so once."""
    refused = case.status == Status.REFUSED or (case.status == Status.CLOSED and case.outcome == Status.REFUSED)
    if not refused or case.resolved_at is None or _appealed(case):
        return None
    return case.resolved_at + APPEAL


def _appealed(case: Case) -> bool:
    rows = CaseEvent.objects.filter(case=case, kind=EventKind.REOPENED)
    return any(data.get("because") == BECAUSE for data in rows.values_list("data", flat=True))


def customer_appeals(case_id: int, *, text: str, at: datetime) -> Change:
    """The customer asks another person to look at a no: once, within thirty days. It goes to the supervisor, without
    its handler. Raises `NotAllowed`."""
    with timeline.editing(case_id, at=at, actor=None) as change:
        end = until(change.case)
        if end is None or at > end:
            raise NotAllowed(EventKind.REOPENED, change.now.status, _("the time for a review is over"))
        words = {"text": said("text", text)}
        change.add(EventKind.WROTE, {}, words=words, public={"text"})
        change.add(EventKind.REOPENED, {"because": BECAUSE, "handler": None})
        change.add(EventKind.REFERRED, {"because": Because.ASKED.value}, words=words)
    return change
