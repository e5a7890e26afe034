"""People against their own targets: what they sold, or what was sold where they work."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.choices import Role
from crm.base.models import Company
from sales.models import SalesTarget
from sales.people import by_person
from sales.records import Line, record_sales
from tests.factories import AssignmentFactory, DealerFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2024, 5, 17)


@pytest.fixture(autouse=True)
def today(monkeypatch) -> None:
    monkeypatch.setattr(Company, "today", lambda self, **_: TODAY)


@pytest.fixture
def places(territories):
    return {code: DealerFactory(territory=territories[code]) for code in ("CN-EAST-1", "CN-EAST-2", "JP-KANTO-1")}


def aim(person, amount=1000, start=dt.date(2024, 1, 1), end=dt.date(2024, 5, 1)) -> None:
    SalesTarget.objects.create(user=person, period_start=start, period_end=end, amount=Decimal(amount))


# docs/sales.md, "Targets of people": (sales: place, by whom, amount) -> what counts for Alice of CN-EAST-1, and why
COUNTED = [
    ([("CN-EAST-1", "alice", 300), ("CN-EAST-1", "bob", 50)], 300, "SOLD_BY"),
    ([("CN-EAST-1", None, 300), ("CN-EAST-2", None, 50)], 300, "TERRITORY"),
    ([("CN-EAST-1", "alice", 300), ("CN-EAST-1", None, 50)], 300, "SOLD_BY"),
    # Somebody else sold there, and the records say so: nothing of it is hers.
    ([("CN-EAST-1", "bob", 300)], 0, "SOLD_BY"),
    # Where records of other places name people, hers still do not.
    ([("CN-EAST-1", None, 300), ("JP-KANTO-1", "charlie", 50)], 300, "TERRITORY"),
    # What she sold elsewhere is hers too.
    ([("CN-EAST-1", None, 300), ("CN-EAST-2", "alice", 50)], 50, "SOLD_BY"),
    ([], 0, "TERRITORY"),
]


@pytest.mark.parametrize(("sales", "amount", "basis"), COUNTED)
def test_what_counts_for_a_person(places, alice, bob, charlie, dora, sales, amount, basis):
    people = {"alice": alice.pk, "bob": bob.pk, "charlie": charlie.pk, None: None}
    aim(alice)
    record_sales(
        Line(places[place].pk, dt.date(2024, 2, 1), Decimal(1), Decimal(sum_), sold_by_id=people[who], reference=str(n))
        for n, (place, who, sum_) in enumerate(sales)
    )
    (row,) = by_person(dora, on=TODAY)
    assert (row.user, row.amount, row.basis, row.target) == (alice, amount, basis, 1000)
    assert row.attainment == Decimal(amount) / 1000


def test_only_closed_months_of_the_year_and_the_targets_part_of_them(places, alice, dora):
    aim(alice, 366, dt.date(2024, 1, 1), dt.date(2025, 1, 1))
    # A quarter inside the year's target is not counted again.
    aim(alice, 100, dt.date(2024, 1, 1), dt.date(2024, 4, 1))
    record_sales(
        Line(places["CN-EAST-1"].pk, on, Decimal(1), Decimal(10), sold_by_id=alice.pk)
        for on in (dt.date(2023, 12, 31), dt.date(2024, 1, 1), dt.date(2024, 4, 30), dt.date(2024, 5, 1))
    )
    (row,) = by_person(dora, on=TODAY)
    # January to April 2024 have 121 of 366 days.
    assert (row.target, row.amount) == (121, 20)


def test_a_person_of_two_territories_has_each_sale_once(places, alice, dora, territories):
    AssignmentFactory(user=alice, territory=territories["CN-EAST"], role=Role.REPRESENTATIVE)
    aim(alice)
    record_sales(
        Line(places[code].pk, dt.date(2024, 2, 1), Decimal(1), Decimal(10)) for code in ("CN-EAST-1", "CN-EAST-2")
    )
    (row,) = by_person(dora, on=TODAY)
    assert (row.amount, row.basis) == (20, "TERRITORY")


def test_who_sees_whose_targets(places, alice, bob, charlie, dora):
    for person in (alice, bob, charlie):
        aim(person)

    def seen(user):
        return [row.user for row in by_person(user, on=TODAY)]

    assert seen(alice) == [alice]
    assert seen(bob) == [alice, bob]
    assert seen(charlie) == [charlie]
    assert seen(dora) == [alice, bob, charlie]


def test_the_number_of_questions_does_not_grow_with_the_people(
    places, dora, territories, django_assert_max_num_queries
):
    for _number in range(10):
        person = UserFactory()
        AssignmentFactory(user=person, territory=territories["CN-EAST-1"])
        aim(person)
    Company.get()
    with django_assert_max_num_queries(8):
        assert len(by_person(dora, on=TODAY)) == 10


def test_the_start_page_says_what_was_counted(client_of, places, alice, dora):
    aim(alice)
    record_sales([Line(places["CN-EAST-1"].pk, dt.date(2024, 2, 1), Decimal(1), Decimal(250), sold_by_id=alice.pk)])
    client = client_of(dora)
    address = reverse("home:by_person")
    assert f'hx-get="{address}"' in client.get("/").content.decode()
    text = client.get(address).content.decode()
    assert "25.0%" in text
    assert "what the person sold" in text
