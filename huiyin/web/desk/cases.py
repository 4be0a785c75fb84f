"""The page of a case, and every verb on it by one view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import Select, Textarea
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases import actions, severity, words
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By
from huiyin.cases.given import Unfit
from huiyin.cases.queries import Filter
from huiyin.cases.timeline import Stale
from huiyin.cases.workflow import NotAllowed
from huiyin.fairness import marked
from huiyin.groups import queries as groups
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.returns.actions import OwnCase
from huiyin.standards import announced, practices
from huiyin.web.links import receipt_url
from huiyin.web.notice_words import all_told
from huiyin.web.steps import steps

from . import drafts, first_talk, plan_card, read_out, settlement, task_card, wording
from . import sheet as sheets
from .act import GROUPS, Act
from .alerts import alerts
from .detail_forms import YES_NO
from .door import StaffRequest, show, staff
from .groups import on_case
from .inbox import number as number_in
from .joined import common, later
from .matters import matters
from .remedies import named, waiting
from .rows import first_due
from .sheet import Sheet
from .thread import thread
from .turn import turn
from .verb_forms import VerbForm
from .verbs import ACTS, next_act, possible

if TYPE_CHECKING:
    from huiyin.standards.practices import Shown
    from huiyin.web.models import Draft

LINK = "link"
"""Tag of the message that carries a customer's new link to the next page: it is shown once and stored nowhere."""
_OTHER_NAMES = {"for": "waiting_for"}
"""Fields whose name in the core is no name of a form field."""
_SAYING = ("answer", "note", "phone")
"""Verbs between which a writer changes."""
_FEW = 7
"""So many verbs need no headings."""


@dataclass(frozen=True)
class Offer:
    """A verb as a link or a button."""

    slug: str
    url: str
    name: str
    needs_words: bool
    group: str


@dataclass(frozen=True)
class Tab:
    """One way to say something, or a draft of it."""

    slug: str
    url: str
    name: str
    at: datetime | None = None


@dataclass(frozen=True)
class Opened:
    """A verb whose form is open on the page."""

    slug: str
    url: str
    act: Act
    form: VerbForm

    draft: Draft | None = None
    tabs: Sequence[Tab] = ()
    """The other ways to say something, when it is one of them."""

    @property
    def name(self) -> str:
        """What the verb is called here."""
        return self.act.called(self.slug)

    @property
    def standard(self) -> Shown | None:
        """How this step is done here."""
        return practices.beside(self.act.verb, self.form.sheet.case.category)


@require_safe
@staff
def case(request: StaffRequest, number: str) -> HttpResponse:
    """Everything about one case, and the next thing to do."""
    return _page(request, sheets.read(request.user, number, request.now))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def act(request: StaffRequest, number: str, verb: str) -> HttpResponse:
    """Any verb: GET opens its form on the page of the case, POST does it on the version that was seen."""
    found = ACTS.get(verb)
    if found is None:
        raise Http404
    sheet = sheets.read(request.user, number, request.now)
    if not sheet.may(found.verb):
        raise access.Forbidden(found.verb)
    if request.method != "POST":
        first = wording.first_words(request.GET) if found.verb is Verb.COMMIT else settlement.begun(verb, request.GET)
        return _page(request, sheet, _open(request, sheet, verb, found, first) if verb in possible(sheet) else None)
    form = found.form(request.POST, request.FILES, sheet=sheet, auto_id=f"{verb}_%s")
    status, outcome = _do(request, found, form) if form.is_valid() else (422, None)
    if status == 200:
        drafts.forget(request.user, sheet.case, verb)
        return _done(request, sheet, found, outcome)
    fresh = sheets.read(request.user, number, request.now)
    return _page(request, fresh, Opened(verb, request.path, found, form, tabs=_tabs(fresh, verb)), status=status)


def _open(
    request: StaffRequest, sheet: Sheet, verb: str, act: Act, first: Mapping[str, Any], *, focus: bool = True
) -> Opened:
    """The form of a verb, with what this person has typed into it before."""
    draft = drafts.of(request.user, sheet.case).get(verb)
    initial = {**first, **(draft.words if draft else {})}
    if verb == "reply":
        initial["text"] = task_card.begun(sheet, request.GET, initial.get("text", ""))
    initial |= plan_card.begun(sheet, verb, request.GET, initial.get("text", ""))
    form = act.form(sheet=sheet, auto_id=f"{verb}_%s", initial=initial)
    return Opened(verb, _url(sheet, verb), act, _focused(form) if focus else form, draft, _tabs(sheet, verb))


