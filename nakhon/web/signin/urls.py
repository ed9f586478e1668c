"""Addresses of the doors: of the country, of a city, and under a city's ``staff/``."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect.views import callback
from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.cache import never_cache

from nakhon.web.signin import links, session
from nakhon.web.signin.views import account, citizens, contacts, members, second_factor, staff

SIGNED_IN = {"door": "citizen"}
ON_STAFF = {"door": "staff"}

_callback: list[URLPattern | URLResolver] = [
    # One address for all cities, because providers accept only addresses registered beforehand.
    path("signin/oidc/<slug:provider_id>/callback/", never_cache(callback), name="openid_connect_callback"),
]
country_urls: list[URLPattern | URLResolver] = [
    *([] if settings.NAKHON_CITY else [path("signin/", citizens.choose_city, name="signin_cities")]),
    *_callback,
]

city_urls: list[URLPattern | URLResolver] = [
    path("signin/", citizens.signin, name="signin"),
    path("signin/code/", citizens.code, name="signin_code"),
    path("signin/code/again/", citizens.again, name="signin_again"),
    path("signin/finish/", citizens.finish, name="signin_finish"),
    path("signin/passkey/", staff.passkey, {"kind": session.CITIZEN}, name="signin_passkey"),
    path("signin/with/<slug:provider_id>/", citizens.with_provider, name="signin_provider"),
    path("signin/second-factor/", second_factor.second_factor, name="second_factor"),
    path("signout/", citizens.signout, name="signout"),
    path("account/", account.account, SIGNED_IN, name="account"),
    path("account/confirm/", account.confirm, SIGNED_IN, name="account_confirm"),
    path("account/contact/", contacts.contact, SIGNED_IN, name="account_contact"),
    path("account/contact/code/", contacts.contact_code, SIGNED_IN, name="account_contact_code"),
    path("account/password/", account.password, SIGNED_IN, name="account_password"),
    path("account/second-factor/", second_factor.enrol, SIGNED_IN, name="enrol"),
    path("account/second-factor/app/", second_factor.enrol_app, SIGNED_IN, name="enrol_app"),
    path("account/second-factor/passkey/", second_factor.enrol_passkey, SIGNED_IN, name="enrol_passkey"),
    path("account/second-factor/<int:factor_id>/remove/", account.remove_factor, SIGNED_IN, name="remove_factor"),
    path("account/recovery-codes/", second_factor.renew_codes, SIGNED_IN, name="recovery_codes"),
    path("account/recovery-codes/download/", second_factor.download_codes, SIGNED_IN, name="recovery_codes_download"),
    path("account/sessions/<int:session_id>/end/", account.end_session, SIGNED_IN, name="session_end"),
    path("account/sessions/end/", account.end_all_sessions, SIGNED_IN, name="sessions_end"),
    path("account/link/waiting/", account.link_waiting, SIGNED_IN, name="link_waiting"),
    path("account/link/<slug:provider_id>/", account.link, SIGNED_IN, name="account_link"),
    path("account/link/<slug:provider_id>/go/", account.link_go, SIGNED_IN, name="account_link_go"),
    path("account/unlink/<int:link_id>/", account.unlink, SIGNED_IN, name="account_unlink"),
]

staff_urls: list[URLPattern | URLResolver] = [
    path("signin/", staff.signin, name="staff_signin"),
    path("signin/passkey/", staff.passkey, name="staff_passkey"),
    path("signin/reset/", staff.reset, name="staff_reset"),
    path("signin/password/<str:token>/", staff.set_password, {"purpose": links.PASSWORD}, name="staff_set_password"),
    path("signin/invitation/<str:token>/", staff.set_password, {"purpose": links.INVITATION}, name="staff_accept"),
    path("signin/with/<slug:provider_id>/", citizens.with_provider, {"kind": session.STAFF}, name="staff_provider"),
    path("members/<uuid:user_id>/access/", members.member_access, ON_STAFF, name="member_access"),
    path("members/<uuid:user_id>/invite/", members.invite, ON_STAFF, name="member_invite"),
    path("members/<uuid:user_id>/reset-second-factor/", members.reset, ON_STAFF, name="member_reset_factor"),
]
