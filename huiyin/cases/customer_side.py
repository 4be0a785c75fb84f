"""What customers do with their case themselves, on their own page, and the link that leads there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from huiyin.base.ids import new_secret, secret_digest
from huiyin.org.access import Verb

from . import timeline
from .actions import By, acting, perhaps_said, said
from .change import Change, StoredFile
from .models import Case
from .workflow import EventKind


def customer_writes(case_id: int, *, text: str, at: datetime, files: Sequence[StoredFile] = ()) -> Change:
    """Words of the customer by the portal. Those about a joined case land in the case that is worked on in the end."""
    words, target = {"text": said("text", text)}, case_id
    while True:
        # Asked under the lock: a case may be joined while its customer is writing, and into one that is joined itself.
        with timeline.editing(target, at=at, actor=None) as change:
            into = change.now.joined_into_id
            if into is None:
                origin = {} if target == case_id else {"from": case_id}
                change.add(EventKind.WROTE, origin, words=words, public={"text", "files"}, files=files)
                return change
        target = into


def customer_withdraws(case_id: int, *, text: str, at: datetime) -> Change:
    """The customer takes it back on their own page."""
    with timeline.editing(case_id, at=at, actor=None) as change:
        words = {"text": perhaps_said("text", text)}
        change.add(EventKind.WITHDRAWN, {"by": "customer"}, words=words, public={"text"})
    return change


def mint_link(case_id: int, by: By) -> str:
    """Make a new private link for the customer; the old one ends. Returned once, kept as a digest."""
    link = new_secret()
    with acting(Verb.ANSWER, case_id, by) as change:
        change.note("cases", {"what": "link"})
        Case.objects.filter(pk=case_id).update(link_digest=secret_digest(link))
    return link
