"""What a category asks for beyond the words: tasks to tick off and fields to fill in, as an editor writes them.

A category's own stand beside those of the two above it. Pure: text in, definitions out; what was ticked and filled in
is read from the events of a case.

    checklist                       fields
    Ask whether anybody is inside   Lift number | text
    answer: Tell what was done      Cause * | choice | power cut, door, other
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .words import STEPS

MOST_LINES, MOST_LETTERS = 30, 80
"""Of a checklist or of fields; of a task or a name."""
MOST_TEXT = 2000


class FieldKind(TextChoices):
    """What a field takes."""

    TEXT = "text", gettext_lazy("text")
    NUMBER = "number", gettext_lazy("number")
    DATE = "date", gettext_lazy("date")
    CHOICE = "choice", gettext_lazy("choice")
    YES_NO = "yes-no", gettext_lazy("yes or no")


_KINDS = {kind.value: kind for kind in FieldKind} | {
    "文本": FieldKind.TEXT,
    "数字": FieldKind.NUMBER,
    "日期": FieldKind.DATE,
    "选项": FieldKind.CHOICE,
    "是否": FieldKind.YES_NO,
}
_STEPS = {code: code for code in STEPS} | {"受理": "receive", "处理": "handle", "回复": "answer", "回访": "visit"}


@dataclass(frozen=True)
class Task:
    """A line of a checklist: its words are its name, so a changed line is another task."""

    text: str
    step: str


@dataclass(frozen=True)
class Field:
    """Something to fill in; `required`: before the case can be resolved."""

    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    required: bool = False


class BadLine(ValueError):
    """A line that can't be read; the text says which, and how to write it."""


@lru_cache(maxsize=512)
def tasks(text: str) -> tuple[Task, ...]:
    """The tasks of a checklist, a line each; before a colon may stand the step it belongs to. Raises `BadLine`."""
    found: dict[str, Task] = {}
    for number, line in _lines(text):
        head, colon, rest = line.replace("：", ":", 1).partition(":")
        step = _STEPS.get(head.strip().casefold()) if colon else None
        words = rest.strip() if step else line
        _fits(number, words)
        found.setdefault(words, Task(words, step or "handle"))
    return tuple(found.values())


@lru_cache(maxsize=512)
def fields(text: str) -> tuple[Field, ...]:
    """The fields, a line each: name, a star when it must be filled in, kind, choices. Raises `BadLine`."""
    found: dict[str, Field] = {}
    for number, line in _lines(text):
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        name = parts[0].rstrip("*＊ ")
        _fits(number, name)
        kind = _KINDS.get(parts[1].casefold()) if len(parts) > 1 else FieldKind.TEXT
        if kind is None or len(parts) > 3:
            raise BadLine(
                _("Line %(line)d: write it as name | kind | choices; kinds are %(kinds)s.")
                % {"line": number, "kinds": ", ".join(FieldKind.values)}
            )
        choices = parts[2].replace("，", ",").split(",") if len(parts) == 3 else []
        offered = tuple(dict.fromkeys(one.strip()[:MOST_LETTERS] for one in choices if one.strip()))
        if (kind is FieldKind.CHOICE) != bool(offered):
            raise BadLine(
                _("Line %(line)d: a choice needs its choices after a second bar, other kinds have none.")
                % {"line": number}
            )
        if name in found:
            raise BadLine(_("Line %(line)d: there is a field of this name already.") % {"line": number})
        found[name] = Field(name, kind, offered, parts[0] != name)
    return tuple(found.values())


def _lines(text: str) -> list[tuple[int, str]]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadLine(_("At most %(most)d lines.") % {"most": MOST_LINES})
    return lines


def _fits(number: int, words: str) -> None:
    if not 1 <= len(words) <= MOST_LETTERS:
        raise BadLine(_("Line %(line)d: 1 to %(most)d characters.") % {"line": number, "most": MOST_LETTERS})


def stored(field: Field, value: Any) -> str:
    """A value as events keep it: text, without loss; empty for none. Raises ValueError with what to do."""
    text = "" if value is None else str(value).strip()
    if text and (wrong := _WRONG[field.kind](field, text)):
        raise ValueError(wrong)
    return text


def _wrong_text(field: Field, text: str) -> str:
    return _("At most %(most)d characters.") % {"most": MOST_TEXT} if len(text) > MOST_TEXT else ""


def _wrong_number(field: Field, text: str) -> str:
    try:
        number = Decimal(text)
        fine = number.is_finite() and abs(number.adjusted()) <= 30 and len(text) <= 30
    except InvalidOperation:
        fine = False
    return "" if fine else _("Give a number.")


def _wrong_date(field: Field, text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        return _("Give a day as 2026-03-11.")
    return ""


def _wrong_choice(field: Field, text: str) -> str:
    offered = ("yes", "no") if field.kind is FieldKind.YES_NO else field.choices
    return "" if text in offered else _("Choose one of: %(choices)s.") % {"choices": ", ".join(offered)}


_WRONG = {
    FieldKind.TEXT: _wrong_text,
    FieldKind.NUMBER: _wrong_number,
    FieldKind.DATE: _wrong_date,
    FieldKind.CHOICE: _wrong_choice,
    FieldKind.YES_NO: _wrong_choice,
}


@dataclass(frozen=True)
class Done:
    """A task of a case. `key` names it: its words, or for one's own the number of the event that added it."""

    key: str
    text: str
    step: str
    done: bool
    by: int | None = None
    """Who ticked it."""


def checklist(asked: Iterable[Task], told: Sequence[Any], words: Mapping[int, str]) -> list[Done]:
    """The tasks of a case: what its category asks for and what was added, as they stand after the events `told`;
    `words`: what events say, by number. A task that was ticked stays, also when the category asks for it no more."""
    found = {task.text: Done(task.text, task.text, task.step, False) for task in asked}
    for event in told:
        match event.data.get("what"):
            case "task":
                found[str(event.seq)] = Done(str(event.seq), words.get(event.seq, ""), event.data["step"], False)
            case "ticked":
                key = str(event.data["task"]) if event.data["task"] else words.get(event.seq, "")
                before = found.get(key) or Done(key, key, "handle", False)
                found[key] = Done(key, before.text, before.step, event.data["done"], event.actor_id)
    order = list(STEPS)
    return sorted(found.values(), key=lambda task: order.index(task.step))


def filled(told: Sequence[Any], words: Mapping[int, str]) -> dict[str, str]:
    """The values of the fields after the events `told`, by name; only those that have one."""
    values: dict[str, str] = {}
    for event in told:
        if event.data.get("what") == "field":
            values[event.data["field"]] = event.data.get("value") or words.get(event.seq, "")
    return {name: value for name, value in values.items() if value}


def related(told: Sequence[Any]) -> list[int]:
    """The ids of the cases that this one is linked with, in the order in which it was."""
    found: dict[int, None] = {}
    for event in told:
        if event.data.get("what") == "related":
            found[event.data["case"]] = None
        elif event.data.get("what") == "unrelated":
            found.pop(event.data["case"], None)
    return list(found)
