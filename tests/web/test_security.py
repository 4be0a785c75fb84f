"""What every answer carries, also one that finds nothing, and how static files reach the browser."""

import logging
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from huiyin.web.collect import collect_when_changed
from huiyin.web.security import HideTokens


@pytest.mark.django_db
def test_every_answer_forbids_foreign_and_inline_code_and_framing() -> None:
    headers = Client().get("/nothing/here").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_static_files_are_collected_once_and_again_when_they_changed(settings: Settings, tmp_path: Path) -> None:
    source, root = tmp_path / "source", tmp_path / "static"
    source.mkdir()
    (source / "a.css").write_text("a { color: red }")
    settings.STATIC_ROOT = root
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    assert collect_when_changed()
    assert (root / "a.css").exists()
    assert not collect_when_changed()
    (source / "a.css").write_text("a { color: blue; }")
    assert collect_when_changed()
    assert "blue" in (root / "a.css").read_text()


def test_the_secret_in_the_path_of_a_link_never_reaches_the_log() -> None:
    token = "q8Zr_Wm3-Kx1vTq8ZrWm3Kx1vTq8ZrWm3Kx1vTab9c0"
    record = logging.LogRecord("django.request", 40, "f", 1, "%s: %s", ("Server Error", f"/c/{token}/photo"), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == "Server Error: /c/…/photo"
