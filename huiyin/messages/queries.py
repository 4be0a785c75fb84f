"""Reading what customers may open: by a link, or by an e-mail address that they have proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from huiyin.base.ids import secret_digest
from huiyin.cases import queries as cases
from huiyin.cases.models import Case

from .models import Link

PAGE = 20


def sends_mail() -> bool:
    """Is there a mail server? Without one nothing is written for it, and pages promise no mail."""
    return bool(settings.HUIYIN_SMTP_HOST and settings.HUIYIN_SMTP_FROM)


def by_link(token: str, now: datetime) -> Case:
    """The case of a link: the first one, or one that a mail brought and that has not ended. Or `Case.DoesNotExist`."""
    try:
        return cases.by_link(token)
    except Case.DoesNotExist:
        return linked(secret_digest(token), now).get()


def linked(digest: str, now: datetime) -> QuerySet[Case]:
    """The case of a link that a mail brought, by the link's digest, if it hasn't ended."""
    rows = Case.objects.select_related("site", "category", "joined_into")
    return rows.filter(pk__in=Link.objects.filter(digest=digest, ends_at__gt=now).values("case"))


@dataclass(frozen=True)
class Page:
    """Some cases, newest first; `next` goes on after the last."""

    items: list[Case]
    next: int | None


def cases_of(email: str, *, before: int | None = None, limit: int = PAGE) -> Page:
    """The cases of an address. Whoever asks has proven that it is theirs."""
    rows = Case.objects.filter(email=email).exclude(email="").select_related("site", "joined_into").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)
