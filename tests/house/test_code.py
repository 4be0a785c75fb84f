"""Rules about the code itself that no linter of ours knows."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for path in (ROOT / "huiyin").rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "huiyin").rglob("*.html"))
MODELS = sorted(
    {Path(str(sys.modules[model.__module__].__file__)) for model in apps.get_models() if "huiyin" in model.__module__}
)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_a_file_has_at_most_400_lines_and_one_of_tests_500() -> None:
    assert names([path for path in CODE if len(lines(path)) > 400]) == []
    assert names([path for path in TESTS if len(lines(path)) > 500]) == []


def test_a_template_has_at_most_120_lines() -> None:
    assert names([path for path in TEMPLATES if len(lines(path)) > 120]) == []


def test_nearly_all_functions_have_at_most_30_lines_and_none_over_60() -> None:
    lengths = {
        f"{path.relative_to(ROOT)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in CODE
        for node in functions(path)
    }
    assert [name for name, length in lengths.items() if length > 60] == []
    assert sum(length > 30 for length in lengths.values()) <= len(lengths) * 0.05


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in CODE
        for node in functions(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.parent.name)
def test_every_index_says_which_query_it_serves(path: Path) -> None:
    text = lines(path)
    silent = [
        number
        for number, line in enumerate(text, start=1)
        if re.search(r"models\.Index\(|db_index=True", line) and not _says_so(text, number)
    ]
    assert silent == []


def _says_so(text: list[str], number: int) -> bool:
    """A comment on the line itself or right above it."""
    above = itertools.takewhile(lambda line: line.strip().startswith("#"), reversed(text[: number - 1]))
    return any("serves:" in line for line in (text[number - 1], *above))


def test_no_test_is_skipped_without_a_reason() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TESTS
        for number, line in enumerate(lines(path), start=1)
        if re.search(r"\bskip(?:if)?\((?:\)|[^\"']*\)$)|mark\.(?:skip|xfail)\b(?!if?\()", line)
    ]
    assert silent == []


def test_a_test_is_named_by_a_sentence() -> None:
    short = [
        f"{path.relative_to(ROOT)} {node.name}"
        for path in TESTS
        for node in functions(path)
        if node.name.startswith("test_") and node.name.count("_") < 3
    ]
    assert short == []


def test_every_test_lies_where_its_code_lies() -> None:
    packages = {path.parent.relative_to(ROOT / "huiyin").parts[:1] for path in CODE}
    places = {path.relative_to(ROOT / "tests").parts[0] for path in TESTS if path.name.startswith("test_")}
    assert places - {part for parts in packages for part in parts} <= {"house", "browser", "bench"}


def test_changes_are_written_down() -> None:
    assert "##" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_lower_floors_import_no_higher_ones() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
