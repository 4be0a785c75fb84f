"""What the utility pack brings along."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from huiyin.org.models import Site
from huiyin.packs import loading
from huiyin.packs.loading import Pack, presets_of

DATA = Path(__file__).parent / "data"


def load(site: Site, at: datetime) -> dict[str, int]:
    """Add what is missing to the company with root `site`; how many rows of each sort were added."""
    with transaction.atomic():
        return {
            "departments": loading.add_departments(DATA, site),
            "categories": loading.add_categories(DATA),
            "call rules": loading.add_calls(DATA, site),
        }


PACK = Pack("utility", "供电公司", presets_of("utility", DATA), load)
