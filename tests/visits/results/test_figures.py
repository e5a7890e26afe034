"""What a month's figures are, and what the page points out by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from crm.base.models import Company
from crm.base.periods import add_months
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from visits.due import refresh
from visits.models import Finding
from visits.results import Covered, Result, results_of, together

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def today() -> dt.date:
    return Company.get().today()


@pytest.fixture
def patch(alice: User, territories: dict[str, Territory]) -> Territory:
    """Alice's, with a dealer of each tier."""
    for tier in "ABC":
        DealerFactory(territory=territories["CN-EAST-1"], tier=tier, name=f"Dealer {tier}")
    return territories["CN-EAST-1"]


def test_figures_of_a_month(alice: User, patch: Territory, today: dt.date) -> None:
    """Two of three planned visits made, one off plan with an order; A covered, one problem unnoticed, solved in two days."""
    start = today.replace(day=1)
    a, b, c = patch.dealers.order_by("tier")
    first = made_visit(dealer=a, user=alice, on=today)
    made_visit(dealer=b, user=alice, on=today)
    VisitFactory(dealer=c, user=alice, on=start, state="MISSED")
    VisitFactory(dealer=c, user=alice, on=today, state="SKIPPED", skip_reason="DEFERRED")
    made_visit(dealer=a, user=alice, on=today, why="OFF_PLAN", order_amount=Decimal(500))
    at = timezone.now()
    Finding.objects.create(
        visit=first, dealer=a, kind="LATENT", text="Empty shelf", state="SOLVED", cause="late", solution="earlier",
        created_at=at, solved_at=at + dt.timedelta(days=2),
    )  # fmt: skip
    (row,) = results_of([alice], start, add_months(start, 1), today=today)
    assert (row.planned, row.kept, row.off_plan, row.done) == (3, 2, 1, 3)
    assert [cover.share for cover in row.coverage_abc] == [1.0, 1.0, 0.0]
    assert row.strike_rate == pytest.approx(1 / 3)
    assert row.minutes_a_visit == pytest.approx(40)
    assert row.latent_a_visit == pytest.approx(1 / 3)
    assert row.issues.median_days == pytest.approx(2)
    assert together([row, row]).adherence == row.adherence


@pytest.mark.parametrize(("planned", "kept", "grade"), [
    (0, 0, ""), (100, 85, "green"), (100, 84, "yellow"), (100, 70, "yellow"), (100, 69, "red"),
])  # fmt: skip
def test_grades_of_adherence(planned: int, kept: int, grade: str) -> None:
    assert Result(None, planned=planned, kept=kept).adherence_grade == grade


@pytest.mark.parametrize(("tier", "assigned", "visited", "grade"), [
    ("A", 10, 10, "green"), ("A", 10, 9, "orange"), ("B", 100, 95, "green"), ("B", 100, 94, "orange"),
    ("C", 100, 85, "green"), ("C", 100, 84, "orange"), ("", 10, 0, ""), ("A", 0, 0, ""),
])  # fmt: skip
def test_grades_of_coverage(tier: str, assigned: int, visited: int, grade: str) -> None:
    assert Covered(tier, assigned, visited).grade == grade


def test_effort_that_drifts_to_prospects_is_said(
    alice: User, bob: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    prospect = DealerFactory(territory=patch, status="PROSPECT")
    before = today.replace(day=1) - dt.timedelta(days=3)
    for number in range(2):
        made_visit(dealer=patch.dealers.filter(tier="A").get(), user=alice, on=before - dt.timedelta(days=number))
    client = client_of(bob)
    assert not client.get(reverse("visits:results")).context["drifts"]
    made_visit(dealer=prospect, user=alice, on=today)
    answer = client.get(reverse("visits:results"))
    assert answer.context["drifts"]
    assert (answer.context["total"].existing, answer.context["total"].prospects) == (0, 1)


def test_who_sells_well_and_waits_is_named(
    alice: User, bob: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    dealer = DealerFactory(
        territory=patch, tier="A", name="Golden Shop", sales_12m=100, sales_prior_12m=80,
        customer_since=dt.date(2019, 1, 1),
    )  # fmt: skip
    DealerFactory(territory=patch, tier="A", name="Falling", sales_12m=10, sales_prior_12m=80)
    made_visit(dealer=dealer, user=alice, on=today - dt.timedelta(days=40))
    refresh(on=today)
    named = [row.name for row, _who in client_of(bob).get(reverse("visits:results")).context["neglected"]]
    assert named == ["Golden Shop"]


@pytest.mark.parametrize(("page", "most"), [
    ("results", 24), ("behind", 18), ("covered", 20), ("issues", 16), ("time", 16), ("days", 16), ("results_map", 16),
    ("leaders", 26), ("leader_coverage", 16), ("promises", 16),
])  # fmt: skip
def test_statements_do_not_grow_with_the_rows(
    page: str, most: int, alice: User, bob: User, patch: Territory, today: dt.date, client_of: ClientOf,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for _number in range(12):
        made_visit(dealer=DealerFactory(territory=patch, tier="A"), user=alice, on=today)
        made_visit(dealer=DealerFactory(territory=patch, tier="A"), user=bob, on=today, kind="EXECUTIVE")
        VisitFactory(dealer=DealerFactory(territory=patch, tier="A"), user=alice, on=today, state="MISSED")
    client = client_of(bob)
    with django_assert_max_num_queries(most):
        assert client.get(reverse(f"visits:{page}")).status_code == 200
