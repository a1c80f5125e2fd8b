"""Deliver a letter by LMTP, whose answer acknowledges it."""

import socket
import time
from typing import Final

from avow.cli.demo.mailing.saying.said import Acknowledged, Company, Reader
from avow.errors import MailError

_HOST: Final = "127.0.0.1"
_PATIENCE: Final = 60.0


def letter(company: Company, who: Reader, way: str, lines: list[str], text: str) -> Acknowledged:
    """Deliver a letter by LMTP; its answer acknowledges it."""
    said = time.time()
    head = [f"From: {who.address}", f"To: {company.mailbox}", *lines, f"Message-ID: <{who.reach.hex()[:20]}@demo>"]
    head.append("Content-Type: text/plain; charset=utf-8")
    letter = "\r\n".join([*head, "", text or "\r\n"]).encode()
    with socket.create_connection((_HOST, company.letters), _PATIENCE) as door, door.makefile("rb") as answers:
        _expect(answers.readline(), b"220")
        door.sendall(b"LHLO demo\r\n")
        while answers.readline()[3:4] == b"-":
            pass
        for line in (f"MAIL FROM:<{who.address}>", f"RCPT TO:<{company.mailbox}>", "DATA"):
            door.sendall(line.encode() + b"\r\n")
            _expect(answers.readline(), b"354" if line == "DATA" else b"250")
        door.sendall(letter + b"\r\n.\r\n")
        answer = answers.readline()
        at = time.time()
        _expect(answer, b"250")
    return Acknowledged(who, way, said, at)


def _expect(answer: bytes, code: bytes) -> None:
    if not answer.startswith(code):
        raise MailError(f"the door for letters answered {answer!r}", "see what `avow lmtp` says")
