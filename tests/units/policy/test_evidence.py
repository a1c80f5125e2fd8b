"""Test who is found to keep and to prove a promise."""

from pathlib import Path

import pytest

from avow.policy.proof.evidence import EVIDENCE, Evidence
from avow.policy.proof.keeps import keeps, proves
from avow.policy.proof.notyet import NotYet, not_yet, shrunk
from avow.policy.proof.scan import scan, text
from avow.terms import Promise

KEEPER = """
class Form:
    @keeps(Promise.SITES, Promise.ACCESS)
    def show(self): ...

@other
@keeps.keeps(Promise.SITES)
async def serve(): ...
"""
PROOF = """
@proves(Promise.SITES, "S34")
def test_sites(): ...
"""


def test_marks_are_found(tmp_path: Path) -> None:
    """Methods, coroutines and several promises are found by reading alone; nothing is run."""
    for name, source in (("avow/page/form.py", KEEPER), ("tests/promises/test_sites.py", PROOF)):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(source)
    found = scan(tmp_path)
    assert found["access on request"].keepers == ("avow.page.form:Form.show",)
    assert found["sites covered"].proofs == ("tests/promises/test_sites.py::test_sites",)
    assert "avow.page.form:Form.show" in found["sites covered"].keepers
    assert found["opt-out holds"].keepers == ()


def test_the_file_reads_back() -> None:
    """What was written holds every promise."""
    assert set(EVIDENCE) == {promise.slug for promise in Promise}
    assert text(EVIDENCE).startswith("# Written by")


def test_a_mark_leaves_the_function_alone() -> None:
    """Keeping and proving change nothing about a function; a mark without a promise is refused."""

    def act() -> int:
        return 1

    assert keeps(Promise.SITES)(act) is act
    assert proves(Promise.SITES, "S34")(act) is act
    with pytest.raises(TypeError, match="needs a promise"):
        proves("S34")


def test_the_open_list_shrinks_by_itself(tmp_path: Path) -> None:
    """What is kept and proven leaves the list and the ceiling falls; what lacks either stays."""
    evidence = {"a": Evidence(("k",), ("p",)), "b": Evidence(("k",), ()), "c": Evidence((), ("p",))}
    path = tmp_path / "not-yet.toml"
    path.write_text(shrunk(NotYet(("a", "b", "c", "d"), 4), evidence))
    left = not_yet(path)
    assert left.promises == ("b", "c", "d")
    assert left.ceiling == 3
    assert shrunk(left, evidence) == path.read_text()
