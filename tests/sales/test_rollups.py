"""Sums kept with the records equal sums built anew, whatever happened to the records."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from dealers.choices import TRADING, DealerKind, DealerStatus
from sales import figures, rollups, tasks
from sales.choices import ReceivableKind, SalesKind
from sales.models import (
    DealerFigures,
    DealerMonth,
    FiguresState,
    PersonMonth,
    Receivable,
    SalesRecord,
    StockCount,
    TerritoryMonth,
)
from sales.records import Line, record_sales, remove_sales
from tests.factories import DealerFactory, TerritoryFactory, UserFactory
from tests.sales.factories import ProductFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2024, 5, 17)


@pytest.fixture(autouse=True)
def as_of_today() -> None:
    figures.rebuild_figures(TODAY)


def months() -> list[tuple]:
    return sorted(DealerMonth.objects.values_list(
        "dealer_id", "kind", "month", "quantity_e3", "amount_e4", "records", "last_on", "order_days"
    ))  # fmt: skip


def territories() -> list[tuple]:
    """Without sums of zero: what moved away leaves them behind, and they say nothing."""
    rows = TerritoryMonth.objects.exclude(quantity_e3=0, amount_e4=0)
    return sorted(rows.values_list("territory_id", "kind", "month", "quantity_e3", "amount_e4"))


def people() -> list[tuple]:
    return sorted(PersonMonth.objects.values_list(
        "sold_by_id", "territory_id", "kind", "month", "quantity_e3", "amount_e4", "records"
    ))  # fmt: skip


def people_of_the_records() -> list[tuple]:
    """The plain sum that `people` has to equal."""
    rows = (
        SalesRecord.objects.filter(sold_by__isnull=False)
        .annotate(month=TruncMonth("on"))
        .values_list("sold_by_id", "dealer__territory_id", "kind", "month")
        .annotate(Sum("quantity"), Sum("amount"), Count("pk"))
        .order_by()
    )
    return sorted((*key, int(quantity * 1000), int(amount * 10000), n) for *key, quantity, amount, n in rows)


def all_figures() -> dict[int, dict]:
    return {row["dealer_id"]: row for row in DealerFigures.objects.values()}


def figures_of(on: dt.date) -> dict[int, dict]:
    """What `figures_as_of` measures, by dealer, with the maintained table's columns."""
    table = figures.figures_as_of(on)
    columns = [field.column for field in DealerFigures._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table}")
        return {row[columns.index("dealer_id")]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}


def test_a_line_reaches_every_sum():
    dealer = DealerFactory(kind=DealerKind.AGENT)
    record_sales([
        Line(dealer.pk, dt.date(2023, 3, 9), Decimal("2.5"), Decimal("10.1234"), reference="SO1/1"),
        Line(dealer.pk, dt.date(2024, 4, 30), Decimal(4), Decimal(20), reference="SO2/1"),
        Line(dealer.pk, dt.date(2024, 5, 3), Decimal(1), Decimal(5), reference="SO3/1"),
    ])  # fmt: skip

    assert months() == [
        (dealer.pk, "SELL_IN", dt.date(2023, 3, 1), 2500, 101234, 1, dt.date(2023, 3, 9), 1 << 8),
        (dealer.pk, "SELL_IN", dt.date(2024, 4, 1), 4000, 200000, 1, dt.date(2024, 4, 30), 1 << 29),
        (dealer.pk, "SELL_IN", dt.date(2024, 5, 1), 1000, 50000, 1, dt.date(2024, 5, 3), 1 << 2),
    ]
    row = DealerFigures.objects.get(pk=dealer.pk)
    assert (row.year, row.quantity_e3, row.amount_e4) == (2023, 2500, 101234)
    # The twelve closed months before May 2024 hold April alone; March 2023 is in the twelve before.
    assert (row.sales_12m_e4, row.sales_prior_12m_e4) == (200000, 101234)
    assert row.first_sale_month == dt.date(2023, 3, 1)
    assert row.last_order_on == dt.date(2024, 5, 3)
    assert (row.kind, row.trading) == (DealerKind.AGENT, True)
    dealer.refresh_from_db()
    assert dealer.sales_12m == Decimal("20.00")
    assert dealer.last_order_on == dt.date(2024, 5, 3)


