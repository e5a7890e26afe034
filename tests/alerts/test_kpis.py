"""What warnings came to: shares, medians, what came back, which losses were foreseen; dealers kept, won and grown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from alerts.kpis import By, Kept, Kpi, figures, kept_dealers, top_of
from alerts.models import Case, Cause
from dealers.models import Dealer, StatusChange
from tests.alerts.factories import noon, open_case
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY = dt.date(2026, 3, 1), dt.date(2026, 4, 1), dt.date(2026, 5, 1)
HALF_YEAR: dict[str, Any] = {"start": dt.date(2026, 1, 1), "until": dt.date(2026, 7, 1)}


def case(place: Territory, on: dt.date, **fields: Any) -> Case:
    """A case of the day; `acknowledged`, `cause_found` and `resolved` say after how many hours or days."""
    at = noon(on)
    values: dict[str, Any] = {"kind": "churn", "opened_on": on, "at": at, "severity": 1}
    if (hours := fields.pop("acknowledged", None)) is not None:
        values |= {"acknowledged_at": at + dt.timedelta(hours=hours), "state": "ACKNOWLEDGED"}
    if (days := fields.pop("cause_found", None)) is not None:
        cause = Cause.objects.get_or_create(code="CASH")[0]
        values |= {"cause": cause, "cause_found_at": at + dt.timedelta(days=days), "state": "ACTION"}
    if (days := fields.pop("resolved", None)) is not None:
        values |= {
            "resolved_at": at + dt.timedelta(days=days),
            "verify_on": on + dt.timedelta(days=30),
            "state": "RESOLVED",
        }
    return open_case(place, **(values | fields))


def ends(dealer: Dealer, on: dt.date, was: str = "ACTIVE") -> None:
    Dealer.objects.filter(pk=dealer.pk).update(status="TERMINATED")
    StatusChange.objects.create(
        dealer=dealer, from_status=was, to_status="TERMINATED", reason="closed", changed_at=noon(on)
    )


def test_how_early_and_how_fast(dora: User, territories: dict[str, Territory]) -> None:
    east = territories["CN-EAST-1"]
    case(east, MARCH, acknowledged=2, cause_found=1, resolved=4)
    case(east, MARCH, acknowledged=10, cause_found=3, resolved=8, severity=2)
    case(east, MARCH, acknowledged=60)  # its deadline was after 48 hours
    case(east, MARCH)
    case(east, MARCH, state="DISMISSED", dismissed_because="Nothing", ended_at=noon(APRIL))
    # Not counted: of many dealers, merged, of another time.
    case(east, MARCH, mass=True)
    into = case(east, dt.date(2025, 12, 31))
    case(east, MARCH, state="MERGED", merged_into=into, ended_at=noon(APRIL))

    (found,) = figures(dora, None, **HALF_YEAR)

    assert found == Kpi(
        "", opened=5, solved=2, solved_yellow=1, dismissed=1, acknowledged=3, in_time=2, acknowledge_hours=10.0,
        cause_days=2.0, solve_days=6.0, came_back=0,
    )  # fmt: skip
    assert (found.yellow_share, found.in_time_share, found.dismissed_share) == (0.5, 2 / 3, 0.2)
    assert (found.came_back_share, found.foreseen_share) == (0.0, None)


def test_what_comes_back_within_ninety_days_was_not_solved(dora: User, territories: dict[str, Territory]) -> None:
    east = territories["CN-EAST-1"]
    first = case(east, MARCH, acknowledged=1, cause_found=1, resolved=1, state="VERIFIED", ended_at=noon(APRIL))
    case(east, MARCH, acknowledged=1, cause_found=1, resolved=1, reopened=1)
    lasting = case(east, MARCH, acknowledged=1, cause_found=1, resolved=1, state="VERIFIED", ended_at=noon(APRIL))
    # Again after two months; of another kind, and only after four months.
    case(east, MAY, dealer=first.dealer)
    case(east, MAY, dealer=lasting.dealer, kind="stock")
    case(east, dt.date(2026, 7, 10), dealer=lasting.dealer)
    by_kind = {row.key: row for row in figures(dora, By.KIND, **HALF_YEAR)}
    assert (by_kind["churn"].solved, by_kind["churn"].came_back) == (3, 2)
    assert by_kind["stock"].came_back_share is None


def test_losses_that_were_foreseen_and_how_early(dora: User, territories: dict[str, Territory]) -> None:
    east, kanto = territories["CN-EAST-1"], territories["JP-KANTO-1"]
    warned, silent, dismissed, prospect = (DealerFactory(territory=east) for _number in range(4))
    foreign = DealerFactory(territory=kanto)
    case(east, MARCH, dealer=warned, kind="stock")
    case(east, APRIL, dealer=warned)
    case(east, dt.date(2024, 1, 1), dealer=silent)  # long before
    case(east, APRIL, dealer=dismissed, state="DISMISSED", dismissed_because="Nothing", ended_at=noon(APRIL))
    for dealer in (warned, silent, dismissed, foreign):
        ends(dealer, MAY)
    ends(prospect, MAY, was="PROSPECT")

    (together,) = figures(dora, None, **HALF_YEAR)
    assert (together.losses, together.warned, together.lead_days) == (4, 1, 61.0)
    by_kind = {row.key: (row.losses, row.warned, row.lead_days) for row in figures(dora, By.KIND, **HALF_YEAR)}
    assert by_kind == {"stock": (4, 1, 61.0), "churn": (4, 1, 30.0)}
    by_month = {row.key: (row.opened, row.losses) for row in figures(dora, By.MONTH, **HALF_YEAR)}
    assert by_month == {"2026-03-01": (1, 0), "2026-04-01": (2, 0), "2026-05-01": (0, 4)}
    by_place = {
        row.key: row.losses for row in figures(dora, By.TERRITORY, within=territories["ROOT"].path, **HALF_YEAR)
    }
    assert by_place == {territories["CN"].path: 3, territories["JP"].path: 1}
    below = figures(dora, None, within=territories["CN"].path, **HALF_YEAR)
    assert [row.losses for row in below] == [3]


def test_figures_are_of_what_the_reader_sees(
    bob: User, charlie: User, fay: User, rory: User, territories: dict[str, Territory]
) -> None:
    case(territories["CN-EAST-1"], MARCH)
    case(territories["CN-EAST-1"], MARCH, kind="overdue")
    case(territories["JP-KANTO-1"], MARCH)
    ends(DealerFactory(territory=territories["CN-EAST-1"]), MARCH)
    ends(DealerFactory(territory=territories["JP-KANTO-1"]), MARCH)

    def counted(person: User) -> tuple[int, int]:
        (row,) = figures(person, None, **HALF_YEAR)
        return row.opened, row.losses

    # Rory may not read what is owed.
    assert [counted(person) for person in (bob, charlie, fay, rory)] == [(2, 1), (1, 1), (3, 2), (1, 1)]
    assert top_of(bob) == territories["CN-EAST"].path
    assert top_of(fay) == territories["ROOT"].path


def test_dealers_kept_won_and_lost_by_tier_and_years(dora: User, territories: dict[str, Territory]) -> None:
    east = territories["CN-EAST-1"]
    old, new = dt.date(2015, 1, 1), dt.date(2026, 2, 1)
    stays, gone, risen = (DealerFactory(territory=east, customer_since=old) for _number in range(3))
    Dealer.objects.filter(pk=stays.pk).update(tier="A")
    DealerFactory(territory=east, customer_since=new)  # won in the period
    DealerFactory(territory=east, customer_since=dt.date(2026, 9, 1))  # only after it
    later = DealerFactory(territory=east, customer_since=old)
    ends(gone, MARCH)
    ends(later, dt.date(2026, 8, 1))  # still there at the end of the period
    StatusChange.objects.create(
        dealer=risen, from_status="PROSPECT", to_status="ACTIVE", reason="signed", changed_at=noon(APRIL)
    )

    rows = kept_dealers(dora, **HALF_YEAR)

    assert rows[0] == Kept("", "", None, began=3, kept=2, won=2, grown=0)
    assert (rows[0].lost, rows[0].retention, rows[0].loss_rate) == (1, pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert {(row.tier, row.began, row.kept, row.won) for row in rows if row.by == "tier"} == {
        ("A", 1, 1, 0),
        ("", 2, 1, 2),
    }
    assert {(row.years, row.began, row.won) for row in rows if row.by == "years"} == {(5, 3, 1), (0, 0, 1)}


def test_page_and_file_say_the_same(
    client_of: Callable[[User], Client], bob: User, alice: User, territories: dict[str, Territory]
) -> None:
    case(territories["CN-EAST-1"], MARCH, acknowledged=2, cause_found=1, resolved=4)
    address = reverse("alerts:kpis") + "?month=2026-03&months=3&by="
    for by in ("kind", "territory", "month"):
        sheet = client_of(bob).get(address + by).context["sheet"]
        assert [cell.value for cell in sheet.rows[0]][1:4] == [1, 1, 1.0], by
        content = client_of(bob).post(address + by, {"format": "CSV"}).content.decode("utf-8-sig").splitlines()
        assert content[1].split(",")[1:4] == ["1", "1", "1.0000"], by
    narrowed = client_of(bob).get(address + f"territory&territory={territories['CN-EAST-2'].pk}")
    assert narrowed.context["total"].opened == 0
    assert client_of(bob).get(address + f"kind&territory={territories['JP'].pk}").status_code == 404
    assert client_of(alice).get(address + "kind").status_code == 403
