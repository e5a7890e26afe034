"""Who works when: weekdays, public holidays, the company's own days, leave."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.choices import Role
from accounts.models import User
from tests.factories import AssignmentFactory, TerritoryFactory, UserFactory
from visits.models import CalendarDay, Leave, WorkingTime
from visits.working_days import country_of, working, working_of

pytestmark = pytest.mark.django_db

MAY = dt.date(2026, 5, 1)
JUNE = dt.date(2026, 6, 1)


def rep_in(country: str) -> User:
    """In a territory below one that has the country."""
    place = TerritoryFactory(parent=TerritoryFactory(country=country))
    user = UserFactory()
    AssignmentFactory(user=user, territory=place, role=Role.REPRESENTATIVE)
    return user


@pytest.mark.parametrize("country", ["JP", "", "DE"])
def test_public_holidays_are_those_of_the_country(country: str) -> None:
    """Monday to Wednesday, 4 to 6 May 2026, are holidays in Japan only; the 1st in Germany."""
    rep = rep_in(country)
    days = working(rep, MAY, JUNE).days
    assert country_of(rep, MAY) == country
    golden = {dt.date(2026, 5, 4), dt.date(2026, 5, 5), dt.date(2026, 5, 6)}
    assert bool(golden & set(days)) is (country != "JP")
    assert (MAY in days) is (country != "DE")


def test_the_companys_own_days_go_before_the_calendar() -> None:
    rep = rep_in("JP")
    CalendarDay.objects.create(country="JP", on=dt.date(2026, 5, 4), works=True, label="stocktaking")
    CalendarDay.objects.create(country="", on=dt.date(2026, 5, 8), works=False, label="company trip")
    CalendarDay.objects.create(country="KR", on=dt.date(2026, 5, 11), works=False, label="elsewhere")
    days = working(rep, MAY, JUNE).days
    assert dt.date(2026, 5, 4) in days
    assert dt.date(2026, 5, 8) not in days
    assert dt.date(2026, 5, 11) in days


def test_leave_ends_before_its_last_day_counts() -> None:
    rep = rep_in("")
    Leave.objects.create(user=rep, period=DateRange(dt.date(2026, 5, 11), dt.date(2026, 5, 13)))
    days = working(rep, MAY, JUNE).days
    assert dt.date(2026, 5, 12) not in days
    assert dt.date(2026, 5, 13) in days


def test_working_time_changes_on_its_day() -> None:
    rep = rep_in("")
    WorkingTime.objects.create(user=rep, weekdays=[1, 2, 3, 4, 5])
    WorkingTime.objects.create(user=rep, weekdays=[6], active_from=dt.date(2026, 5, 18))
    days = set(working(rep, MAY, JUNE).days)
    assert dt.date(2026, 5, 15) in days
    assert dt.date(2026, 5, 16) not in days
    assert dt.date(2026, 5, 18) not in days
    assert dt.date(2026, 5, 23) in days


def test_capacity_is_days_times_minutes_times_share() -> None:
    rep = rep_in("")
    WorkingTime.objects.create(user=rep, ends=dt.time(17), lunch_minutes=60, visiting_share="0.50")
    found = working(rep, dt.date(2026, 5, 4), dt.date(2026, 5, 9))
    assert len(found.days) == 5
    assert found.capacity_minutes == 5 * 7 * 60 // 2


def test_many_take_as_many_statements_as_one(django_assert_num_queries: Any) -> None:
    people = [rep_in("JP") for _number in range(3)]
    with django_assert_num_queries(5):
        found = working_of(people, MAY, JUNE)
    assert found[people[0].pk].days == working(people[0], MAY, JUNE).days
