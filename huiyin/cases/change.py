"""What is about to happen to a case: facts stepped through in memory, before `timeline` writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model

from huiyin.base import ledger
from huiyin.db.rows import new_row
from huiyin.org.models import User

from .fold import step
from .models import Case, CaseEvent, File, Message
from .workflow import EventKind, Snapshot

SNAPSHOT_FIELDS = tuple(field.name for field in fields(Snapshot))
_NOTHING = Snapshot()


@dataclass(frozen=True)
class StoredFile:
    """A file whose bytes already lie in the data folder."""

    sha256: str
    name: str
    media_type: str
    size: int


def snapshot_of(case: Case) -> Snapshot:
    """The snapshot as the row has it."""
    values = {name: getattr(case, name) for name in SNAPSHOT_FIELDS}
    values["open_hand_overs"] = tuple((seq, department) for seq, department in case.open_hand_overs)
    lists = ("signed", "passed", "open_commitments", "open_questions", "open_milestones")
    for name in (*lists, "about_users", "about_departments", "tags"):
        values[name] = tuple(values[name])
    values["open_requests"] = tuple((seq, kind, about) for seq, kind, about in case.open_requests)
    return Snapshot(**values)


def entry_of(event: CaseEvent) -> dict[str, object]:
    """What the digest of an event covers."""
    return {
        "seq": event.seq,
        "kind": event.kind,
        "topic": event.topic,
        "at": event.at.astimezone(UTC).isoformat(),
        "recorded_at": event.recorded_at.astimezone(UTC).isoformat(),
        "actor": event.actor_id,
        "data": event.data,
    }


def fixed(case: Case) -> dict[str, object]:
    """What is settled when a case is received and by nothing later; the first entry keeps it."""
    return {"kind": case.kind, "channel": case.channel, "site": case.site_id}


class Change:
    """What is about to happen to one case. `before` and `now` are snapshots, `events` the new ones in order, and
    `states` the snapshot after each of them: what followers see when a whole history comes in one change."""

    def __init__(self, case: Case, *, at: datetime, actor: User | None, new: bool = False) -> None:
        self.case, self.at, self.new = case, at, new
        self.actor = actor
        self.before = self.now = _NOTHING if new else snapshot_of(case)
        self.events: list[CaseEvent] = []
        self.states: list[Snapshot] = []
        self.messages: list[Message] = []
        self.files: list[File] = []
        self.anyway: set[int] = set()
        """Patterns of words that were passed over: the event that carries the words to the customer keeps them."""
        self.quiet = False
        """It tells what has happened elsewhere: no mail goes out for it."""
        self.rows: list[Model] = []
        """What followers made for the case or changed: neither the caller nor those who follow need read it again."""

    def add(
        self,
        kind: EventKind,
        data: Mapping[str, Any] | None = None,
        *,
        words: Mapping[str, str] | None = None,
        public: Set[str] = frozenset(),
        files: Sequence[StoredFile] = (),
        at: datetime | None = None,
        actor: User | None = None,
        topic: str = "",
    ) -> CaseEvent:
        """Append one fact.

        `words`: what was said, by part (`text`, `cause`, …); `public`: the parts that the customer may see (`files` for
        the files), kept in the entry as `shown`. `at`: when it happened, if not now. Raises `NotAllowed` when the
        workflow says no.
        """
        at, actor = at or self.at, actor or self.actor
        seq, content = self.case.seq + 1, dict(data or {})
        if said := {part: text for part, text in (words or {}).items() if text}:
            content["words"] = {part: self._keep(seq, part, text, part in public) for part, text in said.items()}
        if shown := sorted(public & {*said, *(["files"] if files else ())}):
            content["shown"] = shown
            content |= self._passed_over()
        if files:
            content["files"] = [file.sha256 for file in files]
            self.files += [File(seq=seq, public="files" in public, **vars(file)) for file in files]
        self.now = step(self.now, kind, seq=seq, at=at, data=content)
        event = new_row(CaseEvent, seq=seq, kind=kind, topic=topic, at=at, recorded_at=self.at, data=content)
        event.actor_id = actor.pk if actor is not None else None
        event.digest = self.case.digest = ledger.link(self.case.digest, entry_of(event))
        self.case.seq = seq
        self.events.append(event)
        self.states.append(self.now)
        return event

    def note(self, topic: str, data: dict[str, Any], *, at: datetime | None = None) -> None:
        """Append a fact of another domain; the workflow ignores it."""
        self.add(EventKind.NOTED, data, topic=topic, at=at)

    def _passed_over(self) -> dict[str, list[int]]:
        keys, self.anyway = sorted(self.anyway), set()
        return {"anyway": keys} if keys else {}

    def _keep(self, seq: int, part: str, text: str, public: bool) -> str:
        salt = ledger.new_salt()
        self.messages.append(new_row(Message, seq=seq, part=part, public=public, text=text, salt=salt))
        return ledger.text_digest(salt, text)
