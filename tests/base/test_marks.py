"""The marks that tell whether anything of a kind has changed."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import TerritoryAssignment
from crm.base import marks
from crm.base.marks import PEOPLE, SUMS, VIEWS, mark_of
from dealers.models import SavedView
from sales.models import DealerMonth
from tests.factories import AssignmentFactory, TerritoryFactory, UserFactory

pytestmark = pytest.mark.django_db


def seen() -> dict[str, int | None]:
    return {topic: mark_of(topic) for topic in (PEOPLE, VIEWS, SUMS)}


def changed(before: dict[str, int | None]) -> set[str]:
    return {topic for topic, mark in seen().items() if mark != before[topic]}


def test_every_topic_has_a_mark_from_the_beginning():
    assert None not in seen().values()


def test_a_change_marks_its_topic_alone(territories):
    user = UserFactory()
    before = seen()
    held = AssignmentFactory(user=user, territory=territories["CN"])
    assert changed(before) == {PEOPLE}
    for change in (
        lambda: TerritoryAssignment.objects.filter(pk=held.pk).update(note="x"),
        lambda: TerritoryAssignment.objects.filter(pk=held.pk).delete(),
        lambda: TerritoryFactory(parent=territories["CN"]),
        lambda: type(user).objects.filter(pk=user.pk).update(name="Another"),
    ):
        before = seen()
        change()
        assert changed(before) == {PEOPLE}
    before = seen()
    SavedView.objects.create(user=user, name="Mine", query="")
    assert changed(before) == {VIEWS}
    before = seen()
    DealerMonth.objects.all().delete()
    assert changed(before) == {SUMS}


def test_a_sign_in_changes_no_mark():
    user = UserFactory()
    before = seen()
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    assert changed(before) == set()


def test_what_is_taken_back_is_never_the_mark_again(territories):
    """Otherwise what was kept meanwhile would be shown for another change."""
    before = mark_of(PEOPLE)
    found = set()
    for _again in range(2):
        savepoint = transaction.savepoint()
        TerritoryFactory(parent=territories["CN"])
        found.add(mark_of(PEOPLE))
        transaction.savepoint_rollback(savepoint)
        assert mark_of(PEOPLE) == before
    assert len(found) == 2
    assert before not in found


def test_rows_do_not_heap_up(territories):
    for _each in range(5):
        TerritoryFactory(parent=territories["CN"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_changemark WHERE topic = %s", [PEOPLE])
        assert cursor.fetchone() == (1,)


def test_marks_hold_only_while_nothing_is_written(territories):
    with marks.only_reading(reads=True):
        before = mark_of(PEOPLE)
        TerritoryFactory(parent=territories["CN"])
        assert mark_of(PEOPLE) == before
    assert mark_of(PEOPLE) != before
    with marks.only_reading(reads=False):
        before = mark_of(PEOPLE)
        TerritoryFactory(parent=territories["CN"])
        assert mark_of(PEOPLE) != before


@pytest.mark.django_db(transaction=True)
def test_changes_at_the_same_time_wait_for_nobody_and_are_all_seen():
    marks.change(VIEWS)
    before = mark_of(VIEWS)
    has_changed, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                marks.change(VIEWS)
                has_changed.set()
                assert may_end.wait(20)
        finally:
            connection.close()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert has_changed.wait(20)
        assert mark_of(VIEWS) == before
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '5s'")
        marks.change(VIEWS)
        between = mark_of(VIEWS)
    finally:
        may_end.set()
        other.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    assert len({before, between, mark_of(VIEWS)}) == 3
