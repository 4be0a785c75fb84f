"""Each verb: what it does, who may not, when it can't be, what it does not take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from huiyin.cases import actions, customer_side, on_site, queries, told
from huiyin.cases.actions import BadInput, By
from huiyin.cases.change import Change
from huiyin.cases.models import Case, HandOver, Message
from huiyin.cases.severity import Taps
from huiyin.cases.timeline import Stale
from huiyin.cases.workflow import NotAllowed, Status
from huiyin.org.access import Forbidden, Verb
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company

Act = Callable[[Company, int, By], Change]
HOUR = timedelta(hours=1)

VERBS: dict[str, Act] = {
    "accept": lambda c, pk, by: actions.accept(pk, by),
    "assign": lambda c, pk, by: actions.assign(pk, by, to=c.hemin),
    "hand-over": lambda c, pk, by: actions.hand_over(pk, by, department=c.engineering, task="去看电梯"),
    "reply": lambda c, pk, by: actions.reply(pk, by, text="已更换"),
    "answer": lambda c, pk, by: actions.answer(pk, by, text="您好，师傅已出发"),
    "note": lambda c, pk, by: actions.note(pk, by, text="住户着急"),
    "phone": lambda c, pk, by: actions.phone(pk, by, text="已告知"),
    "commit": lambda c, pk, by: actions.commit(pk, by, text="一小时内到", due_at=by.at + HOUR),
    "keep": lambda c, pk, by: actions.keep(pk, by, commitment=promise(pk), kept=True, text="准时到场"),
    "wait": lambda c, pk, by: actions.wait(pk, by, waiting_for="customer", text="请告诉我们几点在家"),
    "resume": lambda c, pk, by: actions.resume(pk, by),
    "arrive": lambda c, pk, by: on_site.arrive(pk, by, text="师傅已到"),
    "contain": lambda c, pk, by: on_site.contain(pk, by, text="已关总阀"),
    "grade": lambda c, pk, by: actions.set_grade(pk, by, taps=Taps(state=1, scope=2, impact=2)),
    "sort": lambda c, pk, by: actions.sort(pk, by, category=c.lift),
    "resolve": lambda c, pk, by: actions.resolve(pk, by, cause="开关老化", done="更换", text="已恢复"),
    "decline": lambda c, pk, by: actions.decline(pk, by, reason="不归我们管", right_door="供电公司"),
    "refuse": lambda c, pk, by: actions.refuse(pk, by, reason="做不到", basis="合同第三条"),
    "reopen": lambda c, pk, by: actions.reopen(pk, by, reason="又停了"),
    "visit": lambda c, pk, by: returns.visit(pk, by, Result("phone", reached=True, solved=True, satisfied=5)),
    "rating": lambda c, pk, by: returns.rating(pk, by, Result("asked", reached=True, satisfied=5)),
    "close": lambda c, pk, by: returns.close(pk, by),
}
"""Verb: how it is done. `join` has tests of its own."""


def promise(pk: int) -> int:
    opened = Case.objects.get(pk=pk).open_commitments
    return opened[0] if opened else 1


BEFORE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("wait", "resolve", "refuse"), ("accept",)),
    "reply": ("hand-over",),
    "keep": ("commit",),
    "resume": ("accept", "wait"),
    "reopen": ("accept", "resolve"),
    "visit": ("accept", "resolve"),
    "rating": ("accept", "resolve"),
    "close": ("accept", "resolve", "visit"),
}
"""What has to come first."""
LEADS_TO = {
    **dict.fromkeys(
        ("accept", "hand-over", "reply", "answer", "phone", "commit", "keep", "arrive", "contain"), Status.ACCEPTED
    ),
    "wait": Status.WAITING,
    "resume": Status.ACCEPTED,
    "resolve": Status.RESOLVED,
    "decline": Status.DECLINED,
    "refuse": Status.REFUSED,
    "reopen": Status.ACCEPTED,
    "visit": Status.RESOLVED,
    "rating": Status.RESOLVED,
    "close": Status.CLOSED,
}
WRONG_AFTER = {
    **dict.fromkeys(("accept", "wait", "decline"), ("accept", "wait")),
    **dict.fromkeys(("reply", "keep", "resume", "reopen", "visit", "rating", "close"), ("accept",)),
    **dict.fromkeys(
        ("assign", "hand-over", "phone", "commit", "arrive", "contain", "grade", "sort", "resolve", "refuse"),
        ("accept", "resolve", "visit", "close"),
    ),
}
"""After these verbs it can't be. `note` and `answer` always can, here."""


