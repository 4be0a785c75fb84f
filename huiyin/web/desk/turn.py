"""Whose turn it is, in one sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.cases.workflow import Status, WaitingFor

from .sheet import Sheet


def turn(sheet: Sheet) -> str:
    """Who has to do the next thing with the case."""
    case = sheet.case
    if case.status in _FIXED:
        return _FIXED[Status(case.status)]()
    if case.review_since is not None:
        return _("Somebody else looks at the result")
    if case.status == Status.RESOLVED:
        return _("A colleague asks the customer") if sheet.visit and sheet.visit.mode == "phone" else _("The customer")
    return _held_up(sheet) or (_waiting(case.waiting_for) if case.status == Status.WAITING else _working(sheet))


def _held_up(sheet: Sheet) -> str:
    """Who must decide or answer before others can go on."""
    case = sheet.case
    if case.referred:
        return _("The supervisor decides")
    if case.open_requests:
        return _("Somebody decides what was applied for")
    if case.open_questions:
        return _("%(name)s: a department asks") % {"name": case.handler.name if case.handler else _("Nobody yet")}
    return ""


def _working(sheet: Sheet) -> str:
    name = sheet.case.handler.name if sheet.case.handler else _("Nobody yet")
    if sheet.case.last_word == "customer":
        return _("%(name)s: the customer waits for a word") % {"name": name}
    if waiting := [task.name for task in sheet.tasks if task.open]:
        return _("%(department)s replies") % {"department": _(", ").join(waiting)}
    return name


def _waiting(waiting_for: str) -> str:
    return _("The customer") if waiting_for == WaitingFor.CUSTOMER else _("A third party")


_FIXED = {
    Status.RECEIVED: lambda: _("Whoever takes it"),
    Status.CLOSED: lambda: _("Nobody: it is closed"),
    Status.JOINED: lambda: _("The case it was joined into"),
    Status.DECLINED: lambda: _("Nobody: it was declined"),
    Status.REFUSED: lambda: _("Nobody: it was refused"),
    Status.WITHDRAWN: lambda: _("Nobody: the customer took it back"),
}
