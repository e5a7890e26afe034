"""Visits that other parts ask for: kept in line with their sources, served by the plan, met by a visit, withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from alerts.extra_visits import waiting as warned
from dealers.models import Dealer, StatusChange
from tests.alerts.factories import open_case
from tests.visits.factories import VisitFactory, made_visit
from tests.visits.test_planning import APRIL, TODAY, plan, rep_with
from visits import extra
from visits.choices import Priority, Why
from visits.extra import Request, Source, refresh
from visits.models import ExtraVisit, PlanningRules, PreferredDays, Visit
from visits.months.question import Question
from visits.months.wishes import wants_of
from visits.new_dealers import waiting as new_ones
from visits.targets import Standard

pytestmark = pytest.mark.django_db

FIRST = dt.date(2026, 4, 1)


class Desk:
    """A source whose causes a test lays out."""

    def __init__(self) -> None:
        self.causes: list[Request] = []

    def open(self, on: dt.date) -> Iterable[Request]:
        return list(self.causes)

    @staticmethod
    def sentence(figures: Mapping[str, Any]) -> str:
        return f"See to {figures['what']}"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The only source there is."""
    desk = Desk()
    monkeypatch.setattr(extra, "_sources", {})
    extra.register(Source("desk", Why.COMPLAINT, desk.open, desk.sentence))
    return desk


def dealers_of(rep: User) -> list[Dealer]:
    return list(Dealer.objects.filter(territory=rep.assignments.get().territory).order_by("pk"))


def request(dealer: Dealer, latest: dt.date, **fields: Any) -> Request:
    values = {"cause": "c:1", "figures": {"what": "the shelf"}} | fields
    return Request(dealer_id=dealer.pk, latest_on=latest, **values)


# --- Sources and requests -----------------------------------------------------------------------------------------------


def test_asking_again_changes_nothing(desk: Desk) -> None:
    rep = rep_with("C")
    desk.causes = [request(dealers_of(rep)[0], dt.date(2026, 4, 10))]
    assert (refresh(on=TODAY).new, refresh(on=TODAY).rows) == (1, 0)
    assert ExtraVisit.objects.get().asked_on == TODAY


def test_what_a_source_asks_for_may_change(desk: Desk) -> None:
    (dealer,) = dealers_of(rep_with("C"))
    desk.causes = [request(dealer, dt.date(2026, 4, 10))]
    refresh(on=TODAY)
    desk.causes = [request(dealer, dt.date(2026, 4, 7), priority=Priority.HIGH)]
    assert refresh(on=TODAY + dt.timedelta(days=1)).changed == 1
    row = ExtraVisit.objects.get()
    assert (row.latest_on, row.priority, row.asked_on) == (dt.date(2026, 4, 7), Priority.HIGH, TODAY)


def test_a_visit_meets_the_request_for_good(desk: Desk) -> None:
    (dealer,) = dealers_of(rep_with("C"))
    desk.causes = [request(dealer, dt.date(2026, 4, 10))]
    refresh(on=TODAY)
    made_visit(dealer=dealer, on=TODAY - dt.timedelta(days=1))
    made_visit(dealer=dealer, on=TODAY, kind="EXECUTIVE")
    assert refresh(on=TODAY).met == 0
    made_visit(dealer=dealer, on=TODAY + dt.timedelta(days=2))
    assert refresh(on=TODAY + dt.timedelta(days=3)).met == 1
    assert refresh(on=TODAY + dt.timedelta(days=4)).rows == 0
    assert ExtraVisit.objects.get().met_on == TODAY + dt.timedelta(days=2)


def test_a_cause_that_ends_and_comes_back(desk: Desk) -> None:
    (dealer,) = dealers_of(rep_with("C"))
    causes = desk.causes = [request(dealer, dt.date(2026, 4, 10))]
    refresh(on=TODAY)
    desk.causes = []
    assert refresh(on=TODAY).withdrawn == 1
    assert refresh(on=TODAY).rows == 0
    desk.causes = causes
    later = TODAY + dt.timedelta(days=5)
    refresh(on=later)
    row = ExtraVisit.objects.get()
    assert (row.withdrawn_on, row.asked_on) == (None, later)


def test_dealers_in_the_bin_and_sources_that_are_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (dealer,) = dealers_of(rep_with("C"))
    binned = dealers_of(rep_with("C"))[0]
    Dealer.objects.filter(pk=binned.pk).update(deleted_at=timezone.now())
    desk.causes = [request(dealer, dt.date(2026, 4, 10)), request(binned, dt.date(2026, 4, 10))]
    assert refresh(on=TODAY).new == 1
    monkeypatch.setattr(extra, "_sources", {})
    assert refresh(on=TODAY).withdrawn == 1


# --- The plan -----------------------------------------------------------------------------------------------------------


