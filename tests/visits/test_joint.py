"""A joint visit takes the time of two: it stands on the week of whoever goes along, too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from visits.board import days_of
from visits.choices import VisitKind, VisitState

pytestmark = pytest.mark.django_db


def test_it_stands_on_the_companions_week_without_being_hers_to_move(
    alice: User, bob: User, territories: dict[str, Territory], client_of: Callable[[User], Client]
) -> None:
    on = Company.get().today() + dt.timedelta(days=1)
    shop = DealerFactory(territory=territories["CN-EAST-1"], name="Shop of both")
    visit = VisitFactory(user=alice, companion=bob, kind=VisitKind.JOINT, dealer=shop, on=on, minutes=45)
    (day,) = days_of(bob, on, on + dt.timedelta(days=1), today=on, reader=bob)
    assert (day.joint, day.visits, day.number, day.load_min) == ([visit], [], 0, 45)
    page = client_of(bob).get(f"{reverse('visits:week', args=[bob.pk])}?day={on}").content.decode()
    assert "Shop of both" in page
    assert alice.name in page
    assert reverse("visits:move", args=[visit.pk]) not in page
    visit.state = VisitState.SKIPPED
    visit.skip_reason = "LEAVE"
    visit.save()
    (day,) = days_of(bob, on, on + dt.timedelta(days=1), today=on, reader=bob)
    assert (day.joint, day.load_min) == ([], 0)
