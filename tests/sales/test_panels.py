"""What the dealer page shows of sales, credit, stock and targets; each figure is the sum of the rows behind it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from crm.base.models import Company
from dealers.models import CreditProfile
from sales import figures
from sales.choices import ReceivableKind, SalesKind
from sales.models import DealerFigures, Receivable, SalesTarget, StockCount
from sales.records import Line, record_sales
from tests.factories import DealerFactory
from tests.sales.factories import ProductFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2024, 5, 17)


@pytest.fixture(autouse=True)
def today(monkeypatch) -> None:
    monkeypatch.setattr(Company, "today", lambda self, **_: TODAY)


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"])


def show(client, name, dealer, **query):
    response = client.get(reverse(f"sales:{name}", args=[dealer.pk]), query)
    assert response.status_code == 200
    return response


def sums_behind(client, url) -> tuple[Decimal, Decimal]:
    page = client.get(url).context["page"]
    return page.quantity, page.amount


def test_this_year_against_the_last_sums_to_the_records(client_of, alice, dealer):
    record_sales([
        Line(dealer.pk, dt.date(2023, 2, 3), Decimal(1), Decimal(100)),
        Line(dealer.pk, dt.date(2023, 8, 3), Decimal(1), Decimal(1000)),
        Line(dealer.pk, dt.date(2024, 1, 5), Decimal(2), Decimal(70), reference="a"),
        Line(dealer.pk, dt.date(2024, 4, 30), Decimal(2), Decimal(80), reference="b"),
        Line(dealer.pk, dt.date(2024, 5, 2), Decimal(9), Decimal(900)),
        Line(dealer.pk, dt.date(2024, 3, 2), Decimal(50), Decimal(5000), kind=SalesKind.SELL_OUT),
    ])  # fmt: skip
    client = client_of(alice)
    context = show(client, "history", dealer).context
    sold = context["sold"]

    assert (sold.year, sold.closed) == (2024, 4)
    assert (sold.closed_total, sold.same_months, sold.total, sold.last_total) == (150, 100, 1050, 1100)
    assert sold.growth == Decimal("0.5")
    assert sums_behind(client, context["records_url"])[1] == sold.closed_total
    assert sums_behind(client, context["records_before_url"])[1] == sold.same_months
    bars, line = context["chart"]["series"]
    assert bars["values"] == [70, 0, 0, 80, 900, None, None, None, None, None, None, None]
    assert line["values"][1] == 100
    assert show(client, "history", dealer, kind="SELL_OUT").context["sold"].closed_total == 5000
    assert show(client, "history", dealer, measure="quantity").context["sold"].closed_total == 4


def test_a_dealer_that_stopped_long_ago_shows_its_last_year(client_of, alice, dealer):
    record_sales([Line(dealer.pk, dt.date(2013, 6, 1), Decimal(1), Decimal(5))])
    context = show(client_of(alice), "history", dealer).context
    assert (context["sold"].year, context["sold"].total, context["sold"].closed) == (2013, 5, 12)


def test_a_fiscal_year_from_april(client_of, alice, dealer):
    Company.objects.update_or_create(pk=1, defaults={"fiscal_year_start": 4})
    record_sales([Line(dealer.pk, dt.date(2024, 4, 1), Decimal(1), Decimal(5))])
    context = show(client_of(alice), "history", dealer).context
    assert context["names"] == ("2024/25", "2023/24")
    assert context["sold"].months[0] == dt.date(2024, 4, 1)
    assert context["sold"].closed_total == 5


def test_without_sales_it_says_what_to_do(client_of, alice, dealer):
    assert b"as soon as a sales file is imported" in show(client_of(alice), "history", dealer).content


def test_product_groups_sum_to_the_records(client_of, alice, dealer):
    bikes = ProductFactory(category="Bikes")
    record_sales([
        Line(dealer.pk, dt.date(2024, 2, 1), Decimal(1), Decimal(300), product_id=bikes.pk),
        Line(dealer.pk, dt.date(2024, 2, 1), Decimal(1), Decimal(100)),
        Line(dealer.pk, dt.date(2023, 5, 16), Decimal(1), Decimal(200), product_id=bikes.pk),
        # The day after the period's last, a year earlier: not compared with.
        Line(dealer.pk, dt.date(2023, 5, 17), Decimal(1), Decimal(999), product_id=bikes.pk),
    ])  # fmt: skip
    client = client_of(alice)
    context = show(client, "groups", dealer).context
    assert [row["name"] for row in context["rows"]] == ["Bikes", ""]
    assert context["rows"][0]["growth"] == Decimal("0.5")
    assert context["rows"][0]["share"] == Decimal("0.75")
    for row in [*context["rows"], context["total"]]:
        for value, url in row["amounts"]:
            assert sums_behind(client, url)[1] == value
    assert context["total"]["amounts"][0][0] == 400


def owe(dealer, number, due_on, amount, kind=ReceivableKind.INVOICE) -> None:
    Receivable.objects.create(
        dealer=dealer, number=number, kind=kind, issued_on=dt.date(2023, 1, 1), due_on=due_on, amount=amount,
        open_amount=amount,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (400, 4)],
)
def test_ageing_by_days_past_due(client_of, alice, dealer, days, bucket):
    owe(dealer, "R", TODAY - dt.timedelta(days=days), Decimal(10))
    buckets = show(client_of(alice), "receivables", dealer).context["buckets"]
    assert [each.items for each in buckets] == [1 if number == bucket else 0 for number in range(5)]
    assert sum(each.amount for each in buckets) == 10


def test_exposure_counts_bills_and_orders_less_receipts_and_deposit(client_of, alice, dealer):
    owe(dealer, "1", TODAY, Decimal(100))
    owe(dealer, "2", TODAY, Decimal(50), ReceivableKind.BILL)
    owe(dealer, "3", TODAY, Decimal(30), ReceivableKind.ORDER)
    owe(dealer, "4", TODAY, Decimal(-20), ReceivableKind.RECEIPT)
    CreditProfile.objects.create(dealer=dealer, credit_limit=Decimal(300), deposit=Decimal(10))
    credit = show(client_of(alice), "receivables", dealer).context["credit"]
    assert (credit.balance, credit.exposure, credit.use, credit.free) == (130, 150, Decimal("0.5"), 150)


@pytest.mark.parametrize(
    ("limit", "deposit", "said"),
    [
        ("300", "10", "150.00 USD (50%)"),
        ("100", "10", "150.00 USD (150%)"),
        ("300", None, "160.00 USD (53%)"),
        (None, "10", "150.00 USD"),
        ("0", None, "160.00 USD"),
    ],
)
def test_credit_used_is_the_same_wherever_it_stands(client_of, alice, dealer, limit, deposit, said):
    """In the file, on the profile's card and among the receivables: exposure over limit, docs/practice.md section 7."""
    owe(dealer, "1", TODAY, Decimal(100))
    owe(dealer, "2", TODAY, Decimal(50), ReceivableKind.BILL)
    owe(dealer, "3", TODAY, Decimal(30), ReceivableKind.ORDER)
    owe(dealer, "4", TODAY, Decimal(-20), ReceivableKind.RECEIPT)
    CreditProfile.objects.create(
        dealer=dealer, credit_limit=limit and Decimal(limit), deposit=deposit and Decimal(deposit)
    )
    client = client_of(alice)
    file_page = client.get(reverse("dealers:file", args=[dealer.pk])).content.decode()
    assert f'hx-get="{reverse("sales:credit_used", args=[dealer.pk])}"' in file_page
    line = show(client, "credit_used", dealer)
    assert line.content.decode().startswith(said)
    assert ("limit exceeded" in line.content.decode()) == (limit in ("100", "0"))
    uses = {show(client, name, dealer).context["credit"].use for name in ("credit_used", "credit_cell", "receivables")}
    assert len(uses) == 1


