"""Read an e-mail address into three keys: as it is sent to, as it is told apart, as it is refused."""

import hashlib
import hmac
import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NoReturn

import idna

from avow.errors import AddressError
from avow.store.keys import key

LONGEST: Final = 254
"""Octets of a whole address (RFC 5321, section 4.5.3.1.3, less the angle brackets)."""
LONGEST_LOCAL: Final = 64
"""Octets of what stands before the @ (RFC 5321, section 4.5.3.1.1)."""
_LONGEST_TEXT: Final = 1_000
_TAG: Final = "+"
_LOST: Final = "\ufffd"
"""What stands where letters came in another encoding than UTF-8."""
_DOTLESS: Final = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}

_PLAIN = re.compile(r"([A-Za-z0-9_.+-]+)@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})")
_WORD = re.compile(r'([^\s"(),:;<>@\[\\\].]+)|"((?:[^"\\]|\\.)*)"')
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MORE = re.compile(r"[<>,;:@]")
_DOT = re.compile("[.\u3002\uff0e\uff61]")
_LONGEST_LABEL: Final = 63
_ATOM = re.compile(r'[^\s"(),:;<>@\[\\\].]+(?:\.[^\s"(),:;<>@\[\\\].]+)*')


@dataclass(frozen=True)
class Address:
    """One mailbox: `display` to send to and show, `exact` to tell it apart, `reach` to refuse it by.

    `exact` keeps the case of what stands before the @; `reach` is coarser: case folded, without a plus-tag,
    so that a refusal covers every spelling of one mailbox. Nothing is ever sent to a `reach`.
    """

    display: str
    exact: str
    reach: str

    @cached_property
    def exact_id(self) -> bytes:
        """Give the HMAC of `exact` (32 bytes)."""
        return _keyed(b"exact", self.exact)

    @cached_property
    def reach_id(self) -> bytes:
        """Give the HMAC of `reach` (32 bytes)."""
        return _keyed(b"reach", self.reach)

    @property
    def masked(self) -> str:
        """Give it as a page may show it to whoever holds a link: a•••@e•••.org."""
        local, _, domain = self.display.rpartition("@")
        if domain.startswith("["):
            return f"{local[0]}•••@[•••]"
        return f"{local[0]}•••@{domain[0]}•••.{domain.rpartition('.')[2]}"

    @property
    def readable(self) -> str:
        """Give it for reading, with the domain in its own script."""
        local, _, domain = self.display.rpartition("@")
        return f"{local}@{idna.decode(domain)}" if "xn--" in domain else self.display


def parse(text: str) -> Address:
    """Read one address; raise AddressError that says what is wrong with it.

    Takes RFC 5321 mailboxes, quoted local parts (dequoted where they need no quotes), domain literals,
    domains in any script (UTS 46, nontransitional) and UTF-8 local parts (RFC 6531).
    Comments, folding and control characters are refused.
    """
    if len(text) > _LONGEST_TEXT:
        raise AddressError("this is too long for an e-mail address", f"at most {LONGEST} bytes")
    text = text.strip(" \t")
    plain = _PLAIN.fullmatch(text)
    if plain and "xn--" not in text.lower():
        local, domain, shown = plain[1], plain[2].lower(), plain[2]
        _check_dots(local)
    else:
        local, rest = _local(_clean(text))
        domain = _domain(rest)
        shown = rest.rstrip(".") if rest.isascii() and not rest.startswith("[") else domain
    written = local if _ATOM.fullmatch(local) else _quoted(local)
    if len(written.encode()) > LONGEST_LOCAL:
        raise AddressError(f"what stands before the @ is longer than {LONGEST_LOCAL} bytes")
    if len(written.encode()) + 1 + len(domain) > LONGEST:
        raise AddressError(f"this address is longer than {LONGEST} bytes")
    return Address(f"{written}@{shown}", f"{written}@{domain}", _coarse(local, domain))


def _clean(text: str) -> str:
    """Refuse what no address holds; give the text in normal form C."""
    if "@" not in text:
        raise AddressError("an e-mail address has an @", "write it like name@example.org")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise AddressError("this address holds half a character", "type it again") from error
    if _LOST in text:
        raise AddressError("some letters of this address did not arrive as they were typed", "type it again")
    for sign in text:
        if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cn", "Co"}:
            raise AddressError(f"an e-mail address holds no such character as U+{ord(sign):04X}", "type it again")
    return unicodedata.normalize("NFC", text)


