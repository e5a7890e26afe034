"""The next time that was agreed on stands in the plan, once, whatever arrives again."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from tests.visits.phone.messages import AT, message, visit_data
from visits.models import Visit
from visits.next_time import key_of_next
from visits.sync.fields import told
from visits.sync.outbox import receive

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 11)
NEXT, LATER = dt.date(2026, 3, 20), dt.date(2026, 3, 25)


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"])


@pytest.fixture
def planned(dealer, alice):
    return VisitFactory(dealer=dealer, user=alice, on=DAY)


def send(user, visit, next_on, **fields):
    """The message of a visit that was made, as the phone knows it by now."""
    visit.refresh_from_db()
    changed = {"next_on": next_on.isoformat() if next_on else "", "next_step": "Bring samples", **fields}
    data = visit_data(visit.dealer, visit, fields=changed, base=told(visit))
    return receive(user=user, body=message(user, data), at=AT)


def coming(visit):
    return list(Visit.objects.filter(dealer=visit.dealer).exclude(pk=visit.pk).order_by("on", "pk"))


def test_it_is_planned_for_whoever_made_the_visit_and_held_there(alice, planned):
    send(alice, planned, NEXT)
    (visit,) = coming(planned)
    assert (visit.on, visit.user, visit.state, visit.locked) == (NEXT, alice, "PLANNED", True)
    assert (visit.why, visit.why_note, visit.objective) == ("FOLLOW_UP", "Bring samples", "Bring samples")
    assert visit.key == key_of_next(planned)


def test_the_same_again_and_a_corrected_one_plan_no_second(alice, planned):
    send(alice, planned, NEXT)
    send(alice, planned, NEXT, summary="Written again")
    assert [visit.on for visit in coming(planned)] == [NEXT]


def test_another_day_moves_it_and_none_takes_it_out(alice, planned):
    send(alice, planned, NEXT)
    send(alice, planned, LATER)
    assert [(visit.on, visit.state) for visit in coming(planned)] == [(LATER, "PLANNED")]
    send(alice, planned, None)
    assert [(visit.on, visit.state, visit.skip_reason) for visit in coming(planned)] == [
        (LATER, "SKIPPED", "NOT_NEEDED")
    ]


def test_what_somebody_has_changed_since_stays(alice, planned):
    send(alice, planned, NEXT)
    Visit.objects.filter(key=key_of_next(planned)).update(on=LATER, version=2)
    send(alice, planned, NEXT + dt.timedelta(days=1))
    assert [(visit.on, visit.state) for visit in coming(planned)] == [(LATER, "PLANNED")]


def test_a_visit_that_is_planned_for_the_day_anyway_is_held_there(alice, planned):
    there = VisitFactory(dealer=planned.dealer, user=alice, on=NEXT)
    send(alice, planned, NEXT)
    (visit,) = coming(planned)
    assert (visit.pk, visit.locked, visit.why, visit.version) == (there.pk, True, "CYCLE", 2)


@pytest.mark.parametrize("on", [DAY, DAY - dt.timedelta(days=1)])
def test_a_day_that_does_not_come_any_more_plans_nothing(alice, planned, on):
    send(alice, planned, on)
    assert coming(planned) == []


def test_a_visit_that_was_left_out_plans_nothing(alice, planned):
    data = visit_data(
        planned.dealer, planned, state="SKIPPED", skip_reason="CLOSED", fields={"next_on": NEXT.isoformat()}
    )
    receive(user=alice, body=message(alice, data), at=AT)
    assert coming(planned) == []
