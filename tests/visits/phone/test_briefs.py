"""Briefs of dealers who are no stop: in full of those that are due, in short of the others; joint visits; the week."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.base.models import Company
from sales.models import Receivable
from tests.cast import sign_in
from tests.factories import ContactFactory, DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from tests.visits.phone.messages import message, visit_data
from visits import phone_briefs, phone_data, phone_week
from visits.models import Advice, Collection, Commitment, DayLog, Finding, VisitDue
from visits.sync.outbox import receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def on():
    return Company.get().today()


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"], name="Harbour Shop")


def due(dealer, user, on, days=0):
    VisitDue.objects.create(dealer=dealer, user=user, due_on=None if days is None else on + dt.timedelta(days=days))
    return dealer


def tell(dealer, user, on):
    """Three visits, people, promises, invoices, an issue and advice."""
    for ago in (10, 20, 30):
        visit = made_visit(
            dealer=dealer, user=user, on=on - dt.timedelta(days=ago), summary=f"{ago} days ago " + "x" * 300
        )
    now = timezone.now()
    for number in range(4):
        ContactFactory(dealer=dealer, name=f"Person {number}")
        Commitment.objects.create(dealer=dealer, side="OURS", text=f"We deliver {number}", due_on=on, created_at=now)
        Receivable.objects.create(
            dealer=dealer, number=f"RE-{number}", issued_on=on, due_on=on, amount=100, open_amount=100
        )
    Finding.objects.create(visit=visit, dealer=dealer, kind="STATED", text="Late deliveries", created_at=now)
    Advice.objects.create(visit=visit, dealer=dealer, topic="Window", text="Show the new range", created_at=now)


def ask(user, **query):
    answer = sign_in(Client(), user).get(reverse("phone:briefs"), query, headers={"Accept": "application/json"})
    return answer.json()["briefs"] if answer.status_code == 200 else answer.status_code


def parts(package):
    return {part["key"]: part["items"] for part in package["brief"]}


def test_what_is_due_has_its_brief_in_full_and_others_in_short(alice, dealer, on, territories):
    other = DealerFactory(territory=territories["CN-EAST-1"])
    for each, days in ((dealer, 0), (other, 60)):
        tell(due(each, alice, on, days), alice, on)
    found = ask(alice)
    full, short = found[str(dealer.pk)], found[str(other.pk)]
    assert [len(parts(full)[key]) for key in ("visits", "people", "promises")] == [3, 4, 4]
    assert [len(parts(short)[key]) for key in ("visits", "people", "promises")] == [2, 2, 2]
    assert "short" not in full
    assert short["short"] is True
    assert max(len(detail) for items in parts(short).values() for _text, detail, *_rest in items) <= 160
    # What can be followed up is there in both.
    for package in (full, short):
        assert [text for _key, text, *_state in package["issues"]] == ["Late deliveries"]
        assert [topic for _key, topic, _text in package["advice"]] == ["Window"]
        assert len(package["promises"]) == 4


def test_a_stop_has_its_brief_with_the_day_and_not_here(alice, dealer, on):
    VisitFactory(dealer=due(dealer, alice, on), user=alice, on=on)
    assert ask(alice) == {}
    assert phone_data.of_days(alice, on=on)["stops"][0]["advice"] == []


def test_only_the_own_patch_and_only_so_much(alice, bob, charlie, dealer, on, territories, monkeypatch):
    due(dealer, alice, on)
    for _number in range(4):
        due(DealerFactory(territory=territories["CN-EAST-1"]), alice, on, 30)
    due(DealerFactory(territory=territories["CN-EAST-2"]), bob, on)
    monkeypatch.setattr(phone_briefs, "BRIEFS", 3)
    assert len(ask(alice)) == 3
    assert str(dealer.pk) in ask(alice)
    assert ask(charlie) == {}


def test_one_dealer_is_told_in_full_to_whoever_works_there(alice, charlie, dealer, on):
    tell(dealer, alice, on)
    found = ask(alice, dealer=dealer.pk)
    assert len(parts(found[str(dealer.pk)])["visits"]) == 3
    assert ask(charlie, dealer=dealer.pk) == 404
    assert ask(alice, dealer="x") == 404


def test_a_whole_patch_weighs_little(alice, on, territories):
    import gzip

    for number in range(60):
        tell(due(DealerFactory(territory=territories["CN-EAST-1"]), alice, on, 30 + number), alice, on)
    body = json.dumps(phone_briefs.of_patch(alice, on=on)).encode()
    assert len(gzip.compress(body)) < 60_000


def test_more_dealers_ask_no_more_questions(alice, on, territories, django_assert_max_num_queries):
    def asked(number):
        for _each in range(number):
            tell(due(DealerFactory(territory=territories["CN-EAST-1"]), alice, on, 30), alice, on)
        with django_assert_max_num_queries(34) as queries:
            phone_briefs.of_patch(alice, on=on)
        return len(queries)

    asked(2)
    assert asked(2) == asked(4)


# --- Advice and promises that are followed up ---


def test_what_came_of_advice_travels_with_the_next_visit(alice, dealer):
    given = made_visit(dealer=dealer, user=alice, on=dt.date(2026, 3, 1))
    advice = Advice.objects.create(
        visit=given, dealer=dealer, topic="Window", text="Show the new range", created_at=given.ended_at
    )
    row = {"key": str(advice.key), "result": "HELPED", "note": "Twice as many ask"}
    receive(
        user=alice, body=message(alice, visit_data(dealer, advised=[row])), at=given.ended_at + dt.timedelta(days=12)
    )
    advice.refresh_from_db()
    assert (advice.result, advice.result_note) == ("HELPED", "Twice as many ask")


def test_what_somebody_said_of_it_before_stands(alice, dealer):
    given = made_visit(dealer=dealer, user=alice, on=dt.date(2026, 3, 1))
    advice = Advice.objects.create(
        visit=given, dealer=dealer, topic="Window", text="Show", result="DECLINED", created_at=given.ended_at
    )
    row = {"key": str(advice.key), "result": "HELPED", "note": ""}
    receive(
        user=alice, body=message(alice, visit_data(dealer, advised=[row])), at=given.ended_at + dt.timedelta(days=12)
    )
    advice.refresh_from_db()
    assert advice.result == "DECLINED"


# --- Joint visits ---


def test_who_goes_along_has_the_visit_on_her_own_phone(alice, bob, charlie, dealer, on):
    VisitFactory(dealer=dealer, user=alice, companion=bob, kind="JOINT", on=on)
    (hers,) = phone_data.of_days(alice, on=on)["stops"]
    (along,) = phone_data.of_days(bob, on=on)["stops"]
    assert (hers["along"], hers["companion"]) == ("", "Bob")
    assert (along["along"], along["companion"], along["for"]) == ("Alice", "", "")
    assert phone_data.of_days(charlie, on=on)["stops"] == []


def test_a_leaders_own_visit_stands_on_her_phone(bob, dealer, on):
    VisitFactory(dealer=dealer, user=bob, kind="EXECUTIVE", on=on)
    assert [stop["kind"] for stop in phone_data.of_days(bob, on=on)["stops"]] == ["EXECUTIVE"]


# --- The week ---


def test_the_week_adds_up_what_was_made_day_by_day(alice, dealer, territories):
    on = dt.date(2026, 3, 11)
    other = DealerFactory(territory=territories["CN-EAST-1"])
    visit = made_visit(dealer=dealer, user=alice, on=on, order_amount=1200, order_lines=3)
    made_visit(dealer=other, user=alice, on=on - dt.timedelta(days=1))
    made_visit(dealer=other, user=alice, on=on - dt.timedelta(days=3))
    Collection.objects.create(visit=visit, dealer=dealer, amount=500, method="CASH", created_at=visit.ended_at)
    assert phone_week.performance(alice, on=on) == [
        ["2026-03-10", 1, 1, 0, "0", "0", 0],
        ["2026-03-11", 1, 1, 1, "1200", "500", 0],
    ]


def test_a_day_without_a_log_is_asked_for_with_its_visits(alice, dealer, on):
    days = [on - dt.timedelta(days=ago) for ago in (1, 2, 8)]
    visits = [made_visit(dealer=dealer, user=alice, on=day) for day in (*days, on)]
    assert [day for day, _rows in phone_week.forgotten(alice, on=on)] == [day.isoformat() for day in days[:2]]
    ((key, began, ended, _time, purpose),) = phone_week.forgotten(alice, on=on)[0][1]
    assert (key, purpose) == (str(visits[0].key), "SELL")
    assert dt.datetime.fromisoformat(began) < dt.datetime.fromisoformat(ended)
    DayLog.objects.create(user=alice, on=days[0])
    assert [day for day, _rows in phone_week.forgotten(alice, on=on)] == [days[1].isoformat()]
