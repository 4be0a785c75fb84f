"""How a case begins: by any door, one function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from huiyin.base.ids import new_secret, secret_digest
from huiyin.customers.actions import NOT_A_PHONE, BadEmail, BadPhone, Person, add_customers, recognise, to_email
from huiyin.customers.models import Customer
from huiyin.db.keys import Ahead
from huiyin.db.rows import new_row, one_write
from huiyin.org import access, reference
from huiyin.org.access import Verb
from huiyin.org.models import Department, Site, User

from . import queries, tier, timeline
from .actions import BadInput, By, acting, clean, said
from .change import Change, StoredFile, fixed
from .dispatch import transferred
from .models import Case, Category, Channel, Kind
from .oversight import must_refer
from .severity import Complexity, Grade, Severity, Taps, grade
from .workflow import EventKind

MOST_TEXT = 20_000


@dataclass(frozen=True)
class Outside:
    """Who sent a case down from above, their number, and by when they want it done."""

    body: str
    number: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class NewCase:
    """What a door hands in. `received_at` is for voices that came in earlier than they are entered."""

    kind: str
    channel: str
    site: Site
    subject: str
    text: str
    person: Person = field(default_factory=Person)
    category: Category | None = None
    place: str = ""
    source: str = ""
    external_number: str = ""
    received_at: datetime | None = None
    taps: Taps | None = None
    complexity: str = Complexity.SIMPLE
    files: Sequence[StoredFile] = ()
    take: bool = False
    """The member of staff who enters it takes it at once."""
    protected: bool = False
    """The customer wants it; reports are protected always."""
    outside: Outside | None = None
    about_users: Sequence[User] = ()
    about_departments: Sequence[Department] = ()
    """Whom the customer complains of."""


class AlreadyKnown(Exception):
    """A case with this source and outside number exists: `number`."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Opened:
    """A new case and the secret of the customer's link, which is shown once and kept as a digest."""

    change: Change
    link: str

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.change.case


def open_case(new: NewCase, by: By) -> Opened:
    """Make a case. `by.user` is None when the customer does it on the portal.

    Raises `BadInput` (naming the field), `Forbidden`, `AlreadyKnown`.
    """
    check(new, by.at)
    if by.user is not None:
        access.require(by.user, Verb.CREATE, new.site.pk)
        if new.person.tier is not None:
            access.require(by.user, Verb.TIER, new.site.pk)
    _in_use(new)
    new = replace(new, person=_written(new.person))
    link = new_secret()
    try:
        change = _open(new, by, link)
    except IntegrityError as error:
        known = queries.by_outside_number(new.source, [new.external_number]).get(new.external_number)
        if known is not None:
            raise AlreadyKnown(known.number) from error
        change = _open(new, by, link)  # somebody added this very customer at the same moment: now they are found
    return Opened(change, link)


def _open(new: NewCase, by: By, link: str) -> Change:
    with reference.pinned(), one_write():
        ahead = Ahead(Case, Customer)
        customer = _customer(new, by, ahead)
        if customer is not None and not customer.pk:
            key, customer.pk = ahead.take(Case, Customer)
            add_customers([customer])
        else:
            (key,) = ahead.take(Case)
        change = draft(new, by, customer, link=link)
        change.case.pk = key
        tier.given_with(change, new.person.tier)
        _put_in_order(change, new)
        if new.take and by.user is not None and by.user.pk not in change.now.about_users:
            change.add(EventKind.ACCEPTED, {"by": by.user.pk})
        timeline.write([change])
    return change


def _put_in_order(change: Change, new: NewCase) -> None:
    """Who must step aside, what came from above, and whether the supervisor decides."""
    if new.about_users or new.about_departments:
        about = {"users": sorted(u.pk for u in new.about_users)}
        change.add(EventKind.CONCERNED, about | {"departments": sorted(d.pk for d in new.about_departments)})
    if new.outside is not None:
        transferred(change, **vars(new.outside))
    named = change.now.about_users or change.now.about_departments
    conduct = bool(named or (new.category and new.category.conduct))
    if because := must_refer(change.case, change.now.severity, conduct):
        change.add(EventKind.REFERRED, {"because": because.value})


_CHOICES = {
    "kind": dict.fromkeys(Kind.values),
    "channel": dict.fromkeys(Channel.values),
    "complexity": dict.fromkeys(Complexity.values),
}


