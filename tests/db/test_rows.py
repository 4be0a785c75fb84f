"""Rows written by `insert_rows` are the rows Django would have written, on both databases."""

import datetime
import gc
import uuid
from collections.abc import Iterator
from typing import ClassVar

import pytest
from django.db import IntegrityError, connection, models, transaction
from pytest_django import DjangoDbBlocker

from huiyin.cases.models import Case
from huiyin.clocks.models import Clock
from huiyin.db.rows import MOST_ROWS, collector_at_rest, deferred, insert_objects, insert_rows, new_row

AT = datetime.datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


class Colour(models.TextChoices):
    RED = "red", "Red"


class Parent(models.Model):
    objects: ClassVar["models.Manager[Parent]"] = models.Manager()
    name = models.CharField(max_length=20, unique=True)

    class Meta:
        app_label = "rows_tests"

    def __str__(self) -> str:
        return self.name


class Sample(models.Model):
    objects: ClassVar["models.Manager[Sample]"] = models.Manager()
    parent = models.ForeignKey(Parent, null=True, on_delete=models.CASCADE)
    word = models.CharField(max_length=20)
    colour = models.CharField(max_length=5, choices=Colour.choices)
    count = models.BigIntegerField()
    is_open = models.BooleanField()
    at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    key = models.UUIDField(null=True)
    data = models.JSONField(null=True)
    blob = models.BinaryField(null=True)
    share = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    free = models.IntegerField(db_default=7)

    class Meta:
        app_label = "rows_tests"

    def __str__(self) -> str:
        return self.word


FIELDS = ("parent_id", "word", "colour", "count", "is_open", "at", "day", "key", "data", "blob")


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tables of our own with every kind of column, outside any transaction as in the worker."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Parent)
            editor.create_model(Sample)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Sample)
            editor.delete_model(Parent)


@pytest.fixture(autouse=True)
def _rows(_tables: None) -> Iterator[None]:
    yield
    Sample.objects.all().delete()
    Parent.objects.all().delete()


def row(**changes: object) -> tuple[object, ...]:
    values: dict[str, object] = {
        "parent_id": None, "word": "一百% %s 't'", "colour": Colour.RED, "count": 2**40, "is_open": True, "at": AT,
        "day": AT.date(), "key": uuid.UUID(int=5), "data": {"k": ["值", 1, None]}, "blob": b"\x00\xff",
    }  # fmt: skip
    values.update(changes)
    return tuple(values[name] for name in FIELDS)


def test_every_kind_of_column_is_read_back_as_django_would_have_written_it() -> None:
    parent = Parent.objects.create(name="p")
    (key,) = insert_rows(Sample, FIELDS, [row(parent_id=parent.pk)], returning=True)
    written = dict(zip(FIELDS, row(parent_id=parent.pk), strict=True))
    twin = Sample.objects.create(**written)
    columns = [field.attname for field in Sample._meta.concrete_fields if not field.primary_key]
    got = Sample.objects.values_list(*columns).get(pk=key)
    assert got == Sample.objects.values_list(*columns).get(pk=twin.pk)
    assert Sample.objects.filter(at=AT, key=uuid.UUID(int=5), data__k__1=1, is_open=True, free=7).count() == 2


def test_null_stays_null_in_every_nullable_column() -> None:
    (key,) = insert_rows(Sample, FIELDS, [row(at=None, day=None, key=None, data=None, blob=None)], returning=True)
    sample = Sample.objects.get(pk=key)
    assert (sample.at, sample.day, sample.key, sample.data, sample.blob) == (None,) * 5
    assert Sample.objects.filter(data__isnull=True).exists()


@pytest.mark.parametrize("count", [0, 1, 5, 2_345])
def test_keys_come_back_in_the_order_of_the_rows(count: int) -> None:
    keys = insert_rows(Sample, FIELDS, [row(count=n) for n in range(count)], returning=True)
    assert list(Sample.objects.filter(pk__in=keys).order_by("pk").values_list("count", flat=True)) == list(range(count))
    assert keys == sorted(keys)
    assert len(keys) == count


