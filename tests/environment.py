"""Loaded before anything else of a test run (`-p tests.environment`): tests never touch a running installation."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

folder = tempfile.mkdtemp(prefix="huiyin-test-") if "HUIYIN_DATA_DIR" not in os.environ else ""
os.environ.setdefault("HUIYIN_DATA_DIR", folder)
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Files are named by their bytes: a test that spoils one must not meet another process's case with the same.
    own = Path(os.environ["HUIYIN_DATA_DIR"], worker)
    own.mkdir(exist_ok=True)
    os.environ["HUIYIN_DATA_DIR"] = str(own)
os.environ.setdefault("HUIYIN_LANGUAGE", "en")  # tests read the texts as they stand in the source


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