def check(new: NewCase, at: datetime) -> None:
    """Raise `BadInput` for a field that can't be taken."""
    for name, choices in _CHOICES.items():
        if getattr(new, name) not in choices:
            raise BadInput(name, _("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)})
    if not clean(new.text):
        raise BadInput("text", _("Say what happened."))
    for name, most in (("subject", 200), ("text", MOST_TEXT), ("place", 120), ("source", 64), ("external_number", 64)):
        if len(getattr(new, name)) > most:
            raise BadInput(name, _("At most %(most)d characters.") % {"most": most})
    for name, most in (("name", 100), ("phone", 40), ("outside_name", 100), ("email", 254)):
        if len(getattr(new.person, name)) > most:
            raise BadInput(f"customer.{name}", _("At most %(most)d characters.") % {"most": most})
    if new.outside is not None and new.outside.due_at is not None and new.outside.due_at <= at:
        raise BadInput("outside.due_at", _("This time has passed; choose a later one."))
    if new.received_at is not None and new.received_at > at:
        raise BadInput("received_at", _("This lies in the future."))


def _in_use(new: NewCase) -> None:
    # Not in `check`: what is imported happened before its site or category went out of use.
    if not new.site.active:
        raise BadInput("site", _("%(site)s is no longer in use.") % {"site": new.site.name})
    if new.category is not None and not queries.categories().offered(new.category):
        raise BadInput("category", _("This category is no longer in use."))


def _written(person: Person) -> Person:
    """A person as their words are kept."""
    try:
        email = to_email(person.email) if clean(person.email) else ""
    except BadEmail as error:
        raise BadInput("customer.email", _("This is not an e-mail address: it looks like name@example.com.")) from error
    return replace(person, name=clean(person.name), phone=clean(person.phone), email=email)


def _customer(new: NewCase, by: By, ahead: Ahead) -> Customer | None:
    person = new.person
    if by.user is None and person.phone:
        # Whoever knows a neighbour's number could put their own address beside it, and read the neighbour's cases by
        # it: what anybody may type in holds for this case alone.
        person = replace(person, email="")
    try:
        customer = recognise(person, site=new.site.pk, ahead=ahead)
    except BadPhone as error:
        raise BadInput("customer.phone", str(NOT_A_PHONE)) from error
    if customer is not None and customer.pk and person.email and not customer.email:
        customer.email = person.email
        customer.save(update_fields=["email"])
    return customer


def subject_of(text: str) -> str:
    """A subject for a voice without one: the beginning of its first line."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 40 else line[:39] + "…"


def draft(new: NewCase, by: By, customer: Customer | None, *, link: str | None = None) -> Change:
    """The change that makes the case, not written yet; imports and the demo go on adding facts to it."""
    case = new_row(
        Case,
        kind=new.kind,
        channel=new.channel,
        place=clean(new.place),
        email=new.person.email or (customer.email if customer is not None else ""),
        subject=clean(new.subject) or subject_of(clean(new.text)),
        source=new.source,
        external_number=new.external_number,
        link_digest=secret_digest(link) if link else None,
    )
    case.site, case.customer = new.site, customer
    change = timeline.begin(case, at=by.at, actor=by.user)
    first = first_grade(new.taps, new.category)
    data = fixed(case) | {
        "category": new.category and new.category.pk,
        "severity": first.severity,
        "complexity": new.complexity,
        "grade": first.data(),
    }
    if new.protected or new.kind == Kind.REPORT:
        data |= {"protected": True}
    words = {"text": clean(new.text)}
    change.add(
        EventKind.RECEIVED, data, words=words, public={"text", "files"}, files=new.files, at=new.received_at or by.at
    )
    return change


def first_grade(taps: Taps | None, category: Category | None) -> Grade:
    """How urgent a new case is: by the points rule when something was tapped, else as usual for its category."""
    if taps is not None:
        return grade(taps, floor=category.floor if category else "")
    usual = category.severity if category else ""
    return Grade(severity=usual or Severity.P4.value, by="category")


def split(case_id: int, by: By, *, subject: str, text: str, category: Category | None = None) -> tuple[Change, Change]:
    """Make a case of its own of a part of this one: same customer, same place, and counted from the same first word.

    Gives back the change of this case and that of the new one. Raises as verbs do.
    """
    with acting(Verb.SPLIT, case_id, by) as change:
        old = change.case
        new = NewCase(
            kind=old.kind,
            channel=old.channel,
            site=old.site,
            subject=said("subject", subject),
            text=said("text", text),
            category=category or old.category,
            place=old.place,
            person=Person(email=old.email),
            received_at=change.now.received_at,
            protected=change.now.protected,
        )
        check(new, by.at)
        part = draft(new, by, old.customer)
        timeline.give_ids([part.case])
        part.note("cases", {"what": "split_from", "case": old.pk})
        about = {"users": list(change.now.about_users), "departments": list(change.now.about_departments)}
        if any(about.values()):
            part.add(EventKind.CONCERNED, about)
        timeline.write([part])
        change.add(EventKind.SPLIT, {"into": part.case.pk})
    return change, part
