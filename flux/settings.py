"""Settings of Flux, read from the environment; `.env.example` lists every variable.

Environments differ by variables, not by files. Without DATABASE_URL Flux keeps its own PostgreSQL in FLUX_DATA_DIR and
makes its own secrets there; with it, the secrets have to be given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy

from common.requests import MOST_IDS
from flux.embedded import connection_settings
from flux.embedded.secrets import load_or_create

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("FLUX_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
EMBEDDED = not env.str("DATABASE_URL", default="")
DATABASE_ROLE = env.str("FLUX_DATABASE_ROLE", default="owner")
"""`owner` migrates, ingests and parses; `web` serves members and may not change the schema."""

DEBUG = env.bool("FLUX_DEBUG", default=False)
ALLOWED_HOSTS = env.list("FLUX_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ADDRESS_FILE = DATA_DIR / "address"
"""Where `up` last served, so that a command beside it makes links that work."""
FLUX_PUBLIC_URL = env.str(
    "FLUX_PUBLIC_URL", default=ADDRESS_FILE.read_text() if ADDRESS_FILE.is_file() else "http://localhost:8000"
)
CSRF_TRUSTED_ORIGINS = env.list("FLUX_TRUSTED_ORIGINS", default=[])


def _secret(name: str) -> str:
    value = env.str(name, default="")
    if value:
        return value
    if EMBEDDED:
        return load_or_create(DATA_DIR)[name]
    raise ImproperlyConfigured(f"{name} is not set. With DATABASE_URL every secret has to be given; see .env.example.")


SECRET_KEY = _secret("FLUX_SECRET_KEY")
FLUX_ENCRYPTION_KEYS = [key.strip() for key in _secret("FLUX_ENCRYPTION_KEYS").split(",") if key.strip()]


def _database() -> dict[str, Any]:
    if EMBEDDED:
        return connection_settings(DATA_DIR, role="web" if DATABASE_ROLE == "web" else "owner")
    if DATABASE_ROLE == "web" and env.str("DATABASE_WEB_URL", default=""):
        return env.db_url("DATABASE_WEB_URL")
    database: dict[str, Any] = env.db_url("DATABASE_URL")
    if DATABASE_ROLE == "web":
        database.setdefault("OPTIONS", {})["options"] = "-c role=flux_web"
    return database


DATABASES = {"default": _database() | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "flux.control.apps.ControlConfig",
    "allauth",
    "allauth.account",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_q",
    "common",
    "accounts",
    "parsers",
    "orders",
    "tracking",
    "inventory",
    "sales",
    "emailsync",
    "reports",
    "flux",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.LocaleMiddleware",
    "common.scope.ScopeMiddleware",
]

ROOT_URLCONF = "flux.urls"
WSGI_APPLICATION = "flux.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "flux.shell.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "common.templatetags.flux"],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("FLUX_HTTPS", default=False)
SECURE_SSL_REDIRECT = env.bool("FLUX_HTTPS", default=False)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # whoever watches the machine asks it without the proxy
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SSL_REDIRECT else None
# Wrong passwords are counted by address: behind the proxy, by the one that it adds last to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_SSL_REDIRECT else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "manifest-src": [SELF],
    },
}
# Alpine, which the admin theme is built on, evaluates expressions and sets inline styles.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "flux_cache"}}

Q_CLUSTER = {
    "name": "default",  # signs every task; which queue a cluster serves is Q_CLUSTER_NAME in its environment
    "orm": "default",
    "workers": 1,
    "queue_limit": 1,
    "bulk": 1,
    "poll": 2,
    "timeout": 600,
    "retry": 1260,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": 500,
    "recycle": 200,
    "label": "Queue",
    "ALT_CLUSTERS": {},
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = MOST_IDS + 100  # a list's rows are chosen, and taken back, by their ids
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000  # a folder of saved messages is chosen at once; the form says its own limit
FILE_UPLOAD_HANDLERS = [
    "common.uploads.SizeGuard",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FLUX_MAX_UPLOAD_BYTES = 256 * 1024 * 1024  # more than any form takes; the forms say their own limits in words

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("FLUX_LOG_LEVEL", default="WARNING")},
}

# Limits that are said in the documentation; a mail beyond them is kept with the reason.
FLUX_MAX_MAIL_BYTES = 25 * 1024 * 1024
# Mail servers at private addresses are refused unless the operator runs one there.
FLUX_ALLOW_PRIVATE_MAIL_HOSTS = env.bool("FLUX_ALLOW_PRIVATE_MAIL_HOSTS", default=False)
# Ports of mail servers at public addresses.
FLUX_MAIL_PORTS: list[int] = env.list("FLUX_MAIL_PORTS", cast=int, default=[143, 993])
# How far back the first scan of a folder reaches.
FLUX_FIRST_SCAN_DAYS = env.int("FLUX_FIRST_SCAN_DAYS", default=90)

# Sign-in by OAuth for mailboxes: offered for the providers at which the operator has registered this Flux.
FLUX_GOOGLE_CLIENT_ID = env.str("FLUX_GOOGLE_CLIENT_ID", default="")
FLUX_GOOGLE_CLIENT_SECRET = env.str("FLUX_GOOGLE_CLIENT_SECRET", default="")
FLUX_MICROSOFT_CLIENT_ID = env.str("FLUX_MICROSOFT_CLIENT_ID", default="")
FLUX_MICROSOFT_CLIENT_SECRET = env.str("FLUX_MICROSOFT_CLIENT_SECRET", default="")
# (authorisation endpoint, token endpoint) of each; not variables, because whoever names them gets the tokens.
FLUX_OAUTH_ENDPOINTS = {
    "google": ("https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"),
    "microsoft": (
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    ),
}
# Origins that are spoken to without TLS, such as http://127.0.0.1:8123: stand-ins for other services in tests.
FLUX_PLAIN_HTTP_ORIGINS: tuple[str, ...] = ()

UNFOLD = {
    "SITE_TITLE": "Flux",
    "SITE_HEADER": "Flux",
    "SITE_SUBHEADER": "Control centre",
    "SITE_URL": "/",
    "SITE_SYMBOL": "package_2",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "flux.control.site.theme",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("flux/logo.svg")}],
    "STYLES": [lambda request: static("flux/admin.css")],
    "SIDEBAR": {"show_search": True, "navigation": "flux.control.navigation.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(96.2% .018 272.314)",
            "100": "oklch(93% .034 272.788)",
            "200": "oklch(87% .065 274.039)",
            "300": "oklch(78.5% .115 274.713)",
            "400": "oklch(67.3% .182 276.935)",
            "500": "oklch(58.5% .233 277.117)",
            "600": "oklch(51.1% .262 276.966)",
            "700": "oklch(45.7% .24 277.023)",
            "800": "oklch(39.8% .195 277.366)",
            "900": "oklch(35.9% .144 278.697)",
            "950": "oklch(25.7% .09 281.288)",
        }
    },
}
