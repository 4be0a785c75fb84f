"""Reading cases. `visible` is the only way to a case for a member of staff; the portal's way is the link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from huiyin.base import text
from huiyin.base.ids import BadReceiptNumber, parse_receipt_number, secret_digest
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import hiding, search
from .filters import Filter, open_hand_overs
from .lists import LEVELS, categories
from .models import (
    OPEN_ROW,
    Avoidance,
    CalledIn,
    Case,
    CaseEvent,
    Channel,
    Commitment,
    File,
    HandOver,
    Kind,
    Message,
    Part,
    Unusable,
)

__all__ = ["LEVELS", "Filter", "categories"]
"""What others are given from here, besides what stands below."""

_ROW = ("site", "customer", "category", "handler", "department")
KINDS, CHANNELS, PARTS, UNUSABLE = Kind.choices, Channel.choices, Part.choices, Unusable.choices
"""What forms offer: (code, label)."""


def visible(user: User, verb: Verb = Verb.VIEW) -> QuerySet[Case]:
    """The cases with which `user` may do `verb`."""
    return within(access.reach(user, verb), user)


def within(reach: access.Reach, user: User) -> QuerySet[Case]:
    """The cases that a reach covers."""
    cases = not_about(user)
    if reach.everywhere:
        return cases
    rule = Q(site__in=reach.sites)
    if reach.department is not None:
        given = HandOver.objects.filter(case=OuterRef("pk"), department=reach.department)
        called = CalledIn.objects.filter(case=OuterRef("pk"), department=reach.department)
        narrow = Q(Exists(given) | Exists(called), site__in=reach.department_sites)
        rule = rule | narrow if reach.sites else narrow
    return cases.filter(rule)


def not_about(user: User) -> QuerySet[Case]:
    """All cases but those in which `user`, or their department, steps aside."""
    aside = Avoidance.objects.filter(case=OuterRef("pk"))
    cases = Case.objects.filter(~Exists(aside.filter(user=user)))
    if user.department_id is not None:
        cases = cases.filter(~Exists(aside.filter(department=user.department_id)))
    return cases


def about(user: User) -> QuerySet[Avoidance]:
    """Why `user` steps aside, a row for each case."""
    return Avoidance.objects.filter(Q(user=user) | Q(department=user.department_id, department__isnull=False))


def steps_aside(user: User, case: Case) -> bool:
    """Is a case about `user` or their department?"""
    return user.pk in case.about_users or user.department_id in case.about_departments


def require(user: User, verb: Verb, case: Case) -> None:
    """Raise `Case.DoesNotExist` when `user` may not see the case, `Forbidden` when only the verb isn't theirs."""
    if steps_aside(user, case):
        raise Case.DoesNotExist
    departments: frozenset[int] = frozenset()
    # Both are asked: an agent sees all cases of a site, but may reply there only for a department of their own.
    if any(case.site_id in access.reach(user, one).department_sites for one in {Verb.VIEW, verb}):
        departments = departments_of(case)
    if not access.may(user, Verb.VIEW, case.site_id, departments):
        raise Case.DoesNotExist
    access.require(user, verb, case.site_id, departments)


def departments_of(case: Case) -> frozenset[int]:
    """Whom the case was handed over to so far, and who was called at once."""
    given = HandOver.objects.filter(case=case).values_list("department_id", flat=True)
    return frozenset(given.union(CalledIn.objects.filter(case=case).values_list("department_id", flat=True)))


def departments_called(case: Case) -> set[int]:
    """The departments that were called at once for a case."""
    return set(CalledIn.objects.filter(case=case).values_list("department_id", flat=True))


def key_of(number: str) -> int:
    """The row id of a receipt number. Raises `Case.DoesNotExist` for one that can't be."""
    try:
        return parse_receipt_number(number)
    except BadReceiptNumber as error:
        raise Case.DoesNotExist from error