def test_the_same_line_again_corrects_and_an_unchanged_one_is_not_written():
    dealer = DealerFactory()
    line = Line(dealer.pk, dt.date(2024, 2, 1), Decimal(3), Decimal(9), reference="SO1/1")
    assert record_sales([line]) == 1
    assert record_sales([line]) == 0
    assert record_sales([Line(dealer.pk, dt.date(2024, 2, 1), Decimal(1), Decimal(3), reference="SO1/1")]) == 1

    assert [(row[3], row[4], row[5]) for row in months()] == [(1000, 30000, 1)]
    assert DealerFigures.objects.get(pk=dealer.pk).sales_12m_e4 == 30000


def test_what_is_sold_today_or_later_is_not_known_today():
    dealer = DealerFactory()
    record_sales([Line(dealer.pk, TODAY, Decimal(1), Decimal(1))])
    assert DealerFigures.objects.get(pk=dealer.pk).last_order_on is None

    figures.advance(TODAY + dt.timedelta(days=1))
    assert DealerFigures.objects.get(pk=dealer.pk).last_order_on == TODAY


def test_a_figure_of_a_whole_month_counts_to_its_last_day_once_the_month_is_over():
    dealer = DealerFactory()
    record_sales([
        Line(dealer.pk, dt.date(2024, 4, 1), Decimal(1), Decimal(1), by_month=True),
        Line(dealer.pk, dt.date(2024, 5, 1), Decimal(1), Decimal(1), by_month=True),
    ])  # fmt: skip
    assert DealerFigures.objects.get(pk=dealer.pk).last_order_on == dt.date(2024, 4, 30)


def test_returns_alone_are_no_order():
    dealer = DealerFactory()
    record_sales([Line(dealer.pk, dt.date(2024, 4, 2), Decimal(-1), Decimal(-5))])
    row = DealerFigures.objects.get(pk=dealer.pk)
    assert (row.last_order_on, row.first_sale_month, row.sales_12m_e4) == (None, None, -50000)


def test_a_dealer_that_moves_takes_its_sales_along_and_one_in_the_bin_counts_nowhere():
    here, there = TerritoryFactory(), TerritoryFactory()
    dealer = DealerFactory(territory=here)
    record_sales([Line(dealer.pk, dt.date(2024, 4, 2), Decimal(1), Decimal(5))])
    cell = ("SELL_IN", dt.date(2024, 4, 1), 1000, 50000)
    assert territories() == [(here.pk, *cell)]

    dealer.territory = there
    dealer.save()
    assert territories() == [(there.pk, *cell)]
    assert DealerFigures.objects.get(pk=dealer.pk).territory_id == there.pk

    dealer.deleted_at = timezone.now()
    dealer.save()
    assert territories() == []
    record_sales([Line(dealer.pk, dt.date(2024, 4, 3), Decimal(1), Decimal(7))])
    assert territories() == []
    dealer.deleted_at = None
    dealer.save()
    assert territories() == [(there.pk, "SELL_IN", dt.date(2024, 4, 1), 2000, 120000)]


@pytest.mark.parametrize("status", DealerStatus.values)
def test_trading_is_what_the_dealers_app_calls_trading(status):
    dealer = DealerFactory()
    dealer.status = status
    dealer.save()
    assert DealerFigures.objects.get(pk=dealer.pk).trading is (status in TRADING)
    assert DealerFigures.objects.get(pk=DealerFactory(status=status).pk).trading is (status in TRADING)


def test_overdue_grows_as_days_pass():
    dealer = DealerFactory()
    Receivable.objects.create(
        dealer=dealer, number="R1", issued_on=dt.date(2024, 4, 1), due_on=TODAY, amount=100, open_amount=60
    )
    Receivable.objects.create(
        dealer=dealer, number="R2", kind=ReceivableKind.RECEIPT, issued_on=dt.date(2024, 4, 1),
        due_on=dt.date(2024, 4, 1), amount=-10, open_amount=-10,
    )  # fmt: skip
    figures.rebuild_figures(TODAY)
    row = DealerFigures.objects.get(pk=dealer.pk)
    assert (row.balance_e4, row.overdue_e4, row.oldest_due_on) == (500000, 0, None)

    figures.advance(TODAY + dt.timedelta(days=1))
    row = DealerFigures.objects.get(pk=dealer.pk)
    assert (row.balance_e4, row.overdue_e4, row.oldest_due_on) == (500000, 600000, TODAY)
    dealer.refresh_from_db()
    assert (dealer.balance, dealer.overdue_amount) == (Decimal("50.00"), Decimal("60.00"))


