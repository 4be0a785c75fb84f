"""Taking in what customers paid and what contracts they have, row by row: one that can't be taken is told with its
reason and stops no other. A row is known again by its source and reference number; given again it corrects itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.base.taking import Bad, Taken
from huiyin.customers.actions import BadEmail, BadPhone, to_e164, to_email
from huiyin.customers.models import Customer
from huiyin.org import access
from huiyin.org.access import Forbidden, Verb
from huiyin.org.models import User

from .models import Contract, Purchase

PURCHASE: Mapping[str, tuple[str, ...]] = {
    "phone": ("手机", "电话", "联系电话", "phone"),
    "email": ("邮箱", "email", "e-mail"),
    "customer": ("客户编号", "customer", "customer number"),
    "customer_source": ("客户来源", "customer source"),
    "on": ("日期", "付款日期", "date", "paid on"),
    "amount": ("金额", "实付金额", "amount"),
    "currency": ("币种", "currency"),
    "what": ("项目", "内容", "what", "item"),
    "reference": ("单号", "流水号", "reference", "reference number"),
}
"""Targets of the columns of purchases, and what such columns are usually called."""
CONTRACT: Mapping[str, tuple[str, ...]] = {
    **{name: usual for name, usual in PURCHASE.items() if name not in ("on", "amount", "what")},
    "began": ("开始日期", "起始日", "start", "began"),
    "ended": ("结束日期", "终止日", "end", "ended"),
    "fee": ("年费", "年度费用", "yearly fee", "fee"),
}
AT_ONCE = 500
MOST_TEXT, MOST_REFERENCE = 100, 64


class _Wrong(ValueError):
    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


def purchases(rows: Sequence[Mapping[str, str]], *, source: str, user: User | None) -> Taken:
    """Take purchases in. `user`: who gives them, None for whoever runs the machine. Raises `Forbidden`."""
    return _take(rows, source, user, Purchase)


def contracts(rows: Sequence[Mapping[str, str]], *, source: str, user: User | None) -> Taken:
    """The same for contracts; one that is given again may have ended since."""
    return _take(rows, source, user, Contract)


def rehearse(rows: Sequence[Mapping[str, str]], *, source: str, user: User, contracts: bool) -> Taken:
    """What would become of these rows; nothing is written. Raises `Forbidden`."""
    return _take(rows, source, user, Contract if contracts else Purchase, dry=True)


def _take(
    rows: Sequence[Mapping[str, str]],
    source: str,
    user: User | None,
    model: type[Purchase | Contract],
    *,
    dry: bool = False,
) -> Taken:
    reach = access.reach(user, Verb.IMPORT) if user is not None else access.Reach(everywhere=True)
    if not (reach.everywhere or reach.sites):
        raise Forbidden(Verb.IMPORT)
    total = Taken()
    for start in range(0, len(rows), AT_ONCE):
        made, bad = _some(rows[start : start + AT_ONCE], start, source, reach, model)
        total += (_compared(made, source, model)[1] if dry else _stored(made, source, model)) + Taken(bad=bad)
    return total


def _some(
    rows: Sequence[Mapping[str, str]], start: int, source: str, reach: access.Reach, model: type[Purchase | Contract]
) -> tuple[dict[str, Purchase | Contract], tuple[Bad, ...]]:
    people = _People(rows, source)
    bad, made = [], dict[str, Purchase | Contract]()
    for place, row in enumerate(rows, start=start):
        try:
            one = _purchase(row) if model is Purchase else _contract(row)
            customer = people.of(row)
            if not reach.covers(customer.site_id):
                raise _Wrong("customer", _("No customer is known by this."))
            one.customer_id, one.source, one.reference = customer.pk, source, _reference(row)
            if one.reference in made:
                raise _Wrong("reference", _("This number stands in the file twice; the first row was taken."))
        except _Wrong as error:
            bad.append(Bad(place, error.field, error.text))
        else:
            made[one.reference] = one
    return made, tuple(bad)


def _names(model: type[Purchase | Contract]) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if f.attname not in ("id", "source", "reference")]


def _compared(
    made: Mapping[str, Purchase | Contract], source: str, model: type[Purchase | Contract]
) -> tuple[list[Purchase | Contract], Taken]:
    """Those that are not here exactly so, and how many are new, corrected and known."""
    names = _names(model)
    every: QuerySet[Any] = QuerySet(model)
    rows = every.filter(source=source, reference__in=made)
    there = {row.reference: [getattr(row, name) for name in names] for row in rows}
    same = {key for key, one in made.items() if there.get(key) == [getattr(one, name) for name in names]}
    write = [one for key, one in made.items() if key not in same]
    new = sum(1 for key in made if key not in there)
    return write, Taken(new=new, corrected=len(write) - new, known=len(same))


@transaction.atomic
def _stored(made: Mapping[str, Purchase | Contract], source: str, model: type[Purchase | Contract]) -> Taken:
    write, found = _compared(made, source, model)
    every: QuerySet[Any] = QuerySet(model)
    every.bulk_create(
        write,
        update_conflicts=True,
        unique_fields=["source", "reference"],
        update_fields=_names(model),
    )
    return found


class _People:
    """The customers that some rows name, in three statements at most."""

    def __init__(self, rows: Iterable[Mapping[str, str]], source: str) -> None:
        self.source = source
        rows = list(rows)
        phones = {one for row in rows if (one := _phone(row, strict=False))}
        emails = {one for row in rows if (one := _email(row, strict=False))}
        names = {row.get("customer", "").strip() for row in rows} - {""}
        found = Customer.objects.order_by("-pk")
        self.by_phone = {one.phone: one for one in found.filter(phone__in=phones).exclude(phone="")} if phones else {}
        self.by_email = {one.email: one for one in found.filter(email__in=emails).exclude(email="")} if emails else {}
        outside = found.filter(outside_name__in=names).exclude(outside_name="") if names else ()
        self.by_name = {(one.source, one.outside_name): one for one in outside}

    def of(self, row: Mapping[str, str]) -> Customer:
        """The customer of a row, by phone, else by their number elsewhere, else by e-mail."""
        phone, email, name = _phone(row), _email(row), row.get("customer", "").strip()
        if not (phone or email or name):
            raise _Wrong("phone", _("Say whose it is: a phone number, an e-mail address or a customer number."))
        found = self.by_phone.get(phone) or self.by_name.get((row.get("customer_source") or self.source, name))
        found = found or self.by_email.get(email)
        if found is None:
            raise _Wrong("phone" if phone else "customer", _("No customer is known by this."))
        return found


def _phone(row: Mapping[str, str], *, strict: bool = True) -> str:
    text = row.get("phone", "").strip()
    try:
        return to_e164(text) if text else ""
    except BadPhone as error:
        if strict:
            raise _Wrong("phone", _("This is no phone number.")) from error
        return ""


def _email(row: Mapping[str, str], *, strict: bool = True) -> str:
    text = row.get("email", "").strip()
    try:
        return to_email(text) if text else ""
    except BadEmail as error:
        if strict:
            raise _Wrong("email", _("This is no e-mail address.")) from error
        return ""


def _purchase(row: Mapping[str, str]) -> Purchase:
    currency = _currency(row)
    amount = _amount("amount", row, currency)
    if not amount:
        raise _Wrong("amount", _("What was free is no purchase: leave it out."))
    what = row.get("what", "").strip()[:MOST_TEXT]
    return Purchase(on=_day("on", row), amount=amount, currency=currency, what=what)


def _contract(row: Mapping[str, str]) -> Contract:
    currency, began = _currency(row), _day("began", row)
    ended = _day("ended", row) if row.get("ended", "").strip() else None
    if ended is not None and ended < began:
        raise _Wrong("ended", _("It can't end before it begins."))
    return Contract(began=began, ended=ended, fee=_amount("fee", row, currency), currency=currency)


def _currency(row: Mapping[str, str]) -> str:
    currency = row.get("currency", "").strip().upper() or money.DEFAULT
    if currency not in money.CURRENCIES:
        raise _Wrong("currency", _("Choose one of: %(choices)s.") % {"choices": ", ".join(money.CURRENCIES)})
    return currency


def _amount(field: str, row: Mapping[str, str], currency: str) -> int:
    try:
        return money.read(row.get(field, ""), currency)
    except money.BadAmount as error:
        raise _Wrong(field, _("Write an amount like 30 or 30.50.")) from error


def _day(field: str, row: Mapping[str, str]) -> date:
    text = row.get(field, "").strip().replace("/", "-").replace("年", "-").replace("月", "-").removesuffix("日")
    parts = text.partition(" ")[0].split("T")[0].split("-")
    try:
        found = date(*(int(one) for one in parts))
    except (ValueError, TypeError) as error:
        raise _Wrong(field, _("Give a day like 2026-03-31.")) from error
    if not 1970 <= found.year < 2200:
        raise _Wrong(field, _("Give a day like 2026-03-31."))
    return found


def _reference(row: Mapping[str, str]) -> str:
    found = row.get("reference", "").strip()
    if not found or len(found) > MOST_REFERENCE:
        raise _Wrong(
            "reference", _("Give each row a number of its own, of at most %(most)d characters.") % {"most": 64}
        )
    return found
