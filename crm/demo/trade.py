"""What the demo's dealers bought, sold on, owe and have in stock, and what they were expected to sell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.db import connection

from crm.base.periods import add_months, month_start
from crm.demo.network import Grown
from dealers.choices import DealerKind
from sales import rollups
from sales.choices import ReceivableKind, SalesKind
from sales.models import Brand, Product, Receivable, StockCount, Unit
from sales.partitions import RECORDS

# Group, sub-group, models (name, list price in the company's currency, popularity).
_CATALOGUE: tuple[tuple[str, str, tuple[tuple[str, str, float], ...]], ...] = (
    ("Air conditioning", "Split units", (("Breeze 2.5 kW", "420.00", 9), ("Breeze 3.5 kW", "540.00", 12), ("Breeze 5.0 kW", "760.00", 7), ("Breeze Pro 7.1 kW", "1180.00", 3))),
    ("Air conditioning", "Floor units", (("Column 5.0 kW", "980.00", 3), ("Column 7.2 kW", "1390.00", 2), ("Nomad mobile", "310.00", 4))),
    ("Refrigeration", "Refrigerators", (("Polar 210 L", "360.00", 8), ("Polar 310 L", "520.00", 9), ("Polar Duo 480 L", "890.00", 5), ("Polar Duo 560 L", "1240.00", 3))),
    ("Refrigeration", "Freezers", (("Glacier 200 L", "330.00", 4), ("Glacier 300 L", "450.00", 3))),
    ("Laundry", "Washing machines", (("Swirl 7 kg", "380.00", 9), ("Swirl 9 kg", "490.00", 8), ("Swirl Steam 10 kg", "720.00", 4))),
    ("Laundry", "Dryers", (("Warmwind 8 kg", "690.00", 3), ("Warmwind Heat Pump 9 kg", "940.00", 2))),
    ("Kitchen", "Hoods and hobs", (("Hearth hob 2", "190.00", 6), ("Hearth hob 4", "290.00", 5), ("Updraft hood 60", "240.00", 5), ("Updraft hood 90", "360.00", 4))),
    ("Kitchen", "Small appliances", (("Tempo rice cooker", "85.00", 10), ("Tempo kettle", "35.00", 9), ("Tempo microwave 20 L", "110.00", 8), ("Tempo oven 30 L", "170.00", 4))),
    ("Television", "LED", (("Vista 43", "330.00", 6), ("Vista 55", "520.00", 7), ("Vista 65", "780.00", 4))),
    ("Service", "Parts", (("Filter set", "18.00", 5), ("Installation kit", "42.00", 6))),
)  # fmt: skip
# Share of the list price that each kind pays, and orders in a usual month.
_TERMS: dict[str, tuple[Decimal, int]] = {
    DealerKind.AGENT: (Decimal("0.62"), 6),
    DealerKind.DISTRIBUTOR: (Decimal("0.66"), 4),
    DealerKind.KEY_ACCOUNT: (Decimal("0.64"), 4),
    DealerKind.WHOLESALER: (Decimal("0.68"), 3),
    DealerKind.SECOND_WHOLESALER: (Decimal("0.71"), 2),
    DealerKind.FRANCHISEE: (Decimal("0.72"), 3),
    DealerKind.DIRECT_STORE: (Decimal("0.70"), 4),
    DealerKind.RETAILER: (Decimal("0.76"), 1),
}
_SELLS_ON = {DealerKind.AGENT, DealerKind.DISTRIBUTOR, DealerKind.WHOLESALER, DealerKind.SECOND_WHOLESALER}
_CENT = Decimal("0.01")
# Share of the list price that the goods of a group cost the company.
_COSTS = {
    "Air conditioning": Decimal("0.47"), "Refrigeration": Decimal("0.50"), "Laundry": Decimal("0.48"), "Kitchen": Decimal("0.52"),
    "Television": Decimal("0.57"), "Service": Decimal("0.35"),
}  # fmt: skip
_NOT_COSTED = "Warmwind Heat Pump 9 kg"


@dataclass(frozen=True, slots=True)
class Invoice:
    issued_on: dt.date
    number: str
    amount: Decimal


def stock_shelves() -> list[tuple[Product, float]]:
    """Write brand, unit and products; returns each product with its popularity."""
    brand = Brand.objects.create(code="HAIYUE", name="Haiyue", ours=True)
    piece = Unit.objects.create(code="PCS", name="pieces")
    products: list[tuple[Product, float]] = []
    for group, sub_group, models in _CATALOGUE:
        for name, price, popularity in models:
            number = len(products) + 1
            products.append(
                (
                    Product(
                        code=f"HY-{number:03d}", name=name, brand=brand, category=group, subcategory=sub_group, unit=piece,
                        list_price=Decimal(price), unit_cost=_cost(group, name, Decimal(price)),
                    ),
                    popularity,
                )
            )  # fmt: skip
    Product.objects.bulk_create([product for product, _popularity in products])
    return products


def _cost(group: str, name: str, price: Decimal) -> Decimal | None:
    """What a unit costs the company; the cost accountants have not got to the newest model."""
    return None if name == _NOT_COSTED else (price * _COSTS[group]).quantize(_CENT)


def mean_price(products: list[tuple[Product, float]]) -> Decimal:
    """What a unit sells for on average, in the company's currency."""
    weight = Decimal(str(sum(popularity for _product, popularity in products)))
    total = sum((p.list_price or 0) * Decimal(str(popularity)) for p, popularity in products)
    return (total / weight * Decimal("0.68")).quantize(_CENT)