def test_days_with_orders_leave_a_print():
    """Also of a day that moves within a month and leaves all sums as they are; taken back, the print is the old one."""
    dealer, other = DealerFactory.create_batch(2)

    def buy(*days: int) -> int:
        remove_sales(dealer_ids=[dealer.pk], start=dt.date(2024, 3, 1), end=dt.date(2024, 4, 1), kind="SELL_IN")
        record_sales([Line(dealer.pk, dt.date(2024, 3, day), Decimal(1), Decimal(1)) for day in days])
        (row,) = (row for row in months() if row[0] == dealer.pk)
        assert row[3:7] == (len(days) * 1000, len(days) * 10000, len(days), dt.date(2024, 3, 31))
        assert row[7] == sum(1 << day - 1 for day in days)
        return DealerFigures.objects.get(pk=dealer.pk).order_mark

    first = buy(1, 7, 31)
    assert first != buy(1, 8, 31)
    assert first == buy(1, 7, 31)
    assert DealerFigures.objects.get(pk=other.pk).order_mark == 0
    # Today's order is not known before tomorrow, and one of another kind of sale is none.
    record_sales([Line(dealer.pk, TODAY, Decimal(1), Decimal(1))])
    record_sales([Line(dealer.pk, dt.date(2024, 2, 1), Decimal(1), Decimal(1), kind=SalesKind.SELL_OUT)])
    assert DealerFigures.objects.get(pk=dealer.pk).order_mark == first
    figures.advance(TODAY + dt.timedelta(days=1))
    assert DealerFigures.objects.get(pk=dealer.pk).order_mark != first


def test_a_day_gone_by_changes_nothing_back():
    figures.advance(TODAY - dt.timedelta(days=40))
    assert FiguresState.objects.get().on == TODAY


def test_the_fiscal_year_rolls_over():
    dealer = DealerFactory()
    record_sales([
        Line(dealer.pk, dt.date(year, 12, 31), Decimal(year - 2000), Decimal(1)) for year in (2021, 2022, 2023)
    ])  # fmt: skip
    row = DealerFigures.objects.get(pk=dealer.pk)
    assert (row.year, row.quantity_e3, row.quantity_1_e3, row.quantity_2_e3) == (2023, 23000, 22000, 21000)

    figures.advance(dt.date(2025, 1, 1))
    row = DealerFigures.objects.get(pk=dealer.pk)
    assert (row.year, row.quantity_e3, row.quantity_1_e3, row.quantity_2_e3) == (2024, 0, 23000, 22000)
    assert FiguresState.objects.get().year == 2024


