"""Run what waits: the outbox, the sequencer, the sweeps."""

import os
import sys

import django

from avow.errors import AvowError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avow.settings")
try:
    django.setup()  # models can be imported only after it, so it stands before every job
except AvowError as error:
    sys.exit(f"avow: {error}")
