"""Work standards, by program."""

from __future__ import annotations

from huiyin.org.history import Editor
from huiyin.standards import practices
from huiyin.standards.practices import Values
from tests.people import NOW, Company

from .conftest import Caller, Program


def test_those_in_use_come_in_the_order_of_the_work_in_both_languages(
    company: Company, desk: Program, program: Caller
) -> None:
    editor = Editor(company.admin, NOW)
    of_lifts = Values("resolve", "办结前核对\n拍照", company.lift.code, behaviour_en="Check first", minutes=20)
    practices.add(of_lifts, editor)
    first = practices.add(Values("accept", "先报姓名", evidence="录音"), editor)
    gone = practices.add(Values("visit", "不再用", active=False), editor)
    one, other = desk.get("/standards").body
    assert (one["id"], one["step"], one["category"], one["evidence"]) == (first.pk, "accept", None, "录音")
    assert (other["category"], other["behaviour"], other["behaviour_en"], other["minutes"]) == (
        *(company.lift.code, "办结前核对\n拍照", "Check first"),
        20,
    )
    assert gone.pk not in {row["id"] for row in (one, other)}
    assert program(company.zhougong).get("/standards").status == 200
