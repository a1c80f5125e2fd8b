"""Name on the page every kind of data, purpose, recipient, cookie and right that the policy declares."""

from collections.abc import Iterable, Iterator
from html import escape

from avow.policy.document import Category, Cookie, Policy, Processor, Purpose
from avow.policy.proof.keeps import keeps
from avow.terms import Default, Promise, RecipientClass

_SECONDS = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))
_NO = {
    None: "no, it is part of our service or of our duties",
    Default.UNTIL_REFUSED: "yes, at any time",
    Default.ON_YES: "it waits for your yes, which you can take back",
}


@keeps(Promise.PAGE_COMPLETE)
def glance(policy: Policy) -> str:
    """Give the HTML of the tables that end the page; no anchor in them can be one of the policy's own."""
    return f'<section id="glance_all">\n<h2>All of it at a glance</h2>\n{"".join(_parts(policy))}</section>'


def _parts(policy: Policy) -> Iterator[str]:
    data = ([one.title, _fields(one), _kept(one)] for one in policy.categories.values())
    yield _table("data", "What we keep", ["What", "In detail", "How long"], data)
    uses = (
        [one.title, _over(policy, one), _towards(policy, one), _NO[one.default]] for one in policy.purposes.values()
    )
    yield _table("uses", "What for", ["Purpose", "With", "Who sees it", "Can you refuse it?"], uses)
    yield _cookies(policy)
    rows = ([one.title, one.agreement, _term(one), _loads(one)] for one in policy.processors.values())
    yield _table("processors", "Who sets cookies for us", ["Who", "Under what", "From when", "What a page loads"], rows)
    rights = ([one.title, f"{one.days} days" if one.days else "at once"] for one in policy.rights.values())
    yield _table("rights", "What you can ask for", ["What", "Answered within"], rights)


def _table(name: str, title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Give a table under its heading; nothing where there are no rows."""
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    region = f'<div class="scroll" tabindex="0" role="region" aria-labelledby="glance_{name}">'
    table = f"{region}<table>\n<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n"
    return f'<h3 id="glance_{name}">{escape(title)}</h3>\n{table}' if body else ""


def _cookies(policy: Policy) -> str:
    """Give the table of cookies; who sets them and when is said where it is not us, or not before a yes."""
    heads, told = ["Name", "What for", "How long"], policy.cookies.values()
    rows = [[one.name, one.title, lifetime(one.lifetime)] for one in told]
    if any(one.processor or not one.necessary for one in told):
        heads += ["Who sets it", "When"]
        rows = [[*row, setter(policy, one), when(one)] for row, one in zip(rows, told, strict=True)]
    return _table("cookies", "Cookies", heads, rows)


def setter(policy: Policy, cookie: Cookie) -> str:
    """Say who sets a cookie."""
    return policy.processors[cookie.processor].title if cookie.processor in policy.processors else policy.front.company


def when(cookie: Cookie) -> str:
    """Say when a cookie is set."""
    return "when it is needed" if cookie.necessary else "after your yes, and not before"


def _term(processor: Processor) -> str:
    ends = f" until {processor.until:%-d %B %Y}" if processor.until else ""
    return f"{processor.since:%-d %B %Y}{ends}"


def _loads(processor: Processor) -> str:
    return ", ".join((*processor.scripts, *processor.images, *processor.sends)) or "nothing"


def _fields(category: Category) -> str:
    return ", ".join(one.label for one in category.fields) or "only what its name says"


def _kept(category: Category) -> str:
    return "until you ask us to forget it" if category.retention is None else f"{category.retention} days"


def _over(policy: Policy, purpose: Purpose) -> str:
    return "; ".join(one.title for one in policy.categories.values() if one.id in purpose.categories)


def _towards(policy: Policy, purpose: Purpose) -> str:
    named = {RecipientClass.COMPANY: policy.front.company, **policy.recipients}
    return "; ".join(named.get(one, one.value) for one in RecipientClass if one in purpose.recipients)


def lifetime(seconds: int) -> str:
    """Say how long a cookie lives."""
    size, unit = next((pair for pair in _SECONDS if seconds and seconds % pair[0] == 0), (0, ""))
    number = seconds // size if size else 0
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}" if size else "until you close your browser"
