"""The verbs of tasks, fields and links of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from huiyin.org.access import Verb

from . import particulars, queries, timeline
from .actions import BadInput, By, acting, doer, said
from .change import Change
from .details import TOPIC, read
from .particulars import Done, Field, FieldKind
from .workflow import EventKind

MOST_NEW = 20
"""So many tasks at once."""


def check(
    case_id: int, by: By, *, add: Sequence[str] = (), done: Sequence[str] = (), undone: Sequence[str] = ()
) -> Change:
    """Tick tasks off or take the tick back (by key), and add own ones."""
    with acting(Verb.CHECK, case_id, by) as change:
        known = {task.key: task for task in read(change.case).tasks}
        for name, keys, now in (("done", done, True), ("undone", undone, False)):
            for key in keys:
                if key not in known:
                    raise BadInput(name, _("There is no such task: %(task)s.") % {"task": key})
                if known[key].done is not now:
                    _tick(change, known[key], now)
        if len(add) > MOST_NEW:
            raise BadInput("add", _("At most %(most)d at once.") % {"most": MOST_NEW})
        for words in add:
            given = said("add", words)
            if len(given) > particulars.MOST_LETTERS:
                raise BadInput("add", _("At most %(most)d characters.") % {"most": particulars.MOST_LETTERS})
            change.add(EventKind.NOTED, {"what": "task", "step": "handle"}, words={"text": given}, topic=TOPIC)
    return change


def _tick(change: Change, task: Done, done: bool) -> None:
    own = int(task.key) if task.key.isdigit() and task.key != task.text else None
    data = {"what": "ticked", "task": own, "done": done}
    change.add(EventKind.NOTED, data, words={"text": task.text}, topic=TOPIC)


def fill(case_id: int, by: By, *, values: Mapping[str, object]) -> Change:
    """Fill in fields of the category, by name; an empty value takes one back."""
    with acting(Verb.FILL, case_id, by) as change:
        now = read(change.case)
        fields = {field.name: field for field in now.fields}
        for name, value in values.items():
            if name not in fields:
                raise BadInput("values", _("This category has no field “%(name)s”.") % {"name": name})
            try:
                kept = particulars.stored(fields[name], value)
            except ValueError as error:
                raise BadInput("values", f"{name}{_(': ')}{error}") from error
            if kept != now.values.get(name, ""):
                _fill(change, fields[name], kept)
    return change


def _fill(change: Change, field: Field, value: str) -> None:
    data = {"what": "field", "field": field.name}
    if field.kind is FieldKind.TEXT and value:
        # Words may be erased by law; codes may not.
        change.add(EventKind.NOTED, data, words={"text": said("values", value)}, topic=TOPIC)
    else:
        change.add(EventKind.NOTED, data | {"value": value}, topic=TOPIC)


def relate(case_id: int, by: By, *, to: int, off: bool = False) -> Change:
    """Link two cases that belong together without being one, or end that; both timelines tell."""
    if to == case_id:
        raise BadInput("to", _("A case can't be linked with itself."))
    with timeline.editing_all([case_id, to], at=by.at, actor=by.user) as changes:
        change, other = changes[case_id], changes[to]
        for one in (change, other):
            queries.require(doer(by), Verb.RELATE, one.case)
        timeline.expect(change, by.expect)
        linked = to in read(change.case).related
        if off and not linked:
            raise BadInput("to", _("These cases are not linked."))
        if linked is off:
            what = "unrelated" if off else "related"
            change.add(EventKind.NOTED, {"what": what, "case": to}, topic=TOPIC)
            other.add(EventKind.NOTED, {"what": what, "case": case_id}, topic=TOPIC)
    return change
