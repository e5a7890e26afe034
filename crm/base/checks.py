"""What a production must not start with. Called at the end of settings.py, so every process asks, not only manage.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

ENVIRONMENTS = ("production", "local")
SHORTEST_SECRET = 50
SHORTEST_TOKEN = 32
# Part of every value in .env.example that must be replaced.
PLACEHOLDER = "change-me"

Settings = Mapping[str, Any]


def refuse_unsafe(settings: Settings) -> None:
    """Raises ImproperlyConfigured with every fault at once, each naming its setting and what would be right."""
    if settings["ENVIRONMENT"] not in ENVIRONMENTS:
        raise ImproperlyConfigured(
            f"ENVIRONMENT is {settings['ENVIRONMENT']!r}; it must be one of {', '.join(ENVIRONMENTS)}."
        )
    if not settings["PRODUCTION"]:
        return
    faults = list(production_faults(settings))
    if faults:
        raise ImproperlyConfigured("Not started, production is not safe like this:\n- " + "\n- ".join(faults))


def production_faults(settings: Settings) -> Iterator[str]:
    for check in _CHECKS:
        yield from check(settings)


def _debug(settings: Settings) -> Iterator[str]:
    if settings["DEBUG"]:
        yield "DEBUG is on: it shows source code and settings to every visitor. Remove it or set DEBUG=false."


def _secret_key(settings: Settings) -> Iterator[str]:
    how = 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
    key = settings["SECRET_KEY"]
    if not key or key == settings["NO_SECRET_KEY"]:
        yield f"SECRET_KEY is missing. {how}"
    elif len(key) < SHORTEST_SECRET or len(set(key)) < 10 or PLACEHOLDER in key or "insecure" in key:
        yield f"SECRET_KEY can be guessed: it needs {SHORTEST_SECRET} random characters or more. {how}"
    if any(len(old) < SHORTEST_SECRET for old in settings["SECRET_KEY_FALLBACKS"]):
        yield f"SECRET_KEY_FALLBACKS holds a key of fewer than {SHORTEST_SECRET} characters; remove that one."


def _hosts(settings: Settings) -> Iterator[str]:
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts:
        yield "ALLOWED_HOSTS is missing: name the hosts that the pages are called by, as in crm.example.com."
    if any(host.startswith(("*", ".")) for host in hosts):
        yield "ALLOWED_HOSTS has a wildcard: anybody could have mails written with a link to their own host. Name each host."
    for origin in settings["CSRF_TRUSTED_ORIGINS"]:
        if not origin.startswith("https://") or "*" in origin:
            yield f"CSRF_TRUSTED_ORIGINS has {origin!r}: only whole https:// origins are safe."


def _site_url(settings: Settings) -> Iterator[str]:
    site = urlsplit(settings["SITE_URL"])
    if not settings["SITE_URL"]:
        yield "SITE_URL is missing: the address that mails and links name, as in https://crm.example.com."
    elif site.scheme != "https" or not site.hostname or site.path or site.query:
        yield f"SITE_URL is {settings['SITE_URL']!r}: it must be https:// and a host, with nothing after it."
    elif settings["ALLOWED_HOSTS"] and not validate_host(site.hostname or "", settings["ALLOWED_HOSTS"]):
        yield f"SITE_URL names {site.hostname}, which is not in ALLOWED_HOSTS."


def _proxy(settings: Settings) -> Iterator[str]:
    if not 0 <= settings["TRUSTED_PROXY_COUNT"] <= 5:
        yield (
            "TRUSTED_PROXY_COUNT is missing: the number of proxies in front, which is 1 with docker-compose.yml. "
            "Use 0 only when browsers reach this program itself."
        )


def _second_factor(settings: Settings) -> Iterator[str]:
    if not settings["SECOND_FACTOR_DEMANDED"]:
        yield "SECOND_FACTOR_DEMANDED is off: whoever approves or administers needs a second factor. Remove it."


def _database(settings: Settings) -> Iterator[str]:
    address = settings["DATABASE_URL"]
    if not address:
        yield "DATABASE_URL is missing: postgres://user:password@host:5432/database."
    elif urlsplit(address).scheme not in ("postgres", "postgresql"):
        yield "DATABASE_URL must be a PostgreSQL address: postgres://user:password@host:5432/database."
    else:
        yield from _password("DATABASE_URL", address)


def _redis(settings: Settings) -> Iterator[str]:
    address = settings["REDIS_URL"]
    if not address:
        yield "REDIS_URL is missing: redis://:password@host:6379/0, or rediss:// over TLS."
    elif urlsplit(address).scheme not in ("redis", "rediss"):
        yield "REDIS_URL must begin with redis:// or rediss://."
    else:
        yield from _password("REDIS_URL", address)


def _password(name: str, address: str) -> Iterator[str]:
    password = urlsplit(address).password or ""
    if len(password) < 12 or PLACEHOLDER in password:
        yield f"{name} needs a password of 12 characters or more."


def _mail(settings: Settings) -> Iterator[str]:
    address = urlsplit(settings["EMAIL_URL"])
    if not settings["EMAIL_URL"]:
        yield "EMAIL_URL is missing: smtp+tls://user:password@host:587. Without mail nobody can reset a password."
    elif address.scheme not in ("smtp+tls", "smtps", "smtp+ssl", "smtp"):
        yield f"EMAIL_URL begins with {address.scheme}://, which sends nothing; use smtp+tls:// or smtp+ssl://."
    elif address.scheme == "smtp" and address.username:
        yield "EMAIL_URL would send its password unencrypted; use smtp+tls:// or smtp+ssl://."
    elif PLACEHOLDER in settings["EMAIL_URL"]:
        yield "EMAIL_URL still has the password of the example."
    if "@" not in settings["DEFAULT_FROM_EMAIL"]:
        yield "DEFAULT_FROM_EMAIL is missing: the sender of the mails, as in Dealer CRM <crm@example.com>."


def _tokens(settings: Settings) -> Iterator[str]:
    token = settings["METRICS_TOKEN"]
    if token and (len(token) < SHORTEST_TOKEN or PLACEHOLDER in token):
        yield f"METRICS_TOKEN can be guessed: {SHORTEST_TOKEN} random characters or more, or none to switch /metrics off."


def _sessions(settings: Settings) -> Iterator[str]:
    idle, absolute = settings["SESSION_COOKIE_AGE"], settings["SESSION_ABSOLUTE_AGE"]
    if not 60 <= idle <= 24 * 3600:
        yield "SESSION_IDLE_MINUTES must lie between 1 and 1440."
    if not 3600 <= absolute <= 31 * 24 * 3600:
        yield "SESSION_ABSOLUTE_HOURS must lie between 1 and 744."
    elif idle > absolute:
        yield "SESSION_IDLE_MINUTES is longer than SESSION_ABSOLUTE_HOURS."


def _browser(settings: Settings) -> Iterator[str]:
    if settings["SECURE_HSTS_SECONDS"] < 3600:
        yield "HSTS_SECONDS must be 3600 or more: shorter, and a browser may be led to plain HTTP."
    if settings["MAP_TILE_URL"] and not settings["MAP_TILE_URL"].startswith("https://"):
        yield "MAP_TILE_URL must begin with https://."


def _sizes(settings: Settings) -> Iterator[str]:
    if not 1 <= settings["UPLOAD_LIMIT"] <= 2**30:
        yield "UPLOAD_LIMIT_MB must lie between 1 and 1024."
    if settings["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"] < 60:
        yield "CELERY_VISIBILITY_TIMEOUT must be 60 seconds or more: shorter, and every task runs twice."


_CHECKS: tuple[Callable[[Settings], Iterator[str]], ...] = (
    _debug,
    _secret_key,
    _hosts,
    _site_url,
    _proxy,
    _second_factor,
    _database,
    _redis,
    _mail,
    _tokens,
    _sessions,
    _browser,
    _sizes,
)
