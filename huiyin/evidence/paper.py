"""Sets a PDF: `python -m huiyin.evidence.paper` reads a document as JSON and writes the PDF, in a process that ends.

Nothing else of Huiyin is loaded here, and nothing of Huiyin loads this: Typst takes 80 MB on disk and its fonts as much
again in memory, which the web server and the worker should not carry. Exit status 3: there is no Chinese font; 4: Typst
isn't installed; both are known to `pdf.py`, which starts this.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

NO_FONT, NO_TYPST = 3, 4
try:
    import typst
except ImportError:
    sys.exit(NO_TYPST)

FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Serif CJK SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
"""Families with Chinese letters under a free licence (SIL OFL; WenQuanYi: GPL with the font exception)."""
TEMPLATE = Path(__file__).with_name("paper.typ")


def chosen(families: Collection[str]) -> str | None:
    """The first of our fonts that the machine has."""
    return next((name for name in FONTS if name in families), None)


def main() -> int:
    """Exit status."""
    font = chosen(typst.Fonts().families())
    if font is None:
        return NO_FONT
    inputs = {"document": sys.stdin.buffer.read().decode(), "font": font}
    sys.stdout.buffer.write(typst.compile(TEMPLATE.read_bytes(), sys_inputs=inputs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
