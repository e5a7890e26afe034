"""The nightly pass over all dealers: who visits, how often, due by when."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.choices import Role
from crm.base.jobs import registered
from dealers.models import Dealer
from tests.factories import AssignmentFactory, DealerFactory, TerritoryFactory, UserFactory
from tests.visits.factories import TODAY, VisitFactory, made_visit
from visits.due import refresh
from visits.models import CallCycle, DealerCycle, Visit, VisitDue

pytestmark = pytest.mark.django_db


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def due(dealer: Dealer) -> VisitDue:
    refresh(on=TODAY)
    return VisitDue.objects.get(dealer=dealer)


@pytest.mark.parametrize(
    ("tier", "a_year", "gap", "minutes"),
    [("A", 48, 10, 60), ("B", 24, 21, 45), ("C", 12, 45, 30), (None, 12, 45, 30)],
)
def test_the_class_standard(tier: str | None, a_year: int, gap: int, minutes: int) -> None:
    dealer = DealerFactory(tier=tier)
    made_visit(dealer=dealer, on=day(-3))
    row = due(dealer)
    assert (row.a_year_e2, row.max_gap_days, row.minutes) == (a_year * 100, gap, minutes)
    assert row.last_visit_on == day(-3)
    assert row.due_on == day(-3 + gap)


def test_a_dealer_never_visited_is_due_a_gap_after_we_know_it() -> None:
    assert due(DealerFactory(tier="A", customer_since=day(-4))).due_on == day(6)


def test_a_dealer_known_for_years_and_never_visited_is_due_now() -> None:
    assert due(DealerFactory(tier="A", customer_since=dt.date(2019, 1, 1))).due_on == TODAY


def test_a_pace_of_ones_own_goes_before_the_class_and_a_kind_before_all_kinds() -> None:
    dealer, outlet = DealerFactory(tier="C"), DealerFactory(tier="C", kind="RETAILER")
    DealerCycle.objects.create(dealer=dealer, times=1, per="WEEK", max_gap_days=8, minutes=20, reason="opens a shop")
    CallCycle.objects.create(kind="RETAILER", tier="C", times=2, per="MONTH", max_gap_days=16)
    refresh(on=TODAY)
    own, kind = VisitDue.objects.get(dealer=dealer), VisitDue.objects.get(dealer=outlet)
    assert (own.a_year_e2, own.max_gap_days, own.own) == (5200, 8, True)
    assert (kind.a_year_e2, kind.max_gap_days, kind.own) == (2400, 16, False)


def test_a_later_row_of_the_rule_counts_from_its_day() -> None:
    refresh(on=TODAY)
    CallCycle.objects.create(tier="A", times=6, per="MONTH", max_gap_days=7, active_from=TODAY)
    CallCycle.objects.create(tier="A", times=8, per="MONTH", max_gap_days=5, active_from=day(1))
    assert due(DealerFactory(tier="A")).max_gap_days == 7


def test_prospects_and_terminated_dealers_ask_for_nothing_unless_they_have_a_pace_of_their_own() -> None:
    prospect, wooed, gone = DealerFactory(status="PROSPECT"), DealerFactory(status="PROSPECT"), DealerFactory()
    DealerCycle.objects.create(dealer=wooed, times=1, per="MONTH", max_gap_days=40, reason="wants to sign")
    refresh(on=TODAY)
    assert set(VisitDue.objects.values_list("dealer", flat=True)) == {wooed.pk, gone.pk}
    Dealer.objects.filter(pk=gone.pk).update(status="TERMINATED")
    refresh(on=TODAY)
    assert not VisitDue.objects.filter(dealer__in=[prospect, gone]).exists()


def test_what_was_planned_and_not_made_is_missed_and_no_longer_counts_as_coming() -> None:
    dealer = DealerFactory(tier="B")
    yesterday, coming = VisitFactory(dealer=dealer, on=day(-1)), VisitFactory(dealer=dealer, on=day(5))
    assert due(dealer).next_visit_on == coming.on
    assert Visit.objects.get(pk=yesterday.pk).state == "MISSED"
    assert Visit.objects.get(pk=coming.pk).state == "PLANNED"


def test_a_leaders_visit_is_not_the_representatives() -> None:
    dealer = DealerFactory(tier="A", customer_since=day(-4))
    made_visit(dealer=dealer, on=day(-1), kind="EXECUTIVE")
    assert due(dealer).last_visit_on is None


def test_the_nearest_representative_visits_and_cover_does_not_change_whose_dealer_it_is() -> None:
    region = TerritoryFactory()
    patch = TerritoryFactory(parent=region)
    above, mine, covering = UserFactory(), UserFactory(), UserFactory()
    AssignmentFactory(user=above, territory=region)
    AssignmentFactory(user=mine, territory=patch)
    AssignmentFactory(user=UserFactory(), territory=patch, role=Role.MANAGER)
    AssignmentFactory(user=covering, territory=patch, covers_for=mine, period=DateRange(day(-5), day(5)))
    here, there, nobodys = DealerFactory(territory=patch), DealerFactory(territory=region), DealerFactory()
    refresh(on=TODAY)
    found = dict(VisitDue.objects.values_list("dealer", "user"))
    assert found == {here.pk: mine.pk, there.pk: above.pk, nobodys.pk: None}


def test_the_same_night_again_writes_nothing() -> None:
    dealer = DealerFactory(tier="A")
    made_visit(dealer=dealer, on=day(-2))
    assert refresh(on=TODAY) > 0
    assert refresh(on=TODAY) == 0


def test_visits_of_the_month_and_of_the_year_are_counted() -> None:
    dealer = DealerFactory(tier="A")
    for on in (day(-1), TODAY.replace(day=1), dt.date(2026, 1, 5), dt.date(2025, 12, 31)):
        made_visit(dealer=dealer, on=on)
    row = due(dealer)
    assert (row.done_in_month, row.done_in_year) == (2, 3)


def test_the_night_knows_the_job_after_the_tiers() -> None:
    names = [job.name for job in registered()]
    assert names.index("tiers") < names.index("visits_due")
