"""Django's settings, read from the environment only; docs/reference/settings.md explains each variable."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

from nakhon.config.storage import file_storage
from nakhon.kernel.logs import logging_settings

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("NAKHON_HOME", ROOT / "var")).resolve()


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


DEBUG = _flag("NAKHON_DEBUG")
SECRET_KEY = os.environ.get("NAKHON_SECRET_KEY", "")
BASE_URL = os.environ.get("NAKHON_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [
    host for host in os.environ.get("NAKHON_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
USES_TLS = BASE_URL.startswith("https://")

NAKHON_HOME = HOME
NAKHON_KEYS_DIR = Path(os.environ.get("NAKHON_KEYS_DIR", HOME / "keys"))
NAKHON_APP_ROLE = os.environ.get("NAKHON_APP_ROLE", "nakhon_app")
NAKHON_CITY = os.environ.get("NAKHON_CITY", "")
NAKHON_DEMO = _flag("NAKHON_DEMO")
NAKHON_STRICT_VERBS = _flag("NAKHON_STRICT_VERBS")
NAKHON_BASEMAP_STYLE = os.environ.get("NAKHON_BASEMAP_STYLE", "")
NAKHON_TRUST_PROXY = _flag("NAKHON_TRUST_PROXY")
NAKHON_LIMITS = os.environ.get("NAKHON_LIMITS", "")
NAKHON_METRICS_TOKEN = os.environ.get("NAKHON_METRICS_TOKEN", "")
NAKHON_OBSERVATIONS_AHEAD_MINUTES = int(os.environ.get("NAKHON_OBSERVATIONS_AHEAD_MINUTES", "10"))
NAKHON_FEEDS_MAY_CALL_PRIVATE = _flag("NAKHON_FEEDS_MAY_CALL_PRIVATE")
NAKHON_MAX_UPLOAD_MB = int(os.environ.get("NAKHON_MAX_UPLOAD_MB", "120"))
if metrics_directory := os.environ.get("NAKHON_METRICS_DIR", ""):
    Path(metrics_directory).mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_directory

LOGGING = logging_settings(os.environ.get("NAKHON_LOG", ""), os.environ.get("NAKHON_LOG_LEVEL", "INFO"))

INSTALLED_APPS = [
    "nakhon.kernel",
    "nakhon.kernel.files",
    "nakhon.kernel.definitions",
    "nakhon.people",
    "nakhon.people.city",
    "nakhon.citydata.registers",
    "nakhon.citydata.sensors",
    "nakhon.citydata.watches",
    "nakhon.citydata.catalog",
    "nakhon.solutions",
    "nakhon.reactions",
    "nakhon.web",
    "nakhon.config",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "nakhon.web.observe.ObserveMiddleware",
    "nakhon.web.security.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "nakhon.web.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "nakhon.web.language.LanguageMiddleware",
    "nakhon.web.signin.idle.IdleMiddleware",
    "nakhon.web.problems.ProblemMiddleware",
    "nakhon.web.middleware.CityMiddleware",
]

ROOT_URLCONF = "nakhon.config.urls"
WSGI_APPLICATION = "nakhon.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "nakhon.web.navigation.frame",
            ],
            "builtins": ["nakhon.web.templatetags.nakhon"],
        },
    }
]

DATABASES = {
    "default": {
        **dj_database_url.parse(
            os.environ.get("DATABASE_URL", "postgresql:///nakhon"),
            engine="nakhon.kernel.postgis",
            conn_max_age=600,
            conn_health_checks=True,
        ),
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย"), ("en", "English")]
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": file_storage(HOME, os.environ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = USES_TLS
CSRF_COOKIE_SECURE = USES_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "nakhon.web.problems.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if USES_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NAKHON_TRUST_PROXY else None

PROCRASTINATE_READONLY_MODELS = True
# gis.W001: GDAL 3.6 of Debian 12 cannot forbid file access; we pass it no spatial reference that a user wrote.
SILENCED_SYSTEM_CHECKS = ["fields.W342", "gis.W001"]

from nakhon.config.sign_in import *  # noqa: E402, F403  (the doors' own settings, last so that they hold)
