"""Name every concept once: the closed vocabularies, whose docstrings are the glossary."""

from enum import Enum, IntEnum, StrEnum, unique

MASK_BITS = 256
"""Width in bits of the masks of uses and of scopes."""


@unique
class ChannelKind(StrEnum):
    """A way in which personal data may come in; data from any other is refused."""

    REGISTRATION = "registration"
    INQUIRY = "inquiry"
    ORDER = "order"
    LETTER = "letter"
    AUTOMATED = "automated"
    SUPPORT = "support"
    FORUM = "forum"
    APPLICATION = "application"
    CHOICE = "choice"
    ENRICHMENT = "enrichment"
    IMPORT = "import"


@unique
class RecipientClass(StrEnum):
    """Who may receive data: the company, those who work for it, those outside it, the law, anybody who reads the site."""

    COMPANY = "company"
    PROCESSOR = "processor"
    OUTSIDE = "outside"
    AUTHORITY = "authority"
    PUBLIC = "public"


@unique
class MessageKind(StrEnum):
    """What a message is; the list is closed, and what is unknown counts as marketing."""

    MARKETING_OFFER = "marketing.offer"
    MARKETING_UPDATE = "marketing.update_offer"
    MARKETING_OTHER = "marketing.other"
    NEWSLETTER = "newsletter"
    INFO_REPLY = "info.reply"
    EXEMPT_SECURITY = "exempt.security"
    EXEMPT_DOWNLOAD = "exempt.download"
    EXEMPT_COMMUNITY = "exempt.community"
    ORDER = "order"
    SUPPORT = "support"
    EMPLOYMENT = "employment"
    ABUSE_NOTICE = "abuse.notice"
    POLICY_CHANGE = "policy.change"
    POLICY_COURTESY = "policy.courtesy"
    RIGHTS_CASE = "rights.case"
    LEGAL_MANDATED = "legal.mandated"
    IDENTITY = "identity"

    @property
    def marketing(self) -> bool:
        """Say whether a refusal of all marketing stops this kind."""
        return self in {
            MessageKind.MARKETING_OFFER,
            MessageKind.MARKETING_UPDATE,
            MessageKind.MARKETING_OTHER,
            MessageKind.NEWSLETTER,
        }


@unique
class Role(StrEnum):
    """What a member of staff does; a role reads people for purposes of its own kinds, and for no other.

    An operator and who reads insight read nobody; who works for a processor has that role alone, for what it agreed to.
    """

    PRIVACY_OFFICER = "privacy-officer"
    SUPPORT = "support"
    ORDERS = "orders"
    MARKETING = "marketing"
    HIRING = "hiring"
    MODERATION = "moderation"
    INSIGHT = "insight"
    OPERATOR = "operator"
    PROCESSOR = "processor"

    @property
    def kinds(self) -> frozenset[MessageKind]:
        """Give the kinds of message whose purposes the role reads for; a processor's stand in its agreement."""
        return _KINDS[self]

    @property
    def words(self) -> str:
        """Give the role as a page names it."""
        return self.value.replace("-", " ").capitalize()


_KINDS = {
    Role.PRIVACY_OFFICER: frozenset({MessageKind.RIGHTS_CASE}),
    Role.SUPPORT: frozenset({MessageKind.SUPPORT, MessageKind.INFO_REPLY}),
    Role.ORDERS: frozenset({MessageKind.ORDER}),
    Role.MARKETING: frozenset(kind for kind in MessageKind if kind.marketing),
    Role.HIRING: frozenset({MessageKind.EMPLOYMENT}),
    Role.MODERATION: frozenset({MessageKind.ABUSE_NOTICE, MessageKind.EXEMPT_COMMUNITY}),
    Role.INSIGHT: frozenset[MessageKind](),
    Role.OPERATOR: frozenset[MessageKind](),
    Role.PROCESSOR: frozenset[MessageKind](),
}


@unique
class Default(StrEnum):
    """What silence means for an optional purpose."""

    UNTIL_REFUSED = "until-refused"
    ON_YES = "on-yes"


@unique
class ClauseClass(StrEnum):
    """How a clause is held: by code, by evidence, or it only informs."""

    ENFORCED = "enforced"
    EVIDENCED = "evidenced"
    INFORMATIONAL = "informational"


