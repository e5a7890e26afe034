"""Settings: production refuses what is unsafe, and `.env.example` tells about every one of them."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from crm.base import checks
from tools.ci import PRODUCTION

CHECKOUT = Path(__file__).parents[2]


def settings_with(changed: dict[str, str | None]) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a process of its own, in a safe production but for `changed` (None: not set)."""
    given: dict[str, str | None] = {**PRODUCTION, **changed}
    environment = {name: value for name, value in given.items() if value is not None}
    code = """
import json
from django.conf import settings
names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_AGE",
         "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "EMAIL_USE_TLS", "EMAIL_HOST", "DEBUG"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.defpath, "DJANGO_SETTINGS_MODULE": "crm.settings", **environment},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )


def test_safe_production_starts_with_hardened_cookies() -> None:
    loaded = settings_with({})

    assert loaded.returncode == 0, loaded.stderr
    assert ast.literal_eval(loaded.stdout.replace("true", "True").replace("false", "False")) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_AGE": 1800,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "EMAIL_USE_TLS": True,
        "EMAIL_HOST": "mail.example.com",
        "DEBUG": False,
    }


def test_production_names_everything_that_is_missing_at_once() -> None:
    refused = settings_with({name: None for name in PRODUCTION if name != "ENVIRONMENT"})

    assert refused.returncode != 0
    for name in PRODUCTION.keys() - {"ENVIRONMENT", "METRICS_TOKEN"}:
        assert f"- {name} is missing" in refused.stderr, name


# What the operator set, and the beginning of what she is told.
UNSAFE = [
    ({"DEBUG": "true"}, "DEBUG is on"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY can be guessed"),
    ({"SECRET_KEY": "a" * 80}, "SECRET_KEY can be guessed"),
    ({"SECRET_KEY": "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz0123456789"}, "SECRET_KEY can be guessed"),
    ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS holds a key of fewer"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS has a wildcard"),
    ({"ALLOWED_HOSTS": ".example.com"}, "ALLOWED_HOSTS has a wildcard"),
    ({"CSRF_TRUSTED_ORIGINS": "http://crm.example.com"}, "CSRF_TRUSTED_ORIGINS has 'http://crm.example.com'"),
    ({"SITE_URL": "http://crm.example.com"}, "SITE_URL is 'http://crm.example.com'"),
    ({"SITE_URL": "https://crm.example.com/"}, "SITE_URL is 'https://crm.example.com/'"),
    ({"SITE_URL": "https://other.example.com"}, "SITE_URL names other.example.com"),
    ({"TRUSTED_PROXY_COUNT": "9"}, "TRUSTED_PROXY_COUNT is missing"),
    ({"SECOND_FACTOR_DEMANDED": "false"}, "SECOND_FACTOR_DEMANDED is off"),
    ({"DATABASE_URL": "sqlite:////data/db"}, "DATABASE_URL must be a PostgreSQL address"),
    ({"DATABASE_URL": "postgres://crm@postgres/crm"}, "DATABASE_URL needs a password"),
    ({"DATABASE_URL": "postgres://crm:change-me-please@postgres/crm"}, "DATABASE_URL needs a password"),
    ({"REDIS_URL": "redis://redis:6379/0"}, "REDIS_URL needs a password"),
    ({"REDIS_URL": "memcached://redis"}, "REDIS_URL must begin with"),
    ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL begins with consolemail://"),
    ({"EMAIL_URL": "smtp://crm:password@mail.example.com:25"}, "EMAIL_URL would send its password unencrypted"),
    ({"EMAIL_URL": "smtp+tls://crm:change-me@mail.example.com:587"}, "EMAIL_URL still has the password"),
    ({"DEFAULT_FROM_EMAIL": "crm"}, "DEFAULT_FROM_EMAIL is missing"),
    ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN can be guessed"),
    ({"SESSION_IDLE_MINUTES": "0"}, "SESSION_IDLE_MINUTES must lie"),
    ({"SESSION_IDLE_MINUTES": "1000"}, "SESSION_IDLE_MINUTES is longer than"),
    ({"SESSION_ABSOLUTE_HOURS": "9999"}, "SESSION_ABSOLUTE_HOURS must lie"),
    ({"HSTS_SECONDS": "0"}, "HSTS_SECONDS must be"),
    ({"MAP_TILE_URL": "http://tiles.example.com/{z}/{x}/{y}"}, "MAP_TILE_URL must begin"),
    ({"UPLOAD_LIMIT_MB": "0"}, "UPLOAD_LIMIT_MB must lie"),
    ({"CELERY_VISIBILITY_TIMEOUT": "1"}, "CELERY_VISIBILITY_TIMEOUT must be"),
]


@pytest.fixture(scope="module")
def told() -> str:
    """What is said when everything is wrong at once; each fault is also tried alone below, where it costs nothing."""
    return settings_with({"DEBUG": "true", "ALLOWED_HOSTS": "*", "METRICS_TOKEN": "short"}).stderr


def test_faults_are_told_together(told: str) -> None:
    assert [line.split()[1] for line in told.splitlines() if line.startswith("- ")] == [
        "DEBUG",
        "ALLOWED_HOSTS",
        "METRICS_TOKEN",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "told"), UNSAFE, ids=[next(iter(changed)) for changed, _ in UNSAFE])
def test_unsafe_production_does_not_start(changed: dict[str, str | None], told: str) -> None:
    refused = settings_with(changed)

    faults = [line for line in refused.stderr.splitlines() if line.startswith("- ")]
    assert refused.returncode != 0
    assert len(faults) == 1
    assert faults[0].startswith(f"- {told}")


def test_misspelt_environment_is_refused_instead_of_running_unguarded() -> None:
    refused = settings_with({"ENVIRONMENT": "Production"})

    assert refused.returncode != 0
    assert "ENVIRONMENT is 'Production'; it must be one of production, local" in refused.stderr


def test_local_is_not_asked_for_anything(settings: Any) -> None:
    checks.refuse_unsafe({"ENVIRONMENT": "local", "PRODUCTION": False})

    with pytest.raises(ImproperlyConfigured):
        checks.refuse_unsafe({"ENVIRONMENT": "", "PRODUCTION": False})


def names_read(source: str) -> set[str]:
    """The variables that a settings module asks the environment for: the first argument of each env.…() call."""
    return {
        str(call.args[0].value)
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and not call.func.attr.endswith("_config")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def example() -> dict[str, tuple[str, str]]:
    """Each variable of .env.example: the heading it stands under and its value."""
    found: dict[str, tuple[str, str]] = {}
    heading = ""
    for line in (CHECKOUT / ".env.example").read_text(encoding="utf-8").splitlines():
        if line.startswith("# ---"):
            heading = line.strip("# -")
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            assert name not in found, f"{name} stands twice"
            found[name] = (heading, value)
    return found


def test_example_tells_of_every_setting_and_of_no_other() -> None:
    read = names_read((CHECKOUT / "crm" / "settings.py").read_text(encoding="utf-8"))
    outside = {name for name, (heading, _) in example().items() if heading.startswith("Only for ")}

    assert len(read) > 25
    assert set(example()) - outside == read


def test_what_only_compose_and_make_read_is_read_there() -> None:
    compose = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    for name, (heading, _) in example().items():
        if heading == "Only for docker-compose.yml":
            assert f"${{{name}" in compose, name
        elif heading.startswith("Only for `make`"):
            assert f"{name} ?=" in makefile, name


def test_every_setting_of_the_example_has_a_comment_above_it() -> None:
    block: list[str] = []
    for line in (CHECKOUT / ".env.example").read_text(encoding="utf-8").splitlines():
        if not line:
            block = []
            continue
        block.append(line)
        if not line.startswith("#"):
            assert any(re.match(r"# (?!---)", above) for above in block[:-1]), f"{line} has no comment"


def test_example_as_it_is_does_not_start() -> None:
    refused = settings_with({name: value for name, (_, value) in example().items() if value})

    assert refused.returncode != 0
    assert {line.split()[1] for line in refused.stderr.splitlines() if line.startswith("- ")} == {
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
    }