def _tabs(sheet: Sheet, verb: str) -> list[Tab]:
    offered = [slug for slug in _SAYING if slug in possible(sheet)] if verb in _SAYING else []
    return [Tab(slug, _url(sheet, slug), ACTS[slug].called(slug)) for slug in offered]


def _url(sheet: Sheet, slug: str) -> str:
    return reverse("case_act", args=[sheet.case.number, slug])


def _focused(form: VerbForm) -> VerbForm:
    """The person can type at once."""
    first = form.visible_fields()[0].field.widget if form.fields else None
    if isinstance(first, Textarea | Select):
        first.attrs["autofocus"] = True
    return form


def _do(request: StaffRequest, act: Act, form: VerbForm) -> tuple[int, Any]:
    """Do it; or leave on the form what was wrong, and give the status that says so."""
    by = By(request.user, request.now, number_in(request.POST.get("version")), anyway="anyway" in request.POST)
    try:
        return 200, wording.do(act, form.sheet, by, request.POST, form.given())
    except BadInput as error:
        form.unfit = error if isinstance(error, Unfit) else None
        name = _OTHER_NAMES.get(error.field, error.field)
        form.add_error(name if name in form.fields else None, error.text)
        return 422, None
    except Stale:
        form.add_error(None, _("Somebody wrote to this case meanwhile. Read what is new below, then send yours again."))
        return 412, None
    except OwnCase:
        form.add_error(None, _("You handled this case: somebody else asks the customer whether it went well."))
    except NotAllowed as error:
        form.add_error(None, _refusal(error, form.sheet))
    return 409, None


def _refusal(error: NotAllowed, sheet: Sheet) -> str:
    now = {verb for verb in actions.possible(error.status) if sheet.may(verb)}
    names = [act.called(slug) for slug, act in ACTS.items() if act.verb in now]
    told = _("This is not possible: the case is “%(status)s” now. Possible are: %(names)s.")
    sentence = told % {"status": words.status(error.status), "names": _(", ").join(names)}
    return f"{sentence} ({error.reason})" if error.reason else sentence


def _done(request: StaffRequest, sheet: Sheet, act: Act, outcome: Any) -> HttpResponse:
    messages.success(request, str(act.done))
    if act.verb is Verb.CONCERN and cases.version(request.user, sheet.case.pk) is None:
        return redirect("inbox_home")  # they named themselves
    if isinstance(outcome, str):  # the secret of a link
        messages.info(request, outcome, extra_tags=LINK)
        return redirect("case_tell", sheet.case.number)
    return redirect("case", sheet.case.number)


def _page(request: StaffRequest, sheet: Sheet, opened: Opened | None = None, *, status: int = 200) -> HttpResponse:
    acts = possible(sheet)
    card = task_card.card(sheet, acts, opened.slug if opened else "reply")
    in_card, opened = _in_card(request, sheet, opened) if card else (None, opened)
    offers = {slug: _offer(sheet, slug, act) for slug, act in acts.items() if not (card and slug in task_card.SLUGS)}
    if opened:
        offers.pop(opened.slug, None)  # its form is open already
    first = offers.pop(next_act(sheet, acts), None)
    quick = [] if opened and opened.tabs else [offers[slug] for slug in _SAYING if slug in offers]
    lost = opened if opened and opened.form.is_bound and opened.slug not in acts else None
    # A joined case is worked on in another, and so is what it has in common with others.
    grouped = opened is None and sheet.case.joined_into_id is None and sheets.GROUPED in sheet.beside
    context = _told(request, sheet) | {
        # Work on a joined case is done at the other one: its page asks for what was written there instead.
        "drafts": [] if opened or in_card or sheet.case.joined_into_id else _drafts(request, sheet, acts),
        "acts": acts,
        "plans": plan_card.cards(sheet, acts),
        "first": first,
        "quick": quick,
        "menu": _menu(list(offers.values())),
        "opened": opened,
        "card": card,
        "in_card": in_card,
        "answers": task_card.answers(sheet) if "reply" in (one.slug for one in (opened, in_card) if one) else [],
        "lost": lost,
        # Whoever fills in a form has read it: the choices of the form have questions of their own.
        "in_group": on_case(groups.of_case(request.user, sheet.case)) if grouped else None,
    }
    return show(request, "desk/case.html", context, status=status, counted=False)