def test_credit_is_not_for_who_only_reads(client_of, rory, dealer):
    assert client_of(rory).get(reverse("sales:receivables", args=[dealer.pk])).status_code == 403


def count_stock(dealer, **quantities) -> dict[str, int]:
    """Count products by name on 10 May 2024; their ids."""
    ids = {}
    for name, quantity in quantities.items():
        product = ProductFactory(name=name)
        ids[name] = product.pk
        StockCount.objects.create(dealer=dealer, product=product, on=dt.date(2024, 5, 10), quantity=quantity)
        StockCount.objects.create(dealer=dealer, product=product, on=dt.date(2024, 4, 10), quantity=99)
    return ids


def test_stock_cover_is_stock_over_daily_sell_out_of_three_closed_months(client_of, alice, dealer):
    products = count_stock(dealer, Sold=30, Unsold=7)
    record_sales([
        Line(dealer.pk, dt.date(2024, 2, 1), Decimal(90), Decimal(1), product_id=products["Sold"], kind="SELL_OUT"),
        Line(dealer.pk, dt.date(2024, 5, 1), Decimal(500), Decimal(1), product_id=products["Sold"], kind="SELL_OUT"),
        Line(dealer.pk, dt.date(2024, 3, 1), Decimal(500), Decimal(1), product_id=products["Sold"], kind="SELL_IN"),
    ])  # fmt: skip
    context = show(client_of(alice), "stock", dealer).context
    # February to April 2024 have 90 days: one a day.
    assert [(line.product_id, line.cover) for line in context["stock"].lines] == [
        (products["Sold"], 30),
        (products["Unsold"], None),
    ]
    assert context["stock"].cover == 37


