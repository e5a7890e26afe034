"""What the nightly rules know about every dealer, as of a day: see sales/sql/figures.sql.

Sales figures are sums of months that had ended before the day; nothing later than the day is read. Receivables are
known only as they stand now: for a past day they are today's open items, cut at that day's due dates.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from crm.base.models import Company
from crm.base.periods import add_months, fiscal_year_period, last_closed_fiscal_year, month_start
from crm.base.sql import analyze, load
from sales.models import FiguresState
from sales.partitions import fit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.backends.utils import CursorWrapper

# Who writes rollups holds this lock until the transaction ends: two writers would each miss the other's rows.
LOCK = 0x53414C45
# From here on it is quicker to build the narrow table anew than to change it row by row.
MANY_DEALERS = 20_000


@dataclass(frozen=True, slots=True)
class Windows:
    """The months that figures as of `on` are summed over; `first_month` opens the fiscal year (1 to 12)."""

    on: dt.date
    first_month: int = 1

    @property
    def month(self) -> dt.date:
        """First day of the open month: months before it count."""
        return month_start(self.on)

    @property
    def year(self) -> int:
        """The last fiscal year closed before `on`."""
        return last_closed_fiscal_year(self.on, self.first_month)

    def parameters(self) -> dict[str, object]:
        year = fiscal_year_period(self.year, self.first_month)
        return {
            "on": self.on,
            "month": self.month,
            "open_days": (1 << (self.on - self.month).days) - 1,
            "year": self.year,
            "year_start": year.start,
            "year_end": year.end,
            "year_1_start": add_months(year.start, -12),
            "year_2_start": add_months(year.start, -24),
            **{f"back_{count}": add_months(self.month, -count) for count in (3, 6, 12, 15, 18, 24)},
        }


def lock(cursor: CursorWrapper) -> None:
    """Let nobody else write rollups until this transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def state(cursor: CursorWrapper) -> Windows:
    """As of when the maintained figures stand; the first time, as of the company's today."""
    company = Company.get()
    row = FiguresState.objects.filter(pk=1).first()
    if row is None:
        windows = Windows(company.today(), company.fiscal_year_start)
        _remember(windows)
        cursor.execute("UPDATE sales_dealerfigures SET year = %s WHERE year <> %s", [windows.year, windows.year])
        return windows
    return Windows(row.on, row.first_month)


def touch(cursor: CursorWrapper, dealers: Iterable[int] = ()) -> None:
    """Open the list of dealers whose figures may have changed, and put these on it."""
    script = load("sales", "figures")
    script.run(cursor, "make_touched")
    ids = list(dealers)
    if ids:
        cursor.execute(
            "INSERT INTO sales_touched_dealers SELECT DISTINCT unnest(%s::bigint[]) ON CONFLICT DO NOTHING", [ids]
        )


def figures_as_of(on: dt.date, *, first_month: int | None = None, cursor: CursorWrapper | None = None) -> str:
    """Measure every dealer as of `on` into a temporary table and return its name.

    The table has the columns of DealerFigures and lives until the transaction ends; one at a time. Kind, trading and
    territory are today's. `first_month` of the fiscal year is the company's when it is None.
    """
    first_month = first_month or Company.get().fiscal_year_start
    with connection.cursor() if cursor is None else _Given(cursor) as own:
        touch(own)
        _measure(own, Windows(on, first_month), everybody=True)
    return "sales_figures_as_of"


