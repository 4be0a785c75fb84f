"""Files of a case, given out only with the case they belong to."""

from __future__ import annotations

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from huiyin.cases import files
from huiyin.cases import queries as cases

from .door import StaffRequest, staff

_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


@require_GET
@staff
def file(request: StaffRequest, number: str, file_id: int) -> HttpResponseBase:
    """A file as it arrived: pictures are shown, everything else is saved; none of it can act in the browser."""
    found = cases.file_for(request.user, number, file_id)
    shown = found.media_type in _SHOWN
    response = FileResponse(
        files.path_of(found.sha256).open("rb"),
        as_attachment=not shown,
        filename=found.name,
        content_type=found.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