def get(user: User, number: str, **beside: Exists) -> Case:
    """One case by its receipt number, or `Case.DoesNotExist`. `beside`: what else there may be to ask about it, as
    attributes of the row."""
    rows = visible(user).select_related(
        *_ROW, "customer__home", "owner", "supervised_by", "joined_into", "incident__lead"
    )
    rows = rows.annotate(**beside)
    (case,) = hiding.hide(user, [rows.get(pk=key_of(number))])
    return case


def some(user: User, ids: Sequence[int]) -> list[Case]:
    """Those of a few cases that `user` may see, in the order of the ids; asks nothing for none."""
    rows = {one.pk: one for one in visible(user).select_related(*_ROW).filter(pk__in=ids)} if ids else {}
    return hiding.hide(user, [rows[pk] for pk in ids if pk in rows])


def version(user: User, case_id: int) -> int | None:
    """The version of a case; None when there is none that `user` may see."""
    return visible(user).filter(pk=case_id).values_list("seq", flat=True).first()


def by_link(token: str) -> Case:
    """The case of a customer's private link, or `Case.DoesNotExist`."""
    return Case.objects.select_related("site", "category", "joined_into").get(link_digest=secret_digest(token))


@dataclass(frozen=True)
class Page:
    """Some cases, newest first; `next` is the cursor of the following page, if there is one."""

    items: list[Case]
    next: int | None


def page(user: User, wanted: Filter, *, before: int | None = None, limit: int = 50) -> Page:
    """A page of cases, newest first, below case id `before`. Raises `search.TooShort`."""
    allowed = wanted.apply(visible(user))
    if wanted.customer is not None:
        allowed = hiding.known_to(user, allowed)
    if wanted.q:
        ids = []
        for key in _matches(user, wanted, before):
            ids.append(key)
            if len(ids) > limit:
                break
        rows = allowed.filter(pk__in=ids)
    else:
        rows = allowed.filter(pk__lt=before) if before is not None else allowed
    items = hiding.hide(user, rows.select_related(*_ROW).order_by("-pk")[: limit + 1])
    more = len(items) > limit
    return Page(items[:limit], items[limit - 1].pk if more else None)


def of_ids(user: User, ids: Sequence[int]) -> list[Case]:
    """These cases as rows of a list, newest first."""
    rows = visible(user).filter(pk__in=ids).select_related(*_ROW).order_by("-pk")
    return hiding.hide(user, rows) if ids else []


def total(user: User, wanted: Filter, *, most: int = 10_000) -> int:
    """How many cases pass, exact up to `most`."""
    if wanted.q:
        count = 0
        for _key in _matches(user, wanted, None):
            count += 1
            if count == most:
                break
        return count
    return wanted.apply(visible(user)).order_by()[:most].count()


def _matches(user: User, wanted: Filter, before: int | None) -> Iterator[int]:
    reach = access.reach(user, Verb.VIEW)
    sites = None if reach.everywhere else reach.sites | reach.department_sites
    if wanted.sites is not None:
        sites = wanted.sites if sites is None else sites & wanted.sites
    allowed = wanted.apply(visible(user))
    return search.find(
        wanted.q,
        sites=sites,
        before=before,
        keep=lambda ids: set(allowed.filter(pk__in=ids).values_list("pk", flat=True)),
    )


def excerpts(items: Sequence[Case], q: str) -> dict[int, str]:
    """Of each case the words around the first hit of a search in what was said; none when only its facts were hit."""
    terms, found, by_id = text.terms(q), dict[int, str](), {case.pk: case for case in items}
    for message in Message.objects.filter(case__in=items).order_by("pk"):
        hiding.cover_words(by_id[message.case_id], [message])
        normal = text.normalise(message.text)
        if message.case_id not in found and any(term in normal for term in terms):
            found[message.case_id] = text.excerpt(message.text, terms)
    return found


@dataclass(frozen=True)
class Entry:
    """One line of the timeline with its words and files."""

    event: CaseEvent
    words: dict[str, Message]
    files: list[File]


