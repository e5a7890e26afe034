"""The embedded PostgreSQL and Redis: closed to others, good for any script, able to recover."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from crm.local import postgres, processes, services, system_user
from tests.platform.test_processes import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    # A folder with a space, long enough that a socket's path would not fit.
    folder = tmp_path / "a folder with spaces and a long name" / ("deeper " * 10)
    yield folder
    # Folders of tests are closed to PostgreSQL's own user, so root's cluster lies elsewhere.
    postgres.remove_outside(folder)


@pytest.fixture
def running(folder: Path) -> Iterator[services.Services]:
    started = services.start(folder, throwaway=True, logs=folder / "log")
    yield started
    processes.stop(started.children, grace_s=10)


def child_of(running: services.Services, name: str) -> processes.Child:
    return next(child for child in running.children if child.name == name)


def test_trigrams_know_every_script(running: services.Services) -> None:
    with psycopg.connect(running.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        for word in ("北京市朝阳区", "とうきょう", "서울특별시"):
            found = connection.execute(
                "SELECT similarity(%s, %s), array_length(show_trgm(%s), 1)", [word] * 3
            ).fetchone()
            assert found is not None
            assert found[0] == 1.0
            assert found[1] >= len(word)


def test_nobody_gets_in_without_the_password(running: services.Services) -> None:
    address = running.environment["DATABASE_URL"]
    password = address.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address.replace(f":{password}", ""), passfile="/dev/null")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(
            running.environment["REDIS_URL"].replace(running.environment["REDIS_URL"][9:73], "wrong")
        ).ping()


def test_secrets_are_for_the_owner_and_in_no_argument_list(running: services.Services, folder: Path) -> None:
    file = folder / "secrets" / "secrets.json"
    assert file.stat().st_mode & 0o777 == 0o600
    passwords = {part.split(":")[-1] for part in running.environment["REDIS_URL"].split("@")[:1]}
    for child in running.children:
        shown = Path(f"/proc/{child.popen.pid}/cmdline")
        if shown.exists():
            assert not any(password.encode() in shown.read_bytes() for password in passwords)


def test_data_outlives_a_restart_and_a_kill(folder: Path) -> None:
    started = services.start(folder, throwaway=False, logs=folder / "log")
    with psycopg.connect(started.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server = child_of(started, "postgres")
    os.killpg(server.popen.pid, signal.SIGKILL)
    server.popen.wait()
    processes.stop(started.children, grace_s=5)

    again = services.start(folder, throwaway=False, logs=folder / "log")
    try:
        with psycopg.connect(again.environment["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    finally:
        processes.stop(again.children, grace_s=10)


def test_lock_file_with_the_number_of_a_living_stranger_is_no_obstacle(folder: Path) -> None:
    started = services.start(folder, throwaway=True, logs=folder / "log")
    processes.stop(started.children, grace_s=10)
    user = system_user.needed()
    lock = postgres.home(folder, user) / "data" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n0\n1\n\nlocalhost\n0 0\nready   \n")

    again = services.start(folder, throwaway=True, logs=folder / "log")

    assert child_of(again, "postgres").is_alive
    processes.stop(again.children, grace_s=10)


def test_servers_of_a_killed_run_are_ended_first(folder: Path) -> None:
    started = services.start(folder, throwaway=True, logs=folder / "log")

    again = services.start(folder, throwaway=True, logs=folder / "log")

    eventually(lambda: not any(child.is_alive for child in started.children))
    assert all(child.is_alive for child in again.children)
    processes.stop(again.children, grace_s=10)


def test_given_addresses_are_used_as_they_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")

    started = services.start(folder, throwaway=True, logs=folder / "log")

    assert started.children == []
    assert set(started.environment) == {"SECRET_KEY"}


def test_cluster_of_another_version_is_refused_with_the_way_out(folder: Path) -> None:
    started = services.start(folder, throwaway=True, logs=folder / "log")
    processes.stop(started.children, grace_s=10)
    data = postgres.home(folder, system_user.needed()) / "data"
    (data / "PG_VERSION").write_text("14\n")

    with pytest.raises(postgres.ServiceFailed, match=r"made by PostgreSQL 14, and this is 18.*make backup"):
        services.start(folder, throwaway=True, logs=folder / "log")
