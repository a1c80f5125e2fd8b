"""Gather every word that people read out of templates and modules, and write the catalogues that are made of them."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template import Template
from django.template.base import Node
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from avow.policy.folder import load
from avow.record.forum.reports import Reason
from avow.terms import ChannelKind, ClauseClass, EntryKind, MessageKind, Promise, Role
from avow.tongue import LOCALE
from avow.updates.running import _WORDS as COUNTED

ROOT: Final = Path(__file__).parent.parent
MESSAGE = str | tuple[str, str]
"""What is said, or one and many of it."""
SAYS: Final = frozenset({"_", "gettext", "marked", "tongue"})
"""What marks the words that it is given."""
SAID: Final = {"Failure": 1, "fail": 2, "Words": 0, "but": 1, "AddressError": 0}
"""What says its own words on a page in the language that is spoken, and from which argument on."""
STAFF: Final = (
    "staff/",
    "web/desk/",
    "uses/insight",
    "cookies/visits",
    "api/",
    "web/message",
    "disclosure/processors/",
)
"""Where only our own people, developers or machines read: parts of the paths of templates and modules."""
_IN_TEXT: Final = re.compile(r'(?<![\w])_\("([^"]+)"\)')


def templates() -> list[Path]:
    """Give the templates of pages that people outside the company see."""
    found = sorted((ROOT / "avow").rglob("templates/**/*.html"))
    ours = [path for path in found if not any(part in str(path) for part in STAFF)]
    return [path for path in ours if "/mail/" not in str(path)]


def messages() -> dict[MESSAGE, set[str]]:
    """Give every message that is marked, with the files that hold it."""
    found: dict[MESSAGE, set[str]] = {}
    for path in templates():
        for message in _of_template(path):
            found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "avow").rglob("*.py")):
        for message in _of_module(path) if not any(part in str(path) for part in STAFF) else ():
            found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    for place, message in _elsewhere():
        found.setdefault(message, set()).add(place)
    pairs = {message[0] for message in found if isinstance(message, tuple)}  # a pair says the one, too
    return {message: places for message, places in found.items() if message not in pairs}


def catalogue(language: str) -> Catalog:
    """Read the texts of a language as they are edited."""
    with (LOCALE / language / "LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language, domain="django")


def compiled(language: str) -> bytes:
    """Give the file that the program reads, as it is made of the texts."""
    out = BytesIO()
    write_mo(out, catalogue(language))
    return out.getvalue()


def write(language: str) -> None:
    """Bring the catalogue up to the words that are marked, keep what is translated, write what the program reads."""
    known = catalogue(language)
    fresh = Catalog(
        locale=language,
        domain="django",
        project="Avow",
        version="1",
        charset="utf-8",
        header_comment=known.header_comment,
        creation_date=known.creation_date,  # so that what is unchanged is written unchanged
    )
    for message, places in sorted(messages().items(), key=lambda one: str(one[0])):
        before = known.get(message)
        auto = [(place, 1) for place in sorted(places)]
        flags = {"python-brace-format"} if "{" in str(message) else set()
        fresh.add(message, before.string if before else None, locations=auto, flags=flags)
    fresh.mime_headers = [
        one for one in known.mime_headers if one[0].startswith(("MIME", "Content", "Plural", "Language"))
    ]
    folder = LOCALE / language / "LC_MESSAGES"
    with (folder / "django.po").open("wb") as file:
        write_po(file, fresh, width=0, include_lineno=False, omit_header=False)
    (folder / "django.mo").write_bytes(compiled(language))


def _of_template(path: Path) -> Iterator[MESSAGE]:
    text = path.read_text()
    name = str(path).rpartition("/templates/")[2]
    yield from _IN_TEXT.findall(text)
    for node in _nodes(Engine.get_default().get_template(name)):
        if isinstance(node, TranslateNode):
            literal = getattr(node.filter_expression.var, "literal", None)
            if isinstance(literal, str):
                yield literal
        elif isinstance(node, BlockTranslateNode):
            one = node.render_token_list(node.singular)[0]
            yield (one, node.render_token_list(node.plural)[0]) if node.plural else one


def _nodes(found: Template) -> Iterator[Node]:
    for node in found.nodelist:
        yield from node.get_nodes_by_type(Node)


def _of_module(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name in SAYS or isinstance(node.func, ast.Call):
            yield from _texts(node.args[:1])
        elif name in SAID:
            yield from _texts(node.args[SAID[name] :])
            yield from _texts([one.value for one in node.keywords if one.arg in {"happened", "way_on"}])
        elif name in {"Field", "replace"}:
            yield from _texts(node.args[1:2] if name == "Field" else [])
            yield from _texts([one.value for one in node.keywords if one.arg in {"label", "hint"}])


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[A-Za-z]{2}", node.value):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _texts([node.body, node.orelse])


def _elsewhere() -> Iterator[tuple[str, MESSAGE]]:
    """Give what is said by a name that holds it: words of closed lists, and the laws that come with every policy."""
    yield from (("avow/terms.py", one.meaning) for one in Promise)
    yield from (("avow/terms.py", one.value) for one in (*ClauseClass, *EntryKind, *ChannelKind, *MessageKind))
    yield from (("avow/terms.py", one.words) for one in Role)
    yield from (("avow/record/forum/reports.py", one.words) for one in Reason)
    yield from (("avow/updates/running.py", pair) for pair in COUNTED.values())
    clauses = load(ROOT / "policies/example").policies[-1].clauses
    yield from (("avow/policy/meaning/laws.py", one.text) for name, one in clauses.items() if name.startswith("law."))
    yield from (("avow/tongue.py", f"{month:%B}") for month in _months())


def _months() -> Iterator[date]:
    yield from (date(2025, month, 1) for month in range(1, 13))
