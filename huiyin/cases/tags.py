"""Tags of cases: words of the house, made by using them. As in `actions`: one function a verb, the same exceptions."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.org import reference
from huiyin.org.access import Verb

from .actions import BadInput, By, acting, clean
from .change import Change
from .lists import tag as tag_of
from .lists import tag_key, tag_named, tag_names
from .tag_models import Tag
from .workflow import EventKind, NotAllowed

LONGEST = 32


def check(name: str) -> str:
    """The name as it is kept. Raises `BadInput`."""
    name = " ".join(clean(name).split())
    if not tag_key(name) or len(name) > LONGEST or len(tag_key(name)) > 2 * LONGEST:
        raise BadInput("tag", _("Give a tag of at most %(most)d characters.") % {"most": LONGEST})
    if "," in name:
        raise BadInput("tag", _("One tag at a time: leave out the comma."))
    return name


def made(name: str, *, offered: bool) -> int:
    """The tag with this name, which is added when it is new; `offered`: to everybody from now on. Raises `BadInput`."""
    name = check(name)
    if (known := tag_named(name)) is None:
        known = _added(name)
    if offered and not tag_of(known).offered:
        Tag.objects.filter(pk=known).update(offered=True)
        reference.changed()
    return known


def _added(name: str) -> int:
    try:
        with transaction.atomic():
            row = Tag.objects.create(name=name, key=tag_key(name), offered=False)
    except IntegrityError:  # somebody else has just added it
        row = Tag.objects.get(key=tag_key(name))
    reference.changed()
    return row.pk


def tag(case_id: int, by: By, *, name: str) -> Change:
    """Mark a case with a tag. The customer never sees it."""
    name = check(name)
    with acting(Verb.TAG, case_id, by) as change:
        hides = change.case.protected or change.now.about_users or change.now.about_departments
        change.add(EventKind.TAGGED, {"tag": made(name, offered=not hides)})
    return change


def untag(case_id: int, by: By, *, name: str) -> Change:
    """Take a tag off a case."""
    with acting(Verb.UNTAG, case_id, by) as change:
        found = tag_named(name)
        if found is None or found not in change.now.tags:
            on_it = _(", ").join(tag_names(change.now.tags)) or "–"
            raise NotAllowed(EventKind.UNTAGGED, change.now.status, _("its tags are: %(tags)s") % {"tags": on_it})
        change.add(EventKind.UNTAGGED, {"tag": found})
    return change
