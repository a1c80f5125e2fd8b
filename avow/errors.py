"""One tree of errors: each says what happened and what to do."""


class AvowError(Exception):
    """Something is wrong; the message says what to do."""

    hint: str = ""

    def __init__(self, message: str, hint: str = "") -> None:
        """Hold the message and the hint on what to do."""
        super().__init__(message)
        self.hint = hint or self.hint

    def __str__(self) -> str:
        """Give message and hint on one line."""
        text = super().__str__()
        return f"{text} ({self.hint})" if self.hint else text


class ConfigError(AvowError):
    """A setting is missing or wrong."""


class StoreError(AvowError):
    """The database cannot be started, reached or used."""


class StoreAway(StoreError):
    """The database does not answer at this moment."""


class SchemaError(StoreError):
    """The database's schema is not the one this program needs."""


class StoreNew(SchemaError):
    """The store was not made yet, or not to its end."""


class KeyMissing(StoreError):
    """A key that the store was made with is not there."""


class Contended(StoreError):
    """Too many acts about the same people at once; nothing was written, and the same can be tried again."""


class BackupError(AvowError):
    """A backup cannot be made, read or restored; nothing was touched."""


class PolicyError(AvowError):
    """A policy file is wrong at a place: file, line and clause."""

    def __init__(self, message: str, *, path: str = "", line: int = 0, clause: str = "", hint: str = "") -> None:
        """Hold the place (1-based line) beside the message."""
        super().__init__(message, hint)
        self.path, self.line, self.clause = path, line, clause

    def __str__(self) -> str:
        """Give place, clause, message and hint on one line."""
        place = f"{self.path}:{self.line}: " if self.path else ""
        clause = f"[{self.clause}] " if self.clause else ""
        return f"{place}{clause}{super().__str__()}"


class Unplanned(PolicyError):
    """A version would use what is stored in ways that were not stated, and no plan of it was applied."""


class PolicyErrors(AvowError):
    """A policy file has one or more errors; each is listed."""

    def __init__(self, errors: list[PolicyError]) -> None:
        """Hold the errors in the order of the file."""
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


class AddressError(AvowError):
    """This is not an e-mail address that mail can be sent to."""


class CollectionError(AvowError):
    """What was handed in is not what the channel declares; nothing was kept."""


class TokenError(AvowError):
    """A link is forged, damaged or too old for what it asks."""


class RecordError(AvowError):
    """A write would break a law of the record; nothing was written."""


class GateError(AvowError):
    """A use was asked for that cannot be declared."""


class Denied(GateError):
    """The gate refuses this use of this data."""


class LedgerError(AvowError):
    """The ledger is not what it was: an entry, a row or a checkpoint disagrees."""


class KeyReused(AvowError):
    """An idempotency key came again with another body; nothing was done."""


class MailError(AvowError):
    """A message cannot be composed or handed over."""
