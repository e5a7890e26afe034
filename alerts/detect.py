"""The levels of all dealers by the rules of a day, and which of them changed: alerts/sql/detect.sql.

A kind that fails (a statement of its own that breaks, an expression that cannot be evaluated) keeps the levels it had;
the others go on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, connection, transaction

from alerts import kinds
from alerts.kinds.kind import Kind, Limits, Measure, Unit
from alerts.levels import level_sql, lowest, relaxed, units_of
from alerts.rulebook import Book, Rulebook, parameter
from alerts.terms import Terms
from crm.base.periods import month_start
from crm.base.sql import analyze, load


@dataclass(slots=True)
class Detected:
    """What a pass came to: kinds that took part, and what each that failed said."""

    kinds: list[Kind] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


LimitsOf = Callable[[Measure, Terms], Limits]


def as_written(measure: Measure, terms: Terms) -> Limits:
    return terms.limits_of(measure)


def with_margin(measure: Measure, terms: Terms) -> Limits:
    return relaxed(measure, terms.limits_of(measure), terms.margin)


def detect(cursor: Any, *, on: dt.date, rules: Rulebook) -> Detected:
    """Fill `alert_moved` (dealer_id, place, was, now) with every level that is not what it was, levels held up by their
    margin left out. Writes nothing that lasts."""
    detected = Detected()
    cursor.execute(
        "DROP TABLE IF EXISTS pg_temp.alert_found, pg_temp.alert_listed, pg_temp.alert_moved, pg_temp.alert_held"
    )
    _open_books(cursor, rules)
    narrow = [kind for kind in _awake(cursor) if kind.narrow]
    listed = [kind for kind in _awake(cursor) if kind.listed is not None]
    values = {"on": on, "month": month_start(on), **_small_tables(cursor, rules)}
    _list(cursor, listed, rules, values, detected)
    narrow = _find(cursor, narrow, rules, values, detected)
    detected.kinds = [
        kind for kind in kinds.registered() if (kind in narrow or kind in listed) and kind.code not in detected.errors
    ]
    script = load("alerts", "detect")
    places = [kind.place for kind in detected.kinds]
    script.run(cursor, "add_listed")
    if narrow:
        cursor.execute(_completed("level_added", narrow, rules, as_written), values)
    script.run(cursor, "moved", {"places": places})
    analyze(cursor, "alert_moved")
    if narrow:
        cursor.execute(_completed("held", narrow, rules, with_margin), values)
        script.run(cursor, "hold_narrow")
    script.run(cursor, "hold_listed")
    script.run(cursor, "settle")
    _keep_quiet(cursor, detected.kinds, rules)
    script.run(cursor, "drop_still")
    return detected


def _awake(cursor: Any) -> list[Kind]:
    """The kinds that something is measured for; one whose table is not there sleeps (its narrow measures do not)."""
    tables = set(connection.introspection.table_names(cursor))
    return [
        kind
        for kind in kinds.registered()
        if not kind.dormant
        and not kind.entered
        and (kind.narrow or kind.listed is None or not kind.listed.table or kind.listed.table in tables)
    ]


def _open_books(cursor: Any, rules: Rulebook) -> None:
    """The book of each group, where there are several."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.alert_book_of")
    cursor.execute("CREATE TEMP TABLE alert_book_of (group_id int PRIMARY KEY, book smallint NOT NULL) ON COMMIT DROP")
    if len(rules.books) > 1:
        cursor.execute(
            "INSERT INTO alert_book_of SELECT * FROM unnest(%s::int[], %s::smallint[])",
            [list(rules.book_of), list(rules.book_of.values())],
        )
    cursor.execute("ANALYZE alert_book_of")


def _find(cursor: Any, narrow: list[Kind], rules: Rulebook, values: dict[str, Any], detected: Detected) -> list[Kind]:
    """One pass over everybody; when it breaks, the kinds are tried one by one, and again without those that break it.
    Returns the kinds that took part."""
    try:
        with transaction.atomic():
            _pass(cursor, narrow, rules, values, detected)
            return narrow
    except DatabaseError as error:
        whole = str(error)
    good = []
    for kind in narrow:
        try:
            with transaction.atomic():
                levels = _levels([kind], rules, as_written)
                cursor.execute(
                    f"SELECT count(*) FROM alerts_dealerstanding s {_joins(rules)} WHERE {levels} <> 0", values
                )
            good.append(kind)
        except DatabaseError as error:
            detected.errors[kind.code] = str(error)
    if len(good) == len(narrow):
        raise RuntimeError(whole)
    _pass(cursor, good, rules, values, detected)
    return good


