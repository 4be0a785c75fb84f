"""Reading groups. A person sees of a group what they see of its cases: figures, stage and curve are reckoned from these
alone, so that no number tells of a case that isn't there for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from huiyin.alerts import queries as incidents
from huiyin.base.ids import receipt_number
from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.incident_models import Incident
from huiyin.cases.lists import categories
from huiyin.cases.models import Case, Category, Message
from huiyin.cases.workflow import OPEN
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import standing
from .models import LIVING, Alone, Entry, Group, Member, Role, What
from .rules import rule_at
from .stages import Figures, Spoke, Stage, daily, figures

_ROW = ("site", "customer", "category", "handler", "department")
STAGES, ROLES = Stage.choices, Role.choices
_LINES = 60


@dataclass(frozen=True)
class Voice:
    """A member as the figures need it, and the page, which says the role."""

    case: int
    at: datetime
    who: str
    role: str = Role.ORDINARY.value


@dataclass(frozen=True)
class Shown:
    """A group as one person sees it; `voices` are the cases they may see, the newest first. `whole`: these are all."""

    group: Group
    figures: Figures
    voices: Sequence[Voice]
    whole: bool
    place: str
    category: Category | None

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        return self.figures.stage

    @property
    def first(self) -> int:
        """The case it began with."""
        return min(self.voices, key=lambda one: (one.at, one.case)).case

    def curve(self, zone: tzinfo) -> list[tuple[date, int]]:
        """New customers on each day."""
        return daily(_spoken(self.voices), zone)


def _spoken(voices: Iterable[Voice]) -> list[Spoke]:
    return [Spoke(one.at, one.who) for one in voices]


def _seen(user: User) -> QuerySet[Member]:
    """The members whose cases `user` may see."""
    return Member.objects.filter(Exists(cases.visible(user).filter(pk=OuterRef("case"))))


def visible(user: User) -> QuerySet[Group]:
    """The groups of which `user` may see a case."""
    return Group.objects.filter(LIVING).filter(Exists(_seen(user).filter(group=OuterRef("pk"))))


def require(user: User, verb: Verb, group: Group) -> None:
    """Raise `Group.DoesNotExist` when `user` may not see it, `Forbidden` when only the verb isn't theirs."""
    if not visible(user).filter(pk=group.pk).exists():
        raise Group.DoesNotExist
    access.require(user, verb, group.site_id)


def shown(user: User, groups: Collection[Group]) -> list[Shown]:
    """These groups, which `user` may see, as they see them."""
    voices: dict[int, list[Voice]] = defaultdict(list)
    if not groups:
        return []
    rows = _seen(user).filter(group__in=[one.pk for one in groups])
    for group, case, at, who, role in rows.order_by("-case").values_list("group", "case", "at", "who", "role"):
        voices[group].append(Voice(case, at, who, role))
    return [_shown(one, voices[one.pk]) for one in groups if voices[one.pk]]


def _shown(group: Group, voices: Sequence[Voice]) -> Shown:
    whole = len(voices) == group.size
    place, category = (group.place, group.category_id) if whole else standing.named([one.case for one in voices])
    found = figures(_spoken(voices), rule_at(group.site_id).steps)
    sort = categories().by_id.get(category) if category is not None else None
    return Shown(group, found, voices, whole, place, sort)


@dataclass(frozen=True)
class Page:
    """Some groups, newest first; `next` is the cursor of the following page."""

    items: list[Shown]
    next: int | None


def page(user: User, *, shared: bool = False, before: int | None = None, limit: int = 50) -> Page:
    """Groups of which `user` may see a case, newest first; `shared`: only those in which they see several customers."""
    rows = visible(user).filter(pk__lt=before) if before is not None else visible(user)
    rows = rows.exclude(stage=Stage.INDIVIDUAL) if shared else rows
    found = list(rows.select_related("site", "lead").order_by("-pk")[: limit + 1])
    items = [one for one in shown(user, found[:limit]) if not shared or one.stage is not Stage.INDIVIDUAL]
    return Page(items, found[limit - 1].pk if len(found) > limit else None)


