"""The receipt page: where one case stands, for whoever has its link. No log-in; the link is the key."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases import refusal, told
from huiyin.cases.actions import BadInput
from huiyin.cases.customer_side import TooSoon, customer_chases, customer_withdraws, customer_writes, shared
from huiyin.cases.workflow import OPEN, EventKind, NotAllowed, Status
from huiyin.clocks import queries as clocks
from huiyin.clocks.plans import milestones
from huiyin.fairness import escalations
from huiyin.messages.queries import by_link
from huiyin.returns import actions as returns
from huiyin.returns.follow import EDITABLE
from huiyin.returns.queries import may_answer, own_answer, planned
from huiyin.standards import announced
from huiyin.web.auth import address_of
from huiyin.web.downloads import give
from huiyin.web.notice_words import all_told
from huiyin.web.steps import steps
from huiyin.web.templatetags.huiyin import when

from . import copies, gate, made_good, story
from .doors import too_many
from .forms import AnotherForm, AppealForm, RateForm, WithdrawForm, WriteForm
from .outside import named_outside
from .page import customer_page, private

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.cases.queries import Entry
    from huiyin.returns.models import ReturnVisit


_LONGEST = 24 * 3600
"""Seconds; who comes back to an open page on the next day did not answer all the time."""


@private
@customer_page
@require_safe
def receipt(request: HttpRequest, link: str) -> HttpResponseBase:
    """The page of a case."""
    return _page(request, link, by_link(link, timezone.now()), {})


# No token against forged requests: whoever knows this address may write, and nobody else can name it. Besides, pages
# that send no referrer send no origin with their forms either, which Django takes for a forgery.
@csrf_exempt
@private
@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, link: str) -> HttpResponseBase:
    """More words or photos of the customer."""
    case = by_link(link, now := timezone.now())
    if request.method != "POST":
        return redirect("receipt", link)
    form = WriteForm(request.POST, request.FILES)
    if not (form.is_valid() and _written(request, case, form, now)):
        return _page(request, link, case, {"write": form})
    messages.success(request, _("Sent. It stands below, and whoever works on your case reads it."))
    return redirect("receipt", link)


def _written(request: HttpRequest, case: Case, form: WriteForm, now: datetime) -> bool:
    said = form.cleaned_data
    sent = gate.Sent(said["token"], f"{case.pk}\n{said['text']}", address_of(request), now)
    try:
        gate.knock(sent)
        files = form.kept()
        text = said["text"] or _("See the photo.")
        if form.is_valid():
            gate.once(sent, lambda: str(customer_writes(case.pk, text=text, at=now, files=files).case.pk))
            return True
    except BadInput as error:
        form.add_error(error.field, error.text)
    except gate.TooMany as error:
        form.add_error(None, too_many(error, now))
    return False


@csrf_exempt
@private
@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, link: str) -> HttpResponseBase:
    """Solved or not, 1 to 5, and why."""
    case = by_link(link, now := timezone.now())
    if request.method != "POST":
        return redirect("receipt", link)
    form = RateForm(request.POST)
    if not form.is_valid():
        return _page(request, link, case, {"rate": form})
    said = form.cleaned_data
    solved = said["solved"] == "yes"
    result = returns.Result(
        "link",
        reached=True,
        solved=solved,
        satisfied=said["satisfied"],
        words=said["words"],
        reasons=tuple(said["reasons"]),
        seconds=_seconds(said["shown_at"], now),
    )
    try:
        returns.rate(case.pk, result=result, at=now)
    except NotAllowed:
        messages.warning(request, _("This can't be rated any more. Write to us below, we read it."))
    else:
        messages.success(request, _thanks(result))
    return redirect("receipt", link)


def _seconds(shown_at: int | None, now: datetime) -> int | None:
    """How long it took; None where the form doesn't say, or says what can't be."""
    took = int(now.timestamp()) - shown_at if shown_at is not None else -1
    return took if 0 <= took <= _LONGEST else None


def _thanks(result: returns.Result) -> str:
    if result.bad:
        return _("Thank you for saying so. We take it up again, with another person, and ask you once more afterwards.")
    return _("Thank you. Those who worked on it read this too.")


@csrf_exempt
@private
@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def chase(request: HttpRequest, link: str) -> HttpResponseBase:
    """“Where does it stay?” Counted, and told to whoever has the case."""
    case = by_link(link, now := timezone.now())
    if request.method == "POST":
        try:
            customer_chases(case.pk, at=now)
        except TooSoon as error:
            with timezone.override(ZoneInfo(case.site.time_zone)):
                again = when(error.until, now)
            messages.info(
                request, _("You reminded us a short while ago; you can do it again from {time} on.").format(time=again)
            )
        except NotAllowed:
            messages.warning(request, _("Nothing is being worked on any more. Write to us below, we read it."))
        else:
            messages.success(request, _("We have reminded whoever works on it; it is counted with your case."))
    return redirect("receipt", link)


@csrf_exempt
@private
@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, link: str) -> HttpResponseBase:
    """The customer takes it back; the page asks before."""
    case = by_link(link, now := timezone.now())
    if request.method != "POST":
        return redirect("receipt", link)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, link, case, {"withdraw": form})
    try:
        customer_withdraws(case.pk, text=form.cleaned_data["reason"], at=now)
    except NotAllowed:
        messages.warning(request, _("It can't be taken back here any more. Write to us below, we read it."))
    else:
        messages.success(request, _("You have taken it back. We stop working on it; it is still counted."))
    return redirect("receipt", link)


@csrf_exempt
@private
@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, link: str) -> HttpResponseBase:
    """After a no: another person looks at it."""
    case = by_link(link, now := timezone.now())
    if request.method != "POST":
        return redirect("receipt", link)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _page(request, link, case, {"appeal": form})
    try:
        refusal.customer_appeals(case.pk, text=form.cleaned_data["text"], at=now)
    except NotAllowed:
        messages.warning(request, _("This can't be asked here any more. Write to us below, we read it."))
    else:
        messages.success(request, _("Thank you. Another person looks at it; you hear from us here."))
    return redirect("receipt", link)


@csrf_exempt
@private
@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def another(request: HttpRequest, link: str) -> HttpResponseBase:
    """“I want somebody else to look at this.”"""
    case = by_link(link, now := timezone.now())
    if request.method != "POST":
        return redirect("receipt", link)
    form = AnotherForm(request.POST)
    if not form.is_valid():
        return _page(request, link, case, {"another": form})
    try:
        escalations.customer_asks_another(case.pk, text=form.cleaned_data["text"], at=now)
    except NotAllowed:
        messages.warning(request, _("This can't be asked here any more. Write to us below, we read it."))
    else:
        messages.success(
            request, _("Thank you. Somebody else looks at it, and a supervisor knows; you hear from us here.")
        )
    return redirect("receipt", link)


@private
@customer_page
@require_safe
def copy(request: HttpRequest, link: str) -> HttpResponseBase:
    """All that was said and decided, with one's own files, in one archive to keep."""
    case = by_link(link, now := timezone.now())
    with timezone.override(ZoneInfo(case.site.time_zone)):
        return copies.archive(case, link, now)


