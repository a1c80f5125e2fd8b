"""Say what this program says in the language of whoever reads it: one catalogue a language, English in the source."""

from collections.abc import Callable
from datetime import date
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Final

LOCALE: Final = Path(__file__).parent / "locale"
"""Folder of the catalogues: `<language>/LC_MESSAGES/django.po`, and the `.mo` that is made of it."""
SOURCE: Final = "en"
"""The language that the source is written in."""
LANGUAGES: Final = ((SOURCE, "English"), ("de", "Deutsch"))
"""The languages that pages and messages are written in, each by its own name."""


def marked(words: str) -> str:
    """Mark words that are said elsewhere in another language; gives them as they are."""
    return words


def tongue(language: str) -> Callable[[str], str]:
    """Give what says words in a language; where it has no catalogue, or lacks them, they stay as they are."""
    return _catalogue(language).gettext


def day(language: str, at: date) -> str:
    """Write a day as a language does: "1 March 2027"."""
    say = tongue(language)
    return say(marked("{day} {month} {year}")).format(day=at.day, month=say(f"{at:%B}"), year=at.year)


@cache
def _catalogue(language: str) -> NullTranslations:
    """Read a catalogue; a language with a region falls back to the language alone."""
    return translation("django", LOCALE, [language, language.partition("-")[0]], fallback=True)
