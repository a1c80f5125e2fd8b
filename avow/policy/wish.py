"""Name what people ask for by right."""

from enum import StrEnum, unique


@unique
class Wish(StrEnum):
    """What a person asks for by right; each is answered in the time that the policy promises for it."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    COMPLAINT = "complaint"
    COMMENT = "comment"

    @property
    def right(self) -> str:
        """Give the id of the right in a policy that grants it."""
        return "explanation" if self is Wish.COMPLAINT else self.value

    @property
    def words(self) -> str:
        """Give it as a page names it."""
        return _WISHES[self]


_WISHES = {
    Wish.ACCESS: "wants to see what we hold",
    Wish.CORRECTION: "says that something is wrong",
    Wish.ERASURE: "wants to be forgotten",
    Wish.RESTRICTION: "wants the use of it to stop",
    Wish.OBJECTION: "objects to a use",
    Wish.COMPLAINT: "complains",
    Wish.COMMENT: "comments",
}
