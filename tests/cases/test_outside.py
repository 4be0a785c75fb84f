"""The register of outside bodies: which fit a case, and how a refusal names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions, outside, outside_editing, refusing
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.outside_editing import BodyValues
from huiyin.cases.outside_models import OutsideBody
from huiyin.evidence.lines import for_customer, lines
from huiyin.org.history import BadSetting, Editor
from huiyin.packs import loading
from huiyin.standards import outgoing
from tests.conftest import Mover, Opener
from tests.people import Company

ClientFor = Callable[[Any], Client]
NO: dict[str, Any] = {"reason": "合同没有约定这项费用由我们承担。", "basis": "物业服务合同第八条"}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read in English."""
    monkeypatch.setattr(settings, "LANGUAGE_CODE", "en")


@pytest.fixture
def body(company: Company, by: Mover) -> Callable[..., OutsideBody]:
    """`body("调解委员会", days=30, …)`: one more, for the whole company unless said otherwise."""

    def add(name: str, **more: Any) -> OutsideBody:
        given = {
            "sort": "mediator",
            "sites": "HQ",
            "source": "居委会",
            "said_on": "2026-03-01",
            "phone": "021-5555",
        } | more
        return outside_editing.add(BodyValues(name=name, **given), Editor(company.admin, by(company.admin).at))

    return add


def _taken(open_case: Opener, company: Company, by: Mover, **more: Any) -> Case:
    case = open_case(category=company.lift, **more).case
    actions.accept(case.pk, by(company.linxiao))
    return Case.objects.get(pk=case.pk)


def test_those_fit_that_serve_the_site_and_the_branch_and_the_gentlest_comes_first(
    company: Company, open_case: Opener, by: Mover, body: Callable[..., OutsideBody]
) -> None:
    case = _taken(open_case, company, by)
    body("法院", sort="court")
    body("枫林苑调解", sites="FLY")
    body("电梯鉴定", sort="assessor", categories="repair/lift")
    body("龙头鉴定", sort="assessor", categories="repair/plumbing")
    gone = body("撤销了的")
    body("临江府调解", sites="LJF", categories="service\nrepair")
    editor = Editor(company.admin, by(company.admin).at)
    outside_editing.change(gone.pk, BodyValues(**(vars(outside_editing.values_of(gone)) | {"active": False})), editor)
    assert [row.name for row in outside.fitting(case)] == ["临江府调解", "电梯鉴定", "法院"]
    case.category_id = None
    assert [row.name for row in outside.fitting(case)] == ["法院"]


def test_a_refusal_keeps_id_words_and_last_day_and_the_customer_reads_them(
    company: Company, open_case: Opener, by: Mover, body: Callable[..., OutsideBody], client: Client
) -> None:
    first, other = body("社区调解委员会", days=30, address="枫林路 1 号"), body("消协", sort="consumers", phone="12315")
    opened = open_case()
    actions.accept(opened.case.pk, by(company.linxiao))
    words = NO | {"reason": "答复是不能办，可以找{调解机构}。"}
    actions.refuse(opened.case.pk, by(company.zhaozhuguan), outside=[other.pk, first.pk], **words)
    event = CaseEvent.objects.get(case=opened.case, kind="refused")
    assert event.data["outside"] == [{"body": first.pk, "until": "2026-04-10"}, {"body": other.pk}]
    said = dict(Message.objects.filter(case=opened.case, seq=event.seq, public=True).values_list("part", "text"))
    assert said["text"] == "答复是不能办，可以找社区调解委员会（电话 021-5555）。"
    assert said["outside"].split("\n") == [
        "社区调解委员会（电话 021-5555）、枫林路 1 号、至 2026-04-10",
        "消协（电话 12315）",
    ]
    editor = Editor(company.admin, by(company.admin).at)
    moved = vars(outside_editing.values_of(first)) | {"days": 10, "phone": "021-6666"}
    outside_editing.change(first.pk, BodyValues(**moved), editor)
    page = client.get(f"/r/{opened.link}/").content.decode()
    assert "until 2026-04-10" in page  # as it was told
    assert page.count("Outside our house you may turn to") == page.count("消协") == 1
    assert '<a href="tel:021-6666">021-6666</a>' in page  # where it can be reached now
    copied = list(lines(for_customer(opened.case), set()))
    line = next(one for one in copied if one["seq"] == event.seq)
    assert line["entry"]["data"]["outside"][0]["body"] == first.pk
    assert line["words"]["outside"]["text"] == said["outside"]


