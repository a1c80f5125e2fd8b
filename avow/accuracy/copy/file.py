"""Write a copy as files that other programs read: JSON with everything, CSV with what was given."""

import base64
import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from avow.accuracy.copy.copy import Copy
from avow.page.kept.cell import cell
from avow.record.matters.enclosed import File

_HEAD = ("what", "field", "value", "when", "by", "at", "version", "kept until", "counts", "from others")


def as_json(copy: Copy, files: Iterable[tuple[UUID | None, File]] = ()) -> str:
    """Write all of a copy, with the files that are parts of what it gives, in base64."""
    given = {one.id for one in copy.given}
    come = [
        {"name": file.name, "kind": file.kind, "with": item, "data": base64.b64encode(file.data).decode()}
        for item, file in files
        if item in given
    ]
    return json.dumps(asdict(copy) | {"files": come}, default=str, ensure_ascii=False, indent=1) + "\n"


def as_csv(copy: Copy) -> str:
    """Write each value that was given on a line of its own; what a spreadsheet would run is made text."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(_HEAD)
    for one in copy.given:
        until = one.until.isoformat() if one.until else ""
        for label, value in one.fields:
            came = one.at.isoformat(), one.channel, one.source, one.version
            row = (one.title, label, value, *came, until, one.stands or "yes", one.origin)
            lines.writerow([cell(word) for word in row])
    return out.getvalue()
