"""What a measurement is held against: the least that the database could do for it, timed in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


def seconds(work: Callable[[], object], *, repeat: int = 3) -> float:
    """The median of `repeat` runs, after one that is not counted."""
    work()
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def statement_seconds(sql: str, params: Sequence[Any] = (), *, repeat: int = 3) -> float:
    """The bare statement, its rows fetched; warm."""

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()

    return seconds(ask, repeat=repeat)


def share(times: Sequence[float], percent: int) -> float:
    """The time that so many per cent of the sample stay within."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(len(ordered) * percent / 100))]
