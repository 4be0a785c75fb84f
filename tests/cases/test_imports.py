"""Cases from files: every row once, at its own times."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from huiyin.base.tables import read_table, write_rows
from huiyin.cases import actions, imports, letters, queries
from huiyin.cases.actions import By
from huiyin.cases.imports import Part
from huiyin.cases.letters import Recipe
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.queries import Filter
from huiyin.clocks.models import Clock
from huiyin.customers.models import Customer
from huiyin.org import reference
from tests.conftest import Mover
from tests.people import Company

COLUMNS = ["编号", "用户", "主题", "时间", "详情", "答复", "答复时间"]
MAP = {
    "external_number": "编号",
    "customer": "用户",
    "subject": "主题",
    "received_at": "时间",
    "text": "详情",
    "reply": "答复",
    "replied_at": "答复时间",
}
LETTER = {
    "编号": "7001",
    "用户": "U0042",
    "主题": "路灯不亮",
    "时间": "2026-03-02 09:30:15",
    "详情": "桂花路口的路灯坏了一个多星期，晚上看不见路。",
    "答复": "已更换灯泡并检查了线路。",
    "答复时间": "2026-03-05 16:00:00",
}
RECEIVED = datetime(2026, 3, 2, 1, 30, 15, tzinfo=UTC)
REPLIED = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)

Rows = Iterable[dict[str, str]]


def letter(**changes: str) -> dict[str, str]:
    """The letter of all tests; an empty text takes a cell's content away."""
    return LETTER | changes


def unanswered(**changes: str) -> dict[str, str]:
    return letter(答复="", 答复时间="", **changes)


class Importer:
    """Writes rows to a file and imports it at FLY; `failed` holds the reasons of the last import."""

    def __init__(self, folder: Path, company: Company, now: datetime) -> None:
        self.path, self.company, self.now = folder / "letters.csv", company, now
        self.failed: list[str] = []

    def recipe(self, **changes: Any) -> Recipe:
        columns = changes.pop("columns", {}) | MAP
        return Recipe(**({"columns": columns, "site": self.company.fly, "kind": "complaint"} | changes))

    def __call__(self, *rows: dict[str, str], by: By | None = None, **changes: Any) -> tuple[int, int, int, int]:
        columns = list(dict.fromkeys(chain(COLUMNS, *rows)))
        write_rows(self.path, columns, rows)
        return self.again(by=by, **changes)

    def again(self, *, by: By | None = None, **changes: Any) -> tuple[int, int, int, int]:
        """Import the file as it lies there: imported, updated, known, failed."""
        total, self.failed = Part(), []
        for part in imports.run(read_table(self.path).rows, self.recipe(**changes), by or By(None, self.now)):
            total += part
            self.failed += [failure.reason for failure in part.failures]
        assert total.failed == len(self.failed)
        return total.imported, total.updated, total.known, total.failed


@pytest.fixture
def take(tmp_path: Path, company: Company, now: datetime) -> Importer:
    return Importer(tmp_path, company, now)


def kinds(case: Case) -> list[str]:
    return list(
        CaseEvent.objects.filter(case=case).exclude(kind="noted").order_by("seq").values_list("kind", flat=True)
    )


def test_a_letter_with_its_reply_is_answered_and_resolved_at_its_own_times(take: Importer, company: Company) -> None:
    assert take(letter()) == (1, 0, 0, 0)
    case = Case.objects.get(external_number="7001")
    assert (case.kind, case.channel, case.site, case.status) == ("complaint", "import", company.fly, "resolved")
    assert (case.subject, case.source) == ("路灯不亮", "import")
    assert (case.received_at, case.answered_at, case.resolved_at) == (RECEIVED, REPLIED, REPLIED)
    assert (case.owner_id, case.handler_id) == (None, None)
    assert set(kinds(case)) == {"received", "accepted", "resolved", "answered"}
    words = list(Message.objects.filter(case=case).order_by("seq").values_list("text", "public"))
    assert words == [(LETTER["详情"], True), (LETTER["答复"], True)]


def test_the_hour_of_a_letter_is_that_of_its_site(take: Importer, company: Company) -> None:
    company.fly.time_zone = "America/New_York"
    company.fly.save()
    reference.changed()
    take(unanswered())
    assert Case.objects.get().received_at == datetime(2026, 3, 2, 14, 30, 15, tzinfo=UTC)