@unique
class Scope(IntEnum):
    """What a refusal covers, or a condition that bars: the fixed bits of the refused mask.

    Bits below CONDITIONS are choices and spread over a person's addresses and links; bits from CONDITIONS on hang on one
    address or item. Topics of a policy are minted from TOPICS on.
    """

    OPTIONAL = 0
    MARKETING = 1
    DISCLOSURE = 2
    ENRICHMENT = 3
    INSIGHT = 4
    COURTESY = 5
    BOUNCED = 16
    UNVERIFIED = 17
    HELD = 18
    SUSPENDED = 19
    DECEASED = 20
    CONTESTED = 21

    @property
    def choice(self) -> bool:
        """Say whether a person sets this bit, and it therefore spreads."""
        return self < CONDITIONS

    @property
    def mask(self) -> int:
        """Give the bit as a mask of 256 bits."""
        return 1 << self


CONDITIONS = 16
"""First bit of the conditions in the refused mask."""
TOPICS = 64
"""First bit of the refused mask that a policy's topics are minted from."""


@unique
class Relation(IntEnum):
    """A stored fact that a use may need: the bits of the relations mask."""

    JOINED = 0
    OWNS = 1
    DOWNLOADED = 2
    MEMBER = 3
    ORDERED = 4
    TICKET = 5
    APPLIED = 6
    ASKED = 7
    POSTED = 8
    NOTICED = 9
    AGREEMENT = 10
    CONSENTED = 11
    CASE = 12
    INSTRUMENT = 13
    AFFECTED = 14
    OPTED_IN = 15

    @property
    def mask(self) -> int:
        """Give the bit as a mask of relations."""
        return 1 << self


@unique
class Actor(StrEnum):
    """Who made a choice; only a verified act of the person loosens."""

    PERSON_VERIFIED = "person-verified"
    PERSON_UNVERIFIED = "person-unverified"
    AGENT = "agent"
    STAFF = "staff"
    IMPORT = "import"
    SYSTEM = "system"
    THIRD_PARTY = "third-party"

    @property
    def loosens(self) -> bool:
        """Say whether a yes of this actor can end a refusal."""
        return self is Actor.PERSON_VERIFIED


@unique
class Answer(StrEnum):
    """What a choice says."""

    NO = "no"
    YES = "yes"


@unique
class EntryKind(StrEnum):
    """What an entry of the ledger records; an unknown kind is an error."""

    PUBLISHED = "published"
    COLLECTED = "collected"
    AMENDED = "amended"
    FORGOTTEN = "forgotten"
    CHOSEN = "chosen"
    LINKED = "linked"
    UNLINKED = "unlinked"
    CONFIRMED = "confirmed"
    DECIDED = "decided"
    SENT = "sent"
    READ = "read"
    OPENED = "opened"
    ASKED = "asked"
    BARRED = "barred"
    FOLLOWED = "followed"
    PASSED = "passed"
    IMPORTED = "imported"
    BOUNCED = "bounced"
    ATTESTED = "attested"
    EXPORTED = "exported"
    DISCLOSED = "disclosed"
    AGREED = "agreed"
    RELEASED = "released"
    RESTORED = "restored"
    ENDED = "ended"


