"""The night: what fell out of a month is planned anew from that day on, and months that begin soon plan themselves."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import User
from crm.base.jobs import Silent
from dealers.models import Dealer
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from tests.visits.test_planning import TODAY, plan, rep_with
from visits import due, runs
from visits.choices import PlanState
from visits.models import ExtraVisit, PlanningRules, PlanningRun, Visit, VisitPlan
from visits.nightly import extra_visits, left_visits, visits_due
from visits.nightly import replanning as replan_job
from visits.replanning import Fell, fell_out, plan_tonight, release
from visits.runs import Turn, take_turn

pytestmark = pytest.mark.django_db

MARCH = dt.date(2026, 3, 1)


def rules(**fields: object) -> None:
    PlanningRules.objects.update_or_create(pk=1, defaults={"days_ahead": 0} | fields)


def night(on: dt.date = TODAY) -> list[PlanningRun]:
    due.refresh(on=on)
    return plan_tonight(on=on, send=lambda _run: None)


def work_off(run: PlanningRun, monkeypatch: pytest.MonkeyPatch, today: dt.date = TODAY) -> None:
    monkeypatch.setattr(runs.Company, "today", lambda self: today)
    while take_turn(run.pk) is Turn.PLANNED:
        pass


def planned(tiers: str = "AB") -> User:
    """A representative whose March is planned as of the day before."""
    rules()
    rep = rep_with(tiers)
    due.refresh(on=TODAY)
    plan(rep, MARCH)
    return rep


def test_a_plan_that_knows_all_is_left_alone() -> None:
    planned()
    assert night() == []


@pytest.mark.parametrize(
    ("fields", "again"),
    [
        ({"state": "MISSED"}, True),
        ({"state": "SKIPPED", "skip_reason": "CLOSED"}, True),
        ({"state": "SKIPPED", "skip_reason": "DEFERRED"}, False),
        ({"state": "SKIPPED", "skip_reason": "NOT_NEEDED"}, False),
    ],
)
def test_what_was_missed_or_skipped_is_planned_again_once(
    fields: dict[str, str], again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = planned()
    visit = Visit.objects.filter(user=rep).order_by("on", "pk")[0]
    Visit.objects.filter(pk=visit.pk).update(**fields)
    found = night()
    assert len(found) == int(again)
    if again:
        assert fell_out(on=TODAY) == {rep.pk: {Fell.FALLEN}}
        work_off(found[0], monkeypatch)
        assert fell_out(on=TODAY) == {}
        open_ = Visit.objects.filter(user=rep, dealer=visit.dealer, state="PLANNED").count()
        assert open_ == {"A": 4, "B": 2}[visit.dealer.tier]


def test_nothing_locked_or_done_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    rep = planned("AAB")
    first, locked, agreed = Visit.objects.filter(user=rep).order_by("on", "pk")[:3]
    Visit.objects.filter(pk=first.pk).update(state="MISSED")
    Visit.objects.filter(pk=locked.pk).update(locked=True)
    Visit.objects.filter(pk=agreed.pk).update(fixed_at=dt.time(11))
    (run,) = night()
    work_off(run, monkeypatch)
    assert Visit.objects.get(pk=first.pk).state == "MISSED"
    assert [Visit.objects.get(pk=visit.pk).on for visit in (locked, agreed)] == [locked.on, agreed.on]


def test_dealers_that_came_went_or_changed_class(monkeypatch: pytest.MonkeyPatch) -> None:
    rep = planned("AB")
    place = rep.assignments.get().territory
    new = DealerFactory(territory=place, tier="B", latitude=31.2, longitude=121.4)
    (run,) = night()
    assert fell_out(on=TODAY) == {rep.pk: {Fell.PATCH}}
    work_off(run, monkeypatch)
    assert Visit.objects.filter(user=rep, dealer=new).exists()
    Dealer.objects.filter(pk=new.pk).update(tier="A")
    tomorrow = TODAY + dt.timedelta(days=1)
    (run,) = night(tomorrow)
    work_off(run, monkeypatch, tomorrow)
    Dealer.objects.filter(pk=new.pk).update(status="TERMINATED")
    after = TODAY + dt.timedelta(days=2)
    (run,) = night(after)
    work_off(run, monkeypatch, after)
    assert not Visit.objects.filter(user=rep, dealer=new, state="PLANNED").exists()
    assert night(after) == []


def test_an_extra_visit_that_nothing_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    rep = planned("C")
    dealer = Dealer.objects.get(territory=rep.assignments.get().territory)
    row = ExtraVisit.objects.create(
        source="warnings", cause="case:1:3", dealer=dealer, asked_on=TODAY, latest_on=TODAY + dt.timedelta(days=4),
        figures={"kind": "decline", "severity": 3},
    )  # fmt: skip
    Visit.objects.filter(dealer=dealer).update(on=dt.date(2026, 3, 30))
    (run,) = night()
    work_off(run, monkeypatch)
    row.refresh_from_db()
    assert row.visit is not None
    assert row.visit.on <= row.latest_on
    assert fell_out(on=TODAY) == {}


def test_the_same_night_twice_plans_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    rep = planned()
    Visit.objects.filter(pk=Visit.objects.filter(user=rep)[0].pk).update(state="MISSED")
    (run,) = night()
    # While it waits for its turn, and when it is through.
    assert night() == []
    work_off(run, monkeypatch)
    Visit.objects.filter(pk=Visit.objects.filter(user=rep, state="PLANNED")[0].pk).update(state="MISSED")
    assert night() == []
    assert len(night(TODAY + dt.timedelta(days=1))) == 1


def test_a_night_that_is_killed_leaves_nothing_and_is_done_again() -> None:
    """The job's transaction is rolled back with its process: no run, and the next night of that day starts it."""
    from django.db import transaction

    rep = planned()
    Visit.objects.filter(pk=Visit.objects.filter(user=rep)[0].pk).update(state="MISSED")
    due.refresh(on=TODAY)
    with transaction.atomic():
        plan_tonight(on=TODAY, send=lambda _run: None)
        transaction.set_rollback(True)
    assert not PlanningRun.objects.exists()
    assert len(night()) == 1


