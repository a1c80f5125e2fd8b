"""Name the addresses of the staff's sign-in; allauth looks for some of them by these names."""

from django.urls import URLPattern, URLResolver, path

from avow.config import config
from avow.page.staff.signin import inactive, second, signin, signout
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
        path("<str:provider_id>/login/", login, name="openid_connect_login"),
        path("<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
    ]
