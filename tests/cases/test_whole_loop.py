"""One case from the first word to the archive, as the customer, agent, back office and visitor live it."""

from __future__ import annotations

from huiyin.cases import actions, queries
from huiyin.cases.queries import Filter
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company


def test_a_voice_is_heard_promised_handed_over_answered_resolved_visited_and_closed(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao, 5))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去三号楼看电梯")
    assert [found.number for found in queries.page(company.zhougong, Filter()).items] == [case.number]
    actions.reply(case.pk, by(company.zhougong, 20), text="已更换门机开关")
    actions.answer(case.pk, by(company.linxiao, 3), text="您好，电梯已恢复运行")
    actions.commit(case.pk, by(company.linxiao), text="明早再检查一次", due_at=by(None, 0).at.replace(hour=20))
    actions.keep(case.pk, by(company.linxiao, 60), commitment=6, kept=True)
    actions.resolve(case.pk, by(company.linxiao), cause="门机开关老化", done="更换", text="已处理，如有问题请联系我们")
    returns.visit(case.pk, by(company.hemin, 300), Result("phone", True, solved=True, satisfied=5))
    returns.close(case.pk, by(company.hemin))
    kinds = [entry.event.kind for entry in queries.timeline(queries.get(company.admin, case.number))]
    assert kinds == [
        *("received", "accepted", "handed_over", "replied", "answered", "committed", "kept"),
        *("resolved", "visited", "closed"),
    ]
    assert queries.get(company.linxiao, case.number).owner == company.linxiao
