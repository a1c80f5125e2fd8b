"""Name what a token lets a program do, and in which dialects other systems sign."""

from enum import StrEnum, unique


@unique
class ProgramAct(StrEnum):
    """What a token lets a program of the company do, each for the token's one purpose alone."""

    DECIDE = "decide"
    READ = "read"
    CHOICES = "choices"
    REFUSE = "refuse"
    RECORD = "record"
    ORDER = "order"
    COUNT = "count"

    @property
    def words(self) -> str:
        """Give the act as a page names it."""
        return _ACTS[self]


_ACTS = {
    ProgramAct.DECIDE: "ask what may be done with a person's data, and why",
    ProgramAct.READ: "read what the purpose may see",
    ProgramAct.CHOICES: "read the choices that bear on the purpose",
    ProgramAct.REFUSE: "take a no",
    ProgramAct.RECORD: "hand in a form of the policy",
    ProgramAct.ORDER: "hand in orders of another system",
    ProgramAct.COUNT: "count whom the purpose reaches",
}


@unique
class ConnectorKind(StrEnum):
    """The dialect in which another system signs and tells what it hands in: Standard Webhooks, or Shopify's."""

    STANDARD = "standard"
    SHOPIFY = "shopify"
