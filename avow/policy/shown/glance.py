"""Name on the page every kind of data, purpose, recipient, cookie and right that the policy declares."""

from collections.abc import Iterable, Iterator
from html import escape

from avow.policy.document import Category, Cookie, Policy, Processor, Purpose
from avow.policy.proof.keeps import keeps
from avow.terms import Default, Promise, RecipientClass
from avow.tongue import day, marked, tongue

_SECONDS = (
    (86400, marked("day"), marked("days")),
    (3600, marked("hour"), marked("hours")),
    (60, marked("minute"), marked("minutes")),
    (1, marked("second"), marked("seconds")),
)
_NO = {
    None: marked("no, it is part of our service or of our duties"),
    Default.UNTIL_REFUSED: marked("yes, at any time"),
    Default.ON_YES: marked("it waits for your yes, which you can take back"),
}


@keeps(Promise.PAGE_COMPLETE)
def glance(policy: Policy) -> str:
    """Give the HTML of the tables that end the page; no anchor in them can be one of the policy's own."""
    title = escape(tongue(policy.front.language)("All of it at a glance"))
    return f'<section id="glance_all">\n<h2>{title}</h2>\n{"".join(_parts(policy))}</section>'


def _parts(policy: Policy) -> Iterator[str]:
    _ = tongue(policy.front.language)
    data = ([one.title, _fields(policy, one), _kept(policy, one)] for one in policy.categories.values())
    yield _table("data", _("What we keep"), [_("What"), _("In detail"), _("How long")], data)
    uses = (
        [one.title, _over(policy, one), _towards(policy, one), _(_NO[one.default])] for one in policy.purposes.values()
    )
    heads = [_("Purpose"), _("With"), _("Who sees it"), _("Can you refuse it?")]
    yield _table("uses", _("What for"), heads, uses)
    yield _cookies(policy)
    rows = ([one.title, one.agreement, _term(policy, one), _loads(policy, one)] for one in policy.processors.values())
    heads = [_("Who"), _("Under what"), _("From when"), _("What a page loads")]
    yield _table("processors", _("Who sets cookies for us"), heads, rows)
    days, now = _("{count} days"), _("at once")
    rights = ([one.title, days.format(count=one.days) if one.days else now] for one in policy.rights.values())
    yield _table("rights", _("What you can ask for"), [_("What"), _("Answered within")], rights)


def _table(name: str, title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Give a table under its heading; nothing where there are no rows."""
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    region = f'<div class="scroll" tabindex="0" role="region" aria-labelledby="glance_{name}">'
    table = f"{region}<table>\n<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n"
    return f'<h3 id="glance_{name}">{escape(title)}</h3>\n{table}' if body else ""


def _cookies(policy: Policy) -> str:
    """Give the table of cookies; who sets them and when is said where it is not us, or not before a yes."""
    _, told = tongue(policy.front.language), policy.cookies.values()
    heads = [_("Name"), _("What for"), _("How long")]
    rows = [[one.name, one.title, lifetime(policy, one.lifetime)] for one in told]
    if any(one.processor or not one.necessary for one in told):
        heads += [_("Who sets it"), _("When")]
        rows = [[*row, setter(policy, one), when(policy, one)] for row, one in zip(rows, told, strict=True)]
    return _table("cookies", _("Cookies"), heads, rows)


def setter(policy: Policy, cookie: Cookie) -> str:
    """Say who sets a cookie."""
    return policy.processors[cookie.processor].title if cookie.processor in policy.processors else policy.front.company


def when(policy: Policy, cookie: Cookie) -> str:
    """Say when a cookie is set."""
    _ = tongue(policy.front.language)
    return _("when it is needed") if cookie.necessary else _("after your yes, and not before")


def _term(policy: Policy, processor: Processor) -> str:
    language = policy.front.language
    since = day(language, processor.since)
    words = tongue(language)("{since} until {until}")
    return words.format(since=since, until=day(language, processor.until)) if processor.until else since


def _loads(policy: Policy, processor: Processor) -> str:
    found = (*processor.scripts, *processor.images, *processor.sends)
    return ", ".join(found) or tongue(policy.front.language)("nothing")


def _fields(policy: Policy, category: Category) -> str:
    _ = tongue(policy.front.language)
    return ", ".join(one.label for one in category.fields) or _("only what its name says")


def _kept(policy: Policy, category: Category) -> str:
    _ = tongue(policy.front.language)
    if category.retention is None:
        return _("until you ask us to forget it")
    return _("{count} days").format(count=category.retention)


def _over(policy: Policy, purpose: Purpose) -> str:
    return "; ".join(one.title for one in policy.categories.values() if one.id in purpose.categories)


def _towards(policy: Policy, purpose: Purpose) -> str:
    named = {RecipientClass.COMPANY: policy.front.company, **policy.recipients}
    return "; ".join(named.get(one, one.value) for one in RecipientClass if one in purpose.recipients)


def lifetime(policy: Policy, seconds: int) -> str:
    """Say how long a cookie lives."""
    _ = tongue(policy.front.language)
    for size, one, many in _SECONDS:
        if seconds and seconds % size == 0:
            return f"{seconds // size} {_(one if seconds == size else many)}"
    return _("until you close your browser")
