"""The figures that a changed level rests on, for the few dealers whose level changed: `alert_evidence`.

A case keeps them: {"measure": key, "figure": number, "limit": number, and what the measure shows}.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from alerts.detect import LimitsOf, as_written, with_margin
from alerts.kinds.kind import Kind, Limits, Measure
from alerts.levels import figure_sql, level_sql, units_of, with_parameters
from alerts.rulebook import Rulebook
from alerts.terms import NO_LIMITS, Terms


def collect(cursor: Any, *, on: dt.date, kinds: Iterable[Kind], rules: Rulebook) -> None:
    """Fill `alert_evidence` (dealer_id, place, figures) for what `alert_moved` says."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.alert_evidence")
    cursor.execute(
        "CREATE TEMP TABLE alert_evidence (dealer_id bigint, place smallint, figures jsonb,"
        " PRIMARY KEY (dealer_id, place)) ON COMMIT DROP"
    )
    cursor.execute("SELECT DISTINCT place FROM alert_moved WHERE now > 0")
    moved = {place for (place,) in cursor.fetchall()}
    for kind in kinds:
        if kind.place not in moved:
            continue
        if kind.listed is not None:
            _of_list(cursor, kind, rules)
        if kind.narrow:
            _of_row(cursor, kind, rules, on)
    cursor.execute("ANALYZE alert_evidence")


def _of_list(cursor: Any, kind: Kind, rules: Rulebook) -> None:
    measures = [measure for measure in kind.measures if not measure.figure]
    limits = " ".join(f"WHEN '{measure.key}' THEN {limit_sql(kind, measure, rules)}" for measure in measures)
    cursor.execute(
        f"""
        INSERT INTO alert_evidence (dealer_id, place, figures)
        SELECT DISTINCT ON (m.dealer_id) m.dealer_id, m.place,
               coalesce(l.detail, '{{}}') || jsonb_build_object(
                   'measure', l.measure, 'figure', trim_scale(l.figure), 'limit', CASE l.measure {limits} END)
          FROM alert_moved m
          JOIN alert_listed l ON l.dealer_id = m.dealer_id AND l.place = m.place
          LEFT JOIN alerts_dealerstanding s ON s.dealer_id = m.dealer_id
          LEFT JOIN alert_book_of b ON b.group_id = s.group_id
         WHERE m.place = %(place)s AND m.now > 0 AND greatest(l.level, l.held) >= m.now
         ORDER BY m.dealer_id, l.level DESC, l.held DESC, l.measure
        """,
        {"place": kind.place},
    )


def _of_row(cursor: Any, kind: Kind, rules: Rulebook, on: dt.date) -> None:
    """The first measure that gives the level; for a level that is only held up, the first that holds it."""
    chosen = " ".join(
        f"WHEN {level} = m.now THEN {_object(kind, measure, rules)}"
        for limits_of in (as_written, with_margin)
        for measure in kind.narrow
        if (level := _level(kind, measure, rules, limits_of))
    )
    if not chosen:
        return
    cursor.execute(
        f"""
        INSERT INTO alert_evidence (dealer_id, place, figures)
        SELECT x.dealer_id, x.place, x.figures
          FROM (SELECT m.dealer_id, m.place, CASE {chosen} END AS figures
                  FROM alert_moved m
                  JOIN alerts_dealerstanding s ON s.dealer_id = m.dealer_id
                  LEFT JOIN alert_pace p ON p.period_id = s.period_id
                  LEFT JOIN alert_book_of b ON b.group_id = s.group_id
                 WHERE m.place = %(place)s AND m.now > 0) x
         WHERE x.figures IS NOT NULL
            ON CONFLICT (dealer_id, place) DO NOTHING
        """,
        {"place": kind.place, "on": on},
    )


def _object(kind: Kind, measure: Measure, rules: Rulebook) -> str:
    terms = rules.everywhere.get(kind.code) or next(iter(rules.all_terms(kind.code)), Terms(None))
    parts = [
        f"'measure', '{measure.key}'",
        f"'figure', trim_scale({with_parameters(figure_sql(measure), terms.parameters, units_of(kind))})",
        f"'limit', {limit_sql(kind, measure, rules)}",
        *(f"'{name}', {sql}" for name, sql in measure.shows.items()),
    ]
    return f"jsonb_build_object({', '.join(parts)})"


def limit_sql(kind: Kind, measure: Measure, rules: Rulebook) -> str:
    """The limit at which the level `m.now` begins, by the dealer's book; of a level without one, the next lower."""
    by_book = [
        _limit_by(book[kind.code].limits_of(measure) if kind.code in book else NO_LIMITS) for book in rules.books
    ]
    if len(set(by_book)) == 1:
        return by_book[0]
    return f"CASE coalesce(b.book, 0){''.join(f' WHEN {n} THEN {sql}' for n, sql in enumerate(by_book))} END"


def _limit_by(limits: Limits) -> str:
    begins: list[Decimal | None] = []
    for limit in limits:
        begins.append(limit if limit is not None else begins[-1] if begins else None)
    given = [f"WHEN {number} THEN {limit}" for number, limit in enumerate(begins, 1) if limit is not None]
    return f"(CASE m.now {' '.join(given)} END)::numeric" if given else "NULL::numeric"


def _level(kind: Kind, measure: Measure, rules: Rulebook, limits_of: LimitsOf) -> str | None:
    by_book: Sequence[str | None] = [
        level_sql(measure, limits_of(measure, terms), terms.parameters, units_of(kind))
        if (terms := book.get(kind.code)) is not None
        else None
        for book in rules.books
    ]
    if len(set(by_book)) == 1:
        return f"({by_book[0]})" if by_book[0] else None
    return f"(CASE coalesce(b.book, 0){''.join(f' WHEN {n} THEN {sql}' for n, sql in enumerate(by_book) if sql)} ELSE 0 END)"
