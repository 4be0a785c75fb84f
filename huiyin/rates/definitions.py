"""What each rate is: one record that the page, the API and the guide print. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiyin.returns.validity import Doubt

REPEAT_DAYS = 30
"""The same customer with the same sort of matter within so many days: it wasn't solved at the first attempt."""
SATISFIED, BARELY = 4, 3
"""Of five: satisfied from here on; the grade that stands apart (基本满意), which others like to count as satisfied."""


class Rate(TextChoices):
    """The rates."""

    RESPOND = "respond", _("answered in time")
    ARRIVE = "arrive", _("arrived in time")
    REPLY = "reply", _("department replied in time")
    RESOLVE = "resolve", _("finished in time")
    COMMITMENT = "commitment", _("commitments kept")
    ONCE = "once", _("solved at the first attempt")
    SATISFIED = "satisfied", _("satisfied at return visit")
    REACHED = "reached", _("return visits reached")
    UNTOUCHED = "untouched", _("nothing set by hand")
    DIRECT = "direct", _("handed over once")
    KEPT = "kept", _("department answered itself")
    USABLE = "usable", _("answers usable")
    ASKED = "asked", _("satisfied at the closing question")
    RESPONSE = "response", _("those asked who answered")
    WILLING = "willing", _("those reached who answered")
    CREDIBLE = "credible", _("answers without a doubt")
    DOUBTFUL = "doubtful", _("satisfied in doubtful answers")


OF_RESOLUTION = frozenset({Rate.ONCE, Rate.UNTOUCHED, Rate.DIRECT})
"""Rates of whole cases: what they count begins with the first resolution."""
OF_DEPARTMENTS = frozenset({Rate.KEPT})
"""Rates of departments alone: nobody has figures of their own."""
OF_ANSWERS = (Rate.RESPONSE, Rate.WILLING, Rate.CREDIBLE, Rate.DOUBTFUL)
"""How far the answers can be trusted; their person is whoever asked."""
BY_WORK = frozenset({Rate.RESOLVE, Rate.ONCE, Rate.SATISFIED, Rate.REACHED, Rate.ASKED, *OF_ANSWERS})
"""Rates of the department that did the work, when no department has the case any more."""
APART = frozenset({Rate.ASKED, *OF_ANSWERS})
"""What stands in no row of figures: whoever did the work asked themselves; or it is about the answers, not the work."""


class Group(TextChoices):
    """Whose satisfaction is compared: nothing went wrong for them, it was made good, or it wasn't."""

    NEVER = "never", _("nothing went wrong")
    RECOVERED = "recovered", _("went wrong and made good")
    UNRESOLVED = "unresolved", _("went wrong and not made good")


class Mark(TextChoices):
    """How one thing that is counted went."""

    MET = "met", _("in time")
    LATE = "late", _("late")
    OPEN = "open", _("late and still open")
    GONE = "gone", _("not counted after all")
    SOLVED = "solved", _("solved")
    REOPENED = "reopened", _("reopened")
    REPEATED = "repeated", _("came back")
    ANSWERED = "answered", _("reached")
    UNREACHED = "unreached", _("not reached")
    UNTOUCHED = "untouched", _("by the rules")
    SEVERITY = "severity", _("severity set by hand")
    CLOCK = "clock", _("deadline set by hand")
    CLOSING = "closing", _("closed without asking the customer")
    ASIDE = "aside", _("somebody no longer steps aside")
    SEVERAL = "several", _("several things set by hand")
    STRAIGHT = "straight", _("one department did it")
    PASSED = "passed", _("passed on")
    RETURNED = "returned", _("returned")
    OFTEN = "often", _("handed over several times")
    REPLIED = "replied", _("answered itself")
    USABLE = "usable", _("usable")
    INCOMPLETE = "incomplete", _("incomplete")
    BESIDE = "beside", _("doesn't answer the question")
    WORDING = "wording", _("not in words for the customer")
    LATE_FACTS = "late_facts", _("the facts came too late")
    OTHER = "other", _("for another reason")
    DECLINED = "declined", _("did not want to answer")
    SILENT = "silent", _("no answer to the link")
    CREDIBLE = "credible", _("without a doubt")
    HASTY = "hasty", Doubt.HASTY.label
    UNSOLVED = "unsolved", Doubt.UNSOLVED.label
    PROMISE = "promise", Doubt.PROMISE.label
    PRAISED = "praised", Doubt.PRAISED.label
    TRUSTED = "trusted", _("doubtful, and believed all the same")
    GRADE_1 = "grade_1", "1"
    GRADE_2 = "grade_2", "2"
    GRADE_3 = "grade_3", "3"
    GRADE_4 = "grade_4", "4"
    GRADE_5 = "grade_5", "5"


_WRONG = pgettext_lazy("rate", "What went wrong")


@dataclass(frozen=True)
class Definition:
    """`question` that it answers; `formula` in words: numerator over denominator, what puts a thing into a period, what
    isn't counted; `source`: where the measure comes from (ours: decided in this house); `against`: what to call
    those that didn't go so: setting something by hand is nothing that went wrong."""

    question: Promise
    formula: Promise
    source: str
    against: Promise = _WRONG

    @property
    def is_fault(self) -> bool:
        """Did something go wrong when it didn't go so?"""
        return self.against is _WRONG


