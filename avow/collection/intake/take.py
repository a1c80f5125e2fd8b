"""Take in an envelope: once, stamped with what was shown then, with each no at once and no yes but a dated one."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.collection.ask import ask
from avow.collection.connectors.envelope import Envelope, No, Yes
from avow.collection.matters.written import worded
from avow.collection.seen.named import named
from avow.errors import CollectionError, PolicyError
from avow.mail.stop import stop
from avow.mail.taken.over import KINDS
from avow.policy.document import Policy
from avow.policy.history import scope_named
from avow.policy.proof.keeps import keeps
from avow.record.key import new_key
from avow.record.known.address import Address, parse
from avow.record.limits import allow
from avow.record.matters.matter import begin
from avow.record.said.choices import Chosen
from avow.record.said.confirm import Ticked
from avow.record.seen.past import allowed_since, refused_since
from avow.record.shown.stamp import Shown, stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.given import address_field
from avow.record.taken.store import Given, keep
from avow.record.taken.whole import whole
from avow.terms import Answer, ChannelKind, Default, FieldType, Promise, Scope

AGAIN: Final = timedelta(days=30)
"""How long it is known that an envelope came."""
_EARLY: Final = timedelta(minutes=5)
_MARKETING: Final = "marketing"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an envelope: the person it made, or None if it came before; what of it was not taken."""

    person: UUID | None
    dropped: int
    unheard: int


@keeps(Promise.CHANNELS_ONLY, Promise.ORDERS)
def take(told: Envelope, channel: ChannelKind, noes: Mapping[str, Chosen]) -> Taken:
    """Keep what an envelope holds of the channel's fields, once, and write each no of it; `settle` waits for those.

    Without words that were shown it serves what it was given for, and the duties, and nothing optional. A yes waits
    until its holder confirms it, and only if it is dated, and nothing was refused at its mailbox since; a no that is
    older than its holder's own yes is out of date. `noes` are what can be refused, by name. Raises CollectionError,
    and keeps nothing, for what the channel does not take.
    """
    policy, address = _version(told), parse(told.address)
    given, stops = _given(policy, channel, told, address), _stops(told, address, noes)
    with whole():
        if not allow(f"envelope:{told.source}:{told.id}", 1, AGAIN):
            return Taken(None, 0, 0)
        yeses = [one for one in told.yeses if _heard(policy, channel, one, address)]
        chosen = [*(Chosen(Answer.YES, purpose=one.purpose) for one in yeses), *stops]
        mark = stamp(history(), told.shown or _bare(policy, channel), told.source, datetime.now(UTC))
        key, words = new_key(), worded(policy, channel) if channel in KINDS else ""
        person = keep(mark, given, address, chosen, thread=key)
        if words in {one.category for one in given}:
            begin(person, key, channel, address.exact_id, (words, ""))
        if yeses:
            found = named(Ticked(policy, frozenset(one.purpose for one in yeses)))
            ask(person, address.exact_id, address.reach_id, found, unless=Scope.OPTIONAL)
    return Taken(person, told.dropped, len(told.noes) + len(told.yeses) - len(stops) - len(yeses))


@keeps(Promise.OPTOUT)
def settle(told: Envelope, noes: Mapping[str, Chosen]) -> None:
    """Return when each no of an envelope holds and nothing is under way any more to whom it holds for."""
    address = parse(told.address)
    stops = _stops(told, address, noes)
    if stops:
        stop(stops, f"intake {told.source}", reach=address.reach_id)


def _stops(told: Envelope, address: Address, noes: Mapping[str, Chosen]) -> list[Chosen]:
    """Give what is refused; what nobody knows by its name is all marketing."""
    return [noes.get(one.what, noes[_MARKETING]) for one in told.noes if _stands(one, address)]


def _version(told: Envelope) -> Policy:
    """Give the version that was shown, or was in force when it happened; what has not happened yet is refused."""
    if told.occurred > datetime.now(UTC) + _EARLY:
        raise CollectionError("this has not happened yet", "look at the clock of the system that tells it")
    if told.shown and told.shown.version:
        return history().version(told.shown.version)
    try:
        return history().in_force(told.occurred)
    except PolicyError:
        return in_force()


def _given(policy: Policy, channel: ChannelKind, told: Envelope, address: Address) -> list[Given]:
    """Sort the fields by category, each value as it may be kept, with the address where the channel holds one."""
    declared = policy.channels.get(channel)
    found: dict[str, dict[str, str]] = {}
    for name in declared.collects if declared else ():
        category = policy.categories[name]
        holds = address_field(category)
        for field in category.fields:
            value = _plain(told.fields.get(f"{name}.{field.id}", ""), long=field.type is FieldType.LONG_TEXT)
            value = address.display if field.id == holds else value
            if value and field.type is not FieldType.FILE:
                found.setdefault(name, {})[field.id] = value
    return [Given(name, fields) for name, fields in found.items()]


def _plain(value: str, *, long: bool) -> str:
    """Give a value without control characters, on one line where its field has one."""
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n")
    kept = "".join(c if unicodedata.category(c) != "Cc" or (long and c in "\n\t") else " " for c in text)
    return kept.strip()


def _bare(policy: Policy, channel: ChannelKind) -> Shown:
    """Give what holds where nobody knows which words were shown: what answers the act itself, and the duties."""
    declared = policy.channels.get(channel)
    stated = [policy.purposes[name] for name in (declared.states if declared else ())]
    states = (one.id for one in stated if one.kind and not one.scope and one.kind not in policy.exemptions)
    return Shown(policy.front.version, channel, None, policy.front.language, tuple(states))


def _heard(policy: Policy, channel: ChannelKind, one: Yes, address: Address) -> bool:
    """Say whether a yes is one that its holder may confirm: dated, asked for there, and nothing was refused since."""
    purpose, declared = policy.purposes.get(one.purpose), policy.channels.get(channel)
    if one.at is None or purpose is None or purpose.default is not Default.ON_YES:
        return False
    stated = declared is not None and purpose.id in declared.states
    return stated and one.at <= datetime.now(UTC) + _EARLY and not refused_since(address.reach_id, one.at)


def _stands(one: No, address: Address) -> bool:
    """Say whether a no still stands: its holder did not allow the same since; what is not dated stands."""
    scope = scope_named(one.what) if one.what in {_MARKETING, "optional"} else None
    return one.at is None or scope is None or not allowed_since(address.reach_id, one.at, scope)
