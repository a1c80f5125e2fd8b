"""Show what somebody gave as its form asked for it."""

from collections.abc import Mapping

from avow.policy.document import Category


def labelled(category: Category | None, fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give fields with their labels in the order of their category; what it has no more comes last, under its name."""
    labels = {field.id: field.label for field in category.fields} if category else {}
    names = [*labels, *(name for name in fields if name not in labels)]
    return tuple((labels.get(name, name), fields[name]) for name in names if name in fields)
