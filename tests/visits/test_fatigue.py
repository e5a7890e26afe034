"""Who is contacted too often: the count, the limits, and where it is said."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.base.models import Company
from dealers.models import Interaction
from tests.factories import ContactFactory, DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from visits import fatigue
from visits.fatigue import Limit, Touch, busiest, counted
from visits.models import ContactLimit

DAY = dt.date(2026, 3, 11)


def days(*offsets: int) -> list[dt.date]:
    return [DAY + dt.timedelta(days=offset) for offset in offsets]


@pytest.mark.parametrize(
    ("offsets", "length", "count", "first"),
    [
        ((), 7, 0, 0),
        ((0,), 7, 1, -6),
        ((-6, -3, 0), 7, 3, -6),
        ((-7, 0), 7, 1, -6),  # the eighth day before is another week
        ((-2, 0, 2, 4), 7, 4, -2),
        ((0, 3, 6), 7, 3, 0),  # what is planned after it counts, too
        ((-6, 6), 7, 1, -6),  # no stretch of seven days holds both
        ((0, 0), 1, 2, 0),
    ],
)
def test_the_busiest_stretch_around_a_day(offsets, length, count, first):
    found, begins, ends = busiest(days(*offsets), DAY, length)
    assert found == count
    if count:
        assert (begins - DAY).days == first
        assert (ends - begins).days == length - 1


def test_what_a_limit_counts():
    visit, asked, call = Touch(DAY, "visit"), Touch(DAY, "asked", asked_for=True), Touch(DAY, "call", is_call=True)
    assert counted([visit, asked, call], Limit()) == [visit, call]
    assert counted([visit, asked, call], Limit(count_asked_for=True, count_calls=False)) == [visit, asked]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "tier", "most"), [("AGENT", "A", 9), ("RETAILER", "A", 4), ("AGENT", "B", 5), ("RETAILER", None, 2)]
)
def test_the_limit_that_fits_best_counts(kind, tier, most):
    for of_kind, of_tier, number in (("", "", 2), ("", "A", 4), ("AGENT", "", 5), ("AGENT", "A", 9)):
        ContactLimit.objects.create(kind=of_kind, tier=of_tier, most=number)
    assert fatigue.limit_of(fatigue.limits(), DealerFactory.build(kind=kind, tier=tier)).most == most


@pytest.mark.django_db
def test_three_contacts_a_week_where_nothing_is_said():
    assert fatigue.limit_of(fatigue.limits(), DealerFactory.build()) == Limit(3, 7)


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"], tier="B")


@pytest.fixture
def on() -> dt.date:
    return Company.get().today()


def busy(dealer, user, on: dt.date) -> None:
    """A regular visit made, a leader's to come, a call; and two that do not count."""
    made_visit(dealer=dealer, user=user, on=on - dt.timedelta(days=2))
    VisitFactory(dealer=dealer, user=user, on=on + dt.timedelta(days=1), kind="EXECUTIVE")
    Interaction.objects.create(
        dealer=dealer, channel="PHONE", happened_at=timezone.now() - dt.timedelta(days=1), summary="Asked"
    )
    Interaction.objects.create(dealer=dealer, channel="VISIT", happened_at=timezone.now(), summary="Twice told")
    VisitFactory(dealer=dealer, user=user, on=on, why="COMPLAINT")
    VisitFactory(dealer=dealer, user=user, on=on + dt.timedelta(days=2), state="SKIPPED", skip_reason="CLOSED")


@pytest.mark.django_db
def test_visits_of_all_kinds_and_calls_are_counted(dealer, alice, on):
    busy(dealer, alice, on)
    strain = fatigue.strain_of(dealer, on)
    assert (strain.count, strain.is_too_much) == (3, False)
    more = fatigue.strain_of(dealer, on, adding=1)
    assert (more.count, more.is_too_much) == (4, True)
    assert more.sentence.startswith("4 contacts within 7 days")
    assert more.sentence.endswith("the limit is 3.")
    # A month later all is calm.
    assert fatigue.strain_of(dealer, on + dt.timedelta(days=30)).count == 0


