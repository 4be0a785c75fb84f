"""Every address of the installation: what it needs, and what it answers to those who have that.

`read` is about GET and HEAD, `send` about POST of an empty form (of the API: of a body that fits). A method that isn't
there gets 405. Addresses with a closed set in them (verbs, views) have a row for each of its members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .needs import (
    MINE,
    PUBLIC,
    SETTINGS,
    STAFF,
    TOKEN,
    Need,
    Status,
    Who,
    anywhere,
    at_site,
    case,
    counted,
    everywhere,
    for_all,
    here,
    marked,
    of_cases,
    shared,
)

Answers = Status | frozenset[int] | Callable[[Who], Status]
DONE = frozenset({200, 201, 409, 422})
"""Of a verb of the API: done, or the reason why it can't be now."""


@dataclass(frozen=True)
class Address:
    """`read`, `send`: what is needed for it, None where there is no such method; `shown`, `taken`: the answers."""

    read: Need | None = None
    send: Need | None = None
    shown: Answers = 200
    taken: Answers = 422

    @property
    def allowed(self) -> str:
        """As the header of a 405 has it."""
        methods = [*(["GET", "HEAD"] if self.read else []), *(["POST"] if self.send else [])]
        return ", ".join(methods)


NOWHERE = Address()
"""The framework has an address there, and we nothing to say: 404 whatever one sends."""


def page(need: Need, shown: Answers = 200) -> Address:
    """To be read alone."""
    return Address(read=need, shown=shown)


def form(need: Need, taken: Answers = 422, shown: Answers = 200) -> Address:
    """To be read, filled in and sent."""
    return Address(need, need, shown, taken)


def button(need: Need, taken: Answers = 302) -> Address:
    """To be sent alone."""
    return Address(send=need, taken=taken)


# --- the desk ---------------------------------------------------------------------------------------------------------

_VERB_OF = {"link": "answer", "inform": "tell", "end-supervision": "supervise", "close-early": "close"}
"""Acts of the desk that have another name than the verb they are."""
_EMPTY: Mapping[str, int] = {
    **dict.fromkeys(("check", "fill", "arrive", "chase", "link", "tier"), 302),
    **dict.fromkeys(("accept", "resume", "close"), 409),
}
ACTS = (
    *("accept", "assign", "hand-over", "reply", "answer", "phone", "check", "fill", "relate", "note", "commit", "keep"),
    *("arrive", "contain", "resolve", "wait", "resume", "sort", "grade", "join", "visit", "rating", "close"),
    "reopen",
    *("decline", "refuse", "link", "sign", "review", "ask-back", "inform", "pass-on", "return", "decide-return"),
    *(
        "judge-answer",
        "ask-department",
        "explain",
        "extend",
        "decide-extension",
        "override",
        "chase",
        "supervise",
        "end-supervision",
        "refer",
        "decide",
        "concern",
    ),
    *("transfer", "split", "withdraw", "close-early", "plan", "decide-plan", "reach", "tag", "untag"),
    *("contact", "tier", "failure", "remedy", "approve", "choose", "promise", "deliver", "confirm", "cancel-remedy"),
    *("escalate", "propose-refusal", "decide-refusal", "playbook", "step", "expectation"),
)
BULK = {"severity": "grade", **{act: act for act in ("assign", "hand-over", "tag", "untag", "close")}}
INCIDENT = {
    "tell": "answer",
    "resolve": "resolve",
    "plan": "playbook",
    "step": "step",
    **dict.fromkeys(("gather", "release", "cause", "lead", "close", "link", "unlink"), "join"),
}
GROUP = {
    "answer": "answer",
    "plan": "playbook",
    "step": "step",
    **dict.fromkeys(("incident", "lead", "remark", "role", "aims", "add", "remove", "split", "merge"), "join"),
}
VIEWS: Mapping[str, Need] = {
    **dict.fromkeys(("mine", "unassigned", "due", "supervised", "department", "all"), STAFF),
    "to-decide": anywhere("decide-return", hidden=True),
    "review": anywhere("review", hidden=True),
}


def _known(nobody: int, staff: int) -> Callable[[Who], Status]:
    return lambda who: staff if who.known else nobody


