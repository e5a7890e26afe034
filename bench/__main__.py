"""`python -m bench [name ...]`: every module of this package that has a `run(report)`, or those named."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import django

import bench
from bench.database import use_bench_database
from bench.report import Report

# How the measurements are made, not measurements.
_PARTS = {
    "__main__", "cordeau", "database", "floors", "generate", "iowa", "iowa_stores", "months", "or_tools", "report", "simple_routes",
    "vocabulary", "web",
}  # fmt: skip

# Measurements of calculations alone, and one that makes a database of its own.
_WITHOUT_DATABASE = {"iowa_month", "peers", "routing", "routing_long"}
# Those that bring their own rows along.
_WITHOUT_DEALERS = {"churn", "postings"}
# Those that take too long for every run.
_ONLY_BY_NAME = {"routing_long"}


def main(wanted: list[str]) -> int:
    """Exit status 1 when a goal is missed, 2 for a name that does not exist."""
    names = sorted({module.name for module in pkgutil.iter_modules(bench.__path__)} - _PARTS)
    if unknown := set(wanted) - set(names) - {"generate"}:
        print(f"No such measurement: {', '.join(sorted(unknown))}. There are: {', '.join(names)}.", file=sys.stderr)
        return 2
    if not wanted or set(wanted) - _WITHOUT_DATABASE:
        _open_database(filled=not wanted or bool(set(wanted) - _WITHOUT_DATABASE - _WITHOUT_DEALERS))
    report = Report()
    for name in names:
        if name not in wanted if wanted else name in _ONLY_BY_NAME:
            continue
        run = getattr(importlib.import_module(f"bench.{name}"), "run", None)
        if run is not None:
            print(f"\n{name}", flush=True)
            run(report)
    print(f"\n{report.table()}")
    return 0 if report.all_met else 1


def _open_database(*, filled: bool) -> None:
    """Sets Django up on the bench database, and fills it at the first run that needs dealers."""
    address = use_bench_database()
    django.setup()
    from bench.generate import ensure

    print(f"Measuring in {address.rpartition('/')[2]}", flush=True)
    if filled:
        ensure()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
