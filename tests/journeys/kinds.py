"""Let invented people come in a closed month, and tell that month: run within a place, beside its site."""

from avow.record.products.register import add_product
from avow.terms import ChannelKind
from avow.uses.insight.release import release
from tests.units.uses.insight.cast import MONTH, came

_CAME = (
    (31, "Germany", ChannelKind.REGISTRATION, ""),
    (19, "France", ChannelKind.REGISTRATION, ""),
    (13, "Spain", ChannelKind.INQUIRY, ""),
    (14, "Germany", ChannelKind.ORDER, "Pier"),
    (12, "France", ChannelKind.ORDER, "Pier"),
    (11, "Germany", ChannelKind.ORDER, "Buoy"),
    (3, "Malta", ChannelKind.ORDER, "Buoy"),
    (4, "", ChannelKind.REGISTRATION, ""),
)


def tell() -> None:
    """Tell of these people."""
    for product in ("Pier", "Buoy"):
        add_product(product.lower(), product)
    for number, country, by, product in _CAME:
        came(number, country, by, product)
    release(MONTH)
