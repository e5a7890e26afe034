"""Somebody's month: what is asked for is planned or told, what is held stays, and planning twice changes nothing twice."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.choices import Role
from accounts.models import User
from tests.factories import AssignmentFactory, DealerFactory, TerritoryFactory, UserFactory
from tests.visits.factories import VisitFactory, made_visit
from visits.actions.relief import relieve
from visits.cadence import phase_of, visits_in_month
from visits.days import route_day
from visits.load import loads_of, offers_for, whom
from visits.models import Leave, Visit, VisitPlan, WorkingTime
from visits.planning import plan_month
from visits.targets import NONE, Standard
from visits.working_days import time_of, working

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 11)
APRIL = dt.date(2026, 4, 1)
MAY = dt.date(2026, 5, 1)


def rep_with(dealers: str, *, minutes_a_day: int = 480, **fields: Any) -> User:
    """A representative with a dealer of each of these tiers, some kilometres apart; '-' is a dealer without a tier."""
    place = TerritoryFactory()
    rep = UserFactory()
    AssignmentFactory(user=rep, territory=place, role=Role.REPRESENTATIVE)
    ends = time_of(9 * 60 + minutes_a_day)
    WorkingTime.objects.create(
        user=rep, ends=ends, lunch_minutes=0, visiting_share=1, start_latitude=31.2, start_longitude=121.4, **fields
    )
    for number, tier in enumerate(dealers):
        DealerFactory(
            territory=place, tier=None if tier == "-" else tier, latitude=31.2 + (number % 5) * 0.02,
            longitude=121.4 + (number // 5) * 0.02,
        )  # fmt: skip
    return rep


def plan(rep: User, month: dt.date = APRIL, **fields: Any) -> Any:
    return plan_month(user=rep, month=month, today=TODAY, at=timezone.now(), by=None, seconds=0.05, **fields)


def days_by_dealer(rep: User) -> dict[int, list[dt.date]]:
    found: dict[int, list[dt.date]] = {}
    for dealer, on in Visit.objects.filter(user=rep, state="PLANNED").order_by("on").values_list("dealer", "on"):
        found.setdefault(dealer, []).append(on)
    return found


def test_each_tier_is_visited_as_often_as_its_class_asks() -> None:
    rep = rep_with("ABC")
    made = plan(rep)
    by_tier = Counter(Visit.objects.filter(user=rep).values_list("dealer__tier", flat=True))
    assert by_tier == {"A": 4, "B": 2, "C": 1}
    assert made.target_by_tier == {"A": 4, "B": 2, "C": 1}
    assert made.report["left_out"] == []


def test_visits_fall_on_working_days_only() -> None:
    rep = rep_with("AABB")
    Leave.objects.create(user=rep, period=DateRange(dt.date(2026, 4, 6), dt.date(2026, 4, 18)))
    plan(rep)
    days = set(Visit.objects.filter(user=rep).values_list("on", flat=True))
    assert days <= set(working(rep, APRIL, MAY).days)
    assert not any(dt.date(2026, 4, 6) <= day < dt.date(2026, 4, 18) for day in days)


def test_twice_gives_no_visit_twice() -> None:
    rep = rep_with("ABBCC")
    plan(rep)
    before = sorted(Visit.objects.values_list("pk", flat=True))
    plan(rep)
    assert sorted(Visit.objects.values_list("pk", flat=True)) == before


def test_what_is_locked_agreed_on_or_done_stays() -> None:
    rep = rep_with("AABB")
    plan(rep)
    locked, agreed = Visit.objects.filter(user=rep).order_by("on", "pk")[:2]
    Visit.objects.filter(pk=locked.pk).update(locked=True)
    Visit.objects.filter(pk=agreed.pk).update(fixed_at=dt.time(11))
    plan(rep, seed=7)
    locked_now, agreed_now = Visit.objects.get(pk=locked.pk), Visit.objects.get(pk=agreed.pk)
    assert (locked_now.on, agreed_now.on, agreed_now.fixed_at) == (locked.on, agreed.on, dt.time(11))


def test_a_visit_that_somebody_prepared_takes_its_own_time() -> None:
    rep = rep_with("CC")
    plan(rep)
    prepared, other = Visit.objects.filter(user=rep).order_by("pk")
    Visit.objects.filter(pk=prepared.pk).update(minutes=90, objective="Win the order")
    Visit.objects.filter(pk=other.pk).update(minutes=20)
    made = plan(rep)
    prepared, other = Visit.objects.filter(user=rep).order_by("pk")
    assert (prepared.minutes, other.minutes) == (90, 30)
    assert made.report["days"][prepared.on.isoformat()] >= 90


def test_prepared_visits_beyond_the_cycle_are_planned_along() -> None:
    """Three where the cycle asks for one: each has its place and time, and no day holds a stop that does not fit."""
    rep = rep_with("CABB", minutes_a_day=180)
    dealer = rep.assignments.get().territory.dealers.get(tier="C")
    for day in (6, 7, 8):
        VisitFactory(user=rep, dealer=dealer, on=dt.date(2026, 4, day), objective="Win the order", minutes=75)
    made = plan(rep)
    assert made.report["left_out"] == []
    visits = Visit.objects.filter(user=rep, state="PLANNED")
    assert visits.filter(dealer=dealer).count() == 3
    assert not visits.filter(sequence=None).exists()
    for day in set(visits.values_list("on", flat=True)):
        assert route_day(rep, day, seconds=0.0).findings == ()


def test_what_has_no_room_is_told_and_says_what_would_give() -> None:
    rep = rep_with("AAAACCCC", minutes_a_day=75)
    Leave.objects.create(user=rep, period=DateRange(dt.date(2026, 4, 4), MAY))
    made = plan(rep)
    placed = Visit.objects.filter(user=rep, state="PLANNED").count()
    missing = sum(row["visits"] for row in made.report["left_out"])
    assert missing > 0
    assert placed + missing == made.target
    assert {row["offer"] for row in made.report["left_out"]} <= {"PHONE", "DEFER", "HELP"}


def test_a_visit_that_a_colleague_makes_is_not_asked_for_again() -> None:
    rep = rep_with("C")
    dealer = rep.assignments.get().territory.dealers.get()
    VisitFactory(dealer=dealer, on=dt.date(2026, 4, 7))
    plan(rep)
    assert not Visit.objects.filter(user=rep).exists()


@pytest.mark.parametrize(("reason", "again"), [("DEFERRED", False), ("NOT_NEEDED", False), ("CLOSED", True)])
def test_what_is_put_off_is_not_asked_for_again_in_the_month(reason: str, again: bool) -> None:
    rep = rep_with("C")
    dealer = rep.assignments.get().territory.dealers.get()
    VisitFactory(dealer=dealer, user=rep, on=dt.date(2026, 4, 7), state="SKIPPED", skip_reason=reason)
    plan(rep)
    assert Visit.objects.filter(user=rep, state="PLANNED").exists() is again


def test_a_gap_beyond_the_cycle_is_told() -> None:
    rep = rep_with("A")
    dealer = rep.assignments.get().territory.dealers.get()
    made_visit(dealer=dealer, user=rep, on=dt.date(2026, 1, 15))
    made = plan(rep)
    assert [row["dealer"] for row in made.report["gaps"]] == [dealer.pk]


def test_leaders_have_plans_of_their_own() -> None:
    """Four visits a year to an A dealer, beside the representative's four a month."""
    rep = rep_with("AAAAAA")
    place = rep.assignments.get().territory
    leader = UserFactory()
    AssignmentFactory(user=leader, territory=place, role=Role.MANAGER)
    made = plan(leader, audience="LEADER")
    plan(rep)
    year = VisitPlan.objects.get(user=leader, horizon="YEAR")
    assert (year.audience, year.target) == ("LEADER", 6 * 4)
    executive = Visit.objects.filter(kind="EXECUTIVE")
    assert executive.count() == made.target > 0
    assert set(executive.values_list("user", flat=True)) == {leader.pk}
    assert Visit.objects.filter(kind="REGULAR", user=rep).count() == 6 * 4


