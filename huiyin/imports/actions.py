"""Every change to imports and saved maps, one function a verb; the worker's part stands in `advance.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.base.tables import TableError
from huiyin.cases import letters
from huiyin.cases.actions import BadInput, By, clean
from huiyin.cases.files import plain_name
from huiyin.cases.letters import BadMapping
from huiyin.org import access
from huiyin.org.access import Forbidden, Verb
from huiyin.org.models import Site, User

from . import queries, store
from .models import ACTIVE, Import, SavedMap, State

MOST_DRAFTS = 10
"""Files that one person may have lying about without starting their import."""


def upload(file: store.Upload, site: Site, by: By) -> Import:
    """Keep a table for an import at `site`. Raises `Forbidden`, and `BadInput` for what can't be read."""
    user = _user(by)
    access.require(user, Verb.IMPORT, site.pk)
    if Import.objects.filter(made_by=user, state=State.DRAFT).count() >= MOST_DRAFTS:
        raise BadInput(
            "file", _("You have %(most)d files that were never started: discard some.") % {"most": MOST_DRAFTS}
        )
    try:
        stored, found = store.keep(file)
    except TableError as error:
        raise BadInput("file", _(error.template).format(**error.values)) from error
    return Import.objects.create(
        site=site,
        made_by=user,
        made_at=by.at,
        file_name=plain_name(file.name or ""),
        stored=stored,
        header=found.columns,
        rows=found.rows,
    )


@dataclass(frozen=True)
class Wishes:
    """How the rows of a file are to be taken. An empty kind: each row names its own."""

    columns: Mapping[str, str]
    source: str
    kind: str
    channel: str


def describe(one: Import, wishes: Wishes, by: By) -> None:
    """Say how the rows are to be taken. Raises `Forbidden`, `BadInput`, and `NotDraft` for one that has begun."""
    access.require(_user(by), Verb.IMPORT, one.site_id)
    columns = checked(wishes, one.header)
    values = {"columns": columns, "source": wishes.source, "kind": wishes.kind, "channel": wishes.channel}
    if not Import.objects.filter(pk=one.pk, state=State.DRAFT).update(**values):
        raise NotDraft
    for name, value in values.items():
        setattr(one, name, value)


class NotDraft(Exception):
    """The import has begun or ended meanwhile."""


def checked(wishes: Wishes, header: Sequence[str]) -> dict[str, str]:
    """The mapping, when all that is needed is said. Raises `BadInput`."""
    if not wishes.columns:
        raise BadInput("columns", _("Say which column holds the words: the text, or at least the subject."))
    try:
        columns = letters.columns_of(header, wishes.columns.items())
    except BadMapping as error:
        raise BadInput("columns", str(error)) from error
    if wishes.kind not in (letters.KINDS if "kind" not in columns else ("", *letters.KINDS)):
        raise BadInput("kind", _("Choose the kind, or the column that names it."))
    if wishes.channel not in letters.CHANNELS:
        raise BadInput("channel", _("Choose a channel."))
    if not 0 < len(clean(wishes.source)) <= letters.MOST_SOURCE:
        raise BadInput(
            "source", _("Give the source a name of at most %(most)d letters.") % {"most": letters.MOST_SOURCE}
        )
    return columns


def start(one: Import, by: By) -> bool:
    """Hand an import to the worker, in the name of who starts it; False when it has begun already.

    Raises `Forbidden`, `BadInput`.
    """
    user = _user(by)
    access.require(user, Verb.IMPORT, one.site_id)
    checked(Wishes(one.columns, one.source, one.kind, one.channel), one.header)
    found = Import.objects.filter(pk=one.pk, state=State.DRAFT)
    return bool(found.update(made_by=user, state=State.WAITING, started_at=by.at, language=get_language() or ""))


def cancel(one: Import, by: By) -> bool:
    """End an import: what came in stays, the file goes. A draft is forgotten. False when it had ended already."""
    access.require(_user(by), Verb.IMPORT, one.site_id)
    if Import.objects.filter(pk=one.pk, state=State.DRAFT).delete()[0]:
        store.drop(one.stored)
        return True
    ended = Import.objects.filter(pk=one.pk, state__in=ACTIVE).update(state=State.CANCELLED, ended_at=by.at)
    if ended:
        store.drop(one.stored)
    return bool(ended)


# --- saved maps ------------------------------------------------------------------------------------------------------


def save_map(name: str, wishes: Wishes, site: Site | None, by: By) -> SavedMap:
    """Keep a mapping under a name; one of that name is replaced. Raises `BadInput`, `Forbidden`."""
    name = _name(name)
    if by.user is not None and site is not None:
        access.require(by.user, Verb.IMPORT, site.pk)
    values = {
        "site": site,
        "source": wishes.source,
        "kind": wishes.kind,
        "channel": wishes.channel,
        "columns": dict(wishes.columns),
    }
    with transaction.atomic():
        known = SavedMap.objects.select_for_update().filter(name=name).first()
        if known is not None and by.user is not None and not queries.may_change(by.user, known):
            raise BadInput("name", _("Somebody else's map has this name: choose another."))
        made = {"created_by": by.user, "created_at": by.at}
        return SavedMap.objects.update_or_create(name=name, defaults=values, create_defaults=values | made)[0]


def change_map(kept: SavedMap, name: str, by: By) -> None:
    """Give a saved map another name. Raises `BadInput`, `Forbidden`."""
    _require(kept, by)
    try:
        with transaction.atomic():
            SavedMap.objects.filter(pk=kept.pk).update(name=_name(name))
    except IntegrityError as error:
        raise BadInput("name", _("Another map has this name already.")) from error


def delete_map(kept: SavedMap, by: By) -> None:
    """Forget a saved map; imports that were made with it stay as they are. Raises `Forbidden`."""
    _require(kept, by)
    SavedMap.objects.filter(pk=kept.pk).delete()


def _require(kept: SavedMap, by: By) -> None:
    if not queries.may_change(_user(by), kept):
        raise Forbidden(Verb.IMPORT)


def _name(name: str) -> str:
    name = " ".join(clean(name).split())
    if not 0 < len(name) <= 64:
        raise BadInput("name", _("Give the map a name of at most 64 letters."))
    return name


def _user(by: By) -> User:
    if by.user is None:
        raise ValueError("an import belongs to a member of staff")
    return by.user
