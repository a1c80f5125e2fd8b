"""Cut Markdown into its top-level blocks: paragraphs, lists, tables."""

from itertools import pairwise

from avow.policy.grammar.sections import markdown


def chunks(prose: str) -> tuple[str, ...]:
    """Give the source of each top-level block; a link definition goes with the block before it."""
    rows = prose.split("\n")
    tokens = markdown().parse(prose)
    starts = sorted({token.map[0] for token in tokens if token.level == 0 and token.map and token.nesting >= 0})
    cuts = [0, *starts[1:], len(rows)]
    found = ("\n".join(row.rstrip() for row in rows[start:end]).strip("\n") for start, end in pairwise(cuts))
    return tuple(chunk for chunk in found if chunk)
