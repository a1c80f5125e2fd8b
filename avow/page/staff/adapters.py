"""Tell allauth what it may do: nobody signs up, nothing is mailed, secrets are sealed with the store's key."""

import base64
import time
from datetime import timedelta
from typing import Any, Final, Never

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from django.http import HttpRequest, HttpResponseRedirect

from avow.errors import MailError
from avow.page.site import policy
from avow.page.staff.models import Staff
from avow.record.limits import allow
from avow.store.keys import derived

SINCE: Final = "since"
"""Where a session keeps when it began (seconds since 1970)."""


class Accounts(DefaultAccountAdapter):
    """Accounts are made by `avow staff add`; who signs in begins a session that ends by the clock."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse: nobody makes an account here."""
        return False

    def send_mail(self, *_: Any, **__: Any) -> Never:
        """Refuse: staff get no mail, and no other way leads past the gate."""
        raise MailError("no mail is sent to staff", "print a link by `avow staff reset`")

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session and note when."""
        super().login(request, user)
        request.session[SINCE] = time.time()


class Factors(DefaultMFAAdapter):
    """The second factor's secrets stand in the store sealed, and open with the store's key alone."""

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """Name whose code it is, as the staff's device shows it."""
        return policy().front.company


class Once(AuthenticateForm):
    """A code of the second factor is good once, whichever process it was given to: the library remembers in one."""

    def clean_code(self) -> str:
        """Take a code that is right and was not used before."""
        code: str = super().clean_code()
        steps = 2 * int(app_settings.TOTP_TOLERANCE) + 1
        good_for = timedelta(seconds=int(app_settings.TOTP_PERIOD) * steps)
        if not allow(f"factor:{self.user.pk}:{normalize_user_code(code)}", 1, good_for):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SingleSignOn(DefaultSocialAccountAdapter):
    """An identity provider may vouch for addresses that were added as staff, and makes no account."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: SocialLogin) -> bool:
        """Refuse: nobody makes an account here."""
        return False

    def authenticate_by_email(self, _sociallogin: SocialLogin) -> None:
        """Leave the address to `pre_social_login`."""
        return

    def pre_social_login(self, _request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Take who signed in there for the member of staff with the same, verified address; nothing is stored."""
        found = _vouched(sociallogin)
        if found is None:
            raise ImmediateHttpResponse(HttpResponseRedirect("/desk/signin/?unknown=1"))
        sociallogin.user = found


def _vouched(sociallogin: SocialLogin) -> Staff | None:
    for address in sociallogin.email_addresses:
        if address.verified:
            return Staff.objects.filter(email=address.email.lower(), is_active=True).first()
    return None


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(derived("token", "second factors of staff"))))
