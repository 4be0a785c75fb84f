"""docs/reference/roles.md says who may do what; the table in it is the one the code asks."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation

from huiyin.org.access import VERBS, Verb
from huiyin.org.models import Role

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "roles.md"
BEGIN, END = "<!-- table -->", "<!-- end -->"


def table() -> str:
    """Roles × verbs, as the page has it."""
    with translation.override("en"):
        head = ["verb", *(str(role.label) for role in Role)]
        lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
        for verb in Verb:
            marks = ["yes" if verb in VERBS[role] else "" for role in Role]
            lines.append(f"| {verb.label} (`{verb.value}`) | {' | '.join(marks)} |")
    return "\n".join(lines)


def test_the_page_says_what_the_code_asks() -> None:
    """If not: put the right table between the marks of the page."""
    page = PAGE.read_text(encoding="utf-8")
    assert page.split(BEGIN)[1].split(END)[0].strip() == table()
