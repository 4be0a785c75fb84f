"""Every change to customers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from huiyin.db.keys import Ahead
from huiyin.db.reading import read_rows
from huiyin.db.rows import insert_objects, insert_rows

from .models import Customer

_FIELDS = ("site_id", "home_id", "name", "phone", "phone_as_typed", "email", "source", "outside_name", "tier_id")


@dataclass(frozen=True)
class Person:
    """What a door knows of the person who speaks. `source` and `outside_name` are for imports without a phone; `tier`:
    the id of a tier, None when nothing was said of it."""

    name: str = ""
    phone: str = ""
    source: str = ""
    outside_name: str = ""
    email: str = ""
    tier: int | None = None


MOST_EMAIL = 254
_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}")


NOT_A_PHONE = _("Not a phone number: write one like 13800138000, or 010-65521234 with the area code.")
"""What whoever typed it is told, at every door."""


class BadPhone(ValueError):
    """Not a phone number."""


class BadEmail(ValueError):
    """Not an e-mail address."""


def to_email(typed: str) -> str:
    """The address in the one form in which it is stored and looked for. Raises `BadEmail`.

    Capitals are small letters, although a server may tell them apart before the @: no server that customers use does,
    and people write their own address as it comes.
    """
    email = unicodedata.normalize("NFKC", typed).strip().casefold()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadEmail from error
    if not email.isascii() or len(email) > MOST_EMAIL:
        raise BadEmail
    return email


def to_e164(typed: str, *, region: str = "CN") -> str:
    """The number in international form; `region` is where numbers without a country code are dialled. Raises
    `BadPhone`."""
    if region == "CN" and _CHINESE_MOBILE.fullmatch(typed):
        return f"+86{typed}"  # as most are typed: no need to ask the library
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(typed) from error
    if not phonenumbers.is_possible_number(number):
        raise BadPhone(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def recognise(person: Person, *, site: int, ahead: Ahead | None = None) -> Customer | None:
    """The customer this person is: found by phone, else by outside name, else a row without a key that `add_customers`
    inserts; None for an unnamed one. `ahead`: keys that come along. Raises `BadPhone`."""
    if not _anybody(person):
        return None
    phone = to_e164(person.phone) if person.phone else ""
    known = bool(phone or person.outside_name or person.email)
    found = _find(phone, person, ahead) if known else None
    return found or _row(person, phone, site)


def _find(phone: str, person: Person, ahead: Ahead | None) -> Customer | None:
    # The second half of each condition lets SQLite take the partial index.
    rows: list[Customer] = []
    if phone:
        rows = read_rows(Customer, "phone = %s AND NOT (phone = '')", [phone], ahead=ahead)
    if not rows and person.outside_name:
        condition = "source = %s AND outside_name = %s AND NOT (outside_name = '')"
        rows = read_rows(Customer, condition, [person.source, person.outside_name], ahead=ahead)
    if not rows and person.email and not (phone or person.outside_name):
        rows = read_rows(Customer, "email = %s AND NOT (email = '') ORDER BY id LIMIT 1", [person.email], ahead=ahead)
    return rows[0] if rows else None


def _anybody(person: Person) -> bool:
    return bool(person.name or person.phone or person.outside_name or person.email)


def recognise_all(people: Sequence[tuple[Person, int]]) -> list[Customer | None]:
    """`recognise` for many people, each with the id of their site, in a few statements.

    To be called inside a transaction. Raises `BadPhone`, and on PostgreSQL `IntegrityError` when another process adds
    one of them at this moment: then try again.
    """
    keys = [_key(person) for person, _site in people]
    known = _known({key for key in keys if key is not None})
    new: list[Customer] = []
    found: list[Customer | None] = []
    for (person, site), key in zip(people, keys, strict=True):
        customer = known.get(key) if key is not None else None
        if customer is None and _anybody(person):
            customer = _row(person, key.value if key is not None and key.by == "phone" else "", site)
            new.append(customer)
            if key is not None:
                known[key] = customer
        found.append(customer)
    add_customers(new)
    _learn(people, found)
    return found


def _learn(people: Sequence[tuple[Person, int]], found: Sequence[Customer | None]) -> None:
    """Addresses of customers who had none yet, in one statement."""
    told: dict[int, Customer] = {}
    for (person, _site), customer in zip(people, found, strict=True):
        if customer is not None and person.email and not customer.email:
            customer.email = person.email
            told[customer.pk] = customer
    if told:
        Customer.objects.bulk_update(told.values(), ["email"])


class _Key(NamedTuple):
    """By what a person is known again: `phone` in E.164, `name` outside with its `source`, or `email`."""

    by: str
    value: str
    source: str = ""


def _key(person: Person) -> _Key | None:
    if person.phone:
        return _Key("phone", to_e164(person.phone))
    if person.source and person.outside_name:
        return _Key("name", person.outside_name, person.source)
    return _Key("email", person.email) if person.email else None


def _known(keys: set[_Key]) -> dict[_Key, Customer]:
    """Those that there are, in one statement for each way of knowing them."""
    wanted = {by: [key.value for key in keys if key.by == by] for by in ("phone", "name", "email")}
    found: dict[_Key, Customer] = {}
    if wanted["phone"]:
        rows = Customer.objects.filter(phone__in=wanted["phone"]).exclude(phone="")
        found |= {_Key("phone", row.phone): row for row in rows}
    if wanted["name"]:
        sources = {key.source for key in keys if key.by == "name"}
        rows = Customer.objects.filter(source__in=sources, outside_name__in=wanted["name"]).exclude(outside_name="")
        found |= {_Key("name", row.outside_name, row.source): row for row in rows}
    if wanted["email"]:
        rows = Customer.objects.filter(email__in=wanted["email"]).exclude(email="").order_by("-pk")
        found |= {_Key("email", row.email): row for row in rows}  # the oldest, as for a single case
    return found


def _row(person: Person, phone: str, site: int) -> Customer:
    return Customer(
        site_id=site,
        name=person.name or person.phone or person.outside_name or person.email,
        phone=phone,
        phone_as_typed=person.phone,
        email=person.email,
        source=person.source,
        outside_name=person.outside_name,
        tier_id=person.tier,
    )


def correct(customer: Customer | None, person: Person, *, site: int, alone: bool) -> Customer:
    """The customer of a case whose contact was told or typed wrongly, with what is right.

    A number that somebody has already says that it is them, under the name by which they are known. Else the row is
    changed when the wrong number was this case's alone (`alone`); a customer with other cases keeps their own, and the
    case gets a new one. To be called in a transaction; the number has been looked at by `to_e164`.
    """
    phone = to_e164(person.phone) if person.phone else ""
    owner = Customer.objects.filter(phone=phone).exclude(phone="").first() if phone else None
    if owner is not None and (customer is None or owner.pk != customer.pk):
        return owner
    new = _row(person, phone, site)
    if customer is None or not alone:
        new.home_id = customer.home_id if customer is not None else None
        try:
            with transaction.atomic():
                new.save()
        except IntegrityError:  # somebody else has just got this number
            return Customer.objects.get(phone=phone)
        return new
    customer.name, customer.email = new.name, new.email
    customer.phone, customer.phone_as_typed = phone, person.phone
    customer.save(update_fields=["name", "phone", "phone_as_typed", "email"])
    return customer


def add_customers(customers: Sequence[Customer]) -> None:
    """Insert customers, and give keys to those who have none yet."""
    keyed = [customer for customer in customers if customer.pk]
    insert_objects(Customer, ("id", *_FIELDS), keyed)
    rest = [customer for customer in customers if not customer.pk]
    rows = [[getattr(customer, name) for name in _FIELDS] for customer in rest]
    for customer, key in zip(rest, insert_rows(Customer, _FIELDS, rows, returning=True), strict=True):
        customer.pk = key
