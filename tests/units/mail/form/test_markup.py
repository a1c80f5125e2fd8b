"""Take a message's own HTML as it stands, or refuse it with the line and the reason."""

import pytest

from avow.errors import MailError
from avow.mail.form.form import to_list
from avow.mail.form.markup import markup, parts
from avow.policy.history import History

HTML = """# Hello {{ name | friend }}

Text for who reads text.

<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hello</title></head>
<body style="font: 16px sans-serif"><!-- plain -->
<table width="100%" cellpadding="8"><tr><td style="color:#123">Dear {{ name | friend }},
<a href="https://example.com/?a=1&amp;b=2">see</a></td></tr></table>
</body></html>
"""


def test_it_is_taken_as_it_stands(example: History) -> None:
    """The HTML is what was written, with its fields, and with what every message carries before its end."""
    policy = example.policies[-1]
    form = to_list(policy, policy.purposes["offers"], "offers", "offers", HTML)
    assert form.html
    values = {"name": "<Ada>", "choices": "https://example.com/choices/x/"}
    rich = form.html.fill(values, lambda value: value.replace("<", "&lt;"))
    assert rich.startswith("<!doctype html>\n<html lang")
    assert rich.count("</html>") == rich.count("</body>") == rich.count("<!doctype html>") == 1
    assert "Dear &lt;Ada>," in rich
    assert rich.index("</table>") < rich.index("You get this because") < rich.index("</body>")
    plain = form.text.fill(values)
    assert plain.startswith("Text for who reads text.")
    assert "<table" not in plain


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<SCRIPT src=//x.example>", "<script>"),
        ("<p>a</p>\n<img src='https://x.example/p.gif'>", "line 2 of the HTML: the tag <img>"),
        ("<svg/onload=alert(1)>", "<svg>"),
        ("<p onclick=x>", "onclick="),
        ("<a href='javascript:alert(1)'>", "the link"),
        ("<a href=' java\nscript:alert(1)'>", "the link"),
        ("<a href='data:text/html,x'>", "the link"),
        ("<a href='https://example.com/{{ name }}'>", "a field in href="),
        ("<a href=https://example.com/{{name}}>", "a field in href="),
        ("<p style='background:url(https://x.example/p)'>", "the style"),
        ("<p style='background:u\\72l(x)'>", "the style"),
        ("<div style='display: none'>", "the style"),
        ("<style>p{}</style>", "<style>"),
        ("<meta http-equiv=refresh content='0;url=x'>", "<meta>"),
        ("<form action='https://x.example'>", "<form>"),
        ("<iframe src=x>", "<iframe>"),
        ("<base href=x>", "<base>"),
        ("<link rel=stylesheet href=x>", "<link>"),
        ("<!--[if mso]><p>x</p><![endif]-->", "conditional comment"),
        ("<?php x ?>", "<?php"),
        ("<!doctype html><p>", "<!doctype"),
    ],
)
def test_what_runs_fetches_follows_or_hides_is_refused(source: str, said: str) -> None:
    """Each is named with its line, and nothing is repaired: what is shown is what is sent."""
    with pytest.raises(MailError) as refused:
        markup(source)
    assert said in str(refused.value)


def test_markdown_holds_no_html() -> None:
    """A tag that Markdown would show as it stands is refused, and the way to give HTML is told."""
    assert parts("1 < 2, a <https://example.com> and **b**") == ("1 < 2, a <https://example.com> and **b**", None)
    for tag in ("<script>", "< IMG src=x>", "</style>"):
        with pytest.raises(MailError, match="HTML tag"):
            parts(f"hello {tag}")


def test_its_fields_are_held_to_the_purpose(example: History) -> None:
    """A field that the purpose may not see is refused in the HTML as it is in the text."""
    policy = example.policies[-1]
    for bad in ("{{ billing }}", "{{ name }}", "{{ name"):
        with pytest.raises(MailError):
            to_list(policy, policy.purposes["offers"], "offers", "offers", HTML.replace("{{ name | friend }},", bad))
