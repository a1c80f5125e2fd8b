"""Keep receipts in a real browser without script, and verify them with a script that knows nothing of us."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.place import ROOT, Place, ground
from tests.journeys.test_faults import served
from tests.journeys.test_pages import NARROW, check, chromium, free_port, mail, picture, register, sign_in

__all__ = ["chromium"]

SCRIPT = ROOT / "docs" / "howto" / "verify_receipt.py"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """Run `avow serve` on an empty folder; each test has people of its own."""
    with ground() as folder:
        found = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}"})
        with served(found):
            yield found


def address(place: Place) -> str:
    """Give the address of the site."""
    return f"http://{place.settings['AVOW_BIND']}"


@pytest.fixture
def page(chromium: Browser, place: Place) -> Iterator[Page]:
    """Give a page without script on a narrow screen."""
    context = chromium.new_context(java_script_enabled=False, viewport=NARROW, base_url=address(place))
    yield context.new_page()
    context.close()


@pytest.fixture
def keys(place: Place, tmp_path: Path) -> Path:
    """Keep the list of keys, as somebody does who trusts us today."""
    path, until = tmp_path / "keys.txt", monotonic() + 120
    while not path.exists():
        try:
            with urlopen(f"{address(place)}/log/keys", timeout=10) as answer:  # noqa: S310 -- our own site on loopback
                path.write_bytes(answer.read())
        except HTTPError:
            assert monotonic() < until, "no checkpoint was signed"
            sleep(0.2)
    return path


def verified(receipt: Path, keys: Path) -> subprocess.CompletedProcess[str]:
    """Run the script as a reader does: a process of its own, in a folder without us."""
    command = [sys.executable, "-I", str(SCRIPT), str(receipt), str(keys)]
    return subprocess.run(command, cwd=receipt.parent, capture_output=True, text=True, check=False, timeout=180)


def kept(page: Page, folder: Path) -> Path:
    """Wait until the receipt on the page is signed, and keep its file."""
    page.get_by_role("link", name="Keep it as a file").wait_for(timeout=90_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep it as a file").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".tlog-proof"
    return path


def forged(receipt: Path, keys: Path) -> None:
    """Change a byte here and there: each time it does not verify."""
    data = receipt.read_bytes()
    other = receipt.with_name("forged.tlog-proof")
    for at in range(3, len(data), len(data) // 12):
        other.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        done = verified(other, keys)
        assert done.returncode == 1, (at, done.stdout)
        assert done.stderr.startswith("NOT VERIFIED")


def test_the_receipt_of_a_no(page: Page, keys: Path, tmp_path: Path) -> None:
    """Who says no by a link keeps a receipt that verifies without us, and no changed one does."""
    register(page, "alice@example.org")
    page.goto("/choices/")
    page.get_by_label("Your e-mail address").fill("alice@example.org")
    page.get_by_role("button", name="Send me my link instead").click()
    mail(page, "alice@example.org", "The link to your choices")
    page.locator(".plain a").click()
    page.get_by_role("button", name="Stop it now").click()
    page.get_by_role("link", name="Keep a receipt").click()
    receipt = kept(page, tmp_path)
    assert "No to all marketing mail" in page.content()
    assert "alice" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    done = verified(receipt, keys)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("VERIFIED: chosen, ")
    assert '"page of choices, link"' in done.stdout
    forged(receipt, keys)


def test_the_receipt_of_a_registration(page: Page, place: Place, keys: Path, tmp_path: Path) -> None:
    """Who signs in keeps a receipt of what they gave; the command verifies it too, and proves single entries."""
    register(page, "bob@example.net")
    sign_in(page, "bob@example.net")
    page.get_by_role("button", name="Stop: All marketing mail").click()
    page.get_by_role("link", name="Keep a receipt").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your receipts"
    assert page.get_by_role("link", name="Receipt: no to all marketing mail").count() == 1
    page.get_by_role("link", name="Receipt: Your e-mail address").first.click()
    receipt = kept(page, tmp_path)
    assert "bob@example.net" in page.content()
    done = verified(receipt, keys)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("VERIFIED: collected, ")
    assert "bob@example.net" in done.stdout
    forged(receipt, keys)
    assert "bob@example.net" in place.avow("ledger", "verify", str(receipt), "--key", str(keys))
    proof = tmp_path / "one.tlog-proof"
    place.avow("ledger", "prove", "1", "--out", str(proof))
    assert "published" in place.avow("ledger", "verify", str(proof), "--key", str(keys))
    proof.write_text(proof.read_text().replace("index 0", "index 1"))
    assert "not in the tree" in place.avow("ledger", "verify", str(proof), "--key", str(keys), status=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everybody(chromium: Browser, place: Place, tmp_path: Path, scheme: str) -> None:
    """The ledger's page, the list and a receipt pass axe-core, fit a narrow screen, and print without the frame."""
    context = chromium.new_context(base_url=address(place), color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    register(page, f"carol-{scheme}@example.com")
    sign_in(page, f"carol-{scheme}@example.com")
    page.get_by_role("button", name="Stop: All marketing mail").click()
    page.goto("/log/")
    check(page)
    picture(page, f"ledger-{scheme}")
    page.goto("/me/receipts/")
    check(page)
    picture(page, f"receipts-{scheme}")
    page.get_by_role("link", name="Receipt: no to").first.click()
    kept(page, tmp_path)
    check(page)
    picture(page, f"receipt-{scheme}")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").is_visible()
    assert page.get_by_text("c2sp.org/tlog-proof@v1").is_visible()
    page.set_viewport_size(NARROW)
    for path in ("/log/", "/me/receipts/", page.url):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    context.close()


def test_the_script_is_alone() -> None:
    """It names nothing of ours, and is short enough to be read."""
    text = SCRIPT.read_text()
    assert "import avow" not in text
    assert "from avow" not in text
    assert len([line for line in text.splitlines() if line.strip()]) <= 50
    assert os.access(SCRIPT, os.R_OK)
