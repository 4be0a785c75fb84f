"""Amounts of money: whole numbers of the smallest unit (cents, fen) and a currency. Never a float."""

from __future__ import annotations

import re

DEFAULT = "CNY"
_PLACES = {"CNY": 2, "HKD": 2, "MOP": 2, "TWD": 2, "SGD": 2, "USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KRW": 0, "VND": 0}
CURRENCIES = tuple(_PLACES)
MOST = 10**14
"""A sum above this is a typing error; and so many of the smallest unit fit any column."""
_TYPED = re.compile(r"([0-9]{1,3}(?:[,，][0-9]{3})+|[0-9]+)(?:\.([0-9]*))?")


class BadAmount(ValueError):
    """What was typed is no amount of this currency."""


def places(currency: str) -> int:
    """How many digits stand behind the point."""
    return _PLACES.get(currency, 2)


def read(text: str, currency: str = DEFAULT) -> int:
    """`"1,234.5"` → 123450. Raises `BadAmount`, also for too many digits, and for what is negative."""
    found = _TYPED.fullmatch(text.strip().lstrip("¥￥").rstrip("元").strip())
    if found is None:
        raise BadAmount(text)
    whole, part = found[1].replace(",", "").replace("，", ""), (found[2] or "").rstrip("0")
    if len(part) > places(currency):
        raise BadAmount(text)
    amount = int(whole + part.ljust(places(currency), "0"))
    if amount > MOST:
        raise BadAmount(text)
    return amount


def plain(amount: int, currency: str = DEFAULT) -> str:
    """123450 → `"1234.50"`: as a form field holds it, and `read` takes it back."""
    digits = places(currency)
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    if not digits:
        return f"{sign}{amount}"
    return f"{sign}{amount // 10**digits}.{amount % 10**digits:0{digits}d}"


def show(amount: int, currency: str = DEFAULT) -> str:
    """123450 → `"¥1,234.50"`; of other currencies with their code in front."""
    whole, point, part = plain(abs(amount), currency).partition(".")
    mark = "¥" if currency == "CNY" else f"{currency} "
    return f"{'-' if amount < 0 else ''}{mark}{int(whole):,}{point}{part}"
