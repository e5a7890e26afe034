"""The same calculation as SQL over a row `b` of what a dealer did: what the night runs over all dealers.

Columns of `b`: amount_e4, quantity_e3, before_e4, reached_e4, points, pay_days, as in arithmetic.Figures. Limits and rates
stand in the text as numbers: one pass, no look-up for a row. A test holds it against arithmetic.work_out.
"""

from __future__ import annotations

from dataclasses import dataclass

from promotions.rebates.arithmetic import E7_IN_E4, Terms, Way

# What a product of whole numbers may come to at most in the database, with room to add.
_NARROW = 9_000_000_000_000_000_000
_AMOUNT = "greatest((b.amount_e4 + 50) / 100, 0)"
_MEASURED = {
    "AMOUNT": _AMOUNT,
    "QUANTITY": "greatest(b.quantity_e3, 0)",
    # Rounded down below nought, too, as Python does; where whole numbers are too narrow by `div`, which is exact where a
    # quotient of numerics is not.
    "GROWTH": f"""CASE WHEN b.before_e4 <= 0 THEN NULL
        WHEN b.before_e4 <= {_NARROW // 20_000} AND abs(b.amount_e4) <= {_NARROW // 20_000} THEN
        ((b.amount_e4 - b.before_e4) * 10000
            - CASE WHEN b.amount_e4 < b.before_e4 THEN b.before_e4 - 1 ELSE 0 END) / b.before_e4
        ELSE
        div((b.amount_e4 - b.before_e4)::numeric * 10000
            - CASE WHEN b.amount_e4 < b.before_e4 THEN b.before_e4 - 1 ELSE 0 END, b.before_e4) END""",
    "POINTS": "b.points",
}


@dataclass(frozen=True, slots=True)
class Expressions:
    """`measured` of the row `b`; the others read it as `b.measured`. Amounts are ten-thousandths."""

    measured: str
    step: str
    short: str
    earned_e4: str
    accrued_e4: str


def expressions(terms: Terms) -> Expressions:
    """What goes into promotions/sql/rebates.sql for one programme."""
    earned = _earned(terms)
    return Expressions(
        f"({_MEASURED[terms.basis]})::bigint",
        _by_band(terms, [str(number) for number in range(len(terms.bands) + 1)]),
        _short(terms),
        _rounded(earned, terms),
        _rounded(_counted(earned, terms), terms),
    )


def _by_band(terms: Terms, values: list[str]) -> str:
    """`values[n]` where n bands were reached."""
    cases = "".join(
        f" WHEN b.measured >= {band.start} THEN {value}"
        for band, value in reversed(list(zip(terms.bands, values[1:], strict=True)))
    )
    return f"(CASE{cases} ELSE {values[0]} END)"


def _earned(terms: Terms) -> str:
    values, below = ["0"], 0
    for number, band in enumerate(terms.bands):
        if terms.way is Way.REACHED:
            values.append(f"{_AMOUNT} * {band.rate}")
            continue
        if number:
            before = terms.bands[number - 1]
            below += (band.start - before.start) * before.rate
        values.append(f"{below} + (b.measured - {band.start}) * {band.rate}")
    return f"({_by_band(terms, values)})::bigint"


def _counted(earned: str, terms: Terms) -> str:
    counted = earned
    if terms.speeds:
        shares = "".join(f" WHEN b.pay_days <= {days} THEN {share}" for days, share in terms.speeds)
        counted = f"{counted} * (CASE WHEN b.pay_days IS NULL THEN 100{shares} ELSE 0 END) / 100"
    caps = []
    if terms.cap_e4 is not None:
        caps.append(f"{terms.cap_e4 * E7_IN_E4}")
    if terms.cap_rate_e5 is not None:
        caps.append(f"{_AMOUNT} * {terms.cap_rate_e5}")
    if caps:
        counted = f"least({counted}, {', '.join(caps)})"
    if terms.gate_e4 is not None:
        counted = f"CASE WHEN b.reached_e4 >= {terms.gate_e4} THEN {counted} ELSE 0 END"
    return f"({counted})"


def _rounded(value_e7: str, terms: Terms) -> str:
    unit = terms.rounded_to_e7
    return f"({value_e7} + {unit // 2}) / {unit} * {unit} / {E7_IN_E4}"


def _short(terms: Terms) -> str:
    starts = [band.start for band in terms.bands]
    if terms.basis != "GROWTH":
        values = [f"{start} - coalesce(b.measured, 0)" for start in starts] + ["NULL"]
        return f"({_by_band(terms, values)})::bigint"
    needed = [
        f"(CASE WHEN b.before_e4 <= {_NARROW // (10_000 + start)}"
        f" THEN ((b.before_e4 * {10_000 + start} + 9999) / 10000 - b.amount_e4 + 99) / 100"
        f" ELSE ceil((ceil(b.before_e4::numeric * {10_000 + start} * 0.0001) - b.amount_e4) * 0.01)::bigint END)"
        for start in starts
    ]
    return f"(CASE WHEN b.before_e4 > 0 THEN {_by_band(terms, [*needed, 'NULL'])} END)::bigint"
