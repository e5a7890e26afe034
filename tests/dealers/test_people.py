"""Contacts, their days, calls, traits and the management level."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.actions.people import log_interaction, save_contact, set_contact_active
from dealers.management_level import from_checks
from dealers.models import Contact, Interaction, SpecialDate, Traits
from tests.factories import ContactFactory, DealerFactory


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"])


def days(*rows):
    body = {"days-TOTAL_FORMS": str(len(rows)), "days-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        body |= {f"days-{number}-{name}": value for name, value in row.items()}
    return body


PERSON = {"name": "Wang", "role": "OWNER", "influence": "5", "attitude": "SUPPORTIVE"}
BIRTHDAY = {"kind": "BIRTHDAY", "lunar": "on", "month": "8", "day": "15", "remind_days_before": "7"}


def test_a_contact_with_a_lunar_birthday(dealer, alice, client_of):
    body = {**PERSON, "interests": "钓鱼、书法，tea, tea", **days(BIRTHDAY)}
    assert client_of(alice).post(reverse("dealers:contact_new", args=[dealer.pk]), body).status_code == 302
    contact = Contact.objects.get()
    assert contact.interests == ["钓鱼", "书法", "tea"]
    assert contact.special_dates.get().next_on(dt.date(2026, 1, 1)) == dt.date(2026, 9, 25)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({**BIRTHDAY, "day": "31"}, "day"),
        ({"kind": "OTHER", "month": "2", "day": "30", "remind_days_before": "7"}, "day"),
        ({"kind": "OTHER", "month": "2", "day": "29", "year": "2023", "remind_days_before": "7"}, "day"),
        ({"kind": "OTHER", "month": "4", "day": "1", "leap_month": "on", "remind_days_before": "7"}, "leap_month"),
        ({**BIRTHDAY, "year": "1850"}, "year"),
    ],
)
def test_days_that_do_not_exist(dealer, alice, client_of, row, field):
    answer = client_of(alice).post(reverse("dealers:contact_new", args=[dealer.pk]), {**PERSON, **days(row)})
    assert answer.status_code == 200 or answer.status_code == 422
    assert field in answer.context["formset"].forms[0].errors
    assert not Contact.objects.exists()


def test_only_one_is_first_to_call(dealer):
    first = ContactFactory(dealer=dealer, is_primary=True)
    second = save_contact(contact=Contact(dealer=dealer, name="Li", is_primary=True))
    first.refresh_from_db()
    assert (first.is_primary, second.is_primary) == (False, True)


def test_who_has_left_is_no_longer_first(dealer):
    contact = ContactFactory(dealer=dealer, is_primary=True)
    set_contact_active(contact_id=contact.pk, active=False)
    contact.refresh_from_db()
    assert (contact.active, contact.is_primary) == (False, False)


def test_leaving_can_be_undone(dealer, alice, client_of):
    contact = ContactFactory(dealer=dealer)
    client = client_of(alice)
    answer = client.post(reverse("dealers:contact_left", args=[dealer.pk, contact.pk]), follow=True)
    back = reverse("dealers:contact_back", args=[dealer.pk, contact.pk])
    assert back in answer.content.decode()
    client.post(back)
    contact.refresh_from_db()
    assert contact.active


def test_a_contact_of_another_dealer_is_not_reached_by_this_one(dealer, alice, client_of, territories):
    other = ContactFactory(dealer=DealerFactory(territory=territories["CN-EAST-1"]))
    assert client_of(alice).get(reverse("dealers:contact_edit", args=[dealer.pk, other.pk])).status_code == 404


def test_the_next_day_to_remember_stands_on_the_page(dealer, alice, client_of):
    contact = ContactFactory(dealer=dealer, name="Wang")
    soon = timezone.localdate() + dt.timedelta(days=20)
    SpecialDate.objects.create(contact=contact, kind="OPENING", label="Shop day", month=soon.month, day=soon.day)
    text = client_of(alice).get(dealer.get_absolute_url()).content.decode()
    assert "Wang: Shop day" in text


# --- Calls ---


@pytest.mark.parametrize(
    ("before", "happened_on", "after"),
    [
        (None, dt.date(2026, 3, 1), dt.date(2026, 3, 1)),
        (dt.date(2026, 2, 1), dt.date(2026, 3, 1), dt.date(2026, 3, 1)),
        (dt.date(2026, 4, 1), dt.date(2026, 3, 1), dt.date(2026, 4, 1)),
    ],
)
def test_the_last_contact_only_moves_forward(dealer, before, happened_on, after):
    dealer.last_contact_on = before
    dealer.save()
    at = dt.datetime.combine(happened_on, dt.time(12), tzinfo=dt.UTC)
    log_interaction(dealer=dealer, contact=None, channel="PHONE", happened_at=at, summary="x", by=None)
    dealer.refresh_from_db()
    assert dealer.last_contact_on == after


def test_a_call_is_noted(dealer, alice, client_of):
    body = {"channel": "PHONE", "happened_at": "2026-01-02T10:00", "summary": "Asked for stock", "two_way": "on"}
    assert client_of(alice).post(reverse("dealers:interaction_new", args=[dealer.pk]), body).status_code == 302
    assert Interaction.objects.get().by == alice
    assert "Asked for stock" in client_of(alice).get(dealer.get_absolute_url(), {"kind": ""}).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"happened_at": "2099-01-01T10:00"}, "happened_at"), ({"next_step_on": "2026-01-03"}, "next_step")],
)
def test_a_call_that_cannot_be(dealer, alice, client_of, change, field):
    body = {"channel": "PHONE", "happened_at": "2026-01-02T10:00", "summary": "x", **change}
    answer = client_of(alice).post(reverse("dealers:interaction_new", args=[dealer.pk]), body)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


# --- Traits ---


@pytest.mark.parametrize(
    ("checked", "level"), [(0, None), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4), (8, 5)]
)
def test_level_of_management(checked, level):
    known = [key for key, _label in Traits.MANAGEMENT_CHECKS]
    assert from_checks(known[:checked], known) == level


def test_unknown_checks_do_not_count():
    assert from_checks(["x", "y"], ["a", "b"]) is None


def traits(client, dealer, **body):
    return client.post(reverse("dealers:traits_edit", args=[dealer.pk]), body)


def test_the_level_follows_from_the_checklist(dealer, alice, client_of):
    traits(client_of(alice), dealer, management_checks=["books_kept", "staff_trained"])
    assert Traits.objects.get().management_level == 2


def test_another_level_needs_a_reason(dealer, alice, client_of):
    client = client_of(alice)
    refused = traits(client, dealer, management_checks=["books_kept"], override_level="4")
    assert refused.status_code == 422
    assert "The checklist gives 1. Say why it is 4." in refused.content.decode()
    traits(
        client, dealer, management_checks=["books_kept"], override_level="4", management_level_reason="Son runs it well"
    )
    found = Traits.objects.get()
    assert (found.management_level, found.management_level_reason) == (4, "Son runs it well")


def test_back_to_the_checklist(dealer, alice, client_of):
    Traits.objects.create(
        dealer=dealer, management_checks=["books_kept"], management_level=4, management_level_reason="x"
    )
    client = client_of(alice)
    form = client.get(reverse("dealers:traits_edit", args=[dealer.pk])).context["form"]
    body = {"base": form["base"].value(), "management_checks": ["books_kept"], "override_level": ""}
    assert traits(client, dealer, **body, management_level_reason="x").status_code == 302
    found = Traits.objects.get()
    assert (found.management_level, found.management_level_reason) == (1, "")
