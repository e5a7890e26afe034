"""Pages of who leads a team: giving visits away, those without anybody, working time, rules and proposals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from crm.base.models import Company
from crm.base.periods import month_start
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.visits.factories import VisitFactory
from visits.choices import PlanState
from visits.models import PlanningRules, Visit, VisitPlan, WorkingTime
from visits.working_days import working_time

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
Places = dict[str, Territory]


@pytest.fixture
def today() -> dt.date:
    return Company.get().today()


@pytest.fixture
def carol(territories: Places) -> User:
    user = UserFactory(name="Carol")
    AssignmentFactory(user=user, territory=territories["CN-EAST-2"])
    return user


@pytest.fixture
def visit(alice: User, territories: Places, today: dt.date) -> Visit:
    on = today + dt.timedelta(days=2)
    return VisitFactory(user=alice, dealer=DealerFactory(territory=territories["CN-EAST-1"], name="Corner shop"), on=on)


def undo_of(answer: object) -> str:
    """The address that takes back what the last message tells."""
    (message,) = list(answer.context["messages"])  # type: ignore[attr-defined]
    return str(message.extra_tags).removeprefix("undo:")


# --- Giving visits away -----------------------------------------------------------------------------------------------------


def test_a_manager_gives_a_visit_away_and_takes_it_back(
    bob: User, carol: User, visit: Visit, client_of: ClientOf
) -> None:
    client = client_of(bob)
    address = reverse("visits:visit", args=[visit.pk])
    assert carol.name in client.get(address).content.decode()
    answer = client.post(
        reverse("visits:give", args=[visit.pk]), {"to": carol.pk, "version": visit.version}, follow=True
    )
    assert Visit.objects.get(pk=visit.pk).user_id == carol.pk
    client.post(undo_of(answer))
    back = Visit.objects.get(pk=visit.pk)
    assert (back.user_id, back.locked) == (visit.user_id, False)


def test_only_within_the_team(bob: User, charlie: User, carol: User, visit: Visit, client_of: ClientOf) -> None:
    client_of(bob).post(reverse("visits:give", args=[visit.pk]), {"to": charlie.pk})
    assert Visit.objects.get(pk=visit.pk).user_id == visit.user_id


def test_a_representative_gives_nothing_away(alice: User, carol: User, visit: Visit, client_of: ClientOf) -> None:
    answer = client_of(alice).post(reverse("visits:give", args=[visit.pk]), {"to": carol.pk})
    assert answer.status_code == 403


def test_the_board_offers_colleagues_and_answers_the_board(
    bob: User, carol: User, visit: Visit, client_of: ClientOf
) -> None:
    client = client_of(bob)
    week = reverse("visits:week", args=[visit.user_id])
    page = client.get(f"{week}?day={visit.on.isoformat()}").content.decode()
    assert reverse("visits:give", args=[visit.pk]) in page
    answer = client.post(
        reverse("visits:give", args=[visit.pk]), {"to": carol.pk, "week": visit.on.isoformat()},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert 'id="board"' in answer.content.decode()
    assert "Corner shop" not in answer.content.decode()


def test_visits_without_anybody_are_given_to_a_colleague(
    alice: User, bob: User, carol: User, visit: Visit, client_of: ClientOf
) -> None:
    client, address = client_of(bob), reverse("visits:unassigned")
    assert "Corner shop" not in client.get(address).content.decode()
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert "Corner shop" in client.get(address).content.decode()
    assert address in client.get(reverse("visits:plan")).content.decode()
    client.post(address, {"visit": [visit.pk], "to": carol.pk})
    assert Visit.objects.get(pk=visit.pk).user_id == carol.pk
    assert "Corner shop" not in client.get(address).content.decode()


def test_nobody_chosen_changes_nothing(alice: User, bob: User, visit: Visit, client_of: ClientOf) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    client_of(bob).post(reverse("visits:unassigned"), {"visit": [visit.pk], "to": ""})
    assert Visit.objects.get(pk=visit.pk).user_id == alice.pk


def test_a_handover_says_what_goes_along_before_and_after(
    dora: User, alice: User, visit: Visit, today: dt.date, client_of: ClientOf
) -> None:
    successor = UserFactory(name="Sue")
    client, address = client_of(dora), reverse("accounts:user_handover", args=[alice.pk])
    body = {"successor": successor.pk, "on": today.isoformat(), "note": ""}
    assert "1 planned visit goes along." in client.post(address, body).content.decode()
    assert Visit.objects.get(pk=visit.pk).user_id == alice.pk
    answer = client.post(address, body | {"confirm": "1"}, follow=True)
    assert "1 planned visit goes along." in answer.content.decode()
    assert Visit.objects.get(pk=visit.pk).user_id == successor.pk


# --- Working time -----------------------------------------------------------------------------------------------------------

HOURS = {
    "weekdays": ["1", "2", "3"], "starts": "08:30", "ends": "17:00", "lunch_minutes": "30", "max_stops": "6",
    "visiting_share": "80", "start_latitude": "31.2", "start_longitude": "121.4",
}  # fmt: skip


def test_a_manager_sets_working_time_from_a_day_on(alice: User, bob: User, today: dt.date, client_of: ClientOf) -> None:
    client, address = client_of(bob), reverse("visits:working_time", args=[alice.pk])
    start = today + dt.timedelta(days=10)
    for stops in ("6", "7"):
        client.post(address, HOURS | {"active_from": start.isoformat(), "max_stops": stops})
    assert WorkingTime.objects.count() == 1
    assert working_time(alice, today).max_stops == 8
    later = working_time(alice, start)
    assert (later.max_stops, later.weekdays, str(later.visiting_share), later.starts) == (
        7,
        [1, 2, 3],
        "0.80",
        dt.time(8, 30),
    )
    client.post(reverse("visits:drop_working_time", args=[later.pk]))
    assert not WorkingTime.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"active_from": "2020-01-01"}, "active_from"),
        ({"ends": "08:00"}, "ends"),
        ({"lunch_minutes": "600"}, "lunch_minutes"),
        ({"start_longitude": ""}, "start_longitude"),
        ({"start_latitude": "97"}, "start_latitude"),
        ({"weekdays": []}, "weekdays"),
    ],
)
def test_working_time_that_cannot_be(
    alice: User, bob: User, today: dt.date, client_of: ClientOf, wrong: dict[str, object], field: str
) -> None:
    body = HOURS | {"active_from": today.isoformat()} | wrong
    answer = client_of(bob).post(reverse("visits:working_time", args=[alice.pk]), body)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not WorkingTime.objects.exists()


def test_what_counts_already_is_not_taken_out(alice: User, bob: User, client_of: ClientOf) -> None:
    row = WorkingTime.objects.create(user=alice)
    client_of(bob).post(reverse("visits:drop_working_time", args=[row.pk]))
    assert WorkingTime.objects.exists()


def test_a_representative_reads_her_own_and_changes_nothing(alice: User, today: dt.date, client_of: ClientOf) -> None:
    client, address = client_of(alice), reverse("visits:working_time", args=[alice.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, HOURS | {"active_from": today.isoformat()}).status_code == 403


# --- Rules and proposals ----------------------------------------------------------------------------------------------------


def test_the_rules_of_planning_are_kept(dora: User, client_of: ClientOf) -> None:
    client, address = client_of(dora), reverse("visits:planning_rules")
    rules = {"days_ahead": "7", "new_dealer_days": "5", "joint_a_month": "2"}
    client.post(address, rules | {"replan": "on", "leaders": "on"})
    row = PlanningRules.objects.get()
    assert (row.days_ahead, row.release, row.replan, row.new_dealer_days) == (7, False, True, 5)
    assert (row.leaders, row.joint_a_month) == (True, 2)
    assert client.post(address, rules | {"days_ahead": "400"}).status_code == 422


def test_a_manager_releases_what_the_night_proposed(
    alice: User, charlie: User, bob: User, today: dt.date, client_of: ClientOf
) -> None:
    from django.utils import timezone

    month = month_start(today)
    for person in (alice, charlie):
        VisitPlan.objects.create(
            user=person,
            horizon="MONTH",
            starts_on=month,
            ends_on=month + dt.timedelta(days=31),
            planned_at=timezone.now(),
        )
    client = client_of(bob)
    address = reverse("visits:month", args=[alice.pk])
    assert "It is a proposal until it is released." in client.get(address).content.decode()
    client.post(reverse("visits:release"), {"month": f"{month:%Y-%m}"})
    states = dict(VisitPlan.objects.values_list("user", "state"))
    assert states == {alice.pk: PlanState.RELEASED, charlie.pk: PlanState.DRAFT}
    assert "It is a proposal until it is released." not in client.get(address).content.decode()


def test_the_week_is_held_against_its_plan(alice: User, visit: Visit, today: dt.date, client_of: ClientOf) -> None:
    week = f"{reverse('visits:week', args=[alice.pk])}?day={visit.on.isoformat()}"
    assert client_of(alice).get(week).context["figures"].target is None
    month = month_start(visit.on)
    for start in (month, (month + dt.timedelta(days=32)).replace(day=1), (month - dt.timedelta(days=1)).replace(day=1)):
        end = (start + dt.timedelta(days=32)).replace(day=1)
        VisitPlan.objects.create(user=alice, horizon="MONTH", starts_on=start, ends_on=end, target=44)
    figures = client_of(alice).get(week).context["figures"]
    assert figures.planned == 1
    # Forty-four visits on some twenty-two days are about two a day.
    assert 4 <= figures.target <= 16