def test_a_late_reply_breached_its_clock_then_and_not_now(take: Importer, now: datetime) -> None:
    take(letter())
    clock = Clock.objects.get(kind="respond")
    assert (clock.started_at, clock.stopped_at, clock.outcome) == (RECEIVED, REPLIED, "late")
    assert clock.breached_at == clock.due_at < REPLIED < now
    breach = CaseEvent.objects.get(kind="noted", data__clock="respond", data__what="breached")
    assert (breach.at, breach.recorded_at) == (clock.due_at, now)


def test_a_reply_in_time_met_its_clock(take: Importer) -> None:
    take(letter(答复时间="2026-03-02 10:00"))
    assert set(Clock.objects.exclude(kind="visit").values_list("kind", "outcome")) == {
        ("respond", "met"),
        ("resolve", "met"),
    }


def test_a_letter_without_a_reply_stays_open(take: Importer) -> None:
    assert take(unanswered()) == (1, 0, 0, 0)
    assert Case.objects.get().status == "received"


def test_importing_a_file_twice_doubles_nothing(take: Importer) -> None:
    take(letter(), letter(编号="7002", 用户="U0043"), unanswered(编号="7003"))
    before = (Case.objects.count(), CaseEvent.objects.count(), Customer.objects.count())
    assert take.again() == (0, 0, 3, 0)
    assert (Case.objects.count(), CaseEvent.objects.count(), Customer.objects.count()) == before == (3, before[1], 2)


def test_rows_without_a_number_are_known_again_by_what_they_say(take: Importer) -> None:
    assert take(unanswered(编号=""), unanswered(编号="", 详情="又坏了。")) == (2, 0, 0, 0)
    assert take.again() == (0, 0, 2, 0)
    assert take(letter(编号="")) == (0, 1, 0, 0)


def test_the_same_number_of_another_source_is_another_case(take: Importer) -> None:
    take(unanswered())
    assert take.again(source="12345") == (1, 0, 0, 0)


def test_a_number_that_stands_for_another_case_is_not_mistaken_for_it(take: Importer) -> None:
    take(unanswered())
    assert take(unanswered(时间="2026-01-15 08:00", 主题="地铁几点开？")) == (0, 0, 0, 1)
    assert Case.objects.get().number in take.failed[0]


def test_seconds_that_a_spreadsheet_dropped_do_not_make_another_case(take: Importer) -> None:
    take(unanswered())
    assert take(unanswered(时间="2026/3/2 9:30")) == (0, 0, 1, 0)


def test_a_reply_that_is_new_for_a_known_letter_is_added(take: Importer) -> None:
    take(unanswered(), unanswered(编号="7002"))
    assert take(letter(), unanswered(编号="7002")) == (0, 1, 1, 0)
    case = Case.objects.get(external_number="7001")
    assert (case.status, case.answered_at, case.resolved_at) == ("resolved", REPLIED, REPLIED)
    assert take.again() == (0, 0, 2, 0)


def test_a_reply_for_a_letter_that_somebody_has_taken_keeps_its_owner(
    take: Importer, company: Company, now: datetime
) -> None:
    take(unanswered())
    pk = Case.objects.get().pk
    actions.accept(pk, By(company.chenjia, RECEIVED + timedelta(hours=1)))
    assert take(letter()) == (0, 1, 0, 0)
    case = Case.objects.get()
    assert (case.owner, case.status) == (company.chenjia, "resolved")


def test_a_reply_older_than_the_work_done_here_is_left_to_people(take: Importer, company: Company, by: Mover) -> None:
    take(unanswered())
    actions.accept(Case.objects.get().pk, by(company.chenjia))
    assert take(letter()) == (0, 0, 0, 1)
    assert Case.objects.get().status == "accepted"


def test_a_reply_for_an_ended_case_changes_nothing(take: Importer, company: Company, by: Mover) -> None:
    take(unanswered())
    actions.decline(Case.objects.get().pk, by(company.chenjia), reason="不归我们管。", right_door="市政")
    assert take(letter()) == (0, 0, 1, 0)


def test_a_reply_without_a_time_is_kept_among_colleagues_once(take: Importer) -> None:
    assert take(letter(答复时间="")) == (1, 0, 0, 0)
    case = Case.objects.get()
    assert (case.status, case.answered_at) == ("received", None)
    assert not Message.objects.get(text=LETTER["答复"]).public
    assert take.again() == (0, 0, 1, 0)
    assert take(letter(答复时间="", 答复="另一个答复")) == (0, 1, 0, 0)
    assert take(letter()) == (0, 1, 0, 0)
    assert Case.objects.get().resolved_at == REPLIED


def test_an_end_without_words_ends_the_case(take: Importer) -> None:
    take(letter(答复=""))
    case = Case.objects.get()
    assert (case.status, case.resolved_at, kinds(case)) == ("resolved", REPLIED, ["received", "accepted", "resolved"])


