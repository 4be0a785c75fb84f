"""Asking for a no: whoever works on a case may propose to refuse it; somebody else looks at it, and says so or not.

Three ways of asking too much are answered in three ways: what is impossible is explained; what is excessive is
explained with what is usual instead; what is unreasonable is met by the rule. The words that fit are among the phrases.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.org.access import Verb

from . import refusal
from .actions import BadInput, By, acting, doer, require_status, said, take
from .change import Change
from .given import sent
from .models import CaseEvent, Message
from .workflow import REFUSAL, EventKind, NotAllowed

WHAT = "refusal"


class Mode(TextChoices):
    """In which way it is asked too much. The codes are those of the situations of phrases."""

    IMPOSSIBLE = "impossible", gettext_lazy("impossible: explain")
    EXCESSIVE = "excessive", gettext_lazy("excessive: explain, and offer what is usual")
    UNREASONABLE = "unreasonable", gettext_lazy("unreasonable: keep to the rule")


MODES = Mode.choices


def propose(case_id: int, by: By, *, mode: str, reason: str, basis: str) -> Change:
    """Ask for a no, in the words that the customer would read. The `decide` clock runs."""
    if mode not in Mode.values:
        raise BadInput("mode", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Mode.values)})
    with acting(Verb.PROPOSE_REFUSAL, case_id, by) as change:
        require_status(change, Verb.PROPOSE_REFUSAL)
        take(change, by)
        words = {"text": sent(change, by, "reason", reason), "basis": sent(change, by, "basis", basis)}
        change.add(EventKind.APPROVING, {"about": REFUSAL, "what": WHAT, "mode": mode}, words=words)
    return change


def waits(change: Change) -> int | None:
    """The event that asks for a no, while it waits."""
    return next((seq for seq, kind, about in change.now.open_requests if (kind, about) == _KEY), None)


_KEY = (EventKind.APPROVING.value, REFUSAL)


def decide(case_id: int, by: By, *, granted: bool, reason: str = "", text: str = "", basis: str = "") -> Change:
    """Say no to the customer in the proposed words, or others (`text`, `basis`); or let the work go on, for a
    `reason`. Not who asked for it, nor who handles the case."""
    with acting(Verb.DECIDE_REFUSAL, case_id, by) as change:
        seq = waits(change)
        if seq is None:
            raise NotAllowed(EventKind.APPROVED, change.now.status, _("nobody has asked for a refusal"))
        if CaseEvent.objects.filter(case=change.case, seq=seq, actor=doer(by)).exists():
            raise BadInput("granted", _("Somebody else must decide what you asked for yourself."))
        told = {"request": seq, "granted": granted, "what": WHAT}
        if not granted:
            change.add(EventKind.APPROVED, told, words={"reason": said("reason", reason)})
            return change
        own = refusal.second_person(change, by)
        rows = Message.objects.filter(case=change.case, seq=seq, erased_at=None)
        asked = dict(rows.values_list("part", "text"))
        words = {"text": sent(change, by, "text", text.strip() or asked.get("text", ""))}
        words |= {"basis": sent(change, by, "basis", basis.strip() or asked.get("basis", ""))}
        change.add(EventKind.APPROVED, told)
        change.add(EventKind.REFUSED, own, words=words, public=set(words))
    return change