def _desk() -> Iterator[tuple[str, Address]]:
    yield "", page(PUBLIC, _known(200, 302))
    yield "login/", form(PUBLIC, _known(422, 302), _known(200, 302))
    yield "logout/", button(PUBLIC)
    yield "language/", button(PUBLIC)
    yield "account/", form(STAFF)
    yield "inbox/", page(STAFF, 302)
    yield "inbox/department/", page(STAFF)
    for name, need in VIEWS.items():
        yield f"inbox/<slug:view={name}>/", page(need)
        yield f"inbox/<slug:view={name}>/news/", page(need)
    yield "views/new/", form(STAFF)
    yield "views/<int:pk>/", page(shared())
    yield "views/<int:pk>/news/", page(shared())
    yield "views/<int:pk>/change/", form(shared("share"))
    yield "views/<int:pk>/delete/", form(shared("share"), 302)
    yield "bulk/<int:pk>/", page(MINE)
    yield "bulk/<int:pk>/undo/", button(MINE)
    for name, verb in BULK.items():
        yield f"bulk/<slug:act={name}>/", form(anywhere(verb))
    yield "density/", button(STAFF)
    yield "search/", page(STAFF)
    yield "palette/", page(STAFF)
    yield "standards/", page(STAFF)
    yield "rail/", page(STAFF)
    yield "visits/", page(anywhere("visit"))
    yield "reports/expectations/", page(anywhere("measure"))
    yield "notices/", page(STAFF)
    yield "notices/seen/", button(STAFF)
    yield "words/", page(STAFF)
    yield "words/check/", button(STAFF, 200)
    yield "marks/", page(anywhere("marks"))
    yield "marks/<int:pk>/", page(marked())
    yield "marks/<int:pk>/paper/", form(marked("marks"), 302)
    yield "marks/<int:pk>/<slug:act=object>/", form(marked())
    for name in ("decide", "told", "extend", "end"):
        yield f"marks/<int:pk>/<slug:act={name}>/", form(marked("mark"))
    yield "heard/", page(anywhere("explain", "ask-department", "measure"))
    yield "rates/", page(anywhere("measure"))
    for name in ("", "<slug:figure=cost>/"):
        yield f"reports/recovery/{name}", page(anywhere("measure"))
    yield "reports/recovery.csv", page(anywhere("measure"))
    yield "reports/walkthrough/", page(anywhere("measure"))
    yield "reports/treatment/", page(anywhere("measure", "remedy"))
    yield "reports/treatment/cases/", page(anywhere("measure", "remedy"), 404)  # of nothing that was compared
    yield "reports/winback/", page(anywhere("measure"))
    yield "reports/winback/says/", button(anywhere("measure"))
    yield "reports/winback/<int:leaving_id>/<slug:act=call>/", button(counted("remedy"))
    yield "rates/mine/", page(STAFF)
    yield "rates/<slug:rate=respond>/", page(anywhere("measure"))
    yield "rates/validity/", page(anywhere("measure"))
    yield "rates/facts/<int:fact_id>/trust/", button(counted("override"))
    yield "rates/facts/<int:fact_id>/exclude/", button(counted("exclude"))
    yield "rates/exclusions/<int:exclusion_id>/", button(counted("exclude"))


def _imports() -> Iterator[tuple[str, Address]]:
    yield "imports/", page(anywhere("import"))
    yield "imports/new/", form(anywhere("import"))
    yield "imports/reconcile/", form(anywhere("import"))
    yield "purchases/", form(everywhere("measure", "import"))
    yield "purchases/<int:pk>/", form(everywhere("measure", "import"), 200)
    yield "purchases/<int:pk>/failed.csv", page(everywhere("measure", "import"), 404)  # nothing failed
    yield "imports/maps/", page(anywhere("import"))
    yield "imports/maps/<int:pk>/", form(at_site("import"))
    yield "imports/maps/<int:pk>/delete/", form(at_site("import"), 302)
    yield "imports/<int:pk>/", page(at_site("import"), 302)  # a draft: on to its columns
    yield "imports/<int:pk>/columns/", form(at_site("import"))
    yield "imports/<int:pk>/preview/", form(at_site("import"), 302)
    yield "imports/<int:pk>/cancel/", button(at_site("import"))
    yield "imports/<int:pk>/failed.csv", page(at_site("import"))
    yield "imports/<int:pk>/cases/", page(at_site("import"))