def test_a_visit_of_the_cycle_is_brought_forward(desk: Desk) -> None:
    """A dealer with two visits a month: the first comes in time, says why, and there is no third."""
    rep = rep_with("B")
    (dealer,) = dealers_of(rep)
    desk.causes = [request(dealer, dt.date(2026, 4, 7))]
    refresh(on=TODAY)
    made = plan(rep)
    first, second = Visit.objects.filter(user=rep).order_by("on")
    assert FIRST <= first.on <= dt.date(2026, 4, 7) < second.on
    assert (first.why, first.kind, second.why) == (Why.COMPLAINT, "REGULAR", Why.CYCLE)
    assert extra.sentences_of([first, second]) == {first.pk: ["See to the shelf"]}
    assert made.report["left_out"] == []


def test_where_none_is_left_one_is_added(desk: Desk) -> None:
    rep = rep_with("C")
    (dealer,) = dealers_of(rep)
    VisitFactory(dealer=dealer, user=rep, on=dt.date(2026, 4, 20), locked=True)
    desk.causes = [request(dealer, dt.date(2026, 4, 7))]
    refresh(on=TODAY)
    plan(rep)
    added = Visit.objects.get(user=rep, locked=False)
    assert (added.kind, added.why, added.on <= dt.date(2026, 4, 7)) == ("EXTRA", Why.COMPLAINT, True)


@pytest.mark.parametrize("held", [{"locked": True}, {"fixed_at": dt.time(10)}])
def test_a_held_visit_in_time_serves_it(desk: Desk, held: dict[str, Any]) -> None:
    rep = rep_with("C")
    (dealer,) = dealers_of(rep)
    kept = VisitFactory(dealer=dealer, user=rep, on=dt.date(2026, 4, 2), **held)
    desk.causes = [request(dealer, dt.date(2026, 4, 7))]
    refresh(on=TODAY)
    plan(rep)
    assert [visit.pk for visit in Visit.objects.all()] == [kept.pk]
    assert ExtraVisit.objects.get().visit_id == kept.pk


def test_planning_twice_gives_the_same_visits(desk: Desk) -> None:
    rep = rep_with("ABC")
    desk.causes = [request(dealer, dt.date(2026, 4, 8), cause=f"c:{dealer.pk}") for dealer in dealers_of(rep)]
    refresh(on=TODAY)
    plan(rep)
    before = sorted(Visit.objects.values_list("pk", "kind", "why"))
    plan(rep)
    assert sorted(Visit.objects.values_list("pk", "kind", "why")) == before
    assert all(row.visit is not None and row.visit.on <= row.latest_on for row in ExtraVisit.objects.all())


def test_what_is_late_belongs_to_the_running_month(desk: Desk) -> None:
    rep = rep_with("-")
    (dealer,) = dealers_of(rep)
    desk.causes = [request(dealer, dt.date(2026, 3, 1))]
    refresh(on=TODAY)
    plan(rep, APRIL)
    assert ExtraVisit.objects.get().visit is None
    plan(rep, TODAY)
    row = ExtraVisit.objects.get()
    assert row.visit is not None
    assert TODAY <= row.visit.on <= TODAY + dt.timedelta(days=6)


def test_not_before_its_first_day(desk: Desk) -> None:
    rep = rep_with("C")
    (dealer,) = dealers_of(rep)
    desk.causes = [request(dealer, dt.date(2026, 4, 24), earliest_on=dt.date(2026, 4, 20))]
    refresh(on=TODAY)
    plan(rep)
    visit = Visit.objects.get()
    assert dt.date(2026, 4, 20) <= visit.on <= dt.date(2026, 4, 24)


def test_what_finds_no_room_is_told(desk: Desk) -> None:
    """On these two days she is closed."""
    rep = rep_with("C")
    (dealer,) = dealers_of(rep)
    Dealer.objects.filter(pk=dealer.pk).update(opening_hours="Fri 9-18")
    desk.causes = [request(dealer, dt.date(2026, 4, 7), earliest_on=dt.date(2026, 4, 6))]
    refresh(on=TODAY)
    made = plan(rep)
    (entry,) = made.report["left_out"]
    assert (entry["dealer"], entry["requests"]) == (dealer.pk, [ExtraVisit.objects.get().pk])


@pytest.mark.parametrize("audience", ["REPRESENTATIVE", "LEADER"])
def test_days_that_suit_a_dealer_count_for_both(audience: str) -> None:
    (dealer,) = dealers_of(rep_with("A"))
    PreferredDays.objects.create(dealer=dealer, weekdays=[4, 2])
    pace = Standard(audience, TODAY).of([dealer])[dealer.pk]
    assert pace.weekdays == (2, 4)


# --- Withdrawn ----------------------------------------------------------------------------------------------------------


def test_an_added_visit_goes_with_its_cause_and_one_of_the_cycle_stays(desk: Desk) -> None:
    rep = rep_with("BC")
    twice, once = dealers_of(rep)
    VisitFactory(dealer=once, user=rep, on=dt.date(2026, 4, 20), locked=True)
    desk.causes = [request(dealer, dt.date(2026, 4, 7), cause=f"c:{dealer.pk}") for dealer in (twice, once)]
    refresh(on=TODAY)
    plan(rep)
    assert Visit.objects.filter(why=Why.COMPLAINT).count() == 2
    desk.causes = []
    refresh(on=TODAY)
    assert not Visit.objects.filter(why=Why.COMPLAINT).exists()
    assert Visit.objects.filter(dealer=twice).count() == 2
    assert Visit.objects.filter(dealer=once).count() == 1


