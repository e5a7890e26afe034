"""Backups: written while others write, restored, and every row compared."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from crm.local import postgres, processes, services
from tools import backup

pytestmark = pytest.mark.slow

Run = Callable[[str], subprocess.CompletedProcess[str]]
SCRIPT = Path(__file__).parents[2] / "deploy" / "backup.sh"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own with an ordinary role and a few tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("REDIS_URL", "redis://not-asked-for/0")
        folder = tmp_path_factory.mktemp("server")
        started = services.start(folder, throwaway=True, logs=folder / "log")
    found = started.environment["DATABASE_URL"]
    with psycopg.connect(found, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE SCHEMA 分店")
        connection.execute(
            'CREATE TABLE 分店."a table" (id bigint PRIMARY KEY, name text, at timestamptz, share float8)'
        )
        connection.execute(
            "INSERT INTO 分店.\"a table\" SELECT n, '经销商 ' || n, now() + n * interval '1 s', n / 3.0 FROM generate_series(1, 5000) n"
        )
        connection.execute("CREATE TABLE empty (id bigint)")
    yield found
    processes.stop(started.children, grace_s=10)
    postgres.remove_outside(folder)


@pytest.fixture
def run(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("BACKUP_FOLDER", str(tmp_path / "the backups"))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    environment = backup.environment()

    def command(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", str(SCRIPT), name], env=environment, capture_output=True, text=True)

    return command


def databases(address: str) -> set[str]:
    with psycopg.connect(address) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_backup_restores_row_by_row(run: Run, address: str, tmp_path: Path) -> None:
    written = run("write")
    assert written.returncode == 0, written.stderr
    assert "2 tables" in written.stdout
    # What happens after the backup is not in it.
    with psycopg.connect(address) as connection:
        connection.execute("INSERT INTO empty VALUES (1)")

    drilled = run("drill")

    assert drilled.returncode == 0, drilled.stdout + drilled.stderr
    assert "2 tables, every row the same" in drilled.stdout
    assert databases(address) == {"postgres", "template0", "template1", "dealer_crm"}
    with psycopg.connect(address) as connection:
        connection.execute("DELETE FROM empty")


def test_one_changed_row_is_found(run: Run, address: str, tmp_path: Path) -> None:
    run("write")
    (rows,) = (tmp_path / "the backups").glob("*.rows")
    before = rows.read_text(encoding="utf-8")
    table = next(line for line in before.splitlines() if "a table" in line)
    with psycopg.connect(address) as connection:
        connection.execute('UPDATE 分店."a table" SET share = share + 1e-9 WHERE id = 4711')
    run("write")
    newest = max((tmp_path / "the backups").glob("*.rows"))
    changed = next(line for line in newest.read_text(encoding="utf-8").splitlines() if "a table" in line)
    assert changed != table
    newest.write_text(before, encoding="utf-8")

    drilled = run("drill")

    assert drilled.returncode == 1
    assert "does not restore to what was saved" in drilled.stderr
    assert not any(name.startswith("restore_drill") for name in databases(address))


def test_damaged_dump_fails_the_drill(run: Run, tmp_path: Path) -> None:
    run("write")
    (dump,) = (tmp_path / "the backups").glob("*.dump")
    dump.write_bytes(dump.read_bytes()[:-2000])

    assert run("drill").returncode != 0


def test_unreachable_server_leaves_no_half_backup(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = backup.environment() | {"DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none"}
    failed = subprocess.run(["sh", str(SCRIPT), "write"], env=environment, capture_output=True, text=True)

    assert failed.returncode != 0
    assert not list((tmp_path / "the backups").glob("*.dump*"))
    assert run("check").returncode == 1


def test_check_wants_a_recent_backup(run: Run, tmp_path: Path) -> None:
    assert run("check").returncode == 1
    run("write")
    assert run("check").returncode == 0


def test_backups_are_for_their_owner_only(run: Run, tmp_path: Path) -> None:
    run("write")
    for file in (tmp_path / "the backups").iterdir():
        assert file.stat().st_mode & 0o077 == 0


def test_wrong_word_shows_the_usage(run: Run) -> None:
    shown = run("restore")
    assert shown.returncode == 2
    assert "backup.sh drill" in shown.stderr
