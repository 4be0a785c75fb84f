"""What all pages of the desk have in common: log-in first, one clock, what one may not see is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from huiyin.alerts import notices
from huiyin.org.access import Forbidden, Verb

from . import places, saved
from .counts import counts
from .reach import can

if TYPE_CHECKING:
    from huiyin.org.models import User

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of somebody who is logged in; `now` is the moment of everything it does."""

    user: User
    now: datetime


def staff(view: Callable[Concatenate[StaffRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for members of staff: others go to the log-in; unseen is 404, seen but not theirs to do is 403."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated and request.headers.get("HX-Request"):
            # A part of a page that is open: no log-in in its midst, nothing typed is lost.
            return HttpResponse(status=401)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else "/")
        asked = cast("StaffRequest", request)
        asked.now = timezone.now()
        try:
            response = view(asked, *args, **kwargs)
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except Forbidden as error:
            raise PermissionDenied from error
        add_never_cache_headers(response)
        return response

    return answer


def show(
    request: StaffRequest,
    template: str,
    context: dict[str, Any],
    *,
    view: str = "",
    status: int = 200,
    counted: bool = True,
) -> HttpResponse:
    """Render a page of the desk; `view` is the place in the rail that it belongs to. `counted`: with how many cases lie
    in each place; a page that itself asks much already has them asked for once it is there."""
    waiting = notices.waiting(request.user)
    if "counts" not in context:
        context = context | {"counts": counts(request.user, request.now) if counted else {}}
    rail = {
        "now": request.now,
        "counted": counted,
        "current_view": view,
        "may_create": can(request.user, Verb.CREATE),
        "places": places.of(request.user, {"notices": waiting.count, **context["counts"]}),
        "notices": waiting,
        "saved_views": saved.of(request.user),
    }
    return render(request, template, rail | context, status=status)
