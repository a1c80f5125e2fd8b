"""Let out only cookies that the policy in force declares."""

from avow.errors import AvowError
from avow.page.site import policy
from avow.policy.proof.keeps import keeps
from avow.terms import Promise


class CookieUndeclared(AvowError):
    """A page would set a cookie that the policy does not list, or that a visitor could do without and did not want."""


@keeps(Promise.COOKIES_DECLARED, Promise.COOKIES_CHOICE)
def check(names: set[str], *, wanted: bool = False) -> None:
    """Raise CookieUndeclared unless we declare every cookie, and each is necessary or `wanted` by who said yes."""
    declared = {name: cookie for name, cookie in policy().cookies.items() if not cookie.processor}
    unknown = names - {name for name, cookie in declared.items() if cookie.necessary or wanted}
    if unknown:
        why = "not necessary, and nobody has said yes to it" if unknown & declared.keys() else "not declared"
        raise CookieUndeclared(
            f"cookie {', '.join(sorted(unknown))} is {why}", "declare a necessary one in the policy, or do not set it"
        )
