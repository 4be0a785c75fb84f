"""What people do with groups: it stands, it is written down, and the machine keeps its hands off."""

from __future__ import annotations

import pytest

from huiyin.alerts import incidents, linking
from huiyin.alerts import queries as incident_queries
from huiyin.alerts.incidents import NotPossible
from huiyin.alerts.linking import Said
from huiyin.cases import actions, dispatch
from huiyin.cases.actions import BadInput, By
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.timeline import Stale
from huiyin.customers.actions import Person
from huiyin.groups import actions as acts
from huiyin.groups import queries, rebuilding
from huiyin.groups.models import Alone, Entry, Group, Member
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.groups.conftest import Voices, swept
from tests.groups.test_joining import partition
from tests.people import Company, TestClock


@pytest.fixture
def cases(voices: Voices, clock: TestClock) -> list[Case]:
    made = voices(4)
    swept(clock)
    return made


@pytest.fixture
def group(cases: list[Case]) -> Group:
    return Group.objects.get()


def keys(cases: list[Case]) -> list[int]:
    return [case.pk for case in cases]


def test_what_was_taken_out_is_never_put_back_by_the_machine(
    company: Company, cases: list[Case], group: Group, voices: Voices, clock: TestClock, by: Mover
) -> None:
    acts.remove(group.pk, by(company.linxiao), case_ids=[cases[1].pk], reason="是自家水泵")
    left = frozenset(keys(cases)) - {cases[1].pk}
    group.refresh_from_db()
    assert (group.kept, group.version, group.size) == (True, 2, 3)
    assert partition() == {left}
    joined = voices(1, first=4)
    swept(clock)
    actions.sort(cases[1].pk, by(company.linxiao), category=company.tap)
    swept(clock)
    rebuilding.rebuild(clock.now)
    assert partition() == {left | {joined[0].pk}}
    assert Alone.objects.get().case_id == cases[1].pk
    event = CaseEvent.objects.get(case=cases[1], topic="groups")
    assert event.data["what"] == "ungrouped"
    assert Message.objects.get(case=cases[1], seq=event.seq).text == "是自家水泵"
    assert (entry := Entry.objects.get(case=cases[1], what="left")).reason == "是自家水泵"
    assert entry.by == company.linxiao


def test_put_back_by_hand_it_stays(company: Company, cases: list[Case], group: Group, by: Mover) -> None:
    acts.remove(group.pk, by(company.linxiao), case_ids=[cases[1].pk], reason="看错了")
    acts.add(group.pk, by(company.linxiao), case_ids=[cases[1].pk], reason="还是同一处")
    assert partition() == {frozenset(keys(cases))}
    assert Alone.objects.count() == 0
    assert Member.objects.get(case=cases[1]).by_hand


def test_a_part_that_was_split_off_is_not_merged_again(
    company: Company, cases: list[Case], group: Group, voices: Voices, clock: TestClock, by: Mover
) -> None:
    part = acts.split(group.pk, by(company.linxiao), case_ids=keys(cases[2:]), reason="是另一个工地")
    assert partition() == {frozenset(keys(cases[:2])), frozenset(keys(cases[2:]))}
    voices(1, first=4)
    swept(clock)
    assert len(partition()) == 2
    assert rebuilding.rebuild(clock.now).changed == 0
    log = queries.log(company.linxiao, queries.get(company.linxiao, part.pk))
    assert {one.what for one in log} == {"split", "joined", "stage"}


def test_merged_the_other_leads_to_what_has_taken_it_up(
    company: Company, cases: list[Case], group: Group, by: Mover
) -> None:
    part = acts.split(group.pk, by(company.linxiao), case_ids=keys(cases[2:]), reason="看着像两个工地")
    whole = acts.merge(part.pk, by(company.linxiao), into=group.pk, reason="原来是同一个")
    assert whole.pk == group.pk
    assert partition() == {frozenset(keys(cases))}
    assert queries.heir(company.linxiao, part.pk) == group.pk
    with pytest.raises(Group.DoesNotExist):
        queries.get(company.linxiao, part.pk)


