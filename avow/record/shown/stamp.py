"""Say where items come from: the notice that was shown, the source, the purposes stated; pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from avow.errors import CollectionError
from avow.ledger.commitment import canonical
from avow.policy.document import Policy
from avow.policy.history import History
from avow.policy.proof.keeps import keeps
from avow.terms import ChannelKind, MessageKind, Promise, Relation

DUTIES = frozenset(
    {MessageKind.POLICY_CHANGE, MessageKind.RIGHTS_CASE, MessageKind.LEGAL_MANDATED, MessageKind.IDENTITY}
)
"""What may be written to people of whom nobody knows what they were told: duties towards them, nothing optional."""


BRINGS: Mapping[ChannelKind, Relation] = {
    ChannelKind.INQUIRY: Relation.ASKED,
    ChannelKind.ORDER: Relation.ORDERED,
    ChannelKind.SUPPORT: Relation.TICKET,
    ChannelKind.APPLICATION: Relation.APPLIED,
    ChannelKind.FORUM: Relation.POSTED,
}
"""The relation that whoever hands something in by a channel has from then on."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person was shown: version, channel, hash of the words (SHA-256), language.

    A version of None is unknown, and then no words are either. `states` are the purposes that the words stated, where
    they were fewer than the channel's; `attested` is the digest under which two members of staff attested it.
    """

    version: str | None
    channel: ChannelKind
    notice: bytes | None
    language: str
    states: tuple[str, ...] | None = None
    attested: bytes | None = None


UNKNOWN = Shown(None, ChannelKind.IMPORT, None, "")
"""What people were shown of whom it is not known."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where items come from; only `stamp` makes one.

    `policy` is the version that was shown (the one in force, if unknown), `purposes` the ids that the channel
    states, `stated` the mask of uses by category; `relations` the mask of what a person has by handing it in.
    """

    id: UUID
    shown: Shown
    source: str
    at: datetime
    policy: Policy
    purposes: tuple[str, ...]
    stated: Mapping[str, int]
    relations: int = 0


@keeps(Promise.CHANNELS_ONLY)
def stamp(history: History, shown: Shown, source: str, at: datetime) -> Stamp:
    """Stamp what arrives by a source at an instant (UTC); raise CollectionError if the version has no such channel."""
    if shown.version is None:
        return _unknown(history, shown, source, at)
    policy = history.version(shown.version)
    if shown.channel not in policy.channels:
        raise CollectionError(
            f"version {shown.version} collects nothing by {shown.channel.value}",
            "declare the channel in the policy, or use one that it declares",
        )
    channel = policy.channels[shown.channel]
    states = channel.states if shown.states is None else tuple(one for one in channel.states if one in shown.states)
    stated = {name: history.stated(policy, shown.channel, name, states) for name in channel.collects}
    relations = _relations(policy, shown.channel, states)
    return Stamp(_id(shown, source, states), shown, source, at, policy, states, stated, relations)


def _relations(policy: Policy, channel: ChannelKind, states: tuple[str, ...]) -> int:
    """Give what a channel brings: its relation, and the notice of exemptions where it states one."""
    told = any(policy.purposes[name].kind in policy.exemptions for name in states)
    mask = BRINGS[channel].mask if channel in BRINGS else 0
    return mask | (Relation.NOTICED.mask if told else 0)


def _unknown(history: History, shown: Shown, source: str, at: datetime) -> Stamp:
    """Stamp with what nobody can have refused: the duties, for what the import channel collects."""
    policy = history.in_force(at)
    channel = policy.channels.get(shown.channel)
    purposes = tuple(purpose.id for purpose in policy.purposes.values() if purpose.kind in DUTIES)
    stated = dict.fromkeys(channel.collects if channel else policy.categories, 0)
    for name in stated:
        for purpose in purposes:
            stated[name] |= history.asked(policy, purpose, name)
    return Stamp(_id(shown, source, purposes), shown, source, at, policy, purposes, stated)


def _id(shown: Shown, source: str, purposes: tuple[str, ...]) -> UUID:
    """Give the same id to all stamps alike: a UUIDv8 of their digest (RFC 9562, section 5.8)."""
    parts = [shown.channel.value, source, shown.version, shown.notice, joined(purposes)]
    parts += [] if shown.attested is None else [shown.attested]
    digest = int.from_bytes(hashlib.sha256(canonical(parts)).digest()[:16])
    return UUID(int=digest & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62)


def joined(purposes: tuple[str, ...]) -> str:
    """Write the purposes as they are stored."""
    return " ".join(purposes)
