"""The review: somebody other than who resolved a case looks at its result before the customer is asked how it went.

Whether a house reviews is one of its rules; the event that resolves a case says whether this one waits for it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.org import access
from huiyin.org.access import Verb

from .actions import BadInput, By, acting, perhaps_said, said
from .change import Change
from .workflow import EventKind, NotAllowed


def review(case_id: int, by: By, *, ok: bool, text: str = "") -> Change:
    """Look at a result. A yes starts the return visit; a no needs its reason, and the handler takes it up again."""
    with acting(Verb.REVIEW, case_id, by) as change:
        if change.now.review_since is None:
            raise NotAllowed(EventKind.REVIEWED, change.now.status, _("no result waits for a review"))
        data = {"ok": ok, **_not_own(change, by)}
        change.add(EventKind.REVIEWED, data, words={"text": perhaps_said("text", text) if ok else said("text", text)})
        if not ok:
            change.add(EventKind.REOPENED, {"because": "review"})
    return change


def _not_own(change: Change, by: By) -> dict[str, bool]:
    """Nobody reviews what they resolved or handled. An administrator may, where nobody else is there; the record says
    so."""
    resolved = change.case.caseevent_set.filter(kind=EventKind.RESOLVED).order_by("-seq")
    doers = {resolved.values_list("actor_id", flat=True).first(), change.now.handler_id}
    if by.user is None or by.user.pk not in doers:
        return {}
    if not access.may(by.user, Verb.ADMINISTER, change.case.site_id):
        raise BadInput("ok", _("Somebody else must look at what you resolved or handled yourself."))
    return {"own": True}
