"""One sale of every dealer: a new month checked, loaded and rolled up, a correction of each row, the same file again."""

from __future__ import annotations

import csv
import datetime as dt
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bench.months import ON, ensure_months
from bench.report import Report
from crm.base.periods import month_start

PRODUCTS = 200
MEMORY_MB = 200
MAPPING = {
    "columns": {
        "dealer": ["dealer"], "on": ["date"], "product": ["product"], "quantity": ["quantity"], "amount": ["amount"],
        "reference": ["order"],
    },
    "constants": {"kind": "SELL_IN"},
}  # fmt: skip


def run(report: Report) -> None:
    ensure_months()
    with tempfile.TemporaryDirectory() as folder, _media(folder):
        _products()
        try:
            first, second = Path(folder) / "new.csv", Path(folder) / "corrected.csv"
            rows = _write(first, extra=0)
            _write(second, extra=1)
            # The best of three of the floor and of each import, in turns: what else the machine does slows single ones.
            floors, loaded, again, corrected = [], [], [], []
            for _ in range(3):
                _clear()
                floors += [_copy_seconds(first)]
                loaded += [_import(first, rows_new=rows)]
                again += [_import(first, rows_same=rows)]
                corrected += [_import(second, rows_changed=rows)]
            floor, best = min(floors), min(loaded, key=lambda each: each.seconds)
            report.add(f"import: a new month, {rows:,} rows", best.seconds, unit="s", floor=floor, goal=10)
            report.add("    of it the check", best.check_seconds, unit="s", floor=floor)
            for name, runs, goal in (("the same file again", again, 14), ("a correction of every row", corrected, 20)):
                report.add(f"import: {name}", min(each.seconds for each in runs), unit="s", floor=floor, goal=goal)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            report.add("memory of the process that imports", memory, unit="MB", limit=MEMORY_MB)
        finally:
            _clear()


@dataclass(frozen=True)
class Measured:
    """How long an import took, and how long its check."""

    seconds: float
    check_seconds: float


def _import(path: Path, **counts: int) -> Measured:
    """Import a file that gives these counts of verdicts. Raises RuntimeError for others."""
    from crm.imports import actions

    began = time.perf_counter()
    run = actions.import_file(path, "sales", profile=MAPPING, at=timezone.now(), check_only=True)
    checked = time.perf_counter()
    actions.confirm(run)
    actions.load(run.pk, at=timezone.now())
    run.refresh_from_db()
    measured = Measured(time.perf_counter() - began, checked - began)
    found = {name: getattr(run, name) for name in counts}
    if found != counts or run.problem or run.state != "DONE":
        raise RuntimeError(f"expected {counts}, found {found}, {run.state} {run.problem}")
    actions.forget(run)
    return measured


def _write(path: Path, *, extra: int) -> int:
    """A line of every dealer in the open month before ON; `extra` is added to each quantity."""
    from dealers.models import Dealer

    rows = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["dealer", "date", "product", "quantity", "amount", "order"])
        dealers = Dealer.objects.filter(deleted_at=None).order_by("pk").values_list("pk", "code")
        # A part at a time: the memory that is measured is that of the import.
        for number, code in dealers.iterator(chunk_size=5000):
            writer.writerow(_line(number, code, extra))
            rows += 1
    return rows


def _line(number: int, code: str, extra: int) -> tuple[object, ...]:
    day = month_start(ON) + dt.timedelta(days=number % 9)
    quantity = 1 + number % 50 + extra
    return code, day, f"BENCH-{number % PRODUCTS:03}", quantity, f"{quantity * 12.5:.2f}", f"SO-{number}/1"


def _copy_seconds(path: Path) -> float:
    """The floor: the same rows, by COPY alone, into a logged table of the same types without an index."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            'CREATE TABLE bench_copy (dealer text, "on" date, product text, quantity numeric(14, 3), '
            "amount numeric(18, 4), reference text)"
        )
        began = time.perf_counter()
        with cursor.copy("COPY bench_copy FROM STDIN (FORMAT csv, HEADER)") as copy:
            for block in _blocks(path):
                copy.write(block)
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def _products() -> None:
    from sales.models import Product

    Product.objects.bulk_create(
        [Product(code=f"BENCH-{number:03}", name=f"Product {number}") for number in range(PRODUCTS)],
        ignore_conflicts=True,
    )


def _clear() -> None:
    """Take the open month away again, with its sums."""
    from sales.figures import rebuild_figures
    from sales.partitions import RECORDS, SUMS

    month = month_start(ON)
    with connection.cursor() as cursor:
        if month not in RECORDS.months(cursor):
            return
        for table in (RECORDS.name(month), SUMS.name(month)):
            cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
        cursor.execute("DELETE FROM sales_territorymonth WHERE month = %s", [month])
        cursor.execute("DELETE FROM sales_personmonth WHERE month = %s", [month])
    rebuild_figures(ON)


@contextmanager
def _media(folder: str) -> Iterator[None]:
    kept = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = Path(folder) / "media"
    try:
        yield
    finally:
        settings.MEDIA_ROOT = kept