class History:
    """Random things that happen to sales, credit and stock, day after day."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.territories = TerritoryFactory.create_batch(3)
        self.dealers = DealerFactory.create_batch(7, territory=self.territories[0])
        self.products = [None, *(product.pk for product in ProductFactory.create_batch(3))]
        self.people = [None, *(user.pk for user in UserFactory.create_batch(2))]
        self.on = TODAY

    def day(self) -> dt.date:
        """Within three years back, or shortly ahead of the business date."""
        return self.on - dt.timedelta(days=self.random.randint(-20, 1200))

    def sell(self) -> None:
        by_month = self.random.random() < 0.3
        lines = {}
        for _ in range(self.random.randint(1, 25)):
            on = self.day().replace(day=1) if by_month else self.day()
            line = Line(
                self.random.choice(self.dealers).pk, on, Decimal(self.random.randint(-3000, 9000)).scaleb(-3),
                Decimal(self.random.randint(-50000, 900000)).scaleb(-4), self.random.choice(self.products),
                self.random.choice(SalesKind.values), f"SO{self.random.randint(1, 3)}", by_month,
                self.random.choice(self.people),
            )  # fmt: skip
            lines[line.dealer_id, line.on, line.kind, line.product_id, line.reference] = line
        record_sales(lines.values())

    def take_back(self) -> None:
        start = self.day()
        remove_sales(
            dealer_ids=[dealer.pk for dealer in self.random.sample(self.dealers, 3)], start=start,
            end=start + dt.timedelta(days=self.random.randint(1, 300)), kind=self.random.choice(SalesKind.values),
        )  # fmt: skip

    def change_dealer(self) -> None:
        dealer = self.random.choice(self.dealers)
        dealer.territory = self.random.choice(self.territories)
        dealer.kind = self.random.choice(DealerKind.values)
        dealer.status = self.random.choice(DealerStatus.values)
        dealer.deleted_at = timezone.now() if self.random.random() < 0.2 else None
        dealer.save()

    def owe(self) -> None:
        dealer = self.random.choice(self.dealers)
        issued = self.day()
        amount = self.random.randint(1, 900)
        Receivable.objects.update_or_create(
            dealer=dealer,
            number=f"R{self.random.randint(1, 4)}",
            defaults={
                "kind": ReceivableKind.INVOICE, "issued_on": issued, "amount": amount,
                "due_on": issued + dt.timedelta(days=self.random.randint(0, 60)),
                "open_amount": self.random.choice([0, amount]),
            },
        )  # fmt: skip
        self.follow(dealer)

    def count_stock(self) -> None:
        dealer = self.random.choice(self.dealers)
        StockCount.objects.update_or_create(
            dealer=dealer, product_id=self.products[1], on=self.day(), defaults={"quantity": self.random.randint(0, 50)}
        )
        self.follow(dealer)

    def follow(self, dealer) -> None:
        with connection.cursor() as cursor:
            figures.touch(cursor, [dealer.pk])
            figures.refresh_touched(cursor)

    def pass_time(self) -> None:
        self.on += dt.timedelta(days=self.random.choice([1, 1, 1, 5, 40, 300]))
        figures.advance(self.on)

    def step(self) -> None:
        self.random.choice([
            self.sell, self.sell, self.sell, self.take_back, self.change_dealer, self.owe, self.count_stock,
            self.pass_time,
        ])()  # fmt: skip


def look_at_whole_months(monkeypatch, random: random.Random) -> None:
    """Let some of the months that are written to be summed anew, as imports of whole months ask for."""
    follow = rollups.follow

    def follow_whole(cursor, noted) -> int:
        return follow(cursor, noted, whole=[month for month in noted.months if random.random() < 0.5])

    monkeypatch.setattr(rollups, "follow", follow_whole)


@pytest.mark.parametrize("seed", range(24))
def test_kept_equals_built_anew(seed, monkeypatch):
    # Two of three histories take the ways of imports that change very many dealers, one of them by whole months.
    if seed % 3:
        monkeypatch.setattr(figures, "MANY_DEALERS", 0)
    history = History(seed)
    if seed % 3 == 2:
        look_at_whole_months(monkeypatch, history.random)
    for _ in range(25):
        history.step()

    kept = (months(), territories(), all_figures(), people())
    assert figures_of(history.on) == kept[2]
    assert people_of_the_records() == kept[3]
    rollups.rebuild(history.on)
    assert (months(), territories(), all_figures(), people()) == kept
    assert kept[0], "a history without sales proves nothing"


def test_a_past_day_knows_nothing_of_what_came_later():
    dealer = DealerFactory()
    past = dt.date(2023, 6, 10)
    record_sales([
        Line(dealer.pk, dt.date(2022, 7, 5), Decimal(2), Decimal(20)),
        Line(dealer.pk, dt.date(2023, 6, 9), Decimal(3), Decimal(30), reference="before"),
    ])  # fmt: skip
    before = figures_of(past)[dealer.pk]
    record_sales([
        Line(dealer.pk, past, Decimal(5), Decimal(50), reference="that day"),
        Line(dealer.pk, dt.date(2023, 9, 1), Decimal(7), Decimal(70)),
    ])  # fmt: skip
    assert figures_of(past)[dealer.pk] == before
    assert (before["year"], before["quantity_e3"], before["last_order_on"]) == (2022, 2000, dt.date(2023, 6, 9))


def test_lists_of_very_many_dealers_follow_an_import_at_once(monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(figures, "MANY_DEALERS", 0)
    monkeypatch.setattr(tasks.show_figures, "delay", tasks.show_figures)
    figures.rebuild_figures(dt.date(2024, 5, 17))
    dealer = DealerFactory()
    with django_capture_on_commit_callbacks(execute=True):
        record_sales([Line(dealer.pk, dt.date(2024, 3, 9), Decimal(3), Decimal(30))])
    dealer.refresh_from_db()
    assert (dealer.sales_12m, dealer.last_order_on) == (Decimal(30), dt.date(2024, 3, 9))
    with connection.cursor() as cursor:
        assert figures.put_dealers(cursor, everybody=True) == 0
