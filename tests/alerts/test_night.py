"""Nights in a row: cases open, grow worse, recover; the same night again does nothing."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Territory, User
from alerts import kinds
from alerts.choices import CaseState, Did
from alerts.models import Case, CaseEvent, DealerStanding, KindNight, LimitExcess, QuietPeriod, StandingState
from alerts.night import run_warnings
from dealers.models import Agreement, CreditProfile, Dealer
from sales.figures import advance, rebuild_figures
from sales.models import Receivable, SalesTarget
from sales.records import Line, record_sales, remove_sales
from tests.alerts.factories import TODAY, night, noon, rule
from tests.factories import DealerFactory, TerritoryFactory

pytestmark = pytest.mark.django_db


def later(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def owes(dealer: Dealer, amount: int, *, due: dt.date, number: str = "R-1", kind: str = "INVOICE") -> Receivable:
    row, _made = Receivable.objects.update_or_create(
        dealer=dealer, number=number,
        defaults={
            "kind": kind, "issued_on": min(due, TODAY) - dt.timedelta(days=30), "due_on": due, "amount": amount, "open_amount": amount,
        },
    )  # fmt: skip
    return row


def night_of(on: dt.date) -> Any:
    """The figures as sales keep them, then the warnings."""
    rebuild_figures(on)
    return night(on)


def dealer_in(territory: Territory, **fields: Any) -> Dealer:
    return DealerFactory(territory=territory, completeness=100, verified_on=TODAY, **fields)


def case_of(dealer: Dealer, kind: str = "overdue") -> Case:
    return Case.objects.running().get(dealer=dealer, kind=kind)


def told(case: Case) -> list[str]:
    return list(case.events.order_by("pk").values_list("did", flat=True))


def test_an_overdue_item_opens_a_case_for_the_representative(
    territories: dict[str, Territory], alice: User, bob: User, fay: User
) -> None:
    dealer = dealer_in(territories["CN-EAST-1"])
    owes(dealer, 500, due=later(-16))

    result = night_of(TODAY)

    case = case_of(dealer)
    assert (case.severity, case.state, case.owner, case.territory) == (2, "OPEN", alice, territories["CN-EAST-1"])
    assert case.evidence == {"measure": "days", "figure": 16, "limit": 16, "due_on": "2026-02-23"}
    assert {row.user for row in case.watchers.all()} == {bob, fay}
    assert told(case) == [Did.OPENED]
    # Orange: 48 hours on working days. Wednesday noon to Friday noon.
    assert case.acknowledge_by == dt.datetime(2026, 3, 13, 12, tzinfo=dt.UTC)
    assert result.opened == {"overdue": 1}


def test_deadlines_end_with_the_owners_working_day(
    territories: dict[str, Territory], alice: User, charlie: User, bob: User
) -> None:
    """A night at three in the morning of London: 48 hours of working days are over in the night to Friday."""
    User.objects.filter(pk=charlie.pk).update(time_zone="Asia/Tokyo")
    here, there = dealer_in(territories["CN-EAST-1"]), dealer_in(territories["JP-KANTO-1"])
    for dealer in (here, there):
        owes(dealer, 500, due=later(-16))
    rebuild_figures(TODAY)
    run_warnings(on=TODAY, at=dt.datetime(2026, 3, 11, 3, tzinfo=dt.UTC))
    # Alice goes by the company's clock; noon in Tokyo is within the day.
    assert case_of(here).acknowledge_by == dt.datetime(2026, 3, 12, 18, tzinfo=dt.UTC)
    assert case_of(there).acknowledge_by == dt.datetime(2026, 3, 13, 3, tzinfo=dt.UTC)


def test_the_same_night_again_does_nothing(territories: dict[str, Territory]) -> None:
    dealer = dealer_in(territories["CN-EAST-1"])
    owes(dealer, 500, due=later(-16))
    night_of(TODAY)
    before = list(Case.objects.values()), list(CaseEvent.objects.values()), list(DealerStanding.objects.values())

    again = night_of(TODAY)

    assert again.rows == 0
    assert (
        list(Case.objects.values()),
        list(CaseEvent.objects.values()),
        list(DealerStanding.objects.values()),
    ) == before


def test_a_day_before_the_standings_changes_nothing(territories: dict[str, Territory]) -> None:
    dealer = dealer_in(territories["CN-EAST-1"])
    night_of(TODAY)
    owes(dealer, 500, due=later(-16))

    early = night(later(-1))

    assert early.skipped
    assert not Case.objects.exists()
    assert StandingState.objects.get().on == TODAY
    night_of(later(1))
    assert case_of(dealer).opened_on == later(1)


def test_time_alone_makes_it_worse_and_payment_ends_it(territories: dict[str, Territory]) -> None:
    dealer = dealer_in(territories["CN-EAST-1"])
    item = owes(dealer, 500, due=TODAY)
    seen = {}
    for days in range(0, 33):
        night_of(later(days))
        seen[days] = Case.objects.filter(dealer=dealer, kind="overdue").values_list("severity", flat=True).first()
    assert (seen[0], seen[1], seen[15], seen[16], seen[30], seen[31]) == (None, 1, 1, 2, 2, 3)
    case = case_of(dealer)
    assert case.worst == 3

    item.open_amount = 0
    item.save()
    rebuild_figures(later(33))
    night(later(33))

    case.refresh_from_db()
    assert (case.state, case.recovered_on) == (CaseState.RESOLVED, later(33))
    verify_on = case.verify_on
    assert verify_on == later(33 + 30)
    night_of(verify_on - dt.timedelta(days=1))
    case.refresh_from_db()
    assert case.state == CaseState.RESOLVED
    night_of(verify_on)
    case.refresh_from_db()
    assert case.state == CaseState.VERIFIED
    assert told(case)[-3:] == [Did.RECOVERED, Did.RESOLVED, Did.VERIFIED]


def test_a_resolved_case_whose_figure_did_not_recover_opens_again(
    territories: dict[str, Territory], alice: User
) -> None:
    from alerts.actions import find_cause, resolve

    dealer = dealer_in(territories["CN-EAST-1"])
    owes(dealer, 500, due=later(-40))
    night_of(TODAY)
    case = case_of(dealer)
    values = {"case_id": case.pk, "by": alice, "at": case.opened_at, "on": TODAY}
    find_cause(cause="CASH", **values)
    resolve(resolution="Agreed on two payments", **values)
    case.refresh_from_db()
    assert case.verify_on == later(30)

    night_of(later(29))
    case.refresh_from_db()
    assert case.state == CaseState.RESOLVED
    night_of(later(30))

    case.refresh_from_db()
    assert (case.state, case.reopened, case.severity, case.acknowledged_at) == (CaseState.OPEN, 1, 3, None)
    assert told(case)[-1] == Did.REOPENED


def test_a_level_is_left_only_beyond_its_margin(territories: dict[str, Territory]) -> None:
    """The document's table: 79, 81, 79, 77, 75.9 per cent of the limit."""
    dealer = dealer_in(territories["CN-EAST-1"])
    CreditProfile.objects.create(dealer=dealer, credit_limit=1000)
    levels = []
    for number, amount in enumerate((790, 810, 790, 770, 759)):
        owes(dealer, amount, due=later(300))
        rebuild_figures(later(number))
        night(later(number))
        levels.append(DealerStanding.objects.get(dealer=dealer).levels & 3)
    assert levels == [0, 1, 1, 1, 0]
    assert Case.objects.filter(kind="credit_use").count() == 1


