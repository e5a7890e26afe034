"""The eight questions of the time survey by person: averages of the days that were written down."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import sign_in
from tests.factories import DealerFactory
from tests.visits.factories import made_visit
from visits.models import DayLog, TimeEntry
from visits.survey import answers_of
from visits.use_of_time import settle_day

pytestmark = pytest.mark.django_db
MONTH, UNTIL = dt.date(2026, 3, 1), dt.date(2026, 4, 1)


@pytest.fixture
def a_month(alice, territories):
    """Three days with visits, two of them written down, in two weeks; a third log lies in another month."""
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    for day in (9, 10, 17):
        made_visit(dealer=dealer, user=alice, on=dt.date(2026, 3, day))
    rows = (
        (dt.date(2026, 3, 9), dt.time(8), dt.time(8, 30), dt.time(17), 40, 60, 20, 120, ["M1", "C1"]),
        (dt.date(2026, 3, 17), dt.time(9), None, dt.time(18), 20, 30, 40, None, ["M1"]),
        (dt.date(2026, 4, 1), dt.time(5), dt.time(5), dt.time(5), 999, 999, 999, 999, ["P1"]),
    )
    for on, started, first, last, meal, paperwork, travel, meeting, robbers in rows:
        DayLog.objects.create(
            user=alice, on=on, started=started, first_departure=first, last_leave=last, meal_minutes=meal,
            paperwork_minutes=paperwork, travel_minutes=travel, meeting_minutes=meeting, robbers=robbers,
        )  # fmt: skip
        settle_day(alice, on)
    for on, minutes in ((9, 30), (10, 500)):
        TimeEntry.objects.create(user=alice, on=dt.date(2026, 3, on), category="WAITING", minutes=minutes)


def test_an_average_of_the_days_that_were_written_down(a_month, alice, bob):
    found = answers_of([alice, bob], MONTH, UNTIL)
    answers = found[alice.pk]
    assert (answers.days, answers.worked, answers.share) == (2, 3, pytest.approx(2 / 3))
    assert answers.clocks == {"started": 510, "first_departure": 510, "last_leave": 1050}
    assert {key: answers.minutes.get(key) for key in ("MEAL", "PAPERWORK", "TRAVEL", "WAITING")} == {
        "MEAL": 30, "PAPERWORK": 45, "TRAVEL": 30, "WAITING": 15,
    }  # fmt: skip
    # 120 minutes in two weeks.
    assert answers.meetings_a_week == 60
    assert answers.robbers == [("M1", 2), ("C1", 1)]
    assert (found[bob.pk].days, found[bob.pk].share, found[bob.pk].clocks) == (0, None, {})


def test_the_page_and_its_file_answer_the_same(a_month, alice, bob, charlie):
    address = f"{reverse('visits:survey')}?month=2026-03"
    client = sign_in(Client(), bob)
    page = client.get(address).content.decode()
    for text in ("Alice", "08:30", "17:30", "interrupted by calls: 2", "67"):
        assert text in page, text
    file = client.post(address, {"format": "CSV"})
    sheet = (b"".join(file.streaming_content) if file.streaming else file.content).decode("utf-8-sig")
    assert "08:30" in sheet
    assert sign_in(Client(), charlie).get(address).status_code == 403


def test_more_people_ask_no_more_questions(a_month, alice, bob, charlie, django_assert_num_queries):
    with django_assert_num_queries(5):
        answers_of([alice, bob, charlie], MONTH, UNTIL)
