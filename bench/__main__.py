"""Run every measurement and write bench/results.json and a plot beside it: `make bench`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import (
    api,
    audience,
    audit,
    company,
    decision,
    desk,
    insight,
    ledger,
    mail,
    record,
    rights,
    site,
    updates,
    views,
)
from bench.plot import plot
from bench.verdict import verdict

HERE = Path(__file__).parent
PARTS: dict[str, Callable[[], list[dict[str, object]]]] = {
    "decision": decision.run,
    "ledger": ledger.run,
    "record": record.run,
    "audience": audience.run,
    "audit": audit.run,
    "desk": desk.run,
    "insight": insight.run,
    "rights": rights.run,
    "company": company.run,
    "site": site.run,
    "views": views.run,
    "api": api.run,
    "mail": mail.run,
    "updates": updates.run,
}


def main(asked: list[str]) -> int:
    """Run the parts that are asked (all if none), keep the others' last results, and write them out."""
    if wrong := set(asked) - PARTS.keys():
        print(f"no such part: {', '.join(sorted(wrong))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    path = HERE / "results.json"
    before = json.loads(path.read_text()) if path.exists() else []
    parts = asked or list(PARTS)
    results = [result for result in before if str(result["name"]).split(".")[0] not in parts]
    for part in parts:
        started = time.monotonic()
        for result in PARTS[part]():
            named = {**result, "name": f"{part}.{result['name']}"}
            results.append(named)
            print(
                f"{named['name']:<48} {named['value']:>14} {named['unit']:<12} x{named['ratio']:<10} {verdict(named)}"
            )
        print(f"-- {part}: {time.monotonic() - started:.0f} s", flush=True)
    path.write_text(json.dumps(results, indent=1) + "\n")
    plot(results, HERE / "results.svg")
    return int(any(verdict(result) == "SHORT" for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
