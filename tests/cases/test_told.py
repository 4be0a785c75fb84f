"""What the customer of a case may see of its timeline."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.base import File as Upload

from huiyin.cases import actions, customer_side, told
from huiyin.cases.files import store
from huiyin.cases.models import Case, File
from huiyin.cases.queries import by_link
from huiyin.customers.actions import Person
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock


def words(case: Case) -> list[str]:
    return [message.text for entry in told.entries(case) for message in entry.words.values()]


def test_words_for_colleagues_are_not_told(open_case: Opener, company: Company, by: Mover) -> None:
    opened = open_case(text="停电了")
    actions.note(opened.case.pk, by(company.linxiao), text="只有我们知道")
    actions.answer(opened.case.pk, by(company.linxiao), text="草稿", public=False)
    actions.answer(opened.case.pk, by(company.linxiao), text="已派师傅")
    actions.resolve(opened.case.pk, by(company.linxiao), cause="原因在内", done="做法在内", text="已恢复")
    assert words(by_link(opened.link)) == ["停电了", "已派师傅", "已恢复"]


def test_each_customer_of_a_common_case_is_told_their_own_words(
    open_case: Opener, company: Company, by: Mover, clock: TestClock
) -> None:
    first = open_case(text="三楼停电")
    second = open_case(text="四楼停电", person=Person("李先生", "13900139000"))
    actions.join(second.case.pk, by(company.linxiao), into=first.case.pk)
    photo = store(Upload(BytesIO(b"%PDF-1.4 " + b" " * 99), name="second.pdf"))
    customer_side.customer_writes(second.case.pk, text="四楼还没电", at=clock.move(1), files=[photo])
    customer_side.customer_writes(first.case.pk, text="三楼来电了", at=clock.move(1))
    actions.answer(first.case.pk, by(company.linxiao), text="王女士,正在修")
    assert words(by_link(first.link)) == ["三楼停电", "三楼来电了", "王女士,正在修"]
    assert words(by_link(second.link)) == ["四楼停电", "四楼还没电"]
    file = File.objects.get()
    assert told.file(by_link(second.link), file.pk) == file
    with pytest.raises(File.DoesNotExist):
        told.file(by_link(first.link), file.pk)
