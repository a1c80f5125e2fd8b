"""Count beside each promise what the ledger holds of the acts that it is about, and since when."""

from collections.abc import Iterator, Mapping

import psycopg
from django.db import connection
from django.db.utils import DatabaseError, InterfaceError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from avow.errors import AvowError
from avow.ledger.read import Count, counted
from avow.page.visitor.spoken import spelt
from avow.terms import EntryKind, Promise

_COLLECTING = (EntryKind.COLLECTED, EntryKind.IMPORTED)
_PUBLISHING = (EntryKind.PUBLISHED,)
_DECIDING = (EntryKind.DECIDED,)
_CHOOSING = (EntryKind.CHOSEN,)
_GIVING = (EntryKind.DECIDED, EntryKind.DISCLOSED)
ABOUT: Mapping[Promise, tuple[EntryKind, ...]] = {
    Promise.PAGE_COMPLETE: _PUBLISHING,
    Promise.CHANNELS_ONLY: _COLLECTING,
    Promise.REGISTRATION: (EntryKind.COLLECTED, EntryKind.CONFIRMED),
    Promise.ORDERS: _COLLECTING,
    Promise.LETTERS: _COLLECTING,
    Promise.INQUIRIES: _COLLECTING,
    Promise.SUPPORT: _COLLECTING,
    Promise.FORUM: _COLLECTING,
    Promise.PURPOSES_ONLY: _DECIDING,
    Promise.INSIGHT_KINDS: (EntryKind.RELEASED,),
    Promise.CONFIDENTIAL: (EntryKind.DECIDED, EntryKind.READ),
    Promise.ENRICHMENT: _DECIDING,
    Promise.PROCESSORS_BOUND: (EntryKind.AGREED, EntryKind.DECIDED),
    Promise.OPTOUT: (EntryKind.CHOSEN, EntryKind.DECIDED, EntryKind.SENT),
    Promise.OPTOUT_AT_REGISTRATION: _CHOOSING,
    Promise.OPTOUT_BY_LINK: _CHOOSING,
    Promise.OPTOUT_ANY_TIME: _CHOOSING,
    Promise.OPTOUT_BY_LETTER: _CHOOSING,
    Promise.EXEMPTIONS_LIMITED: _DECIDING,
    Promise.EXEMPTIONS_NOTICED: _DECIDING,
    Promise.MISTAKES_ANSWERED: _DECIDING,
    Promise.ACCESS: (EntryKind.READ,),
    Promise.CORRECTION: (EntryKind.AMENDED,),
    Promise.NOT_GIVEN_OUT: _GIVING,
    Promise.LEGAL_PROCESS: _GIVING,
    Promise.DIFFERENT_USE_CHOICE: (EntryKind.CHOSEN, EntryKind.DECIDED),
    Promise.CHANGE_POSTED: _PUBLISHING,
    Promise.VERSIONS_KEPT: _PUBLISHING,
}
"""The acts that a promise is about; of those that are missing here the ledger holds none of their own."""
_WORDS: Mapping[EntryKind, tuple[str, str]] = {
    EntryKind.PUBLISHED: ("version published", "versions published"),
    EntryKind.COLLECTED: ("thing collected", "things collected"),
    EntryKind.IMPORTED: ("thing taken over from a file", "things taken over from files"),
    EntryKind.CONFIRMED: ("address proven", "addresses proven"),
    EntryKind.CHOSEN: ("choice", "choices"),
    EntryKind.DECIDED: ("decision", "decisions"),
    EntryKind.SENT: ("message handed over", "messages handed over"),
    EntryKind.READ: ("reading", "readings"),
    EntryKind.AMENDED: ("correction", "corrections"),
    EntryKind.DISCLOSED: ("entry of what was given outside", "entries of what was given outside or called back"),
    EntryKind.AGREED: ("act about an agreement", "acts about agreements"),
    EntryKind.RELEASED: ("month of counts told", "months of counts told"),
}
_EACH_ONE = frozenset({EntryKind.COLLECTED, EntryKind.IMPORTED, EntryKind.DECIDED, EntryKind.SENT, EntryKind.READ})
"""Kinds of which an entry covers many acts, each by its commitment; of the others an entry is one act."""
_AWAY = (DatabaseError, InterfaceError, psycopg.Error, AvowError)


def running() -> Mapping[str, Count]:
    """Give what the ledger counts of each kind; nothing while the store is away: the page is shown all the same."""
    try:
        return counted()
    except _AWAY:
        connection.close()
        return {}


def lines(promise: Promise, counts: Mapping[str, Count]) -> tuple[str, ...]:
    """Say the counts of a promise in words, such as "1,204 decisions since 3 January 2025"."""
    return tuple(_lines(promise, counts))


def _grouped(number: int) -> str:
    """Write a number as the language does that is spoken: 1,204 or 1.204."""
    return f"{number:,}".replace(",", _("1,000")[1])


def _lines(promise: Promise, counts: Mapping[str, Count]) -> Iterator[str]:
    for kind in ABOUT.get(promise, ()):
        count = counts.get(kind.value)
        number = count and (count.covers if kind in _EACH_ONE else count.entries)
        if count and number:
            what = ngettext(*_WORDS[kind], number)
            words = _("{count} {what} since {day}")
            yield words.format(count=_grouped(number), what=what, day=spelt(count.since))
