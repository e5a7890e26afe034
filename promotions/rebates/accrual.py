"""The night's rebates: every published programme over all dealers, from what is loaded as of now.

Whatever is run again gives the same; sales that are corrected later correct what is owed, also after the period, for as
long as CORRECTED_FOR.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from crm.base.jobs import Progress, Silent
from crm.base.models import Company
from crm.base.money import minor_units
from crm.base.periods import add_months, month_start
from crm.base.sql import analyze, load
from promotions.models import RebateProgramme
from promotions.rebates.arithmetic import Band, Terms
from promotions.rebates.choices import Basis
from promotions.rebates.expressions import expressions
from sales.figures import lock, whole_tables

CORRECTED_FOR = dt.timedelta(days=400)
# Whole units of a band's start and of its rate, by basis: see arithmetic.
START_SCALE = {Basis.AMOUNT: 100, Basis.QUANTITY: 1_000, Basis.GROWTH: 10_000, Basis.POINTS: 1}
RATE_SCALE = {Basis.AMOUNT: 100_000, Basis.QUANTITY: 10_000, Basis.GROWTH: 100_000, Basis.POINTS: 100_000}


@dataclass(frozen=True, slots=True)
class Step:
    """Dealers that reached so many bands: how many, what they bought and what they get (ten-thousandths)."""

    step: int
    dealers: int
    amount_e4: int
    earned_e4: int
    accrued_e4: int


def terms_of(programme: RebateProgramme) -> Terms:
    """A programme's terms as whole numbers."""
    basis = Basis(programme.basis)
    return Terms(
        basis.value,
        tuple(
            Band(int(band.starts_at * START_SCALE[basis]), int(band.rate * RATE_SCALE[basis]))
            for band in sorted(programme.bands.all(), key=lambda band: band.starts_at)
        ),
        gate_e4=_whole(programme.gate_share, 10_000),
        speeds=tuple(sorted(zip(programme.speed_days, programme.speed_percents, strict=True))),
        cap_e4=_whole(programme.cap_amount, 10_000),
        cap_rate_e5=_whole(programme.cap_share, 100_000),
        digits=minor_units(Company.get().currency),
    )


@transaction.atomic
def run_accruals(
    *, on: dt.date, job: Progress | None = None, programmes: Iterable[RebateProgramme] | None = None
) -> int:
    """Bring what is owed up to date; rows changed. `programmes`: those, instead of all that count on the day."""
    job = job or Silent()
    rows = 0
    with connection.cursor() as cursor:
        # No import changes sums between two programmes.
        lock(cursor)
        if programmes is None:
            programmes = RebateProgramme.objects.to_accrue(on, after=CORRECTED_FOR).order_by("pk")
        those = list(programmes)
        made_for: Mapping[str, Any] | None = None
        for number, programme in enumerate(those):
            job.progress(number / len(those), gettext_noop("Working out rebates"))
            made_for = _measure(cursor, programme, made_for, on=on)
            rows += _write(cursor, programme, on)
    job.figures.update(programmes=len(those))
    return rows


@transaction.atomic
def try_out(programme: RebateProgramme, *, years_back: int = 1) -> list[Step]:
    """What the programme would have come to in the same months so many years earlier, by the band reached; nothing is
    written. Targets are those of that time, debts and points as they stand now."""
    with connection.cursor() as cursor:
        _measure(cursor, programme, None, on=None, months_back=12 * years_back)
        load("promotions", "rebates").run(cursor, "by_step")
        return [Step(*row) for row in cursor.fetchall()]


def _measure(
    cursor: Any,
    programme: RebateProgramme,
    made_for: Mapping[str, Any] | None,
    *,
    on: dt.date | None,
    months_back: int = 0,
) -> Mapping[str, Any]:
    """Fill `rebate_worked`. What dealers did is read once for programmes that ask the same; returns what was asked."""
    terms = terms_of(programme)
    parameters = _parameters(programme, terms, on=on, months_back=months_back)
    if made_for is None or _same(made_for) != _same(parameters):
        cursor.execute("DROP TABLE IF EXISTS pg_temp.rebate_base")
        with whole_tables(cursor):
            cursor.execute(_base(parameters), parameters)
        analyze(cursor, "rebate_base")
    cursor.execute("DROP TABLE IF EXISTS pg_temp.rebate_worked")
    put = expressions(terms)
    text = load("promotions", "rebates").statement("worked")
    for name in ("measured", "step", "short", "earned_e4", "accrued_e4"):
        text = text.replace(f"/* {name.removesuffix('_e4')} */", getattr(put, name))
    with whole_tables(cursor):
        cursor.execute(text)
    analyze(cursor, "rebate_worked")
    return parameters


def _write(cursor: Any, programme: RebateProgramme, on: dt.date) -> int:
    parameters = {"programme": programme.pk, "on": on}
    script = load("promotions", "rebates")
    with whole_tables(cursor):
        return script.run(cursor, "changed", parameters) + script.run(cursor, "gone", parameters)


def _parameters(programme: RebateProgramme, terms: Terms, *, on: dt.date | None, months_back: int) -> dict[str, Any]:
    starts_on, ends_on = (add_months(day, -months_back) for day in (programme.starts_on, programme.ends_on))
    # A month that has not begun has no sales; of a growth programme neither has the year before of it.
    known_until = min(ends_on, add_months(month_start(on), 1)) if on is not None else ends_on
    before = (add_months(starts_on, -12), add_months(known_until, -12))
    return {
        "programme": programme.pk if terms.basis == Basis.POINTS else 0, "kinds": list(programme.dealer_kinds),
        "path": programme.territory.path if programme.territory else "",
        "products": sorted(programme.products.values_list("pk", flat=True)) if programme.pk else [],
        "starts_on": starts_on, "ends_on": known_until, "target_until": ends_on,
        "before_start": before[0] if terms.basis == Basis.GROWTH else before[1], "before_end": before[1],
        "gated": terms.gate_e4 is not None,
    }  # fmt: skip


def _same(parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(str(value) for value in parameters.values())


def _base(parameters: Mapping[str, Any]) -> str:
    script = load("promotions", "rebates")
    target, joins, who = "NULL::int", "", ""
    months = "m.month >= %(starts_on)s AND m.month < %(ends_on)s"
    if parameters["before_start"] < parameters["before_end"]:
        months = f"({months} OR m.month >= %(before_start)s AND m.month < %(before_end)s)"
    if parameters["gated"]:
        target = (
            "(CASE WHEN t.amount > 0 THEN least(s.amount_e4 / t.amount, 100000000)"
            " WHEN t.quantity > 0 THEN least(s.quantity_e3 * 10 / t.quantity, 100000000) END)::int"
        )
        joins += (
            " LEFT JOIN sales_salestarget t ON t.dealer_id = s.dealer_id AND t.kind = 'SELL_IN'"
            " AND t.period_start = %(starts_on)s AND t.period_end = %(target_until)s"
        )
    if parameters["path"]:
        joins += " JOIN accounts_territory place ON place.id = f.territory_id"
        who += " AND place.path >= %(path)s AND place.path < %(path)s || '~'"
    if parameters["kinds"]:
        who += " AND f.kind = ANY(%(kinds)s)"
    figures = (
        script.statement("figures")
        .replace("/* target */", target).replace("/* joins */", joins).replace("/* who */", who)
    )  # fmt: skip
    step = "base_of_products" if parameters["products"] else "base"
    return script.statement(step).replace("/* months */", months).replace("/* figures */", figures)


def _whole(value: Decimal | None, scale: int) -> int | None:
    return None if value is None else int(value * scale)
