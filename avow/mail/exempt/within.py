"""Keep a reserved list within what was declared: how many messages, and until when."""

from datetime import UTC, datetime

from avow.errors import MailError
from avow.policy.proof.keeps import keeps
from avow.record.products.register import limits
from avow.record.upkeep import upkeep
from avow.terms import Promise


@keeps(Promise.EXEMPTIONS_LIMITED)
def within(list_id: str) -> None:
    """Refuse one message more than was declared of a reserved list, or one after its end; raise MailError."""
    bounds = limits(list_id)
    if bounds is None:
        return
    if bounds.until is not None and bounds.until <= datetime.now(UTC):
        raise MailError(
            f"{list_id} ended on {bounds.until:%Y-%m-%d}, as was told beside the download",
            "what comes later needs a download, and words beside it, of its own",
        )
    with upkeep() as cursor:
        cursor.execute("SELECT count(*) FROM mailing WHERE list = %s AND begun IS NOT NULL", [list_id])
        made = int(cursor.fetchone()[0])
    if made >= bounds.most:
        raise MailError(
            f"{list_id} was declared with {bounds.most} message{'s' * (bounds.most > 1)}, and has had {made}",
            "an advisory that goes on is announced under another id; a series brings what was told and no more",
        )
