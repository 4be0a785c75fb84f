"""A few patterns, one of each level."""

import pytest

from huiyin.standards import editing
from huiyin.standards.models import ForbiddenPattern
from tests.people import Company

CALM = {
    "origin": "calm",
    "language": "zh",
    "level": "warn",
    "pattern": "[您你](先)?冷静",
    "timeless": False,
    "example": "您冷静一点。",
    "reason": "火上浇油",
    "better": "您慢慢说。",
}
DELETE = CALM | {"origin": "delete", "level": "block", "pattern": "照片.{0,4}删", "example": "照片先删了吧。"}
SOON = CALM | {"origin": "soon", "level": "hint", "pattern": "尽快", "example": "尽快吧。", "timeless": True}


@pytest.fixture
def words(company: Company) -> dict[str, int]:
    """The ids of patterns of each level: `calm` warns, `delete` blocks, `soon` hints where no time is named."""
    editing.furnish([], [CALM, DELETE, SOON])
    return dict(ForbiddenPattern.objects.values_list("origin", "pk"))
