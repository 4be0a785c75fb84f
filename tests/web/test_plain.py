"""Forms say what to write instead, at every door of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.utils import translation

from huiyin.org.models import User
from huiyin.web.desk.fields import moment, radios
from huiyin.web.plain import PlainForm
from tests.people import Company

WEB = Path(__file__).resolve().parents[2] / "huiyin" / "web"
STOCK = ("This field is required", "Select a valid choice", "Ensure this value", "Enter a ", "这个字段", "确保")


class Every(PlainForm):
    """A field of each sort."""

    text = forms.CharField(max_length=3)
    own = forms.CharField(error_messages={"required": "Say who."})
    one = radios("One", [("a", "A")])
    some = forms.MultipleChoiceField(choices=[("a", "A")])
    number = forms.IntegerField(min_value=2, max_value=9)
    amount = forms.DecimalField(max_digits=4, decimal_places=2, min_value=Decimal(0))
    day = forms.DateField()
    at = moment("At")
    mail = forms.EmailField()
    file = forms.FileField()
    sure = forms.BooleanField()


def said(data: dict[str, Any]) -> list[str]:
    return [str(text) for texts in Every(data).errors.values() for text in texts]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text": "long", "one": "x", "some": ["y"], "number": "1", "amount": "1.234", "day": "x", "at": "x"},
        {"number": "10", "amount": "-1", "mail": "x", "some": "a"},
        {"number": "x", "amount": "123456"},
    ],
)
def test_no_sentence_is_the_stock_one(language: str, data: dict[str, Any]) -> None:
    with translation.override(language):
        texts = said(data)
    assert len(texts) >= 9
    assert [text for text in texts if text.startswith(STOCK)] == []


def test_they_say_what_to_write_and_keep_a_fields_own_words() -> None:
    texts = said({"text": "long", "number": "1", "day": "31.3."})
    assert "Please make it shorter: 4 characters, and at most 3 fit." in texts
    assert "Please write 2 or more." in texts
    assert "Please write a day like 2026-03-31." in texts
    assert "Say who." in texts
    assert "Please choose one." in texts


def forms_of(kind: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for one in kind.__subclasses__():
        yield one
        yield from forms_of(one)


def test_every_form_of_the_pages_is_plain() -> None:
    for file in WEB.rglob("*.py"):
        if "migrations" not in file.parts and "Form" in file.read_text(encoding="utf-8"):
            import_module(".".join(file.relative_to(WEB.parents[1]).with_suffix("").parts))
    ours = [one for one in forms_of(forms.BaseForm) if one.__module__.startswith("huiyin.")]
    assert len(ours) > 60
    assert [one for one in ours if not issubclass(one, PlainForm)] == []


def test_the_customers_door_says_so_too(company: Company, client_for: Callable[[User], Client]) -> None:
    page = Client().post("/p/LJF/", {"kind": "nonsense", "text": "电" * 20_001}, headers={"accept-language": "en"})
    text = page.content.decode()
    assert "Please choose one of those that are offered" in text
    assert "Please make it shorter" in text
