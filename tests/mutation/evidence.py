"""Keep what became of each mutant, so that nothing is run again that stands already."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutation.cover import ROOT
from tests.mutation.groups import GROUPS, Group
from tests.mutation.mutants import Mutant, mutants

FILE = ROOT / "docs" / "evidence" / "mutation.json"
SURVIVED, SLOW = "survived", "too slow"


@dataclass(slots=True)
class Evidence:
    """What became of each mutant by module and name: the test that noticed, or that none did; of how many there are.

    A test that noticed counts for as long as neither its file nor the module changed; a survivor for as long as
    no test of its group did.
    """

    modules: dict[str, dict[str, Any]]
    tests: dict[str, str]

    def tell(self, mutant: Mutant, found: str) -> None:
        """Note what became of a mutant."""
        there = self.modules[str(mutant.path.relative_to(ROOT))]
        there["mutants"][mutant.name] = {"line": mutant.line, "found": found}

    def write(self) -> None:
        """Write it out."""
        FILE.parent.mkdir(parents=True, exist_ok=True)
        part = FILE.with_suffix(".part")
        part.write_text(json.dumps({"tests": self.tests, "modules": self.modules}, indent=1, sort_keys=True) + "\n")
        part.replace(FILE)


def evidence() -> Evidence:
    """Read what stands, as it was written."""
    found = json.loads(FILE.read_text()) if FILE.exists() else {"modules": {}, "tests": {}}
    return Evidence(found["modules"], found["tests"])


def waiting(kept: Evidence, group: Group) -> list[Mutant]:
    """Forget what holds no more, and give the mutants of a group that are to be run."""
    now = {str(path.relative_to(ROOT)): _hash(path) for path in group.files()}
    changed = {name for name in now if kept.tests.get(name) != now[name]}
    shared = any(name in kept.tests and not Path(name).name.startswith("test_") for name in changed)
    missing = []
    for path in group.modules():
        module, code, made = str(path.relative_to(ROOT)), _hash(path), mutants(path)
        before = kept.modules.get(module, {})
        names = {one.name for one in made}
        stands = {
            name: one
            for name, one in before.get("mutants", {}).items()
            if before["code"] == code and name in names and not shared and _stands(one["found"], now, changed)
        }
        kept.modules[module] = {"code": code, "every": len(made), "mutants": stands}
        missing += [one for one in made if one.name not in stands]
    kept.tests |= now
    return missing


def _stands(found: str, now: dict[str, str], changed: set[str]) -> bool:
    file = found.partition("::")[0]
    return file in now and file not in changed if "::" in found else not changed


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def clean(kept: Evidence) -> None:
    """Forget modules and files that are there no more."""
    modules = {str(path.relative_to(ROOT)) for group in GROUPS.values() for path in group.modules()}
    files = {str(path.relative_to(ROOT)) for group in GROUPS.values() for path in group.files()}
    kept.modules = {name: one for name, one in kept.modules.items() if name in modules}
    kept.tests = {name: one for name, one in kept.tests.items() if name in files}
