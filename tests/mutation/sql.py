"""Change what a statement of SQL decides: comparisons, junctions, negations, locks, joins."""

import re
from collections.abc import Iterator
from typing import Final

_STATEMENT: Final = re.compile(
    r"\b(SELECT|FROM|WHERE|UPDATE [a-z]+ SET|INSERT INTO|DELETE FROM|IS NULL|AND|JOIN|ORDER BY|SKIP LOCKED)\b"
    r"|::bit\(256\)|= ANY\(%s"
)
_STEPS: Final = (
    (r"\bAND\b", "OR"),
    (r"\bOR\b", "AND"),
    (r"<>", "="),
    (r"(?<=\)) = ", " <> "),
    (r"<=", "<"),
    (r">=", ">"),
    (r"(?<= )<(?= )", "<="),
    (r"(?<= )>(?= )", ">="),
    (r"\bNOT (?!NULL|DISTINCT|IS|EXISTS)", ""),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bFOR NO KEY UPDATE\b(?: OF \w+)?", ""),
    (r"\bSKIP LOCKED\b", ""),
    (r"\bLEFT JOIN\b", "JOIN"),
    (r"(?<= )&(?= )", "|"),
    (r"(?<= )\|(?= )", "&"),
    (r"~ ?", ""),
    (r"\bDESC\b", ""),
    (r"\bNULLS FIRST\b", ""),
    (r"\bmax\(", "min("),
    (r"\bgreatest\(", "least("),
    (r"\bbool_or\(", "bool_and("),
    (r"\bbit_or\(", "bit_and("),
    (r"\bUNION ALL\b", "UNION"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"'no'", "'yes'"),
    (r"'yes'", "'no'"),
    (r"\bON CONFLICT DO NOTHING\b", ""),
)


def is_sql(text: str) -> bool:
    """Say whether a text is (part of) a statement."""
    return bool(_STATEMENT.search(text))


def steps(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Give each change of a statement: where it stands, what stood there, what stands there now, the whole text."""
    for was, now in _STEPS:
        for found in re.finditer(was, text):
            yield found.start(), found[0].strip(), now.strip(), text[: found.start()] + now + text[found.end() :]
