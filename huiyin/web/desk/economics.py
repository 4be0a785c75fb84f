"""The economics of a case in words, beside proposing and approving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.worth.decision import Balance, Money, owed
from huiyin.worth.queries import Method

if TYPE_CHECKING:
    from huiyin.recovery.models import Proposal
    from huiyin.recovery.queries import Book
    from huiyin.worth.queries import Beside


def rounded(amount: int) -> str:
    """Whole yuan: nobody knows the cents of what is expected."""
    text = money.show(round(amount / 100) * 100)
    return text.removesuffix(".00")


def span(amount: Money) -> str:
    """“¥120 (¥40 to ¥300)”."""
    words = {"value": rounded(amount.value), "low": rounded(amount.low), "high": rounded(amount.high)}
    return _("%(value)s (%(low)s to %(high)s)") % words


def words(found: Beside, book: Book, *, duty: bool) -> dict[str, Any]:
    """What the page says. `duty`: the law asks that such a failure is made good. `law`: by that, or by a remedy,
    something in this case is owed, so that nothing is weighed."""
    law = duty or owed(one for one in book.remedies if one.state != "cancelled")
    said: dict[str, Any] = {"law": law, "labour": span(found.labour), "method": _method(found)}
    plain = found.balance(0)
    if plain is None or found.known.range is None:
        return said | {"unknown": True}
    low, value, high = found.known.range
    return said | {
        "worth": span(Money(round(low), round(value), round(high))),
        "own": found.own,
        "kept": span(plain.gain.kept),
        "words": span(plain.gain.words),
        "break_even": span(plain.break_even),
        "proposals": [] if law else [_proposal(found, one, book) for one in book.waiting],
    }


def _method(found: Beside) -> str:
    basis = found.known.basis
    text = str(found.known.method.label)
    if found.known.method == Method.SITE:
        return text + _(" (") + _("%(count)d customers") % {"count": basis} + _(")")
    return text


def _proposal(found: Beside, proposal: Proposal, book: Book) -> dict[str, Any]:
    ours = _ours(proposal, book)
    balance = found.balance(ours)
    assert isinstance(balance, Balance)
    return {"cost": rounded(ours), "net": span(balance.net), "far_below": balance.far_below}


def _ours(proposal: Proposal, book: Book) -> int:
    """Of its dearest option, what we bear."""
    options: Sequence[int] = range(1, proposal.options + 1)
    return max(sum(one.amount for one in book.of(proposal, number) if one.bearer == "us") for number in options)