@unique
class DeliveryState(StrEnum):
    """What became of one message to one mailbox; each ends in exactly one of these.

    Waiting, deferred (the mail server asked for patience) and sending go on; sent, denied (the gate said no), refused
    (the mail server said no), failed (given up) and doubt (its end was written and no reply came) are final, save that
    a notice in doubt is sent again under the same id.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DENIED = "denied"
    REFUSED = "refused"
    DEFERRED = "deferred"
    FAILED = "failed"
    DOUBT = "doubt"


@unique
class FieldType(StrEnum):
    """What a field of a form takes."""

    ADDRESS = "address"
    NAME = "name"
    TEXT = "text"
    LONG_TEXT = "long-text"
    PHONE = "phone"
    COUNTRY = "country"
    CHOICE = "choice"
    FILE = "file"


class Promise(Enum):
    """A thing that a policy can promise and Avow can keep: its id, meaning and the sentences it covers."""

    PAGE_COMPLETE = (
        "page is complete",
        "Every kind of data, use, cookie and recipient in the store is named on the policy page.",
        "S2",
    )
    CHANNELS_ONLY = ("only these channels", "Personal data comes in only by the channels that the policy names.", "S3")
    REGISTRATION = (
        "registration as shown",
        "A form takes only the fields it shows, for the purposes shown beside them.",
        "S4",
    )
    ORDERS = ("order data for the order", "What is given with an order serves the order.", "S5")
    LETTERS = (
        "letters like the rest",
        "What people write to us is stored and used like what they type into a form.",
        "S6",
    )
    AUTOMATED = (
        "automated means stated",
        "Logs, protocols and cookies collect what the policy states and no more.",
        "S7",
    )
    INQUIRIES = ("inquiry to be answered", "What is given with a request for information is used to answer it.", "S8")
    SUPPORT = ("support data for support", "What is given to support is seen for support.", "S9")
    FORUM = ("forum as shown", "What is public in a forum is said before posting; the rest stays private.", "S9")
    VISITORS_ANONYMOUS = (
        "visitors stay anonymous",
        "What is counted about visitors cannot tell one from another.",
        "S10",
    )
    DOMAINS_ANONYMOUS = (
        "domains stay anonymous",
        "Referring domains are counted only where enough visitors share them.",
        "S11",
    )
    COOKIES_DECLARED = ("cookies as declared", "Only cookies and storage that the policy lists are set.", "S12 S13")
    COOKIES_VENDORS = ("vendors act for us", "A vendor sets cookies only under an agreement with us.", "S14")
    COOKIES_CHOICE = (
        "a choice before cookies",
        "A visitor can decide before a cookie that is not necessary is set.",
        "S15",
    )
    WITHOUT_COOKIES = ("works without cookies", "Policy, choices and rights work with cookies turned off.", "S16")
    PURPOSES_ONLY = (
        "only these purposes",
        "Data is used for the purposes that the policy states and for no other.",
        "S17",
    )
    INSIGHT_KINDS = ("kinds, not persons", "Insight tells of kinds of customers, never of one.", "S18")
    CONFIDENTIAL = ("kept confidential", "Data is seen only under a declared purpose that the policy permits.", "S19")
    PROCESSORS_BOUND = (
        "contractors are bound",
        "Those who work for the company see only what their agreement needs, while it lasts.",
        "S20 S32",
    )
    ENRICHMENT = (
        "enrichment for marketing only",
        "Data from third parties serves to market to that person and nothing else.",
        "S21",
    )
    OPTOUT = ("opt-out holds", "Who said no to marketing gets none.", "S22 S23")
    OPTOUT_AT_REGISTRATION = ("opt-out at registration", "The form that collects lets the person say no.", "S24")
    OPTOUT_BY_LINK = ("opt-out by link", "Every marketing message carries a link that says no.", "S24")
    OPTOUT_ANY_TIME = ("opt-out at any time", "The choice can be changed at any time, both ways, on a page.", "S25")
    OPTOUT_BY_LETTER = ("opt-out by letter", "A letter to the privacy mailbox says no.", "S25 S28")
    EXEMPTIONS_LIMITED = (
        "exemptions are limited",
        "Only three kinds of message are exempt from the opt-out, each by a stored relation.",
        "S26 S27",
    )
    EXEMPTIONS_NOTICED = ("exemptions are told before", "An exempt message needs a notice given before.", "S26")
    MISTAKES_ANSWERED = ("mistakes are answered", "Who asks why a message came is told the cause.", "S28")
    ACCESS = ("access on request", "Who asks gets all that is held about them, and nobody else's.", "S29")
    CORRECTION = ("correction on request", "What is wrong is corrected and stays corrected.", "S30")
    NOT_GIVEN_OUT = (
        "not given out without consent",
        "Nothing is given or sold outside for marketing without that person's own prior yes.",
        "S31",
    )
    LEGAL_PROCESS = ("the law gets what it orders", "What legal process orders is given, and no more.", "S33")
    SITES = ("sites covered", "The policy covers the sites that it names and is linked on each of their pages.", "S34")
    LINKS_MARKED = (
        "outside links are marked",
        "Links that leave the site are marked and carry nothing about the person.",
        "S35 S36",
    )
    DIFFERENT_USE_TOLD = (
        "different use is told",
        "Who is touched by a different use is told by mail before it happens.",
        "S38",
    )
    DIFFERENT_USE_CHOICE = ("different use is chosen", "A different use waits for that person's yes.", "S39")
    CHANGE_POSTED = (
        "changes are posted",
        "A change that touches no stored data is posted on the site before it takes effect.",
        "S40",
    )
    COURTESY = ("courtesy to those who asked", "Mail about such a change goes only to people who opted in.", "S41")
    VERSIONS_KEPT = ("every version is kept", "Every version, its text and its differences stay public.", "S42")
    COMMENTS_READ = ("comments are read", "Every human letter becomes a case with an owner.", "S43")

    def __init__(self, slug: str, meaning: str, sentences: str) -> None:
        """Hold the id used in policy files, the one sentence of meaning, the reference sentences."""
        self.slug = slug
        self.meaning = meaning
        self.sentences = tuple(sentences.split())

    @classmethod
    def named(cls, slug: str) -> "Promise":
        """Find the promise with this id; raise KeyError if there is none."""
        return _PROMISES[slug]


_PROMISES = {promise.slug: promise for promise in Promise}