def test_a_row_that_comes_twice_in_a_file_is_one_case(take: Importer) -> None:
    assert take(letter(), letter()) == (1, 0, 1, 0)
    assert take(unanswered(编号="8"), letter(编号="8")) == (1, 1, 0, 0)
    assert Case.objects.count() == 2


def test_letters_of_one_account_belong_to_one_customer(take: Importer) -> None:
    take(letter(), letter(编号="7002"), letter(编号="7003", 用户="另一位"))
    take(letter(编号="7004"))
    assert Customer.objects.count() == 2
    customer = Case.objects.get(external_number="7001").customer
    assert customer is not None
    assert (customer.name, customer.source, customer.outside_name, customer.site.code) == (
        "U0042",
        "import",
        "U0042",
        "FLY",
    )
    assert Case.objects.filter(customer=customer).count() == 3


def test_a_phone_number_tells_who_it_is_before_any_name(
    take: Importer, company: Company, by: Mover, open_case: Any
) -> None:
    caller = open_case().case.customer
    rows = [unanswered(电话="138 0013 8000"), unanswered(编号="7002", 电话="13800138000", 用户="别名")]
    assert take(*rows, columns={"phone": "电话"}) == (2, 0, 0, 0)
    assert Customer.objects.get() == caller


def test_a_letter_without_a_name_has_no_customer(take: Importer) -> None:
    take(letter(用户=""))
    assert Case.objects.get().customer is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (letter(详情="", 主题=""), "详情"),
        (letter(时间=""), "时间"),
        (letter(时间="24/04/2019"), "时间"),
        (letter(时间="2027-01-01"), "时间"),
        (letter(时间="1900-01-01"), "1970"),
        (letter(答复时间="昨天"), "答复时间"),
        (letter(答复时间="2026-03-01 12:00"), "答复时间"),
        (letter(答复时间="2027-03-01 12:00"), "答复时间"),
        (letter(编号="7" * 65), "64"),
        (letter(详情="长" * 20_001), "20000"),
        (letter(答复="长" * 20_001), "20000"),
        (letter(用户="名" * 101), "用户"),
    ],
)
def test_a_row_that_cannot_be_taken_names_its_column_and_the_rest_comes_in(
    take: Importer, row: dict[str, str], reason: str
) -> None:
    assert take(row, letter(编号="7009")) == (1, 0, 0, 1)
    assert reason in take.failed[0]


@pytest.mark.parametrize(
    ("target", "value"),
    [("phone", "12"), ("site", "XYZ"), ("category", "没有这类"), ("kind", "rant"), ("channel", "烟信号")],
)
def test_a_value_that_we_do_not_know_fails_its_row(take: Importer, target: str, value: str) -> None:
    assert take(letter(格=value), columns={target: "格"}) == (0, 0, 0, 1)
    assert take.failed[0].startswith("格: ")


def test_a_row_may_name_its_own_site_kind_channel_category_and_place(take: Importer, company: Company) -> None:
    own = {"点": "ljf", "类": "Repair Request", "道": "phone", "目": "电梯停运", "处": "3号楼"}
    columns = {"site": "点", "kind": "类", "channel": "道", "category": "目", "place": "处"}
    assert take(unanswered(**own), unanswered(编号="2", 点="", 类=""), columns=columns) == (2, 0, 0, 0)
    case = Case.objects.get(external_number="7001")
    assert (case.site, case.kind, case.channel) == (company.ljf, "repair", "phone")
    assert (case.category, case.severity, case.place) == (company.lift, "P2", "3号楼")
    assert Case.objects.get(external_number="2").site == company.fly


def test_what_is_too_long_for_its_line_is_kept_whole_in_the_text(take: Importer) -> None:
    take(unanswered(主题="很" * 250), unanswered(编号="2", 主题="", 详情="只有正文"), unanswered(编号="3", 详情=""))
    long, bare, short = Case.objects.order_by("pk")
    assert len(long.subject) == 200
    assert Message.objects.get(case=long).text == "很" * 250 + "\n\n" + LETTER["详情"]
    assert bare.subject == "只有正文"
    assert Message.objects.get(case=short).text == short.subject == "路灯不亮"


def test_texts_of_twenty_thousand_characters_come_in_whole(take: Importer) -> None:
    text = "长" * 20_000
    assert take(letter(详情=text, 答复=text)) == (1, 0, 0, 0)
    assert Message.objects.filter(text=text).count() == 2


