"""Starts what the machine lacks: PostgreSQL when DATABASE_URL is not set, Redis when REDIS_URL is not."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from crm.local import loopback, postgres, processes, redis, secrets, system_user
from crm.local.failures import ServiceFailed
from crm.local.places import private_folder
from tools.progress import Step

ATTEMPTS = 3


@dataclass
class Services:
    """The running services, and the environment by which the application finds them."""

    children: list[processes.Child] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


def start(folder: Path, *, throwaway: bool, logs: Path) -> Services:
    """Starts the services in `folder`, after ending what an earlier, killed run left. Callers hold the folder's lock."""
    folder.mkdir(parents=True, exist_ok=True)
    records = private_folder(folder / "processes")
    processes.stop_leftovers(records)
    passwords = secrets.load_or_make(private_folder(folder / "secrets") / "secrets.json")
    services = Services(environment={"SECRET_KEY": os.environ.get("SECRET_KEY") or passwords.secret_key})
    try:
        if not os.environ.get("DATABASE_URL"):
            _start_postgres(services, folder, passwords, throwaway=throwaway, logs=logs, records=records)
        if not os.environ.get("REDIS_URL"):
            _start_redis(services, folder, passwords, throwaway=throwaway, logs=logs, records=records)
    except BaseException:
        processes.stop(services.children, grace_s=10)
        raise
    return services


def _start_postgres(
    services: Services, folder: Path, passwords: secrets.Secrets, *, throwaway: bool, logs: Path, records: Path
) -> None:
    user = system_user.needed()
    bin_folder = postgres.programs(user)
    place = postgres.home(folder, user)
    if (place / "data").exists():
        postgres.check_version(place / "data", bin_folder)
    else:
        with Step("Making the database folder"):
            postgres.initialise(place, bin_folder, password=passwords.postgres, user=user)
    with Step("Starting PostgreSQL"):
        postgres.remove_stale_lock(place / "data")
        for attempt in range(ATTEMPTS):
            # Another program may take the port between the look and the start.
            port = loopback.free_port()
            program = postgres.program(place, bin_folder, port=port, throwaway=throwaway, user=user)
            child = processes.start(program, logs=logs, records=records)
            services.children.append(child)
            try:
                postgres.wait_until_ready(child, place)
                break
            except ServiceFailed:
                processes.stop([services.children.pop()], grace_s=5)
                if attempt == ATTEMPTS - 1:
                    raise
        address = postgres.url(password=passwords.postgres, port=port)
        postgres.make_database(address)
    services.environment["DATABASE_URL"] = address


def _start_redis(
    services: Services, folder: Path, passwords: secrets.Secrets, *, throwaway: bool, logs: Path, records: Path
) -> None:
    with Step("Starting Redis"):
        for attempt in range(ATTEMPTS):
            port = loopback.free_port()
            program = redis.program(folder, port=port, password=passwords.redis, throwaway=throwaway)
            child = processes.start(program, logs=logs, records=records)
            services.children.append(child)
            address = redis.url(password=passwords.redis, port=port)
            try:
                redis.wait_until_ready(child, address)
                break
            except ServiceFailed:
                processes.stop([services.children.pop()], grace_s=5)
                if attempt == ATTEMPTS - 1:
                    raise
    services.environment["REDIS_URL"] = address
