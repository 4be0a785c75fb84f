"""How an answer came, and which of several counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Method(TextChoices):
    """How somebody was asked; the weightiest first."""

    CALL_BACK = "call_back", _("call-back")
    SAMPLE = "sample", _("third-party survey")
    LINK = "link", _("own page")
    KEYPRESS = "keypress", _("key pressed after a call")
    ASKED = "asked", _("closing question")


RANK: Mapping[str, int] = {method: place for place, method in enumerate(reversed(Method))}
"""One answer a visit counts, the weightiest: a colleague who did not do the work asks and probes, a third party asks
as one of many, on the own page nobody listens, a key is pressed in passing, and whoever did the work asks last."""
WEAK = frozenset({Method.KEYPRESS, Method.ASKED})
"""These come by the way: a call or a link that was planned is still due after them."""
IN_PERSON = frozenset({Method.CALL_BACK, Method.ASKED})
"""Somebody of the house asks and writes the answer down."""
SPOKEN: Mapping[str, Method] = dict.fromkeys(("phone", "visit", "chat"), Method.CALL_BACK)
CHANNELS: Mapping[str, Method] = {
    **SPOKEN,
    **{method: method for method in Method if method is not Method.CALL_BACK},
}
"""What an entry of the timeline calls the way → the method it is one of."""


def method_of(channel: str) -> Method:
    """The method of an answer, by what its entry says."""
    return CHANNELS[channel]


def outranked(method: Method, counted: str) -> bool:
    """Does an answer by `method` count for nothing beside one that counts already?"""
    return bool(counted) and RANK[counted] > RANK[method]
