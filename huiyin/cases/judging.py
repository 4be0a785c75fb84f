"""What the front desk says of a department's answer: the next in line judges whether it can be used as it is.

As in `actions`: one function a verb, with the same arguments and exceptions.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.org import access
from huiyin.org.access import Verb

from .actions import BadInput, By, acting, perhaps_said, said
from .change import Change
from .models import CaseEvent, HandOver, Unusable
from .workflow import EventKind, NotAllowed


def judge(case_id: int, by: By, *, usable: bool, why: str = "", text: str = "", hand_over: int | None = None) -> Change:
    """Say whether an answer can be used, and `why` not. Until the case is closed it may be said again, otherwise."""
    with acting(Verb.JUDGE, case_id, by) as change:
        if usable:
            why = ""
        elif why not in Unusable.values:
            raise BadInput("why", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Unusable.values)})
        row = _answered(change, hand_over)
        if (row.usable, row.unusable) == (usable, why) and not text.strip():
            raise BadInput("usable", _("This is what was said of it already."))
        replies = CaseEvent.objects.filter(case=change.case, seq=row.reply_seq or 0)
        answerer = replies.values_list("actor_id", flat=True).first()
        data = {"hand_over": row.seq, "usable": usable, "why": why, "department": row.department_id, "of": answerer}
        words = said("text", text) if why == Unusable.OTHER else perhaps_said("text", text)
        change.add(EventKind.JUDGED, data | _not_own(change, by, row, answerer), words={"text": words})
    return change


def _answered(change: Change, hand_over: int | None) -> HandOver:
    """The answered task that is meant; its number may be left out while there is just one."""
    rows = {row.seq: row for row in HandOver.objects.filter(case=change.case).exclude(replied_at=None).order_by("seq")}
    if hand_over is None and len(rows) > 1:
        raise BadInput("hand_over", _("Several hand-overs are answered: %(numbers)s.") % {"numbers": list(rows)})
    number = hand_over if hand_over is not None else next(iter(rows), None)
    if number is None or number not in rows:
        raise NotAllowed(EventKind.JUDGED, change.now.status, _("no department has answered this"))
    return rows[number]


def _not_own(change: Change, by: By, row: HandOver, answerer: int | None) -> dict[str, bool]:
    """Nobody judges their own answer or that of their own department. An administrator may, where nobody else is there;
    the record says so."""
    if by.user is None or (by.user.pk != answerer and by.user.department_id != row.department_id):
        return {}
    if not access.may(by.user, Verb.ADMINISTER, change.case.site_id):
        raise BadInput("usable", _("Somebody else must judge your own or your department's answer."))
    return {"own": True}
