"""Read what Shopify tells when an order is made (topic `orders/create`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from avow.collection.connectors.envelope import Envelope, No, Yes

TOPIC: Final = "orders/create"
SOURCES: Final = (
    "number",
    "name",
    "company",
    "country",
    "phone",
    "products",
    "quantity",
    "billing",
    "shipping",
    "note",
)
"""What of an order can fill a field of the policy; the rest of it is dropped."""
FIELDS: Final = {
    "profile.name": "name",
    "profile.company": "company",
    "profile.country": "country",
    "order.product": "products",
    "order.number": "quantity",
    "order.billing": "billing",
}
"""What fills which field unless the connector declares otherwise: of the example policy."""
_LONGEST: Final = 1_000
"""Characters of what fills a field; an order of a hundred things is cut."""
_LEAST, _MOST = -(10**9), 10**9

_Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Place(_Loose):
    name: _Text = ""
    company: _Text = ""
    address1: _Text = ""
    address2: _Text = ""
    zip: _Text = ""
    city: _Text = ""
    province: _Text = ""
    country: _Text = ""
    phone: _Text = ""

    @property
    def lines(self) -> str:
        """Write it as an address is written."""
        city = " ".join(part for part in (self.zip, self.city) if part)
        lines = (self.name, self.company, self.address1, self.address2, city, self.province, self.country)
        return "\n".join(line for line in lines if line)


class _Line(_Loose):
    title: _Text = ""
    quantity: Annotated[int, Field(ge=_LEAST, le=_MOST)] = 1


class _Consent(_Loose):
    state: _Text = ""
    consent_updated_at: AwareDatetime | None = None


class _Buyer(_Loose):
    first_name: _Text = ""
    last_name: _Text = ""
    email_marketing_consent: _Consent | None = None


class Order(BaseModel):
    """An order as Shopify tells it, of which this much is read; the rest is counted."""

    model_config = ConfigDict(extra="allow", frozen=True)
    id: int
    name: _Text = ""
    created_at: AwareDatetime
    email: _Text = ""
    contact_email: _Text = ""
    phone: _Text = ""
    note: _Text = ""
    buyer: _Buyer | None = Field(default=None, validation_alias="customer")
    billing_address: _Place | None = None
    shipping_address: _Place | None = None
    line_items: list[_Line] = Field(default_factory=list)

    @property
    def sources(self) -> Mapping[str, str]:
        """Give each of SOURCES as this order fills it."""
        place, to = self.billing_address or _Place(), self.shipping_address or _Place()
        name = f"{self.buyer.first_name} {self.buyer.last_name}".strip() if self.buyer else ""
        told = {
            "number": self.name or str(self.id),
            "name": place.name or name,
            "company": place.company,
            "country": place.country,
            "phone": self.phone or place.phone,
            "products": ", ".join(one.title for one in self.line_items if one.title),
            "quantity": str(sum(one.quantity for one in self.line_items)),
            "billing": place.lines or to.lines,
            "shipping": to.lines,
            "note": self.note,
        }
        return {name: told[name] for name in SOURCES}


def read(body: bytes, source: str, known: Mapping[str, str], consent: str = "") -> Envelope:
    """Read an order; `known` says which of SOURCES fills which field, `consent` to which purpose its consent is a yes.

    Raises pydantic's ValidationError for what is no order. Whatever else it holds is dropped here: the browser's
    address, tokens of payment, the buyer's history.
    """
    order = Order.model_validate_json(body)
    filled = order.sources
    fields = {field: filled[name][:_LONGEST] for field, name in known.items() if filled.get(name)}
    noes, yeses = _choices(order, consent)
    address = order.email or order.contact_email
    return Envelope(source, str(order.id), order.created_at, address, fields, noes, yeses, len(order.model_extra or ()))


def _choices(order: Order, consent: str) -> tuple[tuple[No, ...], tuple[Yes, ...]]:
    """Read its consent: unsubscribed is a no to marketing, subscribed a yes of its time, any other word nothing."""
    told = order.buyer.email_marketing_consent if order.buyer else None
    at: datetime | None = told.consent_updated_at if told else None
    match told.state.lower() if told else "":
        case "unsubscribed" | "redacted":
            return (No("marketing", at),), ()
        case "subscribed":
            return (), (Yes(consent, at),)
    return (), ()
