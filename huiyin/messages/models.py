"""Rows of the customer's doors and of outgoing mail. Nothing that opens a case is kept here but as a digest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case
from huiyin.org.models import Site


class Entry(models.Model):
    """A code on a wall. `code` stands in the address `/q/<code>/`, `place` is what the customer needn't type; empty:
    the site as a whole."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, db_index=False)
    code = models.CharField(max_length=32, unique=True)
    place = models.CharField(max_length=120, blank=True, default="")
    active = models.BooleanField(default=True)
    """False: the code still leads to the form of its site, without the place."""

    def __str__(self) -> str:
        return self.code


class Sheet(models.Model):
    """What a site tells customers beforehand; it holds for all below it that have none of their own.

    `office`: where and when somebody is there, and the phone. `measures`: a line each, `what went wrong | what they
    get`.
    """

    site = models.OneToOneField(Site, on_delete=models.PROTECT)
    office = models.CharField(max_length=300, blank=True, default="")
    office_en = models.CharField(max_length=300, blank=True, default="")
    measures = models.TextField(blank=True, default="")
    measures_en = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.site_id}"


class Link(models.Model):
    """One more way to the receipt page of a case, for a while: what a mail carries. The first stands in the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [
            # serves: ending all links of a case
            models.Index(fields=["case"], name="link_of_case"),
            # serves: forgetting those that have ended
            models.Index(fields=["ends_at"], name="link_that_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}"


class Proof(models.Model):
    """Somebody says that an e-mail address is theirs. The browser holds a secret (`digest`), the mail a code of six
    digits (`code`, a keyed digest, empty until the mail is sent). Proven, the browser sees the cases of the address."""

    email = models.CharField(max_length=254)
    digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    code = models.CharField(max_length=64, blank=True, default="")
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    proven_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [
            # serves: forgetting those that have ended
            models.Index(fields=["ends_at"], name="proof_that_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class What(models.TextChoices):
    """What a mail is about."""

    RECEIPT = "receipt", _("receipt")
    NEWS = "news", _("news of a case")
    LINKS = "links", _("new links")
    CODE = "code", _("code")


class State(models.TextChoices):
    """How a mail stands."""

    WAITING = "waiting", _("to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not delivered")


class Mail(models.Model):
    """A mail to a customer, written in the transaction of what causes it.

    `body` has `{links}` or `{code}` where a secret belongs: it is made when the mail is sent, and stands nowhere else.
    `next_at`: when a worker has to try (again); null when there is nothing to do. `error`: the answer code of the mail
    server, or the name of what went wrong; never its text, which may quote an address.
    """

    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    what = models.CharField(max_length=8, choices=What.choices)
    language = models.CharField(max_length=8)
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, db_index=False)
    proof = models.ForeignKey(Proof, null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [
            # serves: the sweep that sends
            models.Index(fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="mail_to_send"),
            # serves: the limit on what one address gets in an hour
            models.Index(fields=["to", "what", "made_at"], name="mail_to_address"),
            # serves: the mails of a case, newest first
            models.Index(fields=["case", "-id"], condition=Q(case__isnull=False), name="mail_of_case"),
            # serves: forgetting what is done
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="mail_that_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"
