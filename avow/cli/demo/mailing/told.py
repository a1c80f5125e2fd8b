"""Gather what became of everybody, of every no, and of every final dot; and what must not have happened."""

from dataclasses import dataclass, field


@dataclass
class Way:
    """One way to say no: how many were acknowledged, how many of them only as received, the slowest in seconds.

    `before` counts those whose copy had been handed over before, `never` those who got none, `doubt` those whose copy
    was on its way at that very instant.
    """

    acknowledged: int = 0
    kept: int = 0
    slowest: float = 0.0
    before: int = 0
    never: int = 0
    doubt: int = 0


@dataclass
class Told:
    """The report: `outcomes` has each person once, by what became of them; `denied` and `outside` say why not.

    `late` counts final dots after an acknowledgement, `late_in_doubt` those of them that were in doubt at that
    instant, whose people `in_doubt` lists; `wrong` is what must not have happened, by name.
    """

    people: int = 0
    mailboxes: int = 0
    workers: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    denied: dict[str, int] = field(default_factory=dict)
    outside: dict[str, int] = field(default_factory=dict)
    opted_out: int = 0
    ways: dict[str, Way] = field(default_factory=dict)
    dots: int = 0
    dots_at_smtp_sink: int | None = None
    late: int = 0
    late_in_doubt: int = 0
    in_doubt: list[str] = field(default_factory=list)
    doubt_arrived: int = 0
    doubt_never_arrived: int = 0
    killed: str = ""
    moods: dict[str, int] = field(default_factory=dict)
    dropped: int = 0
    sending_seconds: float = 0.0
    ledger: dict[str, object] = field(default_factory=dict)
    checker: dict[str, object] | None = None
    wrong: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def fault(self, name: str, count: int) -> None:
        """Count what must not have happened, if it did."""
        if count:
            self.wrong[name] = self.wrong.get(name, 0) + count
