"""`huiyin poster`: what to print for a wall."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from math import pi
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.conf import settings
from django.utils import translation
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from huiyin.messages import cards, codes, sheets
from huiyin.messages.poster import HEIGHT, Block, Part, Poster, Ring, Text, draw, svg
from huiyin.org.queries import organisation

if TYPE_CHECKING:
    from huiyin.messages.models import Entry
    from huiyin.org.models import Site

_FONT = "STSong-Light"
"""Known to every reader of PDF files that has Chinese at all; it stands in no file, so a poster has 10 kB."""
UNREACHABLE = (
    f"The code would lead to {settings.HUIYIN_PUBLIC_URL}, which no customer's telephone can open: "
    "set HUIYIN_PUBLIC_URL to the address that they reach, such as https://service.example.cn."
)
Drawing = Callable[[Poster], Iterator[Part]]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@click.command("poster")
@click.argument("site")
@click.option("--place", help="Code or place of one of its QR codes; without it the poster is that of the whole site.")
@click.option("--every", is_flag=True, help="All QR codes of the site, one on each page of a PDF.")
@click.option("--cards", is_flag=True, help="Ten cards of 90 by 54 mm on a sheet, to hand out, instead of a poster.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.svg or FILE.pdf.")
@click.option("--force", is_flag=True, help="Also while HUIYIN_PUBLIC_URL leads nowhere but on this machine.")
@click.option("--language", type=click.Choice(LANGUAGES), default=settings.LANGUAGE_CODE, show_default=True)
def command(site: str, **asked: Any) -> None:
    """Write the poster of SITE, or of a place in it, as an A4 page: SVG or PDF by the name of the file."""
    if settings.ONLY_HERE and not asked["force"]:
        raise click.ClickException(f"{UNREACHABLE} --force prints it all the same.")
    found = organisation().site(site)
    if found is None or not found.active:
        known = ", ".join(sorted(one.code for one in organisation().doors))
        raise click.ClickException(f"There is no site {site} in use. There are: {known}.")
    every, place = asked["every"], asked["place"]
    drawing, kind = (cards.draw, "cards") if asked["cards"] else (draw, "poster")
    file = asked["output"] or Path(f"{kind}-{found.code}.{'pdf' if every else 'svg'}")
    with translation.override(asked["language"]):
        pages = _every(found) if every else [_poster(found, _entry(found, place) if place else None)]
        _write(file, pages, drawing)
    click.echo(f"{file}: {len(pages)} page{'s' if len(pages) > 1 else ''}, {pages[0].url}")


def _entry(site: Site, place: str) -> Entry:
    wanted = place.casefold()
    rows = codes.of_site(site)
    found = [row for row in rows if wanted in (row.code.casefold(), row.place.casefold())]
    if found:
        return found[0]
    known = ", ".join(f"{row.code} ({row.place})" for row in rows) or "none"
    text = f"There is no QR code {place} at {site.code}: add it under Settings → QR codes. There are: {known}."
    raise click.ClickException(text)


def _every(site: Site) -> list[Poster]:
    rows = codes.of_site(site)
    if not rows:
        raise click.ClickException(f"{site.code} has no QR codes yet: add them under Settings → QR codes.")
    return [_poster(site, row) for row in rows]


def _poster(site: Site, entry: Entry | None) -> Poster:
    office = sheets.shown(site).office
    if entry is None:
        return Poster(site.name, "", _url("p", site.code), office=office)
    return Poster(site.name, entry.place, _url("q", entry.code), entry.code, office)


def _url(door: str, code: str) -> str:
    return f"{settings.HUIYIN_PUBLIC_URL}/{door}/{code}/"


def _write(file: Path, pages: list[Poster], drawing: Drawing) -> None:
    if file.suffix.lower() == ".svg":
        if len(pages) > 1:
            raise click.ClickException("Several pages need a PDF: name the file FILE.pdf.")
        data = svg(pages[0], drawing(pages[0])).encode()
    elif file.suffix.lower() == ".pdf":
        data = _pdf(pages, drawing)
    else:
        raise click.ClickException(f"{file} must end in .svg or .pdf.")
    try:
        file.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"Can't write {file}: {error.strerror}.") from error


def _pdf(pages: list[Poster], drawing: Drawing) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4, invariant=True)
    canvas.setTitle(" · ".join(filter(None, (pages[0].site, pages[0].place))))
    for page in pages:
        for part in drawing(page):
            _put(canvas, part)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def _put(canvas: Any, part: Part) -> None:
    """One part; a PDF counts from the lower left corner."""
    x, y = part.x * mm, (HEIGHT - part.y) * mm
    if isinstance(part, Ring):
        _ring(canvas, part, x, y)
        return
    canvas.setFillColor(HexColor(part.colour))
    if isinstance(part, Block):
        canvas.rect(x, y - part.height * mm, part.width * mm, part.height * mm, stroke=0, fill=1)
        return
    _text(canvas, part, x, y)


def _text(canvas: Any, part: Text, x: float, y: float) -> None:
    size = part.size * mm
    canvas.setFont(_FONT, size)
    # The font has one weight: what is bold is drawn with a line round its letters.
    canvas.setStrokeColor(HexColor(part.colour))
    canvas.setLineWidth(size / 40)
    mode = 2 if part.bold else 0
    canvas.drawCentredString(x, y, part.words, mode=mode)


def _ring(canvas: Any, ring: Ring, x: float, y: float) -> None:
    arc = 2 * pi * ring.radius * mm / 8
    canvas.saveState()
    canvas.setStrokeColor(HexColor("#1f7a74"), alpha=ring.opacity)
    canvas.setLineWidth(ring.line * mm)
    canvas.setDash([1.4 * arc, 0.6 * arc], 0.3 * arc)
    canvas.circle(x, y, ring.radius * mm, stroke=1, fill=0)
    canvas.restoreState()
