"""What goes wrong around a night: a killed process, two schedulers at once, clocks that change."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from alerts import measure as measuring
from alerts.actions import CaseRefused, assign_many, enter_major_event, merge
from alerts.deadlines import after_hours
from alerts.models import Case, CaseEvent, DealerStanding, StandingState, TouchedDealer
from alerts.pace import elapsed, working_calendars
from crm.base.jobs import JobIsRunning, run_job
from crm.base.models import JobRun
from dealers.models import Dealer
from sales.figures import rebuild_figures
from sales.models import Receivable
from tests.alerts.factories import TODAY, night, noon, open_case
from tests.cast import hire, plant_territories
from tests.child_process import environment_of_the_test
from tests.factories import DealerFactory
from visits.models import CalendarDay

ROOT = Path(__file__).parents[2]

KILLED = """
import datetime as dt, time
import django; django.setup()
from alerts import passing_up, night
def stop(**_how):
    print("written", flush=True)
    time.sleep(60)
night.passing_up.pass_up = stop
from crm.base.jobs import run_job
run_job("warnings", on=dt.date(2026, 3, 11))
"""

SECOND = """
import datetime as dt
import django; django.setup()
from crm.base.jobs import JobIsRunning, run_job
try:
    print(run_job("warnings", on=dt.date(2026, 3, 11)).state, flush=True)
except JobIsRunning:
    print("BUSY", flush=True)
