"""Found the company before anybody comes: its policy, products, boards, those who work for it, its staff."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from avow.cli.demo.company.past import DAYS
from avow.cli.demo.company.scene import STAFF, Scene
from avow.cli.demo.company.words import BOARDS, PRODUCTS
from avow.disclosure.processors.agree import agree
from avow.disclosure.processors.enter import account
from avow.errors import PolicyError
from avow.page.staff.accounts import add
from avow.record.agreed.agreement import Terms
from avow.record.forum.boards import add_board
from avow.record.outside.organization import add_organization
from avow.record.products.register import add_product, add_series

YEARBOOK: Final = "yearbook"
"""The purpose that the second version states beyond the first: it asks those who wrote letters."""
_AHEAD: Final = timedelta(days=31)
_STATES: Final = 'states = ["inquiry", "account", "improvement", "rights", "policy-change", "legal"]'
_LAST: Final = "- To make our products, our service and our help better. {#uses.improvement}\n"
_RULE: Final = '[clause."uses.improvement"]\n'
_SENTENCE: Final = "- To print your letter in our yearbook, if you let us. {#uses.yearbook}\n"
_YEARBOOK: Final = """[clause."uses.yearbook"]
promises = ["only these purposes"]
permit = { purposes = ["yearbook"] }

[purpose.yearbook]
title = "Our yearbook"
states = "to print your letter in our yearbook, if you tick the box"
scope = "insight"
default = "on-yes"
box = "Yes, you may print my letter in your yearbook."
categories = ["letter"]
dpv = "dpv:Marketing"

"""
_FIRMS: Final = (
    ("cargo", "Tidewater Cargo", ("orders",), ("contact", "order"), 700, None),
    ("night-desk", "Night Desk, Ltd.", ("support",), ("contact", "support"), 500, 200),
    ("answers", "Answers by Post", ("inquiry",), ("contact", "inquiry"), 900, None),
)
"""Who works for the company: agreement, name, purposes, categories, days since it began and until it ends."""
_OUTSIDE: Final = (
    ("tern", "Tern & Daughters", "prints books for people who like harbours", "data@example.net"),
    ("acme", "Acme Lamps", "sells lamps for desks", "data@example.org"),
)


def written(example: str, day: datetime, follows: str = "") -> str:
    """Give the bundled version as it is in force from a day, under that day's name; one that follows states more."""
    text = re.sub(r"(?m)^version = .*$", f'version = "{day:%Y-%m-%d}"', example, count=1)
    text = re.sub(r"(?m)^effective = .*$", f"effective = {day:%Y-%m-%d}T00:00:00+00:00", text, count=1)
    if not follows:
        return text
    text = re.sub(r"(?m)^effective", f'follows = "{follows}"\neffective', text, count=1)
    for old, new in (
        (_STATES, _STATES.replace('"improvement"', f'"improvement", "{YEARBOOK}"')),
        (_LAST, _LAST + _SENTENCE),
        (_RULE, _YEARBOOK + _RULE),
    ):
        if old not in text:
            raise PolicyError("the bundled version is not as the demo knows it", hint="give --policies the bundled one")
        text = text.replace(old, new, 1)
    return text


def put(source: Path, folder: Path) -> tuple[str, str]:
    """Write the company's first version into its folder; give the names of that and of the next, for `put_next`."""
    first, following = (datetime.now(UTC) - timedelta(days=DAYS + 1), datetime.now(UTC) + _AHEAD)
    bundled = max(source.glob("[0-9]*.md"), default=None)
    if bundled is None:
        raise PolicyError(f"there is no version of a policy in {source}", hint="give --policies the bundled folder")
    folder.mkdir(parents=True)
    (folder / f"{first:%Y-%m-%d}.md").write_text(written(bundled.read_text("utf-8"), first), "utf-8")
    return f"{first:%Y-%m-%d}", f"{following:%Y-%m-%d}"


def put_next(folder: Path, first: str, name: str) -> None:
    """Write the company's next version beside the first."""
    day = datetime.fromisoformat(name).replace(tzinfo=UTC)
    text = written((folder / f"{first}.md").read_text("utf-8"), day, first)
    (folder / f"{name}.md").write_text(text, "utf-8")


def house(scene: Scene) -> None:
    """Set up what stands before anybody comes."""
    now = datetime.now(UTC)
    for name, title in PRODUCTS.items():
        add_product(name, title)
    add_series("lighthouse-steps", "lighthouse", "Six letters in which you set Lighthouse up.", now + timedelta(90), 6)
    for name, title, charter, community in BOARDS:
        add_board(name, title, charter, community=community)
    for one in _OUTSIDE:
        add_organization(*one)
    for email, who, roles in STAFF:
        scene.links[email] = add(email, who, roles)
    for name, organization, purposes, categories, ago, lasts in _FIRMS:
        ends = now + timedelta(lasts) if lasts else None
        bound = f"contract of {now - timedelta(ago):%-d %B %Y}"
        agree(Terms(name, organization, purposes, categories, bound, (), now - timedelta(ago), ends))
        scene.links[f"{name}@example.net"] = account(name, f"{name}@example.net", organization)
    scene.told["members of staff"] = len(STAFF)
    scene.told["agreements with those who work for us"] = len(_FIRMS)
