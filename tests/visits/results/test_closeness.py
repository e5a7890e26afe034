"""How long each representative has looked after her patch, by worked numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from accounts.scope import scope_of
from crm.base.models import Company
from tests.factories import DealerFactory, UserFactory
from visits.closeness import months_between, tenures
from visits.models import DayLog, Expense

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
D = dt.date


@pytest.mark.parametrize(("since", "on", "months"), [
    (D(2023, 3, 11), D(2026, 3, 11), 36), (D(2023, 3, 12), D(2026, 3, 11), 35), (D(2026, 3, 11), D(2026, 3, 11), 0),
    (D(2026, 1, 31), D(2026, 2, 28), 0), (D(2026, 4, 1), D(2026, 3, 11), 0),
])  # fmt: skip
def test_whole_months(since: D, on: D, months: int) -> None:
    assert months_between(since, on) == months


@pytest.fixture
def works(territories: dict[str, Territory]) -> Callable[..., User]:
    def make(name: str, *periods: tuple[D, D | None], place: str = "CN-EAST-1", absent: User | None = None) -> User:
        user = UserFactory(name=name)
        for start, end in periods:
            TerritoryAssignment.objects.create(
                user=user, territory=territories[place], role=Role.REPRESENTATIVE, period=DateRange(start, end),
                covers_for=absent,
            )  # fmt: skip
        return user

    return make


def test_the_last_unbroken_stretch_counts(works: Callable[..., User], dora: User) -> None:
    on = D(2026, 3, 11)
    works("One piece", (D(2022, 3, 1), None))
    works("Two that touch", (D(2023, 1, 1), D(2024, 1, 1)), (D(2024, 1, 1), None))
    works("With a break", (D(2020, 1, 1), D(2025, 1, 1)), (D(2025, 2, 1), None))
    works("Gone", (D(2020, 1, 1), D(2026, 3, 11)))
    works("To come", (D(2026, 4, 1), None))
    works("Stands in", (D(2020, 1, 1), D(2027, 1, 1)), absent=dora)
    found = tenures(scope_of(dora), on=on)
    assert [(row.user.name, row.months, row.is_due) for row in found] == [
        ("One piece", 48, True), ("Two that touch", 38, True), ("With a break", 13, False),
    ]  # fmt: skip
    assert found[2].review_on == D(2028, 2, 1)


def test_gifts_and_entertainment_of_a_year(
    works: Callable[..., User], dora: User, territories: dict[str, Territory]
) -> None:
    on = D(2026, 3, 11)
    user = works("Rep", (D(2022, 3, 1), None))
    dealer, far = (DealerFactory(territory=territories[code]) for code in ("CN-EAST-1", "JP-KANTO-1"))
    common = {"user": user, "created_at": timezone.now(), "purpose": "x", "currency": Company.get().currency}
    for amount, fields in (
        (100, {"category": "GIFT", "on": on, "dealer": dealer}),
        (20, {"category": "ENTERTAINMENT", "on": D(2025, 3, 12), "dealer": dealer}),
        # Too long ago, of another patch, of another kind, refused, in another currency.
        (1, {"category": "GIFT", "on": D(2025, 3, 11), "dealer": dealer}),
        (2, {"category": "GIFT", "on": on, "dealer": far}),
        (4, {"category": "TRANSPORT", "on": on, "dealer": dealer}),
        (8, {"category": "GIFT", "on": on, "dealer": dealer, "state": "REFUSED", "decided_at": timezone.now(), "decision_note": "x"}),
        (16, {"category": "GIFT", "on": on, "dealer": dealer, "currency": "XAF"}),
    ):  # fmt: skip
        Expense.objects.create(amount=amount, **common | fields)
    (row,) = tenures(scope_of(dora), on=on)
    assert (row.favours, row.dealers) == (Decimal(120), 1)


def test_a_manager_reads_her_own_territories_and_takes_a_file_out(
    works: Callable[..., User], bob: User, charlie: User, client_of: ClientOf
) -> None:
    works("Long ago", (D(2001, 1, 1), None))
    client, address = client_of(bob), reverse("visits:closeness")
    page = client.get(address).content.decode()
    assert "1 patch is to be reviewed." in page
    assert charlie.name not in page
    lines = client.post(address, {"format": "CSV"}).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Long ago,CN-EAST-1,2001-01-01,")


def test_what_cost_time_is_counted_by_days(alice: User, bob: User, charlie: User, client_of: ClientOf) -> None:
    on = Company.get().today().replace(day=1)
    for user, day, robbers in (
        (alice, on, ["M1", "P2"]), (alice, on + dt.timedelta(days=1), ["M1"]), (charlie, on, ["C1"]),
    ):  # fmt: skip
        DayLog.objects.create(user=user, on=day, robbers=robbers)
    robbers = client_of(bob).get(reverse("visits:time"), {"month": f"{on:%Y-%m}"}).context["robbers"]
    assert robbers == [("interrupted by calls", 2), ("no plan for the day", 1)]
