"""Say why a use of somebody's data is permitted or not: `avow why PERSON PURPOSE`."""

import json
import sys
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape

from avow.cli.screen import screen
from avow.decision.request import Request
from avow.errors import GateError
from avow.gate.why import Part, Why, why_mailbox
from avow.gate.why import why as explain
from avow.policy.document import Purpose
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.known.identity import on_file
from avow.record.shown.versions import in_force
from avow.store.connect import connect
from avow.terms import RecipientClass


def why(
    person: Annotated[str, typer.Argument(help="An address, or a person's id.")],
    purpose: Annotated[str, typer.Argument(help="A purpose of the policy in force, by its id.")],
    recipient: Annotated[
        RecipientClass | None,
        typer.Option(help="Who would receive the data; whom the purpose is stated for if not given."),
    ] = None,
    list_id: Annotated[str | None, typer.Option("--list", help="One list of that purpose.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as one JSON list.")] = False,
) -> None:
    """Say in the policy's own sentences why a use of somebody's data is permitted or not; nothing is used."""
    connect()
    found = _purpose(purpose)
    request = Request(found.id, found.categories, recipient or _recipient(found))
    answers = _answers(person, request, list_id)
    if as_json:
        sys.stdout.write(json.dumps([_told(answer) for answer in answers], indent=1, default=str) + "\n")
        return
    for answer in answers:
        _show(answer, f"the mailbox of {person}" if answer.person == NOBODY else str(answer.person))


def _purpose(name: str) -> Purpose:
    purposes = in_force().purposes
    if name not in purposes:
        raise GateError(f"the policy in force has no purpose {name!r}", f"it has: {', '.join(sorted(purposes))}")
    return purposes[name]


def _recipient(purpose: Purpose) -> RecipientClass:
    return next((one for one in RecipientClass if one in purpose.recipients), RecipientClass.COMPANY)


def _answers(text: str, request: Request, list_id: str | None) -> list[Why]:
    """Answer for a person, for each who holds an address in any spelling, or for a mailbox that is nobody's."""
    try:
        return [explain(UUID(text), request, list_id)]
    except ValueError:
        address = parse(text)  # then it is an address
    people = [one.person for one in on_file(address)]
    if people:
        return [explain(one, request, list_id) for one in people]
    mailbox = why_mailbox(address.reach_id, request, list_id)
    if not mailbox.known:
        raise GateError(f"nobody here has the address {text}", "give another address, or a person's id")
    return [mailbox]


def _told(answer: Why) -> dict[str, object]:
    return {
        "person": None if answer.person == NOBODY else answer.person,
        "purpose": answer.request.purpose,
        "version": answer.version,
        "recipient": answer.request.recipient,
        "allowed": answer.decision.allowed,
        "because": sorted(answer.decision.because),
        "known": answer.known,
        "sentences": dict(answer.sentences),
        "otherwise": list(answer.otherwise),
        "refusals": [asdict(one) for one in answer.refusals],
        "items": [_item(part) for part in answer.parts],
    }


def _item(part: Part) -> dict[str, object]:
    because = sorted(part.decision.because)
    return asdict(part) | {"decision": part.decision.outcome, "because": because}


def _show(answer: Why, whose: str) -> None:
    console = screen(highlight=False)
    verdict = "[bold green]yes[/]" if answer.decision.allowed else "[bold red]no[/]"
    console.print(f"{verdict}  {answer.request.purpose} for {escape(whose)}, under version {answer.version}")
    if answer.person == NOBODY:
        console.print("   nobody here has this address; what was refused at its mailbox holds all the same")
    elif not answer.known:
        console.print("   nobody has this id")
    for clause, sentence in answer.sentences.items():
        console.print(f"   [dim]{clause}[/]  {escape(sentence)}")
    for line in answer.otherwise:
        console.print(f"   {escape(line)}")
    for part in answer.parts:
        word = "yes" if part.decision.allowed else "no"
        console.print(f"   {word}: {part.category} of {part.at:%Y-%m-%d} by {part.channel}, told {part.version}")
    for one in answer.refusals:
        console.print(
            f"   refused on {one.at:%Y-%m-%d %H:%M} UTC by {one.actor}, {escape(one.evidence)} (choice {one.no})"
        )