def go(company: Company, pk: int, by: Mover, *verbs: str) -> None:
    """Do these verbs as the administrator, who may do all."""
    for verb in verbs:
        VERBS[verb](company, pk, by(company.admin))


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_leaves_events_that_say_who_and_when(verb: str, company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    go(company, case.pk, by, *BEFORE.get(verb, ()))
    acted = by(company.admin)
    change = VERBS[verb](company, case.pk, acted)
    after = Case.objects.get(pk=case.pk)
    assert after.status == LEADS_TO.get(verb, Status.RECEIVED)
    assert after.seq == change.events[-1].seq == change.case.seq
    assert {(event.actor, event.recorded_at) for event in change.events} == {(company.admin, acted.at)}


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_only_look_is_refused_and_nothing_is_written(
    verb: str, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case().case
    go(company, case.pk, by, *BEFORE.get(verb, ()))
    seq = Case.objects.get(pk=case.pk).seq
    with pytest.raises(Forbidden) as caught:
        VERBS[verb](company, case.pk, by(company.auditor))
    assert caught.value.verb == Verb(verb)
    assert Case.objects.get(pk=case.pk).seq == seq


@pytest.mark.parametrize("verb", VERBS)
def test_for_who_may_not_see_a_case_there_is_none(verb: str, company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    with pytest.raises(Case.DoesNotExist):
        VERBS[verb](company, case.pk, by(company.chenjia, expect=99))


@pytest.mark.parametrize("verb", VERBS)
def test_a_stale_version_is_refused(verb: str, company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    go(company, case.pk, by, *BEFORE.get(verb, ()))
    seq = Case.objects.get(pk=case.pk).seq
    with pytest.raises(Stale) as caught:
        VERBS[verb](company, case.pk, by(company.admin, expect=seq - 1))
    assert caught.value.version == seq
    VERBS[verb](company, case.pk, by(company.admin, expect=seq))


@pytest.mark.parametrize("verb", WRONG_AFTER)
def test_a_verb_in_the_wrong_status_says_what_can_be_done(
    verb: str, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case().case
    go(company, case.pk, by, *WRONG_AFTER[verb])
    seq, status = Case.objects.values_list("seq", "status").get(pk=case.pk)
    with pytest.raises(NotAllowed) as caught:
        VERBS[verb](company, case.pk, by(company.admin))
    assert caught.value.status == status
    assert Case.objects.get(pk=case.pk).seq == seq


@pytest.mark.parametrize("verb", ["hand-over", "answer", "phone", "commit"])
def test_who_does_something_for_a_case_that_nobody_took_takes_it(
    verb: str, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case().case
    change = VERBS[verb](company, case.pk, by(company.hemin))
    assert change.events[0].kind == "accepted"
    after = Case.objects.get(pk=case.pk)
    assert (after.owner, after.handler, after.status) == (company.hemin, company.hemin, Status.ACCEPTED)


def test_the_first_to_take_a_case_owns_it_to_the_end(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.assign(case.pk, by(company.zhaozhuguan), to=company.hemin)
    go(company, case.pk, by, "hand-over", "reply", "resolve", "reopen", "resolve", "visit", "close")
    after = Case.objects.get(pk=case.pk)
    assert (after.owner, after.handler) == (company.linxiao, company.hemin)


TEXTS: dict[str, Act] = {
    "hand-over task": lambda c, pk, by: actions.hand_over(pk, by, department=c.engineering, task="  "),
    "reply text": lambda c, pk, by: actions.reply(pk, by, text=""),
    "answer text": lambda c, pk, by: actions.answer(pk, by, text="\n\t "),
    "answer text long": lambda c, pk, by: actions.answer(pk, by, text="长" * 20_001),
    "answer text invisible": lambda c, pk, by: actions.answer(pk, by, text="\x00"),
    "note text": lambda c, pk, by: actions.note(pk, by, text=""),
    "phone text": lambda c, pk, by: actions.phone(pk, by, text=""),
    "commit text": lambda c, pk, by: actions.commit(pk, by, text="", due_at=by.at + HOUR),
    "commit due_at": lambda c, pk, by: actions.commit(pk, by, text="早上到", due_at=by.at),
    "hand-over reply_by": lambda c, pk, by: actions.hand_over(
        pk, by, department=c.engineering, task="看看", reply_by=by.at - HOUR
    ),
    "keep text": lambda c, pk, by: actions.keep(pk, by, commitment=promise(pk), kept=True, text="长" * 20_001),
    "wait for": lambda c, pk, by: actions.wait(pk, by, waiting_for="nobody", text="等"),
    "wait text": lambda c, pk, by: actions.wait(pk, by, waiting_for="customer", text=""),
    "grade severity": lambda c, pk, by: actions.set_severity(pk, by, severity="P9", reason="因为我想这样做，真的"),
    "grade reason": lambda c, pk, by: actions.set_severity(pk, by, severity="P3", reason="   太短   "),
    "grade complexity": lambda c, pk, by: actions.set_grade(pk, by, taps=Taps(), complexity="endless"),
    "resolve cause": lambda c, pk, by: actions.resolve(pk, by, cause="", done="更换", text="好了"),
    "resolve done": lambda c, pk, by: actions.resolve(pk, by, cause="老化", done="", text="好了"),
    "resolve text": lambda c, pk, by: actions.resolve(pk, by, cause="老化", done="更换", text=""),
    "decline reason": lambda c, pk, by: actions.decline(pk, by, reason="", right_door="供电公司"),
    "decline right_door": lambda c, pk, by: actions.decline(pk, by, reason="不归我们", right_door=""),
    "refuse reason": lambda c, pk, by: actions.refuse(pk, by, reason="", basis="合同"),
    "refuse basis": lambda c, pk, by: actions.refuse(pk, by, reason="做不到", basis=""),
    "reopen reason": lambda c, pk, by: actions.reopen(pk, by, reason=""),
    "assign to": lambda c, pk, by: actions.assign(pk, by, to=c.chenjia),
    "assign to a back office": lambda c, pk, by: actions.assign(pk, by, to=c.zhougong),
    "join into": lambda c, pk, by: actions.join(pk, by, into=pk),
    "visit channel": lambda c, pk, by: returns.visit(pk, by, Result("owl", reached=True, solved=True)),
    "visit satisfied": lambda c, pk, by: returns.visit(pk, by, Result("phone", reached=True, satisfied=6)),
    "visit solved": lambda c, pk, by: returns.visit(pk, by, Result("phone", reached=True)),
    "visit reached": lambda c, pk, by: returns.visit(pk, by, Result("phone", reached=False, solved=True)),
}


@pytest.mark.parametrize("wrong", TEXTS)
def test_what_cannot_be_taken_is_named_by_its_field(wrong: str, company: Company, open_case: Opener, by: Mover) -> None:
    verb, field = wrong.split()[:2]
    case = open_case().case
    go(company, case.pk, by, *BEFORE.get(verb, ()))
    seq = Case.objects.get(pk=case.pk).seq
    with pytest.raises(BadInput) as caught:
        TEXTS[wrong](company, case.pk, by(company.admin))
    assert caught.value.field == field
    assert caught.value.text
    assert Case.objects.get(pk=case.pk).seq == seq


def words_of(case: Case) -> dict[tuple[str, str], tuple[str, bool]]:
    """(kind of event, part): (text, may the customer see it?) of the newest of each."""
    entries = queries.timeline(Case.objects.get(pk=case.pk))
    return {
        (entry.event.kind, part): (message.text, message.public)
        for entry in entries
        for part, message in entry.words.items()
    }


def test_words_are_read_back_as_they_were_said_and_the_customer_sees_theirs(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(text="  电梯又停了\n请快来  ").case
    go(company, case.pk, by, "hand-over", "reply", "answer", "note", "commit", "keep", "resolve")
    assert words_of(case) == {
        ("received", "text"): ("电梯又停了\n请快来", True),
        ("handed_over", "text"): ("去看电梯", False),
        ("replied", "text"): ("已更换", False),
        ("answered", "text"): ("您好，师傅已出发", True),
        ("noted", "text"): ("住户着急", False),
        ("committed", "text"): ("一小时内到", True),
        ("kept", "text"): ("准时到场", False),
        ("resolved", "text"): ("已恢复", True),
        ("resolved", "cause"): ("开关老化", False),
        ("resolved", "done"): ("更换", False),
    }
    seen = {part: one.text for entry in queries.timeline(case, public=True) for part, one in entry.words.items()}
    assert set(seen) == {"text"}


@pytest.mark.parametrize(("verb", "parts"), [("decline", {"text", "right_door"}), ("refuse", {"text", "basis"})])
def test_the_customer_reads_why_it_is_no_and_where_to_go(
    verb: str, parts: set[str], company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case().case
    go(company, case.pk, by, *BEFORE.get(verb, ()), verb)
    assert set(queries.timeline(case, public=True)[-1].words) == parts


def test_a_draft_is_not_shown(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    actions.answer(case.pk, by(company.linxiao), text="草稿", public=False)
    assert queries.timeline(case, public=True)[-1].words == {}


def test_texts_that_no_database_holds_are_cleaned(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(subject="电梯\x00", text="又停了\ud800", place="三号楼\x00").case
    actions.note(case.pk, by(company.linxiao), text="好\x00的\udfff")
    after = Case.objects.get(pk=case.pk)
    assert (after.subject, after.place) == ("电梯", "三号楼")
    assert list(Message.objects.filter(case=case).order_by("seq").values_list("text", flat=True)) == ["又停了", "好的"]


# --- hand-overs ------------------------------------------------------------------------------------------------------


def test_a_department_that_serves_another_site_is_not_asked(company: Company, open_case: Opener, by: Mover) -> None:
    company.engineering.site = company.fly
    with pytest.raises(BadInput) as caught:
        actions.hand_over(open_case().case.pk, by(company.linxiao), department=company.engineering, task="看看")
    assert caught.value.field == "department"


def test_a_department_replies_to_its_own_hand_over_only(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    first = actions.hand_over(case.pk, by(company.linxiao), department=company.security, task="守门").events[-1].seq
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="修电梯")
    with pytest.raises(Forbidden):
        actions.reply(case.pk, by(company.zhougong), hand_over=first, text="已守")
    actions.reply(case.pk, by(company.zhougong), text="已修")
    assert Case.objects.get(pk=case.pk).open_hand_overs == [[first, company.security.pk]]
    with pytest.raises(NotAllowed):
        actions.reply(case.pk, by(company.zhougong), text="还有什么？")
    actions.reply(case.pk, by(company.zhaozhuguan), text="代秩序部回复")
    assert Case.objects.get(pk=case.pk).open_hand_overs == []


def test_of_several_open_hand_overs_one_must_be_named(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    go(company, case.pk, by, "hand-over", "hand-over")
    with pytest.raises(BadInput) as caught:
        actions.reply(case.pk, by(company.zhougong), text="已修")
    assert caught.value.field == "hand_over"
    actions.reply(case.pk, by(company.zhougong), hand_over=4, text="已修")
    states = {row.seq: row.replied_at is not None for row in HandOver.objects.filter(case=case)}
    assert states == {3: False, 4: True}


def test_a_hand_over_without_a_reply_is_dropped_at_the_end(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    go(company, case.pk, by, "hand-over", "resolve", "reopen")
    assert HandOver.objects.get(case=case).dropped
    with pytest.raises(NotAllowed):
        actions.reply(case.pk, by(company.zhougong), hand_over=3, text="来晚了")


# --- joining ---------------------------------------------------------------------------------------------------------


def test_a_joined_case_is_worked_on_in_the_other(company: Company, open_case: Opener, by: Mover) -> None:
    one, other = open_case().case, open_case().case
    actions.join(one.pk, by(company.linxiao), into=other.pk)
    assert Case.objects.get(pk=one.pk).joined_into_id == other.pk
    customer_side.customer_writes(one.pk, text="我家也是", at=by(None).at)
    last = queries.timeline(other)[-1]
    assert (last.event.kind, last.event.data["from"], last.words["text"].text) == ("wrote", one.pk, "我家也是")


def test_words_about_a_case_joined_twice_reach_the_one_that_is_worked_on(
    company: Company, open_case: Opener, by: Mover
) -> None:
    first, second, third = (open_case().case for _ in range(3))
    actions.join(first.pk, by(company.linxiao), into=second.pk)
    actions.join(second.pk, by(company.linxiao), into=third.pk)
    customer_side.customer_writes(first.pk, text="还没好", at=by(None).at)
    assert queries.timeline(third)[-1].words["text"].text == "还没好"
    assert told.entries(Case.objects.get(pk=first.pk))[-1].words["text"].text == "还没好"
    assert [entry.event.case_id for entry in told.entries(Case.objects.get(pk=second.pk))] == [second.pk] * 3


@pytest.mark.parametrize("ended", [("accept", "resolve"), ("accept", "resolve", "visit", "close"), ("decline",)])
def test_nothing_is_joined_into_an_ended_case(
    ended: tuple[str, ...], company: Company, open_case: Opener, by: Mover
) -> None:
    one, other = open_case().case, open_case().case
    go(company, other.pk, by, *ended)
    with pytest.raises(BadInput) as caught:
        actions.join(one.pk, by(company.linxiao), into=other.pk)
    assert caught.value.field == "into"
    assert Case.objects.get(pk=one.pk).status == Status.RECEIVED


def test_two_cases_are_not_joined_into_each_other(company: Company, open_case: Opener, by: Mover) -> None:
    one, other = open_case().case, open_case().case
    actions.join(one.pk, by(company.linxiao), into=other.pk)
    with pytest.raises(BadInput):
        actions.join(other.pk, by(company.linxiao), into=one.pk)


def test_joining_into_a_case_of_another_site_needs_that_site_too(
    company: Company, open_case: Opener, by: Mover
) -> None:
    here, there = open_case().case, open_case(site=company.fly, by=by(company.chenjia)).case
    with pytest.raises(Case.DoesNotExist):
        actions.join(here.pk, by(company.linxiao), into=there.pk)
    actions.join(here.pk, by(company.zhaozhuguan), into=there.pk)


def test_a_stale_version_stops_a_join(company: Company, open_case: Opener, by: Mover) -> None:
    one, other = open_case().case, open_case().case
    with pytest.raises(Stale):
        actions.join(one.pk, by(company.linxiao, expect=7), into=other.pk)


def test_a_new_link_ends_the_old_one(company: Company, open_case: Opener, by: Mover) -> None:
    opened = open_case()
    assert queries.by_link(opened.link) == opened.case
    link = customer_side.mint_link(opened.case.pk, by(company.linxiao))
    assert queries.by_link(link) == opened.case
    with pytest.raises(Case.DoesNotExist):
        queries.by_link(opened.link)
    assert link not in str(Case.objects.values().get(pk=opened.case.pk))


def test_a_grade_keeps_its_reasons_and_the_floor_of_the_category(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(category=company.corridor).case
    change = actions.set_grade(case.pk, by(company.linxiao), taps=Taps(state=1, scope=2))
    assert (change.now.severity, change.events[-1].data["grade"]["floor"]) == ("P2", "P2")
    by_hand = actions.set_severity(case.pk, by(company.linxiao), severity="P4", reason="楼道里的东西已经搬走了呀")
    assert (by_hand.now.severity, by_hand.events[-1].data["grade"]["by"]) == ("P4", "hand")
