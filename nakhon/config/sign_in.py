"""Settings of the doors: sign-in, sessions, second factors, identity providers, e-mail and text messages.

Read from the environment only; docs/how-to/{line-login,thaid,send-sms-and-email}.md show whole examples.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "ACCOUNT_ADAPTER",
    "ACCOUNT_EMAIL_VERIFICATION",
    "ACCOUNT_LOGIN_METHODS",
    "ACCOUNT_LOGIN_TIMEOUT",
    "ACCOUNT_RATE_LIMITS",
    "ACCOUNT_SIGNUP_FIELDS",
    "ACCOUNT_USER_MODEL_USERNAME_FIELD",
    "AUTH_PASSWORD_VALIDATORS",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "LOGIN_URL",
    "MFA_ADAPTER",
    "MFA_RATE_LIMITS",
    "MFA_RECOVERY_CODES_SHOW_ONCE",
    "MFA_RECOVERY_CODE_DIGITS",
    "MFA_SUPPORTED_TYPES",
    "MFA_TOTP_TOLERANCE",
    "MFA_WEBAUTHN_USER_VERIFICATION",
    "NAKHON_OIDC",
    "NAKHON_SMS",
    "SESSION_COOKIE_NAME",
    "SESSION_IDLE_CITIZEN",
    "SESSION_IDLE_STAFF",
    "SOCIALACCOUNT_ADAPTER",
    "SOCIALACCOUNT_PROVIDERS",
    "SOCIALACCOUNT_REQUESTS_TIMEOUT",
    "SOCIALACCOUNT_STORE_TOKENS",
]

LOGIN_URL = "/signin/"
SESSION_COOKIE_NAME = "nakhon_session"
SESSION_IDLE_STAFF = 12 * 3600
SESSION_IDLE_CITIZEN = 30 * 24 * 3600

# Accounts open through the platform's own verbs; the library keeps factors, devices and providers.
ACCOUNT_ADAPTER = "nakhon.web.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_TIMEOUT = 900
# nakhon.kernel.limits counts in PostgreSQL, for all processes together.
ACCOUNT_RATE_LIMITS = False

MFA_ADAPTER = "nakhon.web.signin.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RATE_LIMITS = False
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_WEBAUTHN_USER_VERIFICATION = "required"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "nakhon.web.signin.passwords.GuessableValidator"},
]


def _json(name: str, default: Any) -> Any:
    """The JSON in a variable, or in the file that it names. Raises ``ImproperlyConfigured`` naming the variable."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        if text[0] not in "[{":
            text = Path(text).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError) as problem:
        raise ImproperlyConfigured(
            f"{name}: อ่าน JSON ไม่ได้ ตรวจสอบรูปแบบหรือเส้นทางไฟล์ / it is neither JSON nor a readable JSON file: {problem}"
        ) from problem


EMAIL_HOST = os.environ.get("NAKHON_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("NAKHON_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("NAKHON_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("NAKHON_SMTP_PASSWORD", "")
_smtp_security = os.environ.get("NAKHON_SMTP_SECURITY", "starttls").strip().lower()
if _smtp_security not in {"starttls", "tls", "none"}:
    raise ImproperlyConfigured("NAKHON_SMTP_SECURITY: ต้องเป็น starttls, tls หรือ none / it must be starttls, tls or none")
EMAIL_USE_TLS = _smtp_security == "starttls"
EMAIL_USE_SSL = _smtp_security == "tls"
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("NAKHON_MAIL_FROM", "Nakhon <no-reply@localhost>")

NAKHON_SMS: dict[str, Any] = {
    "url": os.environ.get("NAKHON_SMS_URL", ""),
    "method": os.environ.get("NAKHON_SMS_METHOD", "POST").upper(),
    "headers": _json("NAKHON_SMS_HEADERS", {}),
    "body": _json("NAKHON_SMS_BODY", {"to": "{to}", "text": "{text}"}),
    "encoding": os.environ.get("NAKHON_SMS_ENCODING", "json").lower(),
}
if NAKHON_SMS["encoding"] not in {"json", "form"}:
    raise ImproperlyConfigured("NAKHON_SMS_ENCODING: ต้องเป็น json หรือ form / it must be json or form")

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def _is_safe(address: str) -> bool:
    """Secrets travel to it: https, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


if NAKHON_SMS["url"] and not _is_safe(NAKHON_SMS["url"]):
    raise ImproperlyConfigured("NAKHON_SMS_URL: ต้องเป็น https / it must be https")

_PRESETS: dict[str, dict[str, Any]] = {
    # LINE Login v2.1: web channels sign ID tokens with the channel secret and report no e-mail verification.
    "line": {
        "name": {"th": "LINE", "en": "LINE"},
        "server_url": "https://access.line.me",
        "scopes": ["openid", "profile"],
        "token_auth_method": "client_secret_post",
        "fetch_userinfo": False,
    },
    # ThaID of the Department of Provincial Administration: the claims are in the ID token.
    "thaid": {
        "name": {"th": "ThaID", "en": "ThaID"},
        "server_url": "https://imauth.bora.dopa.go.th",
        "scopes": ["openid", "pid", "given_name", "family_name", "birthdate"],
        "token_auth_method": "client_secret_basic",
        "fetch_userinfo": False,
        "claims": {"national_id": "pid"},
    },
    "generic": {"scopes": ["openid", "profile", "email"], "fetch_userinfo": True},
}


def _provider(row: Any, position: int) -> dict[str, Any]:
    """One provider of ``NAKHON_OIDC_PROVIDERS`` with the preset of its kind filled in."""
    where = f"NAKHON_OIDC_PROVIDERS[{position}]"
    if not isinstance(row, dict) or row.get("kind", "generic") not in _PRESETS:
        raise ImproperlyConfigured(
            f"{where}: kind ต้องเป็น line, thaid หรือ generic / kind must be line, thaid or generic"
        )
    made = {**_PRESETS[row.get("kind", "generic")], "kind": "generic", "for": "citizen", **row}
    missing = [key for key in ("id", "name", "server_url", "client_id", "secret") if not made.get(key)]
    if missing:
        raise ImproperlyConfigured(f"{where}: ขาด {', '.join(missing)} / is missing {', '.join(missing)}")
    if not _is_safe(str(made["server_url"])):
        raise ImproperlyConfigured(f"{where}: server_url ต้องเป็น https / server_url must be https")
    doors = [made["for"]] if isinstance(made["for"], str) else list(made["for"])
    if not doors or not set(doors) <= {"citizen", "staff"}:
        raise ImproperlyConfigured(f"{where}: for ต้องเป็น citizen หรือ staff / for must be citizen or staff")
    name = made["name"] if isinstance(made["name"], dict) else {"th": made["name"], "en": made["name"]}
    return {**made, "for": doors, "name": name, "claims": dict(made.get("claims", {}))}


NAKHON_OIDC: list[dict[str, Any]] = [
    _provider(row, position) for position, row in enumerate(_json("NAKHON_OIDC_PROVIDERS", []))
]

SOCIALACCOUNT_ADAPTER = "nakhon.web.signin.adapters.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "provider_class": "nakhon.web.signin.oidc.Provider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": row["id"],
                "name": row["name"]["th"],
                "client_id": row["client_id"],
                "secret": row["secret"],
                "settings": {
                    "server_url": row["server_url"],
                    "scope": row["scopes"],
                    "fetch_userinfo": row["fetch_userinfo"],
                    "token_auth_method": row.get("token_auth_method"),
                    "openid_configuration_overrides": row.get("endpoints", {}),
                    "auth_params": row.get("auth_params", {}),
                },
            }
            for row in NAKHON_OIDC
        ],
    }
}
