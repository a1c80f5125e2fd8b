"""Read facts from a file: which column is what, and what is wrong with a line or with the whole."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from avow.errors import CollectionError
from avow.policy.document import Category, FormField
from avow.record.enriched.fact import Fact, facts
from avow.record.known.address import parse
from avow.record.taken.sheets.report import Outcome, Report
from avow.terms import FieldType

CATEGORY = Category(
    "enrichment",
    "Facts",
    (FormField("size", "Size of the firm", FieldType.TEXT, required=True), FormField("origin", "From", FieldType.TEXT)),
    365,
    "uses.enrichment",
)


def _read(
    folder: Path, text: str, report: Report | None = None, mapping: Mapping[str, str] | None = None
) -> list[Fact]:
    path = folder / "facts.csv"
    path.write_text(text, "utf-8")
    return list(facts(path, CATEGORY, "Acme Data", mapping or {}, report or Report()))


@pytest.mark.parametrize("heading", ["email,size", "E-mail address;SIZE OF THE FIRM", "mail\tenrichment.size"])
def test_headings_are_known_by_id_and_by_label(tmp_path: Path, heading: str) -> None:
    """The field is found in any letter case, behind any separator; the source fills `origin` by itself."""
    separator = next(sign for sign in ",;\t" if sign in heading)
    (found,) = _read(tmp_path, f"{heading}\nAlice@Example.org{separator} fifty \n")
    assert found.fields == {"size": "fifty", "origin": "Acme Data"}
    assert found.exact == parse("Alice@example.org").exact_id
    assert found.place.endswith("facts.csv:2")


@pytest.mark.parametrize(
    ("heading", "mapping", "says"),
    [
        ("size", {}, "0 columns hold addresses"),
        ("email,mail,size", {}, "2 columns hold addresses"),
        ("email", {}, "no column says anything"),
        ("email,size,Employees", {"Employees": "size"}, "two columns fill one field"),
        ("email,size,Employees", {}, "has no field 'employees'"),
        ("email,size,Employees", {"Employees": "contact.email"}, "has no field 'contact.email'"),
    ],
)
def test_a_heading_that_fits_nothing_is_told(tmp_path: Path, heading: str, mapping: dict[str, str], says: str) -> None:
    """Nothing is guessed, and an empty file is told like any other."""
    for rows in ("", f"{','.join(['x'] * len(heading.split(',')))}\n"):
        with pytest.raises(CollectionError, match=says):
            _read(tmp_path, f"{heading}\n{rows}", mapping=mapping)


def test_a_bad_line_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    """No address, nothing said, a sign that is no text, a value too long: each by its line."""
    report = Report(leave_out=True)
    lines = [
        "nobody,fifty",
        "a@example.org,",
        "b@example.org,x\x07",
        f"c@example.org,{'y' * 1_001}",
        "d@example.org,ten",
    ]
    found = _read(tmp_path, "email,size\n" + "\n".join(lines) + "\n", report)
    assert [one.fields["size"] for one in found] == ["ten"]
    assert report.counts == {Outcome.BAD: 4}
    assert [line.partition(": ")[0].rpartition(":")[2] for line in report.first[Outcome.BAD]] == ["2", "3", "4", "5"]
