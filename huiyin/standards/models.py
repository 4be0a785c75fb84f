"""Rows of phrases and of words that had better not be said. Both are few and kept in memory by `queries.lexicon`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiyin.base import wording


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
