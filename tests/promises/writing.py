"""Give the promises people who write to us, with files, and the staff who answer them."""

import re
import zipfile
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO

import pikepdf
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from avow.lmtp.take import take
from avow.mail.outbox import work
from avow.mail.taken.raw import Raw
from tests.promises.conftest import Site

ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.org"
SUPPORT = "support@example.com"
VOUCHED = {"Authentication_Results": "mx.example.com; dmarc=pass header.from=example.org"}
"""What our border server writes into a letter whose sender it vouches for."""
CANARY = "Alicemark"
"""What a file must not tell of its maker."""
_COUNT = iter(range(1_000_000))


def letter(text: str, sender: str = ALICE, subject: str = "The lamp", **headers: str) -> EmailMessage:
    """Write a letter to our support."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, SUPPORT, subject
    message["Message-ID"] = f"<{next(_COUNT)}.letter@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def hand_in(message: EmailMessage) -> str:
    """Let our mail server hand a letter over; give its id."""
    assert take(Raw(str(message["From"]), (str(message["To"]),), message.as_bytes()))
    return str(message["Message-ID"])


def sent(site: Site, to: str) -> list[EmailMessage]:
    """Send what waits; give what somebody received, and forget it."""
    while work():
        pass
    found = [message_from_bytes(data, policy=default) for address, data in site.server.taken if address == to]
    site.server.taken.clear()
    return found


def text_of(one: EmailMessage) -> str:
    """Give the words of a message."""
    return str(one.get_content())


def paths(browser: Client, place: str, of: str = "") -> list[str]:
    """Give the addresses of what a desk lists."""
    page = browser.get(f"/desk/{place}/?of={of}")
    assert isinstance(page, HttpResponse)
    assert page.status_code == 200
    return list(dict.fromkeys(re.findall(rf'href="(/desk/{place}/[0-9a-f-]{{36}}/)"', page.content.decode())))


def read(browser: Client, path: str) -> str:
    """Give what a page of the desk says."""
    page = browser.get(path)
    assert isinstance(page, HttpResponse)
    return page.content.decode()


def say(browser: Client, path: str, words: str, act: str = "answer", step: str = "") -> HttpResponse:
    """Answer at a desk what its page shows now."""
    seen = re.search(r'name="seen" value="([^"]+)"', read(browser, path))
    assert seen
    answer = browser.post(path, {"words": words, "act": act, "step": step, "seen": seen[1]})
    assert isinstance(answer, HttpResponse)
    return answer


def photograph() -> bytes:
    """Give a JPEG whose camera wrote who took it, and in which place."""
    exif = Image.Exif()
    exif[0x013B], exif[0x010F] = CANARY, CANARY
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG", exif=exif, comment=CANARY.encode())
    return out.getvalue()


def document() -> bytes:
    """Give a text document that names its author, in its properties and at a note."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("docProps/core.xml", f"<c><dc:creator>{CANARY}</dc:creator></c>")
        made.writestr("word/document.xml", f'<w:document><w:ins w:author="{CANARY}"/>the lamp</w:document>')
        made.writestr("word/media/image1.jpeg", photograph())
    return out.getvalue()


def pages() -> bytes:
    """Give a PDF that names its author, with a note and a file within."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = CANARY
        with pdf.open_metadata() as meta:
            meta["dc:creator"] = [CANARY]
        pdf.attachments["secret.txt"] = pikepdf.AttachedFileSpec(pdf, CANARY.encode())
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=CANARY, Contents="see here"
        )
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])
        pdf.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """Give an archive of a hundred thousand bytes that unpacks to a hundred million."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", b"0" * 100_100_000)
    return out.getvalue()


def unpacked(data: bytes) -> list[bytes]:
    """Give a file and all that is packed in it."""
    found = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as opened:
            found += [opened.read(name) for name in opened.namelist()]
    if data.startswith(b"%PDF"):
        with pikepdf.open(BytesIO(data)) as pdf:
            found += [bytes(str(one), "utf-8", "replace") for one in pdf.objects]
            found += [one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)]
    return found
