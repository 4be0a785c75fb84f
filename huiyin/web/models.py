"""Rows of the browser's door. No customer's words: those are cases."""

from django.conf import settings
from django.db import models


class Sending(models.Model):
    """A form that a customer sent without logging in: known again when it comes twice, counted for the limit.

    Pruned after a day. `address` is a keyed digest of where it came from; `sealed` the secret of the receipt page,
    which only the form that was sent can open again.
    """

    key = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField(default=b"")

    class Meta:
        indexes = [
            # serves: how many of this address since?
            models.Index(fields=["address", "at"], name="sending_of_address"),
            # serves: forgetting what is a day old
            models.Index(fields=["at"], name="sending_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Looking(models.Model):
    """Somebody of the staff has this case open, or is `writing` there (the verb); true for a minute, pruned then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE)  # serves: who else is here?
    writing = models.CharField(max_length=24, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        # serves: being here again, and forgetting where one was
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="one_look_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.case_id}"


class Draft(models.Model):
    """Words not yet sent, of one person, for one verb of a case: `words` by the field they were typed into.

    Nobody else reads them. Gone once the verb is done, and after a month.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE)  # serves: may this case's row be written anew?
    verb = models.CharField(max_length=24)
    words = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        # serves: one's drafts for a case
        constraints = [models.UniqueConstraint(fields=["user", "case", "verb"], name="one_draft_a_verb")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.case_id} {self.verb}"


class SavedView(models.Model):
    """A list that somebody saved: a filter, an order and columns under a name.

    `params`: the address of the list, with “me” and ages as they were asked, so that everybody reads their own in it.
    `site`: it stands for all who work there or below; null: for its owner alone. What one may not see isn't in it.
    """

    owner = models.ForeignKey("org.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("org.Site", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