def _told(request: StaffRequest, sheet: Sheet) -> dict[str, Any]:
    """What the page says of the case, whatever is done with it."""
    others = _others(request, sheet)
    return {
        "sheet": sheet,
        "case": sheet.case,
        "thread": thread(sheet, request.GET),
        "steps": steps(sheet.case, sheet.open_clocks, request.now),
        "due": first_due(sheet.open_clocks),
        "turn": turn(sheet),
        "matters": matters(sheet),
        "approvals": waiting(sheet.recovery, sheet.entries),
        "remedies": [named(one) for one in sheet.recovery.remedies],
        "severity_sentence": severity.sentence(sheet.grade),
        "others": others,
        "first_talk": first_talk.of_case(sheet, others),
        "filled": _filled(sheet),
        "related": [sheet.others[pk] for pk in sheet.details.related if pk in sheet.others],
        "joined": sheet.others.get(sheet.case.joined_into_id or 0),
        "alerts": alerts(sheet),
        "announced": all_told(announced.of_case(sheet.case, sheet.case.received_at, request.now), request.now),
        "promised": wording.promised(sheet),
        "read_out": read_out.fresh(sheet),
        "later": later(sheet),
        "mark": _mark(request, sheet),
        "may_mark": marked.may_mark(request.user, sheet.case),
        "earlier": [one for pk, one in sheet.others.items() if sheet.fair.again and pk == sheet.fair.again.case],
    }


def _mark(request: StaffRequest, sheet: Sheet) -> Any:
    """The mark of the customer, where this person may see it; that they saw it is written down."""
    found = marked.of_case(request.user, sheet.case, timezone.localdate(request.now))
    if found is not None:
        marked.seen(request.user, found, request.now, case=sheet.case)
    return found


def _in_card(request: StaffRequest, sheet: Sheet, opened: Opened | None) -> tuple[Opened | None, Opened | None]:
    """The form in the card of a task and the one below it; nothing else opened, a task can be answered at once."""
    if opened is not None:
        return (opened, None) if opened.slug in task_card.SLUGS else (None, opened)
    return _open(request, sheet, "reply", ACTS["reply"], {}, focus=False), None


def _drafts(request: StaffRequest, sheet: Sheet, acts: Mapping[str, Act]) -> list[Tab]:
    """What this person began to write and may still send."""
    kept = drafts.of(request.user, sheet.case).items() if sheets.BEGUN in sheet.beside else ()
    return [Tab(slug, _url(sheet, slug), acts[slug].called(slug), draft.at) for slug, draft in kept if slug in acts]


def _offer(sheet: Sheet, slug: str, act: Act) -> Offer:
    return Offer(
        slug=slug,
        url=_url(sheet, slug),
        name=act.label(sheet) or act.called(slug),
        needs_words=act.needs_words,
        group=act.group,
    )


def _menu(offers: list[Offer]) -> list[tuple[str, list[Offer]]]:
    """The verbs in their parts; so few that all can be taken in at once stay together."""
    if len(offers) <= _FEW:
        return [("", offers)] if offers else []
    parts = [(str(name), [offer for offer in offers if offer.group == group]) for group, name in GROUPS.items()]
    return [part for part in parts if part[1]]


def _filled(sheet: Sheet) -> list[tuple[str, str]]:
    """Every field of the category, then what was filled in before the case got this category."""
    values = sheet.details.values
    names = dict.fromkeys([*(field.name for field in sheet.details.fields), *values])
    return [(name, str(YES_NO.get(values.get(name, ""), values.get(name, "")))) for name in names]


def _others(request: StaffRequest, sheet: Sheet) -> list[Any]:
    """The customer's last five other cases."""
    if sheet.case.customer_id is None:
        return []
    found = cases.page(request.user, Filter(customer=sheet.case.customer_id), limit=6).items
    return [other for other in found if other.pk != sheet.case.pk][:5]


@require_safe
@staff
def tell(request: StaffRequest, number: str) -> HttpResponse:
    """What to read out to the customer: the number, the time, and once the link."""
    sheet = sheets.read(request.user, number, request.now)
    waiting = list(messages.get_messages(request))
    link = next((str(message) for message in waiting if LINK in message.tags.split()), "")
    context = {
        "sheet": sheet,
        "case": sheet.case,
        "common": common(sheet),
        "answer_by": read_out.answer_by(sheet),
        "link": receipt_url(link) if link else "",
        "messages": [message for message in waiting if LINK not in message.tags.split()],
    }
    return show(request, "desk/tell.html", context, counted=False)
