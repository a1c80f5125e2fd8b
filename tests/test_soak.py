"""Test the runner of long proofs: what passed stands, what failed or was cut off is run again."""

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests import soak
from tests.soak import PROOFS, ROOT, Found, Proof, main


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Have proofs of our own, a report of our own, and a count of what was run."""
    count: Counter[str] = Counter()
    real = soak.run

    def counted(command: list[str], log: Path, limit: float) -> Found:
        count[command[-1]] += 1
        return real(command, tmp_path / log.name, limit)

    (tmp_path / "one").mkdir()
    for name in ("test_first.py", "test_second.py"):
        (tmp_path / "one" / name).write_text("def test_it() -> None:\n    pass\n")
    mine = {
        "parts": Proof(("pytest", "-q", "-p", "no:cacheprovider", "--noconftest"), str(tmp_path / "one")),
        "whole": Proof(("python", "-c", "print('good')")),
        "wrong": Proof(("python", "-c", "raise SystemExit('bad')")),
        "long": Proof(("python", "-c", "import time; time.sleep(600)")),
    }
    monkeypatch.setattr(soak, "PROOFS", mine)
    monkeypatch.setattr(soak, "ROOT", tmp_path)
    monkeypatch.setattr(soak, "REPORT", tmp_path / "soak.json")
    monkeypatch.setattr(soak, "run", counted)
    monkeypatch.setattr(soak, "tree", lambda: "a-tree")
    return count


def test_what_passed_is_not_run_again(ran: Counter[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part stands for its tree; on another tree it is run again."""
    assert [main(["parts", "whole"]), main(["whole", "parts"])] == [0, 0]
    assert ran == {"one/test_first.py": 1, "one/test_second.py": 1, "print('good')": 1}
    told = json.loads((tmp_path / "soak.json").read_text())
    assert told["whole"][""]["said"] == "good"
    assert told["parts"].keys() == {"one/test_first.py", "one/test_second.py"}
    del told["parts"]["one/test_second.py"]
    (tmp_path / "soak.json").write_text(json.dumps(told))
    assert main(["parts"]) == 0
    assert ran["one/test_second.py"] == 2, "what was cut off goes on with the part that it was at"
    assert ran["one/test_first.py"] == 1
    monkeypatch.setattr(soak, "tree", lambda: "another")
    assert main(["whole"]) == 0
    assert ran["print('good')"] == 2


def test_what_failed_or_took_too_long_is_run_again(
    ran: Counter[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are told, what follows is proved all the same, and neither stands."""
    monkeypatch.setattr(soak, "LIMIT", 2.0)
    for _ in range(2):
        assert main(["long", "wrong", "whole"]) == 1
    told = json.loads((tmp_path / "soak.json").read_text())
    assert [told[name][""]["ok"] for name in ("long", "wrong", "whole")] == [False, False, True]
    assert told["long"][""]["said"] == "it was cut off after 2 s"
    assert told["wrong"][""]["said"] == "bad"
    assert sorted(ran.values()) == [1, 2, 2]


def test_every_proof_has_its_command_and_files() -> None:
    """Each program is there, and each folder has tests."""
    for name, proof in PROOFS.items():
        assert list(proof.parts()), name
        assert not proof.folder or (ROOT / proof.folder).is_dir(), name
    assert main(["nothing"]) == 1
    done = subprocess.run(["git", "check-ignore", "-q", "var/"], cwd=ROOT, check=False)
    assert done.returncode == 0, "what a proof says goes into var, which is not kept"
