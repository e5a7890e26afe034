"""Which database the measurements run in: BENCH_DATABASE_URL, or one named `bench` on the configured server."""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg

NAME = "bench"


def use_bench_database() -> str:
    """Point DATABASE_URL to it, made if need be, before Django reads its settings. Returns the address."""
    address = os.environ.get("BENCH_DATABASE_URL") or _beside(
        os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/dealer_crm")
    )
    parts = urlsplit(address)
    name = parts.path.lstrip("/")
    server = urlunsplit(parts._replace(scheme="postgresql", path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    # A line for each request would hide the table.
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    return address


def _beside(address: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{NAME}"))
