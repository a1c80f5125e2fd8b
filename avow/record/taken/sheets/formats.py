"""Know the exports of other programs by their headings, and say of each value whether it is a no; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Meaning(Enum):
    """What a value says about mail to this address."""

    NOTHING = "nothing against mail"
    ONE = "left one list"
    MARKETING = "no marketing"
    ALL = "nothing optional"
    BOUNCED = "mail came back"
    UNSURE = "not known, so a no"


@dataclass(frozen=True, slots=True)
class Column:
    """What the values of a column mean, in lower case; `other` is what any further value means.

    A heading that ends in * stands for each that begins so; of `parts` the value is a list with commas.
    """

    heading: str
    values: Mapping[str, Meaning]
    other: Meaning = Meaning.UNSURE
    parts: bool = False

    def names(self, heading: str) -> bool:
        """Say whether a heading (lower case) is of this column."""
        return heading.startswith(self.heading[:-1]) if self.heading.endswith("*") else heading == self.heading

    def means(self, value: str) -> set[Meaning]:
        """Say what a value means; what is not known is taken for a no."""
        said = value.strip().lower()
        found = {self._part(part) for part in said.split(",")} if self.parts else {self.values.get(said, self.other)}
        return found - {Meaning.NOTHING}

    def _part(self, part: str) -> Meaning:
        """Say what one of several means: what stands behind its colon is the way by which it was said."""
        return self.values.get(part.partition(":")[0].strip(), self.other)


@dataclass(frozen=True, slots=True)
class Format:
    """An export: its id, the headings of which one holds the address, those that mark it, what its columns say.

    One group of `marks` must be there as a whole. `rest` says what any further column means by a yes.
    """

    id: str
    title: str
    address: Sequence[str]
    marks: Sequence[frozenset[str]]
    columns: Sequence[Column] = ()
    rest: Column | None = None
    idle: frozenset[str] = field(default_factory=frozenset)


_NO: Final = dict.fromkeys(("", "false", "no", "0", "f", "n"), Meaning.NOTHING)
_YES: Final = ("true", "yes", "1", "t", "y", "x", "checked")


def _flag(heading: str, meaning: Meaning, other: Meaning = Meaning.UNSURE) -> Column:
    return Column(heading, _NO | dict.fromkeys(_YES, meaning), other)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REASONS: Final = {
    "": Meaning.NOTHING,
    "0": Meaning.NOTHING,
    "contactable": Meaning.NOTHING,
    "dnc contactable": Meaning.NOTHING,
    "1": Meaning.MARKETING,
    "unsubscribed": Meaning.MARKETING,
    "dnc unsubscribed": Meaning.MARKETING,
    "2": Meaning.BOUNCED,
    "bounced": Meaning.BOUNCED,
    "dnc bounced": Meaning.BOUNCED,
    "3": Meaning.ALL,
    "manual": Meaning.ALL,
    "manually unsubscribed": Meaning.ALL,
    "dnc manual": Meaning.ALL,
    "dnc manually unsubscribed": Meaning.ALL,
}
_ADDRESS: Final = ("email", "e-mail", "email address", "e-mail address", "emailaddress", "address")

FORMATS: Final = (
    Format(
        "listmonk",
        "listmonk: subscribers.csv",
        ("email",),
        (frozenset({"uuid", "email", "status", "attributes"}),),
        (
            Column("status", {"enabled": Meaning.NOTHING, "disabled": Meaning.MARKETING, "blocklisted": Meaning.ALL}),
            Column(
                "subscription_status",
                {
                    "": Meaning.NOTHING,
                    "confirmed": Meaning.NOTHING,
                    "unconfirmed": Meaning.UNSURE,
                    "unsubscribed": Meaning.ONE,
                },
            ),
        ),
        idle=frozenset({"uuid", "attributes", "created_at", "updated_at", "lists"}),
    ),
    Format(
        "mailchimp",
        "Mailchimp: subscribed, unsubscribed and cleaned members of an audience",
        ("email address",),
        (
            frozenset({"email address", "leid"}),
            frozenset({"email address", "euid"}),
            frozenset({"email address", "unsub_time"}),
            frozenset({"email address", "clean_time"}),
        ),
        (
            Column("unsub_time", {}, Meaning.MARKETING),
            Column("clean_time", {}, Meaning.BOUNCED),
            Column(
                "unsub_reason",
                {"": Meaning.NOTHING, "normal": Meaning.NOTHING, "spam": Meaning.ALL, "abuse": Meaning.ALL},
                Meaning.MARKETING,
            ),
            Column(
                "status",
                {
                    "subscribed": Meaning.NOTHING,
                    "non-subscribed": Meaning.NOTHING,
                    "nonsubscribed": Meaning.NOTHING,
                    "unsubscribed": Meaning.MARKETING,
                    "cleaned": Meaning.BOUNCED,
                },
            ),
        ),
        idle=_words(
            "member_rating optin_time optin_ip confirm_time confirm_ip latitude longitude gmtoff dstoff timezone cc"
            " region last_changed leid euid notes tags unsub_reason_other unsub_campaign_title unsub_campaign_id"
            " clean_campaign_title clean_campaign_id"
        ),
    ),
    Format(
        "mautic",
        "Mautic: a report of contacts with their do-not-contact reasons",
        ("email", "e-mail", "email address"),
        tuple(
            frozenset({word})
            for word in (
                "dnc reason",
                "dnc_reason",
                "dnc preferences",
                "dnc_preferences",
                "dnc list",
                "dnc_list",
                "donotcontact",
                "do not contact",
                "donotemail",
            )
        ),
        (
            Column("dnc reason", _REASONS, parts=True),
            Column("dnc_reason", _REASONS, parts=True),
            Column("dnc preferences", _REASONS, parts=True),
            Column("dnc_preferences", _REASONS, parts=True),
            Column("dnc list", _REASONS, parts=True),
            Column("dnc_list", _REASONS, parts=True),
            _flag("donotcontact", Meaning.ALL),
            _flag("do not contact", Meaning.ALL),
            _flag("donotemail", Meaning.ALL),
        ),
        idle=frozenset({"id", "contact id", "points", "dnc date added", "dnc comment", "dnc channel", "date added"}),
    ),
    Format(
        "hubspot-opt-outs",
        "HubSpot: the export of unsubscribes and bounces",
        ("email", "email address", "recipient"),
        (frozenset({"portal unsubscribe"}), frozenset({"portal bounce"})),
        (
            _flag("portal unsubscribe", Meaning.ALL),
            _flag("portal spam report", Meaning.ALL),
            _flag("portal bounce", Meaning.BOUNCED, Meaning.BOUNCED),
            _flag("global bounce", Meaning.BOUNCED, Meaning.BOUNCED),
        ),
        rest=_flag("*", Meaning.ONE, Meaning.NOTHING),
    ),
    Format(
        "hubspot",
        "HubSpot: an export of contacts",
        ("email",),
        (
            frozenset({"email", "unsubscribed from all email"}),
            frozenset({"email", "hs_email_optout"}),
            frozenset({"email", "email hard bounce reason"}),
        ),
        (
            _flag("unsubscribed from all email", Meaning.ALL),
            _flag("hs_email_optout", Meaning.ALL),
            _flag("opted out of email: *", Meaning.ONE),
            _flag("hs_email_optout_*", Meaning.ONE),
            _flag("email hard bounce reason", Meaning.BOUNCED, Meaning.BOUNCED),
            _flag("hs_email_hard_bounce_reason_enum", Meaning.BOUNCED, Meaning.BOUNCED),
            _flag("invalid email address", Meaning.BOUNCED),
            _flag("hs_email_bad_address", Meaning.BOUNCED),
        ),
        idle=frozenset(
            {
                "record id",
                "contact id",
                "lifecycle stage",
                "lead status",
                "contact owner",
                "create date",
                "marketing contact status",
            }
        ),
    ),
    Format("plain", "one address a line, each of which says no", _ADDRESS, tuple(frozenset({one}) for one in _ADDRESS)),
)
"""Every format, the most telling first; which values are a no follows what each program documents of its exports.

The last one is any file with addresses: unsure whether a line is an opt-out, it is one.
"""
PLAIN: Final = FORMATS[-1]


def recognised(heading: Sequence[str]) -> Format | None:
    """Give the first format whose marks are all among the headings; None if there is none."""
    titles = {title.strip().lower() for title in heading}
    return next((one for one in FORMATS if any(marks <= titles for marks in one.marks)), None)


def named(name: str) -> Format | None:
    """Find a format by its id."""
    return next((one for one in FORMATS if one.id == name), None)


def says(found: Format, heading: Sequence[str]) -> Iterator[tuple[int, Column]]:
    """Give each column of a file (0-based) that says something, and what its values mean."""
    for place, title in enumerate(title.strip().lower() for title in heading):
        own = next((column for column in found.columns if column.names(title)), None)
        if own is None and found.rest and title not in found.address and title not in found.idle:
            own = found.rest
        if own is not None:
            yield place, own
