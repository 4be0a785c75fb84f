"""Rows that stand beside the snapshot because lists ask for them: hand-overs and commitments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from huiyin.db.rows import insert_objects, insert_rows, new_row

from .change import Change
from .models import Avoidance, Case, CaseEvent, Commitment, HandOver, Part
from .tag_models import CaseTag
from .workflow import EventKind

_HAND_OVER = (
    "case_id",
    "seq",
    "department_id",
    "asked_at",
    "signed_at",
    "replied_at",
    "reply_seq",
    "dropped",
    "part",
    "passed_from",
    "usable",
    "unusable",
)
_COMMITMENT = ("case_id", "seq", "due_at", "kept", "settled_at")


def write(changes: Sequence[Change]) -> None:
    """Insert what is new and update what was settled."""
    hand_overs = [row for change in changes for row in _hand_overs(change).values()]
    commitments = [row for change in changes for row in _commitments(change).values()]
    insert_objects(HandOver, _HAND_OVER, hand_overs)
    insert_objects(Commitment, _COMMITMENT, commitments)
    for change in changes:
        if any(event.kind == EventKind.CONCERNED for event in change.events):
            _step_aside(change)
        if change.now.tags != change.before.tags:
            _tag(change)


def _hand_overs(change: Change) -> dict[int, HandOver]:
    """New hand-overs of a change by number; replies to older ones are written at once."""
    made: dict[int, HandOver] = {}
    for event in change.events:
        if event.kind in (EventKind.HANDED_OVER, EventKind.PASSED):
            made[event.seq] = new_row(
                HandOver,
                case_id=change.case.pk,
                seq=event.seq,
                department_id=event.data["department"],
                asked_at=event.at,
                part=event.data.get("part", Part.LEAD.value),
                passed_from=event.data["hand_over"] if event.kind == EventKind.PASSED else None,
            )
        elif event.kind == EventKind.SIGNED:
            _sign(change.case, event, made)
        elif event.kind == EventKind.REPLIED:
            number = event.data["hand_over"]
            if number in made:
                made[number].replied_at, made[number].reply_seq = event.at, event.seq
            else:
                HandOver.objects.filter(case=change.case, seq=number).update(replied_at=event.at, reply_seq=event.seq)
        elif event.kind == EventKind.JUDGED:
            _judge(change.case, event, made)
    _drop(change, made)
    return made


def _sign(case: Case, event: CaseEvent, made: dict[int, HandOver]) -> None:
    number = event.data["hand_over"]
    if number in made:
        made[number].signed_at = event.at
    else:
        HandOver.objects.filter(case=case, seq=number).update(signed_at=event.at)


def _judge(case: Case, event: CaseEvent, made: dict[int, HandOver]) -> None:
    number, usable, why = (event.data[name] for name in ("hand_over", "usable", "why"))
    if number in made:
        made[number].usable, made[number].unusable = usable, why
    else:
        HandOver.objects.filter(case=case, seq=number).update(usable=usable, unusable=why)


def _drop(change: Change, made: dict[int, HandOver]) -> None:
    """What the fold no longer counts as open and nobody replied to was dropped: the case ended first."""
    still = {seq for seq, _department in change.now.open_hand_overs}
    for row in made.values():
        row.dropped = row.replied_at is None and row.seq not in still
    gone = {seq for seq, _department in change.before.open_hand_overs} - still
    if gone:
        HandOver.objects.filter(case=change.case, seq__in=gone, replied_at=None).update(dropped=True)


def _step_aside(change: Change) -> None:
    """Those whom the case is about, as of now."""
    if not change.new:
        Avoidance.objects.filter(case=change.case).delete()
    rows: list[tuple[int, int | None, int | None]] = [(change.case.pk, user, None) for user in change.now.about_users]
    rows += [(change.case.pk, None, department) for department in change.now.about_departments]
    insert_rows(Avoidance, ("case_id", "user_id", "department_id"), rows)


def _tag(change: Change) -> None:
    before, now = set(change.before.tags), set(change.now.tags)
    if gone := before - now:
        CaseTag.objects.filter(case=change.case, tag__in=gone).delete()
    insert_rows(CaseTag, ("case_id", "tag_id"), [(change.case.pk, tag) for tag in sorted(now - before)])


def _commitments(change: Change) -> dict[int, Commitment]:
    made: dict[int, Commitment] = {}
    for event in change.events:
        if event.kind == EventKind.COMMITTED:
            due = datetime.fromisoformat(event.data["due_at"])
            made[event.seq] = new_row(Commitment, case_id=change.case.pk, seq=event.seq, due_at=due)
        elif event.kind == EventKind.KEPT:
            _settle(change.case, event, made)
    return made


def _settle(case: Case, event: CaseEvent, made: dict[int, Commitment]) -> None:
    number, kept = event.data["commitment"], event.data["kept"]
    if number in made:
        made[number].kept, made[number].settled_at = kept, event.at
    else:
        Commitment.objects.filter(case=case, seq=number).update(kept=kept, settled_at=event.at)