def trade(
    *, random: Random, grown: list[Grown], products: list[tuple[Product, float]], first_month: dt.date, on: dt.date
) -> None:
    """Write sales from `first_month` to the day before `on` with their rollups, then receivables, stock and targets."""
    invoices: dict[int, list[Invoice]] = {}
    months = (on.year - first_month.year) * 12 + on.month - first_month.month
    with connection.cursor() as cursor:
        RECORDS.ensure(cursor, [add_months(first_month, number) for number in range(months + 1)])
        with cursor.copy(
            'COPY sales_salesrecord (dealer_id, product_id, kind, "on", by_month, quantity, amount, reference, sold_by_id) FROM STDIN'
        ) as copy:
            for g in grown:
                if g.course.units:
                    invoices[g.dealer.pk] = _sell(random, g, products, first_month, on, copy.write_row)
    _receivables(random, grown, invoices, on)
    _stock(random, grown, products, on)
    _targets(on)
    rollups.rebuild(on)


def _sell(random, g: Grown, products, first_month: dt.date, on: dt.date, write) -> list[Invoice]:
    course, dealer = g.course, g.dealer
    price_share, orders = _TERMS[dealer.kind]
    season = g.staff.country.season
    shelf = random.sample(products, min(len(products), random.randint(9, 24)))
    weights = [popularity for _product, popularity in shelf]
    mean_units_price = sum(float(p.list_price) * w for p, w in shelf) / sum(weights)
    found: list[Invoice] = []
    month = max(first_month, month_start(course.begins))
    end = min(month_start(on), course.ends or dt.date.max)
    carried, sequence = 0.0, 0
    while month <= end:
        years = ((month.year - course.begins.year) * 12 + month.month - course.begins.month) / 12
        expected = (
            course.units * (1 + course.growth) ** years * season[month.month - 1] * random.lognormvariate(0, 0.14)
        )
        last_day = (add_months(month, 1) - dt.timedelta(days=1)).day
        if month == month_start(on):
            expected *= (on.day - 1) / last_day
            last_day = on.day - 1
        bought = 0
        value = Decimal(0)
        for order in range(orders if last_day > 1 else 0):
            share = expected / orders + carried
            units = int(share)
            carried = share - units
            if units <= 0:
                continue
            day = month.replace(day=max(1, min(last_day, 1 + int((order + random.random()) * last_day / orders))))
            sequence += 1
            number = f"SO-{day:%y%m}-{dealer.code[-5:]}-{sequence:04d}"
            lines = random.choices(shelf, weights, k=min(units, random.choice((1, 2, 2, 3))))
            amount = Decimal(0)
            for line, product in enumerate({p.pk: p for p, _w in lines}.values(), start=1):
                # What a line takes follows its price, so that a month's units are steady whatever is bought.
                quantity = max(1, round(units / len(lines) * (mean_units_price / float(product.list_price)) ** 0.25))
                line_amount = (product.list_price * price_share * quantity).quantize(_CENT)
                write(
                    (
                        dealer.pk,
                        product.pk,
                        SalesKind.SELL_IN.value,
                        day,
                        False,
                        quantity,
                        line_amount,
                        f"{number}/{line}",
                        g.staff.representative.pk,
                    )
                )
                bought += quantity
                amount += line_amount
            value += amount
            found.append(Invoice(day, number, amount))
        if month < month_start(on) and bought:
            onward = SalesKind.SELL_THROUGH if dealer.kind in _SELLS_ON else SalesKind.SELL_OUT
            sold = max(0, round(bought * random.gauss(0.975, 0.06)))
            write(
                (
                    dealer.pk,
                    None,
                    onward.value,
                    month,
                    True,
                    sold,
                    (value / bought * sold * Decimal("1.16")).quantize(_CENT),
                    "",
                    None,
                )
            )
        month = add_months(month, 1)
    return found


