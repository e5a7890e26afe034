"""Sales of territories for home pages: closed months against last year's and the target."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from crm.base.models import Company
from sales import columns, totals
from sales.models import SalesTarget
from sales.records import Line, record_sales
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2024, 5, 17)


@pytest.fixture(autouse=True)
def today(monkeypatch) -> None:
    monkeypatch.setattr(Company, "today", lambda self, **_: TODAY)


@pytest.fixture
def sold(territories):
    """100 a month in CN-EAST-1 this year and 50 last year, 10 in Kanto this year."""
    here = DealerFactory(territory=territories["CN-EAST-1"])
    there = DealerFactory(territory=territories["JP-KANTO-1"])
    record_sales(
        Line(dealer.pk, dt.date(year, month, 9), Decimal(1), Decimal(amount))
        for dealer, year, amount in ((here, 2024, 100), (here, 2023, 50), (there, 2024, 10))
        for month in range(1, 7)
    )
    return here, there


def rows(user, **options):
    return {row.territory.code: row for row in totals.by_territory(user, on=TODAY, **options)}


@pytest.mark.parametrize(
    ("on", "start", "end"),
    [
        (dt.date(2024, 5, 17), dt.date(2024, 1, 1), dt.date(2024, 5, 1)),
        (dt.date(2024, 1, 31), dt.date(2023, 1, 1), dt.date(2024, 1, 1)),
        (dt.date(2024, 2, 1), dt.date(2024, 1, 1), dt.date(2024, 2, 1)),
    ],
)
def test_closed_months_of_the_year_or_the_whole_one_before(on, start, end):
    period = totals.closed_period(on)
    assert (period.start, period.end) == (start, end)


def test_a_director_sees_the_parts_of_the_company(sold, dora, territories):
    found = rows(dora)
    assert set(found) == {"CN", "JP"}
    assert (found["CN"].amount, found["CN"].before, found["CN"].growth) == (400, 200, 1)
    assert (found["JP"].amount, found["JP"].before, found["JP"].growth) == (40, 0, None)
    assert found["CN"].months == [100, 100, 100, 100]
    (company,) = totals.total(dora, on=TODAY)
    assert (company.territory.code, company.amount) == ("ROOT", 440)
    assert set(rows(dora, parent=territories["CN-EAST"])) == {"CN-EAST-1", "CN-EAST-2"}


def test_bob_sees_his_region_and_charlie_not_that(sold, bob, charlie):
    assert set(rows(bob)) == {"CN-EAST-1", "CN-EAST-2"}
    assert rows(bob)["CN-EAST-2"].amount == 0
    assert set(rows(charlie)) == {"JP-KANTO-1"}


def goal(start, end, amount, **whose) -> None:
    SalesTarget.objects.create(period_start=start, period_end=end, amount=Decimal(amount), **whose)


def test_a_years_target_counts_by_its_days_and_not_again_by_its_quarters(sold, dora, territories):
    east = territories["CN-EAST-1"]
    goal(dt.date(2024, 1, 1), dt.date(2025, 1, 1), 366, territory=east)
    goal(dt.date(2024, 1, 1), dt.date(2024, 4, 1), 100, territory=east)
    # January to April 2024 have 121 of 366 days.
    assert rows(dora)["CN"].target == 121
    assert rows(dora)["JP"].target is None
    assert rows(dora)["JP"].attainment is None


def test_dealers_targets_count_where_the_territory_has_none(sold, dora, territories):
    for dealer in sold:
        goal(dt.date(2024, 1, 1), dt.date(2024, 5, 1), 200, dealer=dealer)
    goal(dt.date(2024, 1, 1), dt.date(2024, 5, 1), 1000, territory=territories["JP"])
    found = rows(dora)
    assert (found["CN"].target, found["CN"].attainment) == (200, 2)
    assert found["JP"].target == 1000


def test_totals_ask_the_same_number_of_questions_however_many_territories(sold, dora, bob, django_assert_num_queries):
    Company.get()
    for user in (bob, dora):
        totals.by_territory(user, on=TODAY)
        with django_assert_num_queries(4):
            totals.by_territory(user, on=TODAY)


def test_the_lists_line_is_the_last_twelve_closed_months(sold):
    here, there = sold
    other = DealerFactory(territory=here.territory)
    found = columns.monthly_sales([here.pk, there.pk, other.pk], TODAY)
    assert found == {
        here.pk: (50.0, 50.0, *[0.0] * 6, *[100.0] * 4),
        there.pk: (*[0.0] * 8, *[10.0] * 4),
    }
    assert columns.draw_line(found[here.pk]).count("L") == 11
    assert "is-empty" in columns.draw_line(found.get(other.pk))


def test_both_at_once_are_what_each_is_by_itself(sold, dora, bob):
    for person in (dora, bob):
        top, parts = totals.total_and_parts(person, on=TODAY)
        assert top == totals.total(person, on=TODAY)
        assert parts == totals.by_territory(person, on=TODAY)
