"""`GET /cases/{number}/journey`."""

from __future__ import annotations

from huiyin.cases import actions
from tests.conftest import Mover, Opener
from tests.people import Company

from .conftest import Caller


def test_who_had_a_case_and_when_both_sides_met(
    program: Caller, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao, 10))
    actions.hand_over(case.pk, by(company.linxiao, 0), department=company.engineering, task="去看")
    actions.reply(case.pk, by(company.zhougong, 120), text="主板换了")
    actions.resolve(case.pk, by(company.linxiao, 30), cause="老化", done="更换", text="已修好")
    reply = program(company.linxiao).get(f"/cases/{case.number}/journey")
    assert reply.status == 200
    told = [(one["stage"], one["lane"], one["minutes"], one["departments"]) for one in reply.body["stretches"]]
    assert told == [
        ("untaken", "front", 10, []),
        ("department", "back", 120, ["engineering"]),
        ("desk", "front", 30, []),
    ]
    assert [(one["seq"], one["how"]) for one in reply.body["meetings"]] == [(1, "came"), (5, "wrote")]
    assert (reply.body["minutes"], reply.body["people"]) == (160, 1)


def test_the_journey_of_a_case_that_one_may_not_see_isnt_there(
    program: Caller, company: Company, open_case: Opener
) -> None:
    assert program(company.chenjia).get(f"/cases/{open_case().case.number}/journey").status == 404
