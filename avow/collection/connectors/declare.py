"""Declare what another system may hand in: which fields, what fills them, under which words."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from avow.collection.connectors import shopify
from avow.collection.seen.form import CHANNELS
from avow.errors import CollectionError
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.policy.shown.notice import notice
from avow.record.programs.acts import ConnectorKind
from avow.record.programs.connector import Notice, connect, tell
from avow.record.shown.notice import shown
from avow.record.shown.versions import history, in_force
from avow.terms import ChannelKind, Default, FieldType, Promise


@keeps(Promise.CHANNELS_ONLY)
def declare(
    name: str, kind: ConnectorKind, channel: ChannelKind, fields: Sequence[str], consent: str, secret: str
) -> Mapping[str, str]:
    """Declare a connector, and give its fields with what fills each.

    `fields` are names of the policy's fields, for Shopify each with = and what fills it; none is all that there is.
    Raises CollectionError for a channel, field or purpose of consent that the policy does not declare for it.
    """
    policy = in_force()
    found = _map(policy, kind, channel, fields)
    purpose = policy.purposes.get(consent)
    if consent and (purpose is None or purpose.default is not Default.ON_YES):
        raise CollectionError(f"{consent!r} is no purpose that waits for a yes", "name one, or none")
    connect(name, kind, channel, found, consent, secret)
    return found


@keeps(Promise.CHANNELS_ONLY)
def show_words(name: str, channel: ChannelKind, version: str, words: str, since: datetime, until: datetime) -> None:
    """Declare that a connector's channel shows the notice of a version, word for word, from when until when.

    Raises CollectionError if the words are others: what was shown is what items are stamped with.
    """
    policy = history().version(version)
    wanted = notice(policy, channel)
    if words.split() != wanted.split():
        raise CollectionError(
            f"these are not the words of version {version} at {channel.value}", "show the notice word for word"
        )
    if until <= since:
        raise CollectionError("the words stop being shown before they are", "look at the two instants")
    told = shown(version, channel, policy.front.language, wanted)
    tell(name, Notice(version, told.notice or b"", policy.front.language, since, until))


def _map(policy: Policy, kind: ConnectorKind, channel: ChannelKind, fields: Sequence[str]) -> Mapping[str, str]:
    """Give the fields that are taken, each with what fills it; raise CollectionError for one that is not there."""
    if channel not in CHANNELS or channel not in policy.channels:
        told = ", ".join(one for one in CHANNELS if one in policy.channels)
        raise CollectionError(f"nothing is handed in by {channel.value}", f"name a channel that has a form: {told}")
    known = _declared(policy, channel)
    given = dict(_pair(one) for one in fields)
    if not given:
        given = {name: shopify.FIELDS.get(name, "") for name in known}
        given = given if kind is ConnectorKind.STANDARD else {name: word for name, word in given.items() if word}
    strange = sorted(given.keys() - known)
    if strange:
        raise CollectionError(f"{channel.value} declares no field {', '.join(strange)}", f"it has {', '.join(known)}")
    wrong = sorted({*given.values()} - {*shopify.SOURCES}) if kind is ConnectorKind.SHOPIFY else []
    if wrong:
        raise CollectionError(f"an order has no {', '.join(wrong)}", f"it has {', '.join(shopify.SOURCES)}")
    return given if kind is ConnectorKind.SHOPIFY else dict.fromkeys(given, "")


def _declared(policy: Policy, channel: ChannelKind) -> list[str]:
    """Name the fields of a channel, but for its address, which each connector brings, and files, which none does."""
    return [
        f"{name}.{field.id}"
        for name in policy.channels[channel].collects
        for field in policy.categories[name].fields
        if field.type not in {FieldType.ADDRESS, FieldType.FILE}
    ]


def _pair(one: str) -> tuple[str, str]:
    name, _, word = one.partition("=")
    return name.strip(), word.strip()
