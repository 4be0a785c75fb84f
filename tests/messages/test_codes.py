"""Codes on walls, what is published at the door, and the posters: edited with a history, read from two steps away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import segno
from click.testing import CliRunner
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from huiyin.cli.check import command as check
from huiyin.cli.poster import command
from huiyin.messages import cards, codes, poster, sheets
from huiyin.messages.codes import CodeValues
from huiyin.messages.models import Entry
from huiyin.messages.poster import Poster
from huiyin.messages.sheets import Measure, SheetValues
from huiyin.org.history import BadSetting, Editor, Stale, version
from huiyin.org.models import SettingsEntry
from tests.people import Company, TestClock

LIFT = CodeValues("LJF", "7-2-电梯")


@pytest.fixture
def editor(company: Company, clock: TestClock) -> Editor:
    """The administrator, now."""
    return Editor(company.admin, clock.now)


def test_a_code_is_made_up_of_letters_that_nobody_mistakes(editor: Editor) -> None:
    made = codes.add("", LIFT, editor)
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{8}", made.code)
    assert codes.find(made.code.lower()) == made


def test_a_code_moves_and_rests_and_each_is_a_row_of_history(editor: Editor, company: Company) -> None:
    codes.add("LIFT7", LIFT, editor)
    codes.change("LIFT7", CodeValues("FLY", "1-电梯"), editor)
    codes.change("LIFT7", CodeValues("FLY", "1-电梯", active=False), editor)
    assert [(e.before, e.after) for e in SettingsEntry.objects.order_by("pk")] == [
        (None, {"site": "LJF", "place": "7-2-电梯", "active": True}),
        ({"site": "LJF", "place": "7-2-电梯"}, {"site": "FLY", "place": "1-电梯"}),
        ({"active": True}, {"active": False}),
    ]
    assert codes.of_site(company.fly) == []


@pytest.mark.parametrize(
    ("code", "values", "field"),
    [("LIFT7", LIFT, "code"), ("a b", LIFT, "code"), ("X", CodeValues("", "x"), "site")],
)
def test_what_cannot_be_a_code_says_why(editor: Editor, code: str, values: CodeValues, field: str) -> None:
    codes.add("lift7", LIFT, editor)
    with pytest.raises(BadSetting) as refused:
        codes.add(code, values, editor)
    assert refused.value.field == field


def test_who_looked_at_old_values_is_told(editor: Editor, company: Company) -> None:
    codes.add("LIFT7", LIFT, editor)
    with pytest.raises(Stale):
        codes.change("LIFT7", LIFT, Editor(company.admin, editor.at, version(CodeValues("FLY", ""))))


def test_the_nearest_sheet_holds_and_an_emptied_one_gives_way(editor: Editor, company: Company) -> None:
    sheets.change("HQ", SheetValues("总部 1 楼", "", "约好没到 | 当面致歉", "Missed | An apology"), editor)
    assert sheets.shown(company.ljf).office == "总部 1 楼"
    sheets.change("LJF", SheetValues("临江府服务中心", measures="收费有误 ｜ 退还"), editor)
    assert sheets.shown(company.ljf).measures == [Measure("收费有误", "退还")]
    assert sheets.shown(company.fly).office == "总部 1 楼"
    with translation.override("en"):
        assert sheets.shown(company.fly) == sheets.Shown("总部 1 楼", [Measure("Missed", "An apology")])
    sheets.change("LJF", SheetValues(), editor)
    assert sheets.shown(company.ljf).office == "总部 1 楼"


@pytest.mark.parametrize("text", ["一行没有竖线", "| 得到什么", "出了什么错 |"])
def test_a_line_without_both_sides_is_named(editor: Editor, text: str) -> None:
    with pytest.raises(BadSetting) as refused:
        sheets.change("HQ", SheetValues(measures_en=text), editor)
    assert refused.value.field == "measures_en"
    assert text in refused.value.text


def test_the_code_of_a_poster_is_the_one_that_leads_to_its_page() -> None:
    url = "https://huiyin.example/q/ABCDEFGH/"
    blocks = [part for part in poster.draw(Poster("临江府", "7-2-电梯", url)) if isinstance(part, poster.Block)]
    dark = sum(round(block.width / block.height) for block in blocks)
    assert dark == sum(map(sum, segno.make(url, error="q", boost_error=False, micro=False).matrix))


@given(st.text(min_size=1, max_size=120), st.text(max_size=120))
def test_nothing_on_a_poster_leaves_its_sheet(site: str, place: str) -> None:
    parts = [*poster.draw(Poster(site, place, "https://huiyin.example/q/ABCDEFGH/", office="每天 8 点到 20 点" * 8))]
    for part in parts:
        if isinstance(part, poster.Text):
            half = poster.width_of(part.words) * part.size / 2
            assert part.x - half >= poster.MARGIN - 1
            assert part.x + half <= poster.WIDTH - poster.MARGIN + 1


@given(st.text(min_size=1, max_size=120), st.text(max_size=120))
def test_nothing_on_a_card_leaves_it_or_lies_on_its_code(site: str, place: str) -> None:
    office = "每天 8 点到 20 点，客服中心一楼" * 8
    parts = [*cards.draw(Poster(site, place, "https://huiyin.example/q/ABCDEFGH/", office=office))]
    words = [part for part in parts if isinstance(part, poster.Text)]
    assert sum(part.words == "No app, no log-in." for part in words) == cards.ACROSS * cards.DOWN
    edges = [15.0, 105.0, 195.0]
    for part in words:
        half = poster.width_of(part.words) * part.size / 2
        left = max(edge for edge in edges if edge < part.x)
        assert left <= part.x - half
        assert part.x + half <= left + cards.CARD
    foot = max(part.y for part in words)
    assert foot <= poster.HEIGHT - 13.5 - 1


@given(st.text(), st.floats(2, 40))
def test_breaking_lines_loses_no_letter(words: str, most: float) -> None:
    assert "".join("".join(poster.wrapped(words, most)).split()) == "".join(words.split())


def test_what_somebody_called_a_place_cannot_become_a_picture_of_its_own() -> None:
    drawn = poster.svg(Poster("<script>", '"><image href="x"/>', "https://huiyin.example/q/A/"))
    assert "<script>" not in drawn
    assert "<image" not in drawn


@pytest.fixture
def lift(company: Company, settings: Settings) -> Entry:
    """A code at LJF, of a house with an address."""
    settings.ONLY_HERE = False
    return Entry.objects.create(code="LIFT7", site=company.ljf, place="7-2-电梯")


@pytest.mark.parametrize(
    "asked", [[], ["--place", "lift7"], ["--place", "7-2-电梯"], ["--language", "en"], ["--every"], ["--cards"]]
)
@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_posters_are_written_as_svg_and_pdf(lift: Entry, tmp_path: Path, asked: list[str], kind: str) -> None:
    file = tmp_path / f"poster.{kind}"
    done = CliRunner().invoke(command, ["LJF", *asked, "-o", str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(b"%PDF" if kind == "pdf" else b"<svg")
    assert ("/q/LIFT7/" if asked and asked[0] not in ("--language", "--cards") else "/p/LJF/") in done.output


def test_no_poster_leads_to_this_very_machine_unless_that_is_meant(
    lift: Entry, tmp_path: Path, settings: Settings
) -> None:
    settings.ONLY_HERE = True
    file = tmp_path / "poster.svg"
    done = CliRunner().invoke(command, ["LJF", "-o", str(file)])
    assert done.exit_code == 1
    assert "set HUIYIN_PUBLIC_URL" in done.output
    assert not file.exists()
    assert CliRunner().invoke(command, ["LJF", "--force", "-o", str(file)]).exit_code == 0
    assert "QR codes open on this machine alone" in CliRunner().invoke(check, []).output


def test_the_command_says_what_to_do_instead(lift: Entry, tmp_path: Path) -> None:
    for asked, said in (
        (["X"], "There are: FLY, LJF"),
        (["LJF", "--place", "地库"], "Settings → QR codes. There are: LIFT7 (7-2-电梯)"),
        (["FLY", "--every"], "no QR codes yet"),
        (["LJF", "-o", "poster.doc"], ".svg or .pdf"),
    ):
        done = CliRunner().invoke(command, asked)
        assert done.exit_code == 1
        assert said in done.output
