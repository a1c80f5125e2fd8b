"""Take the keys of one table by their types, and refuse every key that nobody took."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from avow.policy.grammar.blocks import Block, Path
from avow.policy.grammar.faults import Faults, suggest

Word = TypeVar("Word", bound=StrEnum)
Kind = TypeVar("Kind")


class Table:
    """One TOML table: each `take` notes a fault and gives an empty value where the file is wrong."""

    def __init__(self, block: Block, path: Path, values: object, faults: Faults, clause: str = "") -> None:
        """Hold the values of the table at a path of a block, and the clause that it binds."""
        self.block, self.path, self.faults, self.clause = block, path, faults, clause
        self.values: Mapping[str, Any] = values if isinstance(values, Mapping) else {}
        self.taken: set[str] = set()
        if not isinstance(values, Mapping):
            self.fault(f"{self.name} is not a table", hint=f"write {self.name} and its keys beneath")

    @property
    def name(self) -> str:
        """Give the table's name as its header has it."""
        header = ".".join(f'"{part}"' if "." in part else part for part in self.path)
        return f"[{header}]" if header else "the front matter"

    def line(self, key: str = "") -> int:
        """Give the line of a key, or of the table."""
        return self.block.line_of((*self.path, key) if key else self.path)

    def fault(self, message: str, key: str = "", hint: str = "") -> None:
        """Note an error at a key of this table."""
        self.faults.add(message, self.line(key), self.clause, hint)

    def take(self, key: str, kind: type[Kind], empty: Kind, what: str, *, required: bool = False) -> Kind:
        """Take one key as a value of this type."""
        self.taken.add(key)
        if key not in self.values:
            if required:
                self.fault(f"{self.name} lacks {key!r}", hint=f"add {key} = {what}")
            return empty
        value = self.values[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(f"{key!r} of {self.name} is not {_PLAIN[kind]}", key, f"write {key} = {what}")
            return empty
        return value

    def text(self, key: str, *, required: bool = False) -> str:
        """Take a text of one line or more; required text is not empty."""
        value = self.take(key, str, "", '"..."', required=required)
        if required and key in self.values and not value.strip() and isinstance(self.values[key], str):
            self.fault(f"{key!r} of {self.name} is empty", key, "write what people should read")
        return value

    def truth(self, key: str) -> bool:
        """Take true or false; false if it is not there."""
        return self.take(key, bool, empty=False, what="true")

    def days(self, key: str, *, required: bool = False) -> int:
        """Take a whole number that is not negative."""
        value = self.take(key, int, 0, "30", required=required)
        if value < 0:
            self.fault(f"{key!r} of {self.name} is negative", key, "write 0 or more")
        return max(value, 0)

    def instant(self, key: str) -> datetime | None:
        """Take a required instant; it carries its offset."""
        what = "2025-01-01T00:00:00+00:00"
        value = self.take(key, datetime, datetime.min, what, required=True)  # noqa: DTZ901 -- stands for nothing given
        if value is datetime.min:  # noqa: DTZ901 -- same
            return None
        if value.tzinfo is None:
            self.fault(f"{key!r} of {self.name} has no offset from UTC", key, f"write {key} = {what}")
            return None
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Take a list of texts, each once; a required list is not empty."""
        values = self.take(key, list, [], '["..."]', required=required)
        if not all(isinstance(value, str) for value in values):
            self.fault(f"{key!r} of {self.name} holds something that is not text", key, "put each word in quotes")
            return ()
        if required and key in self.values and not values:
            self.fault(f"{key!r} of {self.name} is empty", key, "name at least one")
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.fault(f"{key!r} of {self.name} names {value!r} twice", key, "name it once")
        return tuple(dict.fromkeys(values))

    def word(self, key: str, words: type[Word], *, required: bool = False) -> Word | None:
        """Take one word of a closed vocabulary; None if it is not there."""
        value = self.text(key, required=required)
        found = self.known(key, (value,) if value else (), {word.value: word for word in words}.get, words)
        return found[0] if found else None

    def words(self, key: str, words: type[Word], *, required: bool = False) -> tuple[Word, ...]:
        """Take a list of words of a closed vocabulary."""
        values = self.texts(key, required=required)
        return self.known(key, values, {word.value: word for word in words}.get, words)

    def known(
        self, key: str, values: Iterable[str], find: Callable[[str], Kind | None], words: Iterable[str]
    ) -> tuple[Kind, ...]:
        """Look values up in a vocabulary, and note those that are not in it."""
        known = tuple(words)
        found = []
        for value in values:
            meant = find(value)
            if meant is None:
                self.fault(f"{key!r} of {self.name} knows no {value!r}", key, suggest(value, known))
            else:
                found.append(meant)
        return tuple(found)

    def close(self) -> None:
        """Note every key that nobody took."""
        for key in self.values:
            if key not in self.taken:
                self.fault(f"{self.name} knows no key {key!r}", key, suggest(key, self.taken))


_PLAIN: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    list: "a list",
    dict: "a table",
    datetime: "an instant",
}
