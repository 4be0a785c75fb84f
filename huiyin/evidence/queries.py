"""Reading evidence: the files of a case, who was given them, and one's own copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.models import Case, CaseEvent, File
from huiyin.org.access import Verb
from huiyin.org.models import User

from .models import Copy, Handling, State

PROBLEMS: Mapping[str, Promise] = {
    "font": _("No font with Chinese letters was found on the server: install the package fonts-noto-cjk."),
    "typst": _("Typst is missing on the server: install Huiyin with its extra “paper”."),
    "forbidden": _("You may not take a copy of this case any more."),
    "busy": _("The case was written to all the time. Ask once more."),
    "other": _("The copy could not be made. The log of the server says why."),
}
"""Why there is no copy, and what to do."""
MOST = 500
"""So many rows of custody a page shows; a copy has all of them."""


@dataclass(frozen=True)
class Kept:
    """A file of a case and the event it came with."""

    file: File
    event: CaseEvent


def files_of(case: Case) -> list[Kept]:
    """The files of a case as its row was given out, in the order in which they came."""
    files = hiding.cover_files(case, File.objects.filter(case=case).order_by("seq", "pk"))
    numbers = {file.seq for file in files}
    rows = CaseEvent.objects.filter(case=case, seq__in=numbers).select_related("actor") if files else []
    events = {event.seq: event for event in rows}
    return [Kept(file, events[file.seq]) for file in files]


def handled(case: Case, *, most: int | None = None) -> list[Handling]:
    """Who was given files of a case, as its row was given out; the newest last, or the newest `most` first."""
    rows = Handling.objects.filter(case=case).select_related("user", "file").order_by("-pk")
    found = list(rows[:most] if most is not None else rows)
    hiding.cover_files(case, [row.file for row in found])
    return found if most is not None else found[::-1]


def require(user: User, case: Case) -> None:
    """Raise `Case.DoesNotExist` or `Forbidden` unless `user` may take a copy and see who had its files."""
    cases.require(user, Verb.EXPORT, case)


def copies_of(user: User, case: Case) -> list[Copy]:
    """The copies of a case that `user` asked for, newest first."""
    return list(Copy.objects.filter(case=case, user=user).order_by("-pk")[:5])


def copy_for(user: User, number: str, copy_id: int) -> tuple[Copy, Path]:
    """A copy that `user` asked for and may still have, and where it lies. Raises what isn't there as `DoesNotExist`."""
    case = cases.get(user, number)
    require(user, case)
    found = Copy.objects.get(pk=copy_id, case=case, user=user, state=State.READY)
    return found, path_of(found)


def folder() -> Path:
    """Where copies wait to be fetched."""
    return Path(settings.HUIYIN_DATA_DIR) / "copies"


def path_of(copy: Copy) -> Path:
    """Where a copy lies."""
    return folder() / f"{copy.pk}.zip"
