"""Fixtures of the economics."""

from __future__ import annotations

import pytest

from huiyin.worth import priors
from huiyin.worth.priors import Book
from tests.people import Company


@pytest.fixture
def book(company: Company) -> Book:
    """The priors of property services."""
    priors.furnish("property")
    return priors.book()
