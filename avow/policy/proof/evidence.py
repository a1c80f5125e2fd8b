"""Tell which functions keep and which tests prove each promise, as it was found when this version was made."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

GENERATED = Path(__file__).with_name("evidence.toml")


class Evidence(NamedTuple):
    """The keepers of a promise as `module:function`, and its proofs as `path::test`."""

    keepers: tuple[str, ...]
    proofs: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Say whether there is a keeper and a proof."""
        return bool(self.keepers and self.proofs)


def found() -> Mapping[str, Evidence]:
    """Read what was last written: promise id to its evidence."""
    told: dict[str, dict[str, list[str]]] = tomllib.loads(GENERATED.read_text("utf-8"))
    return {slug: Evidence(tuple(one["keepers"]), tuple(one["proofs"])) for slug, one in told.items()}


EVIDENCE: Mapping[str, Evidence] = found()
"""Promise id to keepers and proofs."""
NOT_YET: tuple[str, ...] = tuple(slug for slug, one in EVIDENCE.items() if not one.whole)
"""The promises that lack a keeper or a proof."""