def timeline(case: Case, *, public: bool = False, after: int = 0) -> list[Entry]:
    """All events of a case as they happened; with `public` only words and files that the customer may see.

    A missed deadline is written down after the next thing that happens, and stands where it was missed all the same.
    """
    events = CaseEvent.objects.filter(case=case, seq__gt=after).select_related("actor").order_by("at", "seq")
    messages = Message.objects.filter(case=case, seq__gt=after)
    files = File.objects.filter(case=case, seq__gt=after).order_by("pk")
    if public:
        messages, files = messages.filter(public=True), files.filter(public=True)
    entries = {event.seq: Entry(event, {}, []) for event in events}
    for message in hiding.cover_words(case, messages):
        entries[message.seq].words[message.part] = message
    named = any("files" in entry.event.data for entry in entries.values())
    for file in hiding.cover_files(case, files) if named else ():
        entries[file.seq].files.append(file)
    return list(entries.values())


def since(case: Case, seq: int, *, most: int = 20) -> list[CaseEvent]:
    """What happened after event `seq`, the newest first; marks of clocks say nothing to somebody who is typing."""
    rows = CaseEvent.objects.filter(case=case, seq__gt=seq).exclude(topic="clocks").select_related("actor")
    return list(rows.order_by("-seq")[:most])


def first_words(case: Case) -> str:
    """What the case began with, as its row was given out; empty when it was erased."""
    said = hiding.cover_words(case, Message.objects.filter(case=case, seq=1, part="text"))
    return said[0].text if said else ""


def hand_overs(case: Case) -> list[HandOver]:
    """All hand-overs of a case in order."""
    return list(HandOver.objects.filter(case=case).select_related("department").order_by("seq"))


def commitments(case: Case) -> list[Commitment]:
    """All promises of a case in order."""
    return list(Commitment.objects.filter(case=case).order_by("seq"))


def file_for(user: User, number: str, file_id: int) -> File:
    """A file of a case that `user` may see, or `Case.DoesNotExist` / `File.DoesNotExist`."""
    case = get(user, number)
    (file,) = hiding.cover_files(case, [File.objects.get(pk=file_id, case=case)])
    return file


def work_of(user: User) -> tuple[int, int]:
    """How many open cases a person has in hand, and how many open promises hang on them."""
    mine = Case.objects.filter(OPEN_ROW, handler=user)
    return mine.count(), Commitment.objects.filter(kept=None, case__in=mine).count()


def open_at(site: int) -> int:
    """How many cases of a site are open."""
    # The sum hides the index by site, which leads over all that was ever closed there; open ones have one of their own.
    return Case.objects.filter(OPEN_ROW).annotate(at=F("site") + 0).filter(at=site).count()


def waiting_at(department: int) -> int:
    """How many hand-overs a department has not replied to."""
    return open_hand_overs(department).count()


def by_outside_number(source: str, external_numbers: list[str], *, lock: bool = False) -> dict[str, Case]:
    """The cases that these outside numbers of a source belong to, by number. `lock`: nobody else writes to them until
    the caller's transaction ends."""
    rows = Case.objects.filter(source=source, external_number__in=external_numbers).exclude(external_number="")
    rows = rows.order_by("pk")
    return {case.external_number: case for case in (rows.select_for_update() if lock else rows)}


def known(user: User | None) -> QuerySet[Case]:
    """The cases that `user` may see; None: all, for commands on the machine itself."""
    return Case.objects.all() if user is None else visible(user)


def by_any_number(user: User | None, source: str, numbers: Sequence[str]) -> dict[str, Case]:
    """The cases that `user` may see, by numbers that others gave them: `source`, or who sent them from above."""
    may = known(user).select_related("site")
    above = dict(Message.objects.filter(part="number", text__in=numbers).order_by("-pk").values_list("case", "text"))
    found = {above[case.pk]: case for case in may.filter(pk__in=list(above))}
    theirs = may.filter(source=source, external_number__in=numbers).exclude(external_number="") if source else []
    return found | {case.external_number: case for case in theirs}
