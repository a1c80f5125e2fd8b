"""Give the operator one command."""

import os
import sys

import django

from avow.errors import AvowError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avow.settings")
try:
    django.setup()  # models can be imported only after it, so it stands before every verb
except AvowError as error:
    sys.exit(f"avow: {error}")
