"""One word down a chain of incidents: in the log of each, to each customer once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from huiyin.alerts import incidents, linking, notices, queries, telling, words
from huiyin.alerts.incidents import NotPossible
from huiyin.alerts.linking import Said
from huiyin.alerts.models import Heard, IncidentWord
from huiyin.cases.actions import BadInput
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, Message
from huiyin.customers.actions import Person
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.people import Company

Chain = Callable[..., list[Incident]]
TEXT = "今晚恢复。"
WANG, LI, ZHAO = Person("王芳", "13800000001"), Person("李强", "13800000002"), Person("赵敏", "13800000003")


@pytest.fixture
def chain(company: Company, open_case: Opener, by: Mover) -> Chain:
    """`chain([WANG], [WANG, LI])`: an incident with the cases of each, each having led to the next."""

    def make(*people: list[Person]) -> list[Incident]:
        made = []
        for place, some in enumerate(people):
            keys = [open_case(kind="repair", category=company.lift, person=one).case.pk for one in some]
            title, lead = "暴雨停电停水停梯"[2 * place : 2 * place + 2], company.hemin
            made.append(
                incidents.open_incident(company.ljf, by(company.linxiao), title=title, case_ids=keys, lead=lead)
            )
        for one, other in pairwise(made):
            linking.link(one.pk, by(company.linxiao), said=Said("起因", other.pk))
        return made

    return make


def heard(*made: Incident) -> list[list[str]]:
    """Who heard something in each incident, by name."""
    rows = Message.objects.filter(text=TEXT, public=True).order_by("case")
    return [list(rows.filter(case__incident=one).values_list("case__customer__name", flat=True)) for one in made]


def test_a_word_stays_where_it_was_said_unless_it_is_to_go_on(chain: Chain, company: Company, by: Mover) -> None:
    made = chain([WANG], [LI])
    telling.tell(made[0].pk, by(company.linxiao), text=TEXT)
    assert heard(*made) == [["王芳"], []]


def test_it_goes_down_the_chain_and_reaches_each_customer_once(chain: Chain, company: Company, by: Mover) -> None:
    made = chain([WANG], [WANG, LI], [LI, ZHAO, WANG])
    telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    assert heard(*made) == [["王芳"], ["李强"], ["赵敏"]]
    assert [word.cases for word in IncidentWord.objects.order_by("pk")] == [1, 1, 1]
    assert not IncidentWord.objects.filter(finished_at=None).exists()


def test_the_log_of_each_says_where_it_came_from_and_the_lead_is_told(
    chain: Chain, company: Company, by: Mover
) -> None:
    made = chain([WANG], [LI], [ZHAO])
    telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    found = [queries.told(company.linxiao, one)[0].origin for one in made]
    assert found == [None, made[0], made[0]]
    (there,) = queries.told(company.chenjia, made[1])
    assert (there.word.followed is not None, there.origin) == (True, None)
    rows = notices.page(company.hemin).items
    assert [row.incident for row in rows if row.what == "onward"] == [made[2], made[1]]


def test_whoever_leads_what_followed_is_not_told_of_their_own_word(chain: Chain, company: Company, by: Mover) -> None:
    made = chain([WANG], [LI])
    telling.tell(made[0].pk, by(company.hemin), text=TEXT, onward=True)
    assert "onward" not in [row.what for row in notices.page(company.hemin).items]


def test_what_came_before_hears_nothing_and_two_ways_to_one_incident_tell_it_once(
    chain: Chain, company: Company, by: Mover
) -> None:
    made = chain([WANG], [LI], [ZHAO])
    linking.link(made[0].pk, by(company.linxiao), said=Said("起因", made[2].pk))
    telling.tell(made[1].pk, by(company.linxiao), text=TEXT, onward=True)
    assert heard(*made) == [[], ["李强"], ["赵敏"]]
    telling.tell(made[0].pk, by(company.linxiao), text="第二次。", onward=True)
    assert IncidentWord.objects.filter(incident=made[2], text="第二次。").count() == 1


def test_a_circle_from_older_times_comes_to_an_end(chain: Chain, company: Company, by: Mover) -> None:
    made = chain([WANG], [LI])
    back = made[1].links.create(cause="回头", effect_incident=made[0], by=company.linxiao, at=by(None).at)
    assert back.effect_incident == made[0]
    telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    assert heard(*made) == [["王芳"], ["李强"]]


def test_what_is_closed_hears_nothing_and_what_came_of_it_does(chain: Chain, company: Company, by: Mover) -> None:
    made = chain([WANG], [LI], [ZHAO])
    incidents.close(made[1].pk, by(company.linxiao), reason="另行处理")
    assert [one.pk for one in telling.followed(company.linxiao, made[0].pk)] == [made[2].pk]
    telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    assert heard(*made) == [["王芳"], [], ["赵敏"]]


def test_it_goes_no_further_than_one_may_see_and_tell(
    chain: Chain, company: Company, by: Mover, open_case: Opener
) -> None:
    made = chain([WANG])
    key = open_case(site=company.fly, by=by(company.chenjia), person=LI).case.pk
    far = incidents.open_incident(company.fly, by(company.chenjia), title="别处", case_ids=[key])
    linking.link(made[0].pk, by(company.admin), said=Said("起因", far.pk))
    assert telling.followed(company.linxiao, made[0].pk) == []
    assert telling.followed(company.auditor, made[0].pk) == []
    assert telling.followed(company.admin, made[0].pk) == [far]
    telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    assert heard(made[0], far) == [["王芳"], []]


def test_what_can_not_be_told_goes_nowhere(chain: Chain, company: Company, by: Mover) -> None:
    made = chain([WANG], [LI])
    with pytest.raises(BadInput):
        telling.tell(made[0].pk, by(company.linxiao), text=" ", onward=True)
    with pytest.raises(Forbidden):
        telling.tell(made[0].pk, by(company.auditor), text=TEXT, onward=True)
    incidents.close(made[0].pk, by(company.linxiao), reason="另行处理")
    with pytest.raises(NotPossible):
        telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    assert not IncidentWord.objects.exists()


def test_people_of_whom_nothing_is_known_are_each_told(
    chain: Chain, company: Company, by: Mover, open_case: Opener
) -> None:
    made = chain([WANG], [LI])
    Case.objects.filter(incident__in=made).update(customer=None)
    telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    assert [len(some) for some in heard(*made)] == [1, 1]


def test_after_an_interruption_the_worker_goes_on_in_order_and_nobody_hears_it_twice(
    chain: Chain, company: Company, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = chain([WANG], [WANG, LI])
    with monkeypatch.context() as patch:
        patch.setattr(telling, "deliver", lambda word, at: None)
        telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    first, second = IncidentWord.objects.order_by("pk")
    words.deliver(second, at=by(None).at)
    assert not Heard.objects.exists()  # it waits for the first
    assert incidents.sweep(by(None).at) == 2
    assert heard(*made) == [["王芳"], ["李强"]]
    first.refresh_from_db()
    assert first.finished_at is not None


def test_who_joins_later_hears_it_unless_they_have_under_another_number(
    chain: Chain, company: Company, by: Mover, open_case: Opener
) -> None:
    made = chain([WANG], [LI])
    telling.tell(made[0].pk, by(company.linxiao), text=TEXT, onward=True)
    late = [open_case(kind="repair", category=company.lift, person=one).case.pk for one in (WANG, ZHAO)]
    incidents.gather(made[1].pk, by(company.linxiao), case_ids=late)
    assert heard(made[1]) == [["李强", "赵敏"]]
    again = open_case(kind="repair", category=company.lift, person=LI).case.pk
    incidents.gather(made[0].pk, by(company.linxiao), case_ids=[again])
    assert heard(made[0]) == [["王芳"]]