def test_what_is_not_ours_names_its_door_from_the_register(
    company: Company, open_case: Opener, by: Mover, body: Callable[..., OutsideBody], client: Client
) -> None:
    row, opened = body("城管热线", sort="authority", days=30, phone="12319", address="市政路 2 号"), open_case()
    words: dict[str, Any] = {"reason": "占道停车请找{调解机构}。", "right_door": " "}
    with pytest.raises(BadInput) as error:
        actions.decline(opened.case.pk, by(company.linxiao), **words)
    assert error.value.field == "right_door"
    actions.decline(opened.case.pk, by(company.linxiao), outside=[row.pk], **words)
    event = CaseEvent.objects.get(case=opened.case, kind="declined")
    assert event.data["outside"] == [{"body": row.pk, "until": "2026-04-10"}]
    said = dict(Message.objects.filter(case=opened.case, seq=event.seq, public=True).values_list("part", "text"))
    assert said == {
        "text": "占道停车请找城管热线（电话 12319）。",
        "outside": "城管热线（电话 12319）、市政路 2 号、至 2026-04-10",
    }
    page = client.get(f"/r/{opened.link}/").content.decode()
    assert '<a href="tel:12319">12319</a>' in page
    assert page.count("Outside our house you may turn to") == 1
    assert "If you don't agree" not in page
    copied = next(one for one in lines(for_customer(opened.case), set()) if one["seq"] == event.seq)
    assert copied["words"]["outside"]["text"] == said["outside"]
    actions.reopen(opened.case.pk, by(company.zhaozhuguan), reason="业主补充了材料")
    page = client.get(f"/r/{opened.link}/").content.decode()
    assert said["outside"].split("、")[0] in page  # among what was said
    assert "tel:12319" not in page


def test_the_form_for_what_is_not_ours_offers_the_register_and_chooses_nobody(
    company: Company, open_case: Opener, by: Mover, client_for: ClientFor, body: Callable[..., OutsideBody]
) -> None:
    case, row, desk = _taken(open_case, company, by), body("社区调解"), client_for(company.linxiao)
    form = desk.get(f"/cases/{case.number}/decline/").content.decode()
    field = next(line for line in form.split("<input") if f'name="outside" value="{row.pk}"' in line)
    assert "checked" not in field
    sent = {"reason": "不归我们管。", "right_door": "", "version": str(case.seq)}
    refused = desk.post(f"/cases/{case.number}/decline/", sent)
    assert refused.status_code == 422
    assert desk.post(f"/cases/{case.number}/decline/", sent | {"outside": [str(row.pk)]}).status_code == 302
    assert "社区调解" in desk.get(f"/cases/{case.number}/").content.decode()


def test_who_decides_says_what_was_asked_for_unless_told_otherwise(
    company: Company, open_case: Opener, by: Mover, body: Callable[..., OutsideBody]
) -> None:
    first, second = body("甲调解"), body("乙调解")
    for given, found in ((None, [first.pk]), ([second.pk], [second.pk]), ([], [])):
        case = _taken(open_case, company, by)
        refusing.propose(case.pk, by(company.linxiao), mode="impossible", outside=[first.pk], **NO)
        refusing.decide(case.pk, by(company.zhaozhuguan), granted=True, outside=given)
        data = CaseEvent.objects.get(case=case, kind="refused").data
        assert [one["body"] for one in data.get("outside", [])] == found


def test_a_body_that_went_out_of_use_meanwhile_hinders_no_refusal(
    company: Company, open_case: Opener, by: Mover, body: Callable[..., OutsideBody]
) -> None:
    case, row = _taken(open_case, company, by), body("甲调解")
    refusing.propose(case.pk, by(company.linxiao), mode="impossible", outside=[row.pk], **NO)
    editor = Editor(company.admin, by(company.admin).at)
    outside_editing.change(row.pk, BodyValues(**(vars(outside_editing.values_of(row)) | {"active": False})), editor)
    refusing.decide(case.pk, by(company.zhaozhuguan), granted=True)
    assert "outside" not in CaseEvent.objects.get(case=case, kind="refused").data


