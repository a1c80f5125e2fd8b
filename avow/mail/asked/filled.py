"""Fill the question of one person: the uses in the policy's own words, and the link to answer by."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from avow.errors import MailError
from avow.mail.links import links, question_link, site
from avow.policy.document import Policy
from avow.record.changed.different import Different, different
from avow.record.shown.versions import version
from avow.tongue import SOURCE, day


def filled(given: Mapping[str, str], person: UUID, reach: bytes) -> Mapping[str, str]:
    """Give what a message about a version needs; what is about none is given as it is.

    Nothing of it is stored: the row in the queue names the version and the uses alone.
    """
    about = given.get("about")
    if about is None:
        return given
    language = given.get("language", SOURCE)
    policy = version(about).told(language)
    uses = [one for one in map(different, given.get("uses", "").split()) if one]
    return {
        **given,
        "effective": day(language, policy.front.effective),
        "uses": "\n\n".join(_said(policy, one, language) for one in uses),
        "link": question_link(person, reach, about),
        "notice": f"{site()}/policy/{about}/changes/",
        "stop": links(person, reach, "", policy.front.mailbox).choices,
    }


def _said(policy: Policy, one: Different, language: str) -> str:
    """Say one use in the policy's words, with who would see the data."""
    if one.purpose not in policy.purposes:
        raise MailError(f"version {one.version} states no purpose {one.purpose!r}", "nobody can be asked about it")
    purpose = policy.purposes[one.purpose]
    seen = policy.recipients.get(one.recipient, policy.front.company)
    data = ", ".join(policy.categories[name].title for name in sorted(purpose.categories))
    with override(language):
        beside = _("Of what we hold: {data}. Seen by: {seen}.").format(data=data, seen=seen)
    return f"* {purpose.title}: {purpose.states}.\n  {beside}"
