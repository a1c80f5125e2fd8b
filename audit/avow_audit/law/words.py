"""List the closed words of the policy format that a decision turns on: scopes, conditions, relations, kinds."""

SCOPES = {"optional": 0, "marketing": 1, "disclosure": 2, "enrichment": 3, "insight": 4, "courtesy": 5}
"""What a person can refuse, and its bit; topics have the bits from 64 on, as they are minted."""
CONDITIONS = {"bounced": 16, "unverified": 17, "held": 18, "suspended": 19, "deceased": 20, "contested": 21}
"""What bars an address or item, and its bit."""
TOPICS = 64
"""The first bit of a topic."""
RELATIONS = {
    "joined": 0,
    "owns": 1,
    "downloaded": 2,
    "member": 3,
    "ordered": 4,
    "ticket": 5,
    "applied": 6,
    "asked": 7,
    "posted": 8,
    "noticed": 9,
    "agreement": 10,
    "consented": 11,
    "case": 12,
    "instrument": 13,
    "affected": 14,
    "opted-in": 15,
}
"""A stored fact that a use may need, and its bit."""
MARKETING = frozenset({"marketing.offer", "marketing.update_offer", "marketing.other", "newsletter"})
"""The kinds of message that a refusal of marketing stops."""
NEEDS = {
    "newsletter": ("joined",),
    "info.reply": ("asked",),
    "exempt.security": ("owns", "noticed"),
    "exempt.download": ("downloaded", "noticed"),
    "exempt.community": ("member", "noticed"),
    "order": ("ordered",),
    "support": ("ticket",),
    "employment": ("applied",),
    "abuse.notice": ("posted",),
    "policy.change": ("affected",),
    "policy.courtesy": ("opted-in",),
    "rights.case": ("case",),
    "legal.mandated": ("instrument",),
}
"""What a kind of message needs on file, whatever a policy says."""
RECIPIENT_NEEDS = {"processor": "agreement", "outside": "consented", "authority": "instrument", "public": "posted"}
"""What a class of recipients needs on file."""
RECIPIENTS = ("company", "processor", "outside", "authority", "public")
"""The classes of recipients, in their order."""
DUTIES = frozenset({"policy.change", "rights.case", "legal.mandated", "identity"})
"""The kinds that may be written to people of whom nobody knows what they were told."""
LAWS = {
    "held": ("all", frozenset({"legal.mandated"})),
    "contested": ("all", frozenset({"rights.case", "legal.mandated", "support"})),
    "suspended": ("all", frozenset({"rights.case", "legal.mandated", "policy.change", "identity"})),
    "deceased": ("messages", frozenset()),
    "bounced": ("optional", frozenset()),
    "unverified": ("answers", frozenset({"info.reply", "policy.change"})),
}
"""For each condition which uses it bars under every policy: all but some kinds, all messages, what is optional."""
RIGHTS = {
    "access": "access",
    "correction": "correction",
    "complaint": "explanation",
    "comment": "comment",
    "erasure": "erasure",
    "restriction": "restriction",
    "objection": "objection",
}
"""What a letter or a petition asks for, and the right that promises when it is answered."""
