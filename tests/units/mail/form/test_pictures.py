"""Show pictures in messages: they go along, the same for everybody, and nothing else is shown."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from avow.errors import MailError
from avow.mail.form.form import Form
from avow.mail.form.letterhead import letterhead
from avow.mail.form.markup import markup
from avow.mail.form.plain import plain
from avow.mail.form.text import Text, markdown
from avow.mail.form.written.laid import lay
from avow.mail.pictured.carried import Picture
from tests.units.mail.form.test_laid import POLICY, both, newsletter

PIER = Picture("0123456789abcdef" * 2, "image/png", bytes(range(256)) * 40, 640, 480, "shop.example")
KNOWN = {PIER.name: PIER}
WORDS = f"Dear {{{{ name | friend }}}},\n\n![The pier at dusk](picture:{PIER.name})\n"


def form() -> Form:
    """Compile a newsletter that shows the pier."""
    bare = newsletter(f"# News\n\n{WORDS.partition('!')[0]}")
    assert bare.html is not None
    html = Text((*markdown(WORDS, KNOWN).parts, *bare.html.parts))
    return replace(bare, html=html, pictures=(PIER,))


def test_it_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the HTML, under the id by which that shows it; from the layout and written anew the same bytes."""
    laid = lay(form(), letterhead(POLICY), eight_bit=True)
    fast, anew = both(laid, "Ada", "ada@example.org", monkeypatch)
    assert fast == anew
    assert laid.plain is not None
    seven = both(lay(form(), letterhead(POLICY), eight_bit=False), "Ada", "ada@example.org", monkeypatch)
    assert seven[0] == seven[1]
    read = message_from_bytes(fast.data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert not any(part.defects for part in read.walk())
    text, related = read.iter_parts()
    html, image = related.iter_parts()
    kinds = [part.get_content_type() for part in (read, text, related, html, image)]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert image.get_content() == PIER.data
    assert image["Content-ID"] == f"<{PIER.cid}>"
    assert f'src="cid:{PIER.cid}"' in html.get_content()
    assert 'alt="The pier at dusk"' in html.get_content()
    assert re.findall(r"src=\"(?!cid:)", html.get_content()) == [], "nothing is fetched"
    other, _ = both(laid, "Ben", "ben@example.org", monkeypatch)
    assert PIER.cid.encode() in other.data, "its id tells nobody from anybody"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("![a](https://example.com/a.png)", "no images from elsewhere"),
        (f"![a](picture:{'f' * 32})", "no images from elsewhere"),
        (f"![](picture:{PIER.name})", "no words for who cannot see it"),
        (f"![ ](picture:{PIER.name}?who=1)", "no images from elsewhere"),
    ],
)
def test_nothing_else_is_shown(words: str, said: str) -> None:
    """What is fetched from elsewhere tells who reads; what has no words is for half of the readers."""
    with pytest.raises(MailError, match=said):
        markdown(words, KNOWN)


def test_html_of_ones_own_shows_it_too() -> None:
    """By its name, with words, plain sizes and styles; anything else at it is refused with its line."""
    shown = f'<p><img src="picture:{PIER.name}" alt="The pier" width="300" style="border:0"></p>'
    assert f'src="cid:{PIER.cid}"' in markup(shown, KNOWN).fill({})
    for bad, said in (
        (shown.replace(' alt="The pier"', ""), "without alt="),
        (shown.replace("The pier", " "), "without alt="),
        (shown.replace("width", "onload"), "onload="),
        (shown.replace("width", "srcset"), "srcset="),
        (shown.replace("border:0", "background:url(https://example.com)"), "the style"),
        (shown.replace("picture:", "https://example.com/"), "<img>"),
        (shown.replace('src="picture:', 'src="'), "<img>"),
        (shown.replace(PIER.name, "{{ name }}"), "<img>"),
        (shown.replace("src=", 'src="https://example.com/a.gif" src='), "stands twice"),
        (shown.replace("style=", 'style="background:url(https://example.com)" style='), "stands twice"),
    ):
        with pytest.raises(MailError, match=re.escape(said)):
            markup(bad, KNOWN)


def test_who_reads_text_reads_what_it_shows() -> None:
    """The words of a picture stand in its place."""
    assert plain(WORDS) == "Dear {{ name | friend }},\n\n[The pier at dusk]"
