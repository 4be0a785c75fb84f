"""How often a suggestion is right: likely duplicates and categories on public texts, where a folder beside the checkout
holds them (`shared/data`). Prints JSON; an empty object when the folder is absent.

- **Letters** to a city government, in the order they came. For each, the letters of the 14 days before are suggested as
  the product does it, by words alone (there is no place and no customer in them), from its whole text and from its
  first forty and twenty characters. `SAME` names by number the pairs that are about one matter, judged by reading
  the hundred likest; every other suggestion counts as wrong, and is printed, so that anybody can judge again.
- **Question pairs** that people marked as asking the same: like at the same threshold, without time or place.
- **Categories**: labelled letters, each suggested from the others.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huiyin.base.likeness import Rarity, Tokens, likeness, rarity, tokens
from huiyin.cases.likely import THRESHOLD, WINDOW, Match
from huiyin.cases.suggest import Neighbour, suggest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LETTERS = DATA / "teddy2020c_gov_letters"
PAIRS = DATA / "zh_dup_questions_atec" / "pairs.csv.gz"
SAMPLE, CANDIDATES, MOST = 200, 200, 5
SAME = """
37366/37368 92020/93040 115234/104096 35904/159020 27610/6574 25678/18596 88090/95410 90330/94222 7898/29780 5088/29552
137378/137384 22990/22996 126390/126392 126058/126060 18288/25582 16542/16588 124246/124250 32790/35504 75998/76006
22870/22874 84566/84570 18398/18414
"""
SAME_OF_OTHERS = "104720/100825 126447/126462"
"""Of the labelled letters, on which no number of the product was chosen."""
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")


@dataclass(frozen=True)
class Letter:
    """One of them; `tokens` of subject and text."""

    number: str
    at: datetime
    words: str
    tokens: frozenset[str]


def main() -> None:
    """Print what was found."""
    found: dict[str, object] = {}
    if LETTERS.is_dir():
        found |= letters() | categories()
    if PAIRS.is_file():
        found["question pairs"] = questions()
    print(json.dumps(found, ensure_ascii=False))


def letters() -> dict[str, object]:
    """Precision and recall of suggested letters, by how much of the text is typed."""
    found: dict[str, object] = {}
    with (LETTERS / "letters_with_replies.csv").open(encoding="utf-8-sig") as file:
        rows = [_letter(row) for row in csv.DictReader(file)]
    for name, typed in (("whole", None), ("40", 40), ("20", 20)):
        found[f"letters, {name}"] = _judged(rows, SAME, typed)
    with gzip.open(LETTERS / "letters_labelled.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = list({row["留言编号"]: _letter(row) for row in csv.DictReader(file)}.values())
    return found | {"other letters, whole": _judged(rows, SAME_OF_OTHERS, None)}


def _letter(row: dict[str, str]) -> Letter:
    words = f"{row['留言主题'].strip()} {row['留言详情'].strip()}"
    return Letter(row["留言编号"], _moment(row["留言时间"].strip()), words, tokens(words))


def _moment(text: str) -> datetime:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (all by one clock)
        except ValueError:
            continue
    raise ValueError(text)


def _judged(letters: Sequence[Letter], pairs: str, typed: int | None) -> dict[str, object]:
    rows, same = sorted(letters, key=lambda one: one.at), {frozenset(pair.split("/")) for pair in pairs.split()}
    rare = rarity([one.tokens for one in rows[:: len(rows) // SAMPLE]])
    suggested = set[frozenset[str]]()
    for place, letter in enumerate(rows):
        words = letter.tokens if typed is None else tokens(letter.words[:typed])
        suggested |= {frozenset((letter.number, one)) for one in _suggested(letter, words, rows[:place], rare)}
    wrong = sorted("/".join(sorted(pair)) for pair in suggested - same)
    return _figures(len(suggested & same), len(suggested), len(same)) | {"wrong": wrong}


def _suggested(letter: Letter, words: Tokens, before: Sequence[Letter], rare: Rarity) -> Iterable[str]:
    needles = set(rare.needles(words, total=len(before), hits=2 * CANDIDATES))
    matches = []
    candidates = [one for one in reversed(before) if not needles.isdisjoint(one.tokens)][:CANDIDATES]
    for other in candidates:
        age = letter.at - other.at
        if age > WINDOW:
            break
        match = Match(likeness(words, other.tokens, rare), age=age)
        if match.likely:
            matches.append((match.score, other.number))
    return [number for _score, number in sorted(matches, reverse=True)[:MOST]]


def questions() -> dict[str, object]:
    """Precision and recall on pairs of questions."""
    with gzip.open(PAIRS, "rt", encoding="utf-8-sig") as file:
        rows = [(tokens(row["q1"]), tokens(row["q2"]), row["label"] == "1") for row in csv.DictReader(file)]
    rare = rarity([one for one, _other, _same in rows[:: len(rows) // SAMPLE]])
    like = [(likeness(one, other, rare) >= THRESHOLD, same) for one, other, same in rows]
    right = sum(found and same for found, same in like)
    return _figures(right, sum(found for found, _same in like), sum(same for _found, same in like))


def categories() -> dict[str, object]:
    """How many labelled letters get a suggestion, and how many of these the right one first."""
    with gzip.open(LETTERS / "labelled_fulltext.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = [(row["label"], row["text"]) for row in csv.DictReader(file)]
    known = [tokens(text) for _label, text in rows]
    labels = sorted({label for label, _text in rows})
    rare, names = rarity(known[:: len(known) // SAMPLE]), {code: [label] for code, label in enumerate(labels)}
    found: dict[str, object] = {}
    for typed in (len(max((text for _label, text in rows), key=len)), 40, 20):
        asked = offered = right = 0
        for place in random.Random(1).sample(range(len(rows)), 400):
            label, text = rows[place]
            words = tokens(text[:typed])
            needles = set(rare.needles(words, total=len(rows), hits=2 * CANDIDATES))
            near = [one for one in range(len(rows)) if one != place and not needles.isdisjoint(known[one])]
            some = near[-CANDIDATES:]
            votes = [Neighbour(labels.index(rows[one][0]), likeness(words, known[one], rare)) for one in some]
            best = suggest(words, votes, names, rare)
            asked, offered = asked + 1, offered + bool(best)
            right += bool(best) and labels[best[0].category] == label
        name = f"{typed}" if typed <= 40 else "whole"
        found[f"category, {name}"] = {"offered": offered / asked, "right": right / max(offered, 1)}
    return found


def _figures(right: int, suggested: int, same: int) -> dict[str, object]:
    return {
        "suggested": suggested,
        "right": right,
        "same": same,
        "precision": right / max(suggested, 1),
        "recall": right / same,
    }


if __name__ == "__main__":
    main()
