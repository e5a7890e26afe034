"""A connection of the pool is asked only when the socket does not tell that the server is there."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from crm.base.pooled import PooledConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def pooled():
    parameters = connection.get_connection_params()
    for ours in ("pool", "cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    with PooledConnection.connect(**parameters, autocommit=True) as opened:
        yield opened


def sent(monkeypatch) -> list[object]:
    asked: list[object] = []
    before = psycopg.Connection.execute

    def execute(self, query, *args, **options):
        asked.append(query)
        return before(self, query, *args, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    return asked


def test_a_quiet_connection_is_not_asked(pooled, monkeypatch) -> None:
    asked = sent(monkeypatch)
    pooled.execute("")
    assert asked == []
    assert pooled.execute("SELECT 1").fetchone() == (1,)
    assert asked == ["SELECT 1"]


def test_one_whose_server_process_has_ended_is_found_out(pooled) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pooled.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        pooled.execute("")


def test_a_closed_one_is_found_out(pooled) -> None:
    pooled.close()
    with pytest.raises(psycopg.OperationalError):
        pooled.execute("")


def test_the_pool_is_made_of_such() -> None:
    pool = settings.DATABASES["default"]["OPTIONS"].get("pool")
    if not pool:
        pytest.skip("no pool in this environment")
    assert pool["connection_class"] is PooledConnection
