"""Settings, read from the environment (and from `.env` beside manage.py, if there is one).

Every variable is documented in `.env.example`; `crm.base.checks` refuses an unsafe production.
"""

import logging
import os
from decimal import Decimal
from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF

from crm.base import checks, error_reports
from crm.base.logging import configure_structlog, logging_config
from crm.base.pooled import PooledConnection

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

# production | local. Local is one machine, loopback only: `make demo`, `make test`.
ENVIRONMENT = env.str("ENVIRONMENT", default="local")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("DEBUG", default=False)
if not PRODUCTION:
    # Left by `make demo` while its PostgreSQL and Redis run.
    environ.Env.read_env(VAR_DIR / "run" / "addresses.env")

# Django itself refuses an empty key before any check runs; crm.base.checks refuses this one by name in production.
NO_SECRET_KEY = "not-set"
SECRET_KEY = env.str("SECRET_KEY", default=NO_SECRET_KEY)
# Earlier keys, after a change: what they signed stays good until it expires.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies stand in front of us and overwrite X-Forwarded-For and -Proto. Production has to say it: too many, and
# anybody may claim an address; too few, and every visitor has the proxy's.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=-1 if PRODUCTION else 0)
# The address that mails and links name, without a trailing slash.
SITE_URL = env.str("SITE_URL", default="" if PRODUCTION else "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "django_htmx",
    "template_partials",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_celery_beat",
    "django_structlog",
    "crm.base",
    "accounts",
    "crm.imports",
    "dealers",
    "sales",
    "tiering",
    "visits",
    "promotions",
    "alerts",
    "crm.home",
    "crm.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django.contrib.admin",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "crm.base.middleware.RequestLogMiddleware",
    "crm.base.middleware.MetricsMiddleware",
    "crm.base.middleware.BrowserPolicyMiddleware",
    "crm.base.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crm.base.middleware.SessionAgeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.ProfileMiddleware",
    "accounts.middleware.KnownDeviceMiddleware",
    "accounts.middleware.SignInMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "crm.base.audit.AuditMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # The last one: asked first what to make of an exception.
    "crm.base.middleware.StorableTextMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"
ASGI_APPLICATION = "crm.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.base.context_processors.shell",
            ],
            "builtins": ["crm.base.templatetags.crm"],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------------------------------

# Empty when nobody set it: `make demo` and `make test` then start an embedded PostgreSQL and set it.
DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASES = {"default": env.db_url_config(DATABASE_URL or "postgres://nobody@127.0.0.1:1/database_url_is_not_set")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
# For crm.base.prepared alone: the ORM's statements have their parameters in the text and are never prepared.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 1)
_pool_size = env.int("DATABASE_POOL_SIZE", default=8)
if _pool_size:
    # Connections are handed back after each request, so a process never holds more than it has threads.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1, "max_size": _pool_size, "timeout": 10, "connection_class": PooledConnection,
    }  # fmt: skip
# Before a connection is handed out, the pool looks whether the server is still there (crm.base.pooled).
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {"default": {"BACKEND": "crm.base.cache.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))

# --- Background work ----------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TRACK_STARTED = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "crm.heartbeat:BeatingScheduler"
# Worker and beat leave a sign of life here every few seconds.
HEARTBEAT_FOLDER = Path("/tmp") if PRODUCTION else VAR_DIR / "run"
CELERY_ENABLE_UTC = True
CELERY_TASK_DEFAULT_QUEUE = "default"
# LOGGING below holds for the worker too.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
# After kill -9 of a worker its task comes back within the visibility timeout; without the two `unacked` options the
# sweep does not run while the others are idle. Tasks are idempotent, so a second start does no harm.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task: one that takes longer is started a second time beside itself (which its advisory
    # lock turns away). On one machine a killed worker's task should not make anybody wait.
    "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=3600 if PRODUCTION else 60),
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}

# --- People -------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend", "accounts.backends.SignInBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# An invitation, and a mail to set a new password, hold this long.
PASSWORD_RESET_TIMEOUT = env.int("PASSWORD_RESET_TIMEOUT", default=3 * 24 * 3600)
# Pages without `login_not_required` that are for everybody all the same, by URL name.
PUBLIC_PAGES = frozenset({"set_language", "health_live", "health_ready", "metrics", "socialaccount_login_error"})
# Roles that approve or administer (accounts.rights.SECOND_FACTOR_ROLES) set up a second factor before they get in.
SECOND_FACTOR_DEMANDED = env.bool("SECOND_FACTOR_DEMANDED", default=PRODUCTION)

# Accounts are made by administrators; their addresses count as verified.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "accounts.password_reset.ResetPasswordForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# The cookie outlives the browser; SESSION_COOKIE_AGE without use ends it.
ACCOUNT_SESSION_REMEMBER = True
# Attempts are counted by the address that the outermost proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = max(0, TRUSTED_PROXY_COUNT)
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords: by login and network address; by login from everywhere together; and in a browser where the owner
    # has signed in before, which the first two do not lock out. A mailed link to a new password lets her in always.
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_anywhere": "50/h/key",
    "login_failed_known": "5/5m/key",
    # Mails with a link to one address.
    "reset_password": "20/m/ip,5/15m/key",
}
USERSESSIONS_TRACK_ACTIVITY = False

MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = env.str("TOTP_ISSUER", default="Dealer CRM")
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# Sign-in by the company's own identity provider (OpenID Connect); empty switches it off. It opens existing accounts only.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_ORIGIN = "/".join(OIDC_SERVER_URL.split("/", 3)[:3])
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "company",
                    "name": env.str("OIDC_NAME", default="OpenID Connect"),
                    "client_id": env.str("OIDC_CLIENT_ID"),
                    "secret": env.str("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_SERVER_URL},
                }
            ],
        }
    }
    if OIDC_SERVER_URL
    else {}
)

# --- Languages and time ---------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("ja", "日本語"), ("ko", "한국어")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "crm.formats"
USE_I18N = True
USE_TZ = True
# The server's own zone; the company's (crm.base.models.Company) rules business dates, the user's rules what is shown.
TIME_ZONE = "UTC"
# A plain {{ value }} may be a key in an attribute: only the filters for figures group digits.
USE_THOUSAND_SEPARATOR = False

# --- Pages ----------------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
# Address of a tile server with {z}/{x}/{y}; empty draws dots on a plain ground and asks nobody outside.
MAP_TILE_URL = env.str("MAP_TILE_URL", default="")
# Ways without a road service: so much longer than the great circle, at so many kilometres an hour.
ROAD_FACTOR = env.float("ROAD_FACTOR", default=1.3)
ROAD_SPEED_KMH = env.float("ROAD_SPEED_KMH", default=40.0)
# An OSRM server, like http://osrm:5000; empty: great circles.
ROAD_SERVICE_URL = env.str("ROAD_SERVICE_URL", default="")
MAP_ATTRIBUTION = env.str("MAP_ATTRIBUTION", default="")
# Rows of the dealer list that one user may export on a business day.
EXPORT_ROWS_A_DAY = env.int("EXPORT_ROWS_A_DAY", default=100_000)

# Share of all expenses (0 to 1) that entertainment may be before it is pointed out.
ENTERTAINMENT_CAP = Decimal(env.str("ENTERTAINMENT_CAP", default="0.10"))
# Metres from the dealer's place within which a visit counts as made there.
CHECK_IN_RANGE_M = env.float("CHECK_IN_RANGE_M", default=300.0)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # The button of the identity provider is a form whose answer leads there.
        "form-action": [SELF, *([OIDC_ORIGIN] if OIDC_ORIGIN else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}


# --- Audit ----------------------------------------------------------------------------------------------------------------

# Event rows are written by triggers in the change's own transaction and can only be added to.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
# Who, from where and why stand in the event row itself: one row a change, nothing to join.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()

# --- The browser and the proxy ------------------------------------------------------------------------------------------

# The proxy ends TLS and overwrites X-Forwarded-Proto; without one, anybody could claim HTTPS.
if TRUSTED_PROXY_COUNT > 0:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = PRODUCTION
# Container engines ask over plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = False
# Whether other hosts of the domain speak HTTPS, and whether browsers' makers are told, only their owner can know.
# W161 takes a default time of day for a frozen "now" when the check happens to run at that time.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "fields.W161"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A power of the browser and who may use it; the visit pages photograph, locate and stay awake.
PERMISSIONS_POLICY = {
    "camera": "(self)",
    "geolocation": "(self)",
    "screen-wake-lock": "(self)",
    "publickey-credentials-get": "(self)",
    "publickey-credentials-create": "(self)",
    "accelerometer": "()",
    "browsing-topics": "()",
    "display-capture": "()",
    "gyroscope": "()",
    "magnetometer": "()",
    "microphone": "()",
    "midi": "()",
    "payment": "()",
    "serial": "()",
    "usb": "()",
}

# The prefix makes the browser refuse the cookie without HTTPS, for another path or from another host of the domain.
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * env.int("SESSION_IDLE_MINUTES", default=30 if PRODUCTION else 720)
SESSION_ABSOLUTE_AGE = 3600 * env.int("SESSION_ABSOLUTE_HOURS", default=12 if PRODUCTION else 24 * 14)
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Fields and plain text of one request, in bytes; files are counted by UPLOAD_LIMIT.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
# Bytes of one uploaded file (imports, documents, pictures).
UPLOAD_LIMIT = 2**20 * env.int("UPLOAD_LIMIT_MB", default=200)

# --- Mail ---------------------------------------------------------------------------------------------------------------

# smtp+tls://user:password@host:587, smtp+ssl://..., or consolemail:// which prints.
EMAIL_URL = env.str("EMAIL_URL", default="" if PRODUCTION else "consolemail://")
vars().update(env.email_url_config(EMAIL_URL or "dummymail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="" if PRODUCTION else "Dealer CRM <crm@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = ""

# --- Push ---------------------------------------------------------------------------------------------------------------

# The company's key for Web Push, made by `manage.py vapid_key`; empty switches push off. The contact is an address that
# makers of browsers may write to, like mailto:crm@example.com; empty: SITE_URL.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
VAPID_CONTACT = env.str("VAPID_CONTACT", default="")

# --- What operators see -----------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = logging_config(as_json=PRODUCTION, level=LOG_LEVEL)
configure_structlog()
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# crm.base.middleware lets only well-formed ids through.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
# An IP address is personal data.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Where the web processes of one machine add up their figures; None without a token, and in commands of one process.
METRICS_FOLDER = Path(env.str("METRICS_FOLDER", default=str(VAR_DIR / "metrics"))) if METRICS_TOKEN else None
if METRICS_FOLDER:
    METRICS_FOLDER.mkdir(parents=True, exist_ok=True)
    # prometheus_client reads it when it is first imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_FOLDER)

SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    error_reports.start(SENTRY_DSN, environment=ENVIRONMENT)

checks.refuse_unsafe(globals())