@pytest.mark.parametrize(("days_ahead", "months"), [(0, []), (10, ["2026-03"]), (30, ["2026-03", "2026-04"])])
def test_months_that_begin_soon_plan_themselves(days_ahead: int, months: list[str]) -> None:
    rules(days_ahead=days_ahead)
    rep_with("AB")
    rep_with("")
    found = night()
    assert [f"{run.month:%Y-%m}" for run in found] == months
    assert [run.parts.count() for run in found] == [1] * len(months)
    assert night() == []


@pytest.mark.parametrize(("at_once", "state"), [(True, PlanState.RELEASED), (False, PlanState.DRAFT)])
def test_what_the_night_plans_counts_or_is_a_proposal(
    at_once: bool, state: PlanState, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules(days_ahead=5, release=at_once)
    rep = rep_with("AB")
    (run,) = night()
    work_off(run, monkeypatch)
    month = VisitPlan.objects.get(user=rep, horizon="MONTH", starts_on=MARCH)
    assert (month.state, month.planned_by) == (state, None)
    # Planned anew by the night it stays what it is; a person releases it.
    Visit.objects.filter(pk=Visit.objects.filter(user=rep)[0].pk).update(state="MISSED")
    tomorrow = TODAY + dt.timedelta(days=1)
    (run,) = night(tomorrow)
    work_off(run, monkeypatch, tomorrow)
    month.refresh_from_db()
    assert month.state == state
    assert release([rep.pk], MARCH, by=rep, audience="REPRESENTATIVE") == int(not at_once)
    month.refresh_from_db()
    assert month.state == PlanState.RELEASED


def test_nothing_is_replanned_when_the_rule_says_so() -> None:
    rep = planned()
    rules(replan=False)
    Visit.objects.filter(pk=Visit.objects.filter(user=rep)[0].pk).update(state="MISSED")
    assert night() == []


def test_the_jobs_of_the_night_tell_what_they_did() -> None:
    rep = planned()
    gone = rep_with("C")
    VisitFactory(user=gone, dealer=Dealer.objects.filter(territory=gone.assignments.get().territory)[0], on=TODAY)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    Visit.objects.filter(user=rep, on=Visit.objects.filter(user=rep).order_by("on")[0].on).update(state="MISSED")
    job = Silent()
    visits_due(on=TODAY, job=job)
    assert left_visits(on=TODAY, job=job) == 0
    assert job.figures == {"without_anybody": 1}
    extra_visits(on=TODAY, job=job)
    assert replan_job(on=TODAY, job=job) == 1
    assert job.figures["2026-03"] == 1
