"""What happened, in a sentence for each kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases import queries as cases
from huiyin.cases import severity, words
from huiyin.cases.lists import tag_names
from huiyin.cases.workflow import Because, EventKind, WaitingFor
from huiyin.clocks import queries as clocks
from huiyin.customers import tiers
from huiyin.fairness.queries import Origin, Why
from huiyin.org import queries as org
from huiyin.rates.queries import Rate
from huiyin.returns.actions import REASONS
from huiyin.returns.hearing import HELPS
from huiyin.returns.methods import Method, method_of
from huiyin.returns.validity import Doubt
from huiyin.web.templatetags.huiyin import when
from huiyin.worth.winning import REASONS as LET_GO

from . import expectations, plan_card, remedies
from .detail_forms import YES_NO

E = EventKind
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What a sentence needs besides the event: the names of people by id, of departments by the number of their
    hand-over, and the present moment."""

    names: Mapping[int, str]
    tasks: Mapping[int, str]
    now: datetime

    def when(self, instant: str) -> str:
        """An instant of an event as people say it."""
        return when(datetime.fromisoformat(instant), self.now)

    def department(self, data: Data) -> str:
        """Whose hand-over an event is about."""
        return self.tasks.get(data["hand_over"], "")


def _department(key: int) -> str:
    return org.organisation().departments[key].name


def _clock(data: Data) -> str:
    return str(clocks.KINDS.get(data["clock"], data["clock"]))


def _handed_over(data: Data, known: Known) -> str:
    name, assists = _department(data["department"]), data.get("part") == "assist"
    if by := data.get("reply_by"):
        sentence = _("Handed over to %(department)s, reply by %(time)s")
        if assists:
            sentence = _("Handed over to %(department)s to assist, reply by %(time)s")
        return sentence % {"department": name, "time": known.when(by)}
    sentence = _("Handed over to %(department)s to assist") if assists else _("Handed over to %(department)s")
    return sentence % {"department": name}


def _promised(data: Data) -> str:
    return _("Appointment: somebody comes by %(time)s") if data.get("what") else _("Promised by %(time)s")


def _sorted(data: Data, known: Known) -> str:
    return _("Category: %(name)s") % {"name": cases.categories().by_id[data["category"]]}


_ANSWERED: Mapping[str, Promise] = {
    Method.SAMPLE: gettext_lazy("Answered a survey"),
    Method.LINK: gettext_lazy("Rated on the own page"),
    Method.KEYPRESS: gettext_lazy("Pressed a key after the call"),
    Method.ASKED: gettext_lazy("Answered the closing question"),
}


def _visited(data: Data, known: Known) -> str:
    if not data["reached"]:
        return _("Return visit: not reached")
    if data.get("declined"):
        return _("Return visit: did not want to answer")
    method = method_of(data["channel"])
    said = [_("Return visit") if method == Method.CALL_BACK else str(_ANSWERED[method])]
    if data.get("own"):
        said.append(_("asked by whoever did the work"))
    if data["solved"] is not None:
        said.append(_("solved") if data["solved"] else _("not solved"))
    if data["satisfied"] is not None:
        said.append(_("satisfied %(points)d of 5") % {"points": data["satisfied"]})
    said += [str(dict(REASONS).get(code, code)) for code in data.get("reasons", ())]
    if "doubt" in data:
        said.append(_("doubtful: %(why)s") % {"why": Doubt(data["doubt"]).label})
    return " · ".join(said)


def _tier(data: Data) -> str:
    row = tiers.find(data["tier"]) if data.get("tier") else None
    return _("Customer tier: %(name)s") % {"name": row} if row else _("Customer tier taken away")


def _fair(data: Data, known: Known) -> str:
    """What came again, what went over somebody's head, and what was expected."""
    if data["what"] == "expectation":
        return expectations.sentence(data)
    if data["what"] == "repeat":
        return _("The customer came again with this: %(why)s") % {"why": Why(data["why"]).label}
    words = {"origin": Origin(data["origin"]).label, "name": known.names.get(data["was"], "")}
    sentence = _("Over the head of %(name)s: %(origin)s") if words["name"] else _("Over our heads: %(origin)s")
    return sentence % words + (_("; nobody else is there") if data["nobody"] else "")


