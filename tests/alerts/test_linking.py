"""The chain of an incident: said link by link, put right while it is open, told in one word."""

from __future__ import annotations

from itertools import pairwise

import pytest

from huiyin.alerts import incidents, linking, queries, telling
from huiyin.alerts.incidents import NotPossible
from huiyin.alerts.linking import Said
from huiyin.alerts.models import ChainLink, Consequence
from huiyin.cases.actions import BadInput
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.people import Company

STORM = ("水泵控制箱进水", "集水井满", "电梯底坑进水", "电梯停运")


@pytest.fixture
def two(company: Company, open_case: Opener, by: Mover) -> tuple[Incident, Incident]:
    """A storm, and a power cut, each with a case."""
    made = []
    for title in ("暴雨", "停电"):
        key = open_case(kind="repair", category=company.lift).case.pk
        made.append(incidents.open_incident(company.ljf, by(company.linxiao), title=title, case_ids=[key]))
    return made[0], made[1]


@pytest.fixture
def storm(two: tuple[Incident, Incident], company: Company, by: Mover) -> Incident:
    """The first of them with its chain, said from the end."""
    for cause, effect in reversed(list(pairwise(STORM))):
        linking.link(two[0].pk, by(company.linxiao), said=Said(cause, effect, hours=2))
    return Incident.objects.get(pk=two[0].pk)


def test_the_chain_is_read_from_what_came_first(storm: Incident, company: Company) -> None:
    assert storm.story == [list(STORM)]
    found = linking.chain(company.linxiao, storm)
    assert [(row.hours, row.by) for row in found.links] == [(2, company.linxiao)] * 3


@pytest.mark.parametrize(
    ("cause", "effect"), [(STORM[3], STORM[0]), (STORM[1], STORM[1]), (f" {STORM[2]} ", STORM[0]), ("A", "a")]
)
def test_a_circle_is_refused(storm: Incident, company: Company, by: Mover, cause: str, effect: str) -> None:
    linking.link(storm.pk, by(company.linxiao), said=Said("a", "b"))
    with pytest.raises(BadInput) as error:
        linking.link(storm.pk, by(company.linxiao), said=Said(cause, effect))
    assert error.value.field == "effect"
    assert ChainLink.objects.count() == 4


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(" ", "b"), "cause"),
        (Said("a", "b" * 81), "effect"),
        (Said("a", "b", hours=-1), "hours"),
        (Said("a", "b", note="x" * 301), "note"),
        (Said("a", 4711), "effect"),
        (Said(*STORM[:2]), "effect"),
    ],
)
def test_what_can_not_be_is_refused(storm: Incident, company: Company, by: Mover, said: Said, field: str) -> None:
    with pytest.raises(BadInput) as error:
        linking.link(storm.pk, by(company.linxiao), said=said)
    assert error.value.field == field


def test_a_link_is_put_right_and_taken_away_and_it_stays_known_who_said_it(
    storm: Incident, company: Company, by: Mover
) -> None:
    last = ChainLink.objects.get(effect=STORM[3])
    linking.link(storm.pk, by(company.hemin), said=Said(STORM[2], "电梯全部停运", 1, "三台"), instead=last.pk)
    linking.unlink(storm.pk, by(company.linxiao), link=ChainLink.objects.get(cause=STORM[0]).pk)
    storm.refresh_from_db()
    assert storm.story == [[STORM[1], STORM[2], "电梯全部停运"]]
    last.refresh_from_db()
    assert last.dropped_by == company.hemin
    with pytest.raises(BadInput):
        linking.unlink(storm.pk, by(company.linxiao), link=last.pk)


def test_one_incident_leads_to_another_and_both_tell_it(
    two: tuple[Incident, Incident], storm: Incident, company: Company, by: Mover
) -> None:
    linking.link(storm.pk, by(company.linxiao), said=Said(STORM[3], two[1].pk))
    there = linking.chain(company.linxiao, two[1])
    assert (there.before, there.titles[storm.pk]) == ([storm.pk], "暴雨")
    with pytest.raises(BadInput):  # the same circle from its other side
        linking.link(two[1].pk, by(company.linxiao), said=Said("变压器烧毁", storm.pk))
    with pytest.raises(BadInput):
        linking.link(storm.pk, by(company.linxiao), said=Said(two[1].pk, "水泵停"))
    with pytest.raises(BadInput):
        linking.link(storm.pk, by(company.linxiao), said=Said("水泵停", storm.pk))


def test_an_incident_that_one_may_not_see_is_none(
    two: tuple[Incident, Incident], storm: Incident, company: Company, open_case: Opener, by: Mover
) -> None:
    key = open_case(site=company.fly, by=by(company.chenjia)).case.pk
    far = incidents.open_incident(company.fly, by(company.chenjia), title="别处", case_ids=[key])
    with pytest.raises(BadInput):
        linking.link(storm.pk, by(company.linxiao), said=Said(STORM[3], far.pk))
    linking.link(storm.pk, by(company.admin), said=Said(STORM[3], far.pk))
    assert linking.chain(company.linxiao, storm).titles == {}


def test_only_an_open_incident_is_linked_by_those_who_may(storm: Incident, company: Company, by: Mover) -> None:
    with pytest.raises(Incident.DoesNotExist):
        linking.link(storm.pk, by(company.chenjia), said=Said("a", "b"))
    with pytest.raises(Forbidden):
        linking.link(storm.pk, by(company.auditor), said=Said("a", "b"))
    incidents.close(storm.pk, by(company.linxiao), reason="余下单独处理")
    with pytest.raises(NotPossible):
        linking.link(storm.pk, by(company.linxiao), said=Said("a", "b"))


def test_the_chain_is_told_once_with_the_word_to_all(storm: Incident, company: Company, by: Mover) -> None:
    telling.tell(storm.pk, by(company.linxiao), text="今晚恢复。", chain=True)
    text = f"今晚恢复。\n{' → '.join(STORM)}"
    assert Message.objects.filter(text=text, public=True).count() == 1
    assert [word.text for word in queries.words(storm)] == [text]


def test_a_later_wave_joins_as_what_came_of_it(storm: Incident, company: Company, open_case: Opener, by: Mover) -> None:
    telling.tell(storm.pk, by(company.linxiao), text="今晚恢复。")
    fee = open_case(category=company.fee).case.pk
    incidents.gather(storm.pk, by(company.linxiao), case_ids=[fee], consequence=True)
    event = CaseEvent.objects.get(case=fee, kind="gathered")
    assert event.data == {"incident": storm.pk, "effect": True}
    assert Message.objects.filter(case=fee, text="今晚恢复。").count() == 1
    found, _more = queries.member_page(company.linxiao, storm)
    assert {case.pk: queries.is_consequence(case) for case in found}[fee]
    incidents.release(storm.pk, by(company.linxiao), case_ids=[fee])
    assert not Consequence.objects.exists()
    incidents.gather(storm.pk, by(company.linxiao), case_ids=[fee])
    assert Case.objects.get(pk=fee).incident == storm
