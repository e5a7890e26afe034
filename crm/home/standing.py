"""How we stand: sales of the year against last year and target, as a chart and a table by territory."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from crm.base.models import Company
from crm.base.periods import add_months
from sales import totals


def chart(rows: list[totals.TerritorySales]) -> dict[str, Any]:
    """Data of a `months` chart: the closed months of the year against those a year earlier, all rows together."""
    if not rows:
        return {"categories": [], "series": []}
    period = rows[0].period
    number = len(rows[0].months)
    months = [add_months(period.start, each) for each in range(number)]
    return {
        "categories": [formats.date_format(month, "M") for month in months],
        "unit": Company.get().currency,
        "digits": 0,
        "series": [
            {
                "name": _("This year"),
                "kind": "bar",
                "values": [float(sum(row.months[each] for row in rows)) for each in range(number)],
            },
            {
                "name": _("Last year"),
                "kind": "line",
                "values": [float(sum(row.months_before[each] for row in rows)) for each in range(number)],
            },
        ],
    }


def of(user: User, *, on: dt.date) -> dict[str, Any]:
    """The uppermost territories of the user together (`chart`), and one level below by row (`territories`)."""
    top, parts = totals.total_and_parts(user, on=on)
    amount = sum((row.amount for row in top), totals.NOTHING)
    before = sum((row.before for row in top), totals.NOTHING)
    targets = [row.target for row in top if row.target is not None]
    target = sum(targets, totals.NOTHING) if targets and len(targets) == len(top) else None
    return {
        "chart": chart(top),
        "territories": parts,
        "amount": amount,
        "growth": (amount - before) / before if before > 0 else None,
        "target": target,
        "attainment": amount / target if target else None,
        "period": top[0].period if top else None,
        "currency": Company.get().currency,
    }