def _helped(data: Data, known: Known) -> str:
    """What a department is asked after a bad answer, and what it says."""
    words = {"department": _department(data["department"]), "help": dict(HELPS).get(data.get("helps", ""), "")}
    return str(_HELP[data["what"]]) % words


def _leaving(data: Data, known: Known) -> str:
    return str(_LEAVING[data["what"]]) % {"why": dict(LET_GO).get(data.get("reason", ""), "")}


def _label(data: Data) -> str:
    """What was noted, with places for what of it is named."""
    labels = {
        "note": _("Internal note"),
        "link": _("New link for the customer"),
        "split_from": _("Split off from another case"),
        "called": _("Called at once, step %(order)d"),
        "undelivered": _("Mail to the customer could not be delivered: please call"),
        "acknowledged": _("Call acknowledged"),
        "due_soon": _("%(clock)s: due soon, by %(time)s"),
        "breached": _("%(clock)s: overdue since %(time)s"),
        "in_time": _("%(clock)s: done by %(time)s after all, as we know now"),
        "reckoned": _("%(clock)s: deadline reckoned anew, %(time)s"),
        "task": _("Task added"),
        "ticked": _("Task done") if data.get("done") else _("Task open again"),
        "field": _("Filled in: %(name)s"),
        "related": _("Linked with another case"),
        "unrelated": _("No longer linked with another case"),
        "leave_out": _("To be left out of the rate “%(rate)s”"),
        "left_out": _("Left out of the rate “%(rate)s”"),
        "counts": _("Counts in the rate “%(rate)s” all the same"),
        "trusted": _("The answer is to be believed all the same"),
        "doubted": _("The answer is doubtful again"),
        "grouped": _("Put into group #%(group)s"),
        "ungrouped": _("Taken out of group #%(group)s"),
        "split": _("Split off into group #%(group)s"),
        "remark": _("Special with this case of group #%(group)s"),
        "contact": _("Contact corrected"),
        "tier": _tier(data),
        "copied": _("Own copy saved by the customer") if data.get("by") == "customer" else _("Evidence copy taken"),
    }
    return labels.get(data.get("what", ""), _("Noted"))


def _noted(data: Data, known: Known) -> str:
    if "plan" in data or data.get("what") in _REMEDIES:
        return plan_card.noted(data) if "plan" in data else remedies.noted(data)
    label = _label(data)
    if "rate" in data:
        return label % {"rate": Rate(data["rate"]).label}
    if "group" in data:
        return label % {"group": data["group"]}
    if "field" in data:
        value = YES_NO.get(data.get("value", ""), data.get("value", ""))
        return label % {"name": data["field"]} + (f"{_(': ')}{value}" if value else "")
    if "due_at" not in data:
        return label % {"order": data["order"]} if "order" in data else label
    return label % {"clock": _clock(data), "time": known.when(data["due_at"])}


def _passed(data: Data, known: Known) -> str:
    words = {"department": known.department(data), "other": _department(data["department"])}
    return _("%(department)s passed its task on to %(other)s") % words


def _judged(data: Data, known: Known) -> str:
    words = {"department": known.department(data), "why": dict(cases.UNUSABLE).get(data["why"], "")}
    if data["usable"]:
        return _("The answer of %(department)s can be used") % words
    return _("The answer of %(department)s can't be used as it is: %(why)s") % words


def _returned(data: Data, known: Known) -> str:
    if data["granted"]:
        return _("Return granted: %(department)s is done with it") % {"department": known.department(data)}
    return _("Return refused: %(department)s keeps the task") % {"department": known.department(data)}


def _extending(data: Data, known: Known) -> str:
    words = {"clock": _clock(data), "time": known.when(data["until"])}
    return _("More time asked for: %(clock)s by %(time)s") % words


