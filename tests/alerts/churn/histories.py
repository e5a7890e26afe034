"""Dealers with orders as a test wants them, written as an import writes them, and what the rule without SQL says of them."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from django.db import connection

from alerts.churn.card import Card
from alerts.churn.history import measure_as_of
from alerts.churn.measures import Market, Measured, OrderDay, measure, values
from alerts.churn.scoring import LEAST_ORDER_DAYS, LOST_AFTER_DAYS, _open
from dealers.models import Dealer
from sales import figures
from sales.records import Line, record_sales
from tests.factories import TerritoryFactory

MEASURED = list(Measured.__dataclass_fields__)


def make_dealers(count: int) -> list[int]:
    territory = TerritoryFactory()
    made = Dealer.objects.bulk_create(
        Dealer(code=f"H-{number:04}", name=f"Dealer {number}", country="CN", territory=territory)
        for number in range(count)
    )
    return [dealer.pk for dealer in made]


def orders(rng: random.Random, dealer: int, first: dt.date, last: dt.date) -> list[Line]:
    """Orders at a pace of the dealer's own, with gaps, returns, several lines a day; some only by month."""
    pace = rng.choice([3, 7, 7, 14, 30, 45])
    by_month = rng.random() < 0.1
    begin = first + dt.timedelta(days=rng.randrange((last - first).days))
    end = last if rng.random() < 0.6 else begin + (last - begin) * rng.random()
    lines: dict[tuple[dt.date, str], Line] = {}
    day = begin
    while day <= end:
        on = day.replace(day=1) if by_month else day
        for number in range(rng.choice([1, 1, 2, 4])):
            quantity = rng.choice([-3, 0, 1, 5, 20, 60])
            reference = f"{on:%y%m%d}-{number}"
            lines[on, reference] = Line(
                dealer, on, Decimal(quantity), Decimal(quantity * rng.randrange(100, 9999)) / 100, reference=reference,
                by_month=by_month,
            )  # fmt: skip
        day += dt.timedelta(days=max(1, round(rng.lognormvariate(0, 0.5) * pace)))
    return list(lines.values())


def by_rule(lines: list[Line], *, on: dt.date, market: Market) -> dict[int, Measured]:
    """Every dealer's figures from its lines, without the database."""
    days: dict[int, dict[dt.date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    months: dict[int, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        months[line.dealer_id][line.on.replace(day=1)] += int(line.amount * 10_000)
        if line.quantity > 0:
            day = line.on
            if line.by_month:
                day = (line.on + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
            days[line.dealer_id][day][0] += int(line.amount * 10_000)
            days[line.dealer_id][day][1] += 1
    found = {}
    for dealer, of_day in days.items():
        ordered = [OrderDay(day, amount, count) for day, (amount, count) in of_day.items()]
        row = measure(ordered, months[dealer], on=on, market=market)
        if row is not None:
            found[dealer] = row
    return found


def by_sql(on: dt.date) -> tuple[dict[int, Measured], Market]:
    """The same by sql/churn.sql over the product's tables."""
    with connection.cursor() as cursor:
        _open(cursor, on, everybody=True)
        market = measure_as_of(cursor, on, order_days="churn_order_days", months="churn_months")
        cursor.execute(f"SELECT dealer_id, {', '.join(MEASURED)} FROM churn_measured")
        return {dealer: Measured(*rest) for dealer, *rest in cursor.fetchall()}, market


def score_of(row: Measured, card: Card, *, on: dt.date, mean_year_e4: int) -> int | None:
    """The score that the night should give."""
    if row.order_days < LEAST_ORDER_DAYS or (on - row.last_order_on).days > LOST_AFTER_DAYS:
        return None
    return card.score(values(row, on=on, mean_year_e4=mean_year_e4))


def write(lines: list[Line], *, on: dt.date) -> None:
    """Record sales and let the figures stand as of the day."""
    figures.advance(on)
    record_sales(lines)


def scored(
    table: str = "alerts_dealerchurn", without: tuple[str, ...] = ("scored_on",)
) -> dict[int, Mapping[str, object]]:
    """The rows of a table of scores by dealer."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["dealer_id"]: {k: v for k, v in row.items() if k not in without} for row in rows}
