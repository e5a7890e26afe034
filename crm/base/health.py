"""Is the process alive, and may it be sent requests? For load balancers and container engines; no sign-in, no secrets."""

from __future__ import annotations

from collections.abc import Callable

import redis
import structlog
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = structlog.get_logger(__name__)

REDIS_TIMEOUT_S = 2.0

# Migrations are only ever added by a release, which starts new processes.
_migrations_seen_applied = False


class NotReady(Exception):
    """Says what is missing, in words that may be shown to anybody."""


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nobody else, so that a broken database does not restart every process."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be answered, else 503 with what is missing. Details go to the log only."""
    checks: dict[str, Callable[[], None]] = {
        "database": check_database,
        "migrations": check_migrations,
        "redis": check_redis,
        "static_files": check_static_files,
    }
    results = {name: _result(name, check) for name, check in checks.items()}
    is_ready = all(result == "ok" for result in results.values())
    return JsonResponse(
        {"status": "ok" if is_ready else "not ready", "checks": results}, status=200 if is_ready else 503
    )


def _result(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as missing:
        return str(missing)
    except Exception:
        logger.exception("readiness_check_failed", check=name)
        return "unreachable"
    return "ok"


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations() -> None:
    global _migrations_seen_applied
    if _migrations_seen_applied:
        return
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in missing[:5])
        raise NotReady(f"{len(missing)} migrations are not applied: {names}")
    _migrations_seen_applied = True


def check_redis() -> None:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
    ) as client:
        client.ping()


def check_static_files() -> None:
    # Only the storage with hashed names has a manifest, which collectstatic writes.
    if not getattr(staticfiles_storage, "hashed_files", {"plain": "storage"}):
        raise NotReady("the manifest of the static files is missing; run collectstatic")
