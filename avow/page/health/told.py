"""See that whoever was told of a correction, a withdrawal or an erasure said that they did as told."""

from avow.errors import StoreError
from avow.record.outside.late import late


def acknowledged() -> str:
    """Say that nobody is late; raise StoreError that says who must be asked."""
    found = late()
    if found:
        raise StoreError(
            f"{found.outside} notices to organizations outside and {found.processors} to those who work for us were not"
            " acknowledged in seven days",
            "ask them; the desk lists each, under Given out and Contractors",
        )
    return "every notice is answered, or not yet due"
