"""What dealers bring and earn: the numbers of the document, the night from the tables, and who sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from crm.base.models import Company
from crm.base.periods import add_months
from crm.base.sql import load
from dealers.models import CreditProfile, Dealer
from promotions.models import DealerProfit, ProfitTerms
from promotions.profit.arithmetic import Brought, Costs, Earned, Parts, brought
from promotions.profit.drilldown import behind
from promotions.profit.measuring import measure, parts_of, window
from sales.figures import rebuild_figures
from sales.models import Product, Receivable
from tests.factories import DealerFactory
from tests.promotions.rebates.factories import accrual, bought, programme
from tests.promotions.support.factories import wanted
from visits.choices import Purpose, Result
from visits.models import Expense, Visit

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
DOCUMENT = Path(__file__).parents[3] / "docs" / "algorithms" / "profitability.md"
ON = dt.date(2025, 12, 9)


def documented(cells_in_a_row: int) -> Iterator[list[str]]:
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == cells_in_a_row and cells[0] not in ("case", "---"):
            yield cells


def whole(text: str, scale: int = 10_000) -> int | None:
    return None if text == "-" else int(Decimal(text) * scale)


def worked_by_the_database(parts: Parts, costs: Costs) -> list[int | None]:
    """Contribution, visits and capital of the night's statement."""
    names = Parts.__slots__
    with connection.cursor() as cursor:
        columns = ", ".join(f"%s::bigint AS {name}" for name in names)
        values = [getattr(parts, name) for name in names]
        cursor.execute(f"CREATE TEMP TABLE profit_gathered ON COMMIT DROP AS SELECT 1 AS dealer_id, {columns}", values)
        parameters = {"until": ON, "visit_e4": costs.visit_e4, "rate_e5": costs.rate_e5}
        load("promotions", "profit").run(cursor, "worked", parameters)
        cursor.execute("SELECT contribution_e4, visits_e4, capital_e4 FROM profit_worked")
        return list(cursor.fetchone())


@pytest.mark.parametrize("cells", list(documented(16)), ids=lambda cells: cells[0])
def test_what_it_brings_us(cells: list[str]) -> None:
    sales, costed, goods, rebates, support, promotions, visits, visit, expenses, owes, rate = cells[1:12]
    parts = Parts(
        sales_e4=whole(sales), costed_e4=whole(costed), goods_e4=whole(goods), rebates_e4=whole(rebates),
        support_e4=whole(support), promotions_e4=whole(promotions), visits=int(visits), expenses_e4=whole(expenses),
        balance_e4=whole(owes),
    )  # fmt: skip
    costs = Costs(whole(visit), whole(rate, 1_000))
    found = brought(parts, costs)
    roi = None if cells[15] == "-" else Decimal(cells[15])
    assert (found.margin_e4, found.contribution_e4, found.put_in_e4, found.roi) == (
        whole(cells[12]), whole(cells[13]), whole(cells[14]), roi,
    )  # fmt: skip
    assert worked_by_the_database(parts, costs) == [found.contribution_e4, found.visits_e4, found.capital_e4]


@pytest.mark.parametrize("cells", list(documented(14)), ids=lambda cells: cells[0])
def test_what_it_earns_with_us(cells: list[str]) -> None:
    amount, quantity, sold, sold_quantity, stock, gets, bears, deposit, owes = cells[1:10]
    found = Earned(
        Parts(
            sales_e4=whole(amount), bought_e3=whole(quantity, 1000), sold_e4=whole(sold),
            sold_e3=whole(sold_quantity, 1000), stock_e3=whole(stock, 1000), rebates_e4=whole(gets),
            support_own_e4=whole(bears), deposit_e4=whole(deposit), balance_e4=whole(owes),
        )
    )  # fmt: skip
    roi = None if cells[13] == "-" else Decimal(cells[13])
    assert (found.margin_e4, found.return_e4, found.invested_e4, found.roi) == (
        whole(cells[10]), whole(cells[11]), whole(cells[12]), roi,
    )  # fmt: skip


def test_the_night_adds_up_the_rows_that_the_page_shows(dealer_with_everything: Dealer) -> None:
    """Twelve closed months, whatever else there is before and after."""
    dealer = dealer_with_everything
    stranger = DealerFactory()
    assert measure(on=ON) == 1
    assert measure(on=ON) == 0
    row = DealerProfit.objects.get()
    assert row.dealer == dealer
    assert row.until == dt.date(2025, 12, 1)
    # 8,000 with a cost of 5,000 and 2,000 without; 11 of 12 months of the rebate; half of the van; two visits in person.
    assert (row.sales_e4, row.costed_e4, row.goods_e4) == (100_000_000, 80_000_000, 50_000_000)
    assert (row.rebates_e4, row.support_e4, row.support_own_e4) == (11_000_000, 2_000_000, 2_000_000)
    assert (row.visits, row.visits_e4, row.expenses_e4) == (2, 1_200_000, 300_000)
    assert (row.balance_e4, row.capital_e4, row.deposit_e4) == (10_000_000, 600_000, 5_000_000)
    assert row.contribution_e4 == 30_000_000 - 11_000_000 - 2_000_000 - 1_200_000 - 300_000 - 600_000
    rows = behind(dealer, window(ON), on=ON)
    found = Brought(parts_of(row), row.visits_e4, row.capital_e4)
    assert sum(each.margin or 0 for each in rows.sold) * 10_000 == found.margin_e4
    assert sum(each.counted for each in rows.rebates) * 10_000 == row.rebates_e4
    assert sum(each.spent_by_us for each in rows.support) * 10_000 == row.support_e4
    assert sum(each.amount or 0 for each in rows.expenses) * 10_000 == row.expenses_e4
    assert len(rows.visits) == row.visits
    assert not DealerProfit.objects.filter(dealer=stranger).exists()