def test_every_narrow_and_listed_kind_is_found_from_the_tables_of_the_apps(territories: dict[str, Territory]) -> None:
    dealer = dealer_in(territories["CN-EAST-1"], sales_12m=900)
    CreditProfile.objects.create(dealer=dealer, credit_limit=1000, credit_term_days=30)
    owes(dealer, 700, due=later(100))
    owes(dealer, 400, due=later(100), number="O-1", kind="ORDER")
    Agreement.objects.create(dealer=dealer, number="DC-1", starts_on=later(-300), ends_on=later(45))
    SalesTarget.objects.create(
        dealer=dealer, period_start=dt.date(2026, 1, 1), period_end=dt.date(2026, 7, 1), amount=1000
    )
    Dealer.objects.filter(pk=dealer.pk).update(completeness=50)
    rebuild_figures(TODAY)

    night(TODAY)

    found = dict(Case.objects.values_list("kind", "severity"))
    assert found == {"credit_use": 3, "expiry": 2, "progress": 3, "profile": 1}
    expiry = Case.objects.get(kind="expiry")
    assert expiry.evidence == {
        "measure": "days_left",
        "figure": 45,
        "limit": 60,
        "name": "DC-1",
        "ends_on": "2026-04-25",
    }


def test_a_renewed_agreement_is_no_warning(territories: dict[str, Territory]) -> None:
    dealer = dealer_in(territories["CN-EAST-1"])
    Agreement.objects.create(dealer=dealer, number="DC-1", starts_on=later(-300), ends_on=later(45))
    Agreement.objects.create(dealer=dealer, number="DC-2", starts_on=later(45), ends_on=later(400))
    night_of(TODAY)
    assert not Case.objects.exists()


