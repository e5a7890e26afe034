"""What people do with cases, and who may."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Territory, User
from alerts import actions
from alerts.actions import CaseRefused, NotAllowed
from alerts.choices import CaseState, Did, TaskKind, TaskState
from alerts.losses import ReviewRefused, ask_for_reviews, write_review
from alerts.models import Case, CaseAction, CaseEvent, LossReview, MajorEvent
from alerts.passing_up import pass_up
from dealers.models import Dealer, StatusChange
from tests.alerts.factories import TODAY, noon, open_case
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db

AT = noon(TODAY)
WHEN: dict[str, Any] = {"at": AT, "on": TODAY}


@pytest.fixture
def case(territories: dict[str, Territory], alice: User) -> Case:
    return open_case(territories["CN-EAST-1"], alice)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def did(case: Case) -> list[str]:
    return list(case.events.order_by("pk").values_list("did", flat=True))


def test_from_open_to_resolved(case: Case, alice: User) -> None:
    by: dict[str, Any] = {"by": alice, **WHEN}
    actions.acknowledge(case_id=case.pk, seen="OPEN", **by)
    actions.investigate(case_id=case.pk, seen="ACKNOWLEDGED", **by)
    actions.find_cause(case_id=case.pk, cause="CASH", note="A large customer pays late", seen="INVESTIGATING", **by)
    task = actions.plan_task(case_id=case.pk, title="Agree on payments", owner=alice, due_on=TODAY, **by)
    with pytest.raises(CaseRefused, match="open tasks"):
        actions.resolve(case_id=case.pk, resolution="Two payments", **by)
    actions.end_task(task_id=task.pk, state=TaskState.DONE, **by)
    actions.resolve(case_id=case.pk, resolution="Two payments", seen="ACTION", **by)

    found = again(case)
    assert (found.state, found.acknowledged_by, found.cause.code) == (CaseState.RESOLVED, alice, "CASH")
    assert found.verify_on == TODAY + dt.timedelta(days=14)
    assert did(case) == [
        Did.ACKNOWLEDGED, Did.INVESTIGATED, Did.CAUSE_FOUND, Did.ACTION_PLANNED, Did.ACTION_ENDED, Did.RESOLVED,
    ]  # fmt: skip


def test_a_case_is_not_resolved_without_a_cause(case: Case, alice: User) -> None:
    with pytest.raises(CaseRefused, match="cause"):
        actions.resolve(case_id=case.pk, resolution="It went away", by=alice, **WHEN)
    assert again(case).state == CaseState.OPEN


def test_the_database_asks_for_the_cause_too(case: Case) -> None:
    with pytest.raises(DatabaseError, match="case_resolved_has_a_cause"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="RESOLVED", resolved_at=AT, verify_on=TODAY, acknowledged_at=AT)


def test_somebody_was_quicker(case: Case, alice: User, bob: User) -> None:
    actions.acknowledge(case_id=case.pk, by=bob, seen="OPEN", **WHEN)
    with pytest.raises(CaseRefused, match="meanwhile"):
        actions.acknowledge(case_id=case.pk, by=alice, seen="OPEN", **WHEN)
    assert again(case).acknowledged_by == bob


@pytest.mark.parametrize(
    ("name", "work", "lead"),
    [
        ("alice", True, False), ("bob", True, True), ("charlie", False, False), ("dora", True, True),
        ("fay", True, False), ("ada", True, True), ("rory", False, False),
    ],
)  # fmt: skip
def test_who_may_do_what(name: str, work: bool, lead: bool, case: Case, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(name)
    Case.objects.filter(pk=case.pk).update(owner=None)
    assert allowed(lambda: actions.acknowledge(case_id=case.pk, by=user, **WHEN)) == work
    assert allowed(lambda: actions.note(case_id=case.pk, text="Called", by=user, **WHEN)) == work
    assert allowed(lambda: actions.dismiss(case_id=case.pk, reason="Nothing", by=user, **WHEN)) == lead
    event = {"dealer": case.dealer, "kind": "FIRE", "happened_on": TODAY}
    assert allowed(lambda: actions.enter_major_event(**event, by=user, **WHEN)) == work


def allowed(act: Any) -> bool:
    try:
        with transaction.atomic():
            act()
    except NotAllowed:
        return False
    return True


def test_visible_are_the_cases_of_ones_territories(
    territories: dict[str, Territory], alice: User, bob: User, charlie: User, rory: User
) -> None:
    here, there = open_case(territories["CN-EAST-1"]), open_case(territories["JP-KANTO-1"])
    # Rory may read dealers and not what they owe.
    for user, expected in ((alice, {here}), (bob, {here}), (charlie, {there}), (rory, set())):
        assert set(Case.objects.visible_to(user)) == expected
        assert set(CaseEvent.objects.visible_to(user)) == set()
    Dealer.objects.filter(pk=here.dealer_id).update(deleted_at=AT)
    assert not Case.objects.visible_to(alice).exists()


def test_a_task_is_for_somebody_who_works_there(case: Case, alice: User, charlie: User) -> None:
    values: dict[str, Any] = {"case_id": case.pk, "title": "Visit", "by": alice, **WHEN}
    with pytest.raises(CaseRefused, match="does not work"):
        actions.plan_task(owner=charlie, due_on=TODAY, **values)
    with pytest.raises(CaseRefused, match="past"):
        actions.plan_task(owner=alice, due_on=TODAY - dt.timedelta(days=1), **values)


def test_bulk_assignment_is_all_or_nothing(
    territories: dict[str, Territory], alice: User, bob: User, charlie: User
) -> None:
    cases = [open_case(territories["CN-EAST-1"]) for _ in range(3)]
    there = open_case(territories["JP-KANTO-1"])
    ids = [case.pk for case in cases]
    with pytest.raises(NotAllowed), transaction.atomic():
        actions.assign_many(case_ids=[*ids, there.pk], to=alice, by=bob, **WHEN)
    assert not Case.objects.filter(owner=alice).exists()

    assert actions.assign_many(case_ids=ids, to=alice, by=bob, **WHEN) == 3

    assert Case.objects.filter(owner=alice).count() == 3
    with pytest.raises(CaseRefused, match="does not work"):
        actions.assign(case_id=ids[0], to=charlie, by=bob, **WHEN)


def test_cases_with_one_cause_become_one(territories: dict[str, Territory], alice: User, bob: User, fay: User) -> None:
    into = open_case(territories["CN-EAST-1"], alice, severity=1)
    other = open_case(territories["CN-EAST-1"], alice, dealer=into.dealer, kind="credit_use", severity=3)
    task = actions.plan_task(case_id=other.pk, title="Call", owner=alice, due_on=TODAY, by=alice, **WHEN)
    actions.watch(case_id=other.pk, by=fay, **WHEN)

    actions.merge(into_id=into.pk, case_ids=[other.pk], by=bob, **WHEN)

    into, other = again(into), again(other)
    assert (other.state, other.merged_into, into.severity, into.worst) == (CaseState.MERGED, into, 3, 3)
    assert CaseAction.objects.get(pk=task.pk).case == into
    assert [row.user for row in into.watchers.all()] == [fay]


def test_the_timeline_is_only_added_to(case: Case, alice: User) -> None:
    line = actions.note(case_id=case.pk, text="Called", by=alice, **WHEN)
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEvent.objects.filter(pk=line.pk).update(text="Never called")
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEvent.objects.filter(pk=line.pk).delete()


def test_a_major_event_goes_to_the_manager_and_asks_for_the_credit_today(
    territories: dict[str, Territory], alice: User, bob: User, dora: User, fay: User
) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"], sales_12m=100_000)

    event = actions.enter_major_event(
        dealer=dealer, kind="KEY_STAFF_LEFT", happened_on=TODAY, text="Both of them", by=alice, **WHEN
    )

    case = event.case
    assert (case.severity, case.owner, case.state) == (2, bob, CaseState.OPEN)
    assert case.acknowledge_by == AT + dt.timedelta(hours=24)
    assert {row.user for row in case.watchers.all()} == {alice, dora, fay}
    check = case.actions.get()
    assert (check.kind, check.owner, check.due_on) == (TaskKind.CREDIT_CHECK, fay, TODAY)
    # Gross profit 20,000 and 6.5 times 2,000 for keeping it.
    assert case.loss_cost == 33_000

    actions.enter_major_event(dealer=dealer, kind="INSOLVENCY", happened_on=TODAY, by=bob, **WHEN)

    case = again(case)
    assert (case.severity, case.worst, case.actions.count()) == (3, 3, 1)
    assert MajorEvent.objects.filter(case=case).count() == 2


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "PARTY"},
        {"kind": "OTHER"},
        {"kind": "FIRE", "happened_on": TODAY + dt.timedelta(days=1)},
    ],
)
def test_events_that_make_no_sense_are_refused(
    values: dict[str, Any], territories: dict[str, Territory], alice: User
) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    with pytest.raises(CaseRefused):
        actions.enter_major_event(**{"dealer": dealer, "happened_on": TODAY, "by": alice, **WHEN, **values})


def test_what_nobody_acknowledges_goes_up_the_tree(case: Case, bob: User, dora: User) -> None:
    late = case.acknowledge_by
    assert pass_up(at=late - dt.timedelta(minutes=1), on=TODAY) == 0
    assert pass_up(at=late, on=TODAY) == 1
    assert pass_up(at=late, on=TODAY) == 0
    found = again(case)
    assert (found.passed_up, [row.user for row in found.watchers.all()]) == (1, [bob])
    # Friday noon, then Monday noon: the weekend does not count.
    assert found.pass_up_at == late + dt.timedelta(days=3)
    assert pass_up(at=found.pass_up_at, on=TODAY) == 1
    found = again(case)
    assert (found.passed_up, found.pass_up_at) == (2, None)
    assert {row.user for row in found.watchers.all()} == {bob, dora}
    assert did(case) == [Did.ESCALATED, Did.ESCALATED]


def test_the_next_deadline_after_acknowledging_is_that_of_the_cause(case: Case, alice: User) -> None:
    actions.acknowledge(case_id=case.pk, by=alice, **WHEN)
    assert again(case).pass_up_at == case.cause_by
    actions.find_cause(case_id=case.pk, cause="CASH", by=alice, **WHEN)
    assert again(case).pass_up_at is None


def test_a_lost_dealer_asks_for_a_review_and_a_way_back(territories: dict[str, Territory], bob: User) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"], status="TERMINATED")
    StatusChange.objects.create(
        dealer=dealer, from_status="PHASE_OUT", to_status="TERMINATED", reason="Closed", changed_at=AT
    )
    assert ask_for_reviews(on=TODAY, at=AT) == 1
    assert ask_for_reviews(on=TODAY, at=AT) == 0

    review = LossReview.objects.get()
    assert (review.owner, review.state, review.win_back.dealer) == (bob, "DUE", dealer)
    values: dict[str, Any] = {"review_id": review.pk, "by": bob, "at": AT, "lesson": "Ask sooner"}
    with pytest.raises(ReviewRefused):
        write_review(reason="COMPETITOR", what_happened="Went over", **values)
    with pytest.raises(ReviewRefused):
        write_review(reason="MARKET", what_happened=" ", **values)
    write_review(reason="COMPETITOR", competitor="Boreal", what_happened="Went over", **values)
    assert LossReview.objects.get().state == "DONE"


def test_cases_lower_no_score(territories: dict[str, Territory], alice: User) -> None:
    """A-21: whoever writes down what goes wrong is not punished for it, and neither is the dealer."""
    from pathlib import Path

    import tiering
    import visits

    for app in (tiering, visits):
        for path in Path(str(app.__file__)).parent.rglob("*.sql"):
            text = path.read_text(encoding="utf-8")
            assert "alerts_" not in text, path
            assert app is visits or "visits_finding" not in text, path


def test_merging_needs_the_right_in_each_territory(territories: dict[str, Territory], bob: User, dora: User) -> None:
    here, there = open_case(territories["CN-EAST-1"]), open_case(territories["JP-KANTO-1"])
    for into, other in ((here, there), (there, here)):
        with pytest.raises(NotAllowed):
            actions.merge(into_id=into.pk, case_ids=[other.pk], by=bob, **WHEN)
    assert {again(here).state, again(there).state} == {CaseState.OPEN}
    actions.merge(into_id=here.pk, case_ids=[there.pk], by=dora, **WHEN)
    assert again(there).merged_into == here
