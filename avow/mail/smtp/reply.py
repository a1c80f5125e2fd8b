"""Read the replies of a mail server, without any wire (RFC 5321, section 4.2)."""

from dataclasses import dataclass, field

from avow.errors import MailError

_LONGEST = 4096
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: its code (three digits) and its text lines."""

    code: int
    lines: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Say whether the command was done."""
        return self.code // 100 in {2, 3}

    @property
    def final(self) -> bool:
        """Say whether trying again is no use."""
        return self.code // 100 == 5  # noqa: PLR2004 -- the first digit of RFC 5321, section 4.2.1

    @property
    def text(self) -> str:
        """Give code and text on one line, at most 200 characters."""
        return f"{self.code} {' '.join(self.lines)}".strip()[:200]


@dataclass(slots=True)
class ReplyReader:
    """Take bytes as they come and give whole replies; raise MailError for what is no reply."""

    _rest: bytes = b""
    _lines: list[str] = field(default_factory=list)

    def feed(self, data: bytes) -> list[Reply]:
        """Give the replies that these bytes complete, in order."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST:
            raise MailError("the mail server sent a line without end", "check the host and port of AVOW_SMTP")
        return [reply for line in lines if (reply := self._line(line.rstrip(b"\r")))]

    def _line(self, line: bytes) -> Reply | None:
        code, mark, text = line[:3], line[3:4], line[4:].decode("utf-8", "replace")
        if not (code.isdigit() and b"200" <= code <= b"599" and mark in {b"", b" ", b"-"}):
            raise MailError(f"the mail server does not speak SMTP: {line[:60]!r}", "check host and port of AVOW_SMTP")
        self._lines.append(text)
        if len(self._lines) > _MOST_LINES:
            raise MailError("the mail server sent a reply without end", "check the host and port of AVOW_SMTP")
        if mark == b"-":
            return None
        lines, self._lines = tuple(self._lines), []
        return Reply(int(code), lines)


def offers(reply: Reply) -> dict[str, str]:
    """Give what a server offers in its answer to EHLO: keyword in capitals to parameters."""
    pairs = (line.partition(" ") for line in reply.lines[1:])
    return {word.upper(): rest.strip() for word, _, rest in pairs}
