"""Rows of tags: short words of the house that cases are marked with. Which cases are is said by their own timelines."""

from __future__ import annotations

from django.db import models


class Tag(models.Model):
    """One word. `key` is it normalised, so that the same word is never there twice."""

    name = models.CharField(max_length=32)
    key = models.CharField(max_length=64, unique=True)
    offered = models.BooleanField(default=True)
    """Was it ever used on a case that hides nothing? Else it is known to those who read the case it was made on."""

    def __str__(self) -> str:
        return self.name


class CaseTag(models.Model):
    """A tag on a case, for lists; written from the snapshot by `projection`."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT)  # serves: those of one case, to take them off
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, db_index=False)

    class Meta:
        # serves: the cases with a tag, newest first
        constraints = [models.UniqueConstraint(fields=["tag", "case"], name="one_tag_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.tag_id}"
