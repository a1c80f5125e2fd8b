"""Make a living example: three years of an invented company, its people and its staff: `avow demo company`."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from avow.cli.demo.bar import steps
from avow.cli.demo.company.acts.answered import answered
from avow.cli.demo.company.acts.asked import asked
from avow.cli.demo.company.acts.changed import changed
from avow.cli.demo.company.acts.counted import counted
from avow.cli.demo.company.acts.given import given
from avow.cli.demo.company.acts.mailed import World, mailed
from avow.cli.demo.company.acts.said import said, said_before
from avow.cli.demo.company.acts.talk import talk
from avow.cli.demo.company.house import house, put
from avow.cli.demo.company.past import past
from avow.cli.demo.company.scene import Scene
from avow.cli.demo.company.told import tell
from avow.cli.demo.sink import served
from avow.cli.ledger import verified
from avow.cli.operate.setup import ready
from avow.config import config
from avow.errors import StoreError
from avow.ledger.sequencer import sequence
from avow.page.site import folder as read_folder
from avow.record.known.identity import everybody
from avow.record.taken.bulk import take


def company(
    count: Annotated[int, typer.Option("--people", min=500, help="How many people to invent.")] = 100_000,
    source: Annotated[
        Path, typer.Option("--policies", help="The folder of the bundled policy.", file_okay=False)
    ] = Path("policies/example"),
    seed: Annotated[int, typer.Option(help="What decides by chance; the same number, the same company.")] = 1,
) -> None:
    """Invent three years of a company: people, orders, letters, forum, mailings, requests, staff; the same on each run.

    It needs an empty AVOW_DATA; its policy stands beside it, in AVOW_DATA with `-policy` behind its name. What people
    handed in bears the day on which they did; what they chose, and what the staff did, bears today's, as each act does.
    """
    started = time.monotonic()
    place = config().data.with_name(f"{config().data.name}-policy")
    if place.exists():
        raise StoreError(f"{place} is there already", "take it away, or point AVOW_DATA at an empty folder")
    with _world(place), steps() as step:
        versions = put(source, place)
        ready()
        if everybody():
            raise StoreError("there are people in this store", "point AVOW_DATA at an empty folder")
        scene = Scene(count, Random(seed), step)  # noqa: S311 -- invented luck, the same on every run
        play(scene, seed, place, versions)
    tell(scene, verified(), time.monotonic() - started, place)


def play(scene: Scene, seed: int, folder: Path, versions: tuple[str, str]) -> None:
    """Let it all happen, in the order in which it could have."""
    house(scene)
    said_before(scene, seed)
    take(past(scene.people, seed, scene.past), scene.bar("people", scene.people))
    said(scene)
    talk(scene)
    counted(scene)
    given(scene)
    asked(scene)
    answered(scene)
    mailed(scene)
    changed(scene, folder, versions)
    bar = scene.step("entries put in their places", 0)
    while done := sequence():
        bar(done)


@contextmanager
def _world(place: Path) -> Iterator[None]:
    """Let mail go to a mail server of the demo's own, and the policy be the company's."""
    with served(World()) as (_, port):
        os.environ |= {"AVOW_SMTP": f"smtp://127.0.0.1:{port}", "AVOW_POLICIES": str(place)}
        config.cache_clear()
        read_folder.cache_clear()
        yield
