"""A filter written as words in the search box: `state:open site:LJF older:3d 电梯`, in English or Chinese.

Words with a colon narrow the list, all others are looked for in what was said. The outcome is what the address of a
list says (`filters.PARAMETERS`), so that whatever can be written can be saved as a view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.org import queries as org

from . import words
from .expectation_models import Expected
from .filters import ME, NOBODY
from .lists import categories, tag_named
from .models import Channel, Kind
from .severity import Severity
from .workflow import Status

_NAMES: Mapping[str, tuple[str, ...]] = {
    "state": ("state", "status", "状态"),
    "severity": ("severity", "priority", "等级", "紧急程度"),
    "kind": ("kind", "type", "类型"),
    "channel": ("channel", "渠道"),
    "category": ("category", "分类"),
    "tag": ("tag", "标签"),
    "site": ("site", "项目", "小区"),
    "department": ("department", "部门"),
    "owner": ("owner", "首问", "责任人"),
    "handler": ("handler", "经办", "经办人"),
    "overridden": ("overridden", "人工干预", "人工调整"),
    "handovers": ("handovers", "转派"),
    "expectation": ("expectation", "期望"),
    "older": ("older", "早于", "超过"),
    "newer": ("newer", "晚于", "近"),
    "since": ("since", "自"),
    "until": ("until", "至"),
}
KEYS = {name: key for key, names in _NAMES.items() for name in names}
"""What can stand before the colon → what it means."""
_PIECE = re.compile(r"""([^\s:："“”]+)[:：](?:"([^"]*)"|“([^”]*)”|(\S+))|(\S+)""")
_AGE = re.compile(r"(\d{1,3})\s*(h|d|w|小时|天|日|周)")
_UNITS = {"小时": "h", "天": "d", "日": "d", "周": "w"}
_TIMES = re.compile(r"([1-9]\d?)\s*(?:\+|次以上|次及以上)")
_YES = ("yes", "是")
_OPEN = ("open", "未结", "未办结", "在办")


@dataclass
class Asked:
    """What was asked: the parameters of a list, the words that are left, and what couldn't be understood."""

    params: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def narrows(self) -> bool:
        """Is there a filter in it?"""
        return bool(self.params or self.wrong)

    def address(self) -> dict[str, str]:
        """The parameters of the list, words and all."""
        return self.params | ({"q": " ".join(self.words)} if self.words else {})


def read(query: str) -> Asked:
    """Take a query apart. What looks like a filter but names an unknown key is a word like any other (`10:30`)."""
    asked = Asked()
    for piece in _PIECE.finditer(query):
        key = KEYS.get((piece[1] or "").casefold())
        if key is None:
            asked.words.append(piece[0])
            continue
        value = next(part for part in piece.groups()[1:4] if part is not None).strip()
        if found := _READ[key](value):
            asked.params |= found
        else:
            asked.wrong.append(f"{piece[1]}:{value}")
    return asked


def _state(value: str) -> dict[str, str]:
    if value.casefold() in _OPEN:
        return {"open": "1"}
    return _coded("status", {code: [*words.both("status", code), words.status(code)] for code in Status.values})(value)


def _coded(name: str, known: Mapping[str, list[str]]) -> Callable[[str], dict[str, str]]:
    """A reader of codes or of what they are called; several with commas between them."""

    def reader(value: str) -> dict[str, str]:
        called = {text.casefold(): code for code, texts in known.items() for text in (code, *texts)}
        codes = [called.get(one.casefold()) for one in re.split("[,，、]", value) if one]
        return {name: ",".join(code for code in codes if code)} if codes and all(codes) else {}

    return reader


def _labels(choices: type[TextChoices]) -> dict[str, list[str]]:
    """Codes and their labels in both languages."""
    found: dict[str, list[str]] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for one in choices:
                label = str(one.label)
                parts = label.split()[1:] if choices is not Expected else []  # of these no word says it alone
                found.setdefault(one.value, []).extend([label, *parts])
    return found


def _labelled(name: str, choices: type[TextChoices]) -> Callable[[str], dict[str, str]]:
    def reader(value: str) -> dict[str, str]:
        return _coded(name, _labels(choices))(value)  # not before: labels are translated when they are asked for

    return reader


def _site(value: str) -> dict[str, str]:
    wanted = value.casefold()
    for site in org.organisation().sites.values():
        if wanted in (site.code.casefold(), site.name.casefold()):
            return {"site": site.code}
    return {}


def _department(value: str) -> dict[str, str]:
    found = org.organisation().department(value)
    return {"department": found.code} if found else {}


def _category(value: str) -> dict[str, str]:
    found = categories().find(value)
    return {"category": found.code} if found else {}


def _tag(value: str) -> dict[str, str]:
    return {"tag": value} if tag_named(value) is not None else {}


def _person(name: str) -> Callable[[str], dict[str, str]]:
    def reader(value: str) -> dict[str, str]:
        wanted = value.lstrip("@").casefold()
        if wanted in (ME, "我"):
            return {name: ME}
        if wanted in (NOBODY, "无") and name == "handler":
            return {name: NOBODY}
        people = [one for one in org.staff() if wanted in (one.username.casefold(), one.name.casefold())]
        return {name: str(people[0].pk)} if people else {}

    return reader


def _age(name: str) -> Callable[[str], dict[str, str]]:
    def reader(value: str) -> dict[str, str]:
        age = _AGE.fullmatch(value.casefold())
        return {name: f"{int(age[1])}{_UNITS.get(age[2], age[2])}"} if age and int(age[1]) else {}

    return reader


def _yes(name: str) -> Callable[[str], dict[str, str]]:
    return lambda value: {name: "1"} if value.casefold() in _YES else {}


def _hand_overs(value: str) -> dict[str, str]:
    times = _TIMES.fullmatch(value)
    return {"handovers": times[1]} if times else {}


def _day(name: str) -> Callable[[str], dict[str, str]]:
    def reader(value: str) -> dict[str, str]:
        try:
            return {name: date.fromisoformat(value).isoformat()}
        except ValueError:
            return {}

    return reader


_READ: Mapping[str, Callable[[str], dict[str, str]]] = {
    "state": _state,
    "severity": _labelled("severity", Severity),
    "kind": _labelled("kind", Kind),
    "channel": _labelled("channel", Channel),
    "category": _category,
    "tag": _tag,
    "site": _site,
    "department": _department,
    "owner": _person("owner"),
    "handler": _person("handler"),
    "overridden": _yes("overridden"),
    "handovers": _hand_overs,
    "expectation": _labelled("expectation", Expected),
    "older": _age("older"),
    "newer": _age("newer"),
    "since": _day("since"),
    "until": _day("until"),
}


def help_on(wrong: list[str]) -> str:
    """What to write instead of what wasn't understood."""
    keys = ", ".join(names[-1] if translation.get_language() == "zh-hans" else names[0] for names in _NAMES.values())
    told = _("Not understood: %(what)s. Write one of %(keys)s, a colon and a code or name that there is.")
    return told % {"what": _(", ").join(wrong), "keys": keys}
