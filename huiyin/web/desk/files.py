"""Files of a case: given out only with the case they belong to, looked at one by one, and taken along as a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases import queries as cases
from huiyin.evidence import actions, queries
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.web.downloads import PAPER, SHOWN, give

from .door import StaffRequest, show, staff

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.evidence.models import Copy
    from huiyin.evidence.queries import Kept


@require_safe
@staff
def file(request: StaffRequest, number: str, file_id: int) -> HttpResponseBase:
    """A file as it arrived; with `save` to be kept, with `look` within the page for it."""
    found = cases.file_for(request.user, number, file_id)
    how = next((one for one in ("save", "look") if one in request.GET), "")
    return give(found, user=request.user, at=request.now, how=how)


@require_safe
@staff
def look(request: StaffRequest, number: str, file_id: int) -> HttpResponse:
    """One file, with the ones before and after it."""
    case = cases.get(request.user, number)
    every = queries.files_of(case)
    at = next((place for place, kept in enumerate(every) if kept.file.pk == file_id), None)
    if at is None:
        raise Http404
    context: dict[str, Any] = {
        "case": case,
        "kept": every[at],
        "view": _view(every[at]),
        "place": at + 1,
        "total": len(every),
        "before": every[at - 1].file if at else None,
        "after": every[at + 1].file if at + 1 < len(every) else None,
        "handled": [row for row in _handled(request, case) if row.file_id == file_id],
        "may_export": _may(request, case),
    }
    return show(request, "desk/file.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def evidence(request: StaffRequest, number: str) -> HttpResponse:
    """All files of a case; for those who may, who had them, and the case as a copy to take along."""
    case = cases.get(request.user, number)
    if request.method == "POST":
        actions.ask(request.user, number, language=translation.get_language() or "", at=request.now)
        return redirect("case_evidence", number)
    may = _may(request, case)
    copies = queries.copies_of(request.user, case) if may else []
    context = {
        "case": case,
        "files": queries.files_of(case),
        "may_export": may,
        "handled": _handled(request, case),
        "most": queries.MOST,
        "copies": [(copy, _problem(copy)) for copy in copies],
        "waits": any(copy.state == "waiting" for copy in copies),
    }
    return show(request, "desk/evidence.html", context)


@require_safe
@staff
def fetch(request: StaffRequest, number: str, pk: int) -> HttpResponseBase:
    """A copy that is ready."""
    copy, path = queries.copy_for(request.user, number, pk)
    if not path.is_file():
        raise Http404
    name = f"{number}-{copy.sha256[:8]}.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


def _may(request: StaffRequest, case: Case) -> bool:
    return access.may(request.user, Verb.EXPORT, case.site_id)


def _handled(request: StaffRequest, case: Case) -> list[Any]:
    return queries.handled(case, most=queries.MOST) if _may(request, case) else []


def _problem(copy: Copy) -> str:
    return str(queries.PROBLEMS.get(copy.problem, queries.PROBLEMS["other"])) if copy.state == "failed" else ""


def _view(kept: Kept) -> str:
    """How a browser shows it: as a picture, as a paper, or not at all."""
    if kept.file.media_type in SHOWN:
        return "image"
    return "paper" if kept.file.media_type == PAPER else ""