# docs/sales.md, "How long stock lasts": 60 in stock, 90 days; sold in, through, out in the window -> cover, sentence.
COVERS = [
    (180, 0, 0, 30, "÷ average daily sell-in, as the dealer does not report what it sold on; 180 were sold to it"),
    (180, 90, 0, 60, "÷ average daily sell-through; 90 were sold on"),
    (180, 0, 60, 90, "÷ average daily sell-out; 60 were sold on"),
    (180, 90, 60, 36, "÷ average daily sell-through and sell-out; 150 were sold on"),
    (0, 0, 0, None, "÷ average daily sell-in"),
    (180, -5, 0, 30, "÷ average daily sell-in"),
]


@pytest.mark.parametrize(("sold_in", "through", "out", "cover", "sentence"), COVERS)
def test_stock_cover_is_at_the_pace_of_what_left_the_stock(
    client_of, alice, dealer, sold_in, through, out, cover, sentence
):
    (product,) = count_stock(dealer, Kettle=60).values()
    record_sales(
        Line(dealer.pk, dt.date(2024, 3, 1), Decimal(quantity), Decimal(1), product_id=product, kind=kind)
        for kind, quantity in (("SELL_IN", sold_in), ("SELL_THROUGH", through), ("SELL_OUT", out))
        if quantity
    )
    client = client_of(alice)
    response = show(client, "stock", dealer)
    stock = response.context["stock"]
    assert (stock.cover, stock.lines[0].cover) == (cover, cover)
    assert sentence in response.content.decode()
    cell = show(client, "stock_cell", dealer).content.decode()
    pace = sentence.split("daily ")[1].partition(",")[0].partition(";")[0]
    assert ("none sold on" if cover is None else f"at the pace of {pace}") in cell
    # The night knows the same.
    figures.rebuild_figures(TODAY)
    row = DealerFigures.objects.get(dealer=dealer)
    flow = row.sold_on_3m_e3 if row.sold_on_3m_e3 > 0 else row.sell_in_3m_e3
    assert (row.stock_e3 * 90 / flow if flow > 0 else None) == cover