def test_nothing_is_returned_unless_asked_for() -> None:
    assert insert_rows(Parent, ("name",), [("a",), ("b",)]) == []
    assert Parent.objects.count() == 2


def test_a_broken_constraint_raises_and_leaves_no_part_of_a_long_list() -> None:
    names = [(f"n{n}",) for n in range(1_200)]
    with pytest.raises(IntegrityError):
        insert_rows(Parent, ("name",), [*names, ("n5",)])
    assert not Parent.objects.exists()


def test_a_broken_constraint_inside_a_transaction_marks_it_for_rollback() -> None:
    insert_rows(Parent, ("name",), [("a",)])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Parent, ("name",), [("a",)])
    assert Parent.objects.count() == 1


def test_a_forgotten_column_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="no value for count, is_open"):
        insert_rows(Sample, ("word", "colour"), [("a", "red")])


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        insert_rows(Sample, FIELDS, [row(at=AT.replace(tzinfo=None))])


def test_a_decimal_takes_the_long_way_through_django() -> None:
    insert_rows(Sample, (*FIELDS, "share"), [(*row(), "12.50")])
    assert str(Sample.objects.get().share) == "12.50"


def test_a_new_row_is_what_the_model_itself_would_make() -> None:
    for model, values in ((Clock, {"kind": "reply", "ref": 3}), (Case, {"subject": "灯", "site_id": 7})):
        quick, usual = new_row(model, **values), model(**values)
        columns = [field.attname for field in model._meta.concrete_fields]
        assert {name: getattr(quick, name) for name in columns} == {name: getattr(usual, name) for name in columns}
        assert quick._state.adding
        assert quick.pk is None


def test_new_rows_share_no_list() -> None:
    one, other = new_row(Clock), new_row(Clock)
    one.pauses.append(["a", "b"])
    assert other.pauses == []


def test_objects_are_inserted_by_their_attributes(db: None) -> None:
    insert_objects(Parent, ("id", "name"), [Parent(pk=7, name="one"), Parent(pk=9, name="two")])
    insert_objects(Parent, ("id", "name"), [])
    assert dict(Parent.objects.values_list("pk", "name")) == {7: "one", 9: "two"}


def test_the_collector_works_again_after_its_rest() -> None:
    with pytest.raises(KeyError), collector_at_rest():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_deferred_inserts_wait_until_they_are_sent_and_keep_their_order(db: None) -> None:
    with deferred() as waiting:
        insert_rows(Parent, ("id", "name"), [(number, f"p{number}") for number in range(100, MOST_ROWS + 102)])
        insert_rows(Parent, ("id", "name"), [(9000, "last")])
        assert not Parent.objects.exists()
        assert insert_rows(Parent, ("name",), [("at once",)], returning=True)
    assert Parent.objects.count() == 1
    waiting.send()
    assert Parent.objects.count() == MOST_ROWS + 4
    insert_rows(Parent, ("id", "name"), [(9001, "sent at once")])
    assert Parent.objects.filter(pk=9001).exists()


def test_rows_by_copy_are_the_rows_of_an_insert() -> None:
    rows: list[tuple[object, ...]] = [
        (None, f"词\t\\{n}", "red", n, n % 2 == 0, AT, AT.date(), uuid.UUID(int=n), {"话": [n, None]}, b"\0\xff")
        for n in range(3)
    ]
    rows.append((None, "", "red", 9, True, None, None, None, None, None))
    insert_rows(Sample, FIELDS, rows)
    with deferred(copying=True) as waiting:
        insert_rows(Sample, FIELDS, rows[:2])
        insert_rows(Sample, FIELDS, rows[2:])
    assert len(waiting.copies) == (connection.vendor == "postgresql")
    with transaction.atomic():
        waiting.send()
    found = list(Sample.objects.order_by("pk").values_list(*FIELDS, "free"))
    assert len(found) == 8
    assert [tuple(map(_plain, row)) for row in found[:4]] == [tuple(map(_plain, row)) for row in found[4:]]


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
