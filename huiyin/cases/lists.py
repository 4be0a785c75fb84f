"""What cases refer to, kept like all reference data: categories and tags as they are now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from huiyin.base.text import normalise
from huiyin.org.reference import Reference

from .models import Category
from .tag_models import Tag

LEVELS = 3
"""Of categories."""


@dataclass(frozen=True)
class Categories:
    """All categories, read-only."""

    by_id: dict[int, Category]
    by_code: dict[str, Category]

    def find(self, wanted: str) -> Category | None:
        """By code, or by name of the last level."""
        named = (c for c in self.by_id.values() if wanted in (c.name, c.name_en))
        return self.by_code.get(wanted) or next(named, None)

    def line(self, category: Category) -> list[Category]:
        """A category after those above it."""
        line = [category]
        while (above := line[0].parent_id) is not None:
            line.insert(0, self.by_id[above])
        return line

    def is_leaf(self, category: Category) -> bool:
        """Is it of the third level, on which cases hang?"""
        return len(self.line(category)) == LEVELS

    def offered(self, category: Category) -> bool:
        """Is it in use, and all above it?"""
        return all(one.active for one in self.line(self.by_id.get(category.pk, category)))

    @property
    def leaves(self) -> list[Category]:
        """Those a case can hang on, in the order of the preset."""
        return [one for one in self.by_id.values() if self.is_leaf(one) and self.offered(one)]

    def below(self, category: Category) -> frozenset[int]:
        """Ids of those a case can hang on at and under a category, in use or not."""
        every = self.by_id.values()
        return frozenset(one.pk for one in every if self.is_leaf(one) and category.pk in {c.pk for c in self.line(one)})

    def above(self, leaves: Collection[int]) -> Category:
        """The lowest category under which these hang."""
        first, *others = [self.line(self.by_id[pk]) for pk in leaves]
        shared = {one.pk for one in first}.intersection(*({one.pk for one in line} for line in others))
        return next(one for one in reversed(first) if one.pk in shared)


def _load_categories() -> Categories:
    rows = list(Category.objects.select_related("department").order_by("pk"))
    return Categories({row.pk: row for row in rows}, {row.code: row for row in rows})


_categories = Reference(_load_categories)


def categories() -> Categories:
    """The categories as they are now."""
    return _categories.get()


def _load_tags() -> Mapping[int, Tag]:
    return {tag.pk: tag for tag in Tag.objects.order_by("key")}


_tags = Reference(_load_tags)


def tag(tag_id: int) -> Tag:
    """The tag with this id."""
    return _tags.get()[tag_id]


def tags_offered() -> list[str]:
    """The names that everybody is offered, in the order of their words: not those that only cases with a protected
    customer, or about somebody, have had, since such a word may say what the case is about."""
    return [tag.name for tag in _tags.get().values() if tag.offered]


def tag_key(name: str) -> str:
    """A name without what makes no other tag of it."""
    return normalise(name).strip()


def tag_named(name: str) -> int | None:
    """The tag with this name, however it is written; None when there is none."""
    key = tag_key(name)
    return next((tag.pk for tag in _tags.get().values() if tag.key == key), None)


def tag_names(tag_ids: Collection[int]) -> list[str]:
    """What these tags are called."""
    known = _tags.get()
    return [known[pk].name for pk in tag_ids if pk in known]
