"""Which table of dealers' figures speaks for a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crm.base.models import Company
from crm.base.periods import month_start
from sales.figures import figures_as_of
from sales.models import FiguresState

# The maintained one.
FIGURES = "sales_dealerfigures"


def figures_for(cursor: Any, on: dt.date) -> str:
    """The maintained figures where they are those as of `on`, else a temporary table that is measured now."""
    return FIGURES if stand_for(on) else figures_as_of(on, cursor=cursor)


def stand_for(on: dt.date) -> bool:
    """Whether the maintained sales figures are those as of `on`: they are sums of months closed before the day."""
    state = FiguresState.objects.filter(pk=1).first()
    return (
        state is not None
        and not state.stale
        and state.first_month == Company.get().fiscal_year_start
        and month_start(state.on) == month_start(on)
    )
