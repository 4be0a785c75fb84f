"""Incidents: many cases, one cause, one lead, one word to all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from huiyin.alerts import ending, incidents, notices, queries, telling, words
from huiyin.alerts.ending import Ending
from huiyin.alerts.incidents import NotPossible
from huiyin.alerts.models import Heard, IncidentWord
from huiyin.cases import actions, timeline
from huiyin.cases.actions import BadInput, By
from huiyin.cases.incident_models import Incident
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.clocks.models import Clock
from huiyin.customers.actions import Person
from huiyin.org.access import Forbidden
from tests.people import Company, TestClock

Opener = Callable[..., Opened]
Mover = Callable[..., By]


@pytest.fixture
def storm(company: Company, open_case: Opener) -> list[int]:
    """Five voices about the lifts at LJF."""
    return [open_case(kind="repair", category=company.lift).case.pk for _ in range(5)]


@pytest.fixture
def incident(company: Company, storm: list[int], by: Mover) -> Incident:
    """An incident with the first four of them, led by 赵主管."""
    return incidents.open_incident(
        company.ljf, by(company.linxiao), title="暴雨", case_ids=storm[:4], lead=company.zhaozhuguan
    )


def kinds(case: int) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


def test_cases_gathered_know_their_incident_and_its_lead_is_told(
    company: Company, storm: list[int], incident: Incident
) -> None:
    assert Case.objects.filter(incident=incident).count() == 4
    assert kinds(storm[0]) == ["received", "gathered"]
    assert [row.what for row in notices.page(company.zhaozhuguan).items] == ["lead"]
    assert queries.figures(company.linxiao, incident).by_status == {"received": 4}


def test_one_word_reaches_every_open_case_and_stops_the_first_clock(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    actions.decline(storm[0], by(company.linxiao), reason="不是我们的", right_door="市政")
    telling.tell(incident.pk, by(company.linxiao), text="两台电梯进水,今晚 22 点前恢复。")
    assert kinds(storm[0])[-1] == "declined"
    for case in storm[1:4]:
        assert kinds(case) == ["received", "gathered", "accepted", "answered"]
        assert Clock.objects.get(case=case, kind="respond").outcome == "met"
        assert Case.objects.get(pk=case).handler == company.zhaozhuguan  # the lead has what nobody had taken
    assert Message.objects.filter(text__startswith="两台电梯", public=True).count() == 3
    assert [(w.cases, w.finished_at is not None) for w in queries.words(incident)] == [(3, True)]
    assert kinds(storm[4]) == ["received"]


def test_who_joins_later_hears_the_last_word_at_once_unless_told_otherwise(
    company: Company, storm: list[int], incident: Incident, open_case: Opener, by: Mover
) -> None:
    telling.tell(incident.pk, by(company.linxiao), text="一")
    telling.tell(incident.pk, by(company.linxiao), text="二")
    late = open_case().case.pk
    incidents.gather(incident.pk, by(company.linxiao), case_ids=[storm[4]])
    incidents.gather(incident.pk, by(company.linxiao), case_ids=[late], tell_last=False)
    assert list(Message.objects.filter(case=storm[4], seq__gt=1).values_list("text", flat=True)) == ["二"]
    assert kinds(late) == ["received", "gathered"]
    assert [word.cases for word in queries.words(incident)] == [5, 4]


def test_what_was_interrupted_is_gone_on_with_and_nobody_hears_it_twice(
    company: Company, storm: list[int], incident: Incident, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_BATCH", 2)
    original, calls = words.say, []

    def killed(word: IncidentWord, changes: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        original(word, changes)  # type: ignore[arg-type]

    monkeypatch.setattr(words, "say", killed)
    with pytest.raises(KeyboardInterrupt):
        telling.tell(incident.pk, by(company.linxiao), text="一")
    assert Heard.objects.count() == 2
    monkeypatch.setattr(words, "say", original)
    assert incidents.sweep(by(None).at) == 1
    assert incidents.sweep(by(None).at) == 0
    assert [kinds(case).count("answered") for case in storm[:4]] == [1, 1, 1, 1]
    assert queries.words(incident)[0].cases == 4


def test_all_are_resolved_together_but_those_to_keep_open(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    given = {"cause": "控制箱进水", "done": "更换", "text": "已恢复。"}
    ending.resolve(incident.pk, by(company.linxiao), words=Ending(**given), keep_open=storm[:1])
    statuses = dict(Case.objects.filter(incident=incident).values_list("pk", "status"))
    assert statuses == {storm[0]: "received"} | dict.fromkeys(storm[1:4], "resolved")
    assert Incident.objects.get().cause == "控制箱进水"
    with pytest.raises(NotPossible):
        incidents.close(incident.pk, by(company.linxiao))
    incidents.close(incident.pk, by(company.linxiao), reason="余下一件单独处理")
    with pytest.raises(NotPossible):
        telling.tell(incident.pk, by(company.linxiao), text="x")


def test_a_released_case_hears_no_more_and_may_join_another_incident(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    with pytest.raises(BadInput):
        incidents.open_incident(company.ljf, by(company.linxiao), title="另一件", case_ids=storm[:1])
    incidents.release(incident.pk, by(company.linxiao), case_ids=storm[:1])
    incidents.release(incident.pk, by(company.linxiao), case_ids=storm[:1])  # again, without harm
    telling.tell(incident.pk, by(company.linxiao), text="一")
    assert kinds(storm[0]) == ["received", "gathered", "released"]
    other = incidents.open_incident(company.ljf, by(company.linxiao), title="另一件", case_ids=storm[:1])
    assert Case.objects.get(pk=storm[0]).incident == other


def test_only_open_cases_of_the_site_that_one_may_see_are_gathered(
    company: Company, storm: list[int], incident: Incident, open_case: Opener, by: Mover
) -> None:
    there = open_case(site=company.fly, by=by(company.chenjia)).case.pk
    actions.decline(storm[4], by(company.linxiao), reason="否", right_door="市政")
    for user, case in ((company.linxiao, there), (company.zhaozhuguan, there), (company.linxiao, storm[4])):
        with pytest.raises(BadInput):
            incidents.gather(incident.pk, by(user), case_ids=[case])
    with pytest.raises(BadInput):
        incidents.gather(incident.pk, by(company.linxiao), case_ids=[])
    assert Case.objects.filter(incident=incident).count() == 4


def test_who_may_not_see_or_do_gets_nowhere(company: Company, incident: Incident, by: Mover) -> None:
    with pytest.raises(Incident.DoesNotExist):
        telling.tell(incident.pk, by(company.chenjia), text="x")
    with pytest.raises(Incident.DoesNotExist):
        telling.tell(incident.pk, by(company.zhougong), text="x")
    with pytest.raises(Forbidden):
        telling.tell(incident.pk, by(company.auditor), text="x")
    incidents.hand_lead(incident.pk, by(company.linxiao), to=company.zhougong)
    again = queries.get(company.zhougong, incident.pk)
    assert (queries.figures(company.zhougong, again).total, queries.member_page(company.zhougong, again)[0]) == (4, [])
    with pytest.raises(Forbidden):
        telling.tell(incident.pk, by(company.zhougong), text="x")
    with pytest.raises(BadInput):
        incidents.hand_lead(incident.pk, by(company.linxiao), to=company.chenjia)


def test_an_act_on_an_older_version_is_refused(company: Company, incident: Incident, by: Mover) -> None:
    telling.tell(incident.pk, by(company.linxiao), text="一")
    with pytest.raises(timeline.Stale):
        telling.tell(incident.pk, by(company.linxiao, expect=1), text="二")


def test_like_cases_of_the_last_hours_are_proposed(
    company: Company, storm: list[int], incident: Incident, open_case: Opener, clock: TestClock
) -> None:
    open_case(kind="repair", category=company.tap)
    since = clock.now - timedelta(hours=6)
    assert [case.pk for case in queries.proposed(company.linxiao, incident, since=since)] == [storm[4]]
    assert queries.proposed(company.linxiao, incident, since=clock.now) == []
    assert queries.like(company.linxiao, Case.objects.get(pk=storm[4])) == incident
    assert queries.like(company.linxiao, Case.objects.get(pk=storm[0])) is None


@pytest.mark.slow
def test_hundreds_of_cases_hear_one_word_once(company: Company, open_case: Opener, by: Mover) -> None:
    many = [open_case(text="停电", person=Person("某人", f"138{n:08d}")).case.pk for n in range(450)]
    found = incidents.open_incident(company.ljf, by(company.linxiao), title="停电", case_ids=many)
    telling.tell(found.pk, by(company.linxiao), text="正在抢修")
    ending.resolve(found.pk, by(company.linxiao), words=Ending("a", "b", "c"))
    assert [word.cases for word in queries.words(found)] == [450, 450]
    assert queries.figures(company.linxiao, found).customers == 450
    assert queries.arrivals(company.linxiao, found)[0][1] == 450


def test_a_case_about_whoever_speaks_gets_no_word_of_theirs_and_waits_for_somebody_else(
    company: Company, incident: Incident, open_case: Opener, by: Mover
) -> None:
    about = open_case(kind="complaint", category=company.lift, about_users=[company.linxiao]).case
    telling.tell(incident.pk, by(company.linxiao), text="抢修中")
    incidents.gather(incident.pk, by(company.zhaozhuguan), case_ids=[about.pk])
    assert kinds(about.pk)[-1] == "gathered"
    telling.tell(incident.pk, by(company.linxiao), text="今晚恢复")
    ending.resolve(incident.pk, by(company.linxiao), words=Ending("水淹", "更换板件", "已恢复"))
    about.refresh_from_db()
    assert (about.status, about.handler_id, kinds(about.pk)[-1]) == ("received", None, "gathered")
    incidents.close(incident.pk, by(company.linxiao))  # and nothing says that one is left
    again = incidents.open_incident(
        company.ljf, by(company.zhaozhuguan), title="另一起", case_ids=[open_case().case.pk]
    )
    incidents.gather(again.pk, by(company.zhaozhuguan), case_ids=[open_case().case.pk])
    assert "resolved" not in kinds(about.pk)


def test_nobody_leads_where_a_case_is_about_them_and_learns_of_none(
    company: Company, storm: list[int], incident: Incident, open_case: Opener, by: Mover
) -> None:
    about = open_case(kind="complaint", about_users=[company.zhaozhuguan]).case
    with pytest.raises(BadInput, match="about this person"):
        incidents.open_incident(
            company.ljf, by(company.linxiao), title="又一起", case_ids=[about.pk], lead=company.zhaozhuguan
        )
    incidents.gather(incident.pk, by(company.linxiao), case_ids=[about.pk])
    assert queries.figures(company.zhaozhuguan, incident).total == 4
    assert queries.sizes(company.zhaozhuguan, [incident]) == {incident.pk: 4}
    assert queries.figures(company.linxiao, incident).total == 5
    incidents.hand_lead(incident.pk, by(company.linxiao), to=company.linxiao)
    with pytest.raises(BadInput, match="about this person"):
        incidents.hand_lead(incident.pk, by(company.linxiao), to=company.zhaozhuguan)


def test_a_word_of_somebody_else_gives_a_case_about_the_lead_to_whoever_speaks(
    company: Company, incident: Incident, open_case: Opener, by: Mover
) -> None:
    about = open_case(kind="complaint", about_users=[company.zhaozhuguan]).case
    incidents.gather(incident.pk, by(company.linxiao), case_ids=[about.pk])
    ending.resolve(incident.pk, by(company.linxiao), words=Ending("水淹", "更换板件", "已恢复"))
    about.refresh_from_db()
    assert (about.status, about.handler_id) == ("resolved", company.linxiao.pk)


def test_whoever_only_reads_leads_nothing(company: Company, storm: list[int], incident: Incident, by: Mover) -> None:
    for reader in (company.auditor, company.chenjia):
        with pytest.raises(BadInput, match="doesn't work on cases of this site"):
            incidents.hand_lead(incident.pk, by(company.linxiao), to=reader)
    assert company.auditor not in queries.leaders(company.ljf.pk)
    assert {company.zhougong, company.linxiao} <= set(queries.leaders(company.ljf.pk))
    assert incidents.hand_lead(incident.pk, by(company.linxiao), to=company.zhougong).lead == company.zhougong
