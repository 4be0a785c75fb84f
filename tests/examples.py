"""How many examples a rule is tried on.

On PostgreSQL each costs several times as much, and the rules have met all of them on SQLite before: a quarter is enough
to see that the database doesn't mind.
"""

from __future__ import annotations

from django.conf import settings

_ON_SQLITE = "sqlite3" in settings.DATABASES["default"]["ENGINE"]


def examples(most: int = 100) -> int:
    """`most`, or what is tried of them on PostgreSQL."""
    return most if _ON_SQLITE else max(most // 4, 5)
