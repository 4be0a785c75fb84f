"""Rows of the browser's door. No customer's words: those are cases."""

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
