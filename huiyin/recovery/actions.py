"""Proposing what makes good, and saying yes or no to it. As in `cases.actions`: one function a verb, with the same
arguments and exceptions.

What somebody's own limit covers is granted at once; above it an approval is asked for, and the `decide` clock runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.cases.actions import BadInput, By, acting, doer, perhaps_said, require_status, said, serving, take
from huiyin.cases.change import Change
from huiyin.cases.dispatch import SHORTEST_REASON, pending, reason_of
from huiyin.cases.given import sent
from huiyin.cases.models import Message
from huiyin.cases.workflow import REFUSAL, EventKind
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import Role

from . import authority, equal, failures, ledger
from .authority import Load
from .ledger import Posting
from .models import Bearer, Limit, Pocket, Proposal, Remedy, Standing, State
from .wanted import Option, check, data

TOPIC = "recovery"
LEGAL = "legal"
"""Code of the department that gets what may be fraud, where there is one."""


def propose(
    case_id: int,
    by: By,
    *,
    options: Sequence[Option],
    reason: str = "",
    fraud: bool = False,
    currency: str = money.DEFAULT,
) -> Change:
    """Propose what makes good; of two or three `options` the customer chooses.

    Granted at once when it is within the person's own limit and the budget; else it waits for an approval, and needs
    its `reason`. `fraud`: the customer may have been deceived, which nobody below a manager settles.
    """
    check(options, currency)
    with acting(Verb.REMEDY, case_id, by) as change:
        require_status(change, Verb.REMEDY)
        take(change, by)
        proposal = new(change, by, options, fraud, currency)
        found = own_authority(change, by, proposal, options)
        text = _reason(reason, waits=not found, odd=_odd(proposal, by))
        put(change, by, proposal, options, text=text, found=found)
        if fraud:
            _tell_legal(change, text)
    return change


def _odd(proposal: Proposal, by: By) -> str:
    """Why a reason is needed: like cases got another sum, or others of the group did; empty when nothing is odd."""
    about = (proposal.case, proposal.amount, proposal.currency)
    return failures.unusual(*about, by.at) or equal.odd(*about)


def put(
    change: Change, by: By, proposal: Proposal, options: Sequence[Option], *, text: str, found: Sequence[Limit | None]
) -> None:
    """Write a proposal into its case: granted by the limit that was `found`, or as a question where none was."""
    rows = _remedies(change, proposal, options)
    words = _words(change, by, options) | {"text": text}
    if found:
        shown = set(words) - {"text"}
        event = change.add(EventKind.NOTED, _told(proposal, rows, options), words=words, public=shown, topic=TOPIC)
    else:
        about = {"about": -proposal.number}
        event = change.add(EventKind.APPROVING, _told(proposal, rows, options) | about, words=words, topic=TOPIC)
    proposal.seq = event.seq
    proposal.save()
    for row in rows:
        row.proposal = proposal
    Remedy.objects.bulk_create(rows)
    if found:
        _grant(change, by, proposal, found[0])


def _reason(reason: str, *, waits: bool, odd: str) -> str:
    if odd and len(perhaps_said("reason", reason)) < SHORTEST_REASON:
        raise BadInput("reason", odd)
    return reason_of(reason) if waits else perhaps_said("reason", reason)


def new(change: Change, by: By, options: Sequence[Option], fraud: bool, currency: str) -> Proposal:
    """A proposal that is not written yet."""
    return Proposal(
        case=change.case,
        number=Proposal.objects.filter(case=change.case).count() + 1,
        standing=Standing.WAITING,
        asker=by.user,
        asked_at=by.at,
        currency=currency,
        amount=max(one.amount for one in options),
        options=len(options),
        fraud=fraud,
        period=f"{ledger.month_of(change.case, by.at):%Y-%m}",
    )


def _remedies(change: Change, proposal: Proposal, options: Sequence[Option]) -> list[Remedy]:
    last = Remedy.objects.filter(case=change.case).aggregate(last=Max("number"))["last"] or 0
    wanted = [(number, one) for number, option in enumerate(options, start=1) for one in option.remedies]
    return [
        Remedy(
            proposal=proposal,
            case=change.case,
            number=last + place,
            option=option,
            currency=proposal.currency,
            state=State.PLANNED,
            **vars(one),
        )
        for place, (option, one) in enumerate(wanted, start=1)
    ]


def _words(change: Change, by: By, options: Sequence[Option]) -> dict[str, str]:
    """What the options are called to the customer, who reads it when they are granted."""
    if len(options) == 1:
        return {}
    return {f"option{place}": sent(change, by, "label", one.label) for place, one in enumerate(options, start=1)}


def _told(proposal: Proposal, rows: Sequence[Remedy], options: Sequence[Option]) -> dict[str, object]:
    told = {"what": "proposed", "proposal": proposal.number, "options": len(options), "amount": proposal.amount}
    more: dict[str, object] = {"fraud": True} if proposal.fraud else {}
    return told | more | {"currency": proposal.currency, "remedies": [data(row) for row in rows]}


def own_authority(change: Change, by: By, proposal: Proposal, options: Sequence[Option]) -> list[Limit | None]:
    """[the limit by which it needs no approval], [None] when it costs nothing; empty when somebody has to say yes."""
    if proposal.fraud:
        return []
    if not proposal.amount:
        return [None]
    load = load_of(change, by, proposal)
    row = authority.reaching(doer(by), change.case, change.now.severity, load)
    if row is None or authority.needs_two(row, load) or not _month_has_room(change, proposal, row):
        return []
    unit = by.user.department_id if by.user else None
    budget = ledger.budget_for(change.case.site_id, unit, ledger.month_of(change.case, by.at), proposal.currency)
    return [row] if ledger.has_room(budget, max(one.ours for one in options)) else []


def load_of(change: Change, by: By, proposal: Proposal) -> Load:
    """What a yes would come to, as the case stands under its lock."""
    saved = proposal if proposal.pk else None
    year = f"{ledger.month_of(change.case, by.at):%Y}"
    return authority.load_of(change.case, saved, proposal.amount, year=year, currency=proposal.currency)


def _month_has_room(change: Change, proposal: Proposal, row: Limit) -> bool:
    if row.per_month is None:
        return True
    used = ledger.of_role(change.case.site_id, row.role, proposal.period, proposal.currency).used
    return used + proposal.amount <= row.per_month


def _tell_legal(change: Change, text: str) -> None:
    unit = org.organisation().department(LEGAL)
    if unit is None or not unit.active or change.case.site_id not in org.organisation().below(unit.site_id):
        return
    serving(change, unit)
    if unit.pk not in dict(change.now.open_hand_overs).values() and change.now.status == "accepted":
        handed = {"department": unit.pk, "reply_by": None, "part": "assist"}
        change.add(EventKind.HANDED_OVER, handed, words={"text": text})


def _grant(change: Change, by: By, proposal: Proposal, row: Limit | None) -> None:
    """The amount is put aside and counted, in the fixed order; raises `BadInput` when somebody was there first."""
    month = ledger.month_of(change.case, by.at)
    proposal.standing, proposal.granter, proposal.granted_at = Standing.GRANTED, by.user, by.at
    proposal.period = f"{month:%Y-%m}"
    failures.mark(proposal, change.case)
    if row is not None and proposal.amount:
        _count(change, proposal, row)
        _reserve(change, by, proposal, month)
    proposal.save()
    if proposal.options == 1:
        _approve(proposal, 1, by)


def _count(change: Change, proposal: Proposal, row: Limit) -> None:
    amount, currency, period = proposal.amount, proposal.currency, proposal.period
    proposal.role, proposal.counted = row.role, amount
    if change.case.customer_id is not None:
        proposal.customer_id = change.case.customer_id
        of_customer = ledger.of_customer(change.case.customer_id, period, currency)
        if not ledger.count(of_customer, amount, row.per_customer):
            raise BadInput("amount", _("This customer has got so much this year that somebody else must approve it."))
    of_role = ledger.of_role(change.case.site_id, row.role, period, currency)
    if not ledger.count(of_role, amount, row.per_month):
        raise BadInput("amount", _("The month's limit of this role is used up; somebody with a higher one decides."))


def _reserve(change: Change, by: By, proposal: Proposal, month: date) -> None:
    ours = _dearest(proposal)
    if not ours:
        return
    asker = proposal.asker
    unit = asker.department_id if asker else None
    budget = ledger.budget_for(change.case.site_id, unit, month, proposal.currency)
    if budget is None:
        raise BadInput("amount", _("There is no budget for this month; it is set in the settings."))
    proposal.budget, proposal.held = budget, ours
    ledger.reserve(budget, ours, posting(by, proposal))


def _dearest(proposal: Proposal) -> int:
    sums = dict.fromkeys(range(1, proposal.options + 1), 0)
    for one in Remedy.objects.filter(proposal=proposal, bearer=Bearer.US):
        sums[one.option] += one.amount
    return max(sums.values())


def posting(by: By, proposal: Proposal, remedy: Remedy | None = None) -> Posting:
    """A posting about a proposal, or about one of its remedies."""
    theirs = remedy is not None and remedy.bearer != Bearer.US
    return Posting(
        by.at,
        by.user,
        proposal.currency,
        bearer=remedy.bearer if remedy is not None else Bearer.US.value,
        budget=None if theirs else proposal.budget_id,
        proposal=proposal,
        remedy=remedy,
    )


def _approve(proposal: Proposal, option: int, by: By) -> None:
    """These remedies are to be given. What somebody else bears is put aside with them, in no budget of ours."""
    rows = list(Remedy.objects.filter(proposal=proposal, option=option))
    Remedy.objects.filter(proposal=proposal, option=option).update(state=State.APPROVED)
    for one in rows:
        if one.bearer != Bearer.US:
            posting(by, proposal, one).move(Pocket.SOURCE, Pocket.RESERVED, one.amount)


def decide(case_id: int, by: By, *, granted: bool, reason: str = "", request: int | None = None) -> Change:
    """Say yes or no to what is proposed: not to one's own, and within one's limit. A no needs its reason.

    Above the bound of the limit the first yes is written down, and a second person decides.
    """
    with acting(Verb.APPROVE, case_id, by) as change:
        require_status(change, Verb.APPROVE)
        seq, about = pending(change, EventKind.APPROVING, request)
        if about == REFUSAL:
            raise BadInput("request", _("This is a refusal: decide on it as such."))
        proposal = _proposal(change, seq)
        if proposal.batch is not None and proposal.batch.standing == Standing.WAITING:
            raise BadInput("request", _("It was asked for a whole group: decide on it there, for all at once."))
        words = {"reason": perhaps_said("reason", reason) if granted else said("reason", reason)}
        odd = _odd(proposal, by) if granted else ""
        if odd and len(words["reason"]) < SHORTEST_REASON:
            raise BadInput("reason", odd)
        if not granted:
            _may_say_no(change, by, proposal)
            say_no(change, proposal, words)
            return change
        agree(change, by, proposal, words)
    return change


def agree(change: Change, by: By, proposal: Proposal, words: dict[str, str]) -> None:
    """Write a yes under the lock of the case: the first of two, or the one that grants it."""
    row, load = _may_say_yes(change, by, proposal)
    if authority.needs_two(row, load) and proposal.first_id is None:
        proposal.first = by.user
        proposal.save(update_fields=["first"])
        told = {"what": "seconded", "request": proposal.seq}
        change.add(EventKind.NOTED, told, words=words, topic=TOPIC)
    else:
        say_yes(change, by, proposal, row, words)


def say_no(change: Change, proposal: Proposal, words: dict[str, str]) -> None:
    """Write a no to a proposal that waits."""
    no = {"request": proposal.seq, "granted": False, "proposal": proposal.number}
    change.add(EventKind.APPROVED, no, words=words, topic=TOPIC)
    _end(proposal, Standing.REFUSED)


def say_yes(change: Change, by: By, proposal: Proposal, row: Limit, words: dict[str, str]) -> None:
    """Write a yes to a proposal that waits, by the authority of `row`."""
    told: dict[str, object] = {"request": proposal.seq, "granted": True, "proposal": proposal.number}
    told |= {"amount": proposal.amount, "currency": proposal.currency, "role": row.role, "options": proposal.options}
    labels = _labels(change, proposal.seq)
    change.add(EventKind.APPROVED, told, words=words | labels, public=set(labels), topic=TOPIC)
    _grant(change, by, proposal, row)


def _labels(change: Change, seq: int) -> dict[str, str]:
    """What the options are called: from the yes on the customer reads it."""
    rows = Message.objects.filter(case=change.case, seq=seq, part__startswith="option", erased_at=None)
    return dict(rows.values_list("part", "text"))


def _proposal(change: Change, seq: int) -> Proposal:
    return Proposal.objects.select_related("asker", "case", "batch").get(case=change.case, seq=seq)


def _not_own(by: By, proposal: Proposal) -> None:
    user = doer(by)
    if user.pk == proposal.asker_id:
        raise BadInput("request", _("Somebody else must decide what you asked for yourself."))
    if user.pk == proposal.first_id:
        raise BadInput("request", _("You have said yes already; a second person decides."))


def _may_say_no(change: Change, by: By, proposal: Proposal) -> None:
    _not_own(by, proposal)
    if proposal.fraud and Role.MANAGER not in authority.roles_at(doer(by), change.case.site_id):
        raise BadInput("request", _("What may be fraud is decided by a manager."))


def _may_say_yes(change: Change, by: By, proposal: Proposal) -> tuple[Limit, Load]:
    _not_own(by, proposal)
    load = load_of(change, by, proposal)
    row = authority.reaching(doer(by), change.case, change.now.severity, load, fraud=proposal.fraud)
    if row is None:
        roles = authority.deciders(change.case.site_id, change.now.severity, load, fraud=proposal.fraud)
        names = _(", ").join(str(role.label) for role in roles)
        text = _("With this the case comes to %(sum)s, more than your limit.") % {
            "sum": money.show(load.case, load.currency)
        }
        more = _("It is decided by: %(roles)s.") % {"roles": names} if names else _("No limit reaches so far.")
        raise BadInput("amount", f"{text} {more}")
    return row, load


def _end(proposal: Proposal, standing: Standing) -> None:
    """Nothing comes of it; nothing was put aside yet."""
    proposal.standing = standing
    proposal.save(update_fields=["standing"])
    Remedy.objects.filter(proposal=proposal).update(state=State.CANCELLED)


def drop(change: Change) -> None:
    """The case went on elsewhere or was taken back: what waits is waited for no more, what was not promised yet is
    given back. To be called under the lock of the case."""
    by = By(None, change.at)
    for proposal in Proposal.objects.filter(case=change.case, standing=Standing.WAITING):
        _end(proposal, Standing.DROPPED)
    waiting = Remedy.objects.filter(case=change.case, state__in=(State.PLANNED, State.APPROVED))
    for remedy in waiting.select_related("proposal__case").order_by("number"):
        give_back(by, remedy)
    for proposal in Proposal.objects.filter(case=change.case, standing=Standing.GRANTED, options__gt=1, chosen=None):
        let_go(by, proposal)


def let_go(by: By, proposal: Proposal) -> None:
    """No option is chosen: all that is held for the dearest is given back."""
    ledger.uncount(proposal, proposal.counted)
    ledger.release(proposal.held, posting(by, proposal))
    ledger.unhold(proposal, proposal.held)
    proposal.standing = Standing.DROPPED
    proposal.save(update_fields=["standing"])
    Remedy.objects.filter(proposal=proposal).update(state=State.CANCELLED)


def give_back(by: By, remedy: Remedy, amount: int | None = None) -> None:
    """What was put aside for a remedy, or this much of it, is given back; without an amount it is cancelled."""
    proposal = remedy.proposal
    back = remedy.amount if amount is None else amount
    if remedy.state != State.PLANNED:  # an option that nobody has chosen holds nothing of its own
        ledger.uncount(proposal, back)
        ledger.release(back, posting(by, proposal, remedy))
        if remedy.bearer == Bearer.US:
            ledger.unhold(proposal, back)
    if amount is None:
        remedy.state = State.CANCELLED
        remedy.save(update_fields=["state"])


def settle_choice(by: By, proposal: Proposal, option: int) -> None:
    """The customer chose: the others end, and what they would have cost more is given back."""
    rows = list(Remedy.objects.filter(proposal=proposal, option=option))
    total, ours = sum(one.amount for one in rows), sum(one.amount for one in rows if one.bearer == Bearer.US)
    proposal.chosen = option
    ledger.uncount(proposal, proposal.counted - total if proposal.counted else 0)
    ledger.release(proposal.held - ours, posting(by, proposal))
    ledger.unhold(proposal, proposal.held - ours)
    proposal.save(update_fields=["chosen"])
    Remedy.objects.filter(proposal=proposal).exclude(option=option).update(state=State.CANCELLED)
    _approve(proposal, option, by)