def _extended(data: Data, known: Known) -> str:
    words = {"clock": _clock(data), "time": known.when(data["due_at"]), "was": known.when(data["was"])}
    if data["granted"]:
        return _("More time granted: %(clock)s by %(time)s instead of %(was)s") % words
    return _("More time refused: %(clock)s stays by %(time)s") % words


def _overridden(data: Data, known: Known) -> str:
    words = {"clock": _clock(data), "time": known.when(data["due_at"]), "was": known.when(data["was"])}
    return _("%(clock)s set by hand: by %(time)s instead of %(was)s") % words


def _chased(data: Data, known: Known) -> str:
    if data.get("by") == "customer":
        return _("The customer asked where it stays")
    if data.get("hand_over") is not None:
        return _("Chased: %(department)s") % {"department": known.department(data)}
    return _("Chased")


def _supervised(data: Data, known: Known) -> str:
    if data["by"] is None:
        return _("Supervision ended")
    words = {"name": known.names.get(data["by"], "")}
    if data["due_at"]:
        return _("Supervised by %(name)s, to be done by %(time)s") % {**words, "time": known.when(data["due_at"])}
    return _("Supervised by %(name)s") % words


def _decided(data: Data, known: Known) -> str:
    if data["department"] is None:
        return _("Supervisor's decision")
    return _("Supervisor's decision: %(department)s leads") % {"department": _department(data["department"])}


def _concerned(data: Data, known: Known) -> str:
    names = [known.names.get(key, "") for key in data["users"]] + [_department(key) for key in data["departments"]]
    if not names:
        return _("Nobody steps aside any more")
    return _("Step aside: %(names)s") % {"names": _(", ").join(names)}


def _transferred(data: Data, known: Known) -> str:
    if data["due_at"]:
        return _("Transferred from above, wanted by %(time)s") % {"time": known.when(data["due_at"])}
    return _("Transferred from above")


def _of_department(words: str | Promise) -> Callable[[Data, Known], str]:
    return lambda data, known: str(words) % {"department": known.department(data)}


def _tag(data: Data) -> str:
    return "".join(tag_names([data["tag"]]))


