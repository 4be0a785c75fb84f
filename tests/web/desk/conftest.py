"""Tests of the desk read English: the ids of the messages stand in the code, their translations elsewhere."""

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LANGUAGE_CODE", "en")
