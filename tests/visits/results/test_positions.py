"""Places of check-ins are forgotten after their time, also by the history; the verdict is not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction

from crm.base.jobs import Silent
from tests.visits.factories import TODAY, made_visit
from visits.models import PositionRule, Visit
from visits.nightly import positions
from visits.positions import Erased, erase_old

pytestmark = pytest.mark.django_db
PLACE = {
    "check_in": "IN_RANGE", "latitude": 31.2, "longitude": 121.4, "accuracy_m": 12.0, "fix_age_s": 3.0,
    "distance_m": 80.0,
}  # fmt: skip
FORGOTTEN = ("latitude", "longitude", "accuracy_m", "fix_age_s", "distance_m")


def kept(visit: Visit) -> tuple[bool, bool]:
    """Whether the visit, and its history, still know the place."""
    visit.refresh_from_db()
    events = apps.get_model("visits", "VisitEvent").objects.filter(pgh_obj_id=visit.pk)
    assert events.exists()
    return (
        any(getattr(visit, name) is not None for name in FORGOTTEN),
        any(value is not None for row in events.values_list(*FORGOTTEN) for value in row),
    )


@pytest.mark.parametrize(("days", "rule", "still_there"), [
    (180, None, True), (181, None, False), (31, 30, False), (30, 30, True), (181, 400, True),
])  # fmt: skip
def test_the_days_that_count(days: int, rule: int | None, still_there: bool) -> None:
    if rule is not None:
        PositionRule(kept_days=rule).save()
    visit = made_visit(on=TODAY - dt.timedelta(days=days), **PLACE)
    erase_old(on=TODAY)
    assert kept(visit) == (still_there, still_there)
    assert visit.check_in == "IN_RANGE"


def test_a_second_night_has_nothing_left_to_do_and_writes_no_history() -> None:
    old = made_visit(on=TODAY - dt.timedelta(days=200), **PLACE)
    made_visit(on=TODAY, **PLACE)
    history = apps.get_model("visits", "VisitEvent").objects
    before, version = history.count(), old.version
    assert erase_old(on=TODAY) == Erased(visits=1, history=1)
    assert erase_old(on=TODAY) == Erased(0, 0)
    assert positions(on=TODAY, job=Silent()) == 0
    old.refresh_from_db()
    assert (history.count(), old.version) == (before, version)


def test_history_of_a_deleted_visit_forgets_too() -> None:
    visit = made_visit(on=TODAY - dt.timedelta(days=200), **PLACE)
    key = visit.pk
    visit.delete()
    assert erase_old(on=TODAY).history == 2
    rows = apps.get_model("visits", "VisitEvent").objects.filter(pgh_obj_id=key).values_list(*FORGOTTEN)
    assert set(rows) == {(None,) * 5}


def test_the_history_stays_closed_to_everybody_else() -> None:
    visit = made_visit(on=TODAY - dt.timedelta(days=200), **PLACE)
    erase_old(on=TODAY)
    events = apps.get_model("visits", "VisitEvent").objects.filter(pgh_obj_id=visit.pk)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        events.update(latitude=1.0)


@pytest.mark.parametrize("days", [0, 3651])
def test_a_retention_that_cannot_be_is_refused(days: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PositionRule(kept_days=days).save()
