"""A project for django-helpdesk, as its handbook says: run by the Python of its own environment, never by ours.

`helpdesk_project.py fill N` makes tables, a member of staff and N tickets with three follow-ups each; it prints, as
JSON, the session and CSRF cookies of that member. `helpdesk_project:application` is what the web server serves.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk_settings")
    django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.urls import include, path
from django.utils import timezone

SENTENCES = (
    "三号楼的电梯今天早上又停了，家里有老人，下不了楼。",
    "楼上漏水漏到客厅天花板，墙皮已经掉下来一块。",
    "地下车库的灯坏了半个月，晚上回家很害怕。",
    "门禁卡刷不开，保安说登记过就行，可是没有人管。",
    "绿化带里的垃圾三天没有清理，味道很大。",
)
STAFF: dict[str, Any] = {"username": "staff", "is_staff": True, "is_superuser": True}
urlpatterns = [path("", include("helpdesk.urls"))]
application = WSGIHandler()


def fill(count: int) -> None:
    """Tickets in bulk, through its models."""
    call_command("migrate", verbosity=0)
    queue_model, ticket, follow_up = (apps.get_model("helpdesk", name) for name in ("Queue", "Ticket", "FollowUp"))
    if ticket.objects.count() >= count:
        return
    user = get_user_model().objects.create(**STAFF)
    queues = [queue_model.objects.create(title=f"站点{n}", slug=f"site{n}") for n in range(3)]
    rows = _rows(ticket, queues, user, count)
    while some := list(islice(rows, 2000)):
        made = ticket.objects.bulk_create(some)
        follow_up.objects.bulk_create(
            [
                follow_up(ticket=one, date=one.created, title="回复", comment=SENTENCES[turn], public=True, user=user)
                for one in made
                for turn in range(3)
            ]
        )


def _rows(ticket: Any, queues: list[Any], user: Any, count: int) -> Iterator[Any]:
    now = timezone.now()
    for number in range(count):
        said = SENTENCES[number % len(SENTENCES)]
        closed = number < count * 0.95
        yield ticket(
            title=f"{said[:8]}",
            queue=queues[number % 3],
            created=now - timedelta(minutes=(count - number) // 2),
            modified=now - timedelta(minutes=(count - number) // 2),
            submitter_email=f"c{number // 2}@example.org",
            assigned_to=user if number % 3 else None,
            status=4 if closed else 1,
            description=f"{said}{SENTENCES[(number // 7) % len(SENTENCES)]}（{number}）",
            secret_key=f"{number:032x}",
        )


def cookies() -> dict[str, str]:
    """Of a browser in which the member of staff is logged in."""
    user = get_user_model().objects.get(username="staff")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"sessionid": str(session.session_key), "csrftoken": "a" * 32}


if __name__ == "__main__":
    fill(int(sys.argv[2]))
    print(json.dumps(cookies()))