def _cases() -> Iterator[tuple[str, Address]]:
    yield "incidents/", page(STAFF)
    yield "incidents/new/", form(anywhere("join"))
    yield "incidents/<int:incident_id>/", page(case())
    for name, verb in INCIDENT.items():
        yield f"incidents/<int:incident_id>/<slug:act={name}>/", form(for_all(verb), 409 if name == "close" else 422)
    yield "groups/", page(STAFF)
    yield "groups/<int:group_id>/", page(case())
    for name, verb in GROUP.items():
        yield f"groups/<int:group_id>/<slug:act={name}>/", form(for_all(verb))
    yield "groups/<int:group_id>/<slug:act=catch-up>/", Address(STAFF, STAFF, 404, 404)  # once there is an incident
    yield "groups/<int:group_id>/<slug:act=give-all>/", form(case("remedy"))
    yield "groups/<int:group_id>/<slug:act=term>/", form(case("approve"))
    yield "groups/<int:group_id>/<slug:act=decide-all>/", form(case("approve"), 404, 404)  # once something waits
    yield "cases/new/", form(anywhere("create"))
    yield "cases/new/check/", button(anywhere("create"), 200)
    yield "cases/<slug:number>/", page(case())
    yield "cases/<slug:number>/tell/", page(case())
    yield "cases/<slug:number>/similar/", page(case())
    yield "cases/<slug:number>/outside/", page(case())
    yield "cases/<slug:number>/journey/", page(case())
    yield "cases/<slug:number>/settlement/", page(case(), 404)  # once something is granted
    yield "cases/<slug:number>/files/<int:file_id>/", page(case())
    yield "cases/<slug:number>/files/<int:file_id>/look/", page(case())
    yield "cases/<slug:number>/evidence/", Address(case(), case("export"), taken=302)
    yield "cases/<slug:number>/evidence/<int:pk>/", page(case("export"))
    yield "cases/<slug:number>/together/", button(case(), 200)
    yield "cases/<slug:number>/draft/<slug:verb=note>/", button(case(), 204)
    yield "cases/<slug:number>/mark/", form(case("mark"))
    yield "cases/<slug:number>/words/", form(case(), 200)
    yield "cases/<slug:number>/acknowledge/", button(case("acknowledge"))
    for name in ACTS:
        yield f"cases/<slug:number>/<slug:verb={name}>/", form(case(_VERB_OF.get(name, name)), _EMPTY.get(name, 422))


_LISTED = (
    *("sites", "departments", "staff", "levels", "calendars", "categories", "calls", "phrases", "forbidden"),
    *(
        "practices",
        "codes",
        "sheets",
        "history",
        "limits",
        "budgets",
        "tiers",
        "groups",
        "levels/<str:name>/<int:number>",
    ),
    *("priors", "failures", "playbooks", "playbooks/<slug:code>/<int:number>", "outside"),
)
_ADDED = (
    *("sites", "departments", "staff", "calendars", "categories", "calls", "phrases", "forbidden", "codes"),
    *("practices", "limits", "budgets", "tiers", "groups", "failures", "grades", "playbooks", "outside"),
)
_CHANGED = (
    *("sites/<slug:code>", "departments/<slug:code>", "staff/<str:username>", "calendars/<slug:code>"),
    *(
        "categories/<int:pk>",
        "calls/<int:pk>",
        "practices/<int:pk>",
        "phrases/<int:pk>",
        "forbidden/<int:pk>",
        "levels/<str:name>",
    ),
    *("holidays/<int:year>", "codes/<slug:code>", "limits/<int:pk>", "budgets/<int:pk>", "tiers/<slug:code>"),
    *("outside/<int:pk>", "groups/<slug:code>", "priors/<path:code>", "failures/<slug:code>", "grades/<slug:code>"),
    *("playbooks/<slug:code>", "playbooks/<slug:code>/meant"),
    "levels/<str:name>/<int:number>/withdraw",  # it holds already
)
_CONFIRMED = (
    *("sites/<slug:code>/use", "departments/<slug:code>/use", "codes/<slug:code>/use", "staff/<str:username>/use"),
    *(
        "outside/<int:pk>/use",
        "categories/<int:pk>/use",
        "phrases/<int:pk>/use",
        "practices/<int:pk>/use",
        "forbidden/<int:pk>/use",
        "tiers/<slug:code>/use",
    ),
    *("calls/<int:pk>/remove", "limits/<int:pk>/remove", "groups/<slug:code>/remove", "history/<int:pk>/restore"),
    *("levels/presets/<slug:name>", "levels/<str:name>/<int:number>/take-up", "house", "sheets/<slug:code>"),
    *("staff/<str:username>/tokens/<int:pk>", "failures/<slug:code>/use", "grades/<slug:code>/use"),
    "playbooks/<slug:code>/use",
)
"""One click on a page that asks does it."""


