"""The settlement record: what was agreed about a case on one sheet, to be signed by both sides.

The signed sheet comes back as a file of a note, by the verb that there is for files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.recovery.queries import BEARERS, STATES, State

from . import sheet as sheets
from .door import StaffRequest, show, staff
from .remedies import remedy_name

if TYPE_CHECKING:
    from huiyin.recovery.models import Remedy

    from .sheet import Sheet

_GIVEN = (State.DELIVERED, State.CONFIRMED)


@dataclass(frozen=True)
class Agreed:
    """One line of the sheet. `at`: by when, or since when the customer has it."""

    number: int
    name: str
    state: str
    at: datetime | None
    given: bool
    bearer: str


@require_safe
@staff
def paper(request: StaffRequest, number: str) -> HttpResponse:
    """To be printed; there is none before anything is granted."""
    sheet = sheets.read(request.user, number, request.now)
    if not sheet.agreed:
        raise Http404
    context = {
        "case": sheet.case,
        "failure": sheet.failure,
        "gravity": sheet.gravity,
        "rows": [_row(one) for one in sheet.agreed],
        "told": _told(sheet),
        "at": request.now,
        "counts": {},
    }
    return show(request, "desk/settlement.html", context, counted=False)


def _row(one: Remedy) -> Agreed:
    given = one.state in _GIVEN
    return Agreed(
        number=one.number,
        name=remedy_name(one.kind, one.amount if one.paid is None else one.paid, one.currency),
        state=str(dict(STATES)[one.state]),
        at=one.delivered_at if given else one.due_at,
        given=given,
        bearer=str(dict(BEARERS)[one.bearer]),
    )


def _told(sheet: Sheet) -> dict[str, str]:
    """The last words about the result that the customer was told, and how it is kept from happening again."""
    last = next((one for one in reversed(sheet.entries) if one.event.kind == "resolved"), None)
    words = last.words if last else {}
    return {part: words[part].text for part in ("text", "prevention") if part in words}


def begun(verb: str, asked: QueryDict) -> dict[str, Any]:
    """How the note begins that brings the signed sheet."""
    return {"text": _("Settlement record, signed by the customer")} if verb == "note" and "signed" in asked else {}
