"""Visits that people ask for: told at once, planned by the night, met by a visit, or no longer needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from crm.base.models import Company
from dealers.models import Dealer
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from tests.visits.test_planning import TODAY, plan, rep_with
from visits.asked_by_people import ask, end
from visits.choices import Priority, RequestKind
from visits.extra import refresh
from visits.models import ExtraVisit, Visit, VisitRequest

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def asked_at(dealer: Dealer, by: User, kind: RequestKind = RequestKind.COMPLAINT, urgent: bool = True) -> VisitRequest:
    return ask(
        dealer=dealer, kind=kind, text="The refund does not come", latest_on=dt.date(2026, 4, 8), urgent=urgent, visit=None,
        by=by, at=dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC), on=TODAY,
    )  # fmt: skip


@pytest.mark.parametrize("kind", RequestKind)
def test_the_month_serves_it_by_its_day(kind: RequestKind) -> None:
    """The night finds what was told by day, and asks no second time."""
    rep = rep_with("C")
    dealer = rep.assignments.get().territory.dealers.get()
    asked_at(dealer, rep, kind)
    assert refresh(on=TODAY).rows == 0
    assert ExtraVisit.objects.get().priority == Priority.HIGH
    plan(rep)
    visit = Visit.objects.get()
    assert (visit.why, visit.on <= dt.date(2026, 4, 8)) == (kind.value, True)


def test_a_visit_meets_it_and_an_end_takes_its_visit_away() -> None:
    rep = rep_with("CC")
    met, ended = rep.assignments.get().territory.dealers.order_by("pk")
    for dealer in (met, ended):
        VisitFactory(dealer=dealer, user=rep, on=dt.date(2026, 4, 21), locked=True)
    first, second = asked_at(met, rep), asked_at(ended, rep)
    plan(rep)
    assert Visit.objects.filter(why="COMPLAINT").count() == 2
    at = dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)
    end(request_id=second.pk, by=rep, at=at, on=TODAY)
    end(request_id=second.pk, by=rep, at=at, on=TODAY)
    assert not Visit.objects.filter(dealer=ended, why="COMPLAINT").exists()
    made_visit(dealer=met, user=rep, on=TODAY + dt.timedelta(days=1))
    later = TODAY + dt.timedelta(days=2)
    assert refresh(on=later).met == 1
    assert refresh(on=later).rows == 0
    assert ExtraVisit.objects.get(cause=f"request:{first.pk}").met_on == TODAY + dt.timedelta(days=1)


def test_it_is_told_on_the_pages_of_dealer_and_visit(
    client_of: ClientOf, alice: User, rory: User, territories: dict[str, Territory]
) -> None:
    on = Company.get().today()
    visit = VisitFactory(dealer=DealerFactory(territory=territories["CN-EAST-1"]), user=alice, on=on)
    address = f"{reverse('visits:ask', args=[visit.dealer_id])}?visit={visit.pk}"
    client = client_of(alice)
    assert address.replace("&", "&amp;") in client.get(visit.get_absolute_url()).content.decode()
    typed = {"kind": "EVENT", "text": "A competitor opens next door", "latest_on": f"{on + dt.timedelta(days=3)}"}
    for wrong in ({"text": "  "}, {"latest_on": f"{on - dt.timedelta(days=1)}"}):
        assert client.post(address, typed | wrong).status_code == 422
    assert client.post(address, typed).url == visit.get_absolute_url()
    row = VisitRequest.objects.get()
    assert (row.visit, row.asked_by, row.urgent) == (visit, alice, False)
    panel = reverse("visits:next_visit", args=[visit.dealer_id])
    ends = reverse("visits:end_request", args=[row.pk])
    assert "A competitor opens next door" in client.get(panel).content.decode()
    assert ends in client.get(panel).content.decode()
    assert ends not in client_of(rory).get(panel).content.decode()
    client.post(ends)
    assert "A competitor opens next door" not in client.get(panel).content.decode()
