"""Test reading who refuses: each format by its heading, each value for what it says, and the unknown for a no."""

from pathlib import Path
from typing import Any

import pytest

from avow.errors import CollectionError
from avow.record.taken.sheets.formats import FORMATS, Meaning, recognised
from avow.record.taken.sheets.refusals import Counted, Source, refusals
from avow.record.taken.sheets.report import Outcome, Report
from avow.terms import Scope
from tests.units.record.cast import reach_of

EXPORT = {path.stem: path.read_text() for path in (Path(__file__).parent / "exports").glob("*.csv")}
"""What other programs write, with invented people: the headings are theirs."""
NAMES = ("anna", "ben", "cleo", "dora", "emil", "fay")
Said = dict[str, set[Scope | str | None]]


def read(path: Path, text: str, report: Report | None = None, **how: Any) -> tuple[Said, Counted]:
    """Read a file of refusals: what each of the cast refuses, by name; a list by its id."""
    file = path / "export.csv"
    file.write_text(text, encoding="utf-8")
    counted = Counted()
    found = list(refusals(Source(file, **how), report or Report(), counted))
    names = {reach_of(f"{name}@example.org"): name for name in NAMES}
    said: Said = {}
    for one in found:
        said.setdefault(names[one.reach], set()).add(one.list or one.scope)
    return said, counted


@pytest.mark.parametrize(
    ("text", "format_", "expected"),
    [
        (
            EXPORT["listmonk"],
            "listmonk",
            {"ben": {Scope.OPTIONAL}, "cleo": {Scope.MARKETING}, "dora": {Scope.MARKETING}},
        ),
        (EXPORT["mailchimp-subscribed"], "mailchimp", {}),
        (
            EXPORT["mailchimp-unsubscribed"],
            "mailchimp",
            {"ben": {Scope.MARKETING}, "cleo": {Scope.MARKETING, Scope.OPTIONAL}, "dora": {Scope.MARKETING}},
        ),
        (EXPORT["mailchimp-cleaned"], "mailchimp", {"emil": {Scope.BOUNCED}}),
        (
            EXPORT["mautic"],
            "mautic",
            {
                "ben": {Scope.MARKETING},
                "cleo": {Scope.OPTIONAL, Scope.MARKETING},
                "dora": {Scope.BOUNCED},
                "emil": {Scope.MARKETING},
            },
        ),
        (EXPORT["mautic-raw"], "mautic", {"ben": {Scope.MARKETING}, "cleo": {Scope.OPTIONAL}, "dora": {Scope.BOUNCED}}),
        ("email,doNotEmail\nanna@example.org,0\nben@example.org,TRUE\n", "mautic", {"ben": {Scope.OPTIONAL}}),
        (
            EXPORT["hubspot-opt-outs"],
            "hubspot-opt-outs",
            {
                "ben": {Scope.OPTIONAL, Scope.MARKETING},
                "cleo": {Scope.OPTIONAL},
                "dora": {Scope.BOUNCED},
                "emil": {Scope.MARKETING},
                "fay": {Scope.MARKETING},
            },
        ),
        (
            EXPORT["hubspot"],
            "hubspot",
            {"ben": {Scope.OPTIONAL}, "cleo": {Scope.BOUNCED}, "dora": {Scope.MARKETING}},
        ),
        ("E-Mail\nanna@example.org\n", "plain", {"anna": {Scope.MARKETING}}),
        ("email,status\nanna@example.org,subscribed\n", "plain", {"anna": {Scope.MARKETING}}),
    ],
)
def test_each_format_is_recognised_and_read(tmp_path: Path, text: str, format_: str, expected: Said) -> None:
    """The heading tells the format, each value what it says; a bounce is a condition, the unknown is a no."""
    said, counted = read(tmp_path, text)
    assert counted.format == format_
    assert said == expected


def test_what_is_not_known_is_counted_and_told(tmp_path: Path) -> None:
    """Unsure whether a value is an opt-out: it is one, and the line is told."""
    report = Report()
    _, counted = read(tmp_path, EXPORT["listmonk"], report)
    assert counted.meanings == {Meaning.ALL: 1, Meaning.MARKETING: 1, Meaning.UNSURE: 1}
    assert report.counts[Outcome.UNSURE] == 1
    assert "export.csv:5: " in report.first[Outcome.UNSURE][0]


def test_one_list_of_theirs_is_all_marketing_unless_it_is_mapped(tmp_path: Path) -> None:
    """Who left one of their lists refuses the list of ours that it is mapped to, and else all marketing."""
    said, _ = read(tmp_path, EXPORT["hubspot-opt-outs"], mapping={"Harbour News": "list.newsletter"})
    assert said["emil"] == {"newsletter"}
    assert said["ben"] == {Scope.OPTIONAL, Scope.MARKETING}
    said, _ = read(tmp_path, EXPORT["hubspot-opt-outs"], mapping={"Harbour News": "-"})
    assert "emil" not in said


def test_each_line_can_be_a_no(tmp_path: Path) -> None:
    """An export of who left a list says of them what it says of all; whoever exports it knows better."""
    said, counted = read(tmp_path, EXPORT["listmonk"].replace("blocklisted", "enabled"), every=True, only="newsletter")
    assert counted.format == "listmonk"
    assert said == {name: {"newsletter"} for name in ("anna", "ben", "cleo", "dora")}


@pytest.mark.parametrize(
    ("text", "how", "told"),
    [
        ("name\nAnna\n", {}, "no column holds addresses"),
        ("", {}, "is empty"),
        ("email\nanna@example.org\n", {"format": "sendgrid"}, "no format 'sendgrid'"),
        ("name\nAnna\n", {"format": "listmonk"}, "no column holds addresses"),
    ],
)
def test_what_is_no_list_of_refusals_is_refused(tmp_path: Path, text: str, how: dict[str, Any], told: str) -> None:
    """A file without addresses, and a format that nobody knows, are named."""
    with pytest.raises(CollectionError, match=told):
        read(tmp_path, text, **how)


def test_a_line_without_an_address_is_bad(tmp_path: Path) -> None:
    """A no that cannot be applied is never passed over in silence; nor does it stand for one that was not said."""
    report = Report()
    said, _ = read(tmp_path, EXPORT["listmonk"].replace("ben@", "ben at ").replace("anna@", ""), report)
    assert set(said) == {"cleo", "dora"}
    assert report.counts[Outcome.BAD] == 1
    with pytest.raises(CollectionError, match=r"export\.csv:3"):
        report.settle()


def test_formats_are_told_apart() -> None:
    """No format's marks hide another that comes later."""
    for one in FORMATS:
        for marks in one.marks:
            assert recognised([*marks, *one.address[:1]]) == one, one.id
