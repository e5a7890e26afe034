"""Postings to the ledger of promotions: side by side on one budget, with a fifth of them sent twice."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from decimal import Decimal

from bench.report import Report

THREADS = 4
EACH = 300


def run(report: Report) -> None:
    """Reservations of one budget by four threads; all on one balance, which is the worst case."""
    from django.db import connection

    from accounts.models import Territory
    from promotions import ledger
    from promotions.choices import PostingKind
    from promotions.models import Budget

    territory = Territory.objects.order_by("path").first() or Territory.objects.create(code="BENCH", name="Measured")
    on, at = dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    run_key = uuid.uuid4().hex
    budget = Budget.objects.create(
        code=run_key, name="Measured", territory=territory, currency="USD", starts_on=on, ends_on=dt.date(2027, 1, 1)
    )
    ledger.open_budget(budget)
    total = Decimal(THREADS * EACH)
    ledger.grant(budget, total, ledger.About(f"{run_key}:grant", None, at, on))
    earmarks = [ledger.open_earmark(budget=budget, title="Measured", at=at) for _ in range(THREADS)]
    gate = threading.Barrier(THREADS + 1)

    def post(number: int) -> None:
        connection.ensure_connection()
        gate.wait()
        for step in range(EACH):
            about = ledger.About(f"{run_key}:{number}:{step}", None, at, on)
            for _ in range(2 if step % 5 == 0 else 1):
                ledger.move(PostingKind.RESERVE, earmarks[number], Decimal(1), about)
        connection.close()

    threads = [threading.Thread(target=post, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    held = ledger.of_budgets([budget])[budget.pk]
    report.add("postings on one budget, 4 threads", THREADS * EACH / seconds, unit="/s", limit=300, at_least=True)
    report.add("overspent", float(max(held.reserved - total, Decimal(0))), unit="USD", limit=0)
    report.add("accounts that differ from their entries", float(len(ledger.check().off)), unit="", limit=0)
