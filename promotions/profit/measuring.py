"""The night's profitability of all dealers: one statement over the last twelve closed months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from crm.base.models import Company
from crm.base.periods import Period, add_months, month_start
from crm.base.sql import analyze, load
from promotions.models import DealerProfit, ProfitTerms, Promotion, RebateProgramme
from promotions.profit.arithmetic import Costs, Parts
from promotions.rates import NoRate, rate_on
from promotions.rebates.choices import ProgrammeState
from sales.figures import whole_tables
from visits.models import Expense

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Counted:
    """Of a rebate programme so many of `so_far` months lie in the twelve."""

    programme_id: int
    months: int
    so_far: int


def window(on: dt.date) -> Period:
    """The twelve months that had ended before the day."""
    end = month_start(on)
    return Period(add_months(end, -MONTHS), end)


def costs_on(on: dt.date) -> Costs:
    """What a visit and capital cost on the day; nothing where nobody has said."""
    terms = ProfitTerms.objects.on(on).order_by("-active_from").first()
    if terms is None:
        return Costs()
    return Costs(int(terms.visit_cost * 10_000), int(terms.capital_rate * 100_000))


def programmes_counted(period: Period, *, on: dt.date) -> list[Counted]:
    """Programmes with months in the period. What is owed by now belongs to the months that have begun."""
    known_until = add_months(month_start(on), 1)
    found = []
    programmes = RebateProgramme.objects.filter(state=ProgrammeState.PUBLISHED)
    for pk, starts, ends in programmes.filter(starts_on__lt=period.end, ends_on__gt=period.start).values_list(
        "pk", "starts_on", "ends_on"
    ):
        until = min(ends, known_until)
        months = _months(max(starts, period.start), min(until, period.end))
        if months > 0:
            found.append(Counted(pk, months, _months(starts, until)))
    return found


def rates_into(currency: str, on: dt.date) -> dict[str, Decimal]:
    """Of every currency that promotions and expenses are in, as far as there is a rate on the day."""
    rates = {}
    used = {
        *Promotion.objects.order_by().values_list("currency", flat=True).distinct(),
        *Expense.objects.order_by().values_list("currency", flat=True).distinct(),
    }
    for each in sorted(used):
        try:
            rates[each] = rate_on(each, currency, on)
        except NoRate:
            continue
    return rates


@transaction.atomic
def measure(*, on: dt.date) -> int:
    """Bring the profitability of every dealer up to date; rows changed."""
    parameters = parameters_on(on)
    script = load("promotions", "profit")
    with connection.cursor() as cursor, whole_tables(cursor):
        cursor.execute("DROP TABLE IF EXISTS pg_temp.profit_gathered, pg_temp.profit_worked")
        script.run(cursor, "gathered", parameters)
        script.run(cursor, "worked", parameters)
        analyze(cursor, "profit_worked")
        return script.run(cursor, "changed") + script.run(cursor, "gone")


def parameters_on(on: dt.date) -> dict[str, Any]:
    """Of promotions/sql/profit.sql."""
    period, costs = window(on), costs_on(on)
    programmes = programmes_counted(period, on=on)
    rates = rates_into(Company.get().currency, on)
    return {
        "starts_on": period.start, "until": period.end, "programmes": [each.programme_id for each in programmes],
        "months": [each.months for each in programmes], "months_so_far": [each.so_far for each in programmes],
        "currencies": list(rates), "rates": list(rates.values()), "visit_e4": costs.visit_e4, "rate_e5": costs.rate_e5,
    }  # fmt: skip


def parts_of(row: DealerProfit) -> Parts:
    """A night's row as what the arithmetic takes."""
    return Parts(**{name: getattr(row, name) for name in Parts.__slots__})


def _months(start: dt.date, end: dt.date) -> int:
    return (end.year - start.year) * MONTHS + end.month - start.month
