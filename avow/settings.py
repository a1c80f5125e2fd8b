"""Tell Django what it needs, from the typed configuration."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from avow.config import config
from avow.logs import SCRUBBED
from avow.tongue import LANGUAGES as TONGUES
from avow.tongue import LOCALE, SOURCE

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
    "avow.page.staff",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *(["allauth.socialaccount.providers.openid_connect"] if _config.oidc_issuer else []),
    "avow.collection",
    "avow.cookies",
    "avow.uses",
    "avow.optout",
    "avow.accuracy",
    "avow.disclosure",
    "avow.updates",
    "avow.web",
    "avow.api",
]
MIDDLEWARE = [
    "avow.page.middleware.proxied",
    "avow.page.visitor.spoken.spoken",
    "avow.page.middleware.armoured",
    "avow.api.door.programs",
    "avow.cookies.counted.counted",
    "avow.links.marked.marked",
    "avow.page.middleware.Failing",
    "avow.page.middleware.jarred",
    "avow.page.middleware.sited",
    "avow.page.middleware.sized",
    "avow.page.staff.session.Seated",
    "avow.page.staff.session.Known",
    "allauth.account.middleware.AccountMiddleware",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
ROOT_URLCONF = "avow.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": ["avow.page.frame.frame"],
        },
    },
]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "avow",
        "OPTIONS": {"application_name": "avow", "prepare_threshold": 1_000_000},  # what nobody asks for is not prepared
        "CONN_MAX_AGE": None,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = SOURCE
LANGUAGES = list(TONGUES)
LOCALE_PATHS = [LOCALE]
STATIC_URL = "/static/"
LOGGING = SCRUBBED
DATABASE_ROUTERS = ["avow.page.staff.router.Router"]
AUTH_USER_MODEL = "staff.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
]
LOGIN_URL = "/desk/signin/"
LOGIN_REDIRECT_URL = "/desk/"
SESSION_COOKIE_NAME = "avow_desk"
SESSION_COOKIE_PATH = "/desk/"
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = _site.scheme == "https"
SESSION_COOKIE_AGE = 30 * 60
"""Seconds without a request after which a session of staff ends."""
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
ACCOUNT_ADAPTER = "avow.page.staff.adapters.Accounts"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGOUT_REDIRECT_URL = "/desk/signin/"
ACCOUNT_RATE_LIMITS = False
"""Ours counts across processes: avow.page.staff.signin."""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_ADAPTER = "avow.page.staff.adapters.Factors"
MFA_FORMS = {"authenticate": "avow.page.staff.adapters.Once"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
"""Steps of 30 s by which a code may be early or late: people type, and clocks differ (RFC 6238 section 5.2)."""
SOCIALACCOUNT_ADAPTER = "avow.page.staff.adapters.SingleSignOn"
SOCIALACCOUNT_LOGIN_ON_GET = True
"""A form that leads to another site is refused by the browser (form-action); a link is not."""
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": _config.oidc_name,
                "client_id": _config.oidc_client,
                "secret": _config.oidc_secret,
                "settings": {"server_url": _config.oidc_issuer},
            }
        ]
        if _config.oidc_issuer
        else [],
    }
}
EMAIL_BACKEND = "avow.mail.refuse.Refuse"