def test_exceeding_the_limit_again_and_again_is_a_warning_of_its_own(territories: dict[str, Territory]) -> None:
    dealer = dealer_in(territories["CN-EAST-1"])
    CreditProfile.objects.create(dealer=dealer, credit_limit=1000)
    for number, amount in enumerate((1100, 500, 1200, 400, 1300)):
        owes(dealer, amount, due=later(300))
        rebuild_figures(later(number))
        night(later(number))
        if number == 2:
            assert case_of(dealer, "credit_behaviour").severity == 2
    assert LimitExcess.objects.filter(dealer=dealer).count() == 3
    assert case_of(dealer, "credit_behaviour").severity == 3
    # The first one is 90 days ago by then.
    night_of(later(90))
    assert case_of(dealer, "credit_behaviour").severity == 2


def test_a_quiet_period_lets_nothing_get_worse(territories: dict[str, Territory]) -> None:
    version = rule("overdue", territory=territories["CN-EAST"])
    QuietPeriod.objects.create(rule=version.rule, starts_on=TODAY, ends_on=later(3), reason="Spring festival")
    here, there = dealer_in(territories["CN-EAST-1"]), dealer_in(territories["JP-KANTO-1"])
    for dealer in (here, there):
        owes(dealer, 500, due=later(-20))

    night_of(TODAY)
    assert list(Case.objects.values_list("dealer", flat=True)) == [there.pk]
    night_of(later(3))

    assert case_of(here).opened_on == later(3)


def test_the_most_specific_rule_counts_and_the_case_keeps_its_version(territories: dict[str, Territory]) -> None:
    strict = rule(
        "overdue", territory=territories["CN-EAST"], tiers=["A"],
        thresholds={"days": {"yellow": None, "orange": None, "red": "1"}},
    )  # fmt: skip
    lenient = rule("overdue", territory=territories["CN"], thresholds={"days": {"yellow": "60"}})
    cases = {
        dealer_in(territories["CN-EAST-1"], tier="A"): (3, strict),
        dealer_in(territories["CN-EAST-1"], tier="B"): None,
        dealer_in(territories["JP-KANTO-1"], tier="A"): (1, None),
    }
    for dealer in cases:
        owes(dealer, 500, due=later(-5))

    night_of(TODAY)

    for dealer, expected in cases.items():
        case = Case.objects.filter(dealer=dealer).first()
        assert (case and case.severity) == (expected and expected[0])
        if expected and expected[1]:
            assert case.version == expected[1]
            assert case.evidence["limit"] == 1
    assert lenient.cases.count() == 0
    strict.thresholds = {}
    with pytest.raises(Exception, match="never changes"), transaction.atomic():
        strict.save()
    with pytest.raises(Exception, match="never deleted"), transaction.atomic():
        lenient.delete()


def test_another_case_opens_when_a_dismissed_one_gets_worse(territories: dict[str, Territory], bob: User) -> None:
    from alerts.actions import dismiss

    dealer = dealer_in(territories["CN-EAST-1"])
    owes(dealer, 500, due=later(-10))
    night_of(TODAY)
    dismiss(case_id=case_of(dealer).pk, reason="Paid in cash today", by=bob, at=case_of(dealer).opened_at, on=TODAY)

    night_of(later(1))
    assert not Case.objects.running().exists()
    night_of(later(6))

    assert case_of(dealer).severity == 2


def test_yellow_for_too_long_becomes_orange(territories: dict[str, Territory]) -> None:
    dealer = dealer_in(territories["CN-EAST-1"])
    Dealer.objects.filter(pk=dealer.pk).update(completeness=60)
    night_of(TODAY)
    night_of(later(14))
    assert case_of(dealer, "profile").severity == 1
    night_of(later(15))
    assert case_of(dealer, "profile").severity == 2
    assert Did.AGED in told(case_of(dealer, "profile"))


def test_two_running_cases_of_a_kind_are_impossible(territories: dict[str, Territory]) -> None:
    from tests.alerts.factories import open_case

    case = open_case(territories["CN-EAST-1"])
    with pytest.raises(IntegrityError, match="case_one_runs"), transaction.atomic():
        open_case(territories["CN-EAST-1"], dealer=case.dealer)


