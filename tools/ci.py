"""Every check and every test, one after another, each with a line and its time: `make ci`.

A failed check does not hide the later ones; the exit code is 1 when any failed.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]
WITH_SERVICES = [PYTHON, "-m", "crm.local", "run"]
WITH_LINTER = {"DJANGO_SETTINGS_MODULE": "tools.linter_settings"}

# What a careful operator would set; crm.base.checks must have nothing to say about it.
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "crm.example.com",
    "SITE_URL": "https://crm.example.com",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": f"postgres://crm:{secrets.token_hex(16)}@postgres:5432/crm",
    "REDIS_URL": f"redis://:{secrets.token_hex(16)}@redis:6379/0",
    "EMAIL_URL": "smtp+tls://crm:a-password@mail.example.com:587",
    "DEFAULT_FROM_EMAIL": "Dealer CRM <crm@example.com>",
    "METRICS_TOKEN": secrets.token_urlsafe(32),
}


@dataclass(frozen=True)
class Gate:
    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    # The tests show their own progress; a check is silent unless it fails.
    is_shown: bool = False


def gates() -> list[Gate]:
    pytest = [PYTHON, "-m", "pytest"]
    checks = [
        Gate("code style (ruff check)", [PYTHON, "-m", "ruff", "check", "."]),
        Gate("formatting (ruff format)", [PYTHON, "-m", "ruff", "format", "--check", "."]),
        Gate("types (mypy)", [PYTHON, "-m", "mypy", "."]),
        Gate(
            "layers (import-linter)", [PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
        ),
        Gate("lock in step with pyproject.toml", [PYTHON, "-m", "tools.lock", "check"]),
        Gate("translations complete", [PYTHON, "tools/messages.py", "check"]),
        Gate(
            "production settings (check --deploy)",
            [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
            PRODUCTION,
        ),
        Gate("migrations match the models", [*WITH_SERVICES, *MANAGE, "makemigrations", "--check", "--dry-run"]),
        Gate("migrations are safe (django-migration-linter)", [*WITH_SERVICES, *MANAGE, "lintmigrations"], WITH_LINTER),
    ]
    two = ["-n", "2"]
    # A journey that fails is walked a second time, and both are in the report: on a busy machine a browser is late now and then.
    walked_again = ["--reruns", "1", "-r", "fER"]
    tests = [
        Gate("tests", [*pytest, *two], is_shown=True),
        # With databases of their own: thousands of tests have been through the kept ones.
        Gate(
            "slow tests",
            [*pytest, *two, "--create-db", "--dist", "loadfile", "-m", "slow and not browser"],
            is_shown=True,
        ),
        Gate("journeys in a browser", [*pytest, *two, *walked_again, "-m", "browser"], is_shown=True),
    ]
    return checks + tests


def run(gate: Gate) -> bool:
    """Whether the gate passed; prints its line, and its output when it failed."""
    print(f"== {gate.name}", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        gate.command,
        cwd=CHECKOUT,
        env=os.environ | dict(gate.environment),
        stdin=subprocess.DEVNULL,
        stdout=None if gate.is_shown else subprocess.PIPE,
        stderr=None if gate.is_shown else subprocess.STDOUT,
        text=True,
    )
    passed = done.returncode == 0
    if not passed and done.stdout:
        print(done.stdout[-20_000:], flush=True)
    print(f"== {gate.name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
    return passed


def main() -> int:
    began = time.monotonic()
    failed = [gate.name for gate in gates() if not run(gate)]
    minutes = (time.monotonic() - began) / 60
    if failed:
        print(f"FAILED after {minutes:.1f} min: {', '.join(failed)}", flush=True)
        return 1
    print(f"All checks and tests passed in {minutes:.1f} min", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