def get(user: User, group_id: int) -> Shown:
    """One group, or `Group.DoesNotExist`."""
    found = shown(user, [visible(user).select_related("site", "lead", "incident__lead").get(pk=group_id)])
    if not found:
        raise Group.DoesNotExist
    return found[0]


def heir(user: User, group_id: int) -> int | None:
    """The group that has taken this one up, if `user` may see it; None for one that goes on itself."""
    key = Group.objects.filter(pk=group_id).values_list("merged_into", flat=True).first()
    while key is not None and not visible(user).filter(pk=key).exists():
        key = Group.objects.filter(pk=key).values_list("merged_into", flat=True).first()
    return key


def version(user: User, group_id: int) -> int:
    """The version of a group, or `Group.DoesNotExist`."""
    return visible(user).get(pk=group_id).version


def members(user: User, group: Group, *, before: int | None = None, limit: int = 50) -> tuple[list[Case], int | None]:
    """Cases of a group that `user` may see, newest first, and the cursor of the next page."""
    mine = Member.objects.filter(group=group, case=OuterRef("pk"))
    rows = cases.visible(user).filter(Exists(mine), pk__in=Member.objects.filter(group=group).values("case"))
    rows = rows.filter(pk__lt=before) if before is not None else rows
    said = Message.objects.filter(case=OuterRef("pk"), seq=OuterRef("member__remark"), part="text")
    rows = rows.annotate(special=Subquery(said.values("text")[:1]))
    related = (*_ROW, "incident__lead")
    items = hiding.hide(user, rows.select_related(*related).order_by("-pk")[: limit + 1])
    return items[:limit], items[limit - 1].pk if len(items) > limit else None


def same_fault(user: User, case: Case) -> list[Case]:
    """The other cases with the same fault that `user` may see, the newest first: who makes one good looks at all."""
    group = Member.objects.filter(case=case).values_list("group", flat=True).first()
    if group is None:
        return []
    keys = Member.objects.filter(group=group).exclude(case=case).values("case")
    return hiding.hide(user, cases.visible(user).filter(pk__in=keys).select_related(*_ROW).order_by("-pk")[:500])


def remarks(members: Collection[Case]) -> dict[int, str]:
    """What is special with each of these members, by case: the last word about it."""
    said = {case: getattr(case, "special", None) for case in members}
    words = [(case, Message(case=case, text=text)) for case, text in said.items() if text]
    return {case.pk: one.text for case, word in words for one in hiding.cover_words(case, [word])}


def roles(one: Shown) -> dict[int, Role]:
    """Who has a role in a group that is more than one of many, by case: somebody has it in all their cases."""
    known = [voice for voice in one.voices if voice.role != Role.ORDINARY]
    by_case = {voice.case: voice.role for voice in known}
    by_who = {voice.who: voice.role for voice in known if voice.who}
    found = {voice.case: by_case.get(voice.case) or by_who.get(voice.who) for voice in one.voices}
    return {case: Role(role) for case, role in found.items() if role}


@dataclass(frozen=True)
class Mark:
    """That a case is in a group, for lists."""

    group: int
    stage: Stage
    customers: int


def marks(user: User, case_ids: Collection[int]) -> dict[int, Mark]:
    """The groups of these cases that have more than one customer, by case."""
    members = Member.objects.filter(case__in=case_ids).select_related("group") if case_ids else []
    groups = {row.case_id: row.group for row in members}
    rows = {case: group.pk for case, group in groups.items()}
    found = shown(user, list({group.pk: group for group in groups.values()}.values()))
    known = {one.group.pk: Mark(one.group.pk, one.stage, one.figures.customers) for one in found}
    told = {case: known[group] for case, group in rows.items() if group in known}
    return {case: mark for case, mark in told.items() if mark.customers > 1}


