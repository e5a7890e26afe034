"""How the figure of a case went: months before, opening, last night, and the limits as bands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from alerts import course, kinds
from alerts.loss import cost_of_losing, parts_of_loss
from alerts.models import Case, CaseEvent, FigureHistory, LossTerms, StandingState
from crm.base.periods import add_months
from dealers.models import Dealer
from sales.models import DealerMonth, TerritoryMonth
from sales.partitions import SUMS
from tests.alerts.factories import TODAY, noon, open_case, rule
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db


def figures(measure: str, figure: Any, limit: Any) -> dict[str, Any]:
    return {"measure": measure, "figure": figure, "limit": limit}


def test_months_before_the_opening_and_what_came_after(territories: dict[str, Territory]) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    for on, due in ((dt.date(2026, 1, 20), dt.date(2026, 1, 12)), (dt.date(2026, 2, 20), None)):
        FigureHistory.objects.create(dealer=dealer, on=on, oldest_due_on=due)
    StandingState.objects.create(pk=1, on=TODAY, seen_before_xid=3, seen_in_cluster=1)
    opened = dt.date(2026, 2, 5)
    case = open_case(
        territories["CN-EAST-1"], dealer=dealer, version=rule("overdue", tiers=["A"]), opened_on=opened,
        at=noon(opened), evidence=figures("days", 24, 16), latest=figures("days", 58, 31),
    )  # fmt: skip
    CaseEvent.objects.create(
        case=case, did="WORSENED", at=noon(opened), on=dt.date(2026, 2, 12), figures=figures("days", 31, 31)
    )
    measure = course.measure_of(case)
    assert measure is not None
    points = course.points(case, measure, on=TODAY)
    assert [(point.day, point.figure, point.mark) for point in points] == [
        (dt.date(2026, 2, 1), 20, ""),
        (opened, 24, "opened"),
        (dt.date(2026, 2, 12), 31, "grew worse"),
        (TODAY, 58, "last night"),
    ]
    drawn = course.chart(case, measure, points)
    assert drawn["series"][0]["values"] == [20, 24, 31, 58]
    assert [(band["level"], band["from"], band["to"]) for band in drawn["bands"]] == [
        ("yellow", 1, 16), ("orange", 16, 31), ("red", 31, None),
    ]  # fmt: skip
    assert drawn["marks"] == [
        {"index": 1, "label": "opened"}, {"index": 2, "label": "grew worse"}, {"index": 3, "label": "last night"},
    ]  # fmt: skip


def test_bands_of_a_figure_that_falls_lie_the_other_way_round() -> None:
    kind = kinds.get("progress")
    assert kind is not None
    pace = kind.measures[0]
    assert [(band["level"], band["from"], band["to"]) for band in course.bands(pace, pace.limits)] == [
        ("yellow", 0.85, 0.95), ("orange", 0.70, 0.85), ("red", None, 0.70),
    ]  # fmt: skip
    only_red = (None, None, Decimal("0.5"))
    assert [(band["level"], band["from"], band["to"]) for band in course.bands(pace, only_red)] == [("red", None, 0.5)]


def sold(dealer: Dealer, months: dict[dt.date, int], others: int = 0) -> None:
    """Units of 1 by month of the dealer, and so many of others in its territory each month."""
    with connection.cursor() as cursor:
        SUMS.ensure(cursor, list(months))
    for month, units in months.items():
        DealerMonth.objects.create(
            dealer=dealer, kind="SELL_IN", month=month, quantity_e3=units * 1000, amount_e4=units * 10_000, records=1,
            last_on=month.replace(day=20),
        )  # fmt: skip
        TerritoryMonth.objects.create(
            territory=dealer.territory, kind="SELL_IN", month=month, quantity_e3=1, amount_e4=(units + others) * 10_000
        )


def test_a_share_of_the_territory_is_read_for_the_one_dealer(territories: dict[str, Territory]) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    sold(dealer, {add_months(dt.date(2025, 1, 1), number): 25 for number in range(14)}, others=75)
    case = open_case(
        territories["CN-EAST-1"], dealer=dealer, kind="concentration", evidence=figures("territory", 0.25, 0.2),
        latest=figures("territory", 0.25, 0.2),
    )  # fmt: skip
    measure = course.measure_of(case)
    assert measure is not None
    points = course.points(case, measure, on=TODAY)
    assert len(points) > 12
    assert {round(point.figure, 4) for point in points} == {Decimal("0.25")}


@pytest.mark.parametrize("kind", [kind.code for kind in kinds.registered() if kind.measures and not kind.dormant])
def test_every_kind_can_be_asked(kind: str, territories: dict[str, Territory]) -> None:
    found = kinds.get(kind)
    assert found is not None
    for measure in found.measures:
        case = open_case(
            territories["CN-EAST-1"], kind=kind, evidence=figures(measure.key, 1, 1), latest=figures(measure.key, 2, 1)
        )
        points = course.points(case, measure, on=TODAY + dt.timedelta(days=20))
        assert points[-1].figure == 2
        assert course.chart(case, measure, points)["bands"]


def test_then_and_now_of_one_measure_and_of_two() -> None:
    same = Case(kind="overdue", evidence=figures("days", 21, 16), latest=figures("days", 44, 31))
    assert course.then_and_now(same) == [course.ThenNow("days past due", "21 days", "16 days", "44 days", "31 days")]
    other = Case(kind="churn", evidence=figures("interval", 1.6, 1.5), latest=figures("volume", 0.4, 0.3))
    assert [(row.label, row.then, row.now) for row in course.then_and_now(other)] == [
        ("silence in usual order intervals", "1.6 times", ""),
        ("volume lost against last year", "", "40%"),
    ]
    assert course.then_and_now(Case(kind="major_event", evidence={"event": "FIRE"}, latest={"event": "FIRE"})) == []


def test_the_page_shows_the_figures_and_loads_the_course(
    client_of: Callable[[User], Client], alice: User, territories: dict[str, Territory]
) -> None:
    terms = LossTerms.get()
    case = open_case(territories["CN-EAST-1"], kind="churn", evidence=figures("score", 77, 75), latest=figures("score", 80, 75),
                     loss_cost=cost_of_losing(Decimal(100_000), terms))  # fmt: skip
    page = client_of(alice).get(reverse("alerts:case", args=[case.pk]))
    assert page.context["then_now"] == [course.ThenNow("churn score", "77", "75", "80", "75")]
    assert reverse("alerts:course", args=[case.pk]) in page.content.decode()
    cost = page.context["cost"]
    assert (cost.profit, cost.winning, cost.low, cost.high) == (20_000, 13_000, 30_000, 36_000)
    assert parts_of_loss(Decimal(5), LossTerms(gross_margin=Decimal(0), keeping_share=Decimal(0))) is None
    assert client_of(alice).get(reverse("alerts:course", args=[case.pk])).status_code == 200
