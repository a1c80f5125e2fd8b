"""Name what was ticked on a form in the policy's words, for whoever is asked to confirm it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from avow.page.visitor.spoken import said
from avow.record.said.confirm import Ticked


@dataclass(frozen=True, slots=True)
class Named:
    """A purpose that was ticked: its id, its title, and what it states."""

    id: str
    title: str
    states: str


def named(ticked: Ticked) -> tuple[Named, ...]:
    """Give what was ticked in the order of the policy that was shown."""
    purposes = said(ticked.policy).purposes.values()
    return tuple(Named(one.id, one.title, one.states) for one in purposes if one.id in ticked.purposes)


def listed(found: Sequence[Named]) -> str:
    """Write what was ticked as a message says it; "" if it is nothing."""
    if not found:
        return ""
    lines = "\n".join(f"- {one.title}: {one.states}" for one in found)
    words = _("This was ticked, too. The page lists it, and it counts only if you agree there:")
    return f"{words}\n\n{lines}\n\n"
