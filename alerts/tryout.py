"""Try a rule on the past before it is switched on: how many cases it would have opened in each month, how many of them
were followed by the loss that it warns of, and how early.

Looked at is the first day of each month: what opened and ended within one month is not seen, so a rule opens somewhat more
cases than this says. Figures are of months closed and things known before the day; kind, tier, territory and call cycle
of dealers are today's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from alerts import kinds
from alerts.choices import CaseState
from alerts.detect import numeric_level
from alerts.kinds.kind import Kind, Unit
from alerts.models import Case, RuleVersion
from alerts.pace import elapsed, working_calendars
from alerts.terms import Terms, terms_of
from crm.base.periods import add_months, month_start
from crm.base.sql import insert_rows, load

MONTHS = 24
# A case was right when the loss came within so many days.
HORIZON_DAYS = 183
# Kinds that warn of unpaid debts; the others of dealers that stop ordering.
OF_DEBTS = frozenset({"credit_use", "overdue"})


@dataclass(frozen=True, slots=True)
class Month:
    """`opened` cases, by worst level `yellow`, `orange`, `red`; `followed` by a loss. `may_follow`: the horizon is over."""

    month: dt.date
    opened: int
    yellow: int
    orange: int
    red: int
    followed: int
    may_follow: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """Real cases, and how many of them people dismissed."""

    cases: int = 0
    dismissed: int = 0

    @property
    def dismissed_share(self) -> float | None:
        """False alarms as people judged them; None without cases."""
        return self.dismissed / self.cases if self.cases else None


@dataclass(frozen=True, slots=True)
class TryOut:
    """`months` oldest first; empty where history cannot tell (`told` is False).

    `losses` are all there were in the time, `warned` those that had a case before. `lead_days`: the median from a case to
    the loss it was followed by. `judged`: what people said of the real cases of this kind in that time.
    """

    kind: str
    told: bool
    months: tuple[Month, ...] = ()
    losses: int = 0
    warned: int = 0
    lead_days: int | None = None
    judged: Judged = Judged()

    @property
    def opened(self) -> int:
        return sum(month.opened for month in self.months)

    @property
    def a_month(self) -> float | None:
        """Cases a month in the mean."""
        return self.opened / len(self.months) if self.months else None

    @property
    def right(self) -> float | None:
        """Share of the cases that were followed by a loss, of months whose horizon is over; None without any."""
        judged = [month for month in self.months if month.may_follow]
        opened = sum(month.opened for month in judged)
        return sum(month.followed for month in judged) / opened if opened else None

    @property
    def seen(self) -> float | None:
        """Share of the losses that a case went before; None without losses."""
        return self.warned / self.losses if self.losses else None


@transaction.atomic
def try_out(version: RuleVersion, *, on: dt.date, months: int = MONTHS) -> TryOut:
    """What the version (a draft, too) would have done in the months before `on`. Writes nothing."""
    kind = kinds.get(version.rule.kind)
    past = Case.objects.filter(kind=version.rule.kind, mass=False, opened_on__gte=add_months(on, -months))
    counts = Judged(past.count(), past.filter(state=CaseState.DISMISSED).count())
    if kind is None or not kind.past:
        return TryOut(version.rule.kind, told=False, judged=counts)
    days = [add_months(month_start(on), -back) for back in range(months, -1, -1)]
    # A draft that is off is tried as if it were on.
    terms = terms_of(_as_on(version), kind, on)
    with connection.cursor() as cursor:
        _prepare(cursor, version, kind, terms, days)
        return _count(cursor, kind, terms, days, on, counts)


def _as_on(version: RuleVersion) -> RuleVersion:
    fields = {field.attname: getattr(version, field.attname) for field in RuleVersion._meta.concrete_fields}
    copy = RuleVersion(**fields | {"on": True})
    copy.rule = version.rule
    return copy


def _prepare(cursor: Any, version: RuleVersion, kind: Kind, terms: Terms, days: Sequence[dt.date]) -> None:
    for table in ("alert_day", "alert_tried", "alert_past_pace", "alert_past", "alert_would", "alert_lost"):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(
        "CREATE TEMP TABLE alert_day (day date PRIMARY KEY, back_3 date, back_12 date, back_15 date) ON COMMIT DROP"
    )
    insert_rows(
        cursor, "alert_day", [(day, add_months(day, -3), add_months(day, -12), add_months(day, -15)) for day in days]
    )
    rule = version.rule
    cursor.execute(
        """
        CREATE TEMP TABLE alert_tried ON COMMIT DROP AS
        SELECT d.id AS dealer_id
          FROM dealers_dealer d
          JOIN accounts_territory t ON t.id = d.territory_id
         WHERE d.deleted_at IS NULL AND d.status <> 'PROSPECT'
           AND t.path LIKE %(path)s || '%%'
           AND (%(kinds)s::text[] = '{}' OR d.kind = ANY(%(kinds)s::text[]))
           AND (%(tiers)s::text[] = '{}' OR coalesce(d.tier, '') = ANY(%(tiers)s::text[]))
        """,
        {
            "path": rule.territory.path if rule.territory else "", "kinds": list(rule.dealer_kinds),
            "tiers": list(rule.tiers),
        },
    )  # fmt: skip
    cursor.execute("CREATE UNIQUE INDEX ON alert_tried (dealer_id); ANALYZE alert_day; ANALYZE alert_tried")
    if kind.past == "progress":
        _paces(cursor, terms, days)


def _paces(cursor: Any, terms: Terms, days: Sequence[dt.date]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE alert_past_pace (country text, starts_on date, ends_on date, day date, elapsed numeric,"
        " late boolean) ON COMMIT DROP"
    )
    cursor.execute(
        """
        SELECT DISTINCT d.country, t.period_start, t.period_end
          FROM sales_salestarget t JOIN dealers_dealer d ON d.id = t.dealer_id
         WHERE t.kind = 'SELL_IN' AND t.period_start < %s AND t.period_end >= %s
        """,
        [days[-1], days[0]],
    )
    periods = cursor.fetchall()
    if not periods:
        return
    calendars = working_calendars(
        {country for country, _start, _end in periods},
        min(start for _country, start, _end in periods),
        max(end for _country, _start, end in periods),
    )
    rows = []
    for country, start, end in periods:
        for day in days:
            share = elapsed(start, end, day, calendars[country]) if start < day <= end else 0.0
            if share > 0 and share >= terms.parameters["min_elapsed"]:
                rows.append((country, start, end, day, share, share >= terms.parameters["late_from"]))
    insert_rows(cursor, "alert_past_pace", rows)


def _count(cursor: Any, kind: Kind, terms: Terms, days: Sequence[dt.date], on: dt.date, counts: Judged) -> TryOut:
    script = load("alerts", "past")
    shares = {each.key for each in kind.parameters if each.unit is Unit.SHARE}
    parameters = {key: value if key in shares else int(value) for key, value in terms.parameters.items()}
    levels = " ".join(
        f"WHEN '{measure.key}' THEN {numeric_level(measure, terms.limits_of(measure))}" for measure in kind.measures
    )
    cursor.execute(
        f"""
        CREATE TEMP TABLE alert_past ON COMMIT DROP AS
        SELECT x.day, x.dealer_id, max(CASE x.measure {levels} ELSE 0 END)::smallint AS level
          FROM ({script.statement(kind.past)}
               ) x
         GROUP BY x.day, x.dealer_id
        """,
        parameters,
    )
    # Opened is what has a level on a day and had none a month before; the first day only tells what was before.
    cursor.execute(
        """
        CREATE TEMP TABLE alert_would ON COMMIT DROP AS
        SELECT p.day, p.dealer_id, p.level
          FROM alert_past p
          LEFT JOIN alert_past b ON b.dealer_id = p.dealer_id AND b.day = (p.day - interval '1 month')::date
         WHERE p.level > 0 AND coalesce(b.level, 0) = 0 AND p.day > %s
        """,
        [days[0]],
    )
    lost = script.statement("unpaid" if kind.code in OF_DEBTS else "stopped")
    cursor.execute(f"CREATE TEMP TABLE alert_lost ON COMMIT DROP AS {lost}", {"on": on})
    cursor.execute("ANALYZE alert_would; ANALYZE alert_lost")
    cursor.execute(
        """
        SELECT d.day, count(w.dealer_id), count(*) FILTER (WHERE w.level = 1), count(*) FILTER (WHERE w.level = 2),
               count(*) FILTER (WHERE w.level = 3), count(l.lost_on)
          FROM alert_day d
          LEFT JOIN alert_would w ON w.day = d.day
          LEFT JOIN LATERAL (SELECT min(l.lost_on) AS lost_on FROM alert_lost l
                              WHERE l.dealer_id = w.dealer_id AND l.lost_on > w.day AND l.lost_on <= w.day + %(horizon)s) l
                 ON true
         WHERE d.day > %(first)s
         GROUP BY d.day
         ORDER BY d.day
        """,
        {"horizon": HORIZON_DAYS, "first": days[0]},
    )
    horizon = dt.timedelta(days=HORIZON_DAYS)
    found = tuple(
        Month(day, opened, yellow, orange, red, followed, may_follow=day + horizon <= on)
        for day, opened, yellow, orange, red, followed in cursor.fetchall()
    )
    cursor.execute(
        """
        SELECT count(*), count(w.day), percentile_disc(0.5) WITHIN GROUP (ORDER BY l.lost_on - w.day)
          FROM alert_lost l
          LEFT JOIN LATERAL (SELECT max(w.day) AS day FROM alert_would w
                              WHERE w.dealer_id = l.dealer_id AND w.day < l.lost_on AND w.day >= l.lost_on - %(horizon)s) w
                 ON true
         WHERE l.lost_on > %(first)s AND l.lost_on <= %(on)s
        """,
        {"horizon": HORIZON_DAYS, "first": days[0], "on": on},
    )
    losses, warned, lead_days = cursor.fetchone()
    return TryOut(kind.code, True, found, losses, warned, lead_days, counts)
