"""Tags on cases."""

from __future__ import annotations

import pytest

from huiyin.cases import tags
from huiyin.cases.actions import BadInput
from huiyin.cases.lists import tag_names, tags_offered
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.tag_models import CaseTag, Tag
from huiyin.cases.tagging import MOST
from huiyin.cases.workflow import NotAllowed
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.people import Company


def on(pk: int) -> list[str]:
    """The tags of a case, which stand beside it in the same way."""
    case = Case.objects.get(pk=pk)
    assert set(CaseTag.objects.filter(case=case).values_list("tag", flat=True)) == set(case.tags)
    return tag_names(case.tags)


def test_a_tag_is_made_by_using_it_and_known_however_it_is_written(
    company: Company, open_case: Opener, by: Mover
) -> None:
    one, other = open_case().case, open_case().case
    tags.tag(one.pk, by(company.linxiao), name=" VIP  回访 ")
    tags.tag(other.pk, by(company.linxiao), name="ｖｉｐ 回访")
    assert on(one.pk) == on(other.pk) == ["VIP 回访"]
    assert Tag.objects.count() == 1
    event = CaseEvent.objects.get(case=one, kind="tagged")
    assert event.data == {"tag": Tag.objects.get().pk}


def test_a_tag_is_taken_off_and_both_stand_in_the_timeline(company: Company, open_case: Opener, by: Mover) -> None:
    pk = open_case().case.pk
    for name in ("甲", "乙"):
        tags.tag(pk, by(company.linxiao), name=name)
    tags.untag(pk, by(company.linxiao), name="甲")
    assert on(pk) == ["乙"]
    assert list(CaseEvent.objects.filter(case=pk, kind__endswith="tagged").values_list("kind", flat=True)) == [
        *("tagged", "tagged", "untagged")
    ]


def test_a_tag_is_there_once_and_not_without_end(company: Company, open_case: Opener, by: Mover) -> None:
    pk = open_case().case.pk
    for number in range(MOST):
        tags.tag(pk, by(company.linxiao), name=f"标签{number}")
    for name in ("标签3", "再一个"):
        with pytest.raises(NotAllowed):
            tags.tag(pk, by(company.linxiao), name=name)
    with pytest.raises(NotAllowed, match="标签0"):
        tags.untag(pk, by(company.linxiao), name="没有的")


def test_a_word_for_a_case_that_hides_something_is_offered_to_nobody_until_another_case_has_it(
    company: Company, open_case: Opener, by: Mover
) -> None:
    secret, about = open_case(protected=True).case, open_case(about_users=[company.hemin]).case
    plain = open_case().case
    tags.tag(plain.pk, by(company.linxiao), name="常用")
    tags.tag(secret.pk, by(company.linxiao), name="举报人在财务部")
    tags.tag(about.pk, by(company.linxiao), name="有人看见")
    assert tags_offered() == ["常用"]
    assert on(secret.pk) == ["举报人在财务部"]
    tags.tag(plain.pk, by(company.linxiao), name="有人看见")
    assert set(tags_offered()) == {"常用", "有人看见"}
    assert Tag.objects.count() == 3


@pytest.mark.parametrize("name", ["", "   ", "x" * 33, "甲,乙"])
def test_what_is_no_tag_is_refused_with_what_to_do(company: Company, open_case: Opener, by: Mover, name: str) -> None:
    with pytest.raises(BadInput):
        tags.tag(open_case().case.pk, by(company.linxiao), name=name)


def test_who_only_looks_tags_nothing(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    with pytest.raises(Forbidden):
        tags.tag(case.pk, by(company.auditor), name="甲")
    with pytest.raises(Case.DoesNotExist):
        tags.tag(case.pk, by(company.chenjia), name="甲")
    assert not Tag.objects.exists()