def _pass(cursor: Any, narrow: Sequence[Kind], rules: Rulebook, values: dict[str, Any], detected: Detected) -> None:
    # Hardly a row of so many remains: the planner expects all, shuns workers for handing rows over, and compiles
    # expressions for longer than they run.
    cursor.execute("SET LOCAL parallel_tuple_cost = 0; SET LOCAL parallel_setup_cost = 10; SET LOCAL jit = off")
    masks = {
        "narrow_mask": sum(3 << kind.shift for kind in narrow),
        "listed_mask": sum(
            3 << kind.shift
            for kind in kinds.registered()
            if kind.listed is not None and kind.code not in detected.errors
        ),
    }
    cursor.execute(_completed("found", narrow, rules, as_written), {**values, **masks})
    cursor.execute("ANALYZE alert_found")


def _completed(step: str, narrow: Sequence[Kind], rules: Rulebook, limits_of: LimitsOf) -> str:
    text = load("alerts", "detect").statement(step)
    return text.replace("/* levels */", _levels(narrow, rules, limits_of)).replace("/* joins */", _joins(rules))


def _small_tables(cursor: Any, rules: Rulebook) -> dict[str, Any]:
    """What all dealers are joined with, as values: several processes cannot share a temporary table."""
    cursor.execute("SELECT period_id, elapsed_e4, late FROM alert_pace ORDER BY period_id")
    periods = cursor.fetchall()
    return {
        "pace_periods": [period for period, _elapsed, _late in periods],
        "pace_elapsed": [elapsed for _period, elapsed, _late in periods],
        "pace_late": [late for _period, _elapsed, late in periods],
        "book_groups": list(rules.book_of), "book_numbers": list(rules.book_of.values()),
    }  # fmt: skip


def _joins(rules: Rulebook) -> str:
    found = [
        "LEFT JOIN unnest(%(pace_periods)s::smallint[], %(pace_elapsed)s::int[], %(pace_late)s::boolean[])"
        " AS p (period_id, elapsed_e4, late) ON p.period_id = s.period_id"
    ]
    if len(rules.books) > 1:
        found.append(
            "LEFT JOIN unnest(%(book_groups)s::int[], %(book_numbers)s::smallint[]) AS b (group_id, book)"
            " ON b.group_id = s.group_id"
        )
    return " ".join(found)


def _levels(narrow: Iterable[Kind], rules: Rulebook, limits_of: LimitsOf) -> str:
    """The levels of all these kinds as one bigint."""
    parts = [f"({level})::bigint << {kind.shift}" for kind in narrow if (level := _level(kind, rules, limits_of))]
    return " | ".join(f"({part})" for part in parts) or "0::bigint"


def _level(kind: Kind, rules: Rulebook, limits_of: LimitsOf) -> str | None:
    """The level of one kind: the highest of its measures, by the book of the dealer's group where they differ."""
    by_book = [_level_by(kind, book, limits_of) for book in rules.books]
    if len(set(by_book)) == 1:
        return by_book[0]
    cases = "".join(f" WHEN {number} THEN {level}" for number, level in enumerate(by_book) if level)
    return f"CASE b.book{cases} ELSE 0 END"


def _level_by(kind: Kind, book: Book, limits_of: LimitsOf) -> str | None:
    terms = book.get(kind.code)
    if terms is None:
        return None
    units = units_of(kind)
    levels = [
        level
        for measure in kind.narrow
        if (level := level_sql(measure, limits_of(measure, terms), terms.parameters, units))
    ]
    return None if not levels else levels[0] if len(levels) == 1 else f"greatest({', '.join(levels)})"


def _list(cursor: Any, listed: Sequence[Kind], rules: Rulebook, values: dict[str, Any], detected: Detected) -> None:
    """`alert_listed`: what each list says, with the level by the dealer's own rules, and by their relaxed limits."""
    cursor.execute(
        "CREATE TEMP TABLE alert_listed (dealer_id bigint, place smallint, measure text, figure numeric, detail jsonb,"
        " level smallint, held smallint) ON COMMIT DROP"
    )
    for kind in listed:
        try:
            with transaction.atomic():
                _list_one(cursor, kind, rules, values)
        except DatabaseError as error:
            detected.errors[kind.code] = str(error)
    analyze(cursor, "alert_listed")


