"""Every change to the organisation, one function a verb."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest

from huiyin.base.ids import new_secret, secret_digest

from . import reference
from .models import ApiToken, Department, Grant, LoginFailure, Role, Site, Stage, User


class TooManyAttempts(Exception):
    """The limit on log-in attempts was reached; `until` says when the next one counts."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@transaction.atomic
def add_site(code: str, name: str, *, parent: Site | None, time_zone: str = "Asia/Shanghai") -> Site:
    """Add a site below `parent`; without a parent it is the root."""
    site = Site.objects.create(code=code, name=name, parent=parent, time_zone=time_zone)
    reference.changed()
    return site


@transaction.atomic
def add_department(code: str, name: str, *, stage: Stage, site: Site) -> Department:
    """Add a department that serves `site` and all below."""
    department = Department.objects.create(code=code, name=name, stage=stage, site=site)
    reference.changed()
    return department


@transaction.atomic
def add_user(
    username: str,
    name: str,
    *,
    password: str | None,
    department: Department | None = None,
    grants: tuple[tuple[Role, Site], ...] = (),
) -> User:
    """Add a member of staff with roles. No password means: cannot log in until one is set."""
    user = User(username=username, name=name, department=department)
    if password is not None:
        validate_password(password, user)
    user.set_password(password)
    user.save()
    Grant.objects.bulk_create([Grant(user=user, role=role, site=site) for role, site in grants])
    reference.changed()
    return user


def set_password(user: User, password: str) -> None:
    """Give a person a new password. Raises `ValidationError` for one that breaks the rules."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def set_language(user: User, language: str) -> None:
    """Remember in which language a person reads the desk."""
    user.language = language
    user.save(update_fields=["language"])


def set_density(user: User, density: str) -> None:
    """Remember how close rows of lists stand for a person: `dense`, anything else is calm."""
    user.density = density if density == "dense" else ""
    user.save(update_fields=["density"])


@transaction.atomic
def set_active(user: User, active: bool) -> None:
    """Let a person in, or end all access of somebody who left."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    reference.changed()


def issue_token(user: User, name: str, *, at: datetime, days: int = 365) -> str:
    """Make an API token with the rights of `user`, good for `days`; returned once, kept as a digest."""
    token = "hy_" + new_secret()
    ApiToken.objects.create(
        user=user, name=name, digest=secret_digest(token), created_at=at, expires_at=at + timedelta(days=days)
    )
    return token


def revoke_token(token: ApiToken, *, at: datetime) -> None:
    """End a token now."""
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])


def _attempt_key(username: str, address: str) -> str:
    # A digest, so that a mistyped password in the name field doesn't lie in the table.
    return hashlib.sha256(f"{username.casefold()}\n{address}".encode()).hexdigest()


def check_password(request: HttpRequest, username: str, password: str, *, address: str, at: datetime) -> User | None:
    """The user of these credentials, or None; raises `TooManyAttempts` after too many failures from one address."""
    key = _attempt_key(username, address)
    window = timedelta(minutes=settings.HUIYIN_LOGIN_LOCK_MINUTES)
    row = LoginFailure.objects.filter(key=key, first_at__gt=at - window).first()
    if row and row.failures >= settings.HUIYIN_LOGIN_ATTEMPTS:
        raise TooManyAttempts(row.first_at + window)
    user = authenticate(request, username=username, password=password)
    if isinstance(user, User):
        LoginFailure.objects.filter(key=key).delete()
        return user
    with transaction.atomic():
        LoginFailure.objects.filter(first_at__lte=at - window).delete()
        row, _new = LoginFailure.objects.select_for_update().get_or_create(key=key, defaults={"first_at": at})
        row.failures += 1
        row.save(update_fields=["failures"])
    return None
