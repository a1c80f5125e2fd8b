"""Show a field of a form and read it back: label, hint, error, value, all tied for every reader."""

import unicodedata
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from avow.page.failure import sentence
from avow.policy.document import FormField
from avow.terms import FieldType
from avow.tongue import marked

INPUTS: dict[FieldType, tuple[str, str, int]] = {
    FieldType.ADDRESS: ("email", "email", 320),
    FieldType.NAME: ("text", "name", 200),
    FieldType.TEXT: ("text", "", 200),
    FieldType.LONG_TEXT: ("textarea", "", 10_000),
    FieldType.PHONE: ("tel", "tel", 40),
    FieldType.COUNTRY: ("text", "country-name", 100),
    FieldType.CHOICE: ("select", "", 200),
    FieldType.FILE: ("file", "", 200),
}
"""How a browser shows a type, what it may fill in (WCAG 1.3.5), and how many characters it takes."""
FILES = marked(
    "A PDF, an office document, a picture or a text, of at most 2 MB. What it tells of its maker is taken out."
)
"""What a field says that takes a file, where the policy says nothing else there."""
LOST = "\ufffd"
"""What stands where letters came in another encoding than UTF-8."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it stands on a page; `wrong` says in a sentence what is wrong with it."""

    name: str
    label: str
    type: FieldType
    required: bool = False
    hint: str = ""
    options: tuple[str, ...] = ()
    value: str = ""
    wrong: str = ""
    fills: str = ""

    @property
    def id(self) -> str:
        """Give the name as an HTML id."""
        return self.name.replace(".", "-")

    @property
    def input(self) -> str:
        """Give the input that a browser shows."""
        return INPUTS[self.type][0]

    @property
    def autocomplete(self) -> str:
        """Give what a browser may fill in."""
        return self.fills or INPUTS[self.type][1]

    @property
    def longest(self) -> int:
        """Give how many characters are taken."""
        return INPUTS[self.type][2]

    @property
    def described(self) -> str:
        """Give the ids of what describes it."""
        return " ".join(([f"{self.id}-hint"] if self.hint else []) + ([f"{self.id}-wrong"] if self.wrong else []))

    @property
    def trouble(self) -> str:
        """Give what is wrong with it where its label does not stand beside."""
        return f"{_(self.label)}: {self.wrong[:1].lower()}{self.wrong[1:]}"

    def but(self, value: str, wrong: str) -> "Field":
        """Give the field with what was typed and what is wrong with it."""
        return replace(self, value=value, wrong=sentence(_(wrong)))

    def filled(self, value: str) -> "Field":
        """Give the field with what was typed, and what is wrong with it."""
        text = unicodedata.normalize("NFC", value).strip().replace("\r\n", "\n")
        return replace(self, value=text, wrong=self._wrong(text))

    def _wrong(self, text: str) -> str:
        if not text:
            return _("Please fill this in.") if self.required else ""
        if len(text) > self.longest:
            return _("At most {count} characters.").format(count=self.longest)
        lines = self.type is FieldType.LONG_TEXT
        if any(unicodedata.category(c) == "Cc" and not (lines and c in "\n\t") for c in text):
            return _("One line without control characters.")
        if LOST in text:
            return _("Some letters did not arrive as they were typed; please type them again.")
        if self.options and text not in self.options:
            return _("One of the options.")
        return ""


def declared(category: str, field: FormField) -> Field:
    """Give the field that a category of the policy declares."""
    hint = field.hint or (FILES if field.type is FieldType.FILE else "")
    return Field(f"{category}.{field.id}", field.label, field.type, field.required, hint, field.options)


ADDRESS = Field("address", "Your e-mail address", FieldType.ADDRESS, required=True)
"""The one field of pages that ask for an address alone."""
