"""Cases in which goodwill waits for an approval, and everybody approving at once; for `test_at_once.py`.

    python -m tests.recovery.crowd KEY KEY …

is one of its processes: it says `ready`, waits for a line, approves each in a thread of its own, and says how many were
granted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import connections

from huiyin.cases.actions import BadInput, By
from huiyin.cases.intake import open_case
from huiyin.customers.actions import Person
from huiyin.org import actions as org
from huiyin.org import reference
from huiyin.org.models import Role, User
from huiyin.recovery import actions, ledger
from huiyin.recovery.models import Budget, Limit
from huiyin.recovery.wanted import Option, Wanted
from tests import people
from tests.people import NOW

AMOUNT = 37_01
GIFT = [Option([Wanted("goodwill", AMOUNT)])]
WHY = "约好上午九点,师傅十一点半才到"


def cases_that_wait(count: int, *, one_customer: bool = False) -> list[int]:
    """Cases of as many customers, or of one; the desk may grant nothing by itself, a manager everything."""
    company = people.company()
    Limit.objects.filter(role=Role.AGENT).update(per_case=0)
    org.add_user("zheng", "郑经理", password=None, department=None, grants=((Role.MANAGER, company.ljf),))
    reference.changed()
    keys = []
    for number in range(count):
        person = Person("王女士", "13800138000" if one_customer else f"138{number:08d}")
        key = open_case(people.voice(company.ljf, person=person), By(company.linxiao, NOW)).case.pk
        actions.propose(key, By(company.linxiao, NOW), options=GIFT, reason=WHY)
        keys.append(key)
    return keys


def set_budget(total: int) -> None:
    """So much, no more."""
    row = Budget.objects.get()
    ledger.allot(row, total, ledger.Posting(NOW, None, row.currency, budget=row.pk))


def approve_all(keys: Sequence[int]) -> int:
    """All at once; how many were granted."""
    by = By(User.objects.get(username="zheng"), NOW + timedelta(minutes=1))

    def approve(key: int) -> None:
        actions.decide(key, by, granted=True)

    return at_once([lambda key=key: approve(key) for key in keys])  # type: ignore[misc]


def at_once(acts: Sequence[Callable[[], object]]) -> int:
    """Each in a thread and a connection of its own; how many were not refused."""

    def run(act: Callable[[], object]) -> bool:
        try:
            act()
        except BadInput:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return sum(pool.map(run, acts))


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    print(approve_all([int(key) for key in sys.argv[1:]]))
