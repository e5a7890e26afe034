"""Cover of a leave: opened with the right to plan, closed when the leave ends earlier, whatever else is open meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from crm.base.models import Company
from tests.cast import hire, plant_territories
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.visits.factories import VisitFactory
from visits.actions.relief import HELP, relieve, take_back
from visits.actions.stand_in import Stretch, cover_leave, end_leave, open_cover, stretches
from visits.load import loads_of
from visits.models import Cover, Leave, OpenedTerritory, Visit

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    return Company.get().today()


@pytest.fixture
def helper(territories: dict[str, Territory]) -> User:
    user = UserFactory(name="Helper")
    AssignmentFactory(user=user, territory=territories["CN-EAST-2"], role=Role.REPRESENTATIVE)
    return user


def away(user: User, start: dt.date, days: int) -> Leave:
    return Leave.objects.create(user=user, period=DateRange(start, start + days * DAY))


def opened(helper: User) -> list[tuple[str, dt.date, dt.date]]:
    """Whom the helper covers for, and when."""
    rows = TerritoryAssignment.objects.filter(user=helper, covers_for__isnull=False).order_by("period")
    return [(row.covers_for.name, row.period.lower, row.period.upper) for row in rows]  # type: ignore[union-attr]


D = [dt.date(2026, 3, number + 1) for number in range(30)]


@pytest.mark.parametrize(("reasons", "besides", "found"), [
    ([], [], []),
    ([(5, 9, 1)], [], [(5, 9, 1)]),
    # What is over stays over.
    ([(0, 9, 1)], [], [(2, 9, 1)]),
    # Two leaves that overlap: the first named while both run, the other one after it.
    ([(5, 9, 1), (7, 12, 2)], [], [(5, 9, 1), (9, 12, 2)]),
    ([(5, 20, 1), (7, 12, 2)], [], [(5, 20, 1)]),
    ([(7, 12, 2), (5, 20, 1)], [], [(5, 7, 1), (7, 12, 2), (12, 20, 1)]),
    # Two reasons of one person that touch are one stretch.
    ([(5, 9, 1), (9, 12, 1)], [], [(5, 12, 1)]),
    # Her own right goes before.
    ([(5, 9, 1)], [(6, 7)], [(5, 6, 1), (7, 9, 1)]),
    ([(5, 9, 1)], [(None, None)], []),
    ([(5, 9, 1)], [(7, None)], [(5, 7, 1)]),
])  # fmt: skip
def test_stretches(
    reasons: list[tuple[int, int, int]], besides: list[tuple[int | None, int | None]], found: list[tuple[int, int, int]]
) -> None:
    own = [tuple(None if day is None else D[day] for day in pair) for pair in besides]
    made = stretches([Stretch(D[a], D[b], who) for a, b, who in reasons], besides=own, since=D[2])  # type: ignore[arg-type]
    assert made == [Stretch(D[a], D[b], who) for a, b, who in found]


def test_a_manager_covers_and_what_is_opened_stands_in_the_history(
    alice: User, bob: User, dora: User, helper: User, territories: dict[str, Territory], today: dt.date,
    client_of: ClientOf,
) -> None:  # fmt: skip
    leave = away(alice, today, 5)
    visit = VisitFactory(user=alice, dealer=DealerFactory(territory=territories["CN-EAST-1"]), on=today + DAY)
    client_of(bob).post(reverse("visits:cover_leave", args=[leave.pk]), {"helper": helper.pk})
    visit.refresh_from_db()
    assert (visit.user, visit.covers_for) == (helper, alice)
    assert opened(helper) == [("Alice", today, today + 5 * DAY)]
    event = apps.get_model("accounts", "TerritoryAssignmentEvent")
    assert event.objects.filter(user=helper, covers_for=alice, pgh_context__isnull=False).exists()


def test_a_leave_that_is_withdrawn_closes_what_was_opened_and_brings_the_visits_back(
    alice: User, bob: User, helper: User, territories: dict[str, Territory], today: dt.date, client_of: ClientOf
) -> None:
    leave = away(alice, today + DAY, 5)
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    visit = VisitFactory(user=alice, dealer=dealer, on=today + 2 * DAY)
    client = client_of(bob)
    client.post(reverse("visits:cover_leave", args=[leave.pk]), {"helper": helper.pk})
    begun = VisitFactory(user=helper, dealer=DealerFactory(territory=territories["CN-EAST-1"]), on=today + 2 * DAY)
    Visit.objects.filter(pk=begun.pk).update(state="UNDER_WAY", covers_for=alice)
    client_of(alice).post(reverse("visits:end_leave", args=[leave.pk]))
    visit.refresh_from_db()
    begun.refresh_from_db()
    assert (visit.user, visit.covers_for, visit.locked, visit.sequence) == (alice, None, False, 1)
    assert begun.user == helper
    assert opened(helper) == []
    assert not Leave.objects.exists()
    assert not Cover.objects.exists()
    assert not OpenedTerritory.objects.exists()


def test_a_leave_that_is_shortened_keeps_what_came_before(
    alice: User, bob: User, helper: User, territories: dict[str, Territory], today: dt.date, client_of: ClientOf
) -> None:
    leave = away(alice, today, 6)
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    early, late = (VisitFactory(user=alice, dealer=dealer, on=today + days * DAY) for days in (1, 4))
    client = client_of(bob)
    client.post(reverse("visits:cover_leave", args=[leave.pk]), {"helper": helper.pk})
    client.post(reverse("visits:change_leave", args=[leave.pk]), {"last": (today + 2 * DAY).isoformat()})
    early.refresh_from_db()
    late.refresh_from_db()
    leave.refresh_from_db()
    assert (early.user, late.user) == (helper, alice)
    assert leave.period == DateRange(today, today + 3 * DAY)
    assert opened(helper) == [("Alice", today, today + 3 * DAY)]
    # Taken out on its first day there is nothing left of it.
    client.post(reverse("visits:end_leave", args=[leave.pk]))
    assert opened(helper) == []
    assert not Leave.objects.exists()


def test_a_leave_that_runs_keeps_the_days_that_are_over(
    alice: User, bob: User, helper: User, today: dt.date, client_of: ClientOf
) -> None:
    leave = away(alice, today - 3 * DAY, 6)
    client_of(bob).post(reverse("visits:cover_leave", args=[leave.pk]), {"helper": helper.pk})
    client_of(bob).post(reverse("visits:end_leave", args=[leave.pk]))
    leave.refresh_from_db()
    assert leave.period == DateRange(today - 3 * DAY, today)


@pytest.mark.parametrize("last", ["", "2020-01-01", "x"])
def test_a_last_day_that_cannot_be_changes_nothing(
    last: str, alice: User, bob: User, today: dt.date, client_of: ClientOf
) -> None:
    leave = away(alice, today, 3)
    client_of(bob).post(reverse("visits:change_leave", args=[leave.pk]), {"last": last})
    leave.refresh_from_db()
    assert leave.period == DateRange(today, today + 3 * DAY)


def test_a_longer_leave_does_not_run_into_the_next(alice: User, bob: User, today: dt.date, client_of: ClientOf) -> None:
    first, second = away(alice, today, 3), away(alice, today + 5 * DAY, 3)
    client_of(bob).post(reverse("visits:change_leave", args=[first.pk]), {"last": (today + 6 * DAY).isoformat()})
    first.refresh_from_db()
    assert first.period.upper == today + 3 * DAY
    client_of(bob).post(reverse("visits:change_leave", args=[first.pk]), {"last": (today + 4 * DAY).isoformat()})
    first.refresh_from_db()
    assert first.period.upper == second.period.lower


def test_two_who_are_away_at_a_time_in_one_patch(
    alice: User, bob: User, helper: User, territories: dict[str, Territory], today: dt.date
) -> None:
    """The patch stays open for the second leave when the first is withdrawn, and closes with the last one."""
    other = UserFactory(name="Other")
    place = territories["CN-EAST-1"]
    AssignmentFactory(user=other, territory=place, role=Role.REPRESENTATIVE)
    first, second = away(alice, today, 6), away(other, today + 3 * DAY, 6)
    for leave in (first, second):
        with transaction.atomic():
            cover_leave(by=bob, leave=leave, helper=helper, territories=[place.pk], on=today)
    assert opened(helper) == [("Alice", today, today + 6 * DAY), ("Other", today + 6 * DAY, today + 9 * DAY)]
    end_leave(by=bob, leave_id=first.pk, until=today, on=today)
    assert opened(helper) == [("Other", today + 3 * DAY, today + 9 * DAY)]
    end_leave(by=bob, leave_id=second.pk, until=today + 5 * DAY, on=today)
    assert opened(helper) == [("Other", today + 3 * DAY, today + 5 * DAY)]
    end_leave(by=bob, leave_id=second.pk, until=today, on=today)
    assert opened(helper) == []


def test_what_an_administrator_entered_stays(
    alice: User, bob: User, helper: User, territories: dict[str, Territory], today: dt.date
) -> None:
    place = territories["CN-EAST-1"]
    by_hand = AssignmentFactory(
        user=helper,
        territory=place,
        role=Role.REPRESENTATIVE,
        covers_for=alice,
        period=DateRange(today, today + 4 * DAY),
    )
    leave = away(alice, today, 6)
    cover_leave(by=bob, leave=leave, helper=helper, territories=[place.pk], on=today)
    assert opened(helper) == [("Alice", today, today + 4 * DAY), ("Alice", today + 4 * DAY, today + 6 * DAY)]
    end_leave(by=bob, leave_id=leave.pk, until=today, on=today)
    assert list(TerritoryAssignment.objects.filter(user=helper, territory=place)) == [by_hand]


def test_nobody_opens_a_territory_that_she_does_not_plan(
    alice: User, charlie: User, helper: User, territories: dict[str, Territory], today: dt.date
) -> None:
    leave = away(alice, today, 3)
    with pytest.raises(ValidationError):
        cover_leave(by=charlie, leave=leave, helper=helper, territories=[territories["CN-EAST-1"].pk], on=today)
    # Only for a time, and only as a representative: the right to plan opens nothing else.
    from accounts.actions import assign

    for role, until, covers in ((Role.MANAGER, today + DAY, alice), (Role.REPRESENTATIVE, None, None)):
        with pytest.raises(ValidationError):
            assign(
                actor=charlie, user=helper, territory=territories["CN-EAST-1"], role=role, since=today, until=until,
                covers_for=covers,
            )  # fmt: skip


def test_a_managers_right_to_plan_lets_stand_in_and_no_more(
    alice: User, bob: User, helper: User, territories: dict[str, Territory], today: dt.date
) -> None:
    from accounts.actions import assign

    place = territories["CN-EAST-1"]
    with pytest.raises(ValidationError):
        assign(actor=bob, user=helper, territory=place, role=Role.REPRESENTATIVE, since=today, until=None)
    with pytest.raises(ValidationError):
        assign(
            actor=bob, user=helper, territory=place, role=Role.MANAGER, since=today, until=today + DAY, covers_for=alice
        )
    with pytest.raises(ValidationError):
        assign(
            actor=bob, user=bob, territory=place, role=Role.REPRESENTATIVE, since=today, until=today + DAY,
            covers_for=alice,
        )  # fmt: skip
    assert assign(
        actor=bob,
        user=helper,
        territory=place,
        role=Role.REPRESENTATIVE,
        since=today,
        until=today + DAY,
        covers_for=alice,
    ).pk


def test_a_neighbours_help_that_is_taken_back_closes_the_dealer_again(
    alice: User, bob: User, helper: User, territories: dict[str, Territory], today: dt.date
) -> None:
    month = (today.replace(day=1) + 32 * DAY).replace(day=1)
    dealers = [DealerFactory(territory=territories["CN-EAST-1"], tier="C") for _number in range(2)]
    paces = {wish.dealer.pk: wish.pace for wish in loads_of([alice], month, on=month)[alice.pk].wishes}
    made = [
        visit
        for dealer in dealers
        for visit in relieve(
            by=bob, user=alice, month=month, kind=HELP, dealers=[(dealer, paces[dealer.pk])], today=today, helper=helper
        )
    ]
    assert [name for name, _start, _end in opened(helper)] == ["Alice"]
    assert take_back(by=bob, visits=Visit.objects.filter(pk=made[0].pk), today=today) == 1
    assert len(opened(helper)) == 1
    take_back(by=bob, visits=Visit.objects.filter(pk=made[1].pk), today=today)
    assert opened(helper) == []


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_the_same_moment_open_a_patch_once() -> None:
    places = plant_territories()
    alice, bob = hire("alice", places), hire("bob", places)
    today = Company.get().today()
    helper = UserFactory(name="Helper")
    leave = away(alice, today, 6)
    errors: list[BaseException] = []

    def cover() -> None:
        try:
            with transaction.atomic():
                row = Leave.objects.get(pk=leave.pk)
                cover_leave(by=bob, leave=row, helper=helper, territories=[places["CN-EAST-1"].pk], on=today)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=cover) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert opened(helper) == [("Alice", today, today + 6 * DAY)]
    assert Cover.objects.count() == 1


def test_back_early_while_there_is_a_second_reason(
    alice: User, bob: User, helper: User, territories: dict[str, Territory], today: dt.date, client_of: ClientOf
) -> None:
    """The helper covers a leave, and later days as well because the month is too full. Alice shortens her leave herself;
    what her manager allowed for the second reason stays, and is only written down anew."""
    leave = away(alice, today + DAY, 4)
    client_of(bob).post(reverse("visits:cover_leave", args=[leave.pk]), {"helper": helper.pk})
    place = territories["CN-EAST-1"].pk
    open_cover(
        by=bob, helper=helper, absent=alice, territories=[place], start=today + 3 * DAY, end=today + 12 * DAY, on=today
    )
    assert [day for _who, *days in opened(helper) for day in days][::3] == [today + DAY, today + 12 * DAY]
    sent = {"last": str(today + DAY)}
    assert client_of(alice).post(reverse("visits:change_leave", args=[leave.pk]), sent).status_code == 302
    leave.refresh_from_db()
    assert leave.period.upper == today + 2 * DAY
    assert opened(helper) == [
        ("Alice", today + DAY, today + 2 * DAY), ("Alice", today + 3 * DAY, today + 12 * DAY),
    ]  # fmt: skip


def test_who_is_away_opens_nothing_for_a_colleague(
    alice: User, helper: User, territories: dict[str, Territory], today: dt.date
) -> None:
    leave = away(alice, today, 5)
    with pytest.raises(ValidationError):
        cover_leave(by=alice, leave=leave, helper=helper, territories=[territories["CN-EAST-1"].pk], on=today)
    assert opened(helper) == []


@pytest.mark.parametrize(("first", "last", "refused"), [
    ("2026-05-04", "9999-12-31", True), ("0001-01-01", "2026-05-04", True), ("2026-05-04", "2029-05-07", True),
    ("2026-05-04", "2029-05-05", False), ("2026-05-04", "2026-05-04", False),
])  # fmt: skip
def test_how_long_a_leave_lasts(first: str, last: str, refused: bool, alice: User, client_of: ClientOf) -> None:
    """At most three years of 366 days, on days of this century."""
    sent = {"user": alice.pk, "kind": "OTHER", "first": first, "last": last}
    assert client_of(alice).post(reverse("visits:leave"), sent).status_code == (422 if refused else 302)
    assert Leave.objects.exists() == (not refused)


def test_a_leave_is_not_made_longer_than_that(alice: User, today: dt.date, client_of: ClientOf) -> None:
    leave = away(alice, today, 5)
    for last in (str(today + 1200 * DAY), "9999-12-31"):
        client_of(alice).post(reverse("visits:change_leave", args=[leave.pk]), {"last": last})
        leave.refresh_from_db()
        assert leave.period.upper == today + 5 * DAY
