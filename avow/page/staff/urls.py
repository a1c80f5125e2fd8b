"""Name the addresses of the staff's sign-in; allauth looks for some of them by these names."""

from django.urls import URLPattern, URLResolver, path

from avow.config import config
from avow.page.staff.signin import cancelled, inactive, second, signin, signout, slowed
from avow.page.staff.welcome import welcome

urlpatterns: list[URLPattern | URLResolver] = [
    path("signin/", signin, name="account_login"),
    path("code/", second, name="mfa_authenticate"),
    path("signout/", signout, name="account_logout"),
    path("inactive/", inactive, name="account_inactive"),
    path("welcome/<str:token>/", welcome),
]

if config().oidc_issuer:  # its libraries are heavy, and few need them
    from allauth.socialaccount.providers.openid_connect.views import callback, login

    urlpatterns += [
        path("sso/cancelled/", cancelled, name="socialaccount_login_cancelled"),
        path("sso/error/", cancelled, name="socialaccount_login_error"),
        path("<str:provider_id>/login/", slowed(login), name="openid_connect_login"),
        path("<str:provider_id>/login/callback/", slowed(callback), name="openid_connect_callback"),
    ]
