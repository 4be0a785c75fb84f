"""`If-Match`: an act counts only for the version of the case that the caller has seen."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest

from .problems import Problem

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_LIST = re.compile(rf"\s*{_TAG}(?:\s*,\s*{_TAG})*\s*")
_VERSION = re.compile(r'(?<!W/)"(\d{1,9})"')
_BARE = re.compile(r"\s*(\d{1,9})\s*")
NEVER = -1
"""A version that no case has."""


def etag(version: int) -> str:
    """The entity tag of a case at this version."""
    return f'"{version}"'


def expected(request: HttpRequest, current: Callable[[], int | None]) -> int | None:
    """The version that the caller expects; None when any will do.

    `current` gives the version as it is now (None: no such case) and is asked only when several are named: `By` takes
    one, and the comparison that counts happens under the lock. A weak tag never matches (RFC 9110, 13.1.1). Raises
    `Problem` for a malformed header.
    """
    header = request.META.get("HTTP_IF_MATCH")
    if header is None or header.strip() == "*":
        return None
    if bare := _BARE.fullmatch(header):  # the `version` of an answer, sent as it was found there
        return int(bare[1])
    if not _LIST.fullmatch(header):
        raise Problem(400, 'If-Match takes the ETag of the case, for example "7".')
    versions = [int(found) for found in _VERSION.findall(header)]
    if len(versions) > 1:
        now = current()
        return now if now in versions else NEVER
    return versions[0] if versions else NEVER
