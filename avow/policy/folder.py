"""Load the versions of a policy from their folder."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from avow.errors import PolicyError, PolicyErrors
from avow.policy.document import Policy
from avow.policy.history import History, number
from avow.policy.reader import read
from avow.policy.translation import translates, translation


def load(folder: str | Path) -> History:
    """Read every `*.md` of a folder as a version, in order of effect; raise PolicyErrors with all that is wrong.

    A file that says what it `translates` is that version in other words.
    """
    errors: list[PolicyError] = []
    policies: list[Policy] = []
    files = sorted(Path(folder).glob("*.md"))
    others = [path for path in files if translates(path)]
    for path in (path for path in files if path not in others):
        try:
            policies.append(read(path))
        except PolicyErrors as found:
            errors += found.errors
    if not policies and not errors:
        hint = "write a file such as 2025-01-01.md there, or set AVOW_POLICIES"
        errors.append(PolicyError("the folder holds no version of a policy", path=str(folder), line=1, hint=hint))
    errors += _chain(policies)
    policies = list(_translated(policies, others, errors))
    if errors:
        raise PolicyErrors(errors)
    return number(policies)


def _translated(policies: list[Policy], files: list[Path], errors: list[PolicyError]) -> Iterator[Policy]:
    """Give the versions with their translations; add to the errors what is wrong with these."""
    found: dict[str, dict[str, Policy]] = {policy.front.version: {} for policy in policies}
    for path in files:
        try:
            told = translation(path, {policy.front.version: policy for policy in policies})
        except PolicyErrors as wrong:
            errors += wrong.errors
            continue
        same = found[told.front.version].setdefault(told.front.language, told)
        if same is not told:
            hint = f"{same.path} says it in that language; remove one"
            errors.append(PolicyError("two translations are one", path=told.path, line=1, hint=hint))
    yield from (replace(policy, translations=found[policy.front.version]) for policy in policies)


def _chain(policies: list[Policy]) -> list[PolicyError]:
    """Find versions with one name or instant, other company's names, and a wrong `follows`."""
    errors = []
    ordered = sorted(policies, key=lambda policy: policy.front.effective)
    for before, after in zip([None, *ordered], ordered, strict=False):
        front, follows = after.front, before.front.version if before else None
        if before and (front.version == follows or front.effective == before.front.effective):
            hint = f"{before.path} has the same version or instant; change one"
            errors.append(PolicyError("two versions are one", path=after.path, line=1, hint=hint))
        elif before and front.name != before.front.name:
            hint = f"write name = {before.front.name!r}, or move the file to a folder of its own"
            errors.append(PolicyError("this is another policy's version", path=after.path, line=1, hint=hint))
        elif front.follows != follows:
            hint = (
                f'write follows = "{follows}" in the front matter'
                if follows
                else "leave follows out of the first version"
            )
            errors.append(PolicyError(f"'follows' names {front.follows!r}", path=after.path, line=1, hint=hint))
    return errors
