"""Let out only cookies that the policy in force declares."""

from avow.errors import AvowError
from avow.page.site import policy
from avow.policy.proof.keeps import keeps
from avow.terms import Promise


class CookieUndeclared(AvowError):
    """A page would set a cookie that the policy does not list, or that a visitor could do without."""


@keeps(Promise.COOKIES_DECLARED, Promise.COOKIES_CHOICE)
def check(names: set[str]) -> None:
    """Raise CookieUndeclared unless every cookie is in the policy, and necessary: nobody is asked for more yet."""
    declared = policy().cookies
    unknown = names - {name for name, cookie in declared.items() if cookie.necessary}
    if unknown:
        why = "not necessary, and nobody has said yes to it" if unknown & declared.keys() else "not declared"
        raise CookieUndeclared(
            f"cookie {', '.join(sorted(unknown))} is {why}", "declare a necessary one in the policy, or do not set it"
        )
