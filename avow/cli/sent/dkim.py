"""Make and show the keys that sign what goes out: `avow mailing dkim`."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from avow.config import config
from avow.policy.folder import load
from avow.store.dkim.keys import keys_of, make
from avow.store.dkim.published import line, name, words


def dkim(
    key: Annotated[str, typer.Argument(metavar="NAME", help="Name of the keys; AVOW_DKIM's, else avow1.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the DNS records of the keys that sign what goes out (DKIM); what is missing of them is made.

    Nothing is signed with them until AVOW_DKIM names them. To change keys, make some under another name, publish their
    records, name them in AVOW_DKIM, and leave the old records standing for a week.
    """
    domain, _, named = config().dkim.partition(":")
    key, domain = key or named or "avow1", domain or _own()
    make(key)
    found = keys_of(config().data / "keys", domain, key)
    setting = f"{domain}:{key}"
    if as_json:
        told = {
            "setting": setting,
            "used": config().dkim == setting,
            "records": {name(one): words(one) for one in found},
        }
        sys.stdout.write(json.dumps(told, indent=1) + "\n")
        return
    sys.stdout.write("".join(f"{line(one)}\n" for one in found))
    if config().dkim != setting:
        sys.stdout.write(
            f"Publish these records, then set AVOW_DKIM={setting}: until then nothing is signed with them.\n"
        )


def _own() -> str:
    """Give the domain of the mailbox that the policy in force writes from."""
    return load(config().policies).in_force(datetime.now(UTC)).front.mailbox.rpartition("@")[2].lower()
