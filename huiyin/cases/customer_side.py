"""What customers do with their case themselves, on their own page, and the link that leads there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from huiyin.base.ids import new_secret, secret_digest
from huiyin.org.access import Verb

from . import hiding, timeline
from .actions import By, acting, perhaps_said, said
from .change import Change, StoredFile
from .models import Case, CaseEvent
from .workflow import EventKind, NotAllowed

CHASE_AGAIN = timedelta(hours=1)
"""So long after customers reminded us, a reminder more says nothing new."""


class TooSoon(Exception):
    """The customer reminded us a short while ago; `until`: from then on again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def customer_writes(case_id: int, *, text: str, at: datetime, files: Sequence[StoredFile] = ()) -> Change:
    """Words of the customer by the portal. Those about a joined case land in the case that is worked on in the end."""
    words, target = {"text": said("text", text)}, case_id
    while True:
        # Asked under the lock: a case may be joined while its customer is writing, and into one that is joined itself.
        with timeline.editing(target, at=at, actor=None) as change:
            into = change.now.joined_into_id
            if into is None:
                change.add(
                    EventKind.WROTE, _origin(case_id, target), words=words, public={"text", "files"}, files=files
                )
                return change
        target = into


def _origin(case_id: int, target: int) -> dict[str, int]:
    return {} if target == case_id else {"from": case_id}


def customer_chases(case_id: int, *, at: datetime) -> Change:
    """“Where does it stay?” by the portal: counted, told to whoever has the case. Raises `TooSoon`, `NotAllowed`."""
    target = case_id
    while True:
        with timeline.editing(target, at=at, actor=None) as change:
            into = change.now.joined_into_id
            if into is None:
                origin = _origin(case_id, target)
                _not_too_soon(change, origin.get("from"), at)
                change.add(EventKind.CHASED, {"hand_over": None, "by": "customer", **origin})
                return change
        target = into


def _not_too_soon(change: Change, origin: int | None, at: datetime) -> None:
    last = chased_at(change.case, origin)
    if last is not None and at < last + CHASE_AGAIN:
        raise TooSoon(last + CHASE_AGAIN)


def chased_at(case: Case, origin: int | None = None) -> datetime | None:
    """When the customer of the case last reminded us; of a joined one (`origin`) the reminder stands in `case`."""
    found = CaseEvent.objects.filter(case=case, kind=EventKind.CHASED, actor=None).order_by("-seq")
    return next((event.at for event in found if event.data.get("from") == origin), None)


def customer_withdraws(case_id: int, *, text: str, at: datetime) -> Change:
    """The customer takes it back on their own page. Raises `NotAllowed`, also when others told us of the same matter
    and theirs is worked on here."""
    with timeline.editing(case_id, at=at, actor=None) as change:
        if shared(change.case):
            raise NotAllowed(EventKind.WITHDRAWN, change.now.status, _("others told us of the same matter"))
        words = {"text": perhaps_said("text", text)}
        change.add(EventKind.WITHDRAWN, {"by": "customer"}, words=words, public={"text"})
    return change


def shared(case: Case) -> bool:
    """Is it worked on for other customers too?"""
    return Case.objects.filter(joined_into=case).exists()


def mint_link(case_id: int, by: By) -> str:
    """Make a new private link for the customer; the old one ends. Returned once, kept as a digest."""
    link = new_secret()
    with acting(Verb.ANSWER, case_id, by) as change:
        hiding.require(by.user, change.case)  # the page shows the customer's own words
        change.note("cases", {"what": "link"})
        Case.objects.filter(pk=case_id).update(link_digest=secret_digest(link))
    return link
