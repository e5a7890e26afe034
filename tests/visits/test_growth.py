"""Growth plans: steps as one types them, years against sales, and a way that is gone again in a new place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from sales.models import DealerMonth
from sales.partitions import SUMS
from tests.factories import DealerFactory, UserFactory
from visits.growth import Step, StepUnclear, as_typed, keep, steps_of, years_of
from visits.models import GrowthPlan, GrowthStep

AT = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("", []),
        ("Study the city\n3 Train two salespeople", [(0, "Study the city"), (3, "Train two salespeople")]),
        ("3. Second\nwith it\n0: First", [(0, "First"), (3, "Second"), (3, "with it")]),
        ("12 shelves\n", [(12, "shelves")]),
    ],
)
def test_steps_as_one_types_them(typed: str, steps: list[tuple[int, str]]) -> None:
    assert [(step.after_months, step.text) for step in steps_of(typed)] == steps


@pytest.mark.parametrize("typed", ["61 Too late", "x" * 301, "\n".join(["step"] * 41)])
def test_what_is_no_step_is_refused(typed: str) -> None:
    with pytest.raises(StepUnclear):
        steps_of(typed)


@pytest.mark.django_db
def test_years_stand_against_sales_and_done_steps_stay_done() -> None:
    dealer = DealerFactory()
    came = {dt.date(2025, 12, 1): 7, dt.date(2026, 1, 1): 100, dt.date(2026, 12, 1): 20, dt.date(2027, 1, 1): 60}
    with connection.cursor() as cursor:
        SUMS.ensure(cursor, list(came))
    for month, amount in came.items():
        DealerMonth.objects.create(
            dealer=dealer, kind="SELL_IN", month=month, amount_e4=amount * 10_000, quantity_e3=1_000, records=1
        )
    plan = GrowthPlan(
        dealer=dealer, place="Store B", starts_on=dt.date(2026, 1, 1), target_1=Decimal(100), target_2=Decimal(120),
        written_by=UserFactory(), written_at=AT,
    )  # fmt: skip
    keep(plan, [Step(0, "Study"), Step(3, "Train")])
    found = [(year.came, year.share, year.is_over) for year in years_of(plan, on=dt.date(2027, 3, 1))]
    assert found == [(120, Decimal("1.2"), True), (60, Decimal("0.5"), False), (None, None, False)]
    GrowthStep.objects.filter(plan=plan, text="Train").update(done_on=dt.date(2026, 4, 2))
    keep(plan, [Step(0, "Study"), Step(1, "Look again"), Step(6, "Train")])
    steps = plan.steps.values_list("number", "after_months", "text", "done_on")
    assert list(steps) == [(1, 0, "Study", None), (2, 1, "Look again", None), (3, 6, "Train", dt.date(2026, 4, 2))]
    assert as_typed(plan.steps.all()) == "0 Study\n1 Look again\n6 Train"


@pytest.mark.django_db
def test_the_same_way_in_a_new_place(
    client_of: Callable[[User], Client], alice: User, territories: dict[str, Territory]
) -> None:
    """Store B of A city, then store D of C county by the same steps, counted from its own start."""
    dealer = DealerFactory(territory=territories["CN-EAST-1"], sales_12m=Decimal(900))
    client = client_of(alice)
    new = reverse("visits:new_growth_plan", args=[dealer.pk])
    first = {
        "place": "A city, store B",
        "starts_on": "2026-01-15",
        "steps": "Study the city\n3 Train",
        "focus": "Shelves",
    }
    assert client.post(new, first | {"steps": "99 Too late"}).status_code == 422
    way = GrowthPlan.objects.get(pk=int(client.post(new, first).url.rstrip("/").rsplit("/", 1)[1]))
    assert way.starts_on == dt.date(2026, 1, 1)
    assert client.post(new, first).status_code == 422
    client.post(reverse("visits:growth_step", args=[way.steps.get(number=1).pk]))
    assert way.steps.get(number=1).done_on is not None
    page = client.get(way.get_absolute_url()).content.decode()
    assert f"{new}?from={way.pk}" in page
    form = client.get(new, {"from": way.pk}).context["form"]
    assert (form["steps"].value(), form["focus"].value(), form["place"].value()) == (
        "0 Study the city\n3 Train",
        "Shelves",
        "",
    )
    client.post(
        f"{new}?from={way.pk}",
        {"place": "C county, store D", "starts_on": "2028-01-01", "steps": form["steps"].value()},
    )
    copy = GrowthPlan.objects.get(place="C county, store D")
    assert (copy.copied_from, [step.due_on for step in copy.steps.all()]) == (
        way,
        [dt.date(2028, 1, 1), dt.date(2028, 4, 1)],
    )
    assert not copy.steps.filter(done_on__isnull=False).exists()
    assert "C county, store D" in client.get(way.get_absolute_url()).content.decode()
    foreign = GrowthPlan.objects.create(
        dealer=DealerFactory(territory=territories["JP-KANTO-1"]), place="Kanto", starts_on=dt.date(2026, 1, 1),
        written_by=alice, written_at=AT,
    )  # fmt: skip
    assert client.get(new, {"from": foreign.pk}).status_code == 404
