"""Figures for Prometheus, at /metrics behind a bearer token.

Requests are counted in memory-mapped files of the web container (several processes, one endpoint). Background tasks run in
other containers, which nobody scrapes; they count into Redis, which all of them share, and /metrics reads it from there.
Gauges are asked for when Prometheus calls; each app registers its own with `register_gauge`.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import redis
import structlog
from celery import Task, signals
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

logger = structlog.get_logger(__name__)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# The name of the page, never its path: a path holds ids and would make a series per dealer.
REQUESTS = Counter("crm_requests", "Requests answered", ["page", "method", "status"])
REQUEST_SECONDS = Histogram("crm_request_seconds", "Time to answer a request", ["page"], buckets=SECONDS)
DATABASE_SECONDS = Histogram("crm_request_database_seconds", "Time a request waited for SQL", ["page"], buckets=SECONDS)
DATABASE_QUERIES = Counter("crm_request_database_queries", "SQL statements of requests", ["page"])

TASK_COUNTS_KEY = "crm:metrics:tasks"
TASK_SECONDS_KEY = "crm:metrics:task_seconds"


@dataclass(frozen=True)
class Gauge:
    """`samples()` yields label values and the figure; it is called on each scrape and should be one cheap query."""

    name: str
    help: str
    labels: tuple[str, ...]
    samples: Callable[[], Iterable[tuple[tuple[str, ...], float]]]


_gauges: dict[str, Gauge] = {}


def register_gauge(gauge: Gauge) -> None:
    """Adds a figure to /metrics; a second one of the same name replaces the first."""
    _gauges[gauge.name] = gauge


@require_GET
@never_cache
def exposition(request: HttpRequest) -> HttpResponse:
    """404 as long as no METRICS_TOKEN is set, 401 without the right one."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry: CollectorRegistry = REGISTRY
    if settings.METRICS_FOLDER:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(settings.METRICS_FOLDER))
    shared = CollectorRegistry()
    shared.register(_Shared())
    return HttpResponse(generate_latest(registry) + generate_latest(shared), content_type=CONTENT_TYPE_LATEST)


class _Shared:
    """What is the same whichever web process answers: tasks from Redis, gauges from the database."""

    def collect(self) -> Iterator[Metric]:
        yield from _tasks()
        for gauge in _gauges.values():
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)
            try:
                for labels, value in gauge.samples():
                    family.add_metric(labels, value)
            except Exception:
                # One broken figure must not hide the others.
                logger.exception("gauge_failed", gauge=gauge.name)
                continue
            yield family


def _tasks() -> Iterator[Metric]:
    runs = CounterMetricFamily("crm_tasks", "Background tasks ended", labels=["task", "state"])
    seconds = CounterMetricFamily("crm_task_seconds", "Time spent in background tasks", labels=["task"])
    try:
        with _redis() as client:
            for field, value in client.hgetall(TASK_COUNTS_KEY).items():
                name, _, state = field.decode().rpartition("|")
                runs.add_metric([name, state], float(value))
            for field, value in client.hgetall(TASK_SECONDS_KEY).items():
                seconds.add_metric([field.decode()], float(value))
    except redis.RedisError:
        logger.exception("task_figures_unreachable")
        return
    yield runs
    yield seconds


def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


_started_at: dict[str, float] = {}


@signals.task_prerun.connect
def note_task_start(task_id: str, **_ignored: object) -> None:
    _started_at[task_id] = time.monotonic()


@signals.task_postrun.connect
def count_task(task_id: str, task: Task, state: str | None = None, **_ignored: object) -> None:
    """Celery's own state: SUCCESS, FAILURE, RETRY ... A task that was killed is counted when it ends the next time."""
    started_at = _started_at.pop(task_id, None)
    try:
        with _redis() as client, client.pipeline(transaction=False) as pipe:
            pipe.hincrby(TASK_COUNTS_KEY, f"{task.name}|{state or 'UNKNOWN'}", 1)
            if started_at is not None:
                pipe.hincrbyfloat(TASK_SECONDS_KEY, task.name, round(time.monotonic() - started_at, 6))
            pipe.execute()
    except redis.RedisError:
        # A figure less is no reason for a task to fail.
        logger.warning("task_not_counted", task=task.name)


def job_ages() -> Iterator[tuple[tuple[str, ...], float]]:
    """Seconds since each background job last ended well, by job."""
    from django.db.models import Max

    from crm.base.choices import JobState
    from crm.base.models import JobRun

    now = timezone.now()
    ended = JobRun.objects.filter(state=JobState.DONE).values("job").annotate(last=Max("finished_at")).order_by("job")
    for row in ended:
        yield (row["job"],), (now - row["last"]).total_seconds()


def jobs_running() -> Iterator[tuple[tuple[str, ...], float]]:
    """Number of runs that have started and not ended, by job."""
    from django.db.models import Count

    from crm.base.choices import JobState
    from crm.base.models import JobRun

    running = JobRun.objects.filter(state=JobState.STARTED).values("job").annotate(runs=Count("pk")).order_by("job")
    for row in running:
        yield (row["job"],), float(row["runs"])


register_gauge(Gauge("crm_job_age_seconds", "Seconds since the job last ended well", ("job",), job_ages))
register_gauge(Gauge("crm_jobs_running", "Runs of the job that have not ended", ("job",), jobs_running))
