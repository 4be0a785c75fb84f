"""The tables of phrases and of words not to say."""

from __future__ import annotations

import pytest

from huiyin.base import wording
from huiyin.base.wording import Pattern
from huiyin.org.history import Editor
from huiyin.org.models import SettingsEntry
from huiyin.packs import catalogue, loading
from huiyin.packs.catalogue import PACKS
from huiyin.packs.loading import rows
from huiyin.packs.start import begin
from huiyin.standards import editing, queries
from huiyin.standards.models import ForbiddenPattern, Level, Phrase, Situation, Temperament, Use
from tests.people import NOW, Company

FOLDERS = (loading._SHARED, *(pack.data for pack in PACKS.values()))
PHRASES = [row for one in FOLDERS if (one / "phrases.csv").exists() for row in rows("phrases.csv", one)]
PATTERNS = [row for one in FOLDERS if (one / "forbidden.csv").exists() for row in rows("forbidden.csv", one)]


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: row["origin"])
def test_every_pattern_finds_its_own_example_and_not_its_better_wording(row: dict[str, str]) -> None:
    one = [Pattern(1, row["pattern"], row["level"], timeless=row["timeless"] == "yes")]
    assert wording.check(row["example"], one, names_time=queries.names_time)
    assert wording.check(row["better"], one, names_time=queries.names_time) == []
    assert row["level"] in Level.values
    assert row["reason"]


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["origin"])
def test_no_phrase_says_what_had_better_not_be_said(row: dict[str, str]) -> None:
    patterns = [Pattern(1, one["pattern"], one["level"], timeless=one["timeless"] == "yes") for one in PATTERNS]
    for language in ("zh", "en"):
        assert row[language]
        assert wording.check(row[language], patterns, names_time=queries.names_time) == []
    assert row["situation"] in Situation.values
    assert row["temperament"] in Temperament.values
    assert row["use"] in Use.values


def test_names_and_short_names_are_unique() -> None:
    for name in ("origin", "code"):
        assert len({row[name] for row in PHRASES}) == len(PHRASES)
    assert len({row["origin"] for row in PATTERNS}) == len(PATTERNS)


def test_a_new_house_begins_with_them_and_a_second_start_adds_nothing(bare: None) -> None:
    added = begin(at=NOW, time_zone="Asia/Shanghai", password="an-echo-for-each-voice").added
    assert added["phrases and words not to say"] == len(PHRASES) + len(PATTERNS)
    assert begin(at=NOW, time_zone="Asia/Shanghai").added["phrases and words not to say"] == 0


def test_another_trade_gets_what_fits_all_trades(bare: None) -> None:
    begin(at=NOW, time_zone="Asia/Shanghai", password="an-echo-for-each-voice", preset="hotline-workday")
    assert 40 < Phrase.objects.count() < len(PHRASES)
    assert not ForbiddenPattern.objects.filter(origin="fees").exists()


def test_loading_a_preset_brings_what_is_missing_as_one_entry_of_the_history(company: Company) -> None:
    catalogue.load("zh-property", Editor(company.admin, NOW))
    entry = SettingsEntry.objects.get(area="phrases")
    assert (entry.thing, entry.after) == ("property", {"rows": len(PHRASES) + len(PATTERNS)})
    assert 2 * len(PHRASES) < editing.MOST_ROWS
