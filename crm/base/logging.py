"""Log lines: JSON in production, readable text on one machine. Every line carries the request's or the task's id."""

from __future__ import annotations

import sys
from typing import Any

import structlog


def without_arguments(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Celery's lines of a task without what it was called with and what it answered: mails and addresses among them."""
    data = line.get("data")
    if str(line.get("logger", "")).startswith("celery.") and isinstance(data, dict):
        line["data"] = {key: data[key] for key in ("id", "name", "runtime") if key in data}
    return line


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    without_arguments,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_structlog() -> None:
    """Sends structlog's lines through the standard library, so that all lines look the same."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logging_config(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING. Standard output only: where lines are kept is the container engine's business."""
    # Colours are for terminals; in a file they are noise.
    renderer: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    if as_json:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    chain = [*_SHARED, structlog.processors.format_exc_info] if as_json else _SHARED
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": chain,
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # The request's own line says it already, with less of the address.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
        },
    }