def _settings() -> Iterator[tuple[str, Address]]:
    yield "", page(SETTINGS)
    yield "codes/<slug:code>/poster.svg", page(SETTINGS)
    for path in _LISTED:
        yield f"{path}/", page(SETTINGS)
    for path in _ADDED:
        yield f"{path}/new/", form(SETTINGS)
    for path in _CHANGED:
        yield f"{path}/", form(SETTINGS)
    for path in _CONFIRMED:
        yield f"{path}/", form(SETTINGS, 302)
    yield "notices/", page(STAFF)
    yield "notices/new/", form(anywhere("notice"))
    yield "notices/warnings/", page(anywhere("notice"))
    yield "notices/warnings/numbers/", form(SETTINGS)
    yield "notices/warnings/<int:pk>/", form(case("notice"))
    yield "notices/warnings/<int:pk>/take-up/", button(case("notice"))
    yield "notices/<int:pk>/", page(case())
    yield "notices/<int:pk>/change/", form(case("notice"))
    yield "notices/<int:pk>/approve/", form(case("notice"), 302, 302)
    yield "notices/<int:pk>/withdraw/", form(case("notice"))
    yield "fairness/", form(SETTINGS)
    yield "playbooks/<slug:code>/<int:number>/put-in-force/", form(SETTINGS, 302, 302)  # it is in force
    yield "playbooks/<slug:code>/discard/", form(SETTINGS)
    yield "staff/<str:username>/password/", form(SETTINGS, 200)  # the page that shows the new one, once


# --- customers --------------------------------------------------------------------------------------------------------


def _portal() -> Iterator[tuple[str, Address]]:
    yield "p/", page(PUBLIC)
    yield "p/<str:code>/", form(PUBLIC)
    yield "q/<str:code>/", form(PUBLIC)
    yield "lost/", form(PUBLIC)
    yield "my/", form(PUBLIC)
    yield "my/code/", form(PUBLIC, 302, 302)  # nothing was asked for: first the address
    yield "my/end/", button(PUBLIC)
    yield "my/<slug:number>/", button(PUBLIC)
    yield "r/<str:link>/", page(PUBLIC)
    yield "r/<str:link>/write/", form(PUBLIC, 422, 302)
    yield "r/<str:link>/rate/", form(PUBLIC, 422, 302)
    yield "r/<str:link>/chase/", form(PUBLIC, 302, 302)
    yield "r/<str:link>/withdraw/", form(PUBLIC, 302, 302)
    yield "r/<str:link>/appeal/", form(PUBLIC, 422, 302)
    yield "r/<str:link>/another/", form(PUBLIC, 422, 302)
    for name in ("choose", "have"):
        yield f"r/<str:link>/{name}/", form(PUBLIC, 302, 302)
    yield "r/<str:link>/copy.zip", page(PUBLIC)
    yield "r/<str:link>/files/<int:file_id>", page(PUBLIC)


# --- programs ---------------------------------------------------------------------------------------------------------

API_VERBS = (
    *("accept", "assign", "hand-over", "reply", "answer", "note", "check", "fill", "relate", "phone", "commit", "keep"),
    *("wait", "resume", "arrive", "contain", "grade", "sort", "resolve", "decline", "refuse", "reopen", "join"),
    *(
        "acknowledge",
        "visit",
        "rating",
        "close",
        "sign",
        "review",
        "ask-back",
        "tell",
        "pass-on",
        "return",
        "decide-return",
    ),
    *("judge-answer", "ask-department", "explain"),
    *("extend", "decide-extension", "plan", "decide-plan", "reach", "override", "chase", "supervise", "refer"),
    *("decide", "concern", "transfer", "withdraw", "split", "tag", "untag", "contact", "tier"),
    *("failure", "remedy", "approve", "choose", "promise", "deliver", "confirm", "cancel-remedy"),
    *("escalate", "propose-refusal", "decide-refusal", "playbook", "step", "expectation"),
)
API_INCIDENT = {
    "tell": "answer",
    "resolve": "resolve",
    "plan": "playbook",
    "step": "step",
    **dict.fromkeys(("gather", "release", "lead", "close", "link", "unlink"), "join"),
}


