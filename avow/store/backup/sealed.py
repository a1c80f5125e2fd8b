"""Write and read a file in which no byte can change unseen, encrypted if there is a passphrase.

A line names the format and, of an encrypted file, how its key is made (scrypt, RFC 7914). Pieces follow, each with its
length: AES-256-GCM under a nonce that counts, or bytes with a SHA-256 chained to the piece before. The last is marked,
so that a file which ends too early is known for one.
"""

import hashlib
import hmac
import json
import secrets
import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from avow.errors import BackupError

PIECE: Final = 1 << 20
"""Bytes of a piece; the last may be shorter."""
_MAGIC: Final = "avow backup 1 "
_LENGTH: Final = struct.Struct("!IB")
_COST: Final = 1 << 17
_LONGEST_HEAD: Final = 1_000
_CHANGED: Final = "take another copy of the backup; nothing was touched"

Seal = Callable[[int, bytes, bool], bytes]
Tick = Callable[[int], object]


class Writer:
    """Write pieces; `close` marks the last one."""

    def __init__(self, file: BinaryIO, passphrase: str = "", tick: Tick = lambda _: None) -> None:
        """Begin a file; `tick` is told the bytes of each piece."""
        self._file, self._tick, self._held, self._no = file, tick, bytearray(), 0
        head = _head(passphrase)
        file.write(head)
        self._seal = _sealing(head, passphrase)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Take bytes, and write them piece by piece."""
        self._held += data
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write what is left as the last piece."""
        self._put(bytes(self._held), last=True)

    def _put(self, data: bytes, *, last: bool) -> None:
        sealed = self._seal(self._no, data, last)
        self._file.write(_LENGTH.pack(len(sealed), last) + sealed)
        self._no += 1
        self._tick(len(data))


def encrypted(file: BinaryIO) -> bool:
    """Say whether a file needs a passphrase; raise BackupError if it is no backup."""
    head = file.readline(_LONGEST_HEAD)
    file.seek(0)
    return bool(_told(head))


def pieces(file: BinaryIO, passphrase: str = "", tick: Tick = lambda _: None) -> Iterator[bytes]:
    """Give what was written, piece by piece, each checked before it is given.

    Raises BackupError if the passphrase is not the one, a byte was changed, or the file ends too early.
    """
    head = file.readline(_LONGEST_HEAD)
    told = _told(head)
    if told and not passphrase:
        raise BackupError("this backup is encrypted", "give its passphrase")
    if told:
        key = _key(passphrase, bytes.fromhex(told["salt"]), told["cost"])
        if not hmac.compare_digest(_proof(key), told["proof"]):
            raise BackupError("this is not the passphrase of this backup", "type it again; nothing was touched")
        unseal = _opening(AESGCM(key), head)
    else:
        unseal = _checking(head)
    no, last = 0, False
    while not last:
        size, last = _length(file, no)
        sealed = file.read(size)
        if len(sealed) != size:
            raise _early(no)
        data = unseal(no, sealed, last)
        tick(len(data))
        yield data
        no += 1
    if file.read(1):
        raise BackupError("something was appended to this backup", _CHANGED)


def _length(file: BinaryIO, no: int) -> tuple[int, bool]:
    raw = file.read(_LENGTH.size)
    if len(raw) < _LENGTH.size:
        raise _early(no)
    size, last = _LENGTH.unpack(raw)
    if last > 1 or size > PIECE + 64:
        raise _changed(no)
    return size, bool(last)


def _early(no: int) -> BackupError:
    return BackupError(f"this backup ends too early, in piece {no + 1}", _CHANGED)


def _changed(no: int) -> BackupError:
    return BackupError(f"piece {no + 1} of this backup was changed", _CHANGED)


def _head(passphrase: str) -> bytes:
    told: dict[str, object] = {}
    if passphrase:
        salt = secrets.token_bytes(16)
        told = {"salt": salt.hex(), "cost": _COST, "proof": _proof(_key(passphrase, salt, _COST))}
    return f"{_MAGIC}{json.dumps(told)}\n".encode()


def _told(head: bytes) -> dict[str, Any]:
    """Read the first line."""
    told: dict[str, Any] = {}
    try:
        text = head.decode()
        told = json.loads(text.removeprefix(_MAGIC)) if text.startswith(_MAGIC) else {"": 0}
        sound = told == {} or ({"salt", "cost", "proof"} == set(told) and bytes.fromhex(told["salt"]))
    except (ValueError, TypeError, AttributeError):
        sound = False
    if not sound or not head.endswith(b"\n"):
        raise BackupError("this is no backup of Avow", "give a file that `avow backup` made")
    return told


def _sealing(head: bytes, passphrase: str) -> Seal:
    """Give what seals a piece by its number."""
    if not passphrase:
        return _Chained(head).seal
    told = json.loads(head.decode().removeprefix(_MAGIC))
    cipher = AESGCM(_key(passphrase, bytes.fromhex(told["salt"]), told["cost"]))
    return lambda no, data, last: cipher.encrypt(_nonce(no, last), data, head)


def _opening(cipher: AESGCM, head: bytes) -> Seal:
    def unseal(no: int, sealed: bytes, last: bool) -> bytes:
        try:
            return cipher.decrypt(_nonce(no, last), sealed, head)
        except InvalidTag as error:
            raise _changed(no) from error

    return unseal


def _nonce(no: int, last: bool) -> bytes:
    """Give the nonce of a piece (12 bytes); the key is this file's alone, so a count never repeats."""
    return struct.pack("!3xQB", no, last)


class _Chained:
    """Add, or check, a digest over each piece and all before it."""

    def __init__(self, head: bytes) -> None:
        self._before = sha256(head).digest()

    def seal(self, _: int, data: bytes, last: bool) -> bytes:
        self._before = sha256(self._before + bytes([last]) + data).digest()
        return data + self._before

    def unseal(self, no: int, sealed: bytes, last: bool) -> bytes:
        data = sealed[:-32]
        if self.seal(no, data, last) != sealed:
            raise _changed(no)
        return data


def _checking(head: bytes) -> Seal:
    return _Chained(head).unseal


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    if cost != _COST:
        raise BackupError("this backup was encrypted in a way that this version does not know", "use the newer Avow")
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())


def _proof(key: bytes) -> str:
    return hmac.digest(key, b"avow/backup/proof", hashlib.sha256)[:8].hex()
