"""What this house calls statuses, verbs, events and steps: its own words where it has some, else those of Huiyin.

The words of a house are a row (`org.house`): the same statuses and verbs, called as its trade does.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiyin.org.access import Verb
from huiyin.org.house import word

from .workflow import EventKind, Status

STEPS: Mapping[str, str | Promise] = {
    "receive": pgettext_lazy("step", "Receive"),
    "handle": pgettext_lazy("step", "Handle"),
    "answer": pgettext_lazy("step", "Answer"),
    "visit": pgettext_lazy("step", "Return visit"),
}
"""The four steps as customer and manager see them, in order."""
STANDING: Mapping[str, str | Promise] = {
    # Translators: the customer reads “已收到”.
    Status.RECEIVED: _("We have your message"),
    # Translators: the customer reads “已受理,处理中”.
    Status.ACCEPTED: _("Taken up, being worked on"),
    # Translators: the customer reads “处理中,正在等待第三方”.
    Status.WAITING: _("Being worked on, waiting for somebody outside"),
    # Translators: the customer reads “已处理完成,请您确认”.
    Status.RESOLVED: _("Done, please check"),
    # Translators: the customer reads “已完成”.
    Status.CLOSED: _("Finished"),
    # Translators: the customer reads “不予受理”.
    Status.DECLINED: _("Not ours to decide"),
    # Translators: the customer reads “不予支持”.
    Status.REFUSED: _("Looked into, and not possible"),
    # Translators: the customer reads “已撤回”.
    Status.WITHDRAWN: _("Taken back"),
}
"""A status in the customer's words."""
_EVENTS = frozenset({"received", "accepted", "handed_over", "signed", "resolved", "reopened", "closed"})
"""What happened that a house may call otherwise. `{department}` stands for the department's name."""
NAMED_EVENTS = {kind.value: kind.label for kind in EventKind if kind.value in _EVENTS}
GROUPS: Mapping[str, Mapping[str, str | Promise]] = {
    "status": {status.value: status.label for status in Status},
    "standing": {str(code): text for code, text in STANDING.items()},
    "step": STEPS,
    "event": NAMED_EVENTS,
    "verb": {verb.value: verb.label for verb in Verb},
}
"""Everything that can be called otherwise: group → code → as Huiyin calls it. A word's code is `group/code`."""


def known(code: str) -> bool:
    """Is there a thing with this code?"""
    group, _slash, name = code.partition("/")
    return name in GROUPS.get(group, {})


def called(group: str, code: str) -> str:
    """What a thing is called here, in the reader's language."""
    return word(f"{group}/{code}") or str(GROUPS[group].get(code, code))


def status(code: str) -> str:
    """A status in the words of the desk."""
    return called("status", code)


def own(group: str, code: str) -> str:
    """The house's own word for a thing; empty when it has none."""
    return word(f"{group}/{code}")


def both(group: str, code: str) -> tuple[str, str]:
    """Chinese and English."""
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(called(group, code))
    return found[0], found[1]
