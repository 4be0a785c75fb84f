"""The storm and the night works as incidents: one lead, and one word to all whose cases hang on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from huiyin.alerts.models import Heard, IncidentWord, WordKind
from huiyin.cases.incident_models import Incident
from huiyin.cases.workflow import OPEN, WORKING, EventKind
from huiyin.packs.property.presets import rows

from .organisation import DATA, MANAGER, SUPERVISOR, Company
from .tales import Days

if TYPE_CHECKING:
    from .story import Story


class Gathering:
    """An incident of the demo while its cases are being lived. `words`: what is said to all, oldest first."""

    def __init__(self, incident: Incident, words: Sequence[IncidentWord]) -> None:
        self.incident, self.words = incident, words
        self._heard: list[Heard] = []

    def take_in(self, story: Story) -> None:
        """From now on the case is one of them; what is said to all later is said in it too, as long as it is worked
        on."""
        if story.status not in OPEN:
            return
        story.add(EventKind.GATHERED, {"incident": self.incident.pk}, actor=SUPERVISOR)
        for word in self.words:
            if word.at > story.now:
                story.later(word.at, lambda word=word: self._say(story, word))  # type: ignore[misc]

    def _say(self, story: Story, word: IncidentWord) -> None:
        if story.status in WORKING and story.change.now.incident_id == self.incident.pk:
            data = {"incident": self.incident.pk, "word": word.pk, "public": True}
            story.tell(EventKind.ANSWERED, data, actor=self.incident.lead.username, text=word.text)
            self._heard.append(Heard(word=word, case=story.change.case))

    def write(self) -> None:
        """Who heard what, once the cases are in the database."""
        Heard.objects.bulk_create(self._heard)
        for word in self.words:
            word.cases = sum(heard.word_id == word.pk for heard in self._heard)
        IncidentWord.objects.bulk_update(self.words, ["cases"])


def open_all(company: Company, days: Days) -> dict[str, Gathering]:
    """The incidents by the tale that they belong to."""
    return {line["tale"]: _open(line, company, days) for line in rows("incidents.csv", DATA)}


def _open(line: dict[str, str], company: Company, days: Days) -> Gathering:
    lead = company.staff[MANAGER if line["lead"] == "manager" else SUPERVISOR]
    opened, closed = (days.at(int(line[f"{name}_day"]), line[f"{name}_time"]) for name in ("opened", "closed"))
    incident = Incident.objects.create(
        site=company.sites[line["site"]],
        title=line["title"],
        cause=line["cause"],
        lead=lead,
        opened_at=opened,
        opened_by=company.staff[SUPERVISOR],
        closed_at=closed if closed <= days.until else None,
    )
    words = [row for row in rows("public.csv", DATA) if row["tale"] == line["tale"]]
    return Gathering(incident, [_word(incident, days.at(int(row["day"]), row["time"]), row["text"]) for row in words])


def _word(incident: Incident, at: datetime, text: str) -> IncidentWord:
    done = at + timedelta(seconds=2)
    kind, by = WordKind.TOLD, incident.lead
    return IncidentWord.objects.create(incident=incident, kind=kind, text=text, by=by, at=at, finished_at=done)