@pytest.fixture
def dealer_with_everything(territories: dict[str, Territory], alice: User, bob: User) -> Dealer:
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    known = Product.objects.create(code="K", name="Known", unit_cost=5000)
    unknown = Product.objects.create(code="U", name="Unknown")
    bought(dealer, ("2025-03-01", 8000), ("2024-11-30", 7), ("2025-12-01", 9), product=known)
    bought(dealer, ("2025-11-30", 2000), product=unknown, reference="u")
    ProfitTerms.objects.create(active_from=dt.date(2025, 1, 1), visit_cost=60, capital_rate=Decimal("0.06"))
    accrual(programme(), dealer, accrued_e4=12_000_000)
    wanted(
        dealer, alice, state="GRANTED", decided_by=bob, starts_on=dt.date(2025, 5, 1), ends_on=dt.date(2025, 5, 9),
        consent_on=dt.date(2025, 4, 1), buys_by=dt.date(2025, 9, 1),
    )  # fmt: skip
    for day, means in (("2025-02-03", "IN_PERSON"), ("2025-11-30", "IN_PERSON"), ("2025-06-01", "PHONE"), ("2025-12-02", "IN_PERSON")):  # fmt: skip
        Visit.objects.create(
            dealer=dealer, user=alice, on=day, state="DONE", means=means, purpose=Purpose.values[0],
            result=Result.values[0], started_at=timezone.now(), ended_at=timezone.now(),
        )  # fmt: skip
    Expense.objects.create(
        user=alice, dealer=dealer, on=dt.date(2025, 6, 1), amount=30, currency=Company.get().currency, category="TRANSPORT",
        state="APPROVED", decided_at=timezone.now(), decided_by=bob, created_at=timezone.now(),
    )  # fmt: skip
    CreditProfile.objects.create(dealer=dealer, deposit=500)
    Receivable.objects.create(
        dealer=dealer, number="1", kind="INVOICE", issued_on=dt.date(2025, 11, 1), due_on=dt.date(2026, 1, 1), amount=1000,
        open_amount=1000,
    )  # fmt: skip
    rebuild_figures(ON)
    return dealer


def test_the_pages_say_what_is_not_known(
    client_of: ClientOf, territories: dict[str, Territory], bob: User, alice: User
) -> None:
    """Who brings most first, the unknown at the end; a representative sees no margins."""
    until = add_months(Company.get().today().replace(day=1), 0)
    names = {"Rich": 90_000_000, "Poor": -5_000_000, "Riddle": None}
    for name, contribution in names.items():
        dealer = DealerFactory(territory=territories["CN-EAST-1"], name=name)
        DealerProfit.objects.create(
            dealer=dealer, until=until, sales_e4=100_000_000, costed_e4=0 if contribution is None else 100_000_000,
            goods_e4=None if contribution is None else 100_000_000 - contribution, rebates_e4=0, support_e4=0,
            support_own_e4=0, promotions_e4=0, visits=1, visits_e4=None, expenses_e4=0, balance_e4=0, capital_e4=None,
            contribution_e4=contribution, bought_e3=1000, sold_e4=0, sold_e3=0, deposit_e4=0,
        )  # fmt: skip
    Product.objects.create(code="F-1", name="Filter")
    url, client = reverse("promotions:profit"), client_of(bob)
    page = client.get(url).content.decode()
    assert page.index("Rich") < page.index("Poor") < page.index("Riddle")
    assert "F-1 Filter" in page
    least = client.get(url, {"sort": "least"}).content.decode()
    assert least.index("Poor") < least.index("Rich")
    assert "Riddle" not in least
    riddle = client.get(reverse("promotions:profit_dealer", args=[dealer.pk])).content.decode()
    assert "not known" in riddle
    assert "What one costs is not set" in riddle
    assert client.get(url, {"after": "90000000.1"}).status_code == 200
    assert client.get(url, {"after": "²." + "9" * 40}).status_code == 200
    assert client_of(alice).get(url).status_code == 403


def test_each_page_begins_behind_the_last_row_of_the_one_before(
    client_of: ClientOf, territories: dict[str, Territory], bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from promotions.profit import views

    monkeypatch.setattr(views, "ROWS", 2)
    amounts = (30, 20, 20, -10, None, None)
    for number, amount in enumerate(amounts):
        DealerProfit.objects.create(
            dealer=DealerFactory(territory=territories["CN-EAST-1"], name=f"No {number}"), until=ON, sales_e4=1,
            costed_e4=1, goods_e4=None, rebates_e4=0, support_e4=0, support_own_e4=0, promotions_e4=0, visits=0,
            expenses_e4=0, balance_e4=0, contribution_e4=amount, bought_e3=0, sold_e4=0, sold_e3=0, deposit_e4=0,
        )  # fmt: skip
    for sort, wanted_order in (("", [0, 1, 2, 3, 4, 5]), ("least", [3, 1, 2, 0])):
        seen: list[str] = []
        address = f"?sort={sort}"
        while address:
            answer = client_of(bob).get(reverse("promotions:profit") + address)
            seen += [told.row.dealer.name for told in answer.context["rows"]]
            address = answer.context["next_url"]
        assert seen == [f"No {number}" for number in wanted_order]