def test_imported_words_are_found_by_search(take: Importer, company: Company) -> None:
    take(letter(), letter(编号="7002", 详情="另一件事", 答复="另一句话"))
    for q in ("桂花路口", "检查了线路", "7001"):
        assert [case.external_number for case in queries.page(company.admin, Filter(q=q)).items] == ["7001"]


def test_many_rows_come_in_groups_and_keep_their_order(take: Importer) -> None:
    rows = [unanswered(编号=str(n), 用户=f"U{n % 7}") for n in range(2 * imports.GROUP + 3)]
    assert take(*rows) == (len(rows), 0, 0, 0)
    assert list(Case.objects.order_by("pk").values_list("external_number", flat=True)) == [row["编号"] for row in rows]
    assert Customer.objects.count() == 7


def test_an_import_that_was_broken_off_goes_on_where_it_ended(take: Importer, now: datetime) -> None:
    rows = [unanswered(编号=str(n)) for n in range(imports.GROUP + 5)]
    write_rows(take.path, COLUMNS, rows)
    first = next(imports.run(read_table(take.path).rows, take.recipe(), By(None, now)))
    assert first.imported == imports.GROUP == Case.objects.count()
    assert take.again() == (5, 0, imports.GROUP, 0)


def test_a_rehearsal_counts_the_same_and_writes_nothing(take: Importer, now: datetime) -> None:
    take(unanswered())
    rows = [letter(), letter(编号="2"), letter(编号="2"), letter(编号="3", 时间="?")]
    write_rows(take.path, COLUMNS, rows)
    before = CaseEvent.objects.count()
    total, new = Part(), 0
    for part, found in imports.rehearse(read_table(take.path).rows, take.recipe(), By(None, now)):
        total, new = total + part, new + len(found)
    assert CaseEvent.objects.count() == before
    assert (total.imported, total.updated, total.known, total.failed) == (1, 1, 1, 1) == take.again()
    assert new == 1


def test_a_number_that_another_import_brings_at_the_same_moment_is_known(
    take: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(letter())
    look, turns = queries.by_outside_number, iter(range(9))

    def late(source: str, numbers: list[str], *, lock: bool = False) -> dict[str, Case]:
        return look(source, numbers, lock=lock) if next(turns) else {}

    monkeypatch.setattr(queries, "by_outside_number", late)
    assert take(letter(), letter(编号="2")) == (1, 0, 1, 0)


def test_nobody_imports_where_they_have_no_right_to(take: Importer, company: Company, now: datetime) -> None:
    assert take(letter(), by=By(company.chenjia, now)) == (0, 0, 0, 1)
    assert take(letter(), by=By(company.zhaozhuguan, now)) == (1, 0, 0, 0)
    assert CaseEvent.objects.get(kind="received").actor == company.zhaozhuguan


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encoding_of_a_file_does_not_matter(take: Importer, encoding: str) -> None:
    write_rows(take.path, COLUMNS, [letter()])
    text = take.path.read_text("utf-8-sig")
    take.path.write_bytes(gzip.compress(text.encode(encoding)) if encoding == "gb18030" else text.encode(encoding))
    assert take.again() == (1, 0, 0, 0)
    assert Message.objects.filter(text=LETTER["答复"]).exists()


def test_a_spreadsheet_with_real_dates_and_numbers_gives_the_same_cases(take: Importer, tmp_path: Path) -> None:
    take(letter())
    book = openpyxl.Workbook()
    sheet = book.create_sheet("留言", 0)
    sheet.append(COLUMNS)
    typed: list[Any] = [7001, "U0042", LETTER["主题"], datetime(2026, 3, 2, 9, 30, 15), LETTER["详情"], "", ""]  # noqa: DTZ001
    sheet.append(typed)
    sheet.append([7002, *typed[1:]])
    take.path = tmp_path / "letters.xlsx"
    book.save(take.path)
    assert take.again() == (1, 0, 1, 0)
    assert Case.objects.get(external_number="7002").received_at == RECEIVED


def test_columns_that_carry_our_names_need_no_mapping() -> None:
    assert letters.columns_of(["Text", "other", "received_at"], []) == {"text": "Text", "received_at": "received_at"}
    assert letters.columns_of(["详情", "text"], [("text", "详情")]) == {"text": "详情"}


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ([("txt", "详情")], "text"),
        ([("text", "详清")], "详情"),
        ([("text", "详情"), ("text", "主题")], "text"),
        ([("place", "主题")], "text=COLUMN"),
    ],
)
def test_a_mapping_that_cannot_work_says_what_to_do(wanted: list[tuple[str, str]], hint: str) -> None:
    with pytest.raises(letters.BadMapping, match=hint):
        letters.columns_of(["详情", "主题"], wanted)