"""


@pytest.fixture
def overdue(transactional_db: None) -> Dealer:
    from alerts.defaults import ensure_rules

    ensure_rules()
    territories = plant_territories()
    hire("alice", territories)
    dealer: Dealer = DealerFactory(territory=territories["CN-EAST-1"], completeness=100, verified_on=TODAY)
    Receivable.objects.create(
        dealer=dealer, number="R-1", issued_on=TODAY - dt.timedelta(days=60), due_on=TODAY - dt.timedelta(days=20),
        amount=100, open_amount=100,
    )  # fmt: skip
    rebuild_figures(TODAY)
    return dealer


def start(program: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=environment_of_the_test(), stdout=subprocess.PIPE, text=True
    )


def last_line(child: subprocess.Popen[str]) -> str:
    out, _err = child.communicate(timeout=120)
    return out.strip().splitlines()[-1]


def test_kill_9_after_the_cases_were_written_leaves_none(overdue: Dealer) -> None:
    child = start(KILLED)
    assert child.stdout is not None
    assert any(line == "written\n" for line in iter(child.stdout.readline, ""))
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert not Case.objects.exists()
    assert not DealerStanding.objects.exists()

    run_job("warnings", on=TODAY)

    case = Case.objects.get()
    assert (case.dealer, case.severity, case.events.count()) == (overdue, 2, 1)
    assert list(JobRun.objects.order_by("pk").values_list("state", flat=True)) == ["ABANDONED", "DONE"]


def test_two_schedulers_at_once_open_one_case(overdue: Dealer) -> None:
    children = [start(SECOND) for _ in range(2)]
    said = sorted(last_line(child) for child in children)
    assert said in (["DONE", "DONE"], ["BUSY", "DONE"])
    assert Case.objects.count() == 1
    assert CaseEvent.objects.count() == 1
    assert StandingState.objects.get().on == TODAY


def test_two_people_hear_of_a_fire_at_the_same_time(overdue: Dealer) -> None:
    """One case with both, not two of which the database refuses one."""
    from accounts.models import User

    alice = User.objects.get(name="Alice")
    errors: list[Exception] = []

    def tell() -> None:
        try:
            enter_major_event(dealer=overdue, kind="FIRE", happened_on=TODAY, by=alice, at=noon(TODAY), on=TODAY)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    case = Case.objects.get(kind="major_event")
    assert (case.major_events.count(), case.actions.count()) == (3, 1)


def test_a_running_night_lets_no_other_in(overdue: Dealer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.base.jobs.LOCK_WAIT_MS", 200)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext('warnings'))", [0x4E494748])
        with pytest.raises(JobIsRunning):
            run_job("warnings", on=TODAY)
    finally:
        other.close()
    assert not Case.objects.exists()


# --- Clocks and calendars ---------------------------------------------------------------------------------------------


def at(text: str, zone: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "start", "hours", "end"),
    [
        # Within a day; over a night.
        ("Asia/Shanghai", "2026-03-11T09:00", 8, "2026-03-11T17:00"),
        ("Asia/Shanghai", "2026-03-11T09:00", 24, "2026-03-12T09:00"),
        # From Friday to Monday; begun on a Saturday.
        ("Asia/Shanghai", "2026-03-13T09:00", 24, "2026-03-16T09:00"),
        ("Asia/Shanghai", "2026-03-14T09:00", 24, "2026-03-16T18:00"),
        # A night opened it: by the evening. An hour of the night is the first one of the day; so is what an evening began.
        ("Asia/Shanghai", "2026-03-11T02:30", 24, "2026-03-11T18:00"),
        ("Asia/Shanghai", "2026-03-12T02:30", 48, "2026-03-13T18:00"),
        ("Asia/Shanghai", "2026-03-11T02:30", 1, "2026-03-11T10:00"),
        ("Asia/Shanghai", "2026-03-11T17:00", 8, "2026-03-12T10:00"),
        ("Asia/Shanghai", "2026-03-13T17:00", 8, "2026-03-16T10:00"),
        # Clocks go forward in the night to Sunday: no working hour is lost. Over a change on a working day (Egypt, Friday
        # 24 April 2026 at midnight) 24 hours of the day are 23: an hour more is needed.
        ("America/New_York", "2026-03-06T12:00", 24, "2026-03-09T12:00"),
        ("Africa/Cairo", "2026-04-23T12:00", 24, "2026-04-24T13:00"),
    ],
)
def test_deadlines_run_on_working_days(zone: str, start: str, hours: int, end: str) -> None:
    works = lambda day: day.isoweekday() <= 5  # noqa: E731
    assert after_hours(at(start, zone), hours, works, ZoneInfo(zone)) == at(end, zone)


def test_a_calendar_without_working_days_ends() -> None:
    moment = after_hours(at("2026-03-11T09:00", "UTC"), 24, lambda day: False, ZoneInfo("UTC"))
    assert moment < at("2026-06-01T00:00", "UTC")


@pytest.mark.django_db
def test_public_holidays_and_the_companys_own_days_count() -> None:
    CalendarDay.objects.create(country="", on=dt.date(2026, 3, 12), works=False, label="Founding day")
    CalendarDay.objects.create(country="CN", on=dt.date(2026, 3, 14), works=True, label="Makes up for it")
    works = working_calendars({"CN", "US"}, dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    assert not works["CN"](dt.date(2026, 10, 1))
    assert works["US"](dt.date(2026, 10, 1))
    assert not works["CN"](dt.date(2026, 3, 12))
    assert works["CN"](dt.date(2026, 3, 14))
    assert not works["US"](dt.date(2026, 3, 14))


def test_pace_counts_working_days() -> None:
    """From Monday the 2nd to Friday the 6th all five working days of the week before Monday the 9th are gone."""
    works = lambda day: day.isoweekday() <= 5  # noqa: E731
    start, end = dt.date(2026, 3, 2), dt.date(2026, 3, 16)
    assert elapsed(start, end, dt.date(2026, 3, 2), works) == 0
    assert elapsed(start, end, dt.date(2026, 3, 7), works) == 0.5
    assert elapsed(start, end, dt.date(2026, 3, 9), works) == 0.5
    assert elapsed(start, end, end, works) == 1
    assert elapsed(dt.date(2026, 3, 7), dt.date(2026, 3, 9), dt.date(2026, 3, 8), works) == 0.5


# --- A dealer that moves while its cases are worked on ----------------------------------------------------------------------


def in_background(do: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            do()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, failed


def is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("nothing happened for half a minute")


def test_a_moving_dealer_takes_its_cases_in_their_order(transactional_db: None) -> None:
    """Of two cases the later one lies before the earlier one in the table: who locks the earlier one and then the later
    one, as actions do, is not waited for crosswise."""
    territories = plant_territories()
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    first, second = (open_case(territories["CN-EAST-1"], dealer=dealer, kind=kind) for kind in ("overdue", "silence"))
    # Written anew, the first lies behind the second.
    Case.objects.filter(pk=first.pk).update(severity=3, worst=3)
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=first.pk)
        mover, failed = in_background(
            lambda: Dealer.objects.filter(pk=dealer.pk).update(territory=territories["CN-EAST-2"])
        )
        wait_until(is_waiting)
        # With the second held by the mover, this would end in a deadlock.
        Case.objects.select_for_update(nowait=True).get(pk=second.pk)
    mover.join(60)
    assert not failed
    assert set(Case.objects.values_list("territory__code", flat=True)) == {"CN-EAST-2"}


def test_several_cases_at_once_wait_for_nobody(transactional_db: None) -> None:
    """While an import moves dealers, in its own order, giving their cases to somebody is refused and can be tried again."""
    territories = plant_territories()
    bob = hire("bob", territories)
    cases = [open_case(territories["CN-EAST-1"]) for _ in range(2)]
    with transaction.atomic():
        # The import has moved the second dealer so far.
        Dealer.objects.filter(pk=cases[1].dealer_id).update(territory=territories["CN-EAST-2"])
        ids = [case.pk for case in cases]

        def give() -> None:
            with pytest.raises(CaseRefused, match="being changed"):
                assign_many(case_ids=ids, to=bob, by=bob, at=noon(TODAY), on=TODAY)
            with pytest.raises(CaseRefused, match="being changed"):
                merge(into_id=ids[0], case_ids=ids[1:], by=bob, at=noon(TODAY), on=TODAY)

        giver, failed = in_background(give)
        giver.join(60)
        assert not failed
        Dealer.objects.filter(pk=cases[0].dealer_id).update(territory=territories["CN-EAST-2"])
    assert assign_many(case_ids=ids, to=bob, by=bob, at=noon(TODAY), on=TODAY) == 2


def test_what_is_told_while_the_night_measures_is_for_the_next(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row may have got its number before the night looked, and come only with its transaction: it is kept."""
    territories = plant_territories()
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    night()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('alerts_toucheddealer', 'id'))")
        (late,) = cursor.fetchone()
    TouchedDealer.objects.create(dealer_id=dealer.pk)
    put = measuring._put

    def put_and_hear_more(*args: Any) -> None:
        put(*args)
        thread, failed = in_background(lambda: TouchedDealer.objects.create(pk=late, dealer_id=dealer.pk))
        thread.join(60)
        assert not failed

    monkeypatch.setattr(measuring, "_put", put_and_hear_more)
    night(TODAY + dt.timedelta(days=1))
    assert list(TouchedDealer.objects.values_list("pk", flat=True)) == [late]
