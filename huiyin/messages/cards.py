"""Cards to hand out, to put into a parcel or beside a bill: whom to tell, and what happens then. Ten on a sheet of A4.

A card is 90 by 54 mm, as visiting cards are in China; its parts are those of a poster.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from .poster import CELADON, HEIGHT, INK, SOFT, WIDTH, Block, Part, Poster, Text, modules, width_of, wrapped

CARD, TALL = 90.0, 54.0
ACROSS, DOWN = 2, 5
_LEFT, _TOP = (WIDTH - ACROSS * CARD) / 2, (HEIGHT - DOWN * TALL) / 2
_CODE, _EDGE = 36.0, 4.0
_MARK, _HAIR = 4.0, 0.15
"""Millimetres of a mark to cut by, and of its line."""
_WORDS = CARD - _CODE - 2 * _EDGE
"""Millimetres for words beside the code."""


@dataclass(frozen=True)
class _Line:
    words: str
    size: float
    colour: str = INK
    bold: bool = False
    most: int = 2


def draw(poster: Poster) -> Iterator[Part]:
    """A sheet of cards that are all the same, with marks to cut by."""
    card = list(_card(poster))
    for row in range(DOWN):
        for column in range(ACROSS):
            x, y = _LEFT + column * CARD, _TOP + row * TALL
            for part in card:
                yield replace(part, x=part.x + x, y=part.y + y)
    yield from _marks()


def _card(poster: Poster) -> Iterator[Text | Block]:
    """One card, from its own upper left corner."""
    yield from modules(poster.url, _EDGE / 2, (TALL - _CODE) / 2 - 2, _CODE)
    yield Text(_EDGE / 2 + _CODE / 2, TALL - _EDGE - 1, 2.4, _("No app, no log-in."), SOFT)
    sizes = (n / 20 for n in range(20, 0, -1))
    column = next(found for size in sizes if (found := _column(poster, size))[-1].y <= TALL - _EDGE)
    yield from column


def _column(poster: Poster, scale: float) -> list[Text]:
    """The words beside the code, so much smaller than they would like to be."""
    middle, y, found = _CODE + _EDGE / 2 + _WORDS / 2, _EDGE + 3.6, list[Text]()
    for line in (replace(one, size=one.size * scale) for one in _lines(poster)):
        for words in _fitted(line):
            found.append(Text(middle, y, line.size, words, line.colour, line.bold))
            y += line.size * 1.35
        y += 0.8 * scale
    return found


def _lines(poster: Poster) -> Iterator[_Line]:
    yield _Line(poster.site, 4.0, bold=True)
    if poster.place:
        yield _Line(poster.place, 3.0, most=1)
    yield _Line(_("Scan it, and tell us"), 3.6, CELADON, bold=True)
    yield _Line(_("1. Say what is wrong; a photo helps."), 2.5)
    yield _Line(_("2. You get a number at once, and read there by when we answer you."), 2.5)
    yield _Line(_("3. We ask you afterwards whether it is solved."), 2.5)
    if poster.office:
        yield _Line(poster.office, 2.3, SOFT)
    yield _Line(poster.url, 2.0, SOFT)


def _fitted(line: _Line) -> list[str]:
    """The words in as many lines as the card has room for; what is longer ends in dots."""
    most = _WORDS / line.size
    rows = list(wrapped(line.words, most))
    if len(rows) <= line.most:
        return rows
    last = rows[line.most - 1]
    while last and width_of(last + "…") > most:
        last = last[:-1]
    return [*rows[: line.most - 1], last + "…"]


def _marks() -> Iterator[Block]:
    """Short lines outside the cards, where the knife goes."""
    right, foot = _LEFT + ACROSS * CARD, _TOP + DOWN * TALL
    for column in range(ACROSS + 1):
        x = _LEFT + column * CARD - _HAIR / 2
        yield Block(x, _TOP - _MARK - 1, _HAIR, _MARK, SOFT)
        yield Block(x, foot + 1, _HAIR, _MARK, SOFT)
    for row in range(DOWN + 1):
        y = _TOP + row * TALL - _HAIR / 2
        yield Block(_LEFT - _MARK - 1, y, _MARK, _HAIR, SOFT)
        yield Block(right + 1, y, _MARK, _HAIR, SOFT)
