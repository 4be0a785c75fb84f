"""Writing a case must not get slower with the number of cases."""

import pytest
from django.apps import apps
from django.db import connection

from huiyin.cases.models import Case

REFERENCES = [
    (model._meta.db_table, field.column)
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if field.related_model is Case
]


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_rows_that_refer_to_a_case_are_found_without_reading_their_table(table: str, column: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone looks for them when a case is written after what refers to it")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = %s", [7])
        assert [row[3].split()[0] for row in cursor.fetchall()] == ["SEARCH"]
