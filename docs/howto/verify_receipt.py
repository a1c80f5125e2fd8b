"""Verify a receipt offline: python verify_receipt.py receipt.tlog-proof KEYS (a file: key, last size it signed)."""

import json
import re
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORM = r"(?a)c2sp\.org/tlog-proof@v1\nextra (.+)\nindex (\d+)\n((?:.+\n)*)\n((.+)\n(\d+)\n(.+)\n)\n((?:.+\n)+)"


def need(holds, words: str):
    return holds or sys.exit(f"NOT VERIFIED: {words}")


def decode(text: str) -> bytes:  # base64, in its one form
    return need(b64encode(b64decode(text)).decode() == text and b64decode(text), "the file is damaged")


def read(data: bytes) -> list:  # values, one after another: a letter, the length of the content, a colon, the content
    if not data:
        return []
    head = need(re.match(rb"(n)|([a-z])(0|[1-9][0-9]*):", data), "the receipt is damaged")
    end = head.end() + int(head[3] or 0)
    need(end <= len(data), "the receipt is cut off")
    return [KINDS[head[1] or head[2]](data[head.end() : end]), *read(data[end:])]


KINDS = {b"b": bytes, b"u": bytes.hex, b"i": int, b"s": bytes.decode, b"k": bytes.decode, b"l": read}
KINDS |= {b"n": lambda _: None, b"m": lambda data: dict(zip(read(data)[::2], read(data)[1::2], strict=True))}
KINDS[b"d"] = lambda data: f"{datetime.fromtimestamp(int(data) // 10**6, UTC):%Y-%m-%d %H:%M:%S}"


def root(leaf: bytes, here: int, size: int, path: list) -> bytes:  # of a Merkle tree, from one leaf of it (RFC 9162)
    inner, found = (here ^ (size - 1)).bit_length(), sha256(b"\0" + leaf).digest()
    need(0 <= here < size and type(path) is list and len(path) == inner + (here >> inner).bit_count(), "no such place")
    for level, step in enumerate(path):  # the hash beside the way up, at its left or right
        found = sha256(b"\1" + (step + found if level >= inner or here >> level & 1 else found + step)).digest()
    return found


def verify(text: str, keys: str) -> tuple[str, list]:
    extra, index, path, note, origin, size, top, signed = need(re.fullmatch(FORM, text), "this is no receipt").groups()
    ((entry, pos, steps, salt, record, inside),) = read(decode(extra).removeprefix(b"avow/receipt/v1\n"))
    ((kind, at, above, covers, _),), (said,) = read(entry.removeprefix(b"avow/entry/v1\n")), read(record)
    need(len(salt) == len(above), "the salt is damaged")
    need(root(sha256(salt + record).digest(), pos, covers, steps) == above, "the entry does not cover this record")
    if inside:  # what was given: its digest stands in the record, under a salt that the record's own is one way from
        ((secret, fields),) = read(inside)
        need(sha256(b"avow/outer" + secret).digest() == salt, "the record has another salt")
        said[said.index(sha256(secret + inside.split(secret, 1)[1]).digest())] = fields
    need(root(entry, int(index), int(size), [*map(decode, re.findall(".+", path))]) == decode(top), "not in the ledger")
    key = next(one for one in re.findall(r"(\S+?)\+(\S+?)\+(\S+) ?(\d*)", keys) if int(one[3] or size) >= int(size))
    signature = decode(need(re.search(rf"(?m)^— {re.escape(origin)} (.+)\n", signed), "nobody signed it")[1])
    need(key[0] == origin and signature[:4].hex() == key[1], "another key signed it")
    Ed25519PublicKey.from_public_bytes(decode(key[2])[1:]).verify(signature[4:], note.encode())
    return f"VERIFIED: {kind}, {at} UTC, line {index} of {origin}", said


if __name__ == "__main__":
    sys.excepthook = lambda kind, error, _: print("NOT VERIFIED:", str(error) or kind.__name__, file=sys.stderr)
    words, record = verify(*(Path(name).read_bytes().decode() for name in sys.argv[1:]))
    print(words, json.dumps(record, indent=1, ensure_ascii=False, default=bytes.hex), sep="\n")
