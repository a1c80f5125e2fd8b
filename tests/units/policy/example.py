"""Hold the policies that the tests read."""

from pathlib import Path

from avow.policy.document import Policy
from avow.policy.reader import read, read_text

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "policies/example"
SOUND = Path(__file__).with_name("sound.md")
BROKEN = Path(__file__).with_name("broken")


def example() -> Policy:
    """Read the example policy."""
    return read(EXAMPLE / "2025-01-01.md")


def sound(*changes: tuple[str, str]) -> Policy:
    """Read the small sound policy with some words exchanged."""
    text = SOUND.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_text(text, "sound.md")
