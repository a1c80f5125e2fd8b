"""List the stored facts that each kind of message and each class of recipients needs, whatever a policy says."""

from collections.abc import Mapping

from avow.terms import MessageKind, RecipientClass, Relation

NEEDS: Mapping[MessageKind, frozenset[Relation]] = {
    MessageKind.NEWSLETTER: frozenset({Relation.JOINED}),
    MessageKind.INFO_REPLY: frozenset({Relation.ASKED}),
    MessageKind.EXEMPT_SECURITY: frozenset({Relation.OWNS, Relation.NOTICED}),
    MessageKind.EXEMPT_DOWNLOAD: frozenset({Relation.DOWNLOADED, Relation.NOTICED}),
    MessageKind.EXEMPT_COMMUNITY: frozenset({Relation.MEMBER, Relation.NOTICED}),
    MessageKind.ORDER: frozenset({Relation.ORDERED}),
    MessageKind.SUPPORT: frozenset({Relation.TICKET}),
    MessageKind.EMPLOYMENT: frozenset({Relation.APPLIED}),
    MessageKind.ABUSE_NOTICE: frozenset({Relation.POSTED}),
    MessageKind.POLICY_CHANGE: frozenset({Relation.AFFECTED}),
    MessageKind.POLICY_COURTESY: frozenset({Relation.OPTED_IN}),
    MessageKind.RIGHTS_CASE: frozenset({Relation.CASE}),
    MessageKind.LEGAL_MANDATED: frozenset({Relation.INSTRUMENT}),
}
"""What a message of a kind needs on file; the kinds that are not here need nothing."""

RECIPIENT_NEEDS: Mapping[RecipientClass, Relation] = {
    RecipientClass.PROCESSOR: Relation.AGREEMENT,
    RecipientClass.OUTSIDE: Relation.CONSENTED,
    RecipientClass.AUTHORITY: Relation.INSTRUMENT,
    RecipientClass.PUBLIC: Relation.POSTED,
}
"""What a recipient class needs on file; the company itself needs nothing."""
