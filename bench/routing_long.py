"""Routes with a minute on two cores for each instance; only when asked for by name: `python -m bench routing_long`."""

from __future__ import annotations

from bench.report import Report
from bench.routing import gaps_to_published
from visits.routing.compiled import load


def run(report: Report) -> None:
    load()
    gaps_to_published(report, 60.0, threads=2)
