"""Rows of the API itself."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """The answer to a request that came with an `Idempotency-Key`, for when the same request comes again.

    `request`: SHA-256 of method, path and body. `answer`: status, headers and body, masked (see `kept.py`).
    """

    token = models.ForeignKey("org.ApiToken", on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    salt = models.BinaryField(default=b"")
    answer = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            # serves: has this request been answered already?
            models.UniqueConstraint(fields=["token", "key"], name="one_answer_a_key"),
        ]
        indexes = [
            # serves: the sweep of old answers
            models.Index(fields=["created_at"], name="kept_answer_by_age"),
        ]

    def __str__(self) -> str:
        return self.key
