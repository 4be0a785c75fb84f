"""A process that sends the same twenty requests as its rivals, each with a key. Arguments: data folder, token.

With `prepare` in the token's place it makes the database instead, and prints a token.
"""

import json
import os
import sys

os.environ["HUIYIN_DATA_DIR"], token = sys.argv[1:]
os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.settings"
os.environ.pop("HUIYIN_DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from huiyin.org import actions as org  # noqa: E402
from huiyin.org.models import Role  # noqa: E402


def prepare() -> str:
    """A new database with one site and one user; their token."""
    call_command("migrate", verbosity=0)
    hq = org.add_site("HQ", "总部", parent=None)
    user = org.add_user("program", "程序", password=None, grants=((Role.AGENT, hq),))
    return org.issue_token(user, "race", at=timezone.now())


def race(client: Client) -> list[tuple[int, str]]:
    """Status and number of each answer."""
    found = []
    for index in range(20):
        body = {"kind": "complaint", "channel": "api", "site": "HQ", "text": f"电梯停了 {index}"}
        reply = client.post(
            "/api/v1/cases", body, content_type="application/json", headers={"Idempotency-Key": f"race-{index}"}
        )
        found.append((reply.status_code, reply.json().get("number", "")))
    return found


if token == "prepare":
    print(prepare())
else:
    print(json.dumps(race(Client(headers={"Authorization": f"Bearer {token}"}))))