@pytest.mark.django_db
def test_whose_wish_is_passed_over(dealer, alice, on):
    ContactFactory(dealer=dealer, name="Shen Yue", is_primary=True, preferred_every_days=14)
    made_visit(dealer=dealer, user=alice, on=on - dt.timedelta(days=5))
    assert fatigue.strain_of(dealer, on).wishes == (
        "Shen Yue wishes to hear from us every 14 days; the last visit was 5 days before.",
    )
    assert fatigue.strain_of(dealer, on + dt.timedelta(days=9)).wishes == ()


@pytest.mark.django_db
def test_as_many_statements_for_twenty_dealers_as_for_one(territories, alice, on):
    def statements(number: int) -> int:
        dealers = [DealerFactory(territory=territories["CN-EAST-1"]) for _each in range(number)]
        for dealer in dealers:
            busy(dealer, alice, on)
            ContactFactory(dealer=dealer, is_primary=True, preferred_every_days=9)
        Company.get()
        with CaptureQueriesContext(connection) as captured:
            fatigue.strains([(dealer, on) for dealer in dealers], adding=1)
        return len(captured)

    assert statements(1) == statements(20) == 5


@pytest.mark.django_db
def test_who_adds_a_visit_is_told(dealer, alice, client_of, on):
    busy(dealer, alice, on)
    answer = client_of(alice).get(reverse("visits:strain", args=[dealer.pk]), {"on": on.isoformat()}).content.decode()
    assert "With this visit the dealer is contacted often." in answer
    assert "4 contacts within 7 days" in answer
    page = client_of(alice).get(reverse("visits:add", args=[alice.pk]), {"dealer": dealer.pk}).content.decode()
    assert reverse("visits:strain", args=[dealer.pk]) in page


@pytest.mark.django_db
def test_who_moves_a_visit_into_a_busy_week_is_told(dealer, alice, client_of, on):
    busy(dealer, alice, on)
    far = VisitFactory(dealer=dealer, user=alice, on=on + dt.timedelta(days=40))
    answer = client_of(alice).post(
        reverse("visits:move", args=[far.pk]), {"on": (on + dt.timedelta(days=3)).isoformat()}, follow=True
    )
    assert "4 contacts within 7 days" in answer.content.decode()


@pytest.mark.django_db
def test_the_brief_tells_it_too(dealer, alice, on):
    from visits.brief import of_dealers

    busy(dealer, alice, on)
    made_visit(dealer=dealer, user=alice, on=on - dt.timedelta(days=3))
    parts = {part.key: part for part in of_dealers([dealer], user=alice, on=on)[dealer.pk]}
    assert parts["fatigue"].items[0].text.startswith("4 contacts within 7 days")


@pytest.mark.django_db
def test_a_limit_is_edited_and_dropped(ada, client_of, alice):
    client = client_of(ada)
    client.post(
        reverse("visits:new_contact_limit"), {"kind": "", "tier": "A", "most": "5", "days": "14", "count_calls": "on"}
    )
    row = ContactLimit.objects.get()
    assert (row.tier, row.most, row.days, row.count_calls, row.count_asked_for) == ("A", 5, 14, True, False)
    again = client.post(reverse("visits:new_contact_limit"), {"kind": "", "tier": "A", "most": "1", "days": "7"})
    assert again.status_code == 422
    client.post(reverse("visits:contact_limit", args=[row.pk]), {"most": "6", "days": "14"})
    assert ContactLimit.objects.get().most == 6
    assert "14" in client_of(alice).get(reverse("visits:contact_limits")).content.decode()
    client.post(reverse("visits:drop_contact_limit", args=[row.pk]))
    assert not ContactLimit.objects.exists()
