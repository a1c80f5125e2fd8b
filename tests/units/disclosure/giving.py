"""Register organizations, say yes to them, and give to them as two members of staff would."""

import csv
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from avow.disclosure.outside.disclose import Given, Wanted, disclose
from avow.record.attested.attest import Prepared, attest
from avow.record.known.address import parse
from avow.record.outside.organization import Organization, add_organization
from avow.record.said.choices import Chosen, choose
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.terms import Actor, Answer, ChannelKind
from tests.units.record.cast import reach_of

READERS = ("olga@example.com", "paul@example.com")


def acme() -> Organization:
    """Register Acme, to which nobody has said yes yet."""
    return add_organization("acme", "Acme Sails", "Acme sells sails to people who row.", "privacy@acme.example")


def beacon() -> Organization:
    """Register another organization."""
    return add_organization("beacon", "Beacon Lamps", "Beacon makes lamps.", "privacy@beacon.example")


def says(answer: Answer, person: UUID, address: str, to: str = "acme") -> None:
    """Say yes or no to an organization by its name, signed in."""
    choose(Chosen(answer, list=f"to.{to}"), Actor.PERSON_VERIFIED, "choices page", person, reach_of(address))


def orders(address: str) -> UUID:
    """Let somebody place an order, and prove the address."""
    given = {
        "contact": {"email": address},
        "profile": {"name": f"Name of {address}"},
        "order": {"product": "Lighthouse", "number": "7", "billing": f"Quay of {address}"},
    }
    one = Arrival(show(in_force(), ChannelKind.ORDER, "en"), "shop", parse(address), given, proven=True)
    take([one])
    return one.person


def read_by_two(found: Prepared | None) -> None:
    """Have two members of staff attest what waits."""
    assert found is not None
    for name in READERS[: found.lacks]:
        attest(found.digest, name)


def given(wanted: Wanted, path: Path) -> Given:
    """Give with two members of staff."""
    waits = disclose(wanted, path)
    assert not path.exists(), "nothing is written before two attest it"
    read_by_two(waits.waits)
    return disclose(wanted, path)


def rows(path: Path) -> list[Mapping[str, str]]:
    """Read what was given."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
