"""Gives the tests a PostgreSQL and a Redis when the environment names none; loaded with `-p` by pyproject.toml.

It must act before pytest-django reads the settings, which is before any conftest.py is loaded.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from crm.local import postgres, processes, services, stamps
from crm.local.locks import FolderLock
from crm.local.places import CHECKOUT, VAR

# Two test runs in one checkout get a cluster each.
SLOTS = 8
# The Redis that we started, told to the workers; one that was given to us is used as it is.
OWN_REDIS = "DEALER_CRM_TEST_REDIS"
# Whether the test databases are ours to keep, told to the workers: they get only the options that were typed.
OWN_DATABASES = "DEALER_CRM_TEST_DATABASES"

_running: list[tuple[services.Services, FolderLock]] = []
# The stamp to set when this run has come to its end: one that was killed may have left rows of its tests.
_kept: list[tuple[str, str]] = []


# What is loaded before the first test stays to the end; looking for garbage among it took a third of a run's time.
gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    wanted = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    # Workers of pytest-xdist inherit the addresses from the process that started them; as tests empty the cache, each
    # has a Redis database of its own.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and (server := os.environ.get(OWN_REDIS)):
        os.environ["REDIS_URL"] = f"{server.rpartition('/')[0]}/{1 + int(worker.removeprefix('gw')) % 15}"
    if worker and os.environ.get(OWN_DATABASES):
        _ask_to_keep(args)
    if wanted and not any(option in early_config.invocation_params.args for option in ("--help", "-h", "--version")):
        folder, lock = _take_slot()
        started = services.start(folder, throwaway=True, logs=folder / "log")
        os.environ.update(started.environment)
        if "DATABASE_URL" in started.environment:
            _keep_databases(folder, started.environment["DATABASE_URL"])
            os.environ[OWN_DATABASES] = "kept"
            _ask_to_keep(args)
        if "REDIS_URL" in started.environment:
            os.environ[OWN_REDIS] = started.environment["REDIS_URL"]
        _running.append((started, lock))


def _keep_databases(folder: Path, address: str) -> None:
    """Lets pytest-django keep the test databases, which take long to migrate, until a migration changed."""
    name = f"test-databases-{folder.name}"
    packages = [CHECKOUT / "requirements.lock"]
    state = stamps.fingerprint(
        [*CHECKOUT.glob("*/migrations/*.py"), *CHECKOUT.glob("crm/*/migrations/*.py"), *packages]
    )
    if not stamps.is_fresh(name, state):
        postgres.drop_databases(address, prefix="test_")
    stamps.forget(name)
    _kept.append((name, state))


def _ask_to_keep(args: list[str]) -> None:
    if not {"--create-db", "--reuse-db"} & set(args):
        args.append("--reuse-db")


def _take_slot() -> tuple[Path, FolderLock]:
    for number in range(SLOTS):
        folder = VAR / "test" / str(number)
        lock = FolderLock(folder / "lock")
        if lock.take():
            return folder, lock
    raise pytest.UsageError(f"{SLOTS} test runs already use this checkout")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int | pytest.ExitCode) -> None:
    while _kept:
        stamp = _kept.pop()
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
            stamps.set_fresh(*stamp)


def pytest_unconfigure(config: pytest.Config) -> None:
    while _running:
        started, lock = _running.pop()
        processes.stop(started.children, grace_s=10)
        lock.release()
