"""Who reads the plan of somebody who also works where the reader may not look: she learns when, and neither where nor whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import AssignmentFactory, DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from visits.board import days_of
from visits.models import Visit, VisitPlan

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
NEAR, FAR = "Shop of the east", "Secret shop of Kanto"


@pytest.fixture
def on() -> dt.date:
    """A working day that is still to come, in the running or the next week."""
    day = Company.get().today() + dt.timedelta(days=1)
    while day.weekday() > 4:
        day += dt.timedelta(days=1)
    return day


@pytest.fixture
def both(alice: User, territories: dict[str, Territory], on: dt.date) -> tuple[Visit, Visit]:
    """Alice serves a patch in Kanto besides hers: a stop at each on one day."""
    AssignmentFactory(user=alice, territory=territories["JP-KANTO-1"], role=Role.REPRESENTATIVE)
    near = DealerFactory(territory=territories["CN-EAST-1"], name=NEAR, latitude=31.2, longitude=121.4)
    far = DealerFactory(territory=territories["JP-KANTO-1"], name=FAR, latitude=31.3, longitude=121.5, tier="B")
    return (
        VisitFactory(user=alice, dealer=near, on=on, sequence=1, minutes=30),
        VisitFactory(user=alice, dealer=far, on=on, sequence=2, minutes=40, objective="Win the secret order"),
    )


def addresses(alice: User, on: dt.date) -> list[str]:
    return [
        f"{reverse('visits:month', args=[alice.pk])}?month={on:%Y-%m}",
        f"{reverse('visits:week', args=[alice.pk])}?day={on}",
        reverse("visits:day", args=[alice.pk, on]),
        reverse("visits:day_sheet", args=[alice.pk, on]),
        reverse("visits:performance", args=[alice.pk]),
    ]


def test_a_manager_reads_no_names_of_another_patch(
    both: tuple[Visit, Visit], alice: User, bob: User, dora: User, on: dt.date, client_of: ClientOf
) -> None:
    for address in addresses(alice, on):
        page = client_of(bob).get(address).content.decode()
        assert FAR not in page
        assert "Win the secret order" not in page
        assert reverse("visits:visit", args=[both[1].pk]) not in page
    for reader in (alice, dora):
        for address in addresses(alice, on)[:3]:
            page = client_of(reader).get(address).content.decode()
            assert NEAR in page
            assert FAR in page
            assert "Elsewhere" not in page


def test_the_day_still_adds_up(both: tuple[Visit, Visit], alice: User, bob: User, on: dt.date) -> None:
    """30 minutes at the dealer whom Bob sees and 40 elsewhere are 70 of Alice's day."""
    for reader, named in ((bob, 1), (alice, 2)):
        (day,) = days_of(alice, on, on + dt.timedelta(days=1), today=on, reader=reader)
        assert (len(day.open), day.number, day.stops, day.load_min) == (named, 2, 2, 70)


def test_the_week_and_the_day_say_elsewhere(
    both: tuple[Visit, Visit], alice: User, bob: User, on: dt.date, client_of: ClientOf
) -> None:
    week = client_of(bob).get(addresses(alice, on)[1]).content.decode()
    assert week.count("is-elsewhere") == 1
    answer = client_of(bob).get(addresses(alice, on)[2])
    route = answer.context["route"]
    assert [stop.elsewhere for stop in route.stops].count(True) == 1
    assert len(route.stops) == 2
    assert [stop["name"] for stop in route.map["stops"]] == [NEAR]
    assert "Elsewhere" in answer.content.decode()


def test_made_and_missed_visits_of_another_patch_are_not_named(
    both: tuple[Visit, Visit], alice: User, bob: User, on: dt.date, client_of: ClientOf
) -> None:
    made_visit(user=alice, dealer=both[1].dealer, on=on)
    VisitFactory(user=alice, dealer=both[1].dealer, on=on, state="MISSED")
    VisitFactory(user=alice, dealer=both[1].dealer, on=on, state="SKIPPED", skip_reason="CLOSED", means="PHONE")
    for address in addresses(alice, on)[:3]:
        assert FAR not in client_of(bob).get(address).content.decode()


def test_the_report_of_a_plan_names_nobody_of_another_patch(
    both: tuple[Visit, Visit], alice: User, bob: User, on: dt.date, client_of: ClientOf
) -> None:
    near, far = both[0].dealer.pk, both[1].dealer.pk
    start = on.replace(day=1)
    VisitPlan.objects.create(
        user=alice, audience="REPRESENTATIVE", horizon="MONTH", starts_on=start, planned_at=timezone.now(),
        ends_on=(start + dt.timedelta(days=32)).replace(day=1),
        report={
            "left_out": [{"dealer": pk, "visits": 1, "why": "NO_ROOM", "offer": "PHONE"} for pk in (near, far)],
            "other": [{"kind": "late", "amount": 7, "dealer": pk, "day": on.isoformat()} for pk in (near, far)],
        },
    )  # fmt: skip
    page = client_of(bob).get(addresses(alice, on)[0]).content.decode()
    assert f"{NEAR}: the visit starts 7 minutes late." in page
    assert FAR not in page
    # A sentence without a name is left out as well.
    assert page.count("the visit starts 7 minutes late.") == 1
