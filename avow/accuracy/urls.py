"""Name the addresses of who signed in."""

from django.urls import path

from avow.accuracy.answer.mine import disputed, named, withdrawn
from avow.accuracy.answer.mine import mine as petitions
from avow.accuracy.answer.propose import propose
from avow.accuracy.apart.apart import apart
from avow.accuracy.change import change
from avow.accuracy.copy.ask import ask
from avow.accuracy.copy.late import stopped
from avow.accuracy.correct.mine import mine, one
from avow.accuracy.kept.receipts import choice, item, receipts
from avow.accuracy.me import me
from avow.accuracy.others.others import others
from avow.accuracy.seen.given import given
from avow.accuracy.seen.reads import reads
from avow.accuracy.signin import signin, signout
from avow.page.kept.receipt import FILE

urlpatterns = [
    path("signin/", signin),
    path("signout/", signout),
    path("me/", me),
    path("me/address/", change),
    path("me/apart/", apart),
    path("me/copy/", ask),
    path("me/copy/stop/<str:token>/", stopped),
    path("me/correct/", mine),
    path("me/correct/<uuid:item>/", one),
    path("me/correct/<uuid:item>/propose/", propose),
    path("me/requests/", petitions),
    path("me/requests/<uuid:petition>/dispute/", disputed),
    path("me/requests/<uuid:petition>/withdraw/", withdrawn),
    path("me/requests/<uuid:petition>/named/", named),
    path("me/others/", others),
    path("me/receipts/", receipts),
    path("me/receipts/choice/<uuid:choice>/", choice),
    path(f"me/receipts/choice/<uuid:choice>/{FILE}", choice, {"file": FILE}),
    path("me/receipts/item/<uuid:item>/", item),
    path(f"me/receipts/item/<uuid:item>/{FILE}", item, {"file": FILE}),
    path("me/reads/", reads),
    path("me/given/", given),
]
