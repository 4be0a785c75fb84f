"""Public letters and service requests, imported whole."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from huiyin.base.tables import Row, cell_text, parse_instant, read_table
from huiyin.cases import guard, imports, verify
from huiyin.cases.actions import By
from huiyin.cases.imports import Part
from huiyin.cases.letters import Recipe
from huiyin.cases.models import Case, CaseEvent
from huiyin.clocks.models import Clock
from huiyin.org import reference
from tests.cases.shared_letters import DATA, LABELLED, LETTERS, MAP, REPLY, needs_letters
from tests.people import Company

SHANGHAI = ZoneInfo("Asia/Shanghai")
REQUESTS = {
    "external_number": "unique_key",
    "received_at": "created_date",
    "replied_at": "closed_date",
    "subject": "complaint_type",
    "text": "descriptor",
    "place": "incident_address",
}


def take(path: Path, recipe: Recipe, now: datetime) -> tuple[Part, list[str]]:
    total, reasons = Part(), list[str]()
    for part in imports.run(read_table(path).rows, recipe, By(None, now)):
        total += part
        reasons += [failure.reason for failure in part.failures]
    return total, reasons


def counts(part: Part) -> tuple[int, int, int, int]:
    return part.imported, part.updated, part.known, part.failed


def waits(rows: Iterable[Row]) -> Counter[timedelta]:
    """How long each reply took, by the file alone."""
    times = ((row.values["答复时间"], row.values["留言时间"]) for row in rows)
    return Counter(parse_instant(end, SHANGHAI) - parse_instant(start, SHANGHAI) for end, start in times)


@needs_letters
def test_every_public_letter_comes_in_once_with_the_response_time_of_the_file(company: Company, now: datetime) -> None:
    recipe = Recipe(MAP | REPLY, company.hq, "complaint")
    rows = list(read_table(LETTERS).rows)
    assert counts(take(LETTERS, recipe, now)[0]) == (len(rows), 0, 0, 0)
    cases = Case.objects.all()
    assert {case.external_number for case in cases} == {cell_text(row.values["留言编号"]) for row in rows}
    assert Counter(case.answered_at - case.received_at for case in cases if case.answered_at) == waits(rows)
    spent = Clock.objects.filter(kind="respond").values_list("started_at", "stopped_at")
    assert Counter(stop - start for start, stop in spent if stop) == waits(rows)
    assert not CaseEvent.objects.exclude(kind="noted").filter(at__gte=now).exists()
    assert counts(take(LETTERS, recipe, now)[0]) == (0, 0, len(rows), 0)


@needs_letters
@pytest.mark.once
def test_replies_that_come_in_a_later_file_give_the_same_response_times(company: Company, now: datetime) -> None:
    first, both = Recipe(MAP, company.hq, "complaint"), Recipe(MAP | REPLY, company.hq, "complaint")
    rows = list(read_table(LETTERS).rows)
    assert counts(take(LETTERS, first, now)[0]) == (len(rows), 0, 0, 0)
    assert counts(take(LETTERS, both, now)[0]) == (0, len(rows), 0, 0)
    assert Counter(case.answered_at - case.received_at for case in Case.objects.all() if case.answered_at) == waits(
        rows
    )


@needs_letters
@pytest.mark.once
def test_public_letters_in_gb18030_are_the_same_letters(company: Company, now: datetime, tmp_path: Path) -> None:
    other = tmp_path / "gb.csv"
    other.write_bytes(codecs.encode(LETTERS.read_text("utf-8-sig"), "gb18030"))
    recipe = Recipe(MAP | REPLY, company.hq, "complaint")
    imported = take(other, recipe, now)[0].imported
    assert counts(take(LETTERS, recipe, now)[0]) == (0, 0, imported, 0)


@needs_letters
@pytest.mark.once
def test_labelled_letters_come_in_beside_the_others(company: Company, now: datetime) -> None:
    total, reasons = take(LABELLED, Recipe(MAP, company.hq, "complaint"), now)
    assert total.rows == total.imported + total.known
    assert reasons == []


@pytest.mark.tampers
@needs_letters
def test_a_changed_event_of_a_public_letter_is_refused_and_named(company: Company, now: datetime) -> None:
    take(LETTERS, Recipe(MAP | REPLY, company.hq, "complaint"), now)
    assert [fault for ids in verify.batches() for fault in verify.check_batch(ids)] == []
    victim = CaseEvent.objects.filter(kind="answered").order_by("pk")[700]
    change, values = "UPDATE cases_caseevent SET kind = 'called' WHERE id = %s", [victim.pk]
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(change, values)
        with guard.lifted():
            cursor.execute(change, values)
    faults = [fault for ids in verify.batches() for fault in verify.check_batch(ids)]
    assert [(fault.number, fault.seq) for fault in faults] == [(victim.case.number, victim.seq)]


@pytest.mark.parametrize(
    ("name", "zone", "reply"),
    [
        ("nyc311_20191231.csv.gz", "America/New_York", "resolution_description"),
        ("nyc311_20240526.csv.gz", "America/New_York", "resolution_description"),
        ("sf311_2008_2019.csv.gz", "America/Los_Angeles", "status_notes"),
    ],
)
def test_public_service_requests_come_in_but_for_those_that_ended_before_they_began(
    company: Company, now: datetime, name: str, zone: str, reply: str
) -> None:
    path = DATA / "gov311" / name
    if not path.is_file():
        pytest.skip("the public service requests are absent: shared/data")
    company.hq.time_zone = zone
    company.hq.save()
    reference.changed()
    rows = list(read_table(path).rows)[:1500]

    def instant(row: Row, column: str) -> datetime:
        return parse_instant(row.values[column], ZoneInfo(zone))

    closed = [row for row in rows if cell_text(row.values["closed_date"])]
    backwards = [row for row in closed if instant(row, "closed_date") < instant(row, "created_date")]
    total = Part()
    for part in imports.run(rows, Recipe(REQUESTS | {"reply": reply}, company.hq, "request"), By(None, now)):
        total += part
    assert counts(total) == (len(rows) - len(backwards), 0, 0, len(backwards))
    ended = Counter(case.resolved_at - case.received_at for case in Case.objects.all() if case.resolved_at)
    good = [row for row in closed if row not in backwards]
    assert ended == Counter(instant(row, "closed_date") - instant(row, "created_date") for row in good)
