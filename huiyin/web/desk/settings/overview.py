"""One card for each part of the settings, with the state it is in."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.alerts import emergencies
from huiyin.cases import outside
from huiyin.cases import queries as cases
from huiyin.clocks import actions as clock_actions
from huiyin.clocks import calendars, editing
from huiyin.customers import tiers
from huiyin.fairness import rules as fairness
from huiyin.groups import rules
from huiyin.messages import codes, sheets
from huiyin.org import history, house, staffing
from huiyin.org import queries as org
from huiyin.playbooks import queries as playbooks
from huiyin.recovery import failures
from huiyin.recovery import queries as recovery
from huiyin.standards import announced, practices
from huiyin.standards import queries as standards
from huiyin.web.desk.door import StaffRequest
from huiyin.worth import priors

from .door import page, reader
from .lines import line

_WARN_DAYS = 60


@reader
def overview(request: StaffRequest) -> HttpResponseBase:
    """Every part, and what was changed last."""
    cards = [
        *_organisation(),
        *_clocks(request),
        _sorting(),
        _tiers(),
        _calls(),
        _groups(),
        _repeats(),
        *_failures(),
        *_recovery(request),
        *_words(),
        _notices(request),
        _outside(),
        *_doors(),
        _house(),
    ]
    lines = [line(entry) for entry in history.page(limit=5).items]
    return page(request, "settings/overview.html", {"cards": cards, "lines": lines})


def _card(title: str, url: str, text: str, state: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "url": reverse(url), "text": text, "state": state} | more


def _used(rows: list[Any]) -> str:
    resting = sum(not row.active for row in rows)
    text = _("%(used)d in use") % {"used": len(rows) - resting}
    return text + (_(", ") + _("%(resting)d out of use") % {"resting": resting} if resting else "")


def _organisation() -> list[dict[str, Any]]:
    found = org.organisation()
    state = _("%(people)d people, %(left)d have left") % {
        "people": staffing.count(),
        "left": staffing.count(active=False),
    }
    return [
        _card(
            _("Sites"),
            "settings_sites",
            _("Where cases happen, and who stands above whom."),
            _used([*found.sites.values()]),
        ),
        _card(
            _("Departments"),
            "settings_departments",
            _("Who takes hand-overs."),
            _used([*found.departments.values()]),
        ),
        _card(_("Staff"), "settings_people", _("Roles, passwords, leavers, API tokens."), state),
    ]


def _clocks(request: StaffRequest) -> list[dict[str, Any]]:
    policy, coming = editing.in_force(request.now), editing.coming(request.now)
    state = _("None yet: no deadline is set")
    if policy is not None:
        state = _("%(name)s, version %(version)d") % {"name": policy.name, "version": policy.version}
    if coming:
        when = date_format(coming[0].valid_from, "DATE_FORMAT")
        state += _(", ") + _("another one from %(day)s") % {"day": when}
    left = clock_actions.days_of_data_left(request.now)
    known = [row.year for row in calendars.years()]
    holidays = _("Holidays known until the end of %(year)d") % {"year": known[0]} if known else _("No holidays known")
    warn = left is not None and left < _WARN_DAYS
    return [
        _card(_("Service levels"), "settings_levels", _("What is promised, by when."), state, warn=policy is None),
        _card(
            _("Calendars"), "settings_calendars", _("Working hours, holidays and make-up days."), holidays, warn=warn
        ),
    ]


def _sorting() -> dict[str, Any]:
    known = cases.categories()
    state = _("%(count)d of the third level in use") % {"count": len(known.leaves)}
    return _card(_("Categories"), "settings_categories", _("What cases are about, and what is usual for each."), state)


def _tiers() -> dict[str, Any]:
    rows = tiers.every()
    state = _used(rows) if rows else _("None: nothing is shown")
    return _card(_("Customer tiers"), "settings_tiers", _("What stands beside a customer's name."), state)


def _house() -> dict[str, Any]:
    found = house.rules()
    state = _("Results are reviewed") if found.review else _("Results are not reviewed")
    state += _(", ") + _("%(count)d words of your own") % {"count": len(found.words)}
    return _card(
        _("Rules and words"), "settings_house", _("Review of results; what statuses and verbs are called."), state
    )


def _words() -> list[dict[str, Any]]:
    known = standards.lexicon()
    return [
        _card(
            _("Phrases"), "settings_phrases", _("Words that fit a situation, to be put in."), _used([*known.phrases])
        ),
        _card(
            _("Work standards"),
            "settings_practices",
            _("How each step is done: what one does and says, and by what it is seen."),
            _used([*practices.every()]),
        ),
        _card(
            _("Words not to say"),
            "settings_forbidden",
            _("What every word to a customer is checked for."),
            _used([*known.forbidden]),
        ),
    ]


def _notices(request: StaffRequest) -> dict[str, Any]:
    shown = sum(announced.runs(row, request.now) for row in announced.approved())
    text = _("What customers are told before something happens, or beside it.")
    state = ngettext("%(count)d shown now", "%(count)d shown now", shown) % {"count": shown}
    return _card(_("Notices to customers"), "settings_notices", text, state)


def _outside() -> dict[str, Any]:
    rows = outside.every()
    text = _("Who mediates, decides or assesses outside our house.")
    return _card(_("Outside bodies"), "settings_outside", text, _used(rows) if rows else _("None yet"))


def _doors() -> list[dict[str, Any]]:
    count, told = sum(row.active for row in codes.all_codes()), sheets.above(org.organisation().root)
    state = ngettext("%(count)d code in use", "%(count)d codes in use", count) % {"count": count}
    return [
        _card(_("QR codes"), "settings_codes", _("Which wall leads to which form; posters to print."), state),
        _card(
            _("What customers read beforehand"),
            "settings_sheets",
            _("Where to find us, and what they get when something went wrong."),
            _("There for the whole company") if told else _("None yet for the whole company"),
            warn=told is None,
        ),
    ]


def _groups() -> dict[str, Any]:
    found = rules.all_rules()
    words = {"several": found[0].several, "many": found[0].collective}
    state = _("Several from %(several)d customers, many from %(many)d") % words
    return _card(_("Group complaints"), "settings_groups", _("What is one fault of several customers."), state)


def _repeats() -> dict[str, Any]:
    state = _("Within %(days)d days") % {"days": fairness.rule().repeat_days}
    return _card(_("Repeated complaints"), "settings_fairness", _("When the same matter has come again."), state)


def _failures() -> list[dict[str, Any]]:
    plans = len(playbooks.in_force())
    text = _("What is done, said and given when something fails, step by step.")
    state = ngettext("%(count)d plan in force", "%(count)d plans in force", plans) % {"count": plans}
    return [
        _card(
            _("Failures"), "settings_failures", _("What can go wrong, and how bad it can be."), _used(failures.every())
        ),
        _card(_("Recovery plans"), "settings_playbooks", text, state, warn=not plans),
    ]


def _recovery(request: StaffRequest) -> list[dict[str, Any]]:
    count = len(recovery.all_limits())
    month = timezone.localdate(request.now).replace(day=1)
    budgets = len(recovery.all_budgets(month))
    state = ngettext("%(count)d budget for this month", "%(count)d budgets for this month", budgets)
    return [
        _card(
            _("Authority limits"),
            "settings_limits",
            _("What each role may grant by itself."),
            ngettext("%(count)d limit", "%(count)d limits", count) % {"count": count},
            warn=not count,
        ),
        _card(
            _("Budgets"),
            "settings_budgets",
            _("Out of what it is paid, and how much is left."),
            state % {"count": budgets},
            warn=not budgets,
        ),
        _card(
            _("Priors of the economics"),
            "settings_priors",
            _("What is assumed of customers lost and kept, with sources."),
            ngettext("%(count)d number", "%(count)d numbers", len(priors.every())) % {"count": len(priors.every())},
            warn=not priors.book().complete,
        ),
        _card(
            _("Purchases and contracts"),
            "purchases",
            _("What customers pay, from a file."),
            _("CSV or XLSX, with a look ahead"),
        ),
    ]


def _calls() -> dict[str, Any]:
    count = len(emergencies.rules().rules)
    state = ngettext("%(count)d step", "%(count)d steps", count) % {"count": count}
    return _card(
        _("Emergency calls"),
        "settings_calls",
        _("Who is called at once when it is severe, and who next."),
        state if count else _("None yet: nobody is called"),
        warn=not count,
    )