def _local(text: str) -> tuple[str, str]:
    """Split off what stands before the @, dequoted; give it and the rest."""
    words, at = [], 0
    while True:
        found = _WORD.match(text, at)
        if not found:
            _complain(text, at)
        words.append(found[1] if found[1] is not None else re.sub(r"\\(.)", r"\1", found[2]))
        at = found.end()
        sign = text[at : at + 1]
        if sign not in {".", "@"}:
            _complain(text, at)
        at += 1
        if sign == "@":
            break
    local = ".".join(words)
    if not local:
        raise AddressError("nothing stands before the @")
    if any(unicodedata.category(sign) == "Cf" for sign in local):
        raise AddressError("an invisible character stands before the @", "type it again")
    return local, text[at:]


def _complain(text: str, at: int) -> NoReturn:
    """Say what is wrong at a place before the @."""
    sign = text[at : at + 1]
    if sign in {"(", ")"}:
        raise AddressError("comments in an address are not taken", "leave out what stands in brackets")
    if sign in {".", "@"}:
        _check_dots(".")
    if sign in {"<", ">", ",", ";", ":"}:
        raise AddressError("this is more than one bare address", "write only name@example.org")
    raise AddressError(
        f"before the @ stands {sign!r}, which needs quotes" if sign else "this address ends too early",
        "write it like name@example.org",
    )


def _check_dots(local: str) -> None:
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise AddressError("before the @ a dot stands first, last or twice", "type it again")


def _quoted(local: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'


def _domain(text: str) -> str:
    """Give a domain as A-labels in lower case, or a literal in its one form."""
    if text.startswith("["):
        return _literal(text)
    if "(" in text:
        raise AddressError("comments in an address are not taken", "leave out what stands in brackets")
    if _MORE.search(text):
        raise AddressError("this is more than one bare address", "write only name@example.org")
    try:
        name = idna.encode(text, uts46=True, std3_rules=True).decode().removesuffix(".")
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError(_why(text), "write it like name@example.org") from error
    labels = name.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(_why(text), "write it like name@example.org")
    if len(labels) == 1 or labels[-1].isdecimal():
        raise AddressError("what stands after the @ is not a full domain", "write it like name@example.org")
    return name


def _why(text: str) -> str:
    """Say why what stands after the @ is no domain."""
    parts = _DOT.split(text.strip())
    if not any(parts):
        return "nothing stands after the @"
    if not all(parts[:-1]):
        return "after the @ a dot stands first or twice"
    if any(len(part) > _LONGEST_LABEL for part in parts) or len(text) > LONGEST:
        return f"what stands after the @ is too long, or a part of it is longer than {_LONGEST_LABEL} characters"
    if any(part.startswith("-") or part.endswith("-") for part in parts):
        return "after the @ a part begins or ends with a hyphen"
    if any(sign.isspace() for sign in text):
        return "a space stands after the @"
    return "what stands after the @ is not a domain"


def _literal(text: str) -> str:
    inner = text[1:].removesuffix("]") if text.endswith("]") else ""
    try:
        if inner[:5].lower() == "ipv6:":
            return f"[IPv6:{ipaddress.IPv6Address(inner[5:])}]"
        return f"[{ipaddress.IPv4Address(inner)}]"
    except ValueError as error:
        raise AddressError("this is not an address literal", "write it like name@[192.0.2.1]") from error


def _coarse(local: str, domain: str) -> str:
    """Give the key of the mailbox: wide letters narrowed, case folded, plus-tag and a provider's dots left out."""
    if not local.isascii():
        local = "".join(
            unicodedata.normalize("NFKC", sign)
            if unicodedata.decomposition(sign).startswith(("<wide>", "<narrow>"))
            else sign
            for sign in local
        )
    local = _fold(local)
    base = local.partition(_TAG)[0] or local
    if domain in _DOTLESS:
        base, domain = base.replace(".", "") or base, _DOTLESS[domain]
    return f"{base}@{domain}"


def _fold(text: str) -> str:
    """Fold case until nothing changes (Unicode, D145)."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
    return folded if folded == text else _fold(folded)


def _keyed(kind: bytes, text: str) -> bytes:
    return hmac.digest(key("reach"), kind + b"\0" + text.encode(), hashlib.sha256)
