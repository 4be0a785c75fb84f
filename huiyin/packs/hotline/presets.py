"""What the hotline pack brings along: units, matters, and the way of a case from dispatch to review."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from huiyin.org.models import Site
from huiyin.packs import loading
from huiyin.packs.loading import Pack, presets_of, words_of

DATA = Path(__file__).parent / "data"


def load(site: Site, at: datetime) -> dict[str, int]:
    """Add what is missing to the company with root `site`; how many rows of each sort were added."""
    with transaction.atomic():
        return {
            "departments": loading.add_departments(DATA, site),
            "categories": loading.add_categories(DATA),
            "call rules": loading.add_calls(DATA, site),
        }


PACK = Pack("hotline", "热线中心", presets_of("hotline", DATA), load, review=True, words=words_of(DATA))