_HELP: Mapping[str, Promise] = {
    "asked_help": gettext_lazy("%(department)s is asked what would have helped"),
    "helped": gettext_lazy("%(department)s: what would have helped is %(help)s"),
    "unheard": gettext_lazy("%(department)s has not said in time what would have helped"),
}
_LEAVING: Mapping[str, Promise] = {
    "says_leaving": gettext_lazy("The customer says that they leave"),
    "leaving_asked": gettext_lazy("The customer leaves: a call is planned"),
    "won_back": gettext_lazy("The customer was won back"),
    "let_go": gettext_lazy("The customer was let go: %(why)s"),
}
_FAIR = frozenset({"repeat", "over_head", "expectation"})
_REMEDIES = frozenset(
    {"failure", "proposed", "seconded", "escalated", "chosen", "delivered", "confirmed", "disputed", "cancelled"}
)
_BECAUSE: Mapping[str, str | Promise] = {
    "asked": gettext_lazy("Taken up again"),
    "visit": gettext_lazy("Taken up again after the return visit"),
    "review": gettext_lazy("Taken up again after the review"),
    "appeal": gettext_lazy("Taken up again: the customer asks for a review by another person"),
}
_NOTED = {**dict.fromkeys(_HELP, _helped), **dict.fromkeys(_LEAVING, _leaving), **dict.fromkeys(_FAIR, _fair)}
TITLES: Mapping[EventKind, Callable[[Data, Known], str]] = {
    E.SIGNED: _of_department(gettext_lazy("%(department)s has signed for its task")),
    E.REVIEWED: lambda data, known: _("Review: the result is right") if data["ok"] else _("Review: not good enough"),
    E.ASSIGNED: lambda data, known: _("Assigned to %(name)s") % {"name": known.names.get(data["to"], "")},
    E.HANDED_OVER: _handed_over,
    E.ANSWERED: lambda data, known: _("Answered the customer") if data["public"] else _("Draft of an answer"),
    E.CALLED: lambda data, known: _("Phone call") if data["reached"] else _("Phone call: not reached"),
    E.COMMITTED: lambda data, known: _promised(data) % {"time": known.when(data["due_at"])},
    E.KEPT: lambda data, known: _("Promise kept") if data["kept"] else _("Promise broken"),
    E.WAITED: lambda data, known: str(WaitingFor(data["for"]).label),
    E.GRADED: lambda data, known: _("Severity %(sentence)s") % {"sentence": severity.sentence(data["grade"])},
    E.SORTED: _sorted,
    E.REOPENED: lambda data, known: str(_BECAUSE.get(data.get("because", ""), _BECAUSE["asked"])),
    E.GATHERED: lambda data, known: (
        _("Came of an incident, and joined it") if data.get("effect") else str(E.GATHERED.label)
    ),
    E.JOINED: lambda data, known: _("Joined into another case"),
    E.ABSORBED: lambda data, known: _("Another case joined"),
    E.VISITED: _visited,
    E.CLOSED: lambda data, known: _("Closed without asking the customer") if data.get("override") else _("Closed"),
    E.NOTED: lambda data, known: _NOTED.get(data.get("what", ""), _noted)(data, known),
    E.ASKED: _of_department(gettext_lazy("%(department)s asks")),
    E.TOLD: _of_department(gettext_lazy("Answer to %(department)s")),
    E.PASSED: _passed,
    E.JUDGED: _judged,
    E.RETURNING: _of_department(gettext_lazy("%(department)s applies to return its task")),
    E.RETURNED: _returned,
    E.EXTENDING: _extending,
    E.EXTENDED: _extended,
    E.PLANNED: lambda data, known: _("Plan approved") if data["granted"] else _("Plan sent back"),
    E.REACHED: lambda data, known: _("Milestone %(number)d reached") % {"number": data["milestone"]},
    E.APPROVING: lambda data, known: remedies.proposed(data),
    E.APPROVED: lambda data, known: remedies.decided(data),
    E.OVERRIDDEN: _overridden,
    E.CHASED: _chased,
    E.SUPERVISED: _supervised,
    E.REFERRED: lambda data, known: _("Before the supervisor: %(why)s") % {"why": Because(data["because"]).label},
    E.DECIDED: _decided,
    E.CONCERNED: _concerned,
    E.TRANSFERRED: _transferred,
    E.TAGGED: lambda data, known: _("Tag added: %(tag)s") % {"tag": _tag(data)},
    E.UNTAGGED: lambda data, known: _("Tag taken off: %(tag)s") % {"tag": _tag(data)},
    E.SPLIT: lambda data, known: _("A part became a case of its own"),
}


def title_of(kind: EventKind, data: Data, known: Known) -> str:
    """What happened, in the words of this house where it has some."""
    if (own := words.own("event", kind)) and not (kind == E.CLOSED and data.get("override")):
        return _in_own_words(own, data, known)
    title = TITLES.get(kind)
    return title(data, known) if title else str(kind.label)


def _in_own_words(own: str, data: Data, known: Known) -> str:
    name = _department(data["department"]) if "department" in data else ""
    sentence = own.replace("{department}", name or (known.department(data) if "hand_over" in data else ""))
    if data.get("part") == "assist":
        sentence += _(" (to assist)")
    if data.get("reply_by"):
        sentence += _(", reply by %(time)s") % {"time": known.when(data["reply_by"])}
    if data.get("because") in ("visit", "review"):
        sentence += f"{_(': ')}{_BECAUSE[data['because']]}"
    return sentence


def people(entries: Sequence[tuple[str, Data]]) -> set[int]:
    """Ids of those whom the sentences of these events name."""
    met: set[int] = set()
    for kind, data in entries:
        if kind == E.ASSIGNED:
            met.add(data["to"])
        elif kind == E.NOTED and data.get("was"):
            met.add(data["was"])
        elif kind == E.CONCERNED:
            met |= set(data["users"])
        elif kind == E.SUPERVISED and data["by"] is not None:
            met.add(data["by"])
    return met
