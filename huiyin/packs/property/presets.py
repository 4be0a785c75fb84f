"""What the property pack brings along: departments, categories and service levels, as rows to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from huiyin.packs import loading
from huiyin.packs.loading import Pack

DATA = Path(__file__).parent / "data"
PACK = Pack("property", "公司总部", DATA)


def rows(name: str, folder: Path = DATA) -> Iterator[dict[str, str]]:
    """The lines of a table of the pack, by column name."""
    return loading.rows(name, folder)
