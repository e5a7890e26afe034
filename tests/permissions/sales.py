from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.models import Territory
from sales.models import Product
from sales.records import Line, record_sales
from tests.factories import DealerFactory
from tests.permissions import EVERYBODY, Row


def dealer_with_sales(place: Territory) -> Any:
    dealer: Any = DealerFactory(territory=place, name=f"Shop in {place.code}")
    product, _made = Product.objects.get_or_create(code="HAT", defaults={"name": "Hat", "category": "Clothes"})
    record_sales([
        Line(dealer.pk, dt.date(2024, 3, 1), Decimal(2), Decimal(20), product_id=product.pk, reference=place.code)
    ])  # fmt: skip
    return dealer


THINGS = {"seller": dealer_with_sales}

ROWS: dict[str, Row] = {
    "sales:history": Row(get=EVERYBODY, args=("seller",)),
    "sales:groups": Row(get=EVERYBODY, args=("seller",)),
    "sales:receivables": Row(get="alice bob charlie dora fay ada", args=("seller",)),
    "sales:stock": Row(get=EVERYBODY, args=("seller",)),
    "sales:credit_cell": Row(get="alice bob charlie dora fay ada", args=("seller",)),
    "sales:credit_used": Row(get="alice bob charlie dora fay ada", args=("seller",)),
    "sales:stock_cell": Row(get=EVERYBODY, args=("seller",)),
    "sales:targets": Row(get=EVERYBODY, args=("seller",)),
    "sales:records": Row(get=EVERYBODY, args=("seller",)),
    "sales:order_check": Row(get=EVERYBODY, post=EVERYBODY, args=("seller",), body={"days": "40"}, post_status=200),
    "sales:income": Row(get=EVERYBODY, args=("seller",)),
    "sales:income_panel": Row(get=EVERYBODY, args=("seller",)),
}
