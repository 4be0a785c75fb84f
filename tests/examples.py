"""How many examples a rule is tried on.

On PostgreSQL each costs several times as much, and the rules have met all of them on SQLite before: a quarter is enough
to see that the database doesn't mind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.conf import settings

T = TypeVar("T")

_ON_SQLITE = "sqlite3" in settings.DATABASES["default"]["ENGINE"]


def examples(most: int = 100) -> int:
    """`most`, or what is tried of them on PostgreSQL."""
    return most if _ON_SQLITE else max(most // 4, 5)


def share(items: Sequence[T], turn: int, of: int = 3) -> Sequence[T]:
    """What one turn tries of `items`: all; on PostgreSQL every third, so that three turns see each of them."""
    return items if _ON_SQLITE else items[turn % of :: of]
