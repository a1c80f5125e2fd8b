"""Fill an empty store with invented people by the real ways in: `avow demo seed`."""

import time
from typing import Annotated

import typer

from avow.cli.demo.bar import steps
from avow.cli.demo.seeded.invent import arrivals, refusals
from avow.cli.operate.setup import ready
from avow.cli.screen import screen
from avow.errors import StoreError
from avow.record.known.identity import everybody
from avow.record.taken.bulk import take
from avow.record.taken.refuse import refuse


def seed(
    count: Annotated[int, typer.Option("--people", min=1, help="How many people to invent.")] = 1_000_000,
) -> None:
    """Invent people with registrations, inquiries, orders, support and choices, the same on every run.

    For trying things out at size: it needs a store without people, and the example policy.
    """
    started = time.monotonic()
    ready()
    if everybody():
        raise StoreError("there are people in this store", "point AVOW_DATA at an empty folder")
    with steps() as step:
        refused = refuse(refusals(count, step("mailboxes that refuse", count)))
        taken = take(arrivals(count), step("people", count))
    screen().print(
        f"{taken.people} people with {taken.items} items; {refused.mailboxes} mailboxes refuse something,"
        f" {taken.refused} of these people's. It took {time.monotonic() - started:.0f} s."
    )
