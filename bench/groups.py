"""How well groups are found, and how long one new letter takes. Part of `make bench`;
`python -m bench.groups` alone prints the same tables.

- **Letters** to a city government, where a folder beside the checkout holds them (`shared/data`): each is made a case
  of one installation, with its time and its writer, and the groups are found as `huiyin groups --rebuild` finds them,
  by words alone, because there is neither a place nor a category in them. `SAME` names by number the letters that are
  about one matter at one place, `APART` letters that sound alike and aren't, both judged by reading: the likest pairs,
  and pairs with a rare run of four characters in common, so that not only what the words find was looked at. Every
  thirtieth of the rest stands for those that nothing is like.
- **Time**: N lifelike cases (100,000 if not said), of which some of the newest are looked at as the sweep does it.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    django.setup()

from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from bench import kept
from bench.agreement import LETTERS, _moment
from huiyin.cases import intake, timeline
from huiyin.cases.actions import By
from huiyin.cases.intake import NewCase
from huiyin.cases.models import Case
from huiyin.customers.models import Customer
from huiyin.groups import candidates, joining, queries, rebuilding, rules
from huiyin.groups.models import Member
from huiyin.groups.rules import RuleValues
from huiyin.org import queries as org
from huiyin.org.history import Editor

BOUND = 50
"""Milliseconds for one new letter."""
LOOKED_AT = 300
SAME = """
19134 18914 18646|25526 25488|137384 137378|45682 45654 45588|33254 33156 33064|76006 75998|34994 34961|19234 19040
18596 25678|18414 18398|25582 18288|100825 104720|17356 16996|131442 131394|29780 7898|6574 27610|16588 16542
35904 159020|124250 124246|29552 5088|104096 115234|119178 98070|93040 92020|22996 22990|94222 90330|144848 144792
37368 37366|126462 126447|95410 88090|126392 126390|126060 126058|35504 32790|7166 6488|22874 22870|84570 84566
1440 1110|16662 16604
"""
APART = """
25484 6500 107940 119790 123860 161993 10689 8722 29798 8012 47786 124326 117012 184969 4880 105734 140192 5694 5420
96788 59926 104076 88222 92050 92030 154015 154013 47660 47612 82156 84646 82017 119986 4876 3788 18652 113246 126482
95334 39518 78542 168272 32914 35508 34098 33984 177358 144736 107978 114582 165204 128716
"""


PARTS = ("letters", "time")


@click.command()
@click.option("--size", default=100_000, show_default=True, help="Cases in the database in which time is measured.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where that database stays for the next run.")
@click.option("--only", type=click.Choice(PARTS), help="Only this part.")
@click.option("--inside", type=click.Choice(PARTS), hidden=True, help="Measure in the database that is there.")
def main(size: int, folder: Path | None, only: str | None, inside: str | None) -> None:
    """Measure in databases of their own and print tables; exit 1 when a letter takes too long."""
    if inside is not None:
        print(json.dumps(letters() if inside == "letters" else timed()))
        return
    console = Console(width=140)
    if only in (None, "letters"):
        _letters(console)
    if only == "letters":
        return
    with kept.filled(size, folder) as env:
        sys.exit(0 if tell_time(console, size, _run("time", env)) else 1)


def _letters(console: Console) -> None:
    if not LETTERS.is_dir():
        console.print("The letters are absent (shared/data beside the checkout): no word on how well groups are found.")
        return
    with tempfile.TemporaryDirectory(prefix="huiyin-groups-") as folder:
        env = {**os.environ, "HUIYIN_DATA_DIR": folder, "HUIYIN_LOG_LEVEL": "WARNING"}
        env.pop("HUIYIN_DATABASE_URL", None)  # the other database is for the measuring of time
        subprocess.run([sys.executable, "-m", "huiyin", "init"], check=True, env=env, stdout=sys.stderr)
        tell_letters(console, _run("letters", env))


def _run(part: str, env: Mapping[str, str]) -> dict[str, Any]:
    line = [sys.executable, "-m", "bench.groups", "--inside", part]
    process = subprocess.run(line, check=True, env=dict(env), stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(process.stdout[process.stdout.index("{") :])
    return found


# --- letters ---------------------------------------------------------------------------------------------------------


def letters() -> dict[str, Any]:
    """How well groups are found, for several windows of days."""
    numbers = load()
    found: dict[str, Any] = {}
    for days in (7, 14, 30, 130):
        for words in (150, 200, 280) if days == 130 else (200,):
            values = RuleValues(site=org.organisation().root.code, days=days, words=words, source="bench")
            rules.put(values, Editor(None, timezone.now()))
            rebuilding.rebuild(timezone.now())
            found[f"{days} days, words from .{words}"] = judged(numbers, days)
    return found


def load() -> dict[int, tuple[str, datetime]]:
    """Make a case of each letter; numbers and times by case."""
    site = org.organisation().root
    rows: dict[str, dict[str, str]] = {}
    with (LETTERS / "letters_with_replies.csv").open(encoding="utf-8-sig") as file:
        rows |= {row["留言编号"]: row for row in csv.DictReader(file)}
    with gzip.open(LETTERS / "letters_labelled.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = {row["留言编号"]: row for row in csv.DictReader(file)} | rows
    order = sorted(rows.values(), key=lambda row: (_moment(row["留言时间"].strip()), row["留言编号"]))
    writers: dict[str, Customer] = {}
    found: dict[int, tuple[str, datetime]] = {}
    for start in range(0, len(order), 200):
        changes = [_letter(row, site, writers) for row in order[start : start + 200]]
        with transaction.atomic():
            timeline.write(changes)
        for row, change in zip(order[start:], changes, strict=False):
            found[change.case.pk] = (row["留言编号"], change.now.received_at)
    return found


def _letter(row: Mapping[str, str], site: Any, writers: dict[str, Customer]) -> Any:
    name, at = row["留言用户"].strip(), _moment(row["留言时间"].strip()).replace(tzinfo=UTC)
    if name not in writers:
        writers[name] = Customer.objects.create(site=site, name=name)
    new = NewCase("complaint", "letter", site, row["留言主题"].strip()[:200], row["留言详情"].strip())
    return intake.draft(new, By(None, at), writers[name])


def judged(numbers: Mapping[int, tuple[str, datetime]], days: int) -> dict[str, Any]:
    """Pairwise and B-cubed figures on the letters that were judged; groups and stages of all."""
    group_of = dict(Member.objects.values_list("case", "group"))
    by_number = {number: pk for pk, (number, _at) in numbers.items()}
    label = {number: line for line, group in enumerate(SAME.replace("\n", "|").split("|")) for number in group.split()}
    rest = [number for number in by_number if number not in label and number not in APART.split()][::30]
    judged_ones = [*label, *APART.split(), *rest]
    gold = {number: str(label.get(number, f"alone {number}")) for number in judged_ones}
    given = {number: str(group_of.get(by_number[number], f"alone {number}")) for number in judged_ones}
    found = pairwise(gold, given) | cubed(gold, given)
    return (
        found
        | {"letters": len(label), "matters": len(set(label.values())), "alone": len(judged_ones) - len(label)}
        | {
            "groups": len(set(group_of.values())),
            "grouped": len(group_of),
            "customers": dict(Counter(_customers())),
            "stages": {stage: count for stage, count in queries.totals().items() if stage != "cases"},
        }
    )


def _customers() -> list[int]:
    rows = Member.objects.values_list("group", "who").distinct()
    return sorted(Counter(group for group, _who in rows).values())


def pairwise(gold: Mapping[str, str], given: Mapping[str, str]) -> dict[str, float]:
    """Of all pairs put together, how many belong together; of all that belong together, how many were put together."""
    right = wrong = missed = 0
    ones = sorted(gold)
    for place, one in enumerate(ones):
        for other in ones[:place]:
            same, together = gold[one] == gold[other], given[one] == given[other]
            right, wrong, missed = right + (same and together), wrong + (together > same), missed + (same > together)
    return _shares("pairs", right / max(right + wrong, 1), right / max(right + missed, 1)) | {
        "right": right,
        "wrong": wrong,
        "missed": missed,
    }


def cubed(gold: Mapping[str, str], given: Mapping[str, str]) -> dict[str, float]:
    """B-cubed: for each letter, how much of its group is its matter, and how much of its matter is in its group."""
    precision, recall = [], []
    for one in gold:
        matter = {other for other in gold if gold[other] == gold[one]}
        group = {other for other in gold if given[other] == given[one]}
        precision.append(len(matter & group) / len(group))
        recall.append(len(matter & group) / len(matter))
    return _shares("cubed", statistics.fmean(precision), statistics.fmean(recall))


def _shares(name: str, precision: float, recall: float) -> dict[str, float]:
    both = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {f"{name} precision": precision, f"{name} recall": recall, f"{name} f": both}


def tell_letters(console: Console, found: Mapping[str, Mapping[str, Any]]) -> None:
    """The tables."""
    one = next(iter(found.values()))
    title = f"{one['letters']} letters about {one['matters']} matters and {one['alone']} that stand alone"
    names = [f"{sort} {figure}" for sort in ("pairs", "cubed") for figure in ("precision", "recall", "f")]
    table = Table("", *names, "wrong", "missed", title=title)
    for name, row in found.items():
        table.add_row(name, *(f"{row[figure]:.0%}" for figure in names), str(row["wrong"]), str(row["missed"]))
    console.print(table)
    table = Table("", "groups", "letters in them", "groups by customers", "stages", title="All letters")
    for name, row in found.items():
        told = [", ".join(f"{key}: {count}" for key, count in row[part].items()) for part in ("customers", "stages")]
        table.add_row(name, str(row["groups"]), str(row["grouped"]), *told)
    console.print(table)


# --- time ------------------------------------------------------------------------------------------------------------


def timed() -> dict[str, Any]:
    """Milliseconds for one new letter, of some of the newest, looking for its like and putting it to them."""
    newest = list(Case.objects.order_by("-pk").values_list("pk", flat=True)[:20_000])
    some = random.Random(1).sample(newest, min(LOOKED_AT, len(newest)))
    took, cpu, found = list[float](), list[float](), 0
    for pk in some:
        known, said = candidates.facts([pk]), candidates.texts([pk])
        if pk in known and pk in said:
            candidates.edges(known[pk], said[pk])  # the words of its block are known by then, as in life
            begin, worked = time.perf_counter(), time.process_time()
            known, said = candidates.facts([pk]), candidates.texts([pk])
            edges = candidates.edges(known[pk], said[pk])
            if edges:
                joining.put(known[pk], edges, timezone.now())
            took.append((time.perf_counter() - begin) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
            found += bool(edges)
    order = sorted(took)
    return {
        "median": statistics.median(took),
        "mean": statistics.fmean(took),
        "p95": order[int(len(order) * 0.95)],
        "cpu": statistics.fmean(cpu),
        "looked at": len(took),
        "put to others": found,
    }


def tell_time(console: Console, size: int, row: Mapping[str, Any]) -> bool:
    """The table; is it within the bound?"""
    table = Table(
        *("median ms", "mean", "p95", "CPU ms", "letters", "put to others"), title=f"One new letter, {size:,} cases"
    )
    figures: Sequence[str] = [f"{row[key]:.1f}" for key in ("median", "mean", "p95", "cpu")]
    table.add_row(*figures, str(row["looked at"]), str(row["put to others"]))
    console.print(table)
    return bool(row["mean"] <= BOUND)


if __name__ == "__main__":
    main()
