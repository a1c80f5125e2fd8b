"""Say what is changed, which tests must notice, and how often they must."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.cover import ROOT


@dataclass(frozen=True, slots=True)
class Group:
    """A folder of code, the tests that must notice a change of it, and the least score in percent."""

    folder: str
    tests: tuple[str, ...]
    least: int

    def modules(self) -> list[Path]:
        """Give the modules of the folder."""
        return sorted((ROOT / self.folder).rglob("*.py"))

    def files(self) -> list[Path]:
        """Give the files of the tests, with what they share."""
        return sorted({path for one in self.tests for path in _files(ROOT / one)})


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


_OF_THE_RECORD = (
    *("choices", "state", "fold", "withheld", "covered", "relations", "bulk", "identity", "race"),
    *("aims", "effect", "committed", "confirm", "inherited", "settled"),
)
_SAID = (
    *(f"tests/units/record/test_{name}.py" for name in _OF_THE_RECORD),
    "tests/units/collection/test_ticked.py",
    "tests/laws/test_merge_laws.py",
)
_GATE = (
    "tests/units/gate",
    "tests/units/uses/insight",
    "tests/units/api/test_acts.py",
    "tests/promises/test_how_we_use_insight.py",
    "tests/promises/test_how_we_use_the_data_we_collect_contractors.py",
    "tests/promises/test_how_we_use_the_data_we_collect_others.py",
    "tests/promises/test_how_we_collect_data_forum.py",
    "tests/promises/test_non_use_of_personal_information.py",
    "tests/laws/test_insight_laws.py",
)
GROUPS: Mapping[str, Group] = {
    "decision": Group("avow/decision", ("tests/units/decision",), 95),
    "gate": Group("avow/gate", _GATE, 85),
    "said": Group("avow/record/said", _SAID, 85),
}