def test_what_was_sold_without_naming_the_product_counts_for_the_whole_stock(client_of, alice, dealer):
    count_stock(dealer, Kettle=60)
    record_sales([Line(dealer.pk, dt.date(2024, 3, 1), Decimal(90), Decimal(1), kind="SELL_THROUGH")])
    stock = show(client_of(alice), "stock", dealer).context["stock"]
    assert (stock.cover, stock.lines[0].cover) == (60, None)


def test_target_attainment_and_pace(client_of, alice, dealer):
    SalesTarget.objects.create(
        dealer=dealer, period_start=dt.date(2024, 5, 1), period_end=dt.date(2024, 6, 2), amount=Decimal(1000)
    )
    record_sales([
        Line(dealer.pk, dt.date(2024, 5, 16), Decimal(1), Decimal(250)),
        Line(dealer.pk, TODAY, Decimal(1), Decimal(9999)),
        Line(dealer.pk, dt.date(2024, 4, 30), Decimal(1), Decimal(9999)),
    ])  # fmt: skip
    client = client_of(alice)
    (row,) = show(client, "targets", dealer).context["rows"]
    # 16 of 32 days are over and a quarter is reached: half as fast as needed.
    assert (row["each"].share, row["each"].elapsed, row["each"].pace) == (
        Decimal("0.25"),
        Decimal("0.5"),
        Decimal("0.5"),
    )


def test_records_are_paged_by_key_and_summed_over_all_pages(client_of, alice, dealer):
    record_sales(
        Line(
            dealer.pk,
            dt.date(2024, 1, 1) + dt.timedelta(days=number // 4),
            Decimal(1),
            Decimal(2),
            reference=str(number),
        )
        for number in range(120)
    )
    client = client_of(alice)
    seen: list[str] = []
    url = reverse("sales:records", args=[dealer.pk])
    pages = []
    while url:
        response = client.get(url)
        page = response.context["page"]
        pages.append([row.pk for row in page.rows])
        seen += [row.reference for row in page.rows]
        assert (page.count, page.amount) == (120, 240)
        url = f"{reverse('sales:records', args=[dealer.pk])}?after={page.older}" if page.older else ""
    assert len(seen) == len(set(seen)) == 120
    back = client.get(reverse("sales:records", args=[dealer.pk]), {"before": page.newer}).context["page"]
    assert [row.pk for row in back.rows] == pages[1]
    assert back.older


def test_records_filter_and_ignore_what_makes_no_sense(client_of, alice, dealer):
    hat = ProductFactory(name="Red hat", code="HAT", category="Clothes")
    record_sales([
        Line(dealer.pk, dt.date(2024, 1, 1), Decimal(1), Decimal(1), product_id=hat.pk),
        Line(dealer.pk, dt.date(2024, 2, 1), Decimal(1), Decimal(10)),
    ])  # fmt: skip
    client = client_of(alice)

    def amount(**query) -> Decimal:
        return client.get(reverse("sales:records", args=[dealer.pk]), query).context["page"].amount

    assert amount(product="hat") == amount(group="Clothes") == 1
    assert amount(group="-") == amount(**{"from": "2024-01-02"}) == 10
    assert amount(until="2024-01-01") == 1
    assert amount(until="soon", after="nonsense", kind="NONE") == 11


@pytest.mark.parametrize("panel", ["history", "groups", "receivables", "stock", "targets", "records"])
def test_charlie_gets_404(client_of, charlie, dealer, panel):
    assert client_of(charlie).get(reverse(f"sales:{panel}", args=[dealer.pk])).status_code == 404


def test_panels_ask_few_questions(client_of, alice, dealer, django_assert_max_num_queries):
    products = ProductFactory.create_batch(5, category="A")
    record_sales(
        Line(dealer.pk, dt.date(2024, month, 1), Decimal(1), Decimal(1), product_id=product.pk)
        for month in range(1, 5)
        for product in products
    )
    client = client_of(alice)
    for panel in ("history", "groups", "receivables", "stock", "targets", "records"):
        with django_assert_max_num_queries(14):
            show(client, panel, dealer)
