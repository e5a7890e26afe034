"""The pages of planning: what a manager sees and presses, what a representative may, and what is answered clearly."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from crm.base.models import Company
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.visits.factories import VisitFactory
from visits import runs
from visits.due import ensure_cycles
from visits.models import CallCycle, Leave, OpeningHours, PlanningRun, Visit, VisitPlan, WorkingTime
from visits.planning import MonthChanged
from visits.views.team import _undo_url

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def today() -> dt.date:
    return Company.get().today()


@pytest.fixture
def patch(alice: User, territories: dict[str, Territory]) -> Territory:
    """Alice's, with a dealer of each tier."""
    for number, tier in enumerate("ABC"):
        DealerFactory(
            territory=territories["CN-EAST-1"],
            tier=tier,
            name=f"Dealer {tier}",
            latitude=31 + number / 50,
            longitude=121,
        )
    return territories["CN-EAST-1"]


def next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


# --- The team's month -----------------------------------------------------------------------------------------------------


def test_a_manager_plans_her_teams_month(
    alice: User, bob: User, patch: Territory, today: dt.date, client_of: ClientOf,
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from visits import tasks

    month = next_month(today)
    monkeypatch.setattr(tasks.plan_next, "delay", lambda run_id: tasks.plan_next.apply([run_id]))
    client = client_of(bob)
    before = client.get(reverse("visits:plan"), {"month": f"{month:%Y-%m}"})
    (row,) = before.context["rows"]
    assert (row.user, row.target, row.states["planned"]) == (alice, 7, 0)
    assert not row.is_planned
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("visits:plan_now"), {"month": f"{month:%Y-%m}"})
    (row,) = client.get(reverse("visits:plan"), {"month": f"{month:%Y-%m}"}).context["rows"]
    assert row.is_planned
    assert row.states["planned"] == 7
    run = PlanningRun.objects.get()
    assert client.get(reverse("visits:progress", args=[run.pk])).headers["HX-Refresh"] == "true"
    assert client_of(alice).get(reverse("visits:progress", args=[run.pk])).status_code == 404