def test_a_dealer_that_moves_takes_its_cases_along(territories: dict[str, Territory]) -> None:
    from tests.alerts.factories import open_case

    case = open_case(territories["CN-EAST-1"])
    Dealer.objects.filter(pk=case.dealer_id).update(territory=territories["JP-KANTO-1"])
    case.refresh_from_db()
    assert case.territory == territories["JP-KANTO-1"]


def test_a_kind_that_fails_keeps_its_levels_and_the_others_go_on(
    territories: dict[str, Territory], ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that breaks, and an expression that does: each is told, its cases stay, the others are found."""
    from dataclasses import replace

    dealer = dealer_in(territories["CN-EAST-1"])
    Agreement.objects.create(dealer=dealer, number="DC-1", starts_on=later(-300), ends_on=later(45))
    owes(dealer, 500, due=later(-5))
    night_of(TODAY)
    assert set(Case.objects.values_list("kind", flat=True)) == {"expiry", "overdue"}
    expiry, overdue = kinds.get("expiry"), kinds.get("overdue")
    assert expiry is not None
    assert expiry.listed is not None
    assert overdue is not None
    broken = replace(overdue.measures[0], figure="1 / (s.completeness - s.completeness)")
    monkeypatch.setitem(kinds._kinds, "expiry", replace(expiry, listed=replace(expiry.listed, sql="SELECT nothing")))
    monkeypatch.setitem(kinds._kinds, "overdue", replace(overdue, measures=(broken,)))
    Dealer.objects.filter(pk=dealer.pk).update(completeness=50)
    before = DealerStanding.objects.get(dealer=dealer).levels

    result = night_of(later(1))

    assert set(result.errors) == {"expiry", "overdue"}
    assert case_of(dealer, "profile").severity == 1
    profile = kinds.get("profile")
    assert profile is not None
    assert DealerStanding.objects.get(dealer=dealer).levels == before | 1 << profile.shift
    assert "division by zero" in KindNight.objects.get(on=later(1), kind="overdue").error
    assert Case.objects.running().count() == 3


def test_administrators_are_told_of_kinds_that_failed(territories: dict[str, Territory], ada: User, bob: User) -> None:
    from accounts.models import Notice
    from accounts.notices.shown import shown
    from alerts.failures import tell

    for _again in range(2):
        assert tell(on=TODAY, at=noon(TODAY), codes=["expiry", "overdue"]) == 1

    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (ada, "warnings.rule_failed")
    (row,) = shown([notice], ada)
    assert "Agreement or licence expires, Overdue" in row.words.text


def test_a_missing_sales_file_opens_one_case(territories: dict[str, Territory], ada: User, dora: User) -> None:
    """Far more dealers than usual at once: one case for administrators. When the data are right again it is over."""
    dealers = [dealer_in(territories["CN-EAST-1"]) for _ in range(70)]
    for days in range(-6, 0):
        night_of(later(days))
    items = [owes(dealer, 100, due=later(-5)) for dealer in dealers]
    rebuild_figures(TODAY)

    result = night(TODAY)

    case = Case.objects.get()
    assert result.mass == {"overdue": 70}
    assert (case.mass, case.dealer, case.dealers_hit, case.owner) == (True, None, 70, ada)
    assert case.territory == territories["CN-EAST-1"]
    assert not DealerStanding.objects.exclude(levels=0).exists()
    assert night(TODAY).rows == 0
    assert Case.objects.count() == 1

    Receivable.objects.filter(pk__in=[item.pk for item in items]).update(open_amount=0)
    rebuild_figures(later(1))
    night(later(1))
    case.refresh_from_db()
    assert case.state == CaseState.RESOLVED
    night_of(later(2))
    case.refresh_from_db()
    assert case.state == CaseState.VERIFIED


def test_a_mass_event_that_is_real_warns_of_each_the_next_night(territories: dict[str, Territory], ada: User) -> None:
    from alerts.actions import dismiss

    dealers = [dealer_in(territories["CN-EAST-1"]) for _ in range(60)]
    for days in range(-6, 0):
        night_of(later(days))
    for dealer in dealers:
        owes(dealer, 100, due=later(-5))
    rebuild_figures(TODAY)
    night(TODAY)
    case = Case.objects.get()
    dismiss(case_id=case.pk, reason="The bank was closed", by=ada, at=case.opened_at, on=TODAY, found_real=True)

    night_of(later(1))

    assert Case.objects.running().count() == 60


STANDING = (
    "levels", "credit_use_e4", "dso_over_days", "reached_e4", "volume_e4", "half_e4", "grew_e4", "cover_days", "aged_e4",
    "loading_e4", "oldest_due_on", "last_order_on", "visit_due_on", "contact_due_on", "verified_on", "interval_e1",
    "visit_gap_days", "period_id", "excesses", "completeness", "group_id", "order_mark",
)  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_measuring_what_was_touched_gives_what_measuring_all_gives(seed: int) -> None:
    """Over random histories: orders, money, stock, targets, agreements, tiers, verifications, contacts; and days that
    pass."""
    chance = random.Random(seed)
    territory = TerritoryFactory()
    dealers = [DealerFactory(territory=territory, verified_on=TODAY) for _ in range(30)]
    for dealer in dealers:
        CreditProfile.objects.create(dealer=dealer, credit_limit=1000, credit_term_days=30)
    on = TODAY
    rebuild_figures(on)
    night(on)
    few = 0
    for _step in range(8):
        on += dt.timedelta(days=chance.choice([0, 1, 1, 3, 20]))
        for dealer in chance.sample(dealers, 2):
            stir(chance, dealer, on)
        # As an import does: the figures of the dealers that it changed.
        rebuild_some(dealers, on)

        kept = night(on)
        few += not kept.everybody
        narrow = list(DealerStanding.objects.order_by("dealer").values_list("dealer", *STANDING))
        cases = list(Case.objects.order_by("pk").values())
        # Without their prints, usual intervals are taken anew as well.
        DealerStanding.objects.update(order_mark=1)
        again = night(on, everybody=True)

        assert again.rows == 0
        assert list(DealerStanding.objects.order_by("dealer").values_list("dealer", *STANDING)) == narrow
        assert list(Case.objects.order_by("pk").values()) == cases
    assert few >= 2
    assert DealerStanding.objects.exclude(interval_e1=None).exists()


def rebuild_some(dealers: list[Dealer], on: dt.date) -> None:
    from sales.figures import lock, refresh_touched, touch

    advance(on)
    with transaction.atomic(), connection.cursor() as cursor:
        lock(cursor)
        touch(cursor, [dealer.pk for dealer in dealers])
        refresh_touched(cursor)


def stir(chance: random.Random, dealer: Dealer, on: dt.date) -> None:
    match chance.randrange(12):
        case 0:
            owes(dealer, chance.choice([0, 300, 900, 1500]), due=on + dt.timedelta(days=chance.randrange(-40, 20)))
        case 1:
            owes(dealer, chance.choice([0, 400, 800]), due=on + dt.timedelta(days=30), number="O", kind="ORDER")
        case 2:
            CreditProfile.objects.filter(dealer=dealer).update(credit_limit=chance.choice([500, 1000, None]))
        case 3:
            SalesTarget.objects.update_or_create(
                dealer=dealer, period_start=dt.date(2026, 1, 1), period_end=dt.date(2027, 1, 1),
                defaults={"amount": chance.choice([100, 1000])},
            )  # fmt: skip
        case 4:
            Dealer.objects.filter(pk=dealer.pk).update(tier=chance.choice(["A", "B", None]))
        case 5:
            days = dt.timedelta(days=chance.choice([0, 170, 265, 400]))
            Dealer.objects.filter(pk=dealer.pk).update(verified_on=on - days, completeness=chance.choice([50, 90]))
        case 6:
            Dealer.objects.filter(pk=dealer.pk).update(status=chance.choice(["ACTIVE", "TERMINATED", "AT_RISK"]))
        case 7:
            Dealer.objects.filter(pk=dealer.pk).update(territory=TerritoryFactory())
        case 8 | 9 | 10:
            first = on - dt.timedelta(days=chance.randrange(400))
            remove_sales(dealer_ids=[dealer.pk], start=first, end=first + dt.timedelta(days=30), kind="SELL_IN")
            ordered = {on - dt.timedelta(days=chance.randrange(400)) for _line in range(12)}
            record_sales([Line(dealer.pk, day, Decimal(1), Decimal(10)) for day in sorted(ordered)])
        case _:
            Agreement.objects.create(
                dealer=dealer, starts_on=on, ends_on=on + dt.timedelta(days=chance.randrange(1, 120))
            )


def test_rows_of_dealers_that_no_longer_trade_go(territories: dict[str, Territory]) -> None:
    dealer = dealer_in(territories["CN-EAST-1"])
    night_of(TODAY)
    assert DealerStanding.objects.filter(dealer=dealer).exists()
    Dealer.objects.filter(pk=dealer.pk).update(status="TERMINATED")
    night_of(later(1))
    assert not DealerStanding.objects.filter(dealer=dealer).exists()