@private
@customer_page
@require_safe
def file(request: HttpRequest, link: str, file_id: int) -> HttpResponseBase:
    """A photo or paper of the case. What people send is never run: it comes as a picture, or is saved."""
    return give(told.file(by_link(link, now := timezone.now()), file_id), user=None, at=now)


def _page(request: HttpRequest, link: str, case: Case, forms: dict[str, Any]) -> HttpResponseBase:
    """The page; `forms` are those that came back with errors, in the place of empty ones."""
    now = timezone.now()
    with timezone.override(ZoneInfo(case.site.time_zone)):
        shown = (
            _facts(case, link, now)
            | {"write": WriteForm(), "withdraw": WithdrawForm(), "appeal": AppealForm()}
            | {"another": AnotherForm()}
            | forms
        )
        shown.setdefault("rate", RateForm(initial=_before(shown["visit"]) | {"shown_at": int(now.timestamp())}))
        shown |= {"link": link, "now": now, "here": reverse("receipt", args=[link])}
        return render(request, "portal/receipt.html", shown, status=422 if forms else 200)


def _facts(case: Case, link: str, now: datetime) -> dict[str, Any]:
    """What the page says. A joined case shows where the common one stands, and of its words only its own."""
    common = story.common(case)
    entries = told.entries(case)
    rows = clocks.of_case(common)
    running = story.open_clocks(rows)
    visit = planned(case) if case.status == Status.RESOLVED and case.review_since is None else None
    states = steps(common, running, now)
    return {
        "case": case,
        "common": common,
        "standing": story.standing(common),
        "notices": all_told(announced.of_case(case, case.received_at), now),
        "states": states,
        "given": story.promised(running, entries, now),
        "answer": story.answer(case, entries, link),
        "visit_by": next((clock.due_at for clock in running if clock.kind == "visit"), None),
        "lines": [*story.lines(entries, now), *story.coming(states)],
        "thread": story.thread(entries, link, case.site.name),
        "milestones": [one for one in milestones(entries, rows if common is case else ()) if not one.dropped],
        "appeal_until": _appeal_until(case, now),
        "refused": Status.REFUSED in (case.status, case.outcome),
        "outside": named_outside(entries),
        "good": made_good.of(case, entries),
        "visit": visit,
        "rated": own_answer(visit) or not may_answer(visit),
        "rate_until": _rate_until(case, visit),
        "may_rate": (_rate_until(case, visit) or now) > now,
        "may_ask_another": case.status in OPEN and escalations.may_ask(case),
        "may_chase": common.status in OPEN,
        "may_withdraw": case.status in OPEN and not shared(case),
        "chased_at": next((e.event.at for e in reversed(entries) if _reminder(e)), None),
    }


def _appeal_until(case: Case, now: datetime) -> datetime | None:
    end = refusal.until(case)
    return end if end is not None and end > now else None


def _reminder(entry: Entry) -> bool:
    """Did the customer press the button?"""
    return entry.event.kind == EventKind.CHASED and entry.event.actor is None


def _rate_until(case: Case, visit: ReturnVisit | None) -> datetime | None:
    if case.status != Status.RESOLVED or case.resolved_at is None or case.review_since is not None:
        return None
    if not may_answer(visit):
        return None
    end = case.resolved_at + returns.LINK_DAYS
    return min(end, visit.visited_at + EDITABLE) if visit and visit.visited_at and own_answer(visit) else end


def _before(visit: ReturnVisit | None) -> dict[str, object]:
    """What was answered before, to be changed."""
    if visit is None or not own_answer(visit):
        return {}
    return {"solved": "yes" if visit.solved else "no" if visit.solved is False else None, "satisfied": visit.satisfied}
