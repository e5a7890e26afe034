"""Executive and joint visits: one leader is asked for each dealer, nights plan them, and nobody is asked for twice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.choices import Role
from accounts.models import Territory, User
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.visits.factories import VisitFactory, made_visit
from tests.visits.test_planning import APRIL, TODAY, plan, rep_with
from tests.visits.test_replanning import MARCH, night, rules, work_off
from visits.due import ensure_cycles
from visits.joint import ask_along
from visits.models import Leave, Visit, VisitPlan
from visits.replanning import fell_out_of_leaders

pytestmark = pytest.mark.django_db


def leader_of(rep: User) -> User:
    leader = UserFactory()
    AssignmentFactory(user=leader, territory=rep.assignments.get().territory, role=Role.MANAGER)
    return leader


def test_each_dealer_is_asked_for_by_the_leader_next_above_it(
    bob: User, dora: User, territories: dict[str, Territory]
) -> None:
    """Bob leads CN-EAST; in Japan there is no manager, so that the director is the next."""
    for code, tier in (("CN-EAST-1", "A"), ("CN-EAST-2", "B"), ("JP-KANTO-1", "B")):
        DealerFactory(territory=territories[code], tier=tier, latitude=31.2, longitude=121.4)
    for leader, visits in ((bob, 4 + 2), (dora, 2)):
        plan(leader, audience="LEADER")
        year = VisitPlan.objects.get(user=leader, horizon="YEAR", audience="LEADER")
        assert year.target == visits
    assert not Visit.objects.filter(user=dora, dealer__territory=territories["CN-EAST-1"]).exists()


def test_the_night_plans_leaders_where_the_rule_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The running month and the next; what a leader missed is planned again; a leader's month waits for no release."""
    rep = rep_with("A" * 12)
    leader = leader_of(rep)
    rules(days_ahead=21, leaders=False)
    assert {run.audience for run in night()} == {"REPRESENTATIVE"}
    rules(days_ahead=21, leaders=True, release=False)
    runs = [run for run in night() if run.audience == "LEADER"]
    assert [run.month for run in runs] == [MARCH, APRIL]
    for run in runs:
        work_off(run, monkeypatch)
    plans = VisitPlan.objects.filter(user=leader, horizon="MONTH", planned_at__isnull=False)
    assert set(plans.values_list("starts_on", "state")) == {(MARCH, "RELEASED"), (APRIL, "RELEASED")}
    assert fell_out_of_leaders(on=TODAY) == set()
    executive = Visit.objects.filter(user=leader, kind="EXECUTIVE", on__lt=APRIL).order_by("on", "pk")
    Visit.objects.filter(pk=executive[0].pk).update(state="MISSED")
    assert fell_out_of_leaders(on=TODAY) == {leader.pk}


def test_a_leader_is_asked_along_where_dealers_wait_longest() -> None:
    rep = rep_with("AA")
    leader = leader_of(rep)
    plan(rep)
    seen, waits = rep.assignments.get().territory.dealers.order_by("pk")
    made_visit(dealer=seen, user=leader, kind="EXECUTIVE", on=TODAY)
    Leave.objects.create(user=leader, period=DateRange(APRIL, dt.date(2026, 4, 8)))
    rules(joint_a_month=0)
    assert ask_along(month=APRIL, on=TODAY) == 0
    rules(joint_a_month=1)
    assert ask_along(month=APRIL, on=TODAY) == 1
    joint = Visit.objects.get(kind="JOINT")
    assert (joint.user, joint.companion, joint.dealer) == (rep, leader, waits)
    assert joint.on >= dt.date(2026, 4, 8)
    # The next night adds none, and a month planned anew leaves it where it is.
    assert ask_along(month=APRIL, on=TODAY) == 0
    plan(rep, seed=5)
    assert Visit.objects.get(kind="JOINT").on == joint.on


def test_a_day_is_spent_with_one_person() -> None:
    """The leader has one working day left; of two representatives the one whose dealer waits longer gets it."""
    ensure_cycles()
    patient, urgent = rep_with("A"), rep_with("A")
    leader = leader_of(patient)
    AssignmentFactory(user=leader, territory=urgent.assignments.get().territory, role=Role.MANAGER)
    day = dt.date(2026, 4, 9)
    for rep in (patient, urgent):
        VisitPlan.objects.create(
            user=rep, horizon="MONTH", audience="REPRESENTATIVE", starts_on=APRIL, ends_on=dt.date(2026, 5, 1),
            planned_at=dt.datetime(2026, 3, 10, tzinfo=dt.UTC),
        )  # fmt: skip
        VisitFactory(user=rep, dealer=rep.assignments.get().territory.dealers.get(), on=day)
    made_visit(dealer=patient.assignments.get().territory.dealers.get(), user=leader, kind="EXECUTIVE", on=TODAY)
    rules(joint_a_month=3)
    assert ask_along(month=APRIL, on=TODAY) == 1
    assert Visit.objects.get(kind="JOINT").user == urgent


def test_who_meets_a_leader_on_a_joint_visit_needs_no_executive_one() -> None:
    rep = rep_with("A" * 12)
    leader = leader_of(rep)
    plan(leader, audience="LEADER")
    first = Visit.objects.filter(kind="EXECUTIVE").order_by("on", "pk")[0]
    day = dt.date(2026, 4, 14)
    VisitFactory(user=rep, dealer=first.dealer, on=day, kind="JOINT", companion=leader)
    plan(leader, audience="LEADER", seed=3)
    executive = Visit.objects.filter(kind="EXECUTIVE", state="PLANNED")
    assert not executive.filter(dealer=first.dealer).exists()
    assert not executive.filter(on=day).exists()
