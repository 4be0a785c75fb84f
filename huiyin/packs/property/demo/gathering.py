"""The storm and the night works as incidents: one lead, and one word to all whose cases hang on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from huiyin.alerts import chains, linking
from huiyin.alerts.models import ChainLink, Consequence, Heard, IncidentWord, WordKind
from huiyin.cases.incident_models import Incident
from huiyin.cases.workflow import OPEN, WORKING, EventKind
from huiyin.packs.property.presets import rows

from . import shared
from .organisation import DATA, MANAGER, SUPERVISOR, Company
from .shared import Sharing
from .tales import Days

if TYPE_CHECKING:
    from .story import Story


class Gathering:
    """An incident of the demo while its cases are being lived. `words`: what is said to all, oldest first; `sharing`:
    the plan that all share, if they do."""

    def __init__(self, incident: Incident, words: Sequence[IncidentWord], sharing: Sharing | None) -> None:
        self.incident, self.words, self.sharing = incident, words, sharing
        self._heard: list[Heard] = []
        self._came_of_it: list[Consequence] = []

    def take_in(self, story: Story) -> None:
        """From now on the case is one of them; what is said to all later is said in it too, as long as it is worked
        on."""
        if story.now < self.incident.opened_at:
            story.later(self.incident.opened_at, lambda: self.take_in(story))
            return
        if story.status not in OPEN:
            return
        story.add(EventKind.GATHERED, {"incident": self.incident.pk}, actor=SUPERVISOR)
        for word in self.words:
            if word.at > story.now:
                story.later(word.at, lambda word=word: self._say(story, word))  # type: ignore[misc]
        if self.sharing:
            self.sharing.take_in(story)

    def came_of_it(self, story: Story) -> None:
        """The case is another matter, and came of the incident."""
        if story.status in OPEN:
            data = {"incident": self.incident.pk, "effect": True}
            story.add(EventKind.GATHERED, data, actor=SUPERVISOR)
            self._came_of_it.append(Consequence(incident=self.incident, case=story.change.case))

    def _say(self, story: Story, word: IncidentWord) -> None:
        if story.status in WORKING and story.change.now.incident_id == self.incident.pk:
            data = {"incident": self.incident.pk, "word": word.pk, "public": True}
            story.tell(EventKind.ANSWERED, data, actor=word.by.username, text=word.text)
            self._heard.append(Heard(word=word, case=story.change.case))

    def write(self) -> None:
        """Who heard what and what came of it, once the cases are in the database."""
        Heard.objects.bulk_create(self._heard)
        Consequence.objects.bulk_create(self._came_of_it)
        if self.sharing:
            self.sharing.write()
        for word in self.words:
            word.cases = sum(heard.word_id == word.pk for heard in self._heard)
        IncidentWord.objects.bulk_update(self.words, ["cases"])


def open_all(company: Company, days: Days) -> dict[str, Gathering]:
    """The incidents by the tale that they belong to. One that led to another knows it by then, and so does its word."""
    lines = {line["tale"]: line for line in rows("incidents.csv", DATA)}
    incidents = {tale: _open(line, company, days) for tale, line in lines.items()}
    words: dict[str, list[IncidentWord]] = {tale: [] for tale in lines}
    for tale, incident in incidents.items():
        links = _chain(tale, incidents, days)
        for row in rows("public.csv", DATA):
            if row["tale"] == tale:
                said = _word(incident, row, links, days)
                words[tale].append(said)
                if further := row["onward"]:
                    words[further].append(_onward(incidents[further], said))
    return {
        tale: Gathering(incident, words[tale], shared.begin(tale, incident, company, days))
        for tale, incident in incidents.items()
    }


def _open(line: dict[str, str], company: Company, days: Days) -> Incident:
    lead = company.staff[MANAGER if line["lead"] == "manager" else SUPERVISOR]
    opened, closed = (days.at(int(line[f"{name}_day"]), line[f"{name}_time"]) for name in ("opened", "closed"))
    over = closed <= days.until
    return Incident.objects.create(
        site=company.sites[line["site"]],
        title=line["title"],
        cause=line["cause"],
        lead=lead,
        opened_at=opened,
        opened_by=company.staff[SUPERVISOR],
        closed_at=closed if over else None,
        close_reason=line["close_reason"] if over else "",
    )


def _chain(tale: str, incidents: Mapping[str, Incident], days: Days) -> list[ChainLink]:
    """What led to what, written down as it became known; one end may be another incident."""
    incident = incidents[tale]
    found = [
        ChainLink(
            incident=incident,
            cause=row["cause"],
            effect=row["effect"],
            effect_incident=incidents.get(row["effect_tale"]),
            hours=int(row["hours"]),
            note=row["note"],
            by=incident.lead,
            at=days.at(int(row["day"]), row["time"]),
        )
        for row in rows("chain.csv", DATA)
        if row["tale"] == tale
    ]
    ChainLink.objects.bulk_create(found)
    incident.story = _story(found)
    incident.save(update_fields=["story"])
    return found


def _story(links: Sequence[ChainLink]) -> list[list[chains.Named]]:
    return chains.lines([linking.nodes(row) for row in links])


def _word(incident: Incident, row: dict[str, str], links: Sequence[ChainLink], days: Days) -> IncidentWord:
    """A word to all; in one of them stands the chain as far as it was known then."""
    at = days.at(int(row["day"]), row["time"])
    text = row["text"]
    if row["chain"]:
        text += "\n" + chains.for_customers(_story([link for link in links if link.at <= at]))
    done = at + timedelta(seconds=2)
    kind, by = WordKind.TOLD, incident.lead
    return IncidentWord.objects.create(incident=incident, kind=kind, text=text, by=by, at=at, finished_at=done)


def _onward(incident: Incident, word: IncidentWord) -> IncidentWord:
    """The same word to the customers of an incident that followed."""
    same = {"kind": word.kind, "text": word.text, "by": word.by, "at": word.at, "finished_at": word.finished_at}
    return IncidentWord.objects.create(incident=incident, followed=word, **same)
