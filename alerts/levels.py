"""The level of one figure under a rule: the rule itself in Python, and the same as SQL over the narrow row.

The night decides all dealers by the SQL; a test holds it against `level`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from alerts.kinds.kind import Kind, Limits, Measure, Turn, Unit

_PARAMETER = re.compile(r"\{(\w+)\}")
# `per` is in tenths, limits of multiples are held to hundredths.
_PER_SCALE = 100


def level(measure: Measure, figure: Decimal | int | None, limits: Limits) -> int:
    """0 to 3 for a figure in the measure's unit; 0 for None. The highest level whose limit is met."""
    if figure is None:
        return 0
    return max(
        (n for n, limit in enumerate(limits, 1) if limit is not None and _met(measure, figure, limit, n)), default=0
    )


def relaxed(measure: Measure, limits: Limits, margin: Decimal) -> Limits:
    """The limits that a level is left by: closer to what is fine by the margin, so that a figure that trembles at a limit
    does not open and close a case each night."""
    factor = 1 - margin if measure.turn.rises else 1 + margin

    def moved(limit: Decimal | None) -> Decimal | None:
        # Below zero, the other way round.
        return None if limit is None else limit * factor if limit >= 0 else limit * (2 - factor)

    yellow, orange, red = (moved(limit) for limit in limits)
    return yellow, orange, red


def after(was: int, now: int, held: int) -> int:
    """The level that counts: up at once, down only as far as the relaxed limits (`held`) no longer hold it."""
    return max(now, min(was, held))


def lowest(measure: Measure, limits: list[Limits]) -> Decimal | None:
    """The limit that lets most in, of several rules; None where no rule has one."""
    given = [limit for each in limits for limit in each if limit is not None]
    if not given:
        return None
    return min(given) if measure.turn.rises else max(given)


def _turn(measure: Measure, number: int) -> Turn:
    return measure.turn_red if number == 3 and measure.turn_red is not None else measure.turn


def _met(measure: Measure, figure: Decimal | int, limit: Decimal, number: int) -> bool:
    match _turn(measure, number):
        case Turn.AT_LEAST:
            return figure >= limit
        case Turn.ABOVE:
            return figure > limit
        case Turn.AT_MOST:
            return figure <= limit
    return figure < limit


def _whole(limit: Decimal, turn: Turn) -> int:
    """The whole number that a whole figure is compared with instead: x >= 1.5 is x >= 2, x > 1.5 is x > 1."""
    up = turn in (Turn.AT_LEAST, Turn.BELOW)
    return int(limit.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR))


def level_sql(
    measure: Measure, limits: Limits, parameters: Mapping[str, Decimal], units: Mapping[str, Unit]
) -> str | None:
    """The level as SQL over `s`; None where no limit is set. The lowest limit is asked first: most dealers stop there."""
    conditions = [
        (number, _condition(measure, limit, _turn(measure, number), parameters, units))
        for number, limit in enumerate(limits, 1)
        if limit is not None
    ]
    if not conditions:
        return None
    worse = "".join(f" WHEN {condition} THEN {number}" for number, condition in reversed(conditions[1:]))
    first_number, first = conditions[0]
    then = f"CASE{worse} ELSE {first_number} END" if worse else str(first_number)
    if measure.when:
        first = f"{first} AND {with_parameters(measure.when, parameters, units)}"
    return f"CASE WHEN {first} THEN {then} ELSE 0 END"


def figure_sql(measure: Measure) -> str:
    """The figure in the measure's unit, numeric, for the few dealers that are written down."""
    if measure.per:
        return f"round(({measure.figure}) * 10.0 / nullif({measure.per}, 0), 2)"
    return f"({measure.figure})::numeric" if measure.scale == 1 else f"round(({measure.figure}) / {measure.scale}.0, 4)"


def _condition(
    measure: Measure, limit: Decimal, turn: Turn, parameters: Mapping[str, Decimal], units: Mapping[str, Unit]
) -> str:
    figure = with_parameters(measure.figure, parameters, units)
    if measure.per:
        # days * 10 > limit * per, as whole numbers.
        return f"({figure}) * {10 * _PER_SCALE} {turn.value} {int(limit * _PER_SCALE)} * {measure.per}::int"
    return f"{figure} {turn.value} {_whole(limit * measure.scale, turn)}"


def with_parameters(sql: str, parameters: Mapping[str, Decimal], units: Mapping[str, Unit]) -> str:
    """Put the kind's parameters into a piece of SQL: whole numbers, shares as ten-thousandths."""
    return _PARAMETER.sub(lambda found: str(as_whole(parameters[found[1]], units[found[1]])), sql)


def as_whole(value: Decimal, unit: Unit) -> int:
    return int(value * 10_000) if unit is Unit.SHARE else int(value)


def units_of(kind: Kind) -> dict[str, Unit]:
    return {parameter.key: parameter.unit for parameter in kind.parameters}