# --- Before anything is planned -----------------------------------------------------------------------------------------


def test_a_month_that_is_too_full_is_seen_before_it_is_planned() -> None:
    rep, idle = rep_with("AAAACC", minutes_a_day=120), rep_with("C")
    Leave.objects.create(user=rep, period=DateRange(dt.date(2026, 4, 8), MAY))
    loads = loads_of([rep, idle], APRIL, on=APRIL)
    load = loads[rep.pk]
    assert load.visits == 18
    assert load.visit_min == 16 * 60 + 2 * 30
    assert load.share is not None
    assert load.share > 1
    assert not Visit.objects.exists()
    offers = {offer.kind: offer for offer in offers_for(load, loads.values())}
    assert offers["PHONE"].visits == offers["DEFER"].visits == 2
    assert offers["HELP"].helper == idle
    assert loads[idle.pk].share is not None
    assert loads[idle.pk].share < 1
    assert offers_for(loads[idle.pk], loads.values()) == []


def test_somebody_away_all_month_has_no_share() -> None:
    rep = rep_with("A")
    Leave.objects.create(user=rep, period=DateRange(APRIL, MAY))
    assert loads_of([rep], APRIL, on=APRIL)[rep.pk].share is None


def test_loads_of_many_take_as_many_statements_as_of_one(django_assert_max_num_queries: Any) -> None:
    reps = [rep_with("ABC") for _number in range(4)]
    with django_assert_max_num_queries(12):
        loads_of(reps, APRIL, on=APRIL)


