"""Rows of the organisation."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do at the sites a grant names; `org/access.py` holds the verbs of each."""

    AGENT = "agent", _("Agent")
    BACK_OFFICE = "back_office", _("Back-office worker")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Stage(models.TextChoices):
    """Front: those who meet the customer. Back: those who do the work behind."""

    FRONT = "front", _("Front stage")
    BACK = "back", _("Back stage")


class Site(models.Model):
    """A place of service, or a level of the company above it. `parent` is empty for the root alone."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")
    active = models.BooleanField(default=True)
    """False: takes no new cases; what it has stays as it is."""

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A unit that takes hand-overs; it serves the site it belongs to and everything below."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    stage = models.CharField(max_length=8, choices=Stage.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    active = models.BooleanField(default=True)
    """False: takes no new hand-overs; old ones stay as they are."""

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds users by their log-in name, in the manner Django's log-in expects."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """A member of staff, and the log-in of that person: one row for both."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT)
    language = models.CharField(max_length=8, default="", blank=True)
    density = models.CharField(max_length=8, default="", blank=True)
    """How close rows of lists stand: `dense`, or empty for calm."""
    is_active = models.BooleanField(default=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role of one person at a site and everything below it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=Role.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role", "site"], name="one_grant_each")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.site_id}"


class ApiToken(models.Model):
    """A key for programs, with the rights of its user. Only the digest is kept; the token is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    name = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class LoginFailure(models.Model):
    """Failed log-ins of one name from one address, for the limit on attempts."""

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.failures}"


class Revision(models.Model):
    """One row whose value changes whenever reference data change, so that each process knows when to read again."""

    value = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.value


class Area(models.TextChoices):
    """The parts of the settings."""

    SITE = "site", _("Sites")
    DEPARTMENT = "department", _("Departments")
    PERSON = "person", _("Staff")
    LEVELS = "levels", _("Service levels")
    CALENDAR = "calendar", _("Work calendars")
    YEAR = "year", _("Holidays")
    CATEGORY = "category", _("Categories")
    HOUSE = "house", _("Rules and words")
    CALLS = "calls", _("Emergency calls")
    PHRASES = "phrases", _("Phrases")
    FORBIDDEN = "forbidden", _("Words not to say")
    CODES = "codes", _("QR codes")
    LIMITS = "limits", _("Authority limits")
    BUDGETS = "budgets", _("Budgets")
    SHEETS = "sheets", _("What customers read beforehand")
    GROUPS = "groups", _("Group complaints")
    TIERS = "tiers", _("Customer tiers")
    FAIRNESS = "fairness", _("Repeated complaints")
    PRIORS = "priors", _("Priors of the economics")
    FAILURES = "failures", _("Failures")
    GRADES = "grades", _("How bad a failure is")
    PLAYBOOKS = "playbooks", _("Recovery plans")
    OUTSIDE = "outside", _("Outside bodies")
    NOTICES = "notices", _("Notices to customers")
    WARNINGS = "warnings", _("Worth warning of")
    PRACTICES = "practices", _("Work standards")


class SettingsEntry(models.Model):
    """One change of the settings, as codes: never changed, never removed (`cases/guard.py`).

    `thing`: its code. `before` and `after`: what differs; `before` is null for what was added, `after` for what was
    taken away. `actor` is null for the command line.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=12, choices=Area.choices)
    thing = models.CharField(max_length=100)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            # serves: the history of one part, newest first
            models.Index(fields=["area", "-id"], name="settings_of_area"),
            # serves: the history of one thing, newest first
            models.Index(fields=["area", "thing", "-id"], name="settings_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.thing}"


class House(models.Model):
    """One row: how this house works where houses differ (`house.py`). `words`: code → [Chinese, English]."""

    review = models.BooleanField(default=False)
    show_asker = models.BooleanField(default=False)
    words = models.JSONField(default=dict)

    def __str__(self) -> str:
        return "house"


class Beat(models.Model):
    """One row: when a worker last said that it lives."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
