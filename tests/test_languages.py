"""Keep every word that people read in every language that is spoken: whole, and by one catalogue."""

import re
from string import Formatter

import pytest

from avow.mail.form.text import text
from avow.tongue import LANGUAGES, LOCALE, SOURCE
from tests.languages import MESSAGE, ROOT, catalogue, compiled, messages, templates

SPOKEN = [tag for tag, _ in LANGUAGES if tag != SOURCE]
_GONE = re.compile(
    r"{% block width %}.*?{% endblock %}"
    r"|{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|<pre.*?</pre>|{%.*?%}|{{.*?}}|{#.*?#}|&\w+;",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'\s(?:aria-label|title|alt|placeholder)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
NAMES = {"UTC", "JSON", "LD", "Cookies", "tile", "LEVEL", "NUMBER", "entries"}
"""Words that are the same in every language: the name of a time, of formats, of the parts of an address."""


def _each(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _holes(text: str) -> set[str]:
    """Give what is filled into a message."""
    named = {name for _, name, _, _ in Formatter().parse(text) if name} if "%(" not in text else set()
    return named | set(re.findall(r"%\((\w+)\)s", text))


def _links(text: str) -> list[str]:
    return sorted(re.findall(r'(?:href|class)="[^"]*"', text))


@pytest.fixture(scope="module")
def said() -> dict[MESSAGE, set[str]]:
    """Give every message that is marked."""
    found = messages()
    assert len(found) > 900
    return found


@pytest.mark.parametrize("language", SPOKEN)
def test_every_message_is_said_in_every_language(language: str, said: dict[MESSAGE, set[str]]) -> None:
    """Each has its text, none is a guess, what is filled in and where links lead is the same; nothing is left over."""
    known = catalogue(language)
    for message, places in said.items():
        found = known.get(message)
        assert found, f"{message!r} of {places} is not in {language}"
        assert not found.fuzzy, message
        texts = _each(found.string)
        assert all(texts), f"{message!r} of {places} has no text in {language}"
        assert len(texts) == (1 if isinstance(message, str) else known.num_plurals), message
        for one in texts:
            assert _holes(one) == _holes(_each(message)[-1]), message
            assert _links(one) == _links(_each(message)[-1]), message
    assert {one.id for one in known if one.id} == set(said), "run python -m tests.run write"


@pytest.mark.parametrize("language", SPOKEN)
def test_the_program_reads_what_is_edited(language: str) -> None:
    """The compiled catalogue is made of the texts beside it, byte for byte."""
    assert (LOCALE / language / "LC_MESSAGES/django.mo").read_bytes() == compiled(language)


def test_no_page_holds_bare_words() -> None:
    """No template of a page for people holds words that are not marked."""
    found = templates()
    assert len(found) > 50
    for path in found:
        text = _GONE.sub(" ", path.read_text())
        bare = [*_ATTRIBUTE.findall(text), _TAG.sub(" ", text)]
        words = {word for part in bare for word in re.findall(r"[A-Za-z]{2,}", part)} - NAMES
        assert not words, f"{path.name}: {sorted(words)}"


@pytest.mark.parametrize("language", SPOKEN)
def test_a_message_is_filled_alike_in_every_language(language: str) -> None:
    """What stands for a message in another language has a subject, and the same holes as in the source's."""
    folder = ROOT / "avow/mail/templates/mail"
    found = sorted((folder / language).glob("*.txt"))
    assert len(found) >= 7
    for path in found:
        words, source = path.read_text(), (folder / path.name).read_text()
        assert words.startswith("Subject: ")
        assert {hole.name for hole in text(words).holes} == {hole.name for hole in text(source).holes}, path.name
