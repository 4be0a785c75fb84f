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