def follow_changes(cursor: CursorWrapper, changed: str, months: Collection[dt.date], *, many: bool = False) -> None:
    """Bring figures up to date after what the table or view `changed` says of these months: by measuring the dealers anew
    when they are few, by adding what changed to everybody's when they are many, or said to be. The lists' columns of
    many are left to a worker."""
    touch(cursor)
    if not many:
        cursor.execute(f'SELECT count(DISTINCT dealer_id) FROM "{changed}"')
        many = cursor.fetchone()[0] > MANY_DEALERS
    if not many:
        cursor.execute(
            f'INSERT INTO sales_touched_dealers SELECT DISTINCT dealer_id FROM "{changed}" ON CONFLICT DO NOTHING'
        )
        refresh_touched(cursor)
        return
    windows, script = state(cursor), load("sales", "figures")
    parameters = windows.parameters() | _hit(months, windows)
    cursor.execute("LOCK TABLE sales_dealerfigures IN SHARE ROW EXCLUSIVE MODE")
    with whole_tables(cursor):
        one_month = _one_row_a_dealer(cursor, changed, months, parameters)
        script.run(cursor, "delta_of_a_month" if one_month else "delta_of_months", parameters, changed=changed)
        with in_order_of_dealers(cursor) if one_month else nullcontext():
            script.run(cursor, "merge", parameters)
        cursor.execute("DROP VIEW sales_delta")
        _swap(cursor)
        # A first or a last sale that went away is not found by adding up.
        cursor.execute("TRUNCATE sales_touched_dealers")
        with in_order_of_dealers(cursor) if one_month else nullcontext():
            doubtful = script.run(cursor, "touch_doubtful", parameters, changed=changed)
    if doubtful:
        _put_touched(cursor, windows)
    _show_later()


def _one_row_a_dealer(
    cursor: CursorWrapper, changed: str, months: Collection[dt.date], parameters: dict[str, object]
) -> bool:
    """Whether nothing has to be summed for a dealer: one month, and of it no kind of sale but sell-in counts."""
    if len(months) != 1:
        return False
    if not parameters["in_back_3"]:
        return True
    cursor.execute(load("sales", "figures").statement("sold_on", changed=changed))
    return not cursor.fetchone()[0]


def refresh_touched(cursor: CursorWrapper) -> int:
    """Bring the touched dealers' figures up to date as of the state's day, and what their lists show; rows changed.

    With very many dealers touched the lists' columns are left to a worker.
    """
    cursor.execute("SELECT count(*) FROM sales_touched_dealers")
    (count,) = cursor.fetchone()
    if not count:
        return 0
    windows = state(cursor)
    if count > MANY_DEALERS:
        _show_later()
        return _put_all(cursor, windows)
    rows = _put_touched(cursor, windows)
    put_dealers(cursor, everybody=False)
    return rows


def _show_later() -> None:
    from sales import tasks

    tasks.enqueue()


def _hit(months: Collection[dt.date], windows: Windows) -> dict[str, bool]:
    """Which of the windows a changed month lies in: the others' sums need not be asked of every dealer."""
    year = fiscal_year_period(windows.year, windows.first_month)
    spans = {
        "in_year": (year.start, year.end),
        "in_year_1": (add_months(year.start, -12), year.start),
        "in_year_2": (add_months(year.start, -24), add_months(year.start, -12)),
        "in_back_12": (add_months(windows.month, -12), windows.month),
        "in_back_24": (add_months(windows.month, -24), add_months(windows.month, -12)),
        "in_back_3": (add_months(windows.month, -3), windows.month),
        "in_back_3_1": (add_months(windows.month, -15), add_months(windows.month, -12)),
        "in_back_6": (add_months(windows.month, -6), windows.month),
        "in_back_6_1": (add_months(windows.month, -18), add_months(windows.month, -12)),
    }
    return {name: any(start <= month < end for month in months) for name, (start, end) in spans.items()}


def put_dealers(cursor: CursorWrapper, *, everybody: bool) -> int:
    """Write sales, balance, overdue and last order to the dealers themselves where they differ; rows changed."""
    with whole_tables(cursor) if everybody else nullcontext():
        return load("sales", "figures").run(cursor, "put_dealers", {"everybody": everybody})


@transaction.atomic
def rebuild_figures(on: dt.date) -> int:
    """Measure every dealer anew as of `on` and replace the maintained figures; rows."""
    with connection.cursor() as cursor:
        lock(cursor)
        touch(cursor)
        windows = Windows(on, Company.get().fiscal_year_start)
        with whole_tables(cursor):
            load("sales", "figures").run(cursor, "add_missing")
        rows = _put_all(cursor, windows)
        _remember(windows)
        put_dealers(cursor, everybody=True)
    return rows


