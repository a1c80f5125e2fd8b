"""Live through everything that a checker must understand, export it, check it, and lie about it."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from uuid import UUID

import psycopg
from avow_audit.check import check, kept, logged
from avow_audit.export import export as opened
from avow_audit.report import Report
from typer.testing import CliRunner

from avow.accuracy.forgotten.forget import forget
from avow.cli.main import app
from avow.errors import RecordError
from avow.ledger.sequencer import sequence
from avow.mail.mailing import expand
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.known.identity import add_address, verify
from avow.record.known.link import link, unlink
from avow.record.products.possess import possess
from avow.record.products.register import add_product
from avow.record.said.choices import Chosen, choose
from avow.record.seen.cases import close_case, open_case
from avow.record.shown.notice import show
from avow.record.shown.stamp import UNKNOWN, Shown
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import amend
from avow.terms import Actor, Answer, ChannelKind, MessageKind, Scope
from tests.units.mail.cast import OFFER, make_due, name
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, YES_MARKETING, arrive, reach_of

CAST = ("alice", "bob", "carol", "dave", "dora", "erin", "fred", "grace", "heidi", "ivan", "judy")
_LETTER = "# News\n\nThe news of the month.\n"


def lived(owner: psycopg.Connection, rounds: int = 2) -> dict[str, UUID]:
    """Let people arrive, choose, be merged, corrected and forgotten, and be written to between; give who they are."""
    people = {who: arrive(name(who), proven=True) for who in CAST}
    _news(people)
    refuse("bob")
    _mail()
    refuse("carol")
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "choices page", people["carol"], reach_of(name("carol")))
    refuse("dora")
    link(people["dave"], people["dora"], Actor.STAFF)
    link(people["erin"], people["fred"], Actor.STAFF)
    choose(Chosen(Answer.NO, topic="offers"), Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("judy")))
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of("nobody@example.com"))
    _mail()
    forget(people["heidi"])
    unlink(people["fred"], people["erin"])
    _correct(owner, people["ivan"])
    _imported()
    choose(Chosen(Answer.NO, list="newsletter"), Actor.PERSON_UNVERIFIED, "link", people["grace"])
    add_product("pier", "Pier")
    possess(people["alice"], "pier", "1.0")
    for _ in range(rounds):
        make_due(owner)
        _mail()
    post(MessageKind.IDENTITY, people["bob"], parse(name("bob")).exact_id, "code", {"code": "12345678", "minutes": "9"})
    work()
    _answered(people["carol"])
    forget(people["fred"])
    return people


def _answered(person: UUID) -> None:
    """Answer a letter of somebody, whose case is closed then."""
    open_case(person, NOBODY, "wrote a letter")
    given = {"thread": "", "done": "It holds.", "link": "https://example.com/", "signin": "https://example.com/"}
    post(MessageKind.RIGHTS_CASE, person, parse(name("carol")).exact_id, "letter", given)
    work()
    close_case(person)


def refuse(who: str) -> None:
    """Let somebody say no to all marketing, by a link."""
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name(who)))


def _news(people: dict[str, UUID]) -> None:
    """Let some say yes to the newsletter: at the form, on the page, and one who takes it back."""
    for who in ("grace", "ivan", "erin"):
        choose(NEWSLETTER, Actor.PERSON_VERIFIED, "choices page", people[who], reach_of(name(who)))
    arrive("ticked@example.net", NEWSLETTER, proven=True)
    arrive("unproven@example.net", NEWSLETTER)
    no = Chosen(Answer.NO, purpose="newsletter")
    choose(no, Actor.PERSON_VERIFIED, "choices page", people["erin"], reach_of(name("erin")))


def _mail() -> None:
    """Send an offer and a newsletter to whoever may have them."""
    expand("offers", OFFER)
    expand("newsletter", _LETTER)
    work()
    sequence()


def _correct(owner: psycopg.Connection, person: UUID) -> None:
    """Correct a name and move to another address, proven; the old one is amended away."""
    rows = owner.execute("SELECT category, id FROM item WHERE person_id = %s", [person]).fetchall()
    items: dict[str, UUID] = dict(rows)
    amend(person, items["profile"], {"name": "Ivan the Second"})
    new = parse("ivan@example.net")
    amend(person, items["contact"], {"email": new.display})
    add_address(person, new)
    verify(person, new.exact_id, "code")


def _imported() -> None:
    """Take people in at once: unknown what they were told, told and proven, told and refusing, refused before."""
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    yes, no = Chosen(Answer.YES, purpose="newsletter"), Chosen(Answer.NO, scope=Scope.MARKETING)

    def one(address: str, told: Shown = shown, chosen: tuple[Chosen, ...] = (), *, proven: bool = True) -> Arrival:
        fields = {"contact": {"email": address}, "profile": {"name": "Somebody", "country": "IE"}}
        return Arrival(told, "old.csv", parse(address), fields, chosen, proven=proven)

    take(
        [
            one("told@example.com"),
            one("unknown@example.com", UNKNOWN),
            one("yes@example.com", chosen=(yes,)),
            one("no@example.com", chosen=(no,)),
            one("nobody@example.com"),
            one(name("bob")),
            one("later@example.com", proven=False),
        ]
    )


def exported(folder: Path) -> Path:
    """Export the store to a folder, as the operator does."""
    sequence()
    done = CliRunner().invoke(app, ["evidence", "export", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return folder


def audited(
    folder: Path, outside: tuple[Path, ...] = (), keys: tuple[str, ...] = (), logs: tuple[Path, ...] = ()
) -> Report:
    """Check an export."""
    report = Report()
    return check(opened(folder, report, lambda _: None), keys, kept(outside), logged(logs))


def rewritten(folder: Path, part: str, change: Callable[[list[dict[str, object]]], object]) -> None:
    """Rewrite a part as a dishonest operator would: the manifest says then what the part does."""
    path = folder / f"{part}.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    sealed(folder, path.name, "".join(json.dumps(line) + "\n" for line in lines).encode())


def sealed(folder: Path, file: str, data: bytes) -> None:
    """Write a file of an export, and its size and hash into the manifest."""
    (folder / file).write_bytes(data)
    path = folder / "manifest.json"
    told = json.loads(path.read_text())
    told["files"][file] = {"bytes": len(data), "lines": data.count(b"\n"), "sha256": sha256(data).hexdigest()}
    path.write_text(json.dumps(told))


def wandered(seed: int, steps: int = 60) -> dict[str, UUID]:
    """Let a few people do anything in any order, with mail between: a life that nobody thought of."""
    chance = Random(seed)  # noqa: S311 -- a drawn life, no secret
    people: dict[str, UUID] = {}
    for number in range(6):
        people[f"p{number}"] = arrive(name(f"p{number}"), proven=chance.random() < 0.8)
    for step in range(steps):
        try:
            _step(chance, people, step)
        except RecordError:
            continue
    _mail()
    return people


def _step(chance: Random, people: dict[str, UUID], step: int) -> None:
    """Do one thing of somebody."""
    who = chance.choice(sorted(people))
    person, reach = people[who], reach_of(name(chance.choice([who, chance.choice(sorted(people)), "shared"])))
    match chance.randrange(10):
        case 0 | 1:
            choose(chance.choice(_NOS), Actor.PERSON_UNVERIFIED, "link", chance.choice([person, None]), reach)
        case 2 | 3:
            where = chance.choice([None, reach_of(name(who))])
            choose(chance.choice(_YESES), Actor.PERSON_VERIFIED, "choices page", person, where)
        case 4:
            link(person, people[chance.choice(sorted(people))], Actor.STAFF)
        case 5:
            unlink(person, people[chance.choice(sorted(people))])
        case 6:
            shared = parse(name("shared"))
            add_address(person, shared)
            if chance.random() < 0.7:
                verify(person, shared.exact_id, "code")
        case 7 if len(people) > 3:
            forget(people.pop(who))
        case 8:
            people[f"n{step}"] = arrive(name(chance.choice([f"n{step}", who])), NEWSLETTER, proven=True)
        case _:
            _mail()


_NOS = [
    NO_MARKETING,
    Chosen(Answer.NO, scope=Scope.OPTIONAL),
    Chosen(Answer.NO, topic="offers"),
    Chosen(Answer.NO, list="offers"),
    Chosen(Answer.NO, list="newsletter"),
    Chosen(Answer.NO, purpose="newsletter"),
]
_YESES = [
    YES_MARKETING,
    Chosen(Answer.YES, scope=Scope.OPTIONAL),
    Chosen(Answer.YES, topic="offers"),
    Chosen(Answer.YES, list="offers"),
    NEWSLETTER,
    NEWSLETTER,
]