def belonging(case_ids: Collection[int]) -> dict[int, int]:
    """The groups of these cases, by case; whether somebody may open one, its own page says."""
    return dict(Member.objects.filter(case__in=case_ids).values_list("case", "group")) if case_ids else {}


@dataclass(frozen=True)
class Belongs:
    """The group of a case, and why it is in it: the machine's reason, or a person's. `like`: the number of the case
    that it is most like."""

    shown: Shown
    data: Mapping[str, Any]
    reason: str
    like: str


_WITH_GROUP = (
    *("group_id", "case_id", "at", "who", "data", "reason"),
    *("group__site_id", "group__size", "group__place", "group__category_id"),
)


def has_group() -> Exists:
    """Of a row of cases: is it in a group? Where it isn't, `of_case` needn't be asked."""
    return Exists(Member.objects.filter(case=OuterRef("pk")))


def of_case(user: User, case: Case) -> Belongs | None:
    """The group of a case that `user` may see, in one question."""
    theirs = Member.objects.filter(case=case).values("group")
    rows = list(_seen(user).filter(group__in=theirs).order_by("-case").values(*_WITH_GROUP))
    mine = next((row for row in rows if row["case_id"] == case.pk), None)
    if mine is None:
        return None
    values = {name: mine[f"group__{name}"] for name in ("site_id", "size", "place", "category_id")}
    voices = [Voice(row["case_id"], row["at"], row["who"]) for row in rows]
    like = mine["data"].get("like")
    number = receipt_number(like) if any(voice.case == like for voice in voices) else ""
    return Belongs(_shown(Group(pk=mine["group_id"], **values), voices), mine["data"], mine["reason"], number)


def alone(case: Case) -> bool:
    """Has a person taken this case out of a group?"""
    return Alone.objects.filter(case=case).exists()


def log(user: User, one: Shown) -> list[Entry]:
    """What happened to a group, newest first, without what is about cases that `user` may not see."""
    rows = Entry.objects.filter(group=one.group).select_related("by", "case", "other").order_by("-pk")[:_LINES]
    found = list(rows)
    seen = {voice.case for voice in one.voices}
    if unknown := {row.case_id for row in found if row.case_id is not None} - seen:
        seen |= set(cases.visible(user).filter(pk__in=unknown).values_list("pk", flat=True))
    # A stage or a number of customers that others have reached is no business of who sees but a part.
    return [row for row in found if (row.case_id in seen if row.case_id else one.whole or row.what != What.STAGE)]


def incident(user: User, one: Shown, theirs: Sequence[int] = ()) -> Incident | None:
    """The incident that was made of a group, or else the one of `theirs` that most of its cases are in, if `user` may
    see it."""
    key = one.group.incident_id or (Counter(theirs).most_common(1)[0][0] if theirs else None)
    return incidents.visible(user).select_related("lead").filter(pk=key).first() if key is not None else None


def to_gather(user: User, group: Group) -> list[int]:
    """The open cases of a group that are in no incident yet and that `user` may gather."""
    keys = Member.objects.filter(group=group).values("case")
    rows = cases.visible(user, Verb.JOIN).filter(pk__in=keys, incident=None, status__in=OPEN)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def others(user: User, one: Shown, *, limit: int = 50) -> list[Shown]:
    """The other groups of the same site, with which it could be merged."""
    rows = visible(user).filter(site=one.group.site_id).exclude(pk=one.group.pk).order_by("-pk")[:limit]
    return shown(user, list(rows.select_related("site")))


def stored() -> int:
    """How many cases there are to look at."""
    return Case.objects.count()


def totals() -> Mapping[str, int]:
    """How many groups there are at each stage, for the command line."""
    found = {stage.value: Group.objects.filter(LIVING, stage=stage).count() for stage in Stage}
    return {**found, "cases": Member.objects.count()}
