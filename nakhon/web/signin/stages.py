"""The stage between the first factor and the session: whoever has a second factor must prove it."""

from __future__ import annotations

from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect

from nakhon.web.signin.factors import has_second_factor
from nakhon.web.signin.session import SECOND_FACTOR_STAGE, pending, used_passkey_alone


class SecondFactorStage(LoginStage):  # type: ignore[misc]
    """Sends the visitor to the second-factor page of the city where the sign-in began."""

    key = SECOND_FACTOR_STAGE

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is None or not has_second_factor(user) or used_passkey_alone(self.request, user):
            return None, True
        return redirect("city:second_factor", city=pending(self.request)["city"]), True

    def abort(self) -> HttpResponse:
        return redirect("city:signin", city=pending(self.request)["city"])