@transaction.atomic
def advance(on: dt.date) -> int:
    """Move the figures on to the day `on`; rows changed. A day before the state's changes nothing.

    Within a month only what falls due or was sold in between is measured; a new month, another fiscal year or figures
    marked stale are built anew.
    """
    with connection.cursor() as cursor:
        lock(cursor)
        row = FiguresState.objects.filter(pk=1).first()
        target = Windows(on, Company.get().fiscal_year_start)
        if row is None:
            return rebuild_figures(on)
        if on < row.on:
            return 0
        if row.stale or row.first_month != target.first_month or month_start(row.on) != target.month:
            return rebuild_figures(on)
        touch(cursor)
        load("sales", "figures").run(cursor, "touch_due", {"since": row.on, "on": on})
        rows = _put_touched(cursor, target)
        _remember(target)
        return max(rows, put_dealers(cursor, everybody=True))


@contextmanager
def whole_tables(cursor: CursorWrapper, *, memory_mb: int = 128) -> Iterator[None]:
    """For statements over everybody. Tables that were just filled have no statistics yet, and a planner that takes a
    million rows for one would go through them in nested loops; compiling pays for none of these."""
    cursor.execute("SELECT current_setting('work_mem')")
    (usual,) = cursor.fetchone()
    cursor.execute(f"SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '{memory_mb}MB'; SET LOCAL jit = off")
    yield
    cursor.execute("SET LOCAL enable_nestloop = on")
    cursor.execute("SELECT set_config('work_mem', %s, true)", [usual])


@contextmanager
def in_order_of_dealers(cursor: CursorWrapper) -> Iterator[None]:
    """For a join of tables that lie in the order of dealers and have their keys: they are read side by side, by one process,
    as wide rows handed on by several cost more than they save. The planner would rather hash a million rows."""
    cursor.execute("SELECT current_setting('max_parallel_workers_per_gather')")
    (usual,) = cursor.fetchone()
    cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL max_parallel_workers_per_gather = 0")
    yield
    cursor.execute("SET LOCAL enable_hashjoin = on")
    cursor.execute("SELECT set_config('max_parallel_workers_per_gather', %s, true)", [usual])


def _measure(cursor: CursorWrapper, windows: Windows, *, everybody: bool) -> None:
    cursor.execute("DROP TABLE IF EXISTS pg_temp.sales_figures_as_of")
    parameters = {**windows.parameters(), "everybody": everybody}
    with whole_tables(cursor) if everybody else nullcontext():
        load("sales", "figures").run(cursor, "measure", parameters)


def _put_touched(cursor: CursorWrapper, windows: Windows) -> int:
    _measure(cursor, windows, everybody=False)
    return load("sales", "figures").run(cursor, "put_touched")


def _put_all(cursor: CursorWrapper, windows: Windows) -> int:
    # Readers go on; a dealer that changes kind or place meanwhile waits, or its copy here would be the old one.
    cursor.execute("LOCK TABLE sales_dealerfigures IN SHARE ROW EXCLUSIVE MODE")
    _measure(cursor, windows, everybody=True)
    with whole_tables(cursor):
        rows = load("sales", "figures").run(cursor, "put_all")
    _swap(cursor)
    return rows


def _swap(cursor: CursorWrapper) -> None:
    """Put the table of new figures in the place of the one there is. The whole is a partitioned table with one part, so
    that what leads to it stays: views, rights. Readers wait from here on until the transaction ends."""
    fit(cursor, "sales_dealerfigures", "sales_dealerfigures_next")
    cursor.execute("ALTER TABLE sales_dealerfigures DETACH PARTITION sales_dealerfigures_all")
    cursor.execute("DROP TABLE sales_dealerfigures_all")
    cursor.execute("ALTER TABLE sales_dealerfigures_next RENAME TO sales_dealerfigures_all")
    cursor.execute(
        "ALTER TABLE sales_dealerfigures"
        " ATTACH PARTITION sales_dealerfigures_all FOR VALUES FROM (MINVALUE) TO (MAXVALUE)"
    )
    # Nobody else does it for the whole of a partitioned table.
    analyze(cursor, "sales_dealerfigures")


def _remember(windows: Windows) -> None:
    FiguresState.objects.update_or_create(
        pk=1,
        defaults={"on": windows.on, "year": windows.year, "first_month": windows.first_month, "stale": False},
    )


class _Given:
    """A cursor that somebody else closes."""

    def __init__(self, cursor: CursorWrapper) -> None:
        self.cursor = cursor

    def __enter__(self) -> CursorWrapper:
        return self.cursor

    def __exit__(self, *error: object) -> None:
        return None
