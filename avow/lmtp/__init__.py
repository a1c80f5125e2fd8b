"""Take mail that is delivered to us."""

import os
import sys

import django

from avow.errors import AvowError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avow.settings")
try:
    django.setup()  # models can be imported only after it, so it stands before the door
except AvowError as error:
    sys.exit(f"avow: {error}")
