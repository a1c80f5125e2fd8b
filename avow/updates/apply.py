"""Apply a plan: publish its version, if the plan is as it was made and the world is still as it was then."""

from collections.abc import Mapping
from typing import Any

from avow.errors import PolicyError
from avow.policy.history import History, number
from avow.record.shown.versions import publish
from avow.updates.plan import changed, digest, plan


def apply(folder: History, told: Mapping[str, Any]) -> list[str]:
    """Publish the version of a plan and give its name; from its instant on, what the plan suspends is off.

    Raises PolicyError, and publishes nothing, where the plan was changed since it was made, or where planning anew
    gives another one; and as `changed` does.
    """
    if not isinstance(told.get("version"), str) or told.get("hash") != digest(told):
        raise PolicyError("this is not a plan as it was made", hint="plan anew, and leave the file as it is")
    found = changed(folder, told["version"])
    if plan(found, str(told["same_meaning"]["signed"])) != told:
        hint = f"run `avow policy plan {told['version']}` and look at what is different"
        raise PolicyError("the world has overtaken this plan: what is stored, or a file, is not as it was", hint=hint)
    until = [policy for policy in folder.policies if policy.front.effective <= found.new.front.effective]
    return publish(number(until), planned={told["version"]})
