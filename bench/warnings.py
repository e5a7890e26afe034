"""The night's warnings over a million dealers, held against the bare sum over their 36 million months."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.floors import statement_seconds
from bench.months import ON, ensure_months
from bench.report import Report
from bench.tiers import _seconds, _settle
from crm.base.periods import add_months, month_start
from sales.partitions import SUMS

REPEAT = 3
# Of all dealers, so many grow overdue in one night.
OPENED = 10_000
_TABLES = (
    "alerts_dealerstanding", "alerts_case", "alerts_caseevent", "alerts_casewatcher", "alerts_figurehistory",
    "visits_visitdue", "dealers_creditprofile",
)  # fmt: skip

# Limits by which some percent of the generated dealers have a case, as in a company that works on them: the generated
# figures are wilder than real ones.
_LIMITS: dict[str, dict[str, dict[str, str]]] = {
    "profile": {"verified": {"yellow": "180", "orange": "270", "red": "365"}},
    "churn": {
        "interval": {"yellow": "1.5", "orange": "2.0", "red": "3.0"}, "silence": {"red": "90"},
        "volume": {"yellow": "0.45", "orange": "0.55", "red": "0.65"},
    },
    "plateau": {"half_year": {"yellow": "-0.25"}},
}  # fmt: skip


def run(report: Report) -> None:
    """Everybody measured anew and all rules applied; a usual night with 1 % of the dealers changed; ten thousand cases."""
    from alerts.models import Case, StandingState

    ensure_months()
    _prepare()
    state = StandingState.objects.first()
    on = (state.on if state else ON) + dt.timedelta(days=1)
    if state is None:
        print(f"first night, {_night(on):.1f} s, {Case.objects.count():,} cases", flush=True)
    _clean()
    floor = statement_seconds("SELECT sum(amount_e4) FROM sales_dealermonth")
    for name, goal, everybody in (
        ("all rules over all dealers, 1 % changed", 0.5, False),
        ("the same, everybody measured anew", 2.0, True),
    ):
        times = []
        for _ in range(REPEAT):
            _sell(on)
            _clean()
            times.append(_night(on, everybody=everybody))
        report.add(f"warnings: {name}", sorted(times)[REPEAT // 2], unit="s", floor=floor, goal=goal)
    _clean()
    before = Case.objects.count()
    _grow_overdue(on)
    seconds = _night(on + dt.timedelta(days=1))
    opened = Case.objects.count() - before
    assert opened >= OPENED * 0.9, opened
    report.add(f"warnings: a night that opens {opened:,} cases", seconds, unit="s", limit=5)


def _night(on: dt.date, *, everybody: bool = False) -> float:
    from alerts.night import run_warnings

    return _seconds(lambda: run_warnings(on=on, at=timezone.now(), everybody=everybody))


def _prepare() -> None:
    """Visits due, credit and limits of the measurement, unless they are there."""
    from alerts import kinds
    from alerts.models import AlertRule, RuleVersion
    from alerts.publishing import draft_of
    from visits.models import VisitDue

    for code, thresholds in _LIMITS.items():
        rule = AlertRule.objects.get(kind=code, territory=None, dealer_kinds=[], tiers=[])
        if not RuleVersion.objects.filter(rule=rule, active_from=dt.date(2020, 1, 1)).exists():
            assert kinds.get(code) is not None
            version = draft_of(rule, dt.date(2020, 1, 1), thresholds=thresholds, published_at=timezone.now())
            version.save()
    if VisitDue.objects.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO visits_visitdue (dealer_id, a_year_e2, max_gap_days, minutes, phone_every, own, due_on,
                                         last_visit_on, done_in_month, done_in_year)
            SELECT d.id, 1200, 45, 30, 2, false, %(on)s::date + 20 - (hashint8extended(d.id, 51) & 31)::int,
                   %(on)s::date - 25 - (hashint8extended(d.id, 51) & 31)::int, 0, 3
              FROM dealers_dealer d WHERE d.status NOT IN ('PROSPECT', 'TERMINATED')
             ORDER BY d.id
            """,
            {"on": ON},
        )
        cursor.execute(
            """
            INSERT INTO dealers_creditprofile (dealer_id, credit_limit, credit_term_days, rating, deposit, on_hold,
                                               hold_reason)
            SELECT d.id, 1000 + (hashint8extended(d.id, 52) & 65535), 30, 'A', 0, false, '' FROM dealers_dealer d
             ORDER BY d.id
                ON CONFLICT DO NOTHING
            """
        )
        cursor.execute("SET session_replication_role = origin")


def _sell(on: dt.date) -> None:
    """Of every hundred dealers one has other figures and another day with an order in the last closed month, as an import of
    late sales leaves them; the second time takes the day away again."""
    month = add_months(month_start(ON), -1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sold AS (
                UPDATE sales_dealermonth SET order_days = order_days # 4
                 WHERE month = %(month)s AND kind = 'SELL_IN' AND dealer_id %% 100 = %(which)s
                RETURNING dealer_id, month, order_days AS now, order_days # 4 AS before
            )
            UPDATE sales_dealerfigures f
               SET quantity_e3 = f.quantity_e3 * 103 / 100, amount_e4 = f.amount_e4 * 97 / 100,
                   order_mark = f.order_mark # sales_order_mark(s.before, s.month) # sales_order_mark(s.now, s.month)
              FROM sold s
             WHERE s.dealer_id = f.dealer_id
            """,
            {"month": month, "which": on.toordinal() % 100},
        )
        _vacuum(cursor, SUMS.name(month))


def _grow_overdue(on: dt.date) -> None:
    """As an import of receivables leaves the figures, for dealers that owed nothing so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE sales_dealerfigures f SET oldest_due_on = %s, overdue_e4 = 10000000
             WHERE f.dealer_id IN (SELECT dealer_id FROM sales_dealerfigures
                                    WHERE trading AND oldest_due_on IS NULL ORDER BY dealer_id DESC LIMIT %s)
            """,
            [on - dt.timedelta(days=4), OPENED],
        )
    _clean()


def _clean() -> None:
    _settle()
    with connection.cursor() as cursor:
        for table in _TABLES:
            _vacuum(cursor, table)


def _vacuum(cursor: Any, table: str) -> None:
    cursor.execute(f"VACUUM ANALYZE {table}")
