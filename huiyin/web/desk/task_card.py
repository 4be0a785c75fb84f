"""The card of a task on the page of its case, for the department that has it: what, by when, and five things to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from huiyin.cases import words
from huiyin.cases.workflow import EventKind
from huiyin.clocks import queries as clocks
from huiyin.standards import outgoing
from huiyin.standards import queries as standards

from .dispatch_forms import unsigned
from .matters import own_tasks
from .sheet import Sheet, Task, said

if TYPE_CHECKING:
    from .act import Act

_BUTTONS: Mapping[str, str | Promise] = {
    "reply": pgettext_lazy("of a task", "Answer"),
    "ask-back": gettext_lazy("Ask back"),
    "pass-on": gettext_lazy("Pass on"),
    "extend": gettext_lazy("More time"),
}
SLUGS = frozenset({"sign", *_BUTTONS})
"""Verbs whose forms open in the card."""
_MOST = 4
"""So many standard answers are offered: more would have to be read."""


@dataclass(frozen=True)
class Button:
    """One thing to do. `hand_over`: the task that is signed for with one tap; None for a link to a form."""

    slug: str
    url: str
    name: str
    open: bool
    hand_over: int | None = None


@dataclass(frozen=True)
class Spoken:
    """A question of the department about its task, or the answer to it."""

    title: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Asked:
    """One task, and what was asked about it."""

    task: Task
    talk: Sequence[Spoken]


@dataclass(frozen=True)
class Card:
    """The tasks of the reader's own department, most urgent first, and what may be done with them."""

    tasks: Sequence[Asked]
    buttons: Sequence[Button]
    phone: tuple[str, str] | None
    """Of the customer, for those who may know it: as one dials it, and as it is read."""
    home: str


def card(sheet: Sheet, acts: Mapping[str, Act], opened: str) -> Card | None:
    """The card of a case for somebody whose department has a task there; `opened`: the verb whose form is open."""
    mine = [task for task in own_tasks(sheet) if task.department == sheet.user.department_id]
    if not mine or "reply" not in acts:
        return None
    customer = sheet.case.customer
    phone = customer.phone if customer is not None else ""
    return Card(
        tasks=[Asked(task, _talk(sheet, task)) for task in sorted(mine, key=_due)],
        buttons=_buttons(sheet, acts, opened),
        phone=(phone, (customer.phone_as_typed if customer else "") or phone) if phone else None,
        home=customer.home.label if customer is not None and customer.home is not None else "",
    )


def _due(task: Task) -> tuple[bool, datetime, int]:
    return task.due_at is None, task.due_at or task.asked_at, task.number


def _talk(sheet: Sheet, task: Task) -> list[Spoken]:
    """The last question and what was answered to it."""
    titles = {EventKind.ASKED: _("You asked"), EventKind.TOLD: _("The front desk answered")}
    about = [e for e in sheet.entries if e.event.kind in titles and e.event.data["hand_over"] == task.number]
    first = next((at for at in reversed(range(len(about))) if about[at].event.kind == EventKind.ASKED), 0)
    return [Spoken(titles[EventKind(e.event.kind)], said(e), e.event.at) for e in about[first:]]


def _buttons(sheet: Sheet, acts: Mapping[str, Act], opened: str) -> list[Button]:
    """Accept, answer, ask back, pass on, more time: those that may be done, always in this order."""
    mine = [task for task in unsigned(sheet) if task.department == sheet.user.department_id]
    sign = pgettext("of a task", "Accept")
    found = [
        Button(
            "sign", _url(sheet, "sign"), f"{sign}{_(': ')}{task.text[:16]}" if mine[1:] else sign, False, task.number
        )
        for task in (mine if "sign" in acts else [])
    ]
    for slug, name in _BUTTONS.items():
        if slug in acts:
            found.append(
                Button(slug, f"{_url(sheet, slug)}#task", words.own("verb", slug) or str(name), slug == opened)
            )
    return found


def _url(sheet: Sheet, slug: str) -> str:
    return reverse("case_act", args=[sheet.case.number, slug])


@dataclass(frozen=True)
class Answer:
    """Words ready to be put into the reply; `url` does it without a script."""

    url: str
    name: str
    text: str


def answers(sheet: Sheet) -> list[Answer]:
    """What a reply must contain, as a frame to fill; then the house's own standard answers, first those that name the
    category of the case."""
    case = sheet.case
    names = [name for name in (case.category.name, case.category.name_en) if name] if case.category else []
    named = [row for name in names for row in standards.phrases(name, situation="reply")]
    rows = {row.pk: row for row in [*named, *standards.phrases(situation="reply")]}
    values = outgoing.values(case, sheet.user, sheet.now, clocks.heard_by)
    url = _url(sheet, "reply")
    found = [Answer(f"{url}?answer=0#task", _("Cause, work done, can it come again"), frame())]
    for pk, row in list(rows.items())[:_MOST]:
        text = outgoing.filled(standards.words_of(row), values)
        found.append(Answer(f"{url}?answer={pk}#task", text, text))
    return found


def frame() -> str:
    """The three things that every reply says, to be filled in."""
    parts = (_("Cause"), _("What was done"), _("Can it come again"))
    return "\n".join(f"{part}{_(': ')}".rstrip(" ") + " " for part in parts).rstrip(" ")


def begun(sheet: Sheet, asked: QueryDict, so_far: str) -> str:
    """The words of a reply so far, and below them the standard answer that a link asks for."""
    mark = f"?answer={asked.get('answer', '')}#"
    chosen = next((one.text for one in answers(sheet) if mark in one.url), "") if "answer" in asked else ""
    return "\n".join(part for part in (so_far.rstrip(), chosen) if part)
