"""Test `avow token` and `avow intake` on a real store, from the first word to the last."""

from pathlib import Path

from avow.page.site import policy
from avow.policy.shown.notice import notice
from avow.record.programs.token import every
from avow.terms import ChannelKind
from tests.units.api.cast import asked
from tests.units.cli.people.conftest import reached
from tests.units.cli.staff.test_processor import done, refused

__all__ = ["reached"]
ADD = ("token", "add", "the download server", "--purpose", "offers")


def test_a_token_from_its_making_to_its_end() -> None:
    """It is told once, opens what it says, is listed without itself, and opens nothing once it is revoked."""
    token = done(*ADD, "--act", "decide", "--act", "refuse").strip()
    assert asked(token, "POST", "/api/decisions", {"email": "zoe@example.net"})[0] == 200
    assert asked(token, "GET", "/api/people")[0] == 403
    shown = done("token", "list")
    assert "the download server" in shown
    assert "decide, refuse" in shown
    assert token not in shown
    (one,) = every()
    assert "Revoked" in done("token", "revoke", str(one.id))
    assert asked(token, "POST", "/api/decisions", {"email": "zoe@example.net"})[0] == 401
    assert "revoked" in done("token", "list")
    assert "or it ended before" in refused("token", "revoke", str(one.id))
    assert "states no purpose" in refused(*ADD[:-1], "spying", "--act", "decide")
    assert "so no program does" in refused(*ADD[:-1], "account", "--act", "read")
    assert "so no program does" in refused(*ADD[:-1], "rights", "--act", "read")
    assert "1 to 366 days" in refused(*ADD, "--act", "decide", "--days", "367")


def test_a_connector_from_its_making_to_its_end(tmp_path: Path) -> None:
    """What the policy does not declare cannot be taken; other words than the notice cannot be said to be shown."""
    made = done("intake", "add", "till", "--field", "order.product")
    assert "Takes order.product at" in made
    assert "whsec_" in made
    assert "there is a connector" in refused("intake", "add", "till")
    assert "declares no field" in refused("intake", "add", "shop", "--field", "order.card")
    assert "an order has no ip" in refused(
        *("intake", "add", "shop", "--kind", "shopify", "--secret", "s", "--field", "order.product=ip")
    )
    assert "no purpose that waits" in refused("intake", "add", "shop", "--consent", "offers")
    words = tmp_path / "notice.txt"
    shows = ("intake", "words", "till", "--version", "2025-01-01", "--file", str(words), "--since", "2026-01-01")
    words.write_text("We love your data.")
    assert "not the words" in refused(*shows)
    words.write_text(notice(policy(), ChannelKind.ORDER))
    assert "stamped with version 2025-01-01" in done(*shows)
    assert "whsec_" in done("intake", "rotate", "till")
    assert "good no more" in done("intake", "rotate", "till", "--done")
    assert "2025-01-01" in done("intake", "list")
    assert "nothing is taken" in done("intake", "end", "till")
    assert "till (ended)" in done("intake", "list")
