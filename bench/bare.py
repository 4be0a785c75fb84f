"""The bare stack that case creation is measured against: the same libraries doing nearly nothing.

Django and Ninja validate eight fields, one durable transaction inserts a case and an event, the answer is 201. No
log-in, no rules, no deadlines, no search, no history, no middleware. `/cases` writes by the ORM, as anybody would;
`/raw` by SQL written by hand. `bench.bare:application` runs under the same server with the same settings and on the
same kind of database as the product; `python -m bench.bare` makes its tables.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Literal

import django
from django.conf import settings
from pydantic import BaseModel, ConfigDict

from huiyin import settings as product

if not settings.configured:
    settings.configure(
        DATABASES=product.DATABASES,
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="bare",
        ROOT_URLCONF="bench.bare",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        MIDDLEWARE=[],
        INSTALLED_APPS=[],
    )
    django.setup()

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI

RAW_CASE = """INSERT INTO bare_case (kind, channel, site, subject, text, place, name, phone, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"""
RAW_EVENT = "INSERT INTO bare_event (case_id, kind, at, data) VALUES (%s, %s, %s, %s)"


class Case(models.Model):
    """Eight fields and a time."""

    kind = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    site = models.CharField(max_length=32)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    place = models.CharField(max_length=120)
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.subject


class Event(models.Model):
    """That the case came in."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.kind


class Customer(BaseModel):
    """Two of the eight fields."""

    model_config = ConfigDict(extra="forbid")
    name: str
    phone: str


class NewCase(BaseModel):
    """The others."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["complaint", "repair", "inquiry"]
    channel: Literal["phone", "portal"]
    site: str
    subject: str
    text: str
    place: str
    customer: Customer


api = NinjaAPI(docs_url=None, openapi_url=None)


@api.post("/cases")
def create(request: HttpRequest, body: NewCase) -> HttpResponse:
    """Two rows by the ORM, one transaction."""
    at = datetime.now(UTC)
    values = body.model_dump(exclude={"customer"}) | body.customer.model_dump()
    with transaction.atomic():
        case = Case(at=at, **values)
        case.save(force_insert=True)
        Event(case=case, kind="received", at=at, data={"kind": body.kind}).save(force_insert=True)
    return answer(case.pk)


@api.post("/raw")
def create_raw(request: HttpRequest, body: NewCase) -> HttpResponse:
    """Two rows by hand-written SQL, one transaction."""
    at = datetime.now(UTC).isoformat()
    row = [body.kind, body.channel, body.site, body.subject, body.text, body.place]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAW_CASE, [*row, body.customer.name, body.customer.phone, at])
        (key,) = cursor.fetchone()
        cursor.execute(RAW_EVENT, [key, "received", at, json.dumps({"kind": body.kind})])
    return answer(key)


def answer(key: int) -> HttpResponse:
    """201 with the number."""
    return HttpResponse(json.dumps({"number": key}), status=201, content_type="application/json")


def prepare() -> None:
    """Make the two tables anew."""
    with connection.schema_editor() as schema:
        existing = connection.introspection.table_names()
        for model in (Event, Case):
            if model._meta.db_table in existing:
                schema.delete_model(model)
        for table in (Case, Event):
            schema.create_model(table)


urlpatterns = [path("", api.urls)]
application = WSGIHandler()
if __name__ == "__main__":
    prepare()
