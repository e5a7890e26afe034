"""Hints on the pages of visits: a long telephone call, and a dealer who is contacted too often."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.models import Company
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("means", "minutes", "hint"), [
    ("PHONE", 15, False), ("PHONE", 16, True), ("IN_PERSON", 90, False),
])  # fmt: skip
def test_a_long_call_is_said_to_be_long(means, minutes, hint, territories, alice, client_of) -> None:
    visit = made_visit(dealer=DealerFactory(territory=territories["CN-EAST-1"]), user=alice, means=means)
    Visit.objects.filter(pk=visit.pk).update(ended_at=visit.started_at + dt.timedelta(minutes=minutes))
    page = client_of(alice).get(reverse("visits:visit", args=[visit.pk])).content.decode()
    assert ("Long for a telephone call" in page) == hint


def test_the_board_marks_who_is_contacted_too_often(territories, alice, bob, client_of) -> None:
    """Four contacts within seven days where three are enough."""
    on = Company.get().today()
    often, seldom = (DealerFactory(territory=territories["CN-EAST-1"]) for _ in range(2))
    for ago in (1, 2, 3):
        made_visit(dealer=often, user=alice, on=on - dt.timedelta(days=ago))
    marked = VisitFactory(dealer=often, user=alice, on=on)
    VisitFactory(dealer=seldom, user=alice, on=on)
    answer = client_of(bob).get(f"{reverse('visits:week', args=[alice.pk])}?day={on}")
    assert [pk for pk, text in answer.context["too_often"].items() if text] == [marked.pk]
    page = answer.content.decode()
    assert page.count("contacted often") == 1
    assert "4 contacts within 7 days" in page
