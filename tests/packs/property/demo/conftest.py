"""The demo of ninety days, made once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from huiyin.packs.property.demo import generate
from huiyin.packs.property.demo.generate import Demo
from tests import people

PASSWORD = "an-echo-for-each-voice"


@pytest.fixture(scope="module")
def ninety_days(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """1,500 cases until the instant at which tests begin, in a transaction around the tests of a module."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(timezone, "now", lambda: people.NOW)
        people.leave()
        generate.found(Demo(people.NOW, seed=7), password=PASSWORD)
        yield
        transaction.set_rollback(True)
