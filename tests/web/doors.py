"""Somebody at every door: what there is in the house, and who asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler

from huiyin.alerts import emergencies, incidents
from huiyin.alerts.models import CallRule
from huiyin.bulk.models import Bulk
from huiyin.cases import actions, outside_editing
from huiyin.cases import queries as cases
from huiyin.cases.actions import By
from huiyin.cases.files import store
from huiyin.cases.models import Case, File
from huiyin.cases.outside_editing import BodyValues
from huiyin.customers import tiers
from huiyin.customers.actions import Person
from huiyin.customers.tiers import TierValues
from huiyin.evidence import queries as evidence
from huiyin.evidence.models import Copy
from huiyin.fairness.models import Mark
from huiyin.groups import actions as groups
from huiyin.groups import rules
from huiyin.imports import actions as imports
from huiyin.imports.actions import Wishes
from huiyin.messages.models import Entry
from huiyin.org import actions as org
from huiyin.org import editing
from huiyin.org.history import Editor
from huiyin.org.models import ApiToken, Role, SettingsEntry, Site, User
from huiyin.rates import actions as rates
from huiyin.rates.models import Fact
from huiyin.recovery.models import Budget, Limit
from huiyin.standards import announcing, practices
from huiyin.standards import editing as words
from huiyin.standards.announcing import NoticeValues
from huiyin.standards.models import ForbiddenPattern, Foreseen, Phrase, WorkStandard
from huiyin.standards.practices import Values as Standard
from huiyin.web.desk import saved
from huiyin.worth import priors, uploads
from huiyin.worth.models import Leaving
from huiyin.worth.uploads import Given
from tests.conftest import Mover, Opener
from tests.people import NOW, Company
from tests.standards.conftest import CALM

from .needs import OTHER, OWN, PEOPLE, Who

CSV = "留言编号,留言详情\r\n1,路灯不亮\r\n"
SHOWN = ("2026-03-11T02:00:00+00:00", "2026-03-18T02:00:00+00:00")
PAID = b"13800138000,2026-03-01,30,1\r\n"
PHOTO = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
Values = Mapping[str, str]
"""What stands in the open parts of addresses: `pk of views` and the like, where a name alone says too little."""
OPEN = re.compile(r"<(?:\w+:)?(\w+)(?:=([\w-]+))?>")
"""A part of a route that is open, or open to a member of a closed set."""


@dataclass(frozen=True)
class World:
    """The same things at both sites, and what all share."""

    at: Mapping[str, Values]
    users: Mapping[str, User]


def build(company: Company, open_case: Opener, by: Mover) -> World:
    """All of it."""
    users = {who.name: _person(who, company) for who in PEOPLE if who.known}
    common = _settings_things(company, by)
    places = {OWN: company.ljf, OTHER: company.fly}
    return World({place: {**common, **_things(site, company, open_case, by)} for place, site in places.items()}, users)


def _person(who: Who, company: Company) -> User:
    role = next((one for one in Role if str(one.label) == who.role), None)
    grants = ((role, company.hq if who.site == "HQ" else company.ljf),) if role else ()
    name = "one-" + who.name.replace(" ", "-")
    return org.add_user(name, who.name, password=None, department=company.engineering, grants=grants)


def _things(site: Site, company: Company, open_case: Opener, by: Mover) -> Values:
    photo = store(SimpleUploadedFile("a.png", PHOTO))
    speaks = Person(f"住户 {site.code}", f"1390013900{site.pk % 10}")
    opened = open_case(site=site, by=by(company.admin), files=[photo], person=speaks)
    case, another = opened.case, open_case(site=site, by=by(company.admin), person=speaks).case
    for one in (case, another):
        actions.accept(one.pk, by(company.admin))
        actions.hand_over(one.pk, by(company.admin), department=company.engineering, task="去看")
    incident = incidents.open_incident(site, By(company.admin, by(company.admin).at), title="停电", case_ids=[case.pk])
    table = imports.upload(SimpleUploadedFile("来信.csv", CSV.encode()), site, by(company.admin))
    wishes = Wishes({"external_number": "留言编号", "text": "留言详情"}, site.code, "complaint", "import")
    imports.describe(table, wishes, by(company.admin))
    kept = imports.save_map(site.code, wishes, site, by(company.admin))
    actions.answer(case.pk, by(company.admin), text="马上来看")
    group = groups.make(by(company.admin), case_ids=[case.pk, another.pk], reason="同一个故障")
    fact = Fact.objects.filter(case=case).earliest("pk")
    exclusion = rates.ask(fact.pk, by(company.admin), reason="台风停电")
    marked = {"set_by": company.admin, "set_at": by(company.admin).at, "until": date(2026, 6, 30)}
    assert case.customer is not None
    mark = Mark.objects.create(customer=case.customer, kind="vulnerable", reason="独居", advice="慢慢说", **marked)
    notice = announcing.write(NoticeValues("work", site.code, "停水", "洗水箱", *SHOWN), by(company.admin))
    announcing.approve(notice.pk, by(company.admin))
    warning = _warning(site, company)
    view = saved.add(company.admin, name=site.code, params={}, site=site, position=0)
    return {
        "number": case.number,
        "number of another": another.number,
        "file_id": str(File.objects.get(case=case).pk),
        "incident_id": str(incident.pk),
        "link": opened.link,
        "group_id": str(group.pk),
        "pk of marks": str(mark.pk),
        "fact_id": str(fact.pk),
        "leaving_id": str(_leaving(case, by)),
        "exclusion_id": str(exclusion.pk),
        "pk of views": str(view.pk),
        "pk of settings/notices": str(notice.pk),
        "notice_id": str(notice.pk),
        "pk of settings/notices/warnings": str(warning),
        "warning_id": str(warning),
        "pk of imports/maps": str(kept.pk),
        "pk of imports": str(table.pk),
        "code of p": site.code,
        "code of settings/sites": site.code,
        "code of settings/sheets": site.code,
    }


def _leaving(case: Case, by: Mover) -> int:
    assert case.customer is not None
    row = {"customer": case.customer, "site": case.site, "since": date(2026, 3, 1), "why": "contract"}
    return Leaving.objects.create(case=case, found_at=NOW, **row).pk


def _warning(site: Site, company: Company) -> int:
    days = {"first_day": date(2025, 12, 11), "last_day": date(2026, 3, 10), "since": NOW, "looked_at": NOW}
    counts = dict.fromkeys(("cases", "severe", "customers", "homes", "first", "before"), 6)
    graded = dict.fromkeys(("severity", "probability", "unknown"), 2)
    return Foreseen.objects.create(site=site, category=company.lift, why="now", **days, **counts, **graded).pk


def _settings_things(company: Company, by: Mover) -> dict[str, str]:
    org.issue_token(company.linxiao, "tablet", at=by(company.admin).at)
    emergencies.add_rules([CallRule(site=company.hq, order=1, minutes=5, department=company.engineering)])
    words.furnish([{"origin": "a", "situation": "greeting", "zh": "您好"}], [CALM])
    practices.add(Standard("visit", "先报姓名"), Editor(company.admin, NOW))
    code = Entry.objects.create(code="LIFT7", site=company.ljf, place="7-2-电梯")
    editor = Editor(company.admin, by(company.admin).at)
    priors.furnish("property")
    hotline = outside_editing.add(BodyValues("authority", "12345", "HQ", "公开", "2026-01-01", phone="12345"), editor)
    tiers.add("gold", TierValues("金卡"), editor)
    rules.put(replace(rules.all_rules()[0], site="LJF", source="会议"), editor, new=True)
    renamed = editing.department_values(company.finance)
    editing.change_department("finance", type(renamed)("财务中心", renamed.stage, renamed.site, renamed.active), editor)
    given = Given(company.admin, editor.at, "purchases", "till")
    bought = uploads.upload(SimpleUploadedFile("款.csv", "手机,日期,金额,单号\r\n".encode() + PAID), given)
    return {
        "pk of purchases": str(bought.pk),
        "code of q": code.code,
        "code of settings/departments": "security",
        "code of settings/codes": code.code,
        "code of settings/calendars": "work",
        "username": "linxiao",
        "pk of settings/staff/<str:username>/tokens": str(ApiToken.objects.get(user=company.linxiao).pk),
        "name of settings/levels/presets": "zh-property",
        "name": "test",
        "number of settings/levels/<str:name>": "1",
        "year": "2026",
        "pk of settings/categories": str(company.tap.pk),
        "pk of settings/calls": str(CallRule.objects.get().pk),
        "pk of settings/phrases": str(Phrase.objects.get().pk),
        "pk of settings/practices": str(WorkStandard.objects.get().pk),
        "pk of settings/forbidden": str(ForbiddenPattern.objects.get().pk),
        "pk of settings/outside": str(hotline.pk),
        "code of settings/tiers": "gold",
        "code of settings/failures": "again",
        "code of settings/grades": "minor",
        "code of settings/playbooks": "worst",
        "number of settings/playbooks/<slug:code>": "1",
        "code of settings/priors": "lose/never",
        "code of settings/groups": "LJF",
        "pk of settings/limits": str(Limit.objects.earliest("pk").pk),
        "pk of settings/budgets": str(Budget.objects.earliest("pk").pk),
        "pk of settings/history": str(SettingsEntry.objects.latest("pk").pk),
    }


def filled(route: str, values: Values) -> str:
    """An address with what is there in its open parts."""

    def value(part: re.Match[str]) -> str:
        name, chosen = part[1], part[2]
        before = route[: part.start()].rstrip("/")
        return chosen or values.get(f"{name} of {before}") or values[name]

    return "/" + OPEN.sub(value, route)


class Door:
    """Somebody with a browser and a program; what they do is undone. Straight to the handler: the client of Django
    would keep every template with its context."""

    def __init__(self, who: Who, world: World, by: Mover) -> None:
        self.who, self.world = who, world
        user, headers, client = world.users.get(who.name), None, Client()
        if user is not None:
            headers = {"Authorization": f"Bearer {org.issue_token(user, 'test', at=by(user).at)}"}
            client.force_login(user)
        self.requests = RequestFactory(headers=headers)
        self.requests.cookies = client.cookies
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.handler.load_middleware()
        other = next(one for one in world.users.values() if one != user)
        self.copies = {place: _copy(user or other, world.at[place]["number"], by) for place in (OWN, OTHER)}
        self.sent = {OWN: _bulk(user or other, f"own {who.name}", by), OTHER: _bulk(other, f"other {who.name}", by)}

    def values(self, place: str) -> Values:
        """What there is at a place."""
        copies = {"pk of cases/<slug:number>/evidence": self.copies[place]}
        return {**self.world.at[place], **copies, "pk of bulk": self.sent[place]}

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """The answer; what it did is undone."""
        request = self.requests.generic(method, path, **options)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        with transaction.atomic():
            answer: Any = self.handler.get_response(request)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer


def _bulk(user: User, key: str, by: Mover) -> str:
    at = by(user).at
    return str(Bulk.objects.create(user=user, key=key, act="tag", data={}, cases=[], at=at, due_at=at).pk)


def _copy(user: User, number: str, by: Mover) -> str:
    """A copy of a case that somebody asked for and that is ready."""
    case = Case.objects.get(pk=cases.key_of(number))
    copy = Copy.objects.create(case=case, user=user, asked_at=by(user).at, state="ready")
    path = evidence.path_of(copy)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"PK")
    return str(copy.pk)
