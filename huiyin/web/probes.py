"""What machines ask: `/healthz` is the process alive, `/readyz` can it work, `/metrics` how does it go.

Answered before sessions, host names and pages come into play. Nothing in the answers is about a person.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from huiyin.cases import guard
from huiyin.db import tables
from huiyin.org import beat

from . import metrics

Answer = Callable[[HttpRequest], HttpResponseBase]
_PROXIED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def probes(get_response: Answer) -> Answer:
    """Middleware: answers the three addresses, and passes on all others."""
    doors = {"/healthz": healthz, "/readyz": readyz, "/metrics": metered}

    def answer(request: HttpRequest) -> HttpResponseBase:
        door = doors.get(request.path_info)
        if door is None:
            return get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = door(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers; the database isn't asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when everything is in place, else 503 with the names of what isn't."""
    try:
        missing = _missing()
    except (DatabaseError, OSError):
        missing = ["database"]
    return JsonResponse({"ready": not missing, "missing": missing}, status=503 if missing else 200)


def _missing() -> list[str]:
    executor = MigrationExecutor(connection)
    loader = executor.loader
    if executor.migration_plan(loader.graph.leaf_nodes()) or tables.skipped(loader.applied_migrations, loader):
        return ["migrations"]
    seen = beat.last()
    silent = seen is None or timezone.now() - seen > beat.SILENT
    return [*(["guards"] if guard.missing() else []), *(["worker"] if silent else [])]


def metered(request: HttpRequest) -> HttpResponse:
    """Prometheus' text, for whoever may see it."""
    if not _may_measure(request):
        return HttpResponse(status=403)
    return HttpResponse(metrics.text(timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_measure(request: HttpRequest) -> bool:
    if token := settings.HUIYIN_METRICS_TOKEN:
        given = request.META.get("HTTP_AUTHORIZATION", "")
        return secrets.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in request.META for name in _PROXIED):  # a proxy on this machine speaks for anybody
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
