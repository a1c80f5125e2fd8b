"""Remember by their hashes which keys the newest backup from here holds, so that one that it lacks is known."""

import json
import os
from collections.abc import Mapping
from hashlib import sha256

from avow.config import config
from avow.store.backup.pack import Manifest

_FOLDER = "keys/"
_FILE = "saved.json"


def remember(manifest: Manifest) -> None:
    """Note which keys a backup holds that was just made."""
    held = {name: one[1] for name, one in manifest.files.items() if name.startswith(_FOLDER)}
    path = config().data / _FOLDER / _FILE
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"at": manifest.at, "keys": held}, file)
    draft.replace(path)


def unsaved() -> list[str] | None:
    """Give the keys that the newest backup from here does not hold as they are; None if none was made from here."""
    folder = config().data / _FOLDER
    try:
        held: Mapping[str, str] = json.loads((folder / _FILE).read_text())["keys"]
    except (OSError, ValueError, KeyError):
        return None
    found = {path.stem: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.key"))}
    return [name for name, digest in found.items() if held.get(f"{_FOLDER}{name}.key") != digest]
