"""Protected identity: who may know the customer of a protected case, and what everybody else is given in their place.

Every query that hands out rows of cases to a member of staff passes them through `hide`. Who may not know gets the
case without its customer, and words and names of files without them; nobody finds the case by who they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

import phonenumbers
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.customers.models import Customer
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from .models import Case, File, Message
from .veil import Veil, veil


def knows(user: User, case: Case) -> bool:
    """May `user`, who may see the case, know who its customer is? Its owner and handler, and who has the right."""
    return not case.protected or _theirs(user, case) or access.may(user, Verb.IDENTIFY, case.site_id)


def _theirs(user: User, case: Case) -> bool:
    return user.pk in (case.owner_id, case.handler_id)


def require(user: User | None, case: Case) -> None:
    """Raise `Forbidden` for a member of staff who may not know."""
    if user is not None and not knows(user, case):
        raise access.Forbidden(Verb.IDENTIFY)


def known_to(user: User, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of these cases whose customer `user` may know."""
    reach = access.reach(user, Verb.IDENTIFY)
    if reach.everywhere:
        return cases
    return cases.filter(Q(protected=False) | Q(owner=user) | Q(handler=user) | Q(site__in=reach.sites))


def hide(user: User, cases: Iterable[Case]) -> list[Case]:
    """These cases as `user` may have them."""
    rows = list(cases)
    for case in rows:
        if case.veil is None and not knows(user, case):
            _cover(case)
    return rows


def _cover(case: Case) -> None:
    """Only the row in memory: those that are read to be shown are never saved."""
    case.veil = found = veil_of(case)
    case.email = ""
    case.subject, case.place = found.over(case.subject), found.over(case.place)
    if case.customer is not None:
        case.customer = Customer(name=_("protected"))


def open_subject(case: Case) -> str:
    """What a case is about, in words that everybody may read: for a title that more people see than the case."""
    if not case.protected or case.veil is not None:
        return case.subject
    return veil_of(case).over(case.subject)


def veil_of(case: Case) -> Veil:
    """What crosses the customer of a case out of a text, under the name and number of before as well."""
    names, numbers = _known_by(case)
    return veil([*names, *case.former], [*numbers, *case.former])


def secrets_of(case: Case) -> list[str]:
    """By what one would know the customer of a case."""
    names, numbers = _known_by(case)
    return [one for one in (*names, *numbers) if one]


def _known_by(case: Case) -> tuple[list[str], list[str]]:
    """Names and addresses; telephone numbers."""
    customer = case.customer
    if customer is None:
        return [case.email], []
    home = [customer.home.label] if customer.home is not None else []
    names = [customer.name, customer.outside_name, customer.email, case.email, *home]
    return names, [customer.phone_as_typed, *_numbers(customer.phone)]


def _numbers(phone: str) -> list[str]:
    """A number in international form, and as it is dialled at home."""
    return [phone, str(phonenumbers.parse(phone).national_number)] if phone else []


def cover_words(case: Case, messages: Iterable[Message]) -> list[Message]:
    """Words of a case as its row was given out."""
    rows = list(messages)
    if case.veil is not None:
        for message in rows:
            message.text = case.veil.over(message.text)
    return rows


def cover_files(case: Case, files: Iterable[File]) -> list[File]:
    """Files of a case as its row was given out: a name that somebody gave a file may be their own."""
    rows = list(files)
    if case.veil is not None:
        for file in rows:
            file.name = f"{file.pk}{PurePath(file.name).suffix}"
    return rows
