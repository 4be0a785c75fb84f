"""Loaded before anything else of a test run (`-p tests.environment`): tests never touch a running installation."""

import os
import shutil
import tempfile

import pytest

folder = tempfile.mkdtemp(prefix="huiyin-test-") if "HUIYIN_DATA_DIR" not in os.environ else ""
os.environ.setdefault("HUIYIN_DATA_DIR", folder)
os.environ.setdefault("HUIYIN_LANGUAGE", "en")  # tests read the texts as they stand in the source


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
