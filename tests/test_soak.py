"""Test the runner of long proofs: what passed stands, what failed or was cut off is run again."""

import json
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests import soak
from tests.laws.racing import parts
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
        "counted": Proof(("python", "-c", "print('{\"count\": 3}')"), limit=60.0),
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


def test_what_it_came_to_stands_as_an_object(ran: Counter[str], tmp_path: Path) -> None:
    """Figures that a proof gives last are kept as such."""
    assert main(["counted"]) == 0
    assert json.loads((tmp_path / "soak.json").read_text())["counted"][""]["said"] == {"count": 3}
    assert sum(ran.values()) == 1


def test_parts_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What passed is kept in the folder that is named, is not run again, and says how far the whole is."""
    assert [*parts.parts(3)] == [0], "one part, where not all are asked for"
    monkeypatch.setenv(parts.WHOLE, str(tmp_path))
    assert [*parts.parts(3)] == [0, 1, 2]
    for part in (0, 2):
        parts.note("races", part, time.monotonic() - 10, 500, 1_500, {"met": 7})
    assert [parts.passed("races", part) for part in range(3)] == [True, False, True]
    assert parts.total("races") == {"count": 1_000, "seconds": 20, "met": 14}
    assert "races: 1,000 of 1,500, 50 a second, to end about 2" in capsys.readouterr().out


def test_every_proof_has_its_command_and_files() -> None:
    """Each program is there, and each folder has tests."""
    for name, proof in PROOFS.items():
        assert list(proof.parts()), name
        assert not proof.folder or (ROOT / proof.folder).is_dir(), name
    assert main(["nothing"]) == 1
    done = subprocess.run(["git", "check-ignore", "-q", "var/"], cwd=ROOT, check=False)
    assert done.returncode == 0, "what a proof says goes into var, which is not kept"