@pytest.mark.parametrize(
    "touched", [{"locked": True}, {"objective": "Win the order"}, {"fixed_at": dt.time(9)}, {"must": True}]
)
def test_what_somebody_touched_stays(desk: Desk, touched: dict[str, Any]) -> None:
    rep = rep_with("C")
    (dealer,) = dealers_of(rep)
    VisitFactory(dealer=dealer, user=rep, on=dt.date(2026, 4, 20), locked=True)
    desk.causes = [request(dealer, dt.date(2026, 4, 7))]
    refresh(on=TODAY)
    plan(rep)
    added = Visit.objects.get(kind="EXTRA")
    Visit.objects.filter(pk=added.pk).update(**touched)
    desk.causes = []
    refresh(on=TODAY)
    assert Visit.objects.filter(pk=added.pk).exists()


# --- The fewest visits --------------------------------------------------------------------------------------------------


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 8)), min_size=1, max_size=7))
def test_the_fewest_visits_serve_all_requests(spans: list[tuple[int, int]]) -> None:
    """Against trying all sets of days, the smallest first."""
    import itertools

    rows = [
        ExtraVisit(
            pk=number, dealer_id=1, priority=2, earliest_on=FIRST + dt.timedelta(days=start),
            latest_on=min(FIRST + dt.timedelta(days=start + length), dt.date(2026, 4, 30)),
        )
        for number, (start, length) in enumerate(spans)
    ]  # fmt: skip
    rows.sort(key=lambda row: row.latest_on)
    question = _question(rows)
    wants = wants_of(question, 1, ())
    assert sorted(row.pk for want in wants for row in want.rows) == sorted(row.pk for row in rows)
    for want in wants:
        assert all(row.earliest_on <= want.first <= want.last <= row.latest_on for row in want.rows)
    ends = sorted({row.latest_on for row in rows})
    fewest = next(
        number
        for number in range(1, len(ends) + 1)
        for days in itertools.combinations(ends, number)
        if all(any(row.earliest_on <= day <= row.latest_on for day in days) for row in rows)
    )
    assert len(wants) == fewest


def _question(rows: list[ExtraVisit]) -> Question:
    from visits.places import Map
    from visits.routing.distance import as_the_crow_drives

    nothing: Any = None
    travel = as_the_crow_drives([], road_factor=1.3, speed_kmh=40)
    return Question(
        user=nothing, audience="REPRESENTATIVE", month=FIRST, from_day=FIRST, working=nothing, dealers={}, own=frozenset(),
        paces={}, visits=(), others={}, requests={1: tuple(rows)}, last={}, map=Map(travel, {}, (), (), True), hours={},
    )  # fmt: skip


# --- The two that ask ---------------------------------------------------------------------------------------------------


def became_active(dealer: Dealer, on: dt.date, before: str = "TRIAL") -> None:
    at = timezone.make_aware(dt.datetime.combine(on, dt.time(12)))
    StatusChange.objects.create(dealer=dealer, from_status=before, to_status="ACTIVE", reason="signed", changed_at=at)


def test_a_new_dealer_is_visited_soon() -> None:
    PlanningRules.objects.create(pk=1, new_dealer_days=10)
    new, visited, old, recovered, imported = dealers_of(rep_with("CCCCC"))
    for dealer in (new, visited):
        became_active(dealer, TODAY - dt.timedelta(days=3))
    made_visit(dealer=visited, on=TODAY - dt.timedelta(days=1))
    became_active(old, TODAY - dt.timedelta(days=90))
    became_active(recovered, TODAY - dt.timedelta(days=3), before="RECOVERING")
    (asked,) = new_ones(TODAY)
    assert (asked.dealer_id, asked.latest_on) == (new.pk, TODAY + dt.timedelta(days=7))
    assert imported.pk != asked.dealer_id


def test_warnings_ask_once_for_each_dealer_by_the_worst() -> None:
    rep = rep_with("ABC")
    place = rep.assignments.get().territory
    red, orange, yellow = dealers_of(rep)
    open_case(place, dealer=red, severity=3, kind="decline")
    open_case(place, dealer=red, severity=2, kind="overdue")
    open_case(place, dealer=orange, severity=2, kind="decline")
    open_case(place, dealer=yellow, severity=1, kind="decline")
    asked = {request.dealer_id: request for request in warned(TODAY)}
    assert set(asked) == {red.pk, orange.pk}
    assert (asked[red.pk].latest_on, asked[red.pk].priority) == (TODAY + dt.timedelta(days=5), Priority.HIGH)
    assert asked[orange.pk].latest_on == TODAY + dt.timedelta(days=14)


def test_what_a_dealer_owes_is_not_told() -> None:
    from alerts.extra_visits import sentence

    assert sentence({"kind": "overdue", "severity": 3}) == "A red warning is open."
    assert sentence({"kind": "overdue", "severity": 2}) == "An orange warning is open."
    assert sentence({"kind": "decline", "severity": 3}).startswith("A red warning is open: ")
