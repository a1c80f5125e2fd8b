"""Read the envelope of the generic intake."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from avow.collection.connectors.envelope import Envelope, No, Yes

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Choice(_Strict):
    """A choice as another system knows it: `no` to what can be stopped, or `yes` to a purpose; with its time."""

    no: Word | None = None
    yes: Word | None = None
    at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.no is None) == (self.yes is None):
            raise ValueError("a choice is a no or a yes: give one of them")
        return self


class Message(_Strict):
    """What another system tells: an id of its own, when it happened, whose address, the policy's fields, choices."""

    id: Word
    occurred_at: AwareDatetime
    email: Annotated[str, StringConstraints(min_length=3, max_length=320)]
    fields: dict[Word, Annotated[str, StringConstraints(max_length=10_000)]] = Field(max_length=200)
    choices: list[Choice] = Field(default_factory=list, max_length=50)

    def envelope(self, source: str, known: Mapping[str, str]) -> Envelope:
        """Give the envelope: of the fields those that `known` names, the rest dropped and counted."""
        fields = {name: value for name, value in self.fields.items() if name in known}
        noes = tuple(No(one.no, one.at) for one in self.choices if one.no is not None)
        yeses = tuple(Yes(one.yes, one.at) for one in self.choices if one.yes is not None)
        dropped = len(self.fields) - len(fields)
        return Envelope(source, self.id, self.occurred_at, self.email, fields, noes, yeses, dropped)


def read(body: bytes, source: str, known: Mapping[str, str], _consent: str = "") -> Envelope:
    """Read a message; raise pydantic's ValidationError for what is none."""
    return Message.model_validate_json(body).envelope(source, known)
