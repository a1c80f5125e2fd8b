"""Let a page load from a processor what the policy declares, while the agreement lasts, for a visitor who said yes."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from avow.page.site import policy
from avow.page.visitor.chosen import allowed, bound
from avow.policy.proof.keeps import keeps
from avow.terms import Promise

_PUBLIC: Final = ("/policy/", "/lists/", "/cookies/")
_PERSONAL: Final = ("/policy/question/",)
"""Begins what bears a link of one person: no script of another company reads that."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The addresses of what one page loads from processors: scripts, images, and where a script may send to."""

    scripts: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()

    @property
    def rules(self) -> str:
        """Give what the page's rule for browsers (CSP) says of them; "" where there are none."""
        told = (("script-src", self.scripts), ("connect-src", self.sends))
        return "".join(f"; {name} {' '.join(addresses)}" for name, addresses in told if addresses)


NOTHING: Final = Loaded()


def public(path: str) -> bool:
    """Say whether a page tells of nobody and takes nothing from anybody."""
    return path == "/" or (path.startswith(_PUBLIC) and not path.startswith(_PERSONAL))


@keeps(Promise.COOKIES_VENDORS)
def loaded(request: HttpRequest) -> Loaded:
    """Give what this page loads for this visitor; no page with a form for data, or about somebody, loads anything."""
    if not policy().processors or not public(request.path) or not allowed(request):
        return NOTHING
    found = bound(policy())
    return Loaded(
        tuple(address for one in found for address in one.scripts),
        tuple(address for one in found for address in one.images),
        tuple(address for one in found for address in one.sends),
    )


def depends() -> bool:
    """Say whether what a page loads depends on what a browser says."""
    return bool(policy().processors)
