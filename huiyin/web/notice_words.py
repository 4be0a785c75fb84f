"""Notices to customers as they are read: in one language, with times as people say them. For portal and desk alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import formats, timezone, translation

from huiyin.standards import announced
from huiyin.standards.announced import Words
from huiyin.web.templatetags.huiyin import when

if TYPE_CHECKING:
    from huiyin.standards.models import CustomerNotice

MOST_SHOWN = 4
"""So many on one page: whoever has more to say at once is read by nobody."""
FIRST, MOST_BEHIND = 3, 5
"""So many before the first word of a customer, and so many more for those who ask for them."""


@dataclass(frozen=True)
class Told:
    """One notice. `when`: from when to when, empty where it has no time; `more`: when the customer hears more."""

    pk: int
    kind: str
    kind_name: str
    site: str
    words: Words
    when: str
    more: str
    about: list[str]

    @property
    def line(self) -> str:
        """Title and time in one line."""
        return f"{self.words.title} · {self.when}" if self.when else self.words.title


def in_language(row: CustomerNotice, now: datetime, language: str) -> Told:
    """A notice as somebody with another language reads it."""
    with translation.override(language):
        return told(row, now)


def told(row: CustomerNotice, now: datetime) -> Told:
    """A notice in the reader's language."""
    return Told(
        pk=row.pk,
        kind=row.kind,
        kind_name=str(row.get_kind_display()),
        site=row.site.name,
        words=announced.words_of(row),
        when=_span(row.begins_at, row.until, now),
        more=when(row.next_at, now) if row.next_at is not None and row.next_at > now else "",
        about=announced.about(row),
    )


def all_told(rows: Iterable[CustomerNotice], now: datetime) -> list[Told]:
    """The first few of them."""
    return [told(row, now) for row in list(rows)[:MOST_SHOWN]]


def first_told(rows: Iterable[CustomerNotice], now: datetime) -> tuple[list[Told], list[Told]]:
    """The most urgent of them, and those that stand behind."""
    found = [told(row, now) for row in announced.by_urgency(rows, now)[: FIRST + MOST_BEHIND]]
    return found[:FIRST], found[FIRST:]


def _span(begins: datetime | None, until: datetime, now: datetime) -> str:
    """“today 14:00–16:00”, “today 22:00 – tomorrow 06:00”."""
    if begins is None:
        return ""
    first, last = timezone.localtime(begins), timezone.localtime(until)
    if first.date() == last.date():
        return f"{when(begins, now)}–{formats.date_format(last, 'H:i')}"
    return f"{when(begins, now)} – {when(until, now)}"
