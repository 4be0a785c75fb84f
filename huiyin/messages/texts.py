"""What mails say. No customer's words and no matter stand in them, only a number and where to read on: a mail passes
through many hands, and a protected customer's neighbour may share the mailbox."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.base.ids import grouped
from huiyin.cases.models import Case
from huiyin.cases.workflow import EventKind

LINKS, CODE = "{links}", "{code}"
"""Where a secret belongs; see `models.Mail`."""

NEWS: Mapping[str, str | Promise] = {
    EventKind.ANSWERED: gettext_lazy("We answered you."),
    EventKind.WAITED: gettext_lazy("We need an answer from you to go on."),
    EventKind.EXTENDED: gettext_lazy("We need more time; the new time stands on the page."),
    EventKind.RESOLVED: gettext_lazy("The work is done. Please tell us on the page whether it is solved."),
    EventKind.DECLINED: gettext_lazy("We are not the ones to decide this; the page says why, and who is."),
    EventKind.REFUSED: gettext_lazy("We looked into it and can't do it; the page says why."),
    EventKind.REOPENED: gettext_lazy("It is taken up again."),
}
"""What happened, to those who don't look at the page."""


def receipt(case: Case) -> tuple[str, str]:
    """Subject and body of the first mail."""
    number = grouped(case.number)
    subject = _("We have your message, receipt number {number}").format(number=number)
    told = _("We have your message and look after it. By when you hear from us, and all that happens, stands here:")
    return subject, _letter(case, told)


def news(case: Case, kind: str) -> tuple[str, str]:
    """Subject and body of a mail about something that happened."""
    subject = _("News of your message, receipt number {number}").format(number=grouped(case.number))
    return subject, _letter(case, str(NEWS[kind]))


def _letter(case: Case, told: str) -> str:
    keep = _("Whoever has this address can read the page: don't pass it on.")
    return "\n\n".join(
        (
            _("Hello,"),
            told,
            LINKS,
            _("Receipt number: {number}").format(number=grouped(case.number)),
            f"{keep} {_no_reply()}",
            case.site.name,
        )
    )


def links() -> tuple[str, str]:
    """Subject and body of the mail for somebody who lost their link."""
    told = _("You asked for a new link to your messages to us. Here it is:")
    unasked = _("If it wasn't you who asked, you need do nothing: the links have come to you alone.")
    return _("Your new link"), "\n\n".join((_("Hello,"), told, LINKS, f"{unasked} {_no_reply()}"))


def code() -> tuple[str, str]:
    """Subject and body of the mail with a code; the code stands in the body alone, which no notification shows."""
    told = _("Your code to see all your messages to us, valid for ten minutes:")
    unasked = _("If it wasn't you who asked, you need do nothing: nobody sees anything without the code.")
    return _("Your code"), "\n\n".join((_("Hello,"), told, CODE, f"{unasked} {_no_reply()}"))


def _no_reply() -> str:
    return _("Please don't answer this mail; write to us on the page.")
