"""Words on their way to a customer, whatever verb carries them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiyin.alerts import ending, incidents, telling
from huiyin.alerts.ending import Ending
from huiyin.base.ids import grouped, receipt_number
from huiyin.cases import actions, dispatch, queries
from huiyin.cases.given import By, Unfit
from huiyin.cases.models import Case
from huiyin.cases.workflow import EventKind, WaitingFor
from huiyin.standards import outgoing
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

BAD = "照片先删了吧。"
RUDE = "您冷静一点。"
Speak = Callable[[int, By, str], Any]
VERBS: dict[str, tuple[str, Speak]] = {
    "answer": ("text", lambda pk, by, text: actions.answer(pk, by, text=text)),
    "commit": ("text", lambda pk, by, text: actions.commit(pk, by, text=text, due_at=by.at + timedelta(hours=1))),
    "wait": ("text", lambda pk, by, text: actions.wait(pk, by, waiting_for=WaitingFor.CUSTOMER, text=text)),
    "resolve": ("text", lambda pk, by, text: actions.resolve(pk, by, cause="泵坏", done="换泵", text=text)),
    "decline": ("reason", lambda pk, by, text: actions.decline(pk, by, reason=text, right_door="街道办")),
    "the right door": (
        "right_door",
        lambda pk, by, text: actions.decline(pk, by, reason="不归本项目", right_door=text),
    ),
    "refuse": ("reason", lambda pk, by, text: actions.refuse(pk, by, reason=text, basis="合同第三条")),
    "the basis": ("basis", lambda pk, by, text: actions.refuse(pk, by, reason="做不到", basis=text)),
    "decide": ("text", lambda pk, by, text: dispatch.decide(pk, by, measure="停梯检查", text=text)),
}


@pytest.fixture
def case(company: Company, open_case: Opener, by: Mover) -> Case:
    """A case at LJF, taken, and before the supervisor."""
    found = open_case().case
    actions.accept(found.pk, by(company.linxiao))
    dispatch.refer(found.pk, by(company.linxiao), reason="金额有争议")
    return Case.objects.get(pk=found.pk)


def last(case: Case) -> Any:
    return case.caseevent_set.order_by("-seq").exclude(kind=EventKind.NOTED)[0]


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_carries_what_is_blocked_and_nothing_is_written(
    company: Company, case: Case, words: dict[str, int], clock: TestClock, verb: str
) -> None:
    field, speak = VERBS[verb]
    before = Case.objects.get(pk=case.pk).seq
    for anyway in (False, True):
        with pytest.raises(Unfit) as caught:
            speak(case.pk, By(company.zhaozhuguan, clock.move(1), anyway=anyway), BAD)
        assert (caught.value.field, caught.value.may_be_sent) == (field, False)
        assert [one.said for one in caught.value.findings] == ["照片先删"]
    assert Case.objects.get(pk=case.pk).seq == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_warning_asks_again_and_what_is_sent_anyway_is_kept_in_the_event(
    company: Company, case: Case, words: dict[str, int], clock: TestClock, verb: str
) -> None:
    field, speak = VERBS[verb]
    with pytest.raises(Unfit) as caught:
        speak(case.pk, By(company.zhaozhuguan, clock.move(1)), RUDE)
    assert (caught.value.field, caught.value.may_be_sent) == (field, True)
    speak(case.pk, By(company.zhaozhuguan, clock.move(1), anyway=True), RUDE)
    assert last(case).data["anyway"] == [words["calm"]]


def test_the_refusal_says_why_and_what_to_say_instead(
    company: Company, case: Case, words: dict[str, int], by: Mover
) -> None:
    with translation.override("en"), pytest.raises(Unfit) as caught:
        actions.answer(case.pk, by(company.linxiao), text=BAD)
    assert caught.value.text == "“照片先删” had better not be said to a customer: 火上浇油. Better: “您慢慢说。”"


def test_a_hint_is_sent_and_leaves_no_mark(company: Company, case: Case, words: dict[str, int], by: Mover) -> None:
    actions.answer(case.pk, by(company.linxiao), text="我们会尽快处理。")
    assert "anyway" not in last(case).data


def test_drafts_notes_and_words_of_customers_are_not_read(
    company: Company, case: Case, words: dict[str, int], open_case: Opener, by: Mover
) -> None:
    actions.answer(case.pk, by(company.linxiao), text=BAD, public=False)
    actions.note(case.pk, by(company.linxiao), text=BAD)
    assert open_case(text=BAD).case.pk


def test_a_pattern_out_of_use_finds_nothing(company: Company, case: Case, words: dict[str, int], by: Mover) -> None:
    assert [one.key for one in outgoing.look(RUDE)] == [words["calm"]]
    assert outgoing.look("您先说,我们明天上午尽快答复您。") == []


def test_blanks_are_filled_from_the_case_when_the_words_leave(
    company: Company, case: Case, words: dict[str, int], by: Mover
) -> None:
    actions.answer(case.pk, by(company.linxiao), text="{客户}您好,编号{number},{时限}前{site}答复您。{客服}")
    (entry,) = [e for e in queries.timeline(case) if e.event.kind == EventKind.ANSWERED]
    due = "3月16日 10:00"
    assert entry.words["text"].text == f"王女士您好,编号{_grouped(case)},{due}前临江府答复您。林晓"


def _grouped(case: Case) -> str:
    return grouped(receipt_number(case.pk))


def test_a_blank_that_nobody_filled_asks_again(
    company: Company, case: Case, words: dict[str, int], clock: TestClock
) -> None:
    with pytest.raises(Unfit) as caught:
        actions.answer(case.pk, By(company.linxiao, clock.now), text="原因是{原因}。")
    assert caught.value.may_be_sent
    actions.answer(case.pk, By(company.linxiao, clock.now, anyway=True), text="原因是{原因}。")
    assert last(case).data["anyway"] == [outgoing.LEFT_IN]


def test_whoever_may_not_know_the_customer_gets_no_name_from_a_blank(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case(protected=True, by=By(company.hemin, clock.now)).case
    actions.accept(case.pk, by(company.hemin))
    case = Case.objects.get(pk=case.pk)
    filled = outgoing.values(case, company.linxiao, clock.now, lambda one, at: None)
    assert filled["customer"]() == ""
    assert outgoing.values(case, company.hemin, clock.now, lambda one, at: None)["customer"]() == "王女士"


def test_a_word_to_a_whole_incident_is_read_once_and_marks_every_case(
    company: Company, open_case: Opener, words: dict[str, int], by: Mover, clock: TestClock
) -> None:
    cases = [open_case().case for _ in range(2)]
    who = company.linxiao
    found = incidents.open_incident(company.ljf, by(who), title="停电", case_ids=[one.pk for one in cases])
    with pytest.raises(Unfit):
        telling.tell(found.pk, by(who), text=BAD)
    with pytest.raises(Unfit):
        telling.tell(found.pk, by(who), text=RUDE)
    telling.tell(found.pk, By(who, clock.move(1), anyway=True), text=RUDE)
    marks = [one.caseevent_set.get(kind=EventKind.ANSWERED).data["anyway"] for one in cases]
    assert marks == [[words["calm"]]] * 2
    with pytest.raises(Unfit):
        ending.resolve(found.pk, by(who), words=Ending("跳闸", "合闸", BAD))


def test_an_offer_holds_the_whole_sentence_and_the_deadline_at_the_site(company: Company, now: datetime) -> None:
    (one,) = outgoing.offers("您好。明天上午给您方案!请放心。", now, company.ljf)
    assert (one.said, one.text) == ("明天上午", "明天上午给您方案!")
    assert one.due_at == now + timedelta(hours=26)


def test_a_promise_is_kept_together_with_the_words_or_not_at_all(
    company: Company, case: Case, words: dict[str, int], clock: TestClock
) -> None:
    promised = [("明天上午给您方案。", clock.now + timedelta(hours=26))]

    def send(text: str, by: By) -> object:
        return outgoing.with_promises(lambda by: actions.answer(case.pk, by, text=text), case.pk, by, promised)

    seq = Case.objects.get(pk=case.pk).seq
    with pytest.raises(Unfit):
        send(BAD, By(company.linxiao, clock.move(1), seq))
    assert Case.objects.get(pk=case.pk).open_commitments == []
    send("明天上午给您方案。", By(company.linxiao, clock.move(1), seq))
    assert len(Case.objects.get(pk=case.pk).open_commitments) == 1
