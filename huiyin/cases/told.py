"""What the customer of a case may see: public words and files, and of a common case only what they said themselves.

Several customers may stand behind one case after joining. Their words land in the case that is worked on, so being
public and being in the case is not enough to be shown: this module decides it, for every door that customers use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from huiyin.org.models import User

from .models import Case, CaseEvent, File, Message
from .queries import Entry, timeline, visible
from .workflow import EventKind

_STEPS = frozenset(
    {
        *(EventKind.ACCEPTED, EventKind.HANDED_OVER, EventKind.SIGNED, EventKind.ARRIVED, EventKind.CONTAINED),
        *(EventKind.RESOLVED, EventKind.DECLINED, EventKind.REFUSED, EventKind.REOPENED, EventKind.CLOSED),
    }
)
"""What happens to a common case that all its customers may know, without the words, which speak to one of them."""


def entries(case: Case) -> list[Entry]:
    """The timeline of a case with the words and files its customer may see.

    Of the case it was joined into: what this customer wrote about theirs, and the steps since, bare of words and files.
    """
    own = [entry for entry in timeline(case, public=True) if _speaker(entry, case) == case.pk]
    common = case
    while common.joined_into is not None:  # it may have been joined into one that was joined itself
        common = common.joined_into
    if common is case:
        return own
    since = max((entry.event.at for entry in own if entry.event.kind == EventKind.JOINED), default=case.received_at)
    shared = timeline(common, public=True)
    theirs = [entry for entry in shared if _speaker(entry, common) == case.pk]
    steps = [Entry(one.event, {}, []) for one in shared if one.event.kind in _STEPS and one.event.at >= since]
    return sorted([*own, *theirs, *steps], key=lambda entry: entry.event.at)


@dataclass(frozen=True)
class Word:
    """Something a customer wrote; the text is empty when it was erased, or when only files came."""

    at: datetime
    text: str


def since_joined(user: User, case: Case, common: Case) -> list[Word]:
    """For the desk: what the customer of a joined case wrote since; nothing where `user` may not see the common one."""
    said = Message.objects.filter(case=OuterRef("case"), seq=OuterRef("seq"), part="text").values("text")
    seen = visible(user).filter(pk=common.pk).order_by().values("pk")
    wrote = CaseEvent.objects.filter(case=common, case__in=seen, kind=EventKind.WROTE).order_by("seq")
    rows = wrote.annotate(said=Subquery(said)).values_list("at", "data", "said")
    return [Word(at, text or "") for at, data, text in rows if data.get("from") == case.pk]


def file(case: Case, file_id: int) -> File:
    """A file that the customer of `case` may open, or `File.DoesNotExist`."""
    for entry in entries(case):
        for one in entry.files:
            if one.pk == file_id:
                return one
    raise File.DoesNotExist


def _speaker(entry: Entry, case: Case) -> int:
    """Whose case an entry belongs to: what customers do on their own page keeps where it came from."""
    if entry.event.kind not in (EventKind.WROTE, EventKind.CHASED):
        return case.pk
    return int(entry.event.data.get("from", case.pk))
