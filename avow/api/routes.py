"""Name every address of the API."""

from typing import Final

from avow.api.acts import audience, choices, decisions, forms, orders, people
from avow.api.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    decisions.ROUTE,
    *people.ROUTES,
    *choices.ROUTES,
    *forms.ROUTES,
    *orders.ROUTES,
    *audience.ROUTES,
)
