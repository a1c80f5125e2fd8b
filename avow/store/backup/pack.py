"""Say what a backup holds and in which order: keys, policy files, the database in parts, and last the manifest."""

import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, cast

from avow.errors import BackupError
from avow.store.backup.sealed import Tick, Writer, pieces

_MANIFEST: Final = "manifest.json"
_PART: Final = 4 << 20
_DATABASE: Final = "database/"
_OTHER: Final = "take another copy of the backup; nothing was touched"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of: the program's version, when, the applied migrations, how far the ledger came, each file.

    `size` is the ledger's newest checkpoint, `root` its root (hex), `last` the highest id of an entry, `server` the
    major version of PostgreSQL; `files` maps each name to its length and SHA-256 (hex).
    """

    avow: str
    at: str
    schema: tuple[str, ...]
    size: int
    root: str
    last: int
    server: int
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def pack(writer: Writer, small: Mapping[str, bytes], database: Iterable[bytes], manifest: Manifest) -> Manifest:
    """Write all of a backup, and give the manifest with what was written."""
    files: dict[str, tuple[int, str]] = {}
    with tarfile.open(fileobj=cast("BinaryIO", writer), mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name, content in small.items():
            _add(archive, name, content, files)
        for no, part in enumerate(_parts(database)):
            _add(archive, f"{_DATABASE}{no:06d}", part, files)
        whole = Manifest(**(asdict(manifest) | {"files": files}))
        _add(archive, _MANIFEST, json.dumps(asdict(whole)).encode(), {})
    writer.close()
    return whole


def check(path: Path, passphrase: str = "", tick: Tick = lambda _: None) -> tuple[Manifest, dict[str, bytes]]:
    """Read a backup to its end and give its manifest, and its small files by name; nothing is written anywhere.

    Raises BackupError if anything is missing, was changed, or is not what the manifest says.
    """
    small: dict[str, bytes] = {}
    seen: dict[str, tuple[int, str]] = {}
    told = b""
    for name, content in _members(path, passphrase, tick):
        if name == _MANIFEST:
            told = content
            continue
        seen[name] = len(content), sha256(content).hexdigest()
        if not name.startswith(_DATABASE):
            small[name] = content
    try:
        read = json.loads(told)
        manifest = Manifest(**(read | {"schema": tuple(read["schema"])}))
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{path} holds no manifest that this version reads", "use the Avow that made it") from error
    if {name: list(one) for name, one in seen.items()} != {name: list(one) for name, one in manifest.files.items()}:
        raise BackupError(f"{path} does not hold what its manifest says", _OTHER)
    return manifest, small


def database(path: Path, passphrase: str = "", tick: Tick = lambda _: None) -> Iterator[bytes]:
    """Give the parts of the dump in a backup."""
    return (content for name, content in _members(path, passphrase, tick) if name.startswith(_DATABASE))


def _members(path: Path, passphrase: str, tick: Tick) -> Iterator[tuple[str, bytes]]:
    """Give each file of a backup in order; whatever follows the last is read too, for it is sealed with the rest."""
    try:
        with path.open("rb") as file:
            reader = _Reader(pieces(file, passphrase, tick))
            with tarfile.open(fileobj=cast("BinaryIO", reader), mode="r|") as archive:
                for member in archive:
                    content = archive.extractfile(member)
                    yield member.name, content.read() if content else b""
            reader.rest()
    except tarfile.TarError as error:
        raise BackupError(f"{path} is not what a backup holds: {error}", _OTHER) from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}", "give the path of a backup") from error


class _Reader(io.RawIOBase):
    """Let pieces be read like a file."""

    def __init__(self, found: Iterator[bytes]) -> None:
        self._found, self._held = found, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, room = [self._held], size - len(self._held)
        while room > 0:
            piece = next(self._found, None)
            if piece is None:
                break
            parts.append(piece)
            room -= len(piece)
        whole = b"".join(parts)
        self._held = whole[size:]
        return whole[:size]

    def rest(self) -> None:
        for _ in self._found:
            pass


def _add(archive: tarfile.TarFile, name: str, content: bytes, files: dict[str, tuple[int, str]]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))
    files[name] = len(content), sha256(content).hexdigest()


def _parts(database: Iterable[bytes]) -> Iterator[bytes]:
    """Join pieces into parts of the length that a member of the archive has."""
    held = bytearray()
    for piece in database:
        held += piece
        while len(held) >= _PART:
            yield bytes(held[:_PART])
            del held[:_PART]
    yield bytes(held)