_UNANSWERED = pgettext_lazy("rate", "Who did not answer")
_DOUBTS = pgettext_lazy("rate", "Which are doubtful")
_BY_CLOCK = _(
    "Deadlines of the period that were met ÷ all deadlines of the period, also those that are still open. A deadline "
    "that nobody waits for any more is not counted unless it had passed."
)
DEFINITIONS: dict[Rate, Definition] = {
    Rate.RESPOND: Definition(_("Does everybody get a first answer in time?"), _BY_CLOCK, "ISO 18295-1:2017"),
    Rate.ARRIVE: Definition(_("Are we on site in time?"), _BY_CLOCK, "Huiyin"),
    Rate.REPLY: Definition(_("Do departments answer the desk in time?"), _BY_CLOCK, "Huiyin"),
    Rate.RESOLVE: Definition(_("Is work finished in time?"), _BY_CLOCK, "ISO 18295-1:2017"),
    Rate.COMMITMENT: Definition(
        _("Do we keep what we promised?"),
        _(
            "Promises whose time lies in the period and that were kept in time ÷ all promises whose time lies in the "
            "period, also those that nobody has settled yet."
        ),
        "Parasuraman, Zeithaml & Berry 1988 (reliability)",
    ),
    Rate.ONCE: Definition(
        _("Is a matter over when we say so?"),
        _(
            "Cases first resolved in the period that were neither reopened nor followed, within 30 days, by another "
            "case of the same customer and category ÷ all cases first resolved in the period. The last 30 days can "
            "still change."
        ),
        "ISO 18295-1:2017 (first contact resolution)",
    ),
    Rate.SATISFIED: Definition(
        _("Are those we ask satisfied?"),
        _(
            "Answers of 4 or 5 ÷ all answers with a grade of the period. 3 (barely satisfied) counts as not satisfied "
            "and is shown apart, and beside it how many were reached."
        ),
        "Reichheld & Markey 2011; ISO 10004:2018",
    ),
    Rate.REACHED: Definition(
        _("How many of those we call do we reach?"),
        _("Visits by phone ended in the period with the customer reached ÷ all visits by phone ended in the period."),
        "AAPOR 2023 (contact rate)",
    ),
    Rate.UNTOUCHED: Definition(
        _("How often do we set aside what the rules say?"),
        _(
            "Cases first resolved in the period in which nobody set severity, a deadline, the closing or who steps "
            "aside by hand ÷ all cases first resolved in the period. Setting by hand is allowed, needs a reason, and "
            "is no fault by itself: open the cases and read why. What is set by hand later still counts."
        ),
        "Huiyin",
        _("What was set by hand"),
    ),
    Rate.DIRECT: Definition(
        _("Is the right department found at once?"),
        _(
            "Cases first resolved in the period that were handed over once, to a department that neither passed it on "
            "nor asked to return it ÷ all cases first resolved in the period that were handed over at all."
        ),
        "Huiyin",
    ),
    Rate.KEPT: Definition(
        _("Do departments answer what they are given, or send it on?"),
        _(
            "Tasks that ended in the period and that their department answered itself ÷ these and the tasks that it "
            "passed on or returned. A task that ended with its case, or because its department steps aside, is not "
            "counted. A task may have been given to the wrong department: the reason stands on the timeline."
        ),
        "Huiyin",
    ),
    Rate.USABLE: Definition(
        _("Can the front desk use what departments answer?"),
        _(
            "Answers of departments that the front desk called usable ÷ all answers that it judged in the period. An "
            "answer counts once, as it was judged last; one that nobody judged is not counted."
        ),
        "Huiyin",
    ),
    Rate.ASKED: Definition(
        _("What do customers say to those who did the work?"),
        _(
            "Answers of 4 or 5 ÷ all answers to the closing question of the period that no better answer followed. "
            "Asked by those who did the work, so it counts for nobody and in no other rate."
        ),
        "Huiyin",
    ),
    Rate.RESPONSE: Definition(
        _("How many of those we ask answer at all?"),
        _(
            "Visits by phone and links ended in the period that brought an answer ÷ all visits by phone and links "
            "ended in the period: also those declined, not reached in three tries, or left without an answer until "
            "the case was closed. Who answered a survey of somebody else before we called is not counted."
        ),
        "AAPOR 2023 (response rate)",
        _UNANSWERED,
    ),
    Rate.WILLING: Definition(
        _("How many of those we reach refuse?"),
        _(
            "Visits by phone ended in the period that brought an answer ÷ these and those declined. What is missing to "
            "a hundred is the refusal rate among those reached."
        ),
        "AAPOR 2023 (cooperation rate, refusal rate)",
        _UNANSWERED,
    ),
    Rate.CREDIBLE: Definition(
        _("How many answers can be believed?"),
        _(
            "Answers of the period that don't contradict themselves and weren't given in passing ÷ all answers of the "
            "period, by every method. An answer that a supervisor believes all the same counts as believed."
        ),
        "Meade & Craig 2012 (careless responding)",
        _DOUBTS,
    ),
    Rate.DOUBTFUL: Definition(
        _("What do the doubtful answers say?"),
        _(
            "Doubtful answers of 4 or 5 ÷ all doubtful answers with a grade of the period. They count in the rate "
            "“satisfied at return visit”; without them it is what stands beside it."
        ),
        "Huiyin",
    ),
}
