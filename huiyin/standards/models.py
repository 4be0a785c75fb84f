"""Rows of phrases, of words that had better not be said, and of notices to customers.

The first two are few and kept in memory by `queries.lexicon`; of notices those that customers may see now.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiyin.base import wording
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Category
from huiyin.org.models import Site, User


class Situation(models.TextChoices):
    """What is being done while the words are said, in the order in which a case goes."""

    GREETING = "greeting", _("greeting")
    ACKNOWLEDGE = "acknowledge", _("acknowledge")
    APOLOGISE = "apologise", _("apologise")
    ASK = "ask", _("ask")
    STOP = "stop", _("stop the loss")
    PROMISE = "promise", _("promise with a time")
    HAND_OVER = "hand_over", pgettext_lazy("while speaking", "hand over")
    INFORM = "inform", _("keep informed")
    IMPOSSIBLE = "impossible", _("say no: impossible")
    EXCESSIVE = "excessive", _("say no: beyond the standard")
    UNREASONABLE = "unreasonable", _("say no: unreasonable")
    CLOSE = "close", pgettext_lazy("while speaking", "close")
    VISIT = "visit", _("return visit")
    GROUP = "group", _("after a group complaint")
    REPLY = "reply", _("department's reply, inside")


class Temperament(models.TextChoices):
    """How the customer meets us. It is judged from the conversation and kept nowhere."""

    ANY = "any", pgettext_lazy("temperament", "any")
    LIVELY = "lively", pgettext_lazy("temperament", "lively")
    PERFECT = "perfect", pgettext_lazy("temperament", "exact")
    POWERFUL = "powerful", pgettext_lazy("temperament", "forceful")
    PEACEFUL = "peaceful", pgettext_lazy("temperament", "calm")


class Use(models.TextChoices):
    """Whether the words are spoken or written."""

    BOTH = "", pgettext_lazy("spoken or written", "either")
    SPOKEN = "spoken", _("spoken")
    WRITTEN = "written", _("written")


class Phrase(models.Model):
    """Words that fit a situation, in one language or both. `code`: what `::code` expands, empty for none.

    `origin`: its name in the tables that Huiyin brings along; empty for a house's own.
    """

    situation = models.CharField(max_length=12, choices=Situation.choices)
    temperament = models.CharField(max_length=8, choices=Temperament.choices, default=Temperament.ANY)
    use = models.CharField(max_length=8, choices=Use.choices, blank=True, default="")
    code = models.CharField(max_length=20, blank=True, default="")
    zh = models.CharField(max_length=500, blank=True, default="")
    en = models.CharField(max_length=500, blank=True, default="")
    active = models.BooleanField(default=True)
    origin = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="one_phrase_a_code"),
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="one_phrase_an_origin"),
        ]

    def __str__(self) -> str:
        return self.zh or self.en


class Level(models.TextChoices):
    """How strongly a house is against some words."""

    HINT = wording.Level.HINT.value, _("hint: shown while typing")
    WARN = wording.Level.WARN.value, _("warning: asks before it is sent")
    BLOCK = wording.Level.BLOCK.value, _("blocked: isn't sent")


class Language(models.TextChoices):
    """Which language some words are of; every text is checked against all of them."""

    ZH = "zh", _("Chinese")
    EN = "en", _("English")


class ForbiddenPattern(models.Model):
    """Words that had better not be said: `pattern` as `base.wording` reads it. Never removed, only taken out of use:
    events name it by its id. `timeless`: only where the sentence names no time."""

    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ZH)
    pattern = models.CharField(max_length=wording.LONGEST)
    level = models.CharField(max_length=5, choices=Level.choices)
    timeless = models.BooleanField(default=False)
    example = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, blank=True, default="")
    better = models.CharField(max_length=300, blank=True, default="")
    active = models.BooleanField(default=True)
    origin = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="one_pattern_an_origin"),
        ]

    def __str__(self) -> str:
        return self.example


class NoticeKind(models.TextChoices):
    """What customers are told before they meet it, or beside it."""

    WORK = "work", _("planned work")
    OUTAGE = "outage", _("outage")
    SEASON = "season", _("season and weather")
    USE = "use", _("how to use it")
    SCOPE = "scope", _("what we do, and what not")
    STATEMENT = "statement", _("public statement")


class NoticeState(models.TextChoices):
    """How far a notice is. That its time has come, or is over, is said by the clock."""

    DRAFT = "draft", pgettext_lazy("of a notice", "draft")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a notice", "withdrawn")


NOT_WITHDRAWN = Q(withdrawn_at__isnull=True)


class CustomerNotice(models.Model):
    """What the customers of a site, with all below it, are told: from `show_from` until `until`.

    `begins_at`: when the work or outage begins, where it has a time; it ends with the notice. `categories`: codes, a
    line each, empty for all. `cause`: as far as it is known; `doing`: what we do; `advice`: what the customer can do;
    `next_at`: when they hear more. `replaces`: the word before this one, which ends when this one is approved.
    """

    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    categories = models.TextField(blank=True, default="")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, db_index=False)
    show_from = models.DateTimeField()
    begins_at = models.DateTimeField(null=True)
    until = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    title = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    cause = models.CharField(max_length=500, blank=True, default="")
    doing = models.CharField(max_length=500, blank=True, default="")
    advice = models.CharField(max_length=500, blank=True, default="")
    title_en = models.CharField(max_length=100, blank=True, default="")
    text_en = models.CharField(max_length=1000, blank=True, default="")
    cause_en = models.CharField(max_length=1000, blank=True, default="")
    doing_en = models.CharField(max_length=1000, blank=True, default="")
    advice_en = models.CharField(max_length=1000, blank=True, default="")
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    approved_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    """Why it was withdrawn."""

    class Meta:
        indexes = [
            # serves: notices of some sites, newest first
            models.Index(fields=["site", "-id"], name="customer_notice_of_site"),
            # serves: notices that are drafts, run or are to come; and those that are kept in memory
            models.Index(fields=["-until"], condition=NOT_WITHDRAWN, name="customer_notice_until"),
        ]

    def __str__(self) -> str:
        english = (translation.get_language() or "").startswith("en")
        return (self.title_en if english else "") or self.title


class WarningRule(models.Model):
    """One row, which a manager edits: from when on something is worth warning customers of (`warning.Bars`)."""

    days = models.PositiveSmallIntegerField()
    least = models.PositiveSmallIntegerField()
    severe_some = models.PositiveSmallIntegerField()
    severe_many = models.PositiveSmallIntegerField()
    reach_some = models.PositiveSmallIntegerField()
    reach_many = models.PositiveSmallIntegerField()
    rise = models.PositiveSmallIntegerField()
    new_some = models.PositiveSmallIntegerField()
    new_many = models.PositiveSmallIntegerField()
    bar = models.PositiveSmallIntegerField()
    ahead = models.PositiveSmallIntegerField()
    peak = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.bar}"


class Why(models.TextChoices):
    """What makes something worth a warning."""

    NOW = "now", _("many meet it now")
    SEASON = "season", _("its season is near")


class Foreseen(models.Model):
    """That customers of a site had better be warned of a category, with the figures of the last look.

    `since`: from when on without a gap; `gone_at`: its figures no longer say so. `first_day` and `last_day`: the days
    that were counted, for a season those of last year. `first_cases`: those by whom it was met for the first time, as
    many as are kept. `known`: the records reach back far enough to say what grows and who is new. `off_…`: somebody
    has put it off.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, db_index=False)
    why = models.CharField(max_length=8, choices=Why.choices)
    since = models.DateTimeField()
    looked_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    first_day = models.DateField()
    last_day = models.DateField()
    cases = models.PositiveIntegerField()
    severe = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()
    homes = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    before = models.PositiveIntegerField()
    known = models.BooleanField(default=True)
    severity = models.PositiveSmallIntegerField()
    probability = models.PositiveSmallIntegerField()
    unknown = models.PositiveSmallIntegerField()
    first_cases = models.JSONField(default=list)
    off_until = models.DateField(null=True)
    off_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    off_at = models.DateTimeField(null=True)
    off_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            # serves also: those of some sites
            models.UniqueConstraint(fields=["site", "category", "why"], name="one_foreseen_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.category_id} {self.why}"

    @property
    def product(self) -> int:
        """What is compared with the bar."""
        return self.severity * self.probability * self.unknown


class Foresight(models.Model):
    """When a site is looked at next."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE)
    next_at = models.DateTimeField(db_index=True)  # serves: the sweep that asks which site is due

    def __str__(self) -> str:
        return f"{self.site_id}"


class Step(models.TextChoices):
    """The steps of the work that have a standard, in the order in which a case goes."""

    TAKE_IN = "take_in", _("take in")
    ACCEPT = "accept", _("take on")
    HAND_OVER = "hand_over", pgettext_lazy("a step", "hand over")
    ON_SITE = "on_site", _("work on site")
    REPLY = "reply", _("reply as department")
    INFORM = "inform", pgettext_lazy("a step", "keep informed")
    PROMISE = "promise", pgettext_lazy("a step", "promise")
    MAKE_GOOD = "make_good", _("make good")
    RESOLVE = "resolve", pgettext_lazy("a step", "resolve")
    REFUSE = "refuse", _("say no")
    VISIT = "visit", pgettext_lazy("a step", "return visit")


class WorkStandard(models.Model):
    """How a step of the work is done here: what one does and says, within how many minutes, and by what anybody can see
    that it was done so. One for all cases, and one for a category that needs another; a category's goes before.

    Texts have a line for each point. `origin`: its name in the tables that Huiyin brings along.
    """

    step = models.CharField(max_length=12, choices=Step.choices)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, db_index=False)
    behaviour = models.CharField(max_length=600)
    behaviour_en = models.CharField(max_length=600, blank=True, default="")
    saying = models.CharField(max_length=600, blank=True, default="")
    saying_en = models.CharField(max_length=600, blank=True, default="")
    minutes = models.PositiveIntegerField(null=True)
    evidence = models.CharField(max_length=300, blank=True, default="")
    evidence_en = models.CharField(max_length=300, blank=True, default="")
    active = models.BooleanField(default=True)
    origin = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "category"], name="one_standard_a_step"),
            models.UniqueConstraint(
                fields=["step"], condition=Q(category__isnull=True), name="one_standard_a_step_for_all"
            ),
        ]
        # serves: may this category be removed?
        indexes = [models.Index(fields=["category"], condition=Q(category__isnull=False), name="standard_of_category")]

    def __str__(self) -> str:
        return str(self.get_step_display()) + (f" · {self.category}" if self.category else "")
