"""What the property pack brings along: departments, categories, calendars and service levels, as rows to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from huiyin.clocks.actions import LevelRow
from huiyin.org.models import Site
from huiyin.packs import loading
from huiyin.packs.loading import Pack, presets_of

DATA = Path(__file__).parent / "data"


def rows(name: str, folder: Path = DATA) -> Iterator[dict[str, str]]:
    """The lines of a table of the pack, by column name."""
    return loading.rows(name, folder)


def load(site: Site, at: datetime) -> dict[str, int]:
    """Add what is missing to the company with root `site`; how many rows of each sort were added."""
    with transaction.atomic():
        return {
            "departments": loading.add_departments(DATA, site),
            "categories": loading.add_categories(DATA),
            "call rules": loading.add_calls(DATA, site),
        }


PACK = Pack("property", "公司总部", presets_of("property", DATA), load)


def levels() -> list[LevelRow]:
    """The service levels of the preset."""
    return PACK.presets[0].levels()
