"""The list and the board of warnings over 100,000 running cases, as a director, as the manager of half of them who watches
each, and as a representative. Its cases are gone afterwards."""

from __future__ import annotations

import statistics

from django.db import connection, transaction

from bench.floors import share, statement_seconds
from bench.generate import DIRECTOR, MANAGER, REPRESENTATIVE
from bench.report import Report
from bench.web import Visitor

LIST, BOARD, SHORT = "/warnings/", "/warnings/board/", "/warnings/short/"
# Every so manieth dealer of a million has a case of each kind.
EVERY = 50
KINDS = ["overdue", "churn", "stock", "profile", "progress"]
LIMIT_MS = 60.0
REPEAT = 60


def run(report: Report) -> None:
    """The goal: whole requests within LIMIT_MS at the 95th percentile. The floor is the bare statement of one page."""
    with transaction.atomic():
        running = _fill()
        print(f"{running:,} running cases", flush=True)
        floor = statement_seconds(
            "SELECT id FROM alerts_case WHERE state IN ('OPEN', 'ACKNOWLEDGED', 'INVESTIGATING', 'ACTION')"
            " ORDER BY severity DESC, opened_on, id LIMIT 51",
            repeat=50,
        )
        director, manager, representative = (Visitor(each) for each in (DIRECTOR, MANAGER, REPRESENTATIVE))
        everything = f"{LIST}?whose=all"
        _measure(report, "director: first page", director, everything, floor)
        _measure(report, "director: deep page", director, f"{everything}&after={_deep()}", floor)
        _measure(report, "director: one kind, red ones", director, f"{everything}&kind=stock&severity=3", floor)
        _measure(report, "director: past the deadline", director, f"{everything}&late=1", floor)
        _measure(report, "director: board", director, f"{BOARD}?whose=all", floor)
        _measure(report, "director: panel of the start page", director, SHORT, floor)
        for whose in ("all", "team", "mine"):
            _measure(report, f"manager: {whose}", manager, f"{LIST}?whose={whose}", floor)
            _measure(report, f"manager: board, {whose}", manager, f"{BOARD}?whose={whose}", floor)
        _measure(report, "representative: mine", representative, f"{LIST}?whose=mine", floor)
        _measure(report, "representative: board", representative, f"{BOARD}?whose=mine", floor)
        transaction.set_rollback(True)


def _measure(report: Report, name: str, visitor: Visitor, address: str, floor: float) -> None:
    for _number in range(3):
        visitor.get(address)
    times = [visitor.get(address)[0] * 1000 for _number in range(REPEAT)]
    report.add(
        f"{name}, p95 (p50 {statistics.median(times):.1f} ms, {visitor.queries} queries)",
        share(times, 95), floor=floor * 1000, limit=LIMIT_MS,
    )  # fmt: skip


def _fill() -> int:
    """Cases of every kind in all states and severities, each of whoever is responsible for the dealer; how many run."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO alerts_case (kind, dealer_id, territory_id, mass, dealers_hit, severity, severity_since, worst, state,
                opened_on, opened_at, owner_id, evidence, latest, acknowledge_by, acknowledged_at, cause_by, cause_note,
                passed_up, resolution, reopened, dismissed_because, found_real)
            SELECT k.kind, d.id, d.territory_id, false, 1, 1 + (d.n + k.place) %% 3, current_date, 3,
                   CASE WHEN (d.n + k.place) %% 7 < 4 THEN 'OPEN' WHEN (d.n + k.place) %% 7 < 6 THEN 'ACKNOWLEDGED'
                        ELSE 'INVESTIGATING' END,
                   current_date - (d.n %% 60)::int, now() - make_interval(days => (d.n %% 60)::int), a.user_id,
                   '{"measure": "days", "figure": 21, "limit": 16}', '{"measure": "days", "figure": 21, "limit": 16}',
                   now() + make_interval(days => (d.n %% 9)::int - 3),
                   CASE WHEN (d.n + k.place) %% 7 >= 4 THEN now() END, now() + interval '1 day', '', 0, '', 0, '', false
              FROM (SELECT id, territory_id, id / %(every)s AS n FROM dealers_dealer
                     WHERE id %% %(every)s = 7 AND deleted_at IS NULL) d
             CROSS JOIN unnest(%(kinds)s::text[]) WITH ORDINALITY AS k (kind, place)
              LEFT JOIN LATERAL (SELECT user_id FROM accounts_territoryassignment
                                  WHERE territory_id = d.territory_id AND role = 'REPRESENTATIVE' LIMIT 1) a ON true
                ON CONFLICT DO NOTHING
            """,
            {"every": EVERY, "kinds": KINDS},
        )
        cursor.execute(
            """
            INSERT INTO alerts_casewatcher (case_id, user_id, since)
            SELECT c.id, u.id, now()
              FROM alerts_case c
              JOIN accounts_territory t ON t.id = c.territory_id
              JOIN accounts_user u ON u.email = %s
             WHERE EXISTS (SELECT FROM accounts_territoryassignment a JOIN accounts_territory o ON o.id = a.territory_id
                            WHERE a.user_id = u.id AND t.path LIKE o.path || '%%')
                ON CONFLICT DO NOTHING
            """,
            [MANAGER],
        )
        cursor.execute("ANALYZE alerts_case; ANALYZE alerts_casewatcher")
        cursor.execute(
            "SELECT count(*) FROM alerts_case WHERE state IN ('OPEN', 'ACKNOWLEDGED', 'INVESTIGATING', 'ACTION')"
        )
        (running,) = cursor.fetchone()
    return int(running)


def _deep() -> str:
    """A place far down the list, as a page gives it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT severity, opened_on, id FROM alerts_case WHERE severity = 2 AND state = 'OPEN' ORDER BY id LIMIT 1"
        )
        severity, opened_on, pk = cursor.fetchone()
    return f"{severity}.{opened_on}.{pk}"
