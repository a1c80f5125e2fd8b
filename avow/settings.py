"""Tell Django what it needs, from the typed configuration."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from avow.config import config
from avow.logs import SCRUBBED

_config = config()
_site = urlsplit(_config.site or f"http://{_config.bind}")

SECRET_KEY = secrets.token_hex(32)
"""Of this process alone, until store.connect puts the one that is made from the store's key."""
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "avow.ledger",
    "avow.record",
    "avow.mail",
    "avow.page",
    "avow.collection",
    "avow.optout",
    "avow.accuracy",
    "avow.updates",
    "avow.web",
]
MIDDLEWARE = [
    "avow.page.middleware.proxied",
    "avow.page.middleware.armoured",
    "avow.page.middleware.Failing",
    "avow.page.middleware.jarred",
    "avow.page.middleware.sited",
    "avow.page.middleware.sized",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
ROOT_URLCONF = "avow.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["avow.page.frame.frame"]},
    },
]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "avow",
        "OPTIONS": {"application_name": "avow"},
        "CONN_MAX_AGE": None,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
STATIC_URL = "/static/"
LOGGING = SCRUBBED
EMAIL_BACKEND = "avow.mail.refuse.Refuse"
