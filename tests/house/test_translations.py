"""The Chinese texts: all there, compiled, with every placeholder, and in the words of a service desk.

Compiled translations lie beside their sources, so that running Huiyin needs no gettext; these tests need it.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HUIYIN = Path(__file__).resolve().parents[2] / "huiyin"
SOURCE = Path("locale") / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}|</?\w+>")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;?!()]|[,:;?!()][\u4e00-\u9fff]")
REASONS = {"%(answer)s (%(points)d)"}
"""Sums keep the brackets of figures."""
NEVER = (
    *("案件", "时间线", "踢皮球", "黑名单", "客户过错", "不属实", "无理", "保安", "保密协议", "刁民", "难缠"),
    *("尽快", "等通知", "不归我们", "你"),
)
"""Words that the glossary keeps away from screens: of courts, of blame, of machines; promises without a time."""


@dataclass(frozen=True)
class Text:
    """One message: `context`, English `id` (singular and plural joined) and Chinese `text`."""

    context: str
    id: str
    text: str
    fuzzy: bool


def unquoted(lines: str) -> str:
    joined = "".join(re.findall(r'^"(.*)"$', lines, re.MULTILINE))
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), joined)


def read(file: Path) -> list[Text]:
    """Every message but the header, of a file as `make messages` writes it."""
    found = []
    for block in re.split(r"\n\n+", file.read_text(encoding="utf-8"))[1:]:
        fields = re.split(r"^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (?=\")", block, flags=re.MULTILINE)
        told = {name: unquoted(value) for name, value in zip(fields[1::2], fields[2::2], strict=True)}
        text = told.get("msgstr", told.get("msgstr[0]", ""))
        english = told["msgid"] + told.get("msgid_plural", "")
        found.append(Text(told.get("msgctxt", ""), english, text, ", fuzzy" in fields[0]))
    return found


TEXTS = read(HUIYIN / SOURCE)


def compiled(source: Path, target: Path) -> bytes:
    subprocess.run(["msgfmt", "--check", "-o", str(target), str(source)], check=True)
    return target.read_bytes()


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> list[Text]:
    """The messages as they are when collected anew, from a copy of the source."""
    folder = tmp_path_factory.mktemp("collected")
    unneeded = shutil.ignore_patterns("__pycache__", "static", "migrations")
    shutil.copytree(HUIYIN, folder / "huiyin", ignore=unneeded)
    command = ["-m", "huiyin", "makemessages", "--locale", "zh_Hans", "--no-wrap", "--no-obsolete", "--verbosity", "0"]
    environment = os.environ | {"PYTHONPATH": str(folder), "HUIYIN_DATA_DIR": str(folder)}
    subprocess.run([sys.executable, *command], check=True, cwd=folder / "huiyin", env=environment)
    return read(folder / "huiyin" / SOURCE)


def test_every_text_of_the_source_has_its_translation_and_none_is_left_over(collected: list[Text]) -> None:
    assert [one for one in collected if not one.text or one.fuzzy] == []
    assert {(one.context, one.id) for one in collected} == {(one.context, one.id) for one in TEXTS}


def translated(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Context and text of every literal given to a function of gettext, by whatever name the module knows it."""
    imports = [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    ours = [one for node in imports if node.module == "django.utils.translation" for one in node.names]
    known = {one.asname or one.name: one.name for one in ours if "gettext" in one.name}
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in known:
            continue
        texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        name = known[node.func.id]
        context = texts.pop(0) if texts and "pgettext" in name else ""
        if texts:
            yield context, "".join(texts[:2] if "ngettext" in name or "npgettext" in name else texts[:1])


def test_every_text_is_collected_by_whatever_name_a_module_calls_gettext() -> None:
    known = {(one.context, one.id) for one in TEXTS}
    files = [file for file in HUIYIN.rglob("*.py") if "migrations" not in file.parts]
    found = {file: set(translated(ast.parse(file.read_text(encoding="utf-8")))) for file in files}
    assert sum(len(texts) for texts in found.values()) > 1000
    assert {file.name: texts - known for file, texts in found.items() if texts - known} == {}


def test_compiled_translations_are_in_step_with_their_sources(tmp_path: Path) -> None:
    source = HUIYIN / SOURCE
    assert source.with_suffix(".mo").read_bytes() == compiled(source, tmp_path / "fresh.mo"), "make messages"


def test_every_placeholder_of_the_english_text_stands_in_the_chinese_one() -> None:
    wrong = [one for one in TEXTS if set(PLACEHOLDER.findall(one.id)) != set(PLACEHOLDER.findall(one.text))]
    assert wrong == []


def test_a_text_begins_and_ends_a_sentence_as_the_english_one_does() -> None:
    long = [one for one in TEXTS if len(one.id) > 20]
    assert [one for one in long if one.id.endswith((".", ".”")) != one.text.endswith(("。", ".", "。”"))] == []
    assert [one for one in long if one.id.endswith("?") and not one.text.endswith("？")] == []


def test_chinese_punctuation_is_full_width() -> None:
    assert [one for one in TEXTS if HALF_WIDTH.search(one.text) and one.id not in REASONS] == []


def test_no_screen_uses_a_word_that_is_kept_away_from_them() -> None:
    assert [(word, one.id) for one in TEXTS for word in NEVER if word in one.text] == []