def _list_one(cursor: Any, kind: Kind, rules: Rulebook, values: dict[str, Any]) -> None:
    assert kind.listed is not None
    if kind.listed.table and kind.listed.table not in connection.introspection.table_names(cursor):
        return
    measures = [measure for measure in kind.measures if not measure.figure]
    terms = rules.all_terms(kind.code)
    least = {
        f"least_{measure.key}": lowest(measure, [with_margin(measure, each) for each in terms]) for measure in measures
    }
    if all(limit is None for limit in least.values()):
        return
    parameters = {each.key: parameter(rules.everywhere, kind, each.key) for each in kind.parameters}
    whole = {each.key for each in kind.parameters if each.unit is not Unit.SHARE}
    given = {
        **values, **least,
        **{key: int(value) if key in whole else value for key, value in parameters.items()},
    }  # fmt: skip
    level = _listed_level(kind, measures, rules, as_written)
    held = _listed_level(kind, measures, rules, with_margin)
    book = "LEFT JOIN alert_book_of b ON b.group_id = s.group_id" if len(rules.books) > 1 else ""
    cursor.execute(
        f"""
        INSERT INTO alert_listed (dealer_id, place, measure, figure, detail, level, held)
        SELECT y.* FROM (
            SELECT x.dealer_id, {kind.place}::smallint, x.measure, x.figure, x.detail, {level} AS level, {held} AS held
              FROM ({kind.listed.sql}) x
              JOIN alerts_dealerstanding s ON s.dealer_id = x.dealer_id
              {book}) y
         WHERE y.held > 0 OR y.level > 0
        """,
        given,
    )


def _listed_level(kind: Kind, measures: Sequence[Measure], rules: Rulebook, limits_of: LimitsOf) -> str:
    def by(book: Book) -> str:
        terms = book.get(kind.code)
        found = [
            f"WHEN '{measure.key}' THEN {numeric_level(measure, limits_of(measure, terms))}"
            for measure in measures
            if terms is not None
        ]
        return f"CASE x.measure {' '.join(found)} ELSE 0 END" if found else "0"

    by_book = [by(book) for book in rules.books]
    if len(set(by_book)) == 1:
        return by_book[0]
    return f"CASE b.book{''.join(f' WHEN {n} THEN {level}' for n, level in enumerate(by_book))} ELSE 0 END"


def numeric_level(measure: Measure, limits: Limits) -> str:
    """The level of `x.figure`, a figure in the measure's unit, as SQL."""
    worst_first = [
        f"WHEN x.figure {(measure.turn_red if number == 3 and measure.turn_red else measure.turn).value} {limit}"
        f" THEN {number}"
        for number, limit in reversed(list(enumerate(limits, 1)))
        if limit is not None
    ]
    return f"CASE {' '.join(worst_first)} ELSE 0 END" if worst_first else "0"


def _keep_quiet(cursor: Any, those: Iterable[Kind], rules: Rulebook) -> None:
    """In a quiet period of a rule nothing gets worse."""
    for kind in those:
        quiet = [number for number, book in enumerate(rules.books) if kind.code in book and book[kind.code].quiet]
        if not quiet:
            continue
        if len(rules.books) == 1:
            cursor.execute("UPDATE alert_moved SET now = was WHERE place = %s AND now > was", [kind.place])
            continue
        cursor.execute(
            """
            UPDATE alert_moved m SET now = was
              FROM alerts_dealerstanding s JOIN alert_book_of b ON b.group_id = s.group_id
             WHERE m.place = %s AND m.now > m.was AND s.dealer_id = m.dealer_id AND b.book = ANY(%s)
            """,
            [kind.place, quiet],
        )


def elapsed_parameters(rules: Rulebook) -> tuple[Decimal, Decimal]:
    """From which share of a target period its pace is told, and from which one its forecast."""
    progress = kinds.get("progress")
    if progress is None:
        return Decimal(1), Decimal(1)
    book = rules.everywhere
    return parameter(book, progress, "min_elapsed"), parameter(book, progress, "late_from")
