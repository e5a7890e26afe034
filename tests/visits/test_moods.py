"""How a dealer is disposed to us over time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories import DealerFactory
from tests.visits.factories import TODAY, VisitFactory, made_visit
from visits.moods import Moods, moods_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("moods", "change", "trend"), [
    # Mean of the later half less that of the earlier one; the middle of an odd number counts for neither.
    ((1, 1, -1, -1), -2.0, "worse than before"), ((0, 0, 1, 0), 0.5, "better than before"), ((0, 1, 0, 1), 0.0, "as before"),
    ((-2, -2, 2, 1, 1), 3.0, "better than before"), ((2, -2, -2), None, ""), ((1,), None, ""),
])  # fmt: skip
def test_the_trend(moods: tuple[int, ...], change: float | None, trend: str) -> None:
    found = Moods(moods, TODAY, 0)
    assert (found.change, found.trend) == (change, trend)
    assert found.is_worse == trend.startswith("worse")


def test_the_last_twelve_visits_that_say_a_mood(territories, bob, client_of) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    assert moods_of(dealer) is None
    for ago, mood in enumerate([-1, -2, None, *[1] * 11]):
        made_visit(dealer=dealer, on=TODAY - dt.timedelta(days=ago), mood=mood, venting=mood == -2)
    VisitFactory(dealer=dealer, on=TODAY + dt.timedelta(days=1), mood=2)
    found = moods_of(dealer)
    assert found is not None
    assert found.moods == (*[1] * 10, -2, -1)
    assert (found.last, found.last_on, found.vented) == ("reserved", TODAY, 1)
    page = client_of(bob).get(reverse("visits:next_visit", args=[dealer.pk])).content.decode()
    assert "worse than before" in page
    assert "let off steam on 1 of these visits" in page
