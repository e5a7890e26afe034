"""The night's warnings: measure, detect, write cases. docs/algorithms/warnings.md explains it with numbers.

All of it is one transaction: a night that dies leaves nothing behind, and the same date again finds nothing to do.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from alerts import detect, evidence, failures, kinds, mass, passing_up
from alerts.deadlines import after_hours
from alerts.defaults import ensure_rules
from alerts.detect import Detected
from alerts.measure import measure, pace_table
from alerts.models import AlertRule, KindNight, LossTerms, RuleVersion, StandingState
from alerts.pace import working_calendars
from alerts.rulebook import Rulebook, rulebook
from alerts.telling import events
from crm.base.jobs import Progress, Silent
from crm.base.models import Company
from crm.base.sql import insert_rows, load
from sales.models import FiguresState
from tiering.changed import horizon

logger = logging.getLogger(__name__)

# Kinds whose cases say what losing the dealer would cost.
COSTLY = frozenset({"churn", "major_event"})
_ROWS = ("worsen", "ease", "recover", "age", "verify")


@dataclass(slots=True)
class Night:
    """What a run did. `skipped` says why it did nothing: the figures or the standings are of a later day."""

    on: dt.date
    measured: int = 0
    everybody: bool = False
    opened: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    mass: dict[str, int] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    skipped: str = ""

    @property
    def rows(self) -> int:
        return sum(self.opened.values()) + sum(self.changed.values())


@transaction.atomic
def run_warnings(*, on: dt.date, at: dt.datetime, job: Progress | None = None, everybody: bool = False) -> Night:
    """Bring standings and cases up to the day `on`; `at` is when that is. A day before the one they stand at changes
    nothing: what happened since cannot be taken back. `everybody` measures all dealers anew."""
    job = job or Silent()
    night = Night(on)
    if skipped := _too_late(on):
        night.skipped = skipped
        job.figures.update(skipped=skipped)
        return night
    if not AlertRule.objects.exists():
        ensure_rules()
    with connection.cursor() as cursor:
        told_until = events.last_event()
        state = StandingState.objects.select_for_update().filter(pk=1).first()
        seen = horizon(cursor)
        job.progress(0.05, gettext_noop("Measuring dealers"))
        measured = measure(cursor, on=on, state=state, horizon=seen, everybody=everybody)
        night.measured, night.everybody = measured.rows, measured.everybody
        # Now that every dealer has its group.
        rules = rulebook(on)
        job.progress(0.5, gettext_noop("Applying the rules"))
        found = _detect(cursor, on, rules)
        night.errors = found.errors
        rose = _rises(cursor)
        night.mass = mass.set_aside(cursor, on=on, at=at, rose=rose, kinds=found.kinds, total=measured.dealers)
        load("alerts", "detect").run(cursor, "write")
        job.progress(0.7, gettext_noop("Writing cases"))
        evidence.collect(cursor, on=on, kinds=found.kinds, rules=rules)
        _write_cases(cursor, night, rules, at)
        passing_up.pass_up(at=at, on=on)
        events.tell_of_night(after=told_until, at=at)
        _record(night, found, rose, measured.dealers)
        StandingState.objects.update_or_create(
            pk=1, defaults={"on": on, "seen_before_xid": seen.xid, "seen_in_cluster": seen.cluster}
        )
    _report(job, night, at)
    return night


def _too_late(on: dt.date) -> str:
    state = StandingState.objects.filter(pk=1).values_list("on", flat=True).first()
    if state is not None and on < state:
        return f"standings are of {state}"
    figures = FiguresState.objects.filter(pk=1).values_list("on", flat=True).first()
    if figures is not None and on < figures:
        return f"figures are of {figures}"
    return ""


def _detect(cursor: Any, on: dt.date, rules: Rulebook) -> Detected:
    min_elapsed, late_from = detect.elapsed_parameters(rules)
    pace_table(cursor, on=on, min_elapsed=float(min_elapsed), late_from=float(late_from))
    return detect.detect(cursor, on=on, rules=rules)


def _rises(cursor: Any) -> Counter[str]:
    """How many dealers rose, by kind."""
    cursor.execute("SELECT place, count(*) FROM alert_moved WHERE now > was GROUP BY place")
    places = dict(cursor.fetchall())
    return Counter({kind.code: places[kind.place] for kind in kinds.registered() if kind.place in places})


def _write_cases(cursor: Any, night: Night, rules: Rulebook, at: dt.datetime) -> None:
    script = load("alerts", "cases")
    values = {"on": night.on, "at": at}
    for table in ("alert_holder", "alert_change", "alert_opened", "alert_terms", "alert_deadline"):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    LossTerms.get()
    script.run(cursor, "holders", values)
    _terms_table(cursor, rules)
    script.run(cursor, "change")
    cursor.execute("ANALYZE alert_change; ANALYZE alert_holder")
    _deadline_table(cursor, night.on, at)
    _open(cursor, script, values, night)
    codes = [kind.code for kind in kinds.registered()]
    places = [kind.place for kind in kinds.registered()]
    more = {**values, "codes": codes, "places": places, "failed": list(night.errors)}
    for step in _ROWS:
        night.changed[step] += script.run(cursor, step, more)


def _open(cursor: Any, script: Any, values: dict[str, Any], night: Night) -> None:
    cursor.execute(
        "CREATE TEMP TABLE alert_opened (id bigint PRIMARY KEY, dealer_id bigint, kind text, territory_id bigint,"
        " severity int, evidence jsonb, owner_id bigint) ON COMMIT DROP"
    )
    # A statement that writes cannot stand in CREATE TABLE AS.
    statement = script.statement("open")
    made, _sep, _rest = statement.rpartition("SELECT * FROM made")
    cursor.execute(f"{made} INSERT INTO alert_opened SELECT * FROM made", values)
    cursor.execute("ANALYZE alert_opened")
    script.run(cursor, "opened_events", values)
    script.run(cursor, "opened_watchers", values)
    cursor.execute("SELECT kind, count(*) FROM alert_opened GROUP BY kind")
    night.opened.update(dict(cursor.fetchall()))


def _terms_table(cursor: Any, rules: Rulebook) -> None:
    """`alert_terms`: what the version of each kind in each book says about cases."""
    cursor.execute(
        "CREATE TEMP TABLE alert_terms (book smallint, place smallint, code text, version_id bigint, owned_by text,"
        " watchers text[], hours int[], cause_days int, recovery_days int, costs boolean) ON COMMIT DROP"
    )
    used = {terms.version_id for book in rules.books for terms in book.values()}
    versions = RuleVersion.objects.in_bulk([pk for pk in used if pk])
    rows = []
    for number, book in enumerate(rules.books):
        for kind in kinds.registered():
            terms = book.get(kind.code)
            version = versions.get(terms.version_id) if terms and terms.version_id else None
            if version is None:
                continue
            hours = [version.acknowledge_hours(severity) for severity in (1, 2, 3)]
            rows.append(
                (
                    number, kind.place, kind.code, version.pk, version.owned_by, version.watchers, hours,
                    version.cause_days, version.recovery_days, kind.code in COSTLY,
                )
            )  # fmt: skip
    insert_rows(cursor, "alert_terms", rows)


def _deadline_table(cursor: Any, on: dt.date, at: dt.datetime) -> None:
    """`alert_deadline`: when so many hours of working days have passed, by country and the owner's time zone (empty: the
    company's)."""
    cursor.execute(
        "CREATE TEMP TABLE alert_deadline (country text, zone text, hours int, at timestamptz,"
        " PRIMARY KEY (country, zone, hours)) ON COMMIT DROP"
    )
    cursor.execute("SELECT DISTINCT country FROM alert_change")
    countries = {country for (country,) in cursor.fetchall()}
    cursor.execute("SELECT DISTINCT unnest(hours || cause_days * 24) FROM alert_terms")
    hours = sorted(number for (number,) in cursor.fetchall())
    cursor.execute(
        "SELECT zone FROM alert_holder UNION SELECT u.time_zone FROM alert_change x"
        " JOIN alerts_case c ON c.id = x.case_id JOIN accounts_user u ON u.id = c.owner_id"
    )
    zones = {"": Company.get().tz} | {zone: ZoneInfo(zone) for (zone,) in cursor.fetchall() if zone}
    calendars = working_calendars(countries, on, on + dt.timedelta(days=400))
    rows = [
        (country, zone, number, after_hours(at, number, calendars[country], tz))
        for country in countries
        for zone, tz in zones.items()
        for number in hours
    ]
    insert_rows(cursor, "alert_deadline", rows)


def _record(night: Night, found: Detected, rose: Counter[str], looked_at: int) -> None:
    """A row for each kind. The same date again adds to what it did."""
    for kind in kinds.registered():
        if kind.dormant or kind.entered:
            continue
        row = KindNight.objects.filter(on=night.on, kind=kind.code).first() or KindNight(on=night.on, kind=kind.code)
        row.looked_at = looked_at
        row.rose += rose[kind.code]
        row.opened += night.opened[kind.code]
        row.mass = row.mass or kind.code in night.mass
        row.error = found.errors.get(kind.code, "")[:2000]
        row.save()


def _report(job: Progress, night: Night, at: dt.datetime) -> None:
    job.figures.update(
        measured=night.measured, everybody=night.everybody, opened=sum(night.opened.values()),
        **{step: night.changed[step] for step in _ROWS if night.changed[step]},
    )  # fmt: skip
    if night.mass:
        job.figures["mass"] = night.mass
    if night.errors:
        job.figures["failed"] = night.errors
        logger.error("warnings_failed", extra={"kinds": sorted(night.errors), "on": night.on.isoformat()})
        failures.tell(on=night.on, at=at, codes=sorted(night.errors))
