"""The lock files: exact, complete, and installable from any index."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
RUN = [*PROJECT["project"]["dependencies"], *EXTRAS["postgres"], *EXTRAS["paper"]]
DEVELOP = [*RUN, *EXTRAS["analysis"], *PROJECT["dependency-groups"]["dev"]]


def locked(file: str) -> dict[str, str]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_index_and_no_folder(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.findall(r"https?:|file:|--\w*(?:index|find)|^\s*/", text, re.MULTILINE) == []
    assert text.count("--hash=sha256:") > 100


@pytest.mark.parametrize(("file", "wanted"), [("requirements.lock", RUN), ("requirements-dev.lock", DEVELOP)])
def test_a_lock_holds_every_dependency(file: str, wanted: list[str]) -> None:
    found = [match[0] for line in wanted if (match := re.match(r"[a-z0-9-]+", line))]
    assert [name for name in found if name not in locked(file)] == []


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    develop = locked("requirements-dev.lock")
    assert {name: develop[name] for name in locked("requirements.lock")} == locked("requirements.lock")
