"""The presets that Huiyin brings along: sets of service levels by name, each with its source and date, and the pack
that a new house begins with.

Loading a set adds its rows where there are none under its name. What was loaded last is in force for clocks that start
from then on; running clocks keep what they began under.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiyin.clocks import editing
from huiyin.clocks.actions import set_policy
from huiyin.clocks.models import Policy
from huiyin.org import house
from huiyin.org.history import Editor, begin, record
from huiyin.org.models import Area, Site
from huiyin.playbooks import presets as playbooks

from .hotline.presets import PACK as HOTLINE
from .loading import Pack, Preset, add_calendars, add_standards, add_words, rows
from .property.presets import PACK as PROPERTY
from .utility.presets import PACK as UTILITY

PACKS: Mapping[str, Pack] = {pack.name: pack for pack in (PROPERTY, HOTLINE, UTILITY)}
PRESETS: Mapping[str, Preset] = {preset.name: preset for pack in PACKS.values() for preset in pack.presets}
DEFAULT = "zh-property"


class Unknown(LookupError):
    """No preset has this name."""

    def __init__(self, name: str) -> None:
        close = difflib.get_close_matches(name, PRESETS, n=1, cutoff=0.5)
        hint = f" Did you mean {close[0]}?" if close else ""
        super().__init__(f"There is no preset {name!r}.{hint} The presets are: {', '.join(PRESETS)}.")


@dataclass(frozen=True)
class Standing:
    """A preset as this house has it: how many versions, and whether one of them is in force."""

    preset: Preset
    versions: int
    in_force: bool


def named(name: str) -> Preset:
    """The preset with this name, or `Unknown`."""
    found = PRESETS.get(name)
    if found is None:
        raise Unknown(name)
    return found


def standing(at: datetime) -> list[Standing]:
    """All presets, and how they stand here at this time."""
    held, known = editing.in_force(at), editing.names()
    return [
        Standing(
            preset,
            versions=len(editing.versions(preset.name)) if preset.name in known else 0,
            in_force=held is not None and held.name == preset.name,
        )
        for preset in PRESETS.values()
    ]


@transaction.atomic
def load(name: str, by: Editor) -> Policy | None:
    """Add the service levels of a preset and put them in force; None when there is a set of this name: it stays as it
    is, in force or not."""
    preset = named(name)
    begin(by)
    if name in editing.names():
        return None
    add_calendars()
    _bring_words(preset, by)
    return editing.add(name, preset.levels(), preset.told, by)


def _bring_words(preset: Preset, by: Editor) -> None:
    """Phrases, words and work standards that were never loaded here, each sort as one entry of the history."""
    count = add_words(PACKS[preset.pack].data)
    if count:
        record(Area.PHRASES, preset.pack, None, {"rows": count}, by)
    if count := add_standards():
        record(Area.PRACTICES, preset.pack, None, {"rows": count}, by)


@transaction.atomic
def put_in_force(name: str, by: Editor) -> Policy:
    """Load a preset, or put the newest version of the set with its name in force again."""
    made = load(name, by)
    if made is not None:
        return made
    newest = editing.versions(name)[0]
    held = editing.in_force(by.at)
    return newest if held == newest else editing.take_up(name, newest.version, by)


def begun_with() -> str:
    """The preset that the house began with; the usual one for a house that is yet to begin."""
    names = Policy.objects.filter(name__in=PRESETS).order_by("pk").values_list("name", flat=True)
    return names.first() or DEFAULT


def source_zh(source: str) -> str:
    """The source of a version for Chinese pages: what a preset says of itself it says in both languages."""
    return next((one.told_zh for one in PRESETS.values() if one.told == source), source)


def house_of(name: str) -> str:
    """What a company that begins with this preset is called until somebody renames it."""
    return PACKS[named(name).pack].house


@transaction.atomic
def furnish(site: Site, name: str, *, at: datetime) -> dict[str, int]:
    """Add all that is missing of a preset and its pack to the company with root `site`; how many rows of each sort."""
    preset = named(name)
    pack = PACKS[preset.pack]
    added = {**pack.load(site), "calendars": add_calendars(), "service levels": 0}
    if pack.words:
        added["rules and words"] = house.furnish(review=pack.review, words=pack.words)
    if name not in editing.names():
        levels = preset.levels()
        set_policy(name, levels, at=at, source=preset.told)
        added["service levels"] = len(levels)
    return added


def furnish_plans(name: str, *, at: datetime) -> int:
    """Add the recovery plans of a preset's pack that were never there; how many. Failures and phrases come first."""
    folder = PACKS[named(name).pack].data
    return playbooks.furnish(list(rows("playbooks.csv", folder)), at=at) if (folder / "playbooks.csv").exists() else 0
