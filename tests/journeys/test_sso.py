"""Sign in at the desk by an identity provider of another site, in a real browser: vouched addresses of staff alone."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from playwright.sync_api import sync_playwright

from tests.journeys.place import Place, ground
from tests.journeys.test_faults import served
from tests.journeys.test_pages import ARGUMENTS, free_port

_SECRET = "a secret of the provider that nobody else knows"  # noqa: S105 -- of an invented provider


@dataclass
class Provider:
    """An identity provider that vouches for whomever it is told to; `refuses` sends people back with an error."""

    port: int
    claims: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    refuses: bool = False

    @property
    def issuer(self) -> str:
        """Give its address, on another site than ours."""
        return f"http://localhost:{self.port}"

    def answer(self, path: str, form: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        """Answer a request: status, headers, body."""
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "go", "token_endpoint": "token", "userinfo_endpoint": "me"}
            told = {name: f"{self.issuer}/{place}" for name, place in places.items()}
            return _json({**told, "issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"})
        if path == "/go":
            self.asked = form
            back = {"error": "access_denied"} if self.refuses else {"code": "once"}
            where = f"{form['redirect_uri'][0]}?{urlencode({**back, 'state': form['state'][0]})}"
            return 302, {"Location": where}, b""
        if path == "/token":
            claims = {"iss": self.issuer, "aud": "avow", "sub": "1", "iat": 1, "exp": 1 << 40, **self.claims}
            return _json({"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(claims, _SECRET)})
        return _json({"sub": "1", **self.claims})


def _json(told: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()


@contextmanager
def provider() -> Iterator[Provider]:
    """Run an identity provider."""
    found = Provider(free_port())

    class Handler(BaseHTTPRequestHandler):
        """Hand requests to the provider."""

        def do_GET(self) -> None:
            """Answer a GET."""
            parts = urlsplit(self.path)
            self._send(*found.answer(parts.path, parse_qs(parts.query)))

        def do_POST(self) -> None:
            """Answer a POST."""
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            self._send(*found.answer(self.path, parse_qs(body)))

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", found.port), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


def test_a_provider_vouches_for_staff_alone() -> None:
    """Who was added and is vouched for gets in; the unknown, unverified, refused and removed do not."""
    with ground() as folder, provider() as idp, sync_playwright() as playwright:
        told = {"OIDC_ISSUER": idp.issuer, "OIDC_CLIENT": "avow", "OIDC_SECRET": "s", "OIDC_NAME": "Example login"}
        bind = {"AVOW_BIND": f"127.0.0.1:{free_port()}"}
        place = Place(folder / "data", {**bind, **{f"AVOW_{name}": value for name, value in told.items()}})
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        with served(place, "--no-work") as (site, _):
            place.avow("staff", "add", "sam@example.com", "--name", "Sam", "--role", "support")

            def tried(email: str, *, verified: bool = True, refuses: bool = False) -> str:
                """Give the heading that somebody ends at."""
                idp.claims, idp.refuses = {"email": email, "email_verified": verified}, refuses
                page = browser.new_context(base_url=site).new_page()
                page.goto("/desk/signin/")
                page.get_by_role("link", name="Sign in by Example login").click()
                page.wait_for_url(re.compile(r"/desk/(signin/.*|sso/cancelled/)?$"))
                page.wait_for_selector("h1")
                return page.get_by_role("heading", level=1).inner_text()

            assert tried("Sam@example.com") == "People"
            assert set(idp.asked["scope"][0].split()) == {"openid", "profile", "email"}
            assert idp.asked["code_challenge_method"] == ["S256"]
            assert tried("sam@example.com", verified=False) == "The desk"
            assert tried("mallory@example.com") == "The desk"
            assert tried("sam@example.com", refuses=True) == "Not signed in"
            page = browser.new_page(base_url=site)
            page.goto("/desk/sso/login/callback/?code=once&state=forged")
            page.wait_for_selector("h1")
            assert page.get_by_role("heading", level=1).inner_text() == "Not signed in"
            assert page.request.get(f"{site}/desk/other/login/").status == 404
            place.avow("staff", "remove", "sam@example.com")
            assert tried("sam@example.com") == "The desk"
        browser.close()
