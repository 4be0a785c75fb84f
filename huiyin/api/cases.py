"""Cases: taking one in, lists, and one with everything about it."""

from __future__ import annotations

from typing import Annotated, Any, cast

from django.conf import settings
from django.http import FileResponse, HttpResponse
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile

from huiyin.cases import actions, details, files, queries, referring
from huiyin.cases.intake import NewCase, Opened, Outside, open_case
from huiyin.clocks import queries as clocks
from huiyin.clocks.plans import milestones
from huiyin.customers.actions import Person
from huiyin.evidence.actions import SAVED, hand_out
from huiyin.org.access import Verb

from . import answers, bodies, case_list, found
from .caller import ApiRequest
from .kept import once
from .preconditions import etag
from .verbs import PROBLEMS, perform

router = Router(tags=["cases"])


@router.post("/cases", operation_id="create_case", response={201: answers.Created, **PROBLEMS})
def create(request: ApiRequest, body: bodies.NewCase) -> HttpResponse:
    """Take in a customer voice. A known `external_number` of the same user answers 409 with the case's number."""
    caller, person = request.caller, body.customer
    new = NewCase(
        kind=body.kind,
        channel=body.channel,
        site=found.site(body.site),
        subject=body.subject,
        text=body.text,
        person=_person(person) if person else Person(),
        category=found.category(body.category) if body.category else None,
        place=body.place,
        source=caller.source if body.external_number else "",
        external_number=body.external_number,
        received_at=body.received_at,
        **_further(body),
    )
    return once(request, lambda: _created(open_case(new, caller.by())))


def _person(said: bodies.Customer) -> Person:
    tier = found.tier(said.tier) if said.tier else None
    return Person(said.name, said.phone, email=said.email, tier=tier)


def _further(body: bodies.NewCase) -> dict[str, Any]:
    """What few cases have."""
    further: dict[str, Any] = {"protected": body.protected}
    if body.outside is not None:
        further["outside"] = Outside(**body.outside.model_dump())
    if body.about is not None:
        further["about_users"] = [found.user(name, "about.users") for name in body.about.users]
        further["about_departments"] = [found.department(name, "about.departments") for name in body.about.departments]
    return further


def _created(opened: Opened) -> HttpResponse:
    case = opened.case
    answer = answers.Created(
        number=case.number,
        receipt_url=f"{settings.HUIYIN_PUBLIC_URL}/r/{opened.link}/",
        status=case.status,
        version=case.seq,
        clocks=[answers.clock(row) for row in clocks.of_new(opened.change)],
    )
    headers = {"Location": f"/api/v1/cases/{case.number}", "ETag": etag(case.seq)}
    return answers.send(answer, status=201, headers=headers)


@router.get("/cases", operation_id="list_cases", response={200: answers.Listing, **PROBLEMS})
def listing(
    request: ApiRequest,
    wanted: Query[case_list.Wanted],
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: bodies.Text = "",
    total: bool = False,
) -> HttpResponse:
    """Cases in pages: newest first, or in another order of `sort` (`oldest`, `due`, `severity`, `changed`: open ones
    only). Give `next` back as `cursor` until it is null; a page may have fewer than `limit` before. `total` is exact up
    to 10,000."""
    return answers.send(case_list.read(request, wanted, limit=limit, cursor=cursor, total=total))


@router.get("/cases/{number}", operation_id="get_case", response={200: answers.Whole, **PROBLEMS})
def one(request: ApiRequest, number: str) -> HttpResponse:
    """One case with everything about it. The number may be written in groups."""
    case = queries.get(request.caller.user, number)
    entries, running = queries.timeline(case), clocks.of_case(case)
    said = {entry.event.seq: entry.words["text"].text for entry in entries if "text" in entry.words}
    events = [entry.event for entry in entries]
    told = details.of_events(case, events, said)
    seen = referring.known(request.caller.user, events, *told.related, case.joined_into_id)
    joined = seen.get(case.joined_into_id or 0)
    answer = answers.whole(
        case,
        clocks.next_due([case.pk]).get(case.pk),
        timeline=[answers.entry(entry, seen) for entry in entries],
        clocks=[answers.clock(row) for row in running],
        milestones=answers.milestones(milestones(entries, running)),
        hand_overs=answers.hand_overs(queries.hand_overs(case)),
        commitments=answers.commitments(queries.commitments(case)),
        tasks=[answers.Task(key=one.key, text=one.text, step=one.step, done=one.done) for one in told.tasks],
        fields=told.values,
        related=[seen[pk].number for pk in told.related if pk in seen],
        joined_into=joined.number if joined else None,
    )
    return answers.send(answer, headers={"ETag": etag(case.seq)})


@router.post("/cases/{number}/files", operation_id="add_file", response={200: answers.Done, **PROBLEMS})
def add_file(
    request: ApiRequest,
    number: str,
    file: File[UploadedFile],
    text: Form[str] = "",
) -> HttpResponse:
    """Add a photo or paper as a note among colleagues; `text` says what it shows (else its name stands there)."""
    user = request.caller.user
    case = queries.get(user, number)
    queries.require(user, Verb.NOTE, case)  # before its bytes are written to disk
    stored = files.store(cast("files.Upload", file))
    note = text or stored.name
    content = "\n".join((stored.sha256, stored.name, note)).encode()
    return perform(request, number, lambda pk, by: actions.note(pk, by, text=note, files=[stored]), content=content)


_BYTES = {"responses": {200: {"description": "The bytes", "content": {"*/*": {"schema": {"type": "string"}}}}}}


@router.get("/cases/{number}/files/{int:file_id}", operation_id="get_file", response=PROBLEMS, openapi_extra=_BYTES)
def get_file(request: ApiRequest, number: str, file_id: int) -> FileResponse:
    """The bytes of a file."""
    row = queries.file_for(request.caller.user, number, file_id)
    hand_out(row, SAVED, user=request.caller.user, at=request.caller.at)
    return FileResponse(
        files.path_of(row.sha256).open("rb"), as_attachment=True, filename=row.name, content_type=row.media_type
    )
