"""What is edited of members of staff: who they are, what they may do, and the end of it."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from . import actions, queries
from .editing import said
from .history import BadSetting, Editor, begin, record, same
from .models import ApiToken, Area, Department, Grant, Role, Site, User

ROLES = Role.choices
_USERNAME = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True)
class PersonValues:
    """What can be changed of a person. `department`: its code or empty. `grants`: `role@SITE` each, in order."""

    name: str
    department: str = ""
    language: str = ""
    grants: tuple[str, ...] = ()
    active: bool = True


def made_up_password() -> str:
    """A password for a first log-in, easy to copy."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def person(username: str) -> User:
    """The member of staff, also one who has left, or `User.DoesNotExist`."""
    if "\0" in username:  # no name has one, and PostgreSQL refuses the question
        raise User.DoesNotExist
    return User.objects.select_related("department").get(username=username)


def person_values(user: User) -> PersonValues:
    """The values of a person as they are."""
    organisation = queries.organisation()
    grants = sorted(f"{role.value}@{organisation.sites[at].code}" for role, at in organisation.grants.get(user.pk, ()))
    department = organisation.departments[user.department_id].code if user.department_id else ""
    return PersonValues(user.name, department, user.language, tuple(grants), user.is_active)


@dataclass(frozen=True)
class People:
    """Some members of staff by name; `next` is where the list goes on."""

    items: list[User]
    next: tuple[str, int] | None


def people(*, active: bool = True, after: tuple[str, int] | None = None, limit: int = 100) -> People:
    """Who works here, or who has left."""
    rows = User.objects.filter(is_active=active).select_related("department").order_by("name", "pk")
    if after is not None:
        rows = rows.filter(name__gte=after[0]).exclude(name=after[0], pk__lte=after[1])
    items = list(rows[: limit + 1])
    more = len(items) > limit
    return People(items[:limit], (items[limit - 1].name, items[limit - 1].pk) if more else None)


def count(*, active: bool = True) -> int:
    """How many work here, or have left."""
    return User.objects.filter(is_active=active).count()


def members(department: int) -> int:
    """How many of a department work here."""
    return User.objects.filter(department=department, is_active=True).count()


def tokens(user: User, *, at: datetime) -> list[ApiToken]:
    """The person's API tokens that still open something."""
    return list(ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=at).order_by("-pk"))


@transaction.atomic
def add_person(username: str, values: PersonValues, password: str, by: Editor) -> User:
    """Add a member of staff with a first password."""
    begin(by)
    username = username.strip()
    if not _USERNAME.fullmatch(username) or username == "new":  # the address of the form
        raise BadSetting("username", _("Letters, digits and . @ + - _ only, at most 64."))
    if User.objects.filter(username__iexact=username).exists():
        raise BadSetting("username", _("This user name is taken."))
    values = _checked(values)
    try:
        user = actions.add_user(
            username, values.name, password=password, department=_department(values), grants=_grants(values)
        )
    except ValidationError as error:
        raise BadSetting("password", " ".join(error.messages)) from error
    User.objects.filter(pk=user.pk).update(language=values.language)
    record(Area.PERSON, username, None, values, by)
    return user


@transaction.atomic
def change_person(username: str, values: PersonValues, by: Editor) -> None:
    """Rename a person, set department, language and roles; let them go or take them back."""
    begin(by)
    user = person(username)
    before = person_values(user)
    same(by, before)
    values = _checked(values)
    row = {"name": values.name, "department": _department(values, user.department_id), "language": values.language}
    User.objects.filter(pk=user.pk).update(is_active=values.active, **row)
    _regrant(user, values)
    if not values.active:  # else they would open the door again when the person comes back
        ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=by.at)
    record(Area.PERSON, username, before, values, by)
    _still_administered(user, by)


def _regrant(user: User, values: PersonValues) -> None:
    wanted = {(role.value, site.pk) for role, site in _grants(values)}
    there = {(row.role, row.site_id): row.pk for row in Grant.objects.filter(user=user)}
    Grant.objects.filter(pk__in=[pk for grant, pk in there.items() if grant not in wanted]).delete()
    Grant.objects.bulk_create(Grant(user=user, role=role, site_id=at) for role, at in sorted(wanted - set(there)))


@transaction.atomic
def let_go(username: str, by: Editor) -> None:
    """Somebody has left: log-ins and API tokens end at once; what they did keeps their name."""
    begin(by)
    change_person(username, replace(person_values(person(username)), active=False), by)


@transaction.atomic
def take_back(username: str, by: Editor) -> None:
    """Somebody is back, with the roles they had; their tokens stay ended."""
    begin(by)
    change_person(username, replace(person_values(person(username)), active=True), by)


def _still_administered(user: User, by: Editor) -> None:
    root = queries.organisation().root.pk
    held = Grant.objects.filter(role=Role.ADMINISTRATOR, site=root, user__is_active=True)
    if by.user is not None and user.pk == by.user.pk and not held.filter(user=user).exists():
        text = _("You can't take this away from yourself; another administrator can.")
        raise BadSetting("grants", text)
    if not held.exists():
        raise BadSetting("grants", _("Somebody must stay administrator of the whole company."))


def _checked(values: PersonValues) -> PersonValues:
    if values.language and values.language not in dict(settings.LANGUAGES):
        raise BadSetting(
            "language", _("Choose one of: %(choices)s.") % {"choices": ", ".join(dict(settings.LANGUAGES))}
        )
    if twice := [grant for grant, times in Counter(values.grants).items() if times > 1]:
        raise BadSetting("grants", _("Chosen twice: %(grants)s.") % {"grants": ", ".join(twice)})
    return replace(values, name=said("name", values.name, 64), grants=tuple(sorted(values.grants)))


def _department(values: PersonValues, present: int | None = None) -> Department | None:
    if not values.department:
        return None
    found = next((one for one in queries.organisation().departments.values() if one.code == values.department), None)
    if found is None:
        raise BadSetting("department", _("There is no such department."))
    if not found.active and found.pk != present:
        raise BadSetting("department", _("%(department)s is no longer in use.") % {"department": found.name})
    return found


def _grants(values: PersonValues) -> tuple[tuple[Role, Site], ...]:
    organisation, found = queries.organisation(), list[tuple[Role, Site]]()
    for grant in values.grants:
        role, _at, code = grant.partition("@")
        site = organisation.site(code)
        if role not in Role.values or site is None:
            raise BadSetting("grants", _("Choose a role and a site."))
        found.append((Role(role), site))
    return tuple(found)


@transaction.atomic
def give_password(username: str, password: str, by: Editor) -> None:
    """Give a person a new password; wherever they are logged in, it ends."""
    begin(by)
    user = person(username)
    try:
        actions.set_password(user, password)
    except ValidationError as error:
        raise BadSetting("password", " ".join(error.messages)) from error
    record(Area.PERSON, username, {"password": "old"}, {"password": "new"}, by)


def token(username: str, pk: int, *, at: datetime) -> ApiToken:
    """A token of this person that still opens something, or `ApiToken.DoesNotExist`."""
    return ApiToken.objects.get(user=person(username), pk=pk, revoked_at=None, expires_at__gt=at)


@transaction.atomic
def end_token(username: str, pk: int, by: Editor) -> None:
    """End an API token now."""
    begin(by)
    found = token(username, pk, at=by.at)
    actions.revoke_token(found, at=by.at)
    record(Area.PERSON, username, {"token": found.name}, {"token": None}, by)