def test_cases_that_no_machine_would_join_are_joined_by_hand(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    some = [open_case(text=text).case for text in ("电梯停了", "门禁坏了")]
    made = acts.make(by(company.linxiao), case_ids=keys(some), reason="都是停电引起的")
    assert partition() == {frozenset(keys(some))}
    assert made.size == 2
    assert rebuilding.rebuild(clock.now).changed == 0


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_done(
    company: Company, cases: list[Case], group: Group, by: Mover, reason: str
) -> None:
    with pytest.raises(BadInput, match="write"):
        acts.remove(group.pk, by(company.linxiao), case_ids=[cases[0].pk], reason=reason)
    assert partition() == {frozenset(keys(cases))}


def test_a_protected_customer_and_another_site_are_refused(
    company: Company, cases: list[Case], group: Group, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    hidden = open_case(protected=True).case
    away = open_case(site=company.fly, by=By(company.chenjia, clock.now)).case
    for user, case in ((company.linxiao, hidden), (company.zhaozhuguan, away)):
        with pytest.raises(BadInput):
            acts.add(group.pk, by(user), case_ids=[case.pk], reason="一样的")
    with pytest.raises(BadInput):
        acts.add(group.pk, by(company.linxiao), case_ids=[away.pk], reason="一样的")


def test_the_last_case_can_not_be_split_off_and_a_stale_version_is_refused(
    company: Company, cases: list[Case], group: Group, by: Mover
) -> None:
    with pytest.raises(BadInput):
        acts.split(group.pk, by(company.linxiao), case_ids=keys(cases), reason="全部")
    with pytest.raises(Stale):
        acts.remove(group.pk, by(company.linxiao, expect=9), case_ids=[cases[0].pk], reason="过时")


def test_who_only_looks_may_do_nothing_and_who_sees_nothing_finds_nothing(
    company: Company, cases: list[Case], group: Group, by: Mover
) -> None:
    with pytest.raises(Forbidden):
        acts.remove(group.pk, by(company.auditor), case_ids=[cases[0].pk], reason="不行")
    with pytest.raises(Group.DoesNotExist):
        acts.remove(group.pk, by(company.chenjia), case_ids=[cases[0].pk], reason="不行")


def test_one_public_answer_reaches_all_under_their_own_number_and_remarks_stay(
    company: Company, cases: list[Case], group: Group, voices: Voices, clock: TestClock, by: Mover
) -> None:
    acts.hand_lead(group.pk, by(company.linxiao), to=company.zhaozhuguan)
    acts.remark(group.pk, by(company.linxiao), case_id=cases[0].pk, text="家里有夜班护士，已送耳塞")
    acts.answer(group.pk, by(company.linxiao), text="今晚起二十二点后停工，我们每晚测声。")
    told = Message.objects.filter(text__startswith="今晚起", public=True)
    assert set(told.values_list("case", flat=True)) == set(keys(cases))
    group.refresh_from_db()
    assert group.incident is not None
    assert group.incident.lead == company.zhaozhuguan
    shown = queries.get(company.linxiao, group.pk)
    members, _more = queries.members(company.linxiao, group)
    assert queries.remarks(members) == {cases[0].pk: "家里有夜班护士，已送耳塞"}
    (late,) = voices(1, first=4)
    swept(clock)
    assert queries.to_gather(company.linxiao, group) == [late.pk]
    acts.catch_up(group.pk, by(company.linxiao))
    assert told.filter(case=late).exists()
    assert len(incident_queries.words(group.incident)) == 1
    assert shown.first == cases[0].pk


def test_the_public_answer_goes_down_the_chain_when_it_is_to_and_reaches_nobody_twice(
    company: Company, cases: list[Case], group: Group, open_case: Opener, by: Mover
) -> None:
    acts.raise_incident(group.pk, by(company.linxiao))
    group.refresh_from_db()
    assert group.incident_id is not None
    people = (Person("住户0", "13900000000"), Person("李强", "13800000002"))
    later = [open_case(kind="repair", category=company.lift, person=one).case.pk for one in people]
    other = incidents.open_incident(company.ljf, by(company.linxiao), title="停梯", case_ids=later)
    linking.link(group.incident_id, by(company.linxiao), said=Said("施工", other.pk))
    told = Message.objects.filter(public=True, case__in=later)
    acts.answer(group.pk, by(company.linxiao), text="今晚起停工。")
    assert not told.filter(text="今晚起停工。").exists()
    acts.answer(group.pk, by(company.linxiao), text="明日恢复。", onward=True)
    assert [row.case_id for row in told.filter(text="明日恢复。")] == [later[1]]  # the other has heard it in the group
    assert Message.objects.filter(text="明日恢复。", public=True).count() == 5


def test_words_that_had_better_not_leave_make_no_incident(
    company: Company, cases: list[Case], group: Group, by: Mover
) -> None:
    with pytest.raises(BadInput):
        acts.answer(group.pk, by(company.linxiao), text=" ")
    group.refresh_from_db()
    assert group.incident is None


def test_a_group_becomes_an_incident_in_one_act(company: Company, cases: list[Case], group: Group, by: Mover) -> None:
    acts.raise_incident(group.pk, by(company.linxiao))
    group.refresh_from_db()
    assert group.incident is not None
    assert Case.objects.filter(incident=group.incident).count() == 4
    assert group.incident.title == cases[0].subject
    with pytest.raises(NotPossible):
        acts.raise_incident(group.pk, by(company.linxiao))
    acts.hand_lead(group.pk, by(company.linxiao), to=company.hemin)
    group.incident.refresh_from_db()
    assert group.incident.lead == company.hemin


def test_a_person_sees_of_a_group_what_they_see_of_its_cases(
    company: Company, cases: list[Case], group: Group, by: Mover
) -> None:
    assert queries.page(company.chenjia).items == []
    assert queries.page(company.zhougong).items == []
    actions.hand_over(cases[2].pk, by(company.linxiao), department=company.engineering, task="测声")
    (one,) = queries.page(company.zhougong).items
    assert ([voice.case for voice in one.voices], one.figures.customers, one.stage) == ([cases[2].pk], 1, "individual")
    assert (one.figures.first_at, one.place, one.whole) == (cases[2].received_at, "3栋", False)
    assert {entry.case_id for entry in queries.log(company.zhougong, one)} == {cases[2].pk}
    assert queries.marks(company.zhougong, keys(cases)) == {}
    assert queries.marks(company.linxiao, keys(cases))[cases[0].pk].customers == 4
    assert [case.pk for case in queries.same_fault(company.zhougong, cases[2])] == []
    assert {case.pk for case in queries.same_fault(company.linxiao, cases[2])} == set(keys(cases)) - {cases[2].pk}


def test_whom_a_case_is_about_does_not_count_it(company: Company, cases: list[Case], group: Group, by: Mover) -> None:
    act = by(company.zhaozhuguan)
    dispatch.concern(cases[0].pk, act, users=[company.linxiao], departments=[], reason="说的就是林晓本人")
    (one,) = queries.page(company.linxiao).items
    assert (one.figures.size, one.figures.customers, one.whole) == (3, 3, False)
    assert cases[0].pk not in {entry.case_id for entry in queries.log(company.linxiao, one)}
    assert queries.page(company.zhaozhuguan).items[0].figures.size == 4
