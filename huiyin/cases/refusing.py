"""Asking for a no: whoever works on a case may propose to refuse it; somebody else looks at it, and says so or not.

Three ways of asking too much are answered in three ways: what is impossible is explained; what is excessive is
explained with what is usual instead; what is unreasonable is met by the rule. The words that fit are among the phrases.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.org.access import Verb

from . import outside as bodies
from . import refusal
from .actions import BadInput, By, acting, doer, require_status, said, take
from .change import Change
from .given import sent
from .models import Case, CaseEvent, Message
from .workflow import REFUSAL, EventKind, NotAllowed

WHAT = "refusal"


class Mode(TextChoices):
    """In which way it is asked too much. The codes are those of the situations of phrases."""

    IMPOSSIBLE = "impossible", gettext_lazy("impossible: explain")
    EXCESSIVE = "excessive", gettext_lazy("excessive: explain, and offer what is usual")
    UNREASONABLE = "unreasonable", gettext_lazy("unreasonable: keep to the rule")


MODES = Mode.choices


def propose(case_id: int, by: By, *, mode: str, reason: str, basis: str, outside: Collection[int] = ()) -> Change:
    """Ask for a no, in the words that the customer would read, naming bodies `outside`. The `decide` clock runs."""
    if mode not in Mode.values:
        raise BadInput("mode", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Mode.values)})
    with acting(Verb.PROPOSE_REFUSAL, case_id, by) as change:
        require_status(change, Verb.PROPOSE_REFUSAL)
        take(change, by)
        rows = bodies.chosen(change.case, outside)
        words = {
            "text": sent(change, by, "reason", bodies.filled(reason, rows)),
            "basis": sent(change, by, "basis", bodies.filled(basis, rows)),
        }
        named = {bodies.PART: [row.pk for row in rows]} if rows else {}
        change.add(EventKind.APPROVING, {"about": REFUSAL, "what": WHAT, "mode": mode} | named, words=words)
    return change


def waits(change: Change) -> int | None:
    """The event that asks for a no, while it waits."""
    return next((seq for seq, kind, about in change.now.open_requests if (kind, about) == _KEY), None)


_KEY = (EventKind.APPROVING.value, REFUSAL)


def decide(
    case_id: int,
    by: By,
    *,
    granted: bool,
    reason: str = "",
    text: str = "",
    basis: str = "",
    outside: Collection[int] | None = None,
) -> Change:
    """Say no to the customer as was asked for, or otherwise (`text`, `basis`, bodies `outside`); or let the work go
    on, for a `reason`. Not who asked for it, nor who handles the case."""
    with acting(Verb.DECIDE_REFUSAL, case_id, by) as change:
        seq = waits(change)
        if seq is None:
            raise NotAllowed(EventKind.APPROVED, change.now.status, _("nobody has asked for a refusal"))
        asked = CaseEvent.objects.get(case=change.case, seq=seq)
        if asked.actor_id == doer(by).pk:
            raise BadInput("granted", _("Somebody else must decide what you asked for yourself."))
        told = {"request": seq, "granted": granted, "what": WHAT}
        if not granted:
            change.add(EventKind.APPROVED, told, words={"reason": said("reason", reason)})
            return change
        rows = Message.objects.filter(case=change.case, seq=seq, erased_at=None)
        proposed = dict(rows.values_list("part", "text"))
        given = {
            "text": text.strip() or proposed.get("text", ""),
            "basis": basis.strip() or proposed.get("basis", ""),
        }
        change.add(EventKind.APPROVED, told)
        refusal.say_no(change, by, given, _outside(asked, change.case) if outside is None else outside)
    return change


def _outside(asked: CaseEvent, case: Case) -> list[int]:
    """The bodies that were asked for and are still offered: a row may have been taken out of use meanwhile."""
    offered = {row.pk for row in bodies.fitting(case)}
    return [pk for pk in asked.data.get(bodies.PART, ()) if pk in offered]
