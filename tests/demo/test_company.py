"""The demo company: whole, the same each time, and believable."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Count, Sum

from accounts.choices import Role
from accounts.models import TerritoryAssignment
from alerts.choices import Severity
from alerts.models import Case
from crm.base.models import JobRun
from crm.demo import company, staff
from crm.demo.week import weekdays
from dealers.choices import DealerKind, Tier
from dealers.models import BasicInfo, BusinessStatus, Contact, Dealer, Traits
from sales.choices import SalesKind
from sales.models import DealerMonth, SalesRecord
from tiering.models import TierChange
from visits.models import Commitment, Finding, Visit

ON = dt.date(2026, 11, 20)


@pytest.mark.parametrize(("on", "working"), [("2026-11-20", "12345"), ("2026-11-21", "23456"), ("2026-11-22", "34567")])
def test_the_day_it_is_made_on_is_a_working_day(on: str, working: str) -> None:
    assert weekdays(dt.date.fromisoformat(on)) == [int(day) for day in working]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_demo_company() -> None:
    """Built once for all that is to be seen of it: it takes seconds."""
    company.build(on=ON)
    it_is_whole()
    months_of_sales_add_up_in_the_rollups()
    every_tier_occurs_and_somebody_moved_last_night()
    names_and_addresses_are_in_the_countrys_script()
    representatives_have_been_and_will_go()
    last_night_warned_of_a_handful_in_every_kind()
    assert {person.role for person in staff.sign_ins()} == set(Role)
    with pytest.raises(company.CompanyExists):
        company.build(on=ON)


def it_is_whole() -> None:
    roles = dict(TerritoryAssignment.objects.filter(covers_for=None).values_list("role").annotate(Count("pk")))
    assert (roles[Role.DIRECTOR], roles[Role.MANAGER], roles[Role.REPRESENTATIVE]) == (1, 4, 24)
    assert 590 <= Dealer.objects.count() <= 700
    assert set(Dealer.objects.values_list("kind", flat=True)) == set(DealerKind.values)
    assert Dealer.objects.filter(parent__isnull=False).count() > 150
    for part in (BasicInfo, Traits):
        assert part.objects.count() == Dealer.objects.count()
    assert BusinessStatus.objects.values("dealer").distinct().count() > 550
    assert Contact.objects.values("dealer").distinct().count() == Dealer.objects.count()


def months_of_sales_add_up_in_the_rollups() -> None:
    records = SalesRecord.objects.filter(kind=SalesKind.SELL_IN)
    months = DealerMonth.objects.filter(kind=SalesKind.SELL_IN)
    assert months.values("month").distinct().count() >= 40
    assert (
        records.aggregate(Sum("amount"))["amount__sum"] * 10_000 == months.aggregate(Sum("amount_e4"))["amount_e4__sum"]
    )


def representatives_have_been_and_will_go() -> None:
    past, coming = Visit.objects.filter(on__lt=ON), Visit.objects.filter(on__gte=ON)
    assert past.filter(state="DONE").exclude(kind="EXECUTIVE").values("user").distinct().count() == 24
    assert coming.filter(on=ON, state="PLANNED").values("user").distinct().count() == 24
    assert not past.filter(state="PLANNED").exists()
    assert Finding.objects.values("state").distinct().count() == 4
    # Some of what dealers promised to leaders is overdue: that is what the leaders' report is for.
    assert Commitment.objects.filter(side="THEIRS", state="OPEN", due_on__lt=ON).count() <= 15


def every_tier_occurs_and_somebody_moved_last_night() -> None:
    tiers = dict(Dealer.objects.exclude(tier=None).values_list("tier").annotate(Count("pk")))
    assert min(tiers.get(tier, 0) for tier in Tier.values) > 20
    moved = TierChange.objects.filter(on=ON)
    assert moved.filter(tier=Tier.B).exists()
    assert moved.filter(from_tier=Tier.B).exists()
    assert not JobRun.objects.exclude(state="DONE").exists()


def last_night_warned_of_a_handful_in_every_kind() -> None:
    cases = Case.objects.filter(opened_on=ON)
    kinds = dict(cases.values_list("kind").annotate(Count("pk")))
    assert len(kinds) >= 12
    assert max(kinds.values()) <= 135, kinds
    assert cases.filter(severity=Severity.RED).count() <= 70
    assert not cases.filter(owner=None).exists()
    # People have begun to work on them.
    assert cases.values("state").distinct().count() >= 4


def names_and_addresses_are_in_the_countrys_script() -> None:
    for country, first, last in (("CN", "一", "鿿"), ("JP", "぀", "鿿"), ("KR", "가", "힣")):
        for dealer in Dealer.objects.filter(country=country):
            assert any(first <= letter <= last for letter in dealer.name), dealer.name
            assert any(first <= letter <= last for letter in dealer.address), dealer.address
