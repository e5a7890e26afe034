"""Profitability: who leads there, finance and the administrator; representatives see no margins."""

from __future__ import annotations

from tests.factories import DealerFactory
from tests.permissions import Row

SEES = "bob dora fay ada"

THINGS = {"profit_dealer": lambda place: DealerFactory(territory=place)}

ROWS = {
    "promotions:profit": Row(get=SEES),
    "promotions:profit_dealer": Row(get=SEES, args=("profit_dealer",)),
    "promotions:profit_panel": Row(get=SEES, args=("profit_dealer",)),
}
