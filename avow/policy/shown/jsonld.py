"""Export a policy as JSON-LD in the words of W3C's Data Privacy Vocabulary (DPV 2)."""

from collections.abc import Mapping
from typing import Any

from avow.policy.document import Category, Policy, Purpose, Right
from avow.policy.shown.page import page_hash
from avow.terms import Default, RecipientClass

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_RECIPIENTS: Mapping[RecipientClass, str] = {
    RecipientClass.COMPANY: "dpv:DataController",
    RecipientClass.PROCESSOR: "dpv:DataProcessor",
    RecipientClass.OUTSIDE: "dpv:ThirdParty",
    RecipientClass.AUTHORITY: "dpv:Authority",
    RecipientClass.PUBLIC: "dpv:Recipient",
}
_LOCAL = frozenset({"localhost", "127.0.0.1"})


def json_ld(policy: Policy) -> dict[str, Any]:
    """Give the notice with its controller, kinds of data, purposes and rights; ids are the page's anchors."""
    front = policy.front
    sites = [host for host in front.sites if host not in _LOCAL]
    base = f"https://{(sites or list(front.sites))[0]}/policy/{front.version}/"
    return {
        "@context": CONTEXT,
        "@id": base,
        "@type": "dpv:PrivacyNotice",
        "dct:title": policy.sections[0].title,
        "dct:hasVersion": front.version,
        "dct:language": front.language,
        "dct:valid": {"@type": "xsd:dateTime", "@value": front.effective.isoformat()},
        "dct:identifier": page_hash(policy).hex(),
        "dct:coverage": sites,
        "dpv:hasDataController": _controller(policy, base),
        "dpv:hasPersonalData": [_category(one, base) for one in policy.categories.values()],
        "dpv:hasProcess": [_process(policy, one, base) for one in policy.purposes.values()],
        "dpv:hasRight": [_right(one, base) for one in policy.rights.values()],
    }


def _controller(policy: Policy, base: str) -> dict[str, Any]:
    front = policy.front
    names = {"dpv:hasName": front.company, "dpv:hasAddress": front.postal, "dpv:hasContact": f"mailto:{front.mailbox}"}
    return {"@id": f"{base}#controller", "@type": "dpv:DataController", **names}


def _category(category: Category, base: str) -> dict[str, Any]:
    duration = {"@type": "dpv:UntilEventDuration", "dct:description": "until the person asks"}
    days = {"@type": "dpv:TemporalDuration", "@value": f"P{category.retention}D"}
    return {
        "@id": f"{base}#category-{category.id}",
        "@type": "dpv:PersonalData",
        "dct:title": category.title,
        "dct:source": {"@id": f"{base}#{category.clause}"},
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": duration if category.retention is None else days,
        },
    }


def _process(policy: Policy, purpose: Purpose, base: str) -> dict[str, Any]:
    """Give one purpose with what it uses, who receives it, and whether people can stay out of it."""
    collected = [c.title for c in policy.channels.values() if purpose.id in c.states]
    return {
        "@id": f"{base}#purpose-{purpose.id}",
        "@type": "dpv:Process",
        "dct:title": purpose.title,
        "dct:description": purpose.states,
        "dct:source": {"@id": f"{base}#{purpose.clause}"},
        "dpv:hasPurpose": {"@id": purpose.dpv or "dpv:Purpose"},
        "dpv:hasPersonalData": [{"@id": f"{base}#category-{name}"} for name in sorted(purpose.categories)],
        "dpv:hasRecipient": [_recipient(policy, kind) for kind in RecipientClass if kind in purpose.recipients],
        "dpv:hasEntityInvolvement": {"@id": f"dpv:{_involvement(purpose)}"},
        "dpv:hasDataSource": collected,
    }


def _recipient(policy: Policy, kind: RecipientClass) -> dict[str, str]:
    return {"@type": _RECIPIENTS[kind], "dct:title": policy.recipients.get(kind, policy.front.company)}


def _involvement(purpose: Purpose) -> str:
    if purpose.default is Default.ON_YES:
        return "OptingInToProcess"
    return "OptingOutFromProcess" if purpose.default else "CannotOptOutFromProcess"


def _right(right: Right, base: str) -> dict[str, Any]:
    days = {"@type": "dpv:TemporalDuration", "@value": f"P{right.days}D"}
    told = {"dct:title": right.title, "dct:source": {"@id": f"{base}#{right.clause}"}}
    return {"@id": f"{base}#right-{right.id}", "@type": "dpv:DataSubjectRight", **told, "dpv:hasDuration": days}