def _receivables(random: Random, grown: list[Grown], invoices: dict[int, list[Invoice]], on: dt.date) -> None:
    rows = []
    for g in grown:
        punctual = 0.55 + g.course.loyalty * 0.44
        term = random.choice((30, 30, 45, 60))
        for invoice in invoices.get(g.dealer.pk, []):
            if invoice.issued_on < on - dt.timedelta(days=400):
                continue
            due = invoice.issued_on + dt.timedelta(days=term)
            late = 0 if random.random() < punctual else random.choice((3, 7, 12, 20, 35, 70))
            paid_on = due + dt.timedelta(days=late - random.randint(0, 6))
            rows.append(
                Receivable(
                    dealer=g.dealer, number=invoice.number, kind=ReceivableKind.INVOICE, issued_on=invoice.issued_on, due_on=due,
                    amount=invoice.amount, open_amount=invoice.amount if paid_on >= on else Decimal(0),
                )
            )  # fmt: skip
    Receivable.objects.bulk_create(rows, batch_size=5000)


def _stock(random: Random, grown: list[Grown], products: list[tuple[Product, float]], on: dt.date) -> None:
    counted = month_start(on) - dt.timedelta(days=1)
    rows = []
    for g in grown:
        if not g.course.units or g.course.ends or g.dealer.kind == DealerKind.KEY_ACCOUNT:
            continue
        cover = random.lognormvariate(-0.1, 0.5)
        shelf = random.sample(products, 8)
        total = sum(popularity for _product, popularity in shelf)
        for product, popularity in shelf:
            quantity = round(g.course.units * cover * popularity / total)
            aged = round(quantity * max(0.0, random.gauss(0.06, 0.08)))
            rows.append(
                StockCount(
                    dealer=g.dealer, product=product, on=counted, quantity=quantity, aged_quantity=min(aged, quantity)
                )
            )
    StockCount.objects.bulk_create(rows, batch_size=5000)


_TARGETS_SQL = """
    INSERT INTO sales_salestarget (dealer_id, territory_id, user_id, kind, period_start, period_end, amount)
    WITH sold AS (
        SELECT r.dealer_id, d.territory_id, d.country, r.sold_by_id, sum(r.amount) AS amount
          FROM sales_salesrecord r JOIN dealers_dealer d ON d.id = r.dealer_id
         WHERE r.kind = 'SELL_IN' AND r."on" >= %(last)s AND r."on" < %(this)s
         GROUP BY r.dealer_id, d.territory_id, d.country, r.sold_by_id
    ), wanted AS (
        SELECT dealer_id, NULL::bigint AS territory_id, NULL::bigint AS user_id, amount FROM sold
        UNION ALL SELECT NULL, territory_id, NULL, sum(amount) FROM sold GROUP BY territory_id
        UNION ALL SELECT NULL, t.id, NULL, sum(amount) FROM sold JOIN accounts_territory t ON t.code = sold.country GROUP BY t.id
        UNION ALL SELECT NULL, t.id, NULL, sum(amount) FROM sold, accounts_territory t WHERE t.parent_id IS NULL GROUP BY t.id
        UNION ALL SELECT NULL, NULL, sold_by_id, sum(amount) FROM sold WHERE sold_by_id IS NOT NULL GROUP BY sold_by_id
    )
    SELECT dealer_id, territory_id, user_id, 'SELL_IN', %(this)s, %(next)s, round(amount * 1.08, -2) FROM wanted
"""


def _targets(on: dt.date) -> None:
    """This year's targets are last year's sales and eight per cent: for dealers, territories, countries and people."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TARGETS_SQL,
            {"last": dt.date(on.year - 1, 1, 1), "this": dt.date(on.year, 1, 1), "next": dt.date(on.year + 1, 1, 1)},
        )
