"""Count people by kinds under a declared use, in one statement, and give what may be told."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from avow.decision.request import Request
from avow.gate.counted.tables import Kinds, Table, apart, crossed, kinds, simple, taken
from avow.gate.counted.things import NOT_SAID, Thing, things, wanted
from avow.gate.ruling import Ruling, ruling
from avow.policy.document import Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.record.changed.scan import scan
from avow.record.counted.people import people
from avow.record.declare import keeping, using
from avow.terms import Promise

_LOOKED_UP: Final = """
WITH known AS (SELECT * FROM unnest(%s::int[], %s::text[], %s::text[]) AS k (thing, written, told)),
named AS (
    SELECT written, min(title) AS title FROM (
        SELECT lower(id) AS written, title FROM product UNION ALL SELECT lower(title), title FROM product
    ) AS each GROUP BY written
),
"""
_SAID: Final = """said AS MATERIALIZED (
    SELECT w.one, i.at, t.channel, {wanted} AS product{told}
    FROM item i JOIN pg_temp.insight_people w ON w.person = i.person_id JOIN stamp t ON t.id = i.stamp_id
    {product}
    {known}
    WHERE i.category = ANY(%s) AND i.at >= %s AND i.at < %s
),
persons AS MATERIALIZED (
    SELECT one, (array_agg(channel ORDER BY at))[1] AS channel{newest} FROM said WHERE at < %s GROUP BY one
)
"""
_WANTED: Final = "CASE WHEN i.category = %s THEN coalesce(p.title, '') END"
_PRODUCT: Final = "LEFT JOIN named AS p ON i.category = %s AND p.written = lower(btrim(i.fields->>'product'))"
_KNOWN: Final = """
LEFT JOIN known AS k{n} ON k{n}.thing = {n} AND i.category = %s AND k{n}.written = lower(btrim(i.fields->>%s))
"""
_NEWEST: Final = """,
    coalesce((array_agg(told{n} ORDER BY at DESC) FILTER (WHERE told{n} IS NOT NULL))[1], '') AS told{n}
"""
_ANOTHER: Final = "something else"
_COUNTS: Final = """
SELECT 'kind', ARRAY[channel{all}], count(*) FROM persons GROUP BY channel{all}
UNION ALL
SELECT 'product', ARRAY[product, {first}], count(DISTINCT one) FROM said JOIN persons USING (one)
WHERE product IS NOT NULL AND said.at < %s GROUP BY product, {first}
UNION ALL
SELECT 'offer', ARRAY[offer::text, name, CASE WHEN took THEN 'yes' ELSE '' END], count(*) FROM (
    SELECT o.offer, o.name, one, coalesce(bool_or(latest.at >= o.at), false) AS took
    FROM pg_temp.insight_offer o JOIN pg_temp.insight_people w ON w.person = o.person
    LEFT JOIN (SELECT one, max(at) AS at FROM said WHERE product IS NOT NULL GROUP BY one) AS latest USING (one)
    WHERE EXISTS (SELECT FROM item WHERE item.person_id = o.person AND item.category = ANY(%s))
    GROUP BY 1, 2, 3
) AS offered GROUP BY offer, name, took
"""


@dataclass(frozen=True, slots=True)
class Span:
    """A closed period: its beginning, its end, and until when what was offered in it could be taken."""

    begin: datetime
    end: datetime
    until: datetime


Counts = dict[str, Counter[tuple[str, ...]]]
"""How many people are of which kinds: by channel and each thing, by product and first thing, by offer and answer."""


@keeps(Promise.INSIGHT_KINDS)
def count(policy: Policy, purpose: Purpose, span: Span) -> list[Table]:
    """Count who gave something in a closed period, in the transaction that laid down who was offered what.

    Counted is what the use permits and nobody refused, of people who proved an address and of whom nothing is held
    back; linked persons are one. Each stands under the newest of what was said. Gives only what may be told.
    """
    ruled = ruling(Request(purpose.id, purpose.categories))
    by = things(policy, purpose)
    with keeping() as cursor:
        scan(cursor)
        people(cursor, sorted(purpose.categories), (span.begin, span.until), ruled.plan.forbid)
    return list(_tables(by, _named(policy, _counts(ruled, by, wanted(policy, purpose), span))))


def _counts(ruled: Ruling, by: Sequence[Thing], product: str | None, span: Span) -> Counts:
    query, words = _query(sorted(ruled.plan.request.categories), by, product, span)
    found: Counts = {"kind": Counter(), "product": Counter(), "offer": Counter()}
    with using(ruled.plan.use, ruled.plan.forbid, ruled.version) as cursor:
        cursor.execute(query, words)
        for what, of, number in cursor.fetchall():
            found[what][tuple(of)] += number
    return found


def _query(categories: list[str], by: Sequence[Thing], product: str | None, span: Span) -> tuple[str, list[Any]]:
    """Give the statement; every name and every word that is looked for goes in as a parameter."""
    numbers = range(len(by))
    known = [(n, written, told) for n, thing in enumerate(by) for written, told in thing.known]
    columns = [list(column) for column in zip(*known, strict=True)] if known else [[], [], []]
    said = _SAID.format(
        wanted=_WANTED if product else "NULL::text",
        product=_PRODUCT if product else "",
        told="".join(f", k{n}.told AS told{n}" for n in numbers),
        known="".join(_KNOWN.format(n=n) for n in numbers),
        newest="".join(_NEWEST.format(n=n) for n in numbers),
    )
    counts = _COUNTS.format(
        all="".join(f", persons.told{n}" for n in numbers), first="persons.told0" if by else "''::text"
    )
    words: list[Any] = [
        *columns,
        *([product, product] if product else []),
        *(word for one in by for word in (one.category, one.field)),
    ]
    words += [categories, span.begin, span.until, span.end, span.end, categories]
    return _LOOKED_UP + said + counts, words


def _named(policy: Policy, counts: Counts) -> Counts:
    """Call channels by their titles, and what was not said by words."""
    titles = {kind.value: one.title for kind, one in policy.channels.items()}
    named: Counts = {"kind": Counter(), "product": Counter(), "offer": counts["offer"]}
    for (channel, *told), number in counts["kind"].items():
        named["kind"][titles.get(channel, channel), *(one or NOT_SAID for one in told)] += number
    for (product, first), number in counts["product"].items():
        named["product"][product or _ANOTHER, first or NOT_SAID] += number
    return named


def _tables(by: Sequence[Thing], counts: Counts) -> Iterator[Table]:
    """Lay out what may be told: by each thing, by channel and the first thing, of products, of offers."""
    persons = counts["kind"]
    channel, *found = (kinds(_summed(persons, (place,))) for place in range(len(by) + 1))
    yield from simple("How they came", channel)
    for thing, one in zip(by, found, strict=True):
        yield from simple(thing.title, one)
    if by:
        yield from crossed(f"{by[0].title}, and how they came", _summed(persons, (1, 0)), found[0], channel)
    first = found[0] if found and len(found[0].groups) > 1 else Kinds((), ())
    yield from apart("What they wanted", counts["product"], first)
    yield from taken("What was offered", _offers(counts["offer"]))


def _summed(counts: Counter[tuple[str, ...]], places: tuple[int, ...]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for of, number in counts.items():
        found[tuple(of[place] for place in places)] += number
    return found


def _offers(counts: Counter[tuple[str, ...]]) -> list[tuple[str, int, int]]:
    """Give each offer with how many it was sent to, and how many of them took it."""
    sent = _summed(counts, (0, 1))
    return [(name, number, counts[key, name, "yes"]) for (key, name), number in sorted(sent.items())]
