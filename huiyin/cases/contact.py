"""Correcting how the customer of a case is reached, and where: what was told or typed wrongly. See decision 20.

The event holds which of these changed, the old and the new ones are words of it: they can be read by whoever may know
the customer, and erased. A customer who is hidden stays hidden under the name and number of before.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from huiyin.customers.actions import NOT_A_PHONE, BadEmail, BadPhone, Person, correct, to_e164, to_email
from huiyin.customers.models import Customer
from huiyin.org.access import Verb

from . import hiding
from .actions import BadInput, By, acting, clean
from .change import Change
from .details import TOPIC
from .models import Case
from .workflow import EventKind

WHAT = "contact"
_LONGEST = {"name": 100, "phone": 40, "email": 254, "place": 120}


def contact(
    case_id: int,
    by: By,
    *,
    name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    place: str | None = None,
) -> Change:
    """Set right who speaks, their number, the address that mail goes to, and the place. What isn't given stays; empty
    takes it away. Raises as verbs do, and `Forbidden` for who may not know a protected customer."""
    given = {"name": name, "phone": phone, "email": email, "place": place}
    asked = {part: _written(part, text) for part, text in given.items() if text is not None}
    with acting(Verb.CONTACT, case_id, by) as change:
        hiding.require(by.user, change.case)
        case = change.case
        now = of_case(case)
        moved = {part: text for part, text in asked.items() if not _same(case, part, text, now[part])}
        if not moved:
            return change
        secrets = hiding.secrets_of(case)
        others = _set(case, moved, {**now, **moved})
        _keep_hidden([case, *others], secrets)
        words = {**moved, **{f"old_{part}": now[part] for part in moved}}
        change.add(EventKind.NOTED, {"what": WHAT, "changed": sorted(moved)}, words=words, topic=TOPIC)
    return change


def of_case(case: Case) -> dict[str, str]:
    """The contact as it stands, as people type it."""
    customer = case.customer
    phone = (customer.phone_as_typed or customer.phone) if customer else ""
    return {"name": customer.name if customer else "", "phone": phone, "email": case.email, "place": case.place}


def _written(part: str, text: str) -> str:
    """A text as it is kept. Raises `BadInput`."""
    text = clean(text)
    if len(text) > _LONGEST[part]:
        raise BadInput(part, _("At most %(most)d characters.") % {"most": _LONGEST[part]})
    try:
        if text and part == "email":
            return to_email(text)
        if text and part == "phone":
            to_e164(text)
    except BadEmail as error:
        raise BadInput(part, _("This is not an e-mail address: it looks like name@example.com.")) from error
    except BadPhone as error:
        raise BadInput(part, str(NOT_A_PHONE)) from error
    return text


def _same(case: Case, part: str, text: str, before: str) -> bool:
    if part == "phone" and text and case.customer is not None:
        return to_e164(text) == case.customer.phone
    return text == before


def _set(case: Case, moved: Mapping[str, str], wanted: Mapping[str, str]) -> list[Case]:
    """Write the rows; the customer's other protected cases, when they have another name or number by it."""
    before, touched = case.customer, list[Case]()
    if moved.keys() - {"place"}:
        if not any(wanted[part] for part in ("name", "phone", "email")):
            raise BadInput("name", _("Leave a name, a phone number or an e-mail address."))
        others = Case.objects.filter(customer=before).exclude(pk=case.pk) if before else Case.objects.none()
        case.customer = _customer(case, moved, wanted, alone=not others.exists())
        if before is not None and case.customer.pk == before.pk:
            touched = list(others.filter(protected=True).select_for_update().order_by("pk"))
    case.email, case.place = wanted["email"], wanted["place"]
    Case.objects.filter(pk=case.pk).update(customer=case.customer, email=case.email, place=case.place)
    return touched


def _customer(case: Case, moved: Mapping[str, str], wanted: Mapping[str, str], *, alone: bool) -> Customer:
    known = case.customer
    # The address of a case need not be that of its customer: only the same one was wrong for both.
    theirs = wanted["email"] if known is None or known.email in ("", case.email) else known.email
    person = Person(wanted["name"], wanted["phone"], email=theirs)
    return correct(known, person, site=case.site_id, alone=alone or "phone" not in moved)


def _keep_hidden(cases: list[Case], secrets: list[str]) -> None:
    for case in cases:
        if case.protected:
            case.former = sorted({*case.former, *secrets})
            Case.objects.filter(pk=case.pk).update(former=case.former)
