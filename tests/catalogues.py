"""Write the catalogue of every language that is spoken."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avow.settings")
django.setup()

from avow.tongue import LANGUAGES, SOURCE  # noqa: E402 -- only after Django is set up
from tests.languages import write  # noqa: E402 -- same

if __name__ == "__main__":
    for tag, _ in LANGUAGES:
        if tag != SOURCE:
            write(tag)
