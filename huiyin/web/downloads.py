"""Giving out files that people sent: pictures and PDF are shown, all else is saved, nothing of it can act in a browser.

Who is given what is written down before the first byte leaves.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import FileResponse, Http404

from huiyin.cases.files import path_of
from huiyin.evidence.actions import SAVED, hand_out
from huiyin.evidence.actions import SHOWN as LOOKED_AT

if TYPE_CHECKING:
    from huiyin.cases.models import File
    from huiyin.org.models import User

SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""What every browser shows as a picture; a HEIC photo is saved instead."""


PAPER = "application/pdf"
INLINE = SHOWN | {PAPER}
_SANDBOX = "default-src 'none'; frame-ancestors 'self'; sandbox"


def give(file: File, *, user: User | None, at: datetime, save: bool = False) -> FileResponse:
    """The bytes as they arrived, once it is written down who gets them (None: whoever has the customer's link).

    `save`: to be kept, not shown. Raises `Http404` when they are lost; `huiyin verify` names such a case.
    """
    path = path_of(file.sha256)
    if not path.is_file():
        raise Http404
    shown = file.media_type in INLINE and not save
    hand_out(file, LOOKED_AT if shown else SAVED, user=user, at=at)
    response = FileResponse(path.open("rb"), as_attachment=not shown, filename=file.name, content_type=file.media_type)
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