def test_what_is_not_offered_for_the_case_is_not_named(
    company: Company, open_case: Opener, by: Mover, body: Callable[..., OutsideBody]
) -> None:
    case, elsewhere = _taken(open_case, company, by), body("枫林苑调解", sites="FLY")
    many = [body(f"调解{number}").pk for number in range(6)]
    for wrong in ([elsewhere.pk], [999], many):
        with pytest.raises(BadInput) as error, transaction.atomic():
            actions.refuse(case.pk, by(company.zhaozhuguan), outside=wrong, **NO)
        assert error.value.field == "outside"


def test_without_a_register_a_refusal_is_as_it_was(
    company: Company, open_case: Opener, by: Mover, client_for: ClientFor
) -> None:
    opened = open_case()
    actions.accept(opened.case.pk, by(company.linxiao))
    form = client_for(company.zhaozhuguan).get(f"/cases/{opened.case.number}/refuse/").content.decode()
    assert 'name="outside"' not in form
    actions.refuse(opened.case.pk, by(company.zhaozhuguan), **NO)
    assert CaseEvent.objects.get(case=opened.case, kind="refused").data.keys() == {"words", "shown"}
    assert "the street office" in Client().get(f"/r/{opened.link}/").content.decode()


def test_the_form_offers_those_that_fit_and_the_page_of_the_case_leads_to_whom_to_call(
    company: Company,
    open_case: Opener,
    by: Mover,
    client_for: ClientFor,
    body: Callable[..., OutsideBody],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    row, other = body("社区调解", name_en="Mediators", days=30, note="带上合同"), body("枫林苑调解", sites="FLY")
    case, desk = _taken(open_case, company, by), client_for(company.zhaozhuguan)
    assert f'href="/cases/{case.number}/outside/"' in desk.get(f"/cases/{case.number}/").content.decode()
    with django_assert_max_num_queries(12):
        page = desk.get(f"/cases/{case.number}/outside/").content.decode()
    assert "Mediators" in page
    assert "until 2026-04-10" in page
    assert "带上合同" in page
    assert "枫林苑调解" not in page
    form = desk.get(f"/cases/{case.number}/refuse/").content.decode()
    assert f'name="outside" value="{row.pk}"' in form
    assert f'name="outside" value="{other.pk}"' not in form
    sent = NO | {"outside": [str(row.pk)], "version": str(case.seq)}
    assert desk.post(f"/cases/{case.number}/refuse/", sent).status_code == 302
    assert "Mediators" in desk.get(f"/cases/{case.number}/").content.decode() or row.name in (
        Message.objects.get(case=case, part="outside").text
    )


def test_a_blank_of_a_phrase_shows_who_mediates_here(
    company: Company, open_case: Opener, by: Mover, body: Callable[..., OutsideBody]
) -> None:
    case = _taken(open_case, company, by)
    values = outgoing.values(case, company.linxiao, case.received_at, lambda case, at: None)
    assert outgoing.filled("You may ask {mediator}.", values) == "You may ask {mediator}."
    body("社区调解", name_en="Mediators")
    assert outgoing.filled("You may ask {mediator}.", values) == "You may ask Mediators (phone 021-5555)."


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("sort", {"sort": "wizard"}),
        ("sites", {"sites": "LJF\nXXX"}),
        ("sites", {"sites": " "}),
        ("categories", {"categories": "repair\nmagic"}),
        ("days", {"days": 0}),
        ("web", {"web": "javascript:alert(1)"}),
        ("source", {"source": " "}),
        ("phone", {"phone": ""}),
        ("said_on", {"said_on": "yesterday"}),
        ("note", {"note": "长" * 301}),
    ],
)
def test_what_is_wrong_in_the_register_is_said_by_its_field(
    company: Company, body: Callable[..., OutsideBody], field: str, given: dict[str, Any]
) -> None:
    with pytest.raises(BadSetting) as error:
        body("调解", **given)
    assert error.value.field == field
    assert not OutsideBody.objects.exists()


def test_what_a_pack_brings_along_comes_once_and_what_is_only_an_example_is_not_in_use(company: Company) -> None:
    folder = loading._SHARED.parent / "property" / "data"
    assert loading.add_outside(folder, company.hq) == 5
    assert loading.add_outside(folder, company.hq) == 0
    assert set(OutsideBody.objects.filter(active=True).values_list("phone", flat=True)) == {"12315", "12345"}
    with translation.override("zh-hans"):
        assert all(row.name for row in outside.every())