def _api() -> Iterator[tuple[str, Address]]:
    yield "openapi.json", page(TOKEN)
    yield "", NOWHERE
    yield "cases", Address(TOKEN, here("create", door=TOKEN), taken=201)
    yield "cases/<number>", page(case(door=TOKEN))
    yield "cases/<number>/files", button(case("note", door=TOKEN), DONE)
    yield "cases/<number>/files/<int:file_id>", page(case(door=TOKEN))
    for verb in API_VERBS:
        read = case(door=TOKEN) if verb == "plan" else None  # the recovery plans stand there
        yield f"cases/<number>/{verb}", Address(read, case(verb, door=TOKEN), taken=DONE)
    yield "cases/<number>/similar", page(case(door=TOKEN))
    yield "cases/<number>/journey", page(case(door=TOKEN))
    yield "incidents", Address(TOKEN, here("join", door=TOKEN), taken=DONE)
    yield "incidents/<int:incident_id>", page(case(door=TOKEN))
    for name, verb in API_INCIDENT.items():
        yield f"incidents/<int:incident_id>/{name}", button(for_all(verb, door=TOKEN), DONE)
    yield "cases/<number>/remedies", page(case(door=TOKEN))
    yield "groups", Address(TOKEN, of_cases("join"), taken=DONE)
    yield "groups/<int:group_id>", page(case(door=TOKEN))
    for name, verb in {**GROUP, "catch-up": "answer"}.items():
        yield f"groups/<int:group_id>/{name}", button(for_all(verb, door=TOKEN), DONE)
    for name, verb in {"give": "remedy", "term": "approve"}.items():
        yield f"groups/<int:group_id>/{name}", button(case(verb, door=TOKEN), DONE)
    yield "groups/<int:group_id>/decide-give", button(case("approve", door=TOKEN), 404)  # nothing waits
    for name in ("purchases", "contracts"):
        yield name, button(anywhere("import", door=TOKEN), 200)
    for name in ("budgets", "failures", "playbooks"):
        yield name, page(TOKEN)
    for name in ("sites", "departments", "categories", "words", "tags", "outside-bodies", "standards"):
        yield name, page(TOKEN)
    yield "notices", Address(TOKEN, here("notice", door=TOKEN), 422, 201)  # of which site?
    for name in ("approve", "withdraw"):
        yield f"notices/<int:notice_id>/{name}", button(case("notice", door=TOKEN), DONE)
    yield "warnings", page(anywhere("notice", door=TOKEN))
    for name in ("put-off", "take-up"):
        yield f"warnings/<int:warning_id>/{name}", button(case("notice", door=TOKEN), 200)
    yield "similar", page(TOKEN, 422)  # to what?
    yield "check-words", button(TOKEN, 200)


def _api_figures() -> Iterator[tuple[str, Address]]:
    measures = anywhere("measure", door=TOKEN)
    for name in ("rates", "rates/validity", "rates/<rate=respond>/cases", "reports/recovery"):
        yield name, page(measures)
    for name in ("reports/winback", "reports/expectations"):
        yield name, page(measures)
    yield "rates/facts/<int:fact_id>/trust", button(counted("override", door=TOKEN), DONE)
    yield "reports/winback/says", button(measures & of_cases("remedy"), DONE)
    for name in ("call", "won", "lost"):
        yield f"reports/winback/<int:leaving_id>/{name}", button(counted("remedy", door=TOKEN), DONE)


def _all() -> Iterator[tuple[str, Address]]:
    for before, part in (
        ("", _desk),
        ("", _imports),
        ("", _cases),
        ("settings/", _settings),
        ("", _portal),
        ("api/v1/", _api),
        ("api/v1/", _api_figures),
    ):
        yield from ((before + route, address) for route, address in part())


ADDRESSES: Mapping[str, Address] = dict(_all())
"""Route as `urls.py` has it, with `=member` in parts that are a closed set."""
PROBES: Mapping[str, Address] = dict.fromkeys(("healthz", "readyz", "metrics"), page(PUBLIC))
"""Answered before any address is looked up."""