@pytest.mark.parametrize(("kind", "state", "means"), [("DEFER", "SKIPPED", "IN_PERSON"), ("PHONE", "PLANNED", "PHONE")])
def test_what_gives_is_counted_by_the_planner(kind: str, state: str, means: str) -> None:
    rep = rep_with("AC")
    load = loads_of([rep], APRIL, on=APRIL)[rep.pk]
    chosen = [(wish.dealer, wish.pace) for wish in whom(load, kind, 5)]
    assert [dealer.tier for dealer, _pace in chosen] == ["C"]
    for _again in range(2):
        relieve(by=rep, user=rep, month=APRIL, kind=kind, dealers=chosen, today=TODAY, helper=None)
    plan(rep)
    given = Visit.objects.get(dealer__tier="C")
    assert (given.state, given.means) == (state, means)


def test_a_neighbour_who_helps_sees_the_dealer_and_makes_the_visit() -> None:
    rep, helper = rep_with("C"), rep_with("C")
    load = loads_of([rep], APRIL, on=APRIL)[rep.pk]
    dealer = load.wishes[0].dealer
    relieve(
        by=UserFactory(is_superuser=True), user=rep, month=APRIL, kind="HELP", dealers=[(dealer, load.wishes[0].pace)],
        today=TODAY, helper=helper,
    )  # fmt: skip
    plan(rep)
    plan(helper)
    assert not Visit.objects.filter(user=rep).exists()
    visit = Visit.objects.get(dealer=dealer)
    assert visit.user == helper
    assert Visit.objects.visible_to(helper, on=visit.on).filter(pk=visit.pk).exists()


# --- Whatever the patch ---------------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tiers=st.text("ABC-", min_size=1, max_size=9),
    minutes_a_day=st.sampled_from([70, 200, 480]),
    max_stops=st.integers(1, 6),
    away=st.integers(0, 20),
    held=st.integers(0, 3),
)
def test_whatever_the_patch(tiers: str, minutes_a_day: int, max_stops: int, away: int, held: int) -> None:
    with transaction.atomic():
        rep = rep_with(tiers, minutes_a_day=minutes_a_day, max_stops=max_stops)
        if away:
            Leave.objects.create(user=rep, period=DateRange(APRIL, APRIL + dt.timedelta(days=away)))
        plan(rep)
        fixed = dict(Visit.objects.filter(user=rep).order_by("pk")[:held].values_list("pk", "on"))
        Visit.objects.filter(pk__in=fixed).update(locked=True)
        made = plan(rep, seed=3)

        days = days_by_dealer(rep)
        dealers = list(rep.assignments.get().territory.dealers.all())
        paces = Standard("REPRESENTATIVE", APRIL).of(dealers)
        missing = {row["dealer"]: row["visits"] for row in made.report["left_out"]}
        told_gaps = {row["dealer"] for row in made.report["gaps"]}
        for dealer in dealers:
            wanted = visits_in_month(paces.get(dealer.pk, NONE).a_year, APRIL, phase_of(dealer.pk))
            there = days.get(dealer.pk, [])
            # Frequency met, or told.
            assert len(there) + missing.get(dealer.pk, 0) == wanted
            # Gaps kept, or told.
            longest = max(((b - a).days for a, b in itertools.pairwise(there)), default=0)
            assert longest <= paces[dealer.pk].max_gap_days or dealer.pk in told_gaps
            assert len(set(there)) == len(there)
        # Nothing locked moves.
        assert dict(Visit.objects.filter(pk__in=fixed).values_list("pk", "on")) == fixed
        # Stops and minutes of a day kept, or told.
        told_days = {row["day"] for row in made.report["other"]}
        for on, stops in Counter(day for there in days.values() for day in there).items():
            assert stops <= max_stops or on.isoformat() in told_days
        for day, minutes in made.report["days"].items():
            assert minutes <= minutes_a_day + 1 or day in told_days
        works = set(working(rep, APRIL, MAY).days)
        assert {day for there in days.values() for day in there} <= works
        transaction.set_rollback(True)
