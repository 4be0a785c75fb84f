"""The house as `doors.py` builds it."""

from __future__ import annotations

import pytest

from tests.conftest import Mover, Opener
from tests.people import Company

from . import doors
from .doors import World


@pytest.fixture
def world(company: Company, open_case: Opener, by: Mover) -> World:
    """The same things at two sites, and everybody who may ask for them."""
    return doors.build(company, open_case, by)
