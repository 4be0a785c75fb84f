"""Giving out files that people sent: pictures are shown, all else is saved, nothing of it can act in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404

from huiyin.cases.files import path_of

if TYPE_CHECKING:
    from huiyin.cases.models import File

SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""What every browser shows as a picture; a HEIC photo is saved instead."""


def give(file: File) -> FileResponse:
    """The bytes as they arrived. Raises `Http404` when they are lost; `huiyin verify` names such a case."""
    path = path_of(file.sha256)
    if not path.is_file():
        raise Http404
    shown = file.media_type in SHOWN
    response = FileResponse(path.open("rb"), as_attachment=not shown, filename=file.name, content_type=file.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
