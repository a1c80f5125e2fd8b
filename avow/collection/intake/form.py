"""Read a form that a program hands in, by the words that it showed: fields, checks and stamp as on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from avow.collection.seen.form import POT, SEAL, Form, lay_out
from avow.collection.seen.sealed import Seen, opened
from avow.errors import AddressError, CollectionError, PolicyError, TokenError
from avow.page.failure import sentence
from avow.record.known.address import Address, parse
from avow.record.shown.versions import history
from avow.terms import ChannelKind


@dataclass(frozen=True, slots=True)
class Handed:
    """A form as it was filled in, what was shown on it, and its address; None where the form says what is wrong."""

    form: Form
    seen: Seen
    address: Address | None


def handed(kind: ChannelKind, shown: str, fields: Mapping[str, str], ticked: Sequence[str]) -> Handed:
    """Read a form under the version that was shown; raise CollectionError where that is not known, or is long ago.

    Raises it too for fields and boxes that the version does not declare, and for a file, which comes by the page alone.
    """
    seen = _seen(kind, shown)
    policy = history().version(seen.version)
    blank = lay_out(policy, kind)
    wanted = {field.name for field in blank.fields if field not in blank.files}
    boxes = {box.name for box in blank.boxes}
    strange = sorted((set(fields) - wanted) | (set(ticked) - boxes) | ({POT, SEAL} & set(fields)))
    if strange:
        found = ", ".join(name[:60] for name in strange[:5])
        raise CollectionError(f"the policy declares no field or box {found} for this form", "nothing was kept")
    form = lay_out(policy, kind, {**fields, **dict.fromkeys(ticked, "on")})
    if form.wrong:
        return Handed(form, seen, None)
    try:
        return Handed(form, seen, parse(form.address.value))
    except AddressError as error:
        return Handed(form.refuse(form.address, sentence(str(error))), seen, None)


def _seen(kind: ChannelKind, shown: str) -> Seen:
    try:
        seen = opened(shown)
        history().version(seen.version)
    except (TokenError, PolicyError, ValueError) as error:
        raise CollectionError("this does not say which words were shown", "ask for the form, and show it") from error
    if seen.shown.channel is not kind:
        raise CollectionError("these words belong to another form", "ask for this form, and show it")
    if not seen.fresh:
        raise CollectionError("these words were shown long ago", "ask for the form again, and show it")
    return seen
