"""Try a rule on the past before it is switched on: how many cases it would have opened in each month, how many of them
were followed by the loss that it warns of, and how early.

Looked at is the first day of each month: what opened and ended within one month is not seen, so a rule opens somewhat more
cases than this says. Figures are of months closed and things known before the day; kind, tier, territory and call cycle
of dealers are today's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from alerts import kinds
from alerts.choices import CaseState
from alerts.detect import numeric_level
from alerts.kinds.kind import Kind, Unit
from alerts.models import AlertRule, RuleVersion
from alerts.pace import elapsed, working_calendars
from alerts.rulebook import in_countries, scopes_within
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
    # The first of the days that anything is known of; None: of none.
    since: dt.date | None = None

    @property
    def opened(self) -> int:
        return sum(month.opened for month in self.months)

    @property
    def a_month(self) -> float | None:
        """Cases a month in the mean, of the months that something is known of; None without any."""
        known = [month for month in self.months if self.since is not None and month.month >= self.since]
        return self.opened / len(known) if known else None

    @property
    def severe(self) -> int:
        """Cases that were orange or red when they opened."""
        return sum(month.orange + month.red for month in self.months)

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


# Told of a share done, 0 to 1.
Tell = Callable[[float], None]


def _nobody(_share: float) -> None:
    return


@transaction.atomic
def try_out(
    version: RuleVersion, *, on: dt.date, months: int = MONTHS, scope: AlertRule | None = None, tell: Tell = _nobody
) -> TryOut:
    """What the version (a draft, too) would have done in the months before `on`, for whom its rule is, or the rule `scope`
    instead. Writes nothing."""
    rule = scope or version.rule
    kind = kinds.get(version.rule.kind)
    days = [add_months(month_start(on), -back) for back in range(months, -1, -1)]
    with connection.cursor() as cursor:
        _whom(cursor, rule, on)
        counts = _judged(cursor, version.rule.kind, add_months(on, -months))
        if kind is None or not kind.past:
            return TryOut(version.rule.kind, told=False, judged=counts)
        tell(0.05)
        # A draft that is off is tried as if it were on.
        terms = terms_of(_as_on(version), kind, on)
        _prepare(cursor, kind, terms, days)
        return _count(cursor, kind, terms, days, on, counts, tell)


def _as_on(version: RuleVersion) -> RuleVersion:
    fields = {field.attname: getattr(version, field.attname) for field in RuleVersion._meta.concrete_fields}
    copy = RuleVersion(**fields | {"on": True})
    copy.rule = version.rule
    return copy


def _whom(cursor: Any, rule: AlertRule, on: dt.date) -> None:
    """`alert_tried`: dealers that trade and that no rule of a narrower scope holds."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.alert_tried")
    held = """t.path LIKE {0}path)s || '%%'
           AND ({0}places)s::bigint[] IS NULL OR t.id = ANY({0}places)s::bigint[]))
           AND ({0}kinds)s::text[] = '{{}}' OR d.kind = ANY({0}kinds)s::text[]))
           AND ({0}tiers)s::text[] = '{{}}' OR coalesce(d.tier, '') = ANY({0}tiers)s::text[]))"""
    conditions, values = [held.format("%(")], _scope_values("", rule)
    for number, narrower in enumerate(scopes_within(rule, on)):
        conditions.append(f"NOT ({held.format(f'%(n{number}_')})")
        values |= _scope_values(f"n{number}_", narrower)
    cursor.execute(
        f"""
        CREATE TEMP TABLE alert_tried ON COMMIT DROP AS
        SELECT d.id AS dealer_id
          FROM dealers_dealer d
          JOIN accounts_territory t ON t.id = d.territory_id
         WHERE d.deleted_at IS NULL AND d.status <> 'PROSPECT'
           AND {" AND ".join(conditions)}
        """,
        values,
    )
    cursor.execute("CREATE UNIQUE INDEX ON alert_tried (dealer_id); ANALYZE alert_tried")


def _scope_values(prefix: str, rule: AlertRule) -> dict[str, Any]:
    return {
        f"{prefix}path": rule.territory.path if rule.territory else "",
        f"{prefix}places": in_countries(rule.countries) if rule.countries else None, f"{prefix}kinds": list(rule.dealer_kinds),
        f"{prefix}tiers": list(rule.tiers),
    }  # fmt: skip


def _judged(cursor: Any, kind: str, since: dt.date) -> Judged:
    cursor.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE c.state = %s)
          FROM alerts_case c JOIN alert_tried USING (dealer_id)
         WHERE c.kind = %s AND NOT c.mass AND c.opened_on >= %s
        """,
        [CaseState.DISMISSED.value, kind, since],
    )
    return Judged(*cursor.fetchone())


def _prepare(cursor: Any, kind: Kind, terms: Terms, days: Sequence[dt.date]) -> None:
    for table in ("alert_day", "alert_past", "alert_would", "alert_lost"):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    days_table(cursor, days)
    if kind.past == "progress":
        paces_table(cursor, terms, days)


def days_table(cursor: Any, days: Sequence[dt.date]) -> None:
    """`alert_day`: firsts of months, and the firsts that figures reach back to."""
    cursor.execute(
        "CREATE TEMP TABLE alert_day (day date PRIMARY KEY, back_3 date, back_12 date, back_15 date) ON COMMIT DROP"
    )
    insert_rows(
        cursor, "alert_day", [(day, add_months(day, -3), add_months(day, -12), add_months(day, -15)) for day in days]
    )
    cursor.execute("ANALYZE alert_day")


def paces_table(cursor: Any, terms: Terms, days: Sequence[dt.date]) -> None:
    """`alert_past_pace`: how much of each target period was over on the days, by country."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.alert_past_pace")
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


def past_parameters(kind: Kind, terms: Terms) -> dict[str, Any]:
    """The kind's parameters as its step of sql/past.sql reads them."""
    shares = {each.key for each in kind.parameters if each.unit is Unit.SHARE}
    return {key: value if key in shares else int(value) for key, value in terms.parameters.items()}


def _count(
    cursor: Any, kind: Kind, terms: Terms, days: Sequence[dt.date], on: dt.date, counts: Judged, tell: Tell
) -> TryOut:
    script = load("alerts", "past")
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
        past_parameters(kind, terms),
    )
    tell(0.7)
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
    cursor.execute("SELECT min(day) FROM alert_past")
    (since,) = cursor.fetchone()
    lost = script.statement("unpaid" if kind.code in OF_DEBTS else "stopped")
    cursor.execute(f"CREATE TEMP TABLE alert_lost ON COMMIT DROP AS {lost}", {"on": on})
    cursor.execute("ANALYZE alert_would; ANALYZE alert_lost")
    tell(0.9)
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
    return TryOut(kind.code, True, found, losses, warned, lead_days, counts, since)
