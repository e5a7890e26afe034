"""The addresses that load balancers and container engines ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.base import health


@pytest.fixture(autouse=True)
def collected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run without collectstatic."""
    monkeypatch.setattr(health, "staticfiles_storage", type("Storage", (), {"hashed_files": {"a.css": "a.1.css"}})())
    monkeypatch.setattr(health, "_migrations_seen_applied", False)


def test_live_answers_without_asking_the_database(client: Client) -> None:
    # No django_db: a query would fail the test.
    answer = client.get("/health/live")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_everything_is_there(client: Client) -> None:
    answer = client.get("/health/ready")

    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "redis": "ok", "static_files": "ok"},
    }
    assert answer.status_code == 200


@pytest.mark.django_db
def test_not_ready_without_redis_and_the_address_stays_secret(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://:the-password@127.0.0.1:1/0"

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"]["redis"] == "unreachable"
    assert b"the-password" not in answer.content


@pytest.mark.django_db
def test_not_ready_before_migrations_are_applied(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Migration:
        app_label = "dealers"
        name = "0002_more"

    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: [(Migration, False)])

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "1 migrations are not applied: dealers.0002_more"


@pytest.mark.django_db
def test_not_ready_before_static_files_are_collected(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "staticfiles_storage", type("Storage", (), {"hashed_files": {}})())

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert "collectstatic" in answer.json()["checks"]["static_files"]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_only_reading_is_allowed(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_engines_are_not_sent_to_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/health/live").status_code == 200
    assert client.get("/dealers/").status_code == 301
