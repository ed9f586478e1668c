"""The doors through which people sign in: citizens by one-time code or provider, staff by password and a second factor.

Chief verbs: ``check_password``, ``request_code``, ``open_account``, ``enrol_totp``, ``enrol_passkey``, ``send_invitation``,
``reset_second_factor``. It proves who somebody is; what they may do is told by ``people``. The library underneath is
django-allauth; only ``factors.py``, ``session.py``, ``oidc.py`` and ``adapters.py`` know it.
"""
