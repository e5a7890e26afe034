"""How the money of a budget runs out month by month, and when it will have, at the pace so far."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import TruncMonth
from django.utils import formats
from django.utils.translation import gettext as _

from crm.base.periods import add_months, month_start
from promotions import ledger
from promotions.choices import AccountKind
from promotions.models import Budget, Entry

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Burndown:
    """By month of the period: what was left at its end (None: not yet over), and what an even pace would leave.

    `forecast`: used at the end of the period at the pace so far; None before anything was used. `elapsed`: share of the
    period that is over, `used` of the money.
    """

    months: list[dt.date]
    left: list[Decimal | None]
    even: list[Decimal]
    total: Decimal
    used: Decimal
    elapsed: Decimal
    forecast: Decimal | None

    @property
    def overruns(self) -> bool:
        return self.forecast is not None and self.forecast > self.total > 0

    @property
    def speed(self) -> Decimal | None:
        """Share of the money / share of the time; above 1 it goes too quickly."""
        return self.used / self.total / self.elapsed if self.total and self.elapsed else None


def of(budget: Budget, *, on: dt.date) -> Burndown:
    """Two queries."""
    total = ledger.of_budgets([budget]).get(budget.pk, ledger.Balances()).total
    rows = (
        Entry.objects.filter(account__budget=budget, account__kind__in=(AccountKind.RESERVED, AccountKind.COMMITTED, AccountKind.PAID))
        .annotate(month=TruncMonth(F("posting__on"))).values("month").annotate(sum=Sum("amount")).order_by("month")
    )  # fmt: skip
    used_in = {row["month"]: row["sum"] for row in rows}
    months, month = [], month_start(budget.starts_on)
    while month < budget.ends_on:
        months.append(month)
        month = add_months(month, 1)
    left: list[Decimal | None] = []
    used = NOTHING
    for month in months:
        used += used_in.get(month, NOTHING)
        left.append(total - used if month <= on else None)
    used = sum(used_in.values(), NOTHING)
    days = (budget.ends_on - budget.starts_on).days
    gone = min(max((on - budget.starts_on).days, 0), days)
    elapsed = Decimal(gone) / days
    return Burndown(
        months=months, left=left, even=[total * (len(months) - step - 1) / len(months) for step in range(len(months))],
        total=total, used=used, elapsed=elapsed, forecast=used / elapsed if elapsed and used else None,
    )  # fmt: skip


def chart(burn: Burndown, currency: str) -> dict[str, Any]:
    """For crm/base/chart.html."""

    def figures(values: list[Any]) -> list[float | None]:
        return [None if value is None else float(value) for value in values]

    return {
        "categories": [formats.date_format(month, "M Y") for month in burn.months], "unit": currency, "digits": 0,
        "series": [
            {"name": _("Left"), "kind": "bar", "values": figures(burn.left)},
            {"name": _("Left at an even pace"), "kind": "line", "dashed": True, "values": figures(burn.even)},
        ],
    }  # fmt: skip
