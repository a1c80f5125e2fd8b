"""Take a message's own HTML as it stands, or refuse it: no script, no picture from elsewhere, nothing that hides."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final

from avow.errors import MailError
from avow.mail.form.text import Text, text
from avow.mail.pictured.carried import SCHEME, SHOWN, Picture

_BEGINS: Final = re.compile(r"^[ \t]*<!doctype html>[ \t]*$", re.MULTILINE | re.IGNORECASE)
_ENDS: Final = re.compile(r"\s*(?:</body\s*>)?\s*(?:</html\s*>)?\s*\Z", re.IGNORECASE)
_IN_MARKDOWN: Final = re.compile(
    r"<\s*/?\s*(script|style|iframe|img|form|input|object|embed|svg|link|meta)\b", re.IGNORECASE
)
_TAGS: Final = frozenset(
    {"html", "head", "title", "meta", "body", "div", "span", "p", "br", "hr", "center", "ul", "ol", "li", "pre", "code"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "thead", "tbody", "tfoot", "tr", "th", "td"}
    | {"a", "abbr", "b", "em", "i", "s", "small", "strong", "sub", "sup", "u"}
)
_ATTRIBUTES: Final = frozenset(
    {"href", "title", "lang", "dir", "id", "class", "style", "role", "summary", "charset", "align", "valign", "width"}
    | {"height", "bgcolor", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "start"}
)
_STYLE: Final = re.compile(r"url\s*\(|expression|@import|behavior|position\s*:|display\s*:\s*none|\\", re.IGNORECASE)
_LINKS: Final = ("https://", "http://", "mailto:", "#")
_IMAGE: Final = frozenset({"src", "alt", "width", "height", "style", "title", "class", "align", "border"})


def parts(body: str) -> tuple[str, str | None]:
    """Part the text of a message from its own HTML, which begins at a line `<!doctype html>`; None if it has none."""
    found = _BEGINS.search(body)
    if found is None:
        tag = _IN_MARKDOWN.search(body)
        if tag is not None:
            raise MailError(
                f"the text holds the HTML tag <{tag[1].lower()}>, which Markdown shows as it stands",
                "take it out, or give the message its own HTML below a line `<!doctype html>`",
            )
        return body, None
    return body[: found.start()], body[found.end() :]


def markup(source: str, pictures: Mapping[str, Picture] | None = None) -> Text:
    """Compile HTML with holes, without what ends its page; raise MailError that names what it may not hold, and where.

    What is not known to be harmless is refused, never repaired: what is shown before sending is what is sent. A picture
    is one of ours that goes along, by name.
    """
    known = pictures or {}
    reader = _Reader(known)
    reader.feed(source)
    reader.close()
    inner = SHOWN.sub(lambda found: f"cid:{known[found[1]].cid}", source)
    return text(f"<!doctype html>\n{_ENDS.sub('', inner).strip()}\n")


class _Reader(HTMLParser):
    """Refuse each tag, attribute, link, style or instruction that is not on the lists."""

    def __init__(self, pictures: Mapping[str, Picture]) -> None:
        """Know which pictures go along."""
        super().__init__()
        self._pictures = pictures

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag, and at each of its attributes."""
        names = [name for name, _ in attrs]
        if len({*names}) < len(names):
            self._refuse(f"an attribute that stands twice at <{tag}>", "one program reads the first, another the last")
        if tag == "img":
            self._image(dict(attrs))
            return
        if tag not in _TAGS or (tag == "meta" and names != ["charset"]):
            self._refuse(f"the tag <{tag}>", "pictures, scripts, forms and whatever is fetched tell who reads")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_decl(self, decl: str) -> None:
        """Refuse a second declaration."""
        self._refuse(f"<!{decl[:20]}>", "one `<!doctype html>` begins the HTML")

    def unknown_decl(self, data: str) -> None:
        """Refuse what is no declaration of HTML."""
        self._refuse(f"<![{data[:20]}", "take it out")

    def handle_pi(self, data: str) -> None:
        """Refuse instructions to programs."""
        self._refuse(f"<?{data[:20]}", "take it out")

    def handle_comment(self, data: str) -> None:
        """Refuse comments that some programs read as text."""
        if data.lstrip().startswith("["):
            self._refuse("a conditional comment", "every program gets the same message")

    def _image(self, attrs: dict[str, str | None]) -> None:
        """Let a picture through that goes along, with words for who cannot see it."""
        source = attrs.get("src") or ""
        if source.removeprefix(SCHEME) not in self._pictures or not source.startswith(SCHEME):
            self._refuse("the tag <img>", f"a picture from elsewhere tells who reads; put it in, as src={SCHEME}...")
        if not (attrs.get("alt") or "").strip():
            self._refuse("a picture without alt=", "write what it shows, for who cannot see it")
        for name, value in attrs.items():
            if name not in _IMAGE:
                self._refuse(f"{name}= at <img>", "src, alt, width, height and plain styles are enough")
            if name not in {"src", "alt"}:
                self._attribute("img", name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in _ATTRIBUTES:
            self._refuse(f"{name}= at <{tag}>", "links, tables and plain styles are enough")
        if "{{" in value:
            self._refuse(f"a field in {name}=", "a field in a link tells the other end who followed it")
        if name == "href" and not value.strip().lower().startswith(_LINKS):
            self._refuse(f"the link {value[:40]!r}", "link to https://, http:// or mailto:")
        if name == "style" and _STYLE.search(value):
            self._refuse(f"the style {value[:40]!r}", "nothing is fetched, hidden or laid over by a style")

    def _refuse(self, what: str, hint: str) -> None:
        raise MailError(f"line {self.getpos()[0]} of the HTML: {what} cannot be sent", hint)
