"""Visits change hands: with the patch, when work ends, at night, and one by one within a team."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts import actions
from accounts.models import Territory, User
from accounts.passing_on import Change
from accounts.scope import scope_of
from crm.base.models import Company
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.visits.factories import VisitFactory
from visits.actions.planned import PlanRefused
from visits.models import Cover, Visit
from visits.moving import count, give_visit, left_behind, pass_on_left, sentence

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
Places = dict[str, Territory]


@pytest.fixture
def today() -> dt.date:
    return Company.get().today()


def visit_of(user: User, place: Territory, on: dt.date, **fields: Any) -> Visit:
    return VisitFactory(user=user, dealer=DealerFactory(territory=place), on=on, **fields)


def owners(*visits: Visit) -> list[int]:
    return [Visit.objects.get(pk=visit.pk).user_id for visit in visits]


# --- With the patch -------------------------------------------------------------------------------------------------------


def test_a_handover_takes_the_open_visits_along(ada: User, alice: User, territories: Places, today: dt.date) -> None:
    successor = UserFactory()
    start = today + 7 * DAY
    place = territories["CN-EAST-1"]
    before = visit_of(alice, place, start - DAY)
    held = visit_of(alice, place, start, locked=True, fixed_at=dt.time(10))
    later = visit_of(alice, place, start + 20 * DAY, objective="Win the order")
    made = visit_of(alice, place, start + DAY, state="SKIPPED", skip_reason="CLOSED")
    assert count(Change(alice, successor, list(alice.assignments.all()), start, ada)) == 2
    done = actions.hand_over(actor=ada, leaver=alice, successor=successor, on=start)
    assert owners(before, held, later, made) == [alice.pk, successor.pk, successor.pk, alice.pk]
    kept = Visit.objects.get(pk=held.pk)
    assert (kept.on, kept.fixed_at, kept.locked) == (start, dt.time(10), True)
    assert done.said == ["2 planned visits go along."]


def test_where_the_leaver_still_works_visits_stay(ada: User, alice: User, territories: Places, today: dt.date) -> None:
    """She hands over one of two patches."""
    AssignmentFactory(user=alice, territory=territories["CN-EAST-2"])
    there, here = (visit_of(alice, territories[code], today + 3 * DAY) for code in ("CN-EAST-2", "CN-EAST-1"))
    successor = UserFactory()
    actions.hand_over(actor=ada, leaver=alice, successor=successor, on=today, within=[territories["CN-EAST-1"].pk])
    assert owners(there, here) == [alice.pk, successor.pk]


def test_visits_that_a_colleague_makes_meanwhile_come_back_to_the_successor(
    ada: User, alice: User, territories: Places, today: dt.date
) -> None:
    helper, successor = UserFactory(), UserFactory()
    covered = visit_of(helper, territories["CN-EAST-1"], today + 3 * DAY, covers_for=alice)
    actions.hand_over(actor=ada, leaver=alice, successor=successor, on=today)
    covered.refresh_from_db()
    assert (covered.user_id, covered.covers_for_id) == (helper.pk, successor.pk)


def test_two_visits_to_a_dealer_on_a_day_become_one(
    ada: User, alice: User, territories: Places, today: dt.date
) -> None:
    successor = UserFactory()
    mine = visit_of(alice, territories["CN-EAST-1"], today + 3 * DAY)
    VisitFactory(user=successor, dealer=mine.dealer, on=mine.on)
    actions.hand_over(actor=ada, leaver=alice, successor=successor, on=today)
    mine.refresh_from_db()
    assert (mine.state, mine.skip_reason) == ("SKIPPED", "NOT_NEEDED")


def test_a_refused_handover_moves_no_visit(dora: User, alice: User, territories: Places, today: dt.date) -> None:
    visit = visit_of(alice, territories["CN-EAST-1"], today + 3 * DAY)
    with pytest.raises(actions.ValidationError):
        actions.hand_over(actor=dora, leaver=alice, successor=alice, on=today)
    assert owners(visit) == [alice.pk]


# --- When work ends -------------------------------------------------------------------------------------------------------


def test_the_end_of_work_leaves_visits_to_who_works_there(
    ada: User, alice: User, territories: Places, today: dt.date
) -> None:
    other = UserFactory()
    AssignmentFactory(user=other, territory=territories["CN-EAST"], period=DateRange(today + 5 * DAY, None))
    early, late = (visit_of(alice, territories["CN-EAST-1"], today + days * DAY) for days in (3, 6))
    said = actions.end_work(actor=ada, assignment=alice.assignments.get(), on=today)
    assert owners(early, late) == [alice.pk, other.pk]
    assert said == ["1 planned visit goes along. 1 planned visit is without a representative now."]
    assert [row.visit_id for row in left_behind(on=today)] == [early.pk]


def test_cover_is_no_change_of_hands(ada: User, alice: User, territories: Places, today: dt.date) -> None:
    helper = UserFactory()
    row = AssignmentFactory(
        user=helper, territory=territories["CN-EAST-1"], covers_for=alice, period=DateRange(today, today + 9 * DAY)
    )
    visit = visit_of(helper, territories["CN-EAST-1"], today + 3 * DAY, covers_for=alice)
    assert actions.end_work(actor=ada, assignment=row, on=today + DAY) == []
    assert owners(visit) == [helper.pk]


@pytest.mark.parametrize(
    ("fields", "left"),
    [({}, True), ({"kind": "EXTRA"}, True), ({"state": "DONE"}, False), ({"state": "MISSED"}, False)],
)
def test_who_is_left_behind(
    alice: User, territories: Places, today: dt.date, fields: dict[str, Any], left: bool
) -> None:
    """Of somebody whose account is closed."""
    if fields.get("state") == "DONE":
        from tests.visits.factories import made_visit

        made_visit(user=alice, dealer=DealerFactory(territory=territories["CN-EAST-1"]), on=today)
    else:
        visit_of(alice, territories["CN-EAST-1"], today, **fields)
    assert left_behind(on=today) == []
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert bool(left_behind(on=today)) is left


def test_the_night_passes_on_what_was_left(alice: User, territories: Places, today: dt.date) -> None:
    visit = visit_of(alice, territories["CN-EAST-1"], today + 2 * DAY)
    leader = visit_of(alice, territories["CN-EAST-1"], today + 2 * DAY, kind="EXECUTIVE")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert pass_on_left(on=today).stuck == 2
    successor = UserFactory()
    AssignmentFactory(user=successor, territory=territories["CN-EAST-1"])
    done = pass_on_left(on=today)
    assert (done.moved, done.stuck) == (1, 1)
    assert owners(visit, leader) == [successor.pk, alice.pk]
    assert pass_on_left(on=today).moved == 0


def test_executive_and_joint_visits_go_to_the_leader_of_the_place(
    alice: User, bob: User, dora: User, territories: Places, today: dt.date
) -> None:
    """To the director where there is no manager any more; with nobody above, a joint visit is the representative's own."""
    led = visit_of(bob, territories["CN-EAST-1"], today + 2 * DAY, kind="EXECUTIVE")
    along = visit_of(alice, territories["CN-EAST-1"], today + 2 * DAY, kind="JOINT", companion=bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert pass_on_left(on=today).moved == 1
    along.refresh_from_db()
    assert (owners(led, along), along.companion_id, along.kind) == ([dora.pk, alice.pk], dora.pk, "JOINT")
    User.objects.filter(pk=dora.pk).update(is_active=False)
    assert pass_on_left(on=today).stuck == 1
    along.refresh_from_db()
    assert (owners(led), along.companion_id, along.kind) == ([dora.pk], None, "REGULAR")


def test_nothing_to_say() -> None:
    assert sentence(0, 0) == ""


# --- One by one ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def colleague(territories: Places) -> User:
    """Of Alice's team, works CN-EAST-2."""
    user = UserFactory(name="Carol")
    AssignmentFactory(user=user, territory=territories["CN-EAST-2"])
    return user


def test_a_visit_is_given_and_comes_back(
    alice: User, bob: User, colleague: User, territories: Places, today: dt.date
) -> None:
    place = territories["CN-EAST-1"]
    visit = visit_of(alice, place, today + DAY)
    given, before = give_visit(visit_id=visit.pk, to=colleague, by=bob, today=today, version=visit.version)
    assert (given.user_id, given.locked, before.pk) == (colleague.pk, True, alice.pk)
    assert scope_of(User.objects.get(pk=colleague.pk), on=today + DAY).roles.get(place.pk)
    assert Cover.objects.get().helper_id == colleague.pk
    back, _from = give_visit(visit_id=visit.pk, to=alice, by=bob, today=today, version=given.version, locked=False)
    assert (back.user_id, back.locked) == (alice.pk, False)
    assert not Cover.objects.exists()
    assert not scope_of(User.objects.get(pk=colleague.pk), on=today + DAY).roles.get(place.pk)


def test_a_territory_stays_open_for_the_visits_that_are_left(
    alice: User, bob: User, colleague: User, territories: Places, today: dt.date
) -> None:
    one, two = (visit_of(alice, territories["CN-EAST-1"], today) for _number in range(2))
    for visit in (one, two):
        give_visit(visit_id=visit.pk, to=colleague, by=bob, today=today)
    give_visit(visit_id=one.pk, to=alice, by=bob, today=today)
    assert Cover.objects.count() == 1
    give_visit(visit_id=two.pk, to=alice, by=bob, today=today)
    assert not Cover.objects.exists()


@pytest.mark.parametrize("case", ["changed", "over", "made", "hers", "twice"])
def test_what_cannot_be_given(
    alice: User, bob: User, colleague: User, territories: Places, today: dt.date, case: str
) -> None:
    fields: dict[str, Any] = {"state": "MISSED"} if case == "made" else {}
    visit = visit_of(alice, territories["CN-EAST-1"], today - DAY if case == "over" else today, **fields)
    if case == "twice":
        VisitFactory(user=colleague, dealer=visit.dealer, on=today)
    with pytest.raises(PlanRefused):
        give_visit(
            visit_id=visit.pk, to=alice if case == "hers" else colleague, by=bob, today=today,
            version=visit.version + (case == "changed"),
        )  # fmt: skip
    assert owners(visit) == [alice.pk]
    assert not Cover.objects.exists()
