"""The poster of a QR code: a sheet of A4 that is read from two steps away, in millimetres from the upper left corner.

`draw` says what stands where, once; `svg` here and the PDF of the command line are two pens for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import segno
from django.utils.translation import gettext as _

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 20.0
INK, SOFT, CELADON = "#1e2a32", "#5b6770", "#1f7a74"
_FONTS = "'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
_CODE_SIZE, _QUIET = 112.0, 4
"""Millimetres of the code with its quiet zone, and that zone in modules, as the standard asks."""
_OVERLAP = 0.02
"""Millimetres by which a row reaches into the next, for the same reason that neighbours are joined."""


@dataclass(frozen=True)
class Poster:
    """What is printed. `url` is in the code and below it; `office`: where else to find us."""

    site: str
    place: str
    url: str
    code: str = ""
    office: str = ""


@dataclass(frozen=True)
class Text:
    """A line of words, its middle at `x` and its foot at `y`."""

    x: float
    y: float
    size: float
    words: str
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Block:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str = INK


@dataclass(frozen=True)
class Ring:
    """A circle's line, broken into four arcs."""

    x: float
    y: float
    radius: float
    line: float
    opacity: float = 1.0


Part = Text | Block | Ring


def draw(poster: Poster) -> Iterator[Part]:
    """Everything on the sheet."""
    middle = WIDTH / 2
    yield Ring(middle - 2.2, 20, 6.4, 2.7)
    yield Ring(middle + 2.6, 24.8, 7.4, 1.2, opacity=0.55)
    y = yield from _lines(poster.site, 50, 12, bold=True)
    y = yield from _lines(_("Scan it, and tell us"), y + 3, 10, bold=True, colour=CELADON)
    y = yield from _lines(_("Repair · Complaint · Question · Suggestion"), y, 6.4, colour=SOFT)
    yield from modules(poster.url, middle - _CODE_SIZE / 2, y, _CODE_SIZE)
    y += _CODE_SIZE
    if poster.place:
        y = yield from _lines(poster.place, y + 5, 9, bold=True)
    y = yield from _lines(_("You get a number at once, and read there by when we answer you."), y + 3, 5.6)
    y = yield from _lines(_("No app, no log-in."), y, 5.6)
    if poster.office:
        yield from _lines(poster.office, y + 2, 5, colour=SOFT)
    yield from _lines(poster.url, HEIGHT - 14, 3.8, colour=SOFT)


def modules(url: str, left: float, top: float, size: float) -> Iterator[Block]:
    """The dark modules of a code, neighbours in a row joined: no printer leaves a hair of white between them."""
    # A quarter may be scratched or pasted over.
    rows = [*segno.make(url, error="q", boost_error=False, micro=False).matrix]
    step = size / (len(rows) + 2 * _QUIET)
    for number, row in enumerate(rows):
        begun: int | None = None
        for at, dark in enumerate([*row, 0]):
            if dark and begun is None:
                begun = at
            elif not dark and begun is not None:
                x, y = left + (begun + _QUIET) * step, top + (number + _QUIET) * step
                yield Block(x, y, (at - begun) * step, step + _OVERLAP)
                begun = None


def _lines(words: str, y: float, size: float, *, bold: bool = False, colour: str = INK) -> Generator[Text, None, float]:
    """Words in as many lines as they need, smaller when they are long. Returns the foot of the next line."""
    if width_of(words) * size > 2 * (WIDTH - 2 * MARGIN):
        size *= 0.7
    for line in wrapped(words, (WIDTH - 2 * MARGIN) / size):
        yield Text(WIDTH / 2, y, size, line, colour, bold)
        y += size * 1.35
    return y


def width_of(words: str) -> float:
    """About how wide words are, in heights of a letter."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.56 for letter in words)


def wrapped(words: str, most: float) -> Sequence[str]:
    """Lines of at most so many letters' heights, broken between words, or anywhere in Chinese and what is too long."""
    lines, line = list[str](), ""
    for piece in _pieces(words):
        if line and width_of(line + piece.rstrip()) > most:
            lines.append(line.strip())
            line = ""
        while width_of(piece) > most:
            cut = next(n for n in range(len(piece), 0, -1) if width_of(piece[:n]) <= most)
            lines.append(piece[:cut])
            piece = piece[cut:]  # noqa: PLW2901
        line += piece
    return [*lines, line.strip()] if line.strip() else lines


def _pieces(words: str) -> Iterator[str]:
    """What may not be broken: a word with the space behind it, a Chinese letter with the stop behind it."""
    piece = ""
    for letter in words:
        wide = unicodedata.east_asian_width(letter) in "WF"
        stop = wide and unicodedata.category(letter).startswith("P")
        if piece and not stop and (wide or piece[-1] == " " or unicodedata.east_asian_width(piece[-1]) in "WF"):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def svg(poster: Poster, drawn: Iterable[Part] | None = None) -> str:
    """The sheet as SVG, complete in itself: no font or picture is fetched. `drawn`: what stands on it instead."""
    parts = "\n".join(_svg_of(part) for part in (draw(poster) if drawn is None else drawn))
    title = escape(" · ".join(filter(None, (poster.site, poster.place))))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{HEIGHT:g}mm" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" font-family="{_FONTS}">\n<title>{title}</title>\n'
        f"<style>@page {{ size: A4; margin: 0 }}</style>\n"
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#ffffff"/>\n{parts}\n</svg>\n'
    )


def _svg_of(part: Part) -> str:
    if isinstance(part, Text):
        weight = ' font-weight="650"' if part.bold else ""
        place = f'x="{part.x:.2f}" y="{part.y:.2f}" font-size="{part.size:.2f}" text-anchor="middle"'
        return f'<text {place} fill="{part.colour}"{weight}>{escape(part.words)}</text>'
    if isinstance(part, Block):
        place = f'x="{part.x:.3f}" y="{part.y:.3f}" width="{part.width:.3f}" height="{part.height:.3f}"'
        return f'<rect {place} fill="{part.colour}" shape-rendering="crispEdges"/>'
    arcs = 'pathLength="8" stroke-dasharray="1.4 .6" stroke-dashoffset="-.3"'
    stroke = f'stroke="{CELADON}" stroke-width="{part.line:g}" opacity="{part.opacity:g}"'
    return f'<circle cx="{part.x:g}" cy="{part.y:g}" r="{part.radius:g}" fill="none" {stroke} {arcs}/>'
