"""What happened to groups, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.base.ids import grouped, receipt_number
from huiyin.groups import queries

from .rows import Mark

if TYPE_CHECKING:
    from huiyin.groups.models import Entry
    from huiyin.org.models import User

_PLACES: Mapping[str, str | Promise] = {
    "same": gettext_lazy("same place"),
    "building": gettext_lazy("same building"),
    "around": gettext_lazy("cause lies around the places"),
}
_CAUSES: Mapping[str, str | Promise] = {
    "same": gettext_lazy("same category"),
    "branch": gettext_lazy("same branch of categories"),
}


@dataclass(frozen=True)
class EventLine:
    """A line of the log."""

    title: str
    who: str
    at: datetime
    case: str
    other: int | None
    why: str


def reason_words(data: Mapping[str, Any], like: str = "") -> str:
    """The machine's reason: what is the same, how much the words have in common, with which case."""
    parts = [_PLACES.get(data.get("place", ""), ""), _CAUSES.get(data.get("category", ""), "")]
    if "text" in data:
        parts.append(_("words alike by %(percent)d %%") % {"percent": round(data["text"] / 10)})
    if like:
        parts.append(_("most like %(number)s") % {"number": grouped(like)})
    if data.get("why") == "cause":
        parts.append(_("its category was changed"))
    if data.get("why") == "rebuilt":
        parts.append(_("found anew"))
    return _(", ").join(str(part) for part in parts if part)


def group_marks(user: User, case_ids: Sequence[int]) -> dict[int, Mark]:
    """What a list says of cases that others have spoken of too."""
    words = _("%(stage)s: %(count)d customers")
    return {
        case: Mark("watched", words % {"stage": mark.stage.label, "count": mark.customers})
        for case, mark in queries.marks(user, case_ids).items()
    }


def event_line(entry: Entry, now: datetime) -> EventLine:
    """A line of the log as people read it."""
    return EventLine(
        title=_title(entry),
        who=entry.by.name if entry.by else _("by itself"),
        at=entry.at,
        case=receipt_number(entry.case_id) if entry.case_id else "",
        other=entry.other_id if entry.other_id and not (entry.other and entry.other.ended_at) else None,
        why=entry.reason or reason_words(entry.data),
    )


def _title(entry: Entry) -> str:
    if entry.what == "stage":
        stage = str(dict(queries.STAGES).get(entry.data["stage"], ""))
        return _("Stage: %(stage)s, %(count)d customers") % {"stage": stage, "count": entry.data["customers"]}
    if entry.what == "role":
        return _("Role: %(role)s") % {"role": dict(queries.ROLES).get(entry.data["role"], "")}
    titles = {
        "aims": _("Other aims observed"),
        "joined": _("Case added"),
        "left": _("Case taken out"),
        "merged": _("Took up group #%(number)s"),
        "split": _("Split, with group #%(number)s"),
        "lead": _("Lead chosen"),
        "incident": _("Became an incident"),
        "ended": _("Ended"),
    }
    return titles[entry.what] % ({"number": entry.other_id} if entry.what in ("merged", "split") else {})
