"""Test that Markdown is read in plain text as its author meant it."""

import pytest

from avow.mail.form.plain import plain

LETTER = """\
Hello {{ name | friend }},

our *news* are **out**; `make run` shows them. 2 \\* 3 = 6
on two lines

## What is new

- the *harbour*
- the pier,
  and its lamps
    - at night

1. first
2. second

> said *once*

    a = b

***

[Come and see](https://example.com/a_b). <https://example.com/> or <privacy@example.com>
"""
READ = """\
Hello {{ name | friend }},

our news are out; make run shows them. 2 * 3 = 6
on two lines

What is new

- the harbour
- the pier,
  and its lamps
  - at night

1. first
2. second

> said once

    a = b

* * *

Come and see <https://example.com/a_b>. https://example.com/ or privacy@example.com"""


def test_no_sign_of_markdown_is_left() -> None:
    """Emphasis, headings, lists and links read as text, and fields stay fields."""
    assert plain(LETTER) == READ


@pytest.mark.parametrize("words", ["a < b & c > d", "under_scored {{ first_name }} words", "[x]", "5 * 4 * 3", "C#"])
def test_what_is_no_markdown_stays(words: str) -> None:
    """Signs that mean nothing stay as they were written."""
    assert plain(words) == words
