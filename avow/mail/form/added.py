"""Say in a message that facts from others were added to what we hold of its reader, and from whom."""

from collections.abc import Sequence
from typing import Final

from avow.mail.form.written.whole import one_line
from avow.mail.links import site
from avow.policy.proof.keeps import keeps
from avow.record.enriched.told import Untold
from avow.terms import Promise

_MOST: Final = 3
"""Sources that are named; of more, the page names every one."""


@keeps(Promise.ENRICHMENT)
def added(found: Sequence[Untold]) -> str:
    """Give the line that stands below why somebody gets a message; "" where they were told of everything."""
    if not found:
        return ""
    told = list(dict.fromkeys(f"{one_line(one.source)} ({one.obtained:%-d %B %Y})" for one in found))
    more = f" and {len(told) - _MOST} more" if len(told) > _MOST else ""
    names = ", ".join(told[:_MOST])
    return f"Facts about you from others were added: {names}{more}. See them, or have them taken away: {_page()}"


def _page() -> str:
    return f"{site()}/me/others/"
