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
from crm.base.periods import Period, add_months, fiscal_year_period, month_start
from crm.base.sql import analyze, load
from promotions.models import RebateProgramme
from promotions.rebates.arithmetic import Band, Terms
from promotions.rebates.choices import Basis
from promotions.rebates.expressions import expressions
from sales.figures import lock, whole_tables
from sales.models import FiguresState, Product

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
        # Those of the same months one behind the other.
        asked = sorted((_asked(programme, on=on) for programme in programmes), key=lambda each: each.months)
        sold = _Sold(asked)
        for number, each in enumerate(asked):
            job.progress(number / len(asked), gettext_noop("Working out rebates"))
            rows += _write(cursor, each, sold.source(cursor, each))
    job.figures.update(programmes=len(asked))
    return rows


@transaction.atomic
def try_out(programme: RebateProgramme, *, years_back: int = 1) -> list[Step]:
    """What the programme would have come to in the same months so many years earlier, by the band reached; nothing is
    written. Targets are those of that time, debts and points as they stand now."""
    asked = _asked(programme, on=None, months_back=12 * years_back)
    with connection.cursor() as cursor:
        source = _Sold([asked]).source(cursor, asked)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.rebate_worked")
        with whole_tables(cursor):
            cursor.execute(_statement("worked", asked, source), asked.parameters)
        load("promotions", "rebates").run(cursor, "by_step")
        return [Step(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A programme with its terms, and the parameters of its statements."""

    terms: Terms
    parameters: Mapping[str, Any]

    @property
    def months(self) -> tuple[Any, ...]:
        """What its sales are read by; without the year before."""
        return tuple(str(self.parameters[name]) for name in ("products", "starts_on", "ends_on", "before_end"))

    @property
    def grows(self) -> bool:
        return self.terms.basis == Basis.GROWTH


class _Sold:
    """Where sales are read from: the figures of the last closed fiscal year where a programme is for just that; else the
    months, summed once for all programmes of the same ones, with the year before when one of them asks for it."""

    def __init__(self, asked: Iterable[_Asked]) -> None:
        self.grow = {each.months for each in asked if each.grows}
        self.read: tuple[Any, ...] | None = None
        state = FiguresState.objects.filter(pk=1, stale=False).first()
        self.year = fiscal_year_period(state.year, state.first_month) if state else None

    def source(self, cursor: Any, asked: _Asked) -> str:
        """A row source with `s` (dealer_id, amount_e4, quantity_e3, before_e4) and the dealer's figures `f`."""
        parameters = asked.parameters
        period = Period(parameters["starts_on"], parameters["ends_on"])
        if not parameters["products"] and period == self.year:
            return _OF_THE_YEAR
        if self.read != asked.months:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.rebate_sold")
            grown = {} if asked.months in self.grow else {"before_start": parameters["before_end"]}
            step = "sold_of_products" if parameters["products"] else "sold"
            with whole_tables(cursor):
                load("promotions", "rebates").run(cursor, step, {**parameters, **grown})
            analyze(cursor, "rebate_sold")
            self.read = asked.months
        return _OF_MONTHS


_OF_MONTHS = "rebate_sold s JOIN sales_dealerfigures f ON f.dealer_id = s.dealer_id"
_OF_THE_YEAR = """(SELECT *, amount_1_e4 AS before_e4 FROM sales_dealerfigures
                    WHERE (amount_e4, quantity_e3, amount_1_e4) <> (0, 0, 0)) f
                  CROSS JOIN LATERAL (SELECT f.dealer_id, f.amount_e4, f.quantity_e3, f.before_e4) s"""


def _write(cursor: Any, asked: _Asked, source: str) -> int:
    script = load("promotions", "rebates")
    cursor.execute("DROP TABLE IF EXISTS pg_temp.rebate_changed")
    with whole_tables(cursor):
        cursor.execute(_statement("compared", asked, source), asked.parameters)
        found = max(cursor.rowcount, 0)
    if not found:
        return 0
    analyze(cursor, "rebate_changed")
    return script.run(cursor, "put", asked.parameters) + script.run(cursor, "gone", asked.parameters)


def _asked(programme: RebateProgramme, *, on: dt.date | None, months_back: int = 0) -> _Asked:
    terms = terms_of(programme)
    starts_on, ends_on = (add_months(day, -months_back) for day in (programme.starts_on, programme.ends_on))
    # A month that has not begun has no sales; of a growth programme neither has the year before of it.
    known_until = min(ends_on, add_months(month_start(on), 1)) if on is not None else ends_on
    return _Asked(
        terms,
        {
            "accrued": programme.pk, "programme": programme.pk, "kinds": list(programme.dealer_kinds),
            "path": programme.territory.path if programme.territory else "", "products": _products(programme),
            "starts_on": starts_on, "ends_on": known_until, "target_until": ends_on,
            "before_start": add_months(starts_on, -12), "before_end": add_months(known_until, -12), "on": on,
        },
    )  # fmt: skip


def _products(programme: RebateProgramme) -> list[int]:
    """Of which products sales count; empty: of all, also of those that are told without one. Of a brand all that belong to
    it on this day; a number that no product has where there are none."""
    chosen = sorted(programme.products.values_list("pk", flat=True)) if programme.pk else []
    if chosen or programme.brand_id is None:
        return chosen
    return sorted(Product.objects.filter(brand=programme.brand_id).values_list("pk", flat=True)) or [0]


def _statement(step: str, asked: _Asked, source: str) -> str:
    """A step with the calculation in it, for who takes part in the programme."""
    terms, parameters = asked.terms, asked.parameters
    put = expressions(terms)
    parts = {
        "measured": put.measured, "step": put.step, "short": put.short, "earned": put.earned_e4, "accrued": put.accrued_e4,
        "before": "coalesce(s.before_e4, 0)" if asked.grows else "0::bigint", "sold": source, "target": "NULL::int",
        "points": "NULL", "pay days": "NULL", "joins": "", "who": "",
    }  # fmt: skip
    if terms.gate_e4 is not None:
        parts["target"] = (
            "(CASE WHEN t.amount > 0 THEN least(s.amount_e4 / t.amount, 100000000)"
            " WHEN t.quantity > 0 THEN least(s.quantity_e3 * 10 / t.quantity, 100000000) END)::int"
        )
        parts["joins"] += (
            " LEFT JOIN sales_salestarget t ON t.dealer_id = s.dealer_id AND t.kind = 'SELL_IN'"
            " AND t.period_start = %(starts_on)s AND t.period_end = %(target_until)s"
        )
    if terms.basis == Basis.POINTS:
        parts["points"] = "p.points"
        parts["joins"] += (
            " LEFT JOIN promotions_rebatepoints p ON p.dealer_id = s.dealer_id AND p.programme_id = %(programme)s"
        )
    if terms.speeds:
        # Receivables in days of sales; who owes nothing has none.
        parts["pay days"] = (
            "(CASE WHEN f.balance_e4 > 0 AND f.sales_12m_e4 > 0"
            " THEN least(f.balance_e4::numeric * 365 / f.sales_12m_e4, 30000) END)"
        )
    if parameters["path"]:
        parts["joins"] += " JOIN accounts_territory place ON place.id = f.territory_id"
        parts["who"] += " AND place.path >= %(path)s AND place.path < %(path)s || '~'"
    if parameters["kinds"]:
        parts["who"] += " AND f.kind = ANY(%(kinds)s)"
    script = load("promotions", "rebates")
    text = script.statement(step).replace("/* rows */", script.statement("rows"))
    for name, part in parts.items():
        text = text.replace(f"/* {name} */", part)
    return text


def _whole(value: Decimal | None, scale: int) -> int | None:
    return None if value is None else int(value * scale)