def test_a_representative_gets_her_own_month_and_nobody_elses(
    alice: User, charlie: User, bob: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert client.get(reverse("visits:plan")).url.startswith(reverse("visits:month", args=[alice.pk]))
    assert client.get(reverse("visits:month", args=[alice.pk])).status_code == 200
    assert client.get(reverse("visits:month", args=[charlie.pk])).status_code == 404
    assert client.post(reverse("visits:plan_now"), {"month": "2099-01"}).status_code == 403


def test_only_the_running_month_and_the_next_year_are_planned(bob: User, client_of: ClientOf) -> None:
    for month in ("2020-01", "2099-01"):
        client_of(bob).post(reverse("visits:plan_now"), {"month": month})
    assert not PlanningRun.objects.exists()
    assert not VisitPlan.objects.exists()


def test_a_month_that_cannot_be_planned_ends_the_run_and_is_told(
    alice: User, bob: User, patch: Territory, today: dt.date, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(**_fields: Any) -> None:
        raise MonthChanged

    def broken(**_fields: Any) -> None:
        raise ZeroDivisionError

    for plan_month, error in ((changed, "CHANGED"), (broken, "FAILED")):
        monkeypatch.setattr(runs, "plan_month", plan_month)
        run = runs.start_run(users=[alice], month=today, by=bob, at=timezone.now(), send=lambda _run_id: None)
        assert run is not None
        runs.take_turn(run.pk)
        assert (run.parts.get().error, run.parts.get().finished_at is None) == (error, False)
        answer = client_of(bob).get(reverse("visits:progress", args=[run.pk]))
        assert answer.context["run"]["failed"] == 1


def test_what_gives_is_taken_back_by_undo(
    alice: User, bob: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    month, client = next_month(today), client_of(bob)
    address = reverse("visits:relief", args=[alice.pk])
    client.post(address, {"month": f"{month:%Y-%m}", "kind": "DEFER", "visits": "3"})
    given = Visit.objects.get()
    assert (given.dealer.tier, given.state, given.skip_reason) == ("C", "SKIPPED", "DEFERRED")
    client.post(f"{reverse('visits:relief_undo')}?visits={given.pk}")
    assert Visit.objects.exists()  # an address that nobody was given
    client.post(_undo_url([given]))
    assert not Visit.objects.exists()


def test_nobody_undoes_what_is_not_hers(charlie: User, today: dt.date, patch: Territory, client_of: ClientOf) -> None:
    visit = VisitFactory(dealer=patch.dealers.first(), on=today)
    client_of(charlie).post(_undo_url([visit]))
    assert Visit.objects.filter(pk=visit.pk).exists()


# --- The board ------------------------------------------------------------------------------------------------------------


def test_a_card_that_is_moved_answers_the_board_and_offers_the_way_back(
    alice: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    visit = VisitFactory(user=alice, dealer=patch.dealers.first(), on=today)
    to = today + dt.timedelta(days=1)
    answer = client_of(alice).post(
        reverse("visits:move", args=[visit.pk]),
        {"on": to.isoformat(), "version": visit.version, "week": today.isoformat()},
        headers={"HX-Request": "true"},
    )
    said = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert b"data-board" in answer.content
    assert said["level"] == "success"
    visit.refresh_from_db()
    assert (visit.on, visit.locked) == (to, True)
    client_of(alice).post(said["undoUrl"])
    visit.refresh_from_db()
    # Back, and the planner's again.
    assert (visit.on, visit.locked) == (today, False)
    # What somebody changed since is not undone.
    client_of(alice).post(said["undoUrl"].replace(f"version={visit.version - 1}", "version=1"))
    assert Visit.objects.get(pk=visit.pk).version == visit.version


def test_who_was_slower_is_told_and_sees_how_it_is_now(
    alice: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    visit = VisitFactory(user=alice, dealer=patch.dealers.first(), on=today)
    Visit.objects.filter(pk=visit.pk).update(version=5)
    answer = client_of(alice).post(
        reverse("visits:move", args=[visit.pk]),
        {"on": (today + dt.timedelta(days=1)).isoformat(), "version": "1", "week": today.isoformat()},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["level"] == "error"
    visit.refresh_from_db()
    assert visit.on == today


def test_the_day_is_in_order_after_a_change(alice: User, patch: Territory, today: dt.date, client_of: ClientOf) -> None:
    to = today + dt.timedelta(days=1)
    visits = [VisitFactory(user=alice, dealer=dealer, on=today) for dealer in patch.dealers.all()]
    for visit in visits:
        client_of(alice).post(reverse("visits:move", args=[visit.pk]), {"on": to.isoformat()})
    stops = Visit.objects.of_day(alice, to)
    assert [visit.sequence for visit in stops] == [1, 2, 3]
    assert all(visit.starts_at for visit in stops)


def test_an_order_by_hand_is_kept_when_the_day_changes(
    alice: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    visits = [VisitFactory(user=alice, dealer=dealer, on=today) for dealer in patch.dealers.order_by("pk")]
    wanted = [visits[1].pk, visits[2].pk, visits[0].pk]
    address = reverse("visits:order", args=[alice.pk, today])
    client_of(alice).post(address, {"visits": ",".join(map(str, wanted))})
    assert list(Visit.objects.of_day(alice, today).values_list("pk", flat=True)) == wanted
    client_of(alice).post(reverse("visits:appointment", args=[visits[0].pk]), {"at": "15:00"})
    assert list(Visit.objects.of_day(alice, today).values_list("pk", flat=True)) == wanted
    client_of(alice).post(address, {"by": "router"})
    assert not Visit.objects.filter(by_hand=True).exists()


def test_of_two_who_order_a_day_the_slower_is_told(
    alice: User, bob: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    visits = [VisitFactory(user=alice, dealer=dealer, on=today) for dealer in patch.dealers.order_by("pk")]
    keys = [visit.pk for visit in visits]
    page = client_of(alice).get(reverse("visits:day", args=[alice.pk, today]))
    standing, address = page.context["route"].standing, reverse("visits:order", args=[alice.pk, today])
    for user, order, level in ((bob, keys[::-1], "success"), (alice, keys, "error")):
        answer = client_of(user).post(
            address, {"visits": ",".join(map(str, order)), "standing": standing}, headers={"HX-Request": "true"}
        )
        assert json.loads(answer.headers["HX-Trigger"])["toast"]["level"] == level
    assert list(Visit.objects.of_day(alice, today).values_list("pk", flat=True)) == keys[::-1]


def test_what_the_router_saves_is_told_on_a_day_in_an_order_by_hand_and_after_it_was_put_in_order(
    alice: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    client, address = client_of(alice), reverse("visits:day", args=[alice.pk, today])
    WorkingTime.objects.create(user=alice, start_latitude=31.0, start_longitude=121.0)
    # Farthest, nearest, and in between.
    far = [patch.dealers.get(latitude=latitude) for latitude in (31.04, 31.0, 31.02)]
    visits = [VisitFactory(user=alice, dealer=dealer, on=today) for dealer in far]
    order = reverse("visits:order", args=[alice.pk, today])
    client.post(order, {"visits": f"{visits[0].pk},{visits[1].pk},{visits[2].pk}"})
    by_hand = client.get(address).context["route"]
    assert by_hand.by_hand
    assert by_hand.saved_km > 1
    assert [stop.visit.pk for stop in by_hand.stops] == [visit.pk for visit in visits]
    client.post(order, {"by": "router"})
    for _again in range(2):
        routed = client.get(address).context["route"]
        assert not routed.by_hand
        assert routed.saved_km == by_hand.saved_km
        assert routed.km == pytest.approx(by_hand.km - by_hand.saved_km, abs=0.11)


def test_an_order_with_visits_of_others_moves_none_of_them(
    alice: User, charlie: User, today: dt.date, client_of: ClientOf
) -> None:
    others = VisitFactory(user=charlie, on=today)
    client_of(alice).post(reverse("visits:order", args=[alice.pk, today]), {"visits": str(others.pk)})
    others.refresh_from_db()
    assert (others.sequence, others.by_hand) == (None, False)


def test_boards_take_as_many_statements_for_many_visits_as_for_one(
    alice: User, patch: Territory, today: dt.date, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        VisitFactory(user=alice, dealer=DealerFactory(territory=patch), on=today)
    client = client_of(alice)
    for name, args in (("week", []), ("month", []), ("day", [today])):
        with django_assert_max_num_queries(32):
            assert client.get(reverse(f"visits:{name}", args=[alice.pk, *args])).status_code == 200


# --- Leave ------------------------------------------------------------------------------------------------------------------


def test_a_sick_rep_is_covered_in_one_step(
    alice: User, bob: User, patch: Territory, territories: dict[str, Territory], today: dt.date, client_of: ClientOf
) -> None:
    helper = UserFactory(name="Helper")
    AssignmentFactory(user=helper, territory=territories["CN-EAST-2"], role=Role.REPRESENTATIVE)
    visit = VisitFactory(user=alice, dealer=patch.dealers.first(), on=today + dt.timedelta(days=2))
    values = {
        "user": alice.pk, "kind": "SICK", "first": today.isoformat(), "last": (today + dt.timedelta(days=4)).isoformat(),
        "helper": helper.pk,
    }  # fmt: skip
    assert client_of(bob).post(reverse("visits:leave"), values).status_code == 302
    visit.refresh_from_db()
    assert (visit.user, visit.sequence) == (helper, 1)
    assert visit.starts_at is not None
    assert Leave.objects.get().period == DateRange(today, today + dt.timedelta(days=5))
    assert TerritoryAssignment.objects.filter(user=helper, covers_for=alice, territory=patch).exists()
    assert client_of(helper).get(reverse("visits:visit", args=[visit.pk])).status_code == 200


def test_a_representative_enters_her_own_leave_and_nobody_elses(
    alice: User, charlie: User, today: dt.date, client_of: ClientOf
) -> None:
    days = {"kind": "HOLIDAY", "first": today.isoformat(), "last": today.isoformat()}
    assert client_of(alice).post(reverse("visits:leave"), days | {"user": charlie.pk}).status_code == 422
    assert client_of(alice).post(reverse("visits:leave"), days | {"user": alice.pk}).status_code == 302
    assert client_of(alice).post(reverse("visits:leave"), days | {"user": alice.pk}).status_code == 422
    assert Leave.objects.get().user == alice


# --- More visits, cycles, hours ---------------------------------------------------------------------------------------------


def test_a_joint_visit_names_who_goes_along(
    alice: User, bob: User, patch: Territory, today: dt.date, client_of: ClientOf
) -> None:
    values = {
        "dealer": patch.dealers.first().pk, "on": today.isoformat(), "kind": "JOINT", "why": "APPOINTMENT",
        "fixed_at": "10:30",
    }  # fmt: skip
    address = reverse("visits:add", args=[alice.pk])
    assert client_of(bob).post(address, values).status_code == 422
    assert client_of(bob).post(address, values | {"companion": bob.pk}).status_code == 302
    visit = Visit.objects.get()
    assert (visit.user, visit.companion, visit.fixed_at, visit.locked) == (alice, bob, dt.time(10, 30), True)


def test_nobody_plans_a_visit_at_a_dealer_whom_she_does_not_see(
    alice: User, territories: dict[str, Territory], today: dt.date, client_of: ClientOf
) -> None:
    stranger = DealerFactory(territory=territories["JP-KANTO-1"], name="Stranger")
    address = reverse("visits:add", args=[alice.pk])
    values = {"dealer": stranger.pk, "on": today.isoformat(), "kind": "EXTRA", "why": "APPOINTMENT"}
    assert client_of(alice).post(address, values).status_code == 422
    assert client_of(alice).get(address, {"dealer": stranger.pk}).status_code == 404
    assert b"Stranger" not in client_of(alice).get(address, {"q": "Stra"}).content


def test_a_changed_cycle_counts_from_its_day_and_the_old_one_stays(
    dora: User, today: dt.date, client_of: ClientOf
) -> None:
    ensure_cycles()
    row = CallCycle.objects.get(audience="REPRESENTATIVE", tier="A")
    values = {
        "times": "5", "per": "MONTH", "max_gap_days": "8", "minutes": "60", "phone_every": "0",
        "active_from": today.isoformat(),
    }  # fmt: skip
    address = reverse("visits:cycle", args=[row.pk])
    assert client_of(dora).post(address, values | {"active_from": "2020-01-01"}).status_code == 422
    assert client_of(dora).post(address, values).status_code == 302
    assert client_of(dora).post(address, values | {"times": "6"}).status_code == 302
    found = CallCycle.objects.filter(audience="REPRESENTATIVE", tier="A").order_by("active_from")
    assert list(found.values_list("times", flat=True)) == [4, 6]


def test_opening_hours_are_kept_as_two_spans_and_refused_backwards(
    alice: User, patch: Territory, client_of: ClientOf
) -> None:
    dealer = patch.dealers.first()
    address = reverse("visits:dealer_hours", args=[dealer.pk])
    good = {"opens_1_0": "09:00", "closes_1_0": "12:00", "opens_1_1": "13:00", "closes_1_1": "17:00"}
    assert client_of(alice).post(address, good).status_code == 302
    assert OpeningHours.objects.filter(dealer=dealer, weekday=1).count() == 2
    assert client_of(alice).post(address, {"opens_1_0": "12:00", "closes_1_0": "09:00"}).status_code == 422
    assert client_of(alice).post(address, {"opens_1_0": "12:00"}).status_code == 422
    assert OpeningHours.objects.filter(dealer=dealer).count() == 2
    assert b'value="13:00"' in client_of(alice).get(address).content
