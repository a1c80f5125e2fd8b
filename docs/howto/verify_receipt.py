"""Verify a receipt offline: python verify_receipt.py receipt.tlog-proof KEYS (a key, or a file with the list)."""

import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def need(holds, words):
    if not holds:
        raise ValueError(words)


def decode(text):  # base64, in its one form
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "the file is damaged")
    return data


def read(data):  # one value: a letter, then the length of its content, a colon, the content
    if data[:1] in (b"n", b"t", b"f"):
        return {b"n": None, b"t": True, b"f": False}[data[:1]], data[1:]
    length, _, rest = data[1:].partition(b":")
    content, rest = rest[: int(length)], rest[int(length) :]
    need(length == b"%d" % len(content), "the receipt is damaged")
    if data[:1] in (b"l", b"m"):  # a list; a map is a list of keys and values
        parts = []
        while content:
            part, content = read(content)
            parts.append(part)
        return parts if data[:1] == b"l" else dict(zip(parts[::2], parts[1::2], strict=True)), rest
    if data[:1] == b"d":  # a time, in microseconds since 1970
        return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(content)):%Y-%m-%d %H:%M:%S}", rest
    return {b"b": bytes, b"u": bytes.hex, b"i": int, b"s": bytes.decode, b"k": bytes.decode}[data[:1]](content), rest


def root(data, here, size, path):  # of a Merkle tree (RFC 9162): a leaf, its place, the hashes beside its way up
    need(type(path) is list and 0 <= here < size, "there is no such place")
    last, found = size - 1, sha256(b"\0" + data).digest()
    for step in path:
        need(last > 0, "a proof is too long")
        left = here & 1 or here == last
        found = sha256(b"\1" + (step + found if left else found + step)).digest()
        while left and here and not here & 1:
            here, last = here >> 1, last >> 1
        here, last = here >> 1, last >> 1
    need(last == 0, "a proof is too short")
    return found


def verify(text, keys):
    head, checkpoint, signatures = text.split("\n\n")
    form, extra, place, *path = head.split("\n")
    origin, size, top = checkpoint.split("\n")[:3]
    index, name = int(place[6:]), b"avow/receipt/v1\n"
    need((form, place, extra[:6]) == ("c2sp.org/tlog-proof@v1", f"index {index}", "extra "), "this is no receipt")
    need(decode(extra[6:]).startswith(name), "this is no receipt")
    (entry, pos, steps, salt, record, inside), rest = read(decode(extra[6:])[len(name) :])
    (kind, at, above, covers, _), beyond = read(entry.removeprefix(b"avow/entry/v1\n"))
    need(not rest and not beyond, "the receipt is damaged")
    need(root(sha256(salt + record).digest(), pos, covers, steps) == above, "the entry does not cover this record")
    said, own = read(record)[0], inside[-len(inside.partition(b"b32:")[2]) :]
    if inside:  # what was given, whose digest the record holds under a salt that the record's own is one way from
        need(inside == b"l%d:b32:%b" % (len(own) + 4, own), "the receipt is damaged")
        need(sha256(b"avow/outer" + own[:32]).digest() == salt, "the record has another salt")
        need(sha256(own).digest() in said, "the record does not cover what was given")
        said.append(read(own[32:])[0])
    grown = root(entry, index, int(size), [decode(line) for line in path])
    need(grown == decode(top), "the entry is not in the ledger")
    lines = (line.split() for line in keys.splitlines() if "+" in line)  # a key, and the last size that it signed
    key = next(line[0] for line in lines if len(line) == 1 or int(line[1]) >= int(size))
    name, key_id, public = key.split("+", 2)
    signed = [line.split(" ") for line in signatures.removesuffix("\n").split("\n") if line.startswith("\u2014 ")]
    signature = next(decode(data) for _, signer, data in signed if signer == name == origin)
    need(signature[:4].hex() == key_id, "another key signed it")
    Ed25519PublicKey.from_public_bytes(decode(public)[1:]).verify(signature[4:], f"{checkpoint}\n".encode())
    return f"VERIFIED: {kind}, {at} UTC, line {index} of {origin}", said


if __name__ == "__main__":
    keys = sys.argv[2] if "+" in sys.argv[2] else Path(sys.argv[2]).read_text(encoding="utf-8")
    try:
        words, record = verify(Path(sys.argv[1]).read_bytes().decode(), keys)
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration, InvalidSignature) as error:
        sys.exit(f"NOT VERIFIED: {error or 'it was changed, or another key signed it'}")
    print(words, json.dumps(record, indent=1, ensure_ascii=False, default=bytes.hex), sep="\n")
