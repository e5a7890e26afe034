"""What to order, how steady a dealer's income is, and what staying brings over the years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from crm.base.models import Company
from crm.base.periods import Period, add_months, month_start
from dealers.models import Dealer
from sales.income import Income, Offer, Sums, income, income_of, pays_from, projected
from sales.models import StockCount
from sales.ordering import check
from sales.records import Line, record_sales
from tests.factories import DealerFactory
from tests.sales.factories import ProductFactory

As = Callable[[User], Client]
DOCUMENT = Path(__file__).parents[2] / "docs" / "algorithms" / "income.md"
YEAR = Period(dt.date(2025, 1, 1), dt.date(2026, 1, 1))


def test_staying_against_leaving_as_the_document_says() -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| 1000 |")]
    assert len(lines) == 3
    table = [[D(cell.strip()) for cell in line.strip("|").split("|")] for line in lines]
    base, growth, first, later, lost, cost = table[0][:6]
    years = projected(base, growth=growth, offer=Offer(first, later, lost, cost), years=3)
    assert [[D(year.number), year.staying, year.leaving, year.ahead] for year in years] == [row[6:] for row in table]
    assert pays_from(years) == 2
    for much in ("5", "0"):
        always = projected(base, growth=growth, offer=Offer(D(much), D(much), D(0), D(0)), years=3)
        assert pays_from(always) == (None if much == "5" else 1)


def earned(*profits: str | None) -> Income:
    months = [add_months(YEAR.start, number) for number in range(len(profits))]
    return Income(D(10), tuple((m, None if p is None else D(p)) for m, p in zip(months, profits, strict=True)))


@pytest.mark.parametrize(
    ("profits", "variation", "grade"),
    [
        (["100"] * 6, D(0), "steady"),
        (["100"] * 5, None, ""),
        (["75", "125"] * 6, D("0.25"), "steady"),
        (["50", "150"] * 6, D("0.5"), "uneven"),
        (["0", "200"] * 3, D(1), "unsteady"),
        (["-100", "100"] * 6, None, ""),
        # Only the last twelve count, and months without figures do not.
        (["999"] * 12 + ["100"] * 6 + [None] * 6, D(0), "steady"),
    ],
)
def test_how_steady_income_is(profits: list[str | None], variation: D | None, grade: str) -> None:
    told = earned(*profits)
    assert (told.variation, told.grade) == (variation, grade)


def test_growth_is_carried_on_within_limits() -> None:
    assert earned(*["100"] * 12, *["110"] * 12).growth == D("0.1")
    assert earned(*["100"] * 12, *["300"] * 12).growth == D("0.20")
    assert earned(*["100"] * 12, *["1"] * 12).growth == D("-0.20")
    assert earned(*["100"] * 11, None, *["110"] * 12).growth is None
    assert earned(*["100"] * 11, None).year() is None


def test_profit_is_sold_on_less_the_average_price_it_was_bought_at() -> None:
    sums = {
        YEAR.start: Sums(bought=D(1000), bought_quantity=D(100)),
        add_months(YEAR.start, 1): Sums(D(2000), D(100), sold=D(500), sold_quantity=D(20)),
    }
    told = income(sums, YEAR)
    assert told is not None
    assert told.price == D(15)
    assert told.known == [D(200)]
    assert (len(told.months), told.months[0]) == (12, (YEAR.start, None))
    assert income({YEAR.start: Sums(bought=D(1), bought_quantity=D(1))}, YEAR) is None
    assert income({YEAR.start: Sums(sold=D(1), sold_quantity=D(1))}, YEAR) is None


def trading(dealer: Dealer, on: dt.date) -> tuple[Any, Any, Any]:
    """24 months in which it buys 10 at 5 and sells 10 on at 8; hats that sell and are counted, coats that only lie there,
    belts that sell and were not counted."""
    hat, coat, belt = (ProductFactory(name=name) for name in ("Hat", "Coat", "Belt"))
    month = month_start(on)
    lines = []
    for back in range(1, 25):
        day = add_months(month, -back)
        lines.append(Line(dealer.pk, day, D(10), D(50), product_id=hat.pk, reference=f"in-{back}"))
        lines.append(Line(dealer.pk, day, D(9), D(72), kind="SELL_OUT", product_id=hat.pk, reference=f"out-{back}"))
        lines.append(Line(dealer.pk, day, D(1), D(8), kind="SELL_OUT", product_id=belt.pk, reference=f"belt-{back}"))
    record_sales(lines)
    for product, quantity in ((hat, 3), (coat, 7)):
        StockCount.objects.create(dealer=dealer, product=product, on=on, quantity=quantity)
    return hat, coat, belt


@pytest.mark.django_db
def test_the_pages_of_a_dealer_that_tells_what_it_sells(
    territories: dict[str, Any], alice: User, client_of: As
) -> None:
    on, client = Company.get().today(), client_of(alice)
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    hat, coat, belt = trading(dealer, on)
    told = income_of(dealer.pk, on)
    assert told is not None
    assert (told.price, told.year(), told.variation, told.growth) == (D(5), D(360), D(0), D(0))
    panel = client.get(reverse("sales:income_panel", args=[dealer.pk])).content.decode()
    assert "360" in panel
    assert "steady" in panel
    address = reverse("sales:income", args=[dealer.pk])
    page = client.get(address).content.decode()
    # 360 a year against 360 x 1.2 x 0.9 at first and 360 x 0.9 later.
    for said in ("389", "324", "from year 2 on"):
        assert said in page, said
    asked = {"years": "2", "growth": "0", "first_year": "100", "later": "100", "lost": "0", "cost": "0"}
    assert "the offer stays ahead" in client.get(address, asked).content.decode()
    assert client.get(address, asked | {"years": "99"}).status_code == 422
    # What it should order: nine hats a month sell, three are there.
    whole = check(dealer.pk, on, days=40, ordered={})
    assert whole is not None
    suggested = {line.line.product_id: line.suggested for line in whole.lines}
    days = (whole.stock.window.end - whole.stock.window.start).days
    assert suggested == {hat.pk: -(-27 * 40 // days) - 3, belt.pk: -(-3 * 40 // days), coat.pk: 0}
    assert whole.lines[0].line.product_id == hat.pk
    order = reverse("sales:order_check", args=[dealer.pk])
    page = client.get(order).content.decode()
    assert page.index("Hat") < page.index("Belt") < page.index("Coat")
    body = {"days": "40", f"order-{hat.pk}": "30", f"order-{coat.pk}": "1", f"order-{belt.pk}": "1"}
    page = client.post(order, body).content.decode()
    assert "2 products are ordered in too large quantities." in page
    assert "nothing of it was sold on in three months" in page
    assert 'value="30"' in page
    small = client.post(order, {"days": "40", f"order-{hat.pk}": "2.5"}).content.decode()
    assert "no product lasts longer than 60 days" in small
    assert 'value="2.5"' in small
    wrong = client.post(order, {"days": "40", f"order-{hat.pk}": "many"})
    assert wrong.status_code == 422
    assert "This is no quantity: many" in wrong.content.decode()
