"""Changing a plan: another day, held, left out, given to somebody else, and what comes after a visit."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from tests.factories import AssignmentFactory, DealerFactory, TerritoryFactory, UserFactory
from tests.visits.factories import TODAY, VisitFactory, made_visit
from visits.actions import planned
from visits.actions.follow_up import settle, take_step
from visits.actions.planned import PlanRefused
from visits.actions.return_visits import give_back
from visits.models import Commitment, Finding, Leave, Visit

pytestmark = pytest.mark.django_db


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def again(visit: Visit) -> Visit:
    return Visit.objects.get(pk=visit.pk)


def test_a_visit_that_is_moved_stays_there_and_tells_where_it_came_from() -> None:
    visit = VisitFactory(on=day(1))
    moved, before = planned.move_visit(visit_id=visit.pk, on=day(3), today=TODAY)
    assert (moved.on, before, moved.locked, moved.first_on) == (day(3), day(1), True, day(1))
    assert again(visit).version == visit.version + 1


def test_nothing_is_moved_into_the_past() -> None:
    visit = VisitFactory(on=day(1))
    with pytest.raises(PlanRefused):
        planned.move_visit(visit_id=visit.pk, on=day(-1), today=TODAY)
    assert again(visit).on == day(1)


def test_what_somebody_else_changed_meanwhile_is_not_written_over() -> None:
    visit = VisitFactory(on=day(1))
    planned.move_visit(visit_id=visit.pk, on=day(2), today=TODAY, version=visit.version)
    with pytest.raises(PlanRefused, match="Somebody has changed"):
        planned.move_visit(visit_id=visit.pk, on=day(3), today=TODAY, version=visit.version)
    assert again(visit).on == day(2)


def test_a_dealer_is_not_planned_twice_on_a_day() -> None:
    visit = VisitFactory(on=day(1))
    VisitFactory(dealer=visit.dealer, user=visit.user, on=day(2))
    with pytest.raises(PlanRefused, match="already planned"):
        planned.move_visit(visit_id=visit.pk, on=day(2), today=TODAY)


def test_what_is_done_cannot_be_changed() -> None:
    visit = made_visit()
    for act in (
        lambda: planned.move_visit(visit_id=visit.pk, on=day(2), today=TODAY),
        lambda: planned.skip_visit(visit_id=visit.pk, reason="CLOSED"),
        lambda: planned.set_locked(visit_id=visit.pk, locked=True),
    ):
        with pytest.raises(PlanRefused):
            act()


def test_a_missed_visit_that_is_moved_is_planned_again() -> None:
    visit = VisitFactory(on=day(-2), state="MISSED")
    moved, _before = planned.move_visit(visit_id=visit.pk, on=day(1), today=TODAY)
    assert moved.state == "PLANNED"


def test_left_out_and_taken_up_again() -> None:
    visit = VisitFactory(on=day(1))
    planned.skip_visit(visit_id=visit.pk, reason="CLOSED", note="stocktaking")
    assert (again(visit).state, again(visit).skip_note) == ("SKIPPED", "stocktaking")
    planned.take_up_again(visit_id=visit.pk)
    assert (again(visit).state, again(visit).skip_reason) == ("PLANNED", "")


def test_confirmed_only_with_objective_and_purpose() -> None:
    visit = VisitFactory(on=day(1))
    at = timezone.now()
    planned.prepare_visit(visit_id=visit.pk, objective="Win the order", purpose="", at=at)
    assert again(visit).confirmed_at is None
    planned.prepare_visit(visit_id=visit.pk, objective="Win the order", purpose="SELL", at=at)
    assert again(visit).confirmed_at == at


def test_a_telephone_call_takes_a_quarter_of_an_hour_and_a_visit_its_time_again() -> None:
    visit = VisitFactory(on=day(1), dealer=DealerFactory(tier="A"), minutes=60)
    assert planned.set_means(visit_id=visit.pk, means="PHONE").minutes == 15
    assert planned.set_means(visit_id=visit.pk, means="IN_PERSON").minutes == 60


def test_an_order_by_hand_is_kept_until_the_router_is_asked() -> None:
    user = UserFactory()
    visits = [VisitFactory(user=user, on=day(1)) for _number in range(3)]
    wanted = [visits[2].pk, visits[0].pk, visits[1].pk]
    planned.put_in_order(user=user, on=day(1), visit_ids=wanted)
    assert list(Visit.objects.of_day(user, day(1)).values_list("pk", flat=True)) == wanted
    assert all(visit.by_hand for visit in Visit.objects.of_day(user, day(1)))
    planned.leave_order_to_router(user=user, on=day(1))
    assert not any(visit.by_hand for visit in Visit.objects.of_day(user, day(1)))


# --- Leave and cover ------------------------------------------------------------------------------------------------------


@pytest.fixture
def sick() -> User:
    user = UserFactory(name="Sick")
    AssignmentFactory(user=user, territory=TerritoryFactory(), role=Role.REPRESENTATIVE)
    return user


def test_cover_takes_the_days_of_the_leave_and_nothing_else(sick: User) -> None:
    helper = UserFactory()
    before, during, after = (VisitFactory(user=sick, on=day(number)) for number in (1, 3, 6))
    assert planned.cover(absent=sick, by=helper, start=day(2), end=day(5)) == 1
    assert [again(visit).user for visit in (before, during, after)] == [sick, helper, sick]


def test_who_covers_a_dealer_she_visits_anyway_goes_once(sick: User) -> None:
    helper = UserFactory()
    visit = VisitFactory(user=sick, on=day(3))
    own = VisitFactory(user=helper, dealer=visit.dealer, on=day(3))
    assert planned.cover(absent=sick, by=helper, start=day(2), end=day(5)) == 0
    assert (again(visit).state, again(visit).skip_reason, again(own).state) == ("SKIPPED", "NOT_NEEDED", "PLANNED")


def test_visits_go_back_to_days_on_which_she_works(sick: User) -> None:
    Leave.objects.create(user=sick, period=DateRange(day(1), day(6)))
    visits = [VisitFactory(user=sick, on=day(2)) for _number in range(3)]
    agreed = VisitFactory(user=sick, on=day(2), fixed_at=dt.time(10), locked=True)
    returned = give_back(user=sick, start=day(1), end=day(6), today=TODAY)
    assert (returned.moved, returned.stuck) == (3, 0)
    days = {again(visit).on for visit in visits}
    assert all(not day(1) <= on < day(6) and on >= TODAY and on.month == TODAY.month for on in days)
    assert len(days) == 3
    assert again(agreed).on == day(2)


# --- After a visit ----------------------------------------------------------------------------------------------------------


def test_an_issue_goes_step_by_step_and_each_says_what_it_must() -> None:
    visit = made_visit()
    finding = Finding.objects.create(
        visit=visit, dealer=visit.dealer, kind="LATENT", text="The shelf is empty", created_at=timezone.now()
    )
    at = timezone.now()
    with pytest.raises(PlanRefused, match="found out"):
        take_step(finding_id=finding.pk, text=" ", at=at, seen="FOUND")
    take_step(finding_id=finding.pk, text="Orders come late", at=at, seen="FOUND")
    with pytest.raises(PlanRefused, match="meanwhile"):
        take_step(finding_id=finding.pk, text="again", at=at, seen="FOUND")
    take_step(finding_id=finding.pk, text="A standing order", at=at, seen="ANALYSED")
    done = take_step(finding_id=finding.pk, text="Mr Wang", at=at, seen="SOLVED")
    assert (done.state, done.cause, done.solution, done.confirmed_by_contact) == (
        "CONFIRMED", "Orders come late", "A standing order", "Mr Wang",
    )  # fmt: skip


def test_a_promise_is_settled_once() -> None:
    visit = made_visit()
    promise = Commitment.objects.create(
        visit=visit, dealer=visit.dealer, side="OURS", text="We deliver", due_on=TODAY, created_at=timezone.now()
    )
    assert settle(commitment_id=promise.pk, state="KEPT", on=TODAY).settled_on == TODAY
    with pytest.raises(PlanRefused):
        settle(commitment_id=promise.pk, state="BROKEN", on=TODAY)
