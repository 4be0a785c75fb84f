"""Giving out files that people sent: pictures are shown, and papers
within a page for them; all else is saved, and nothing of it can act in a browser.

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
_SANDBOX = "default-src 'none'; sandbox"


def give(file: File, *, user: User | None, at: datetime, how: str = "") -> FileResponse:
    """The bytes as they arrived, once it is written down who gets them (None: whoever has the customer's link).

    `how`: `save` a picture too; `look` at a paper too, within one of our pages. Raises `Http404` when the bytes are
    lost; `huiyin verify` names such a case.
    """
    path = path_of(file.sha256)
    if not path.is_file():
        raise Http404
    framed = how == "look" and file.media_type == PAPER
    shown = framed or (file.media_type in SHOWN and how != "save")
    hand_out(file, LOOKED_AT if shown else SAVED, user=user, at=at)
    response = FileResponse(path.open("rb"), as_attachment=not shown, filename=file.name, content_type=file.media_type)
    response.headers["Content-Security-Policy"] = f"{_SANDBOX}; frame-ancestors 'self'" if framed else _SANDBOX
    if framed:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
