"""Two people edit what was talked about, or the days of a contact person: nothing is overwritten unseen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.urls import reverse

from dealers.models import Contact, Interaction, SpecialDate
from tests.factories import ContactFactory, DealerFactory


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"])


def sent_back(form) -> dict[str, Any]:
    """The values of a form as a browser would send them back untouched."""
    found: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if isinstance(field.field.widget, forms.CheckboxInput):
            if value:
                found[field.html_name] = "on"
        elif hasattr(field.field.widget, "format"):
            found[field.html_name] = field.field.widget.format_value(value) or ""
        else:
            found[field.html_name] = "" if value is None else value
    return found


# --- What was talked about ---

SPOKEN_AT = dt.datetime(2026, 3, 1, 9, 30, 17, tzinfo=dt.UTC)


@pytest.fixture
def call(dealer):
    return Interaction.objects.create(
        dealer=dealer, channel="PHONE", happened_at=SPOKEN_AT, summary="Asked for stock", next_step="Call back",
        next_step_on=dt.date(2026, 3, 9),
    )  # fmt: skip


def open_call(client, call):
    return sent_back(client.get(reverse("dealers:interaction_edit", args=[call.dealer_id, call.pk])).context["form"])


def save_call(client, call, form):
    return client.post(reverse("dealers:interaction_edit", args=[call.dealer_id, call.pk]), form)


# (what the other wrote meanwhile, what this person wrote, what is stored then; None: nothing, it is asked first)
MEETINGS = [
    ({}, {"summary": "Mine"}, {"summary": "Mine", "next_step": "Call back"}),
    ({"next_step": "Send price"}, {"summary": "Mine"}, {"summary": "Mine", "next_step": "Send price"}),
    ({"summary": "Theirs"}, {"summary": "Mine"}, None),
    ({"summary": "Both"}, {"summary": "Both"}, {"summary": "Both"}),
    ({"two_way": False}, {"summary": "Mine"}, {"summary": "Mine", "two_way": False}),
    (
        {"happened_at": dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)},
        {"summary": "Mine"},
        {"summary": "Mine", "happened_at": dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)},
    ),
    # A step of the one by the day of the other would be nobody's promise.
    ({"next_step": "Send price"}, {"next_step_on": "2026-04-01"}, None),
]


@pytest.mark.parametrize(("theirs", "mine", "stored"), MEETINGS)
def test_a_note_that_two_people_edit(client_of, alice, call, theirs, mine, stored):
    client = client_of(alice)
    form = open_call(client, call)
    Interaction.objects.filter(pk=call.pk).update(**theirs)
    answer = save_call(client, call, {**form, **mine})
    row = Interaction.objects.get(pk=call.pk)
    if stored is not None:
        assert answer.status_code == 302
        assert {name: getattr(row, name) for name in stored} == stored
        return
    assert answer.status_code == 422
    assert "meanwhile" in answer.content.decode()
    assert all(getattr(row, name) == value for name, value in theirs.items())
    # What was typed is still there, and saving once more writes it knowingly.
    again = sent_back(answer.context["form"])
    assert {name: again[name] for name in mine} == mine
    assert save_call(client, call, again).status_code == 302
    row.refresh_from_db()
    assert all(str(getattr(row, name)) == value for name, value in mine.items())


def test_the_two_moments_of_a_conflict_are_readable(client_of, alice, call):
    client = client_of(alice)
    form = open_call(client, call)
    Interaction.objects.filter(pk=call.pk).update(happened_at=dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC))
    moment = form["happened_at"].replace("2026-03-01", "2026-03-03")
    text = save_call(client, call, {**form, "happened_at": moment}).content.decode()
    assert f"You wrote “{moment.replace('T', ' ')}”" in text


def test_who_has_left_stays_in_the_note(client_of, alice, call):
    contact = ContactFactory(dealer=call.dealer, active=False)
    Interaction.objects.filter(pk=call.pk).update(contact=contact)
    client = client_of(alice)
    assert save_call(client, call, {**open_call(client, call), "summary": "More"}).status_code == 302
    call.refresh_from_db()
    assert (call.contact, call.summary) == (contact, "More")


def test_a_call_moved_to_a_later_day_moves_the_last_contact(client_of, alice, call):
    client = client_of(alice)
    form = open_call(client, call)
    assert save_call(client, call, {**form, "happened_at": "2026-05-05T10:00"}).status_code == 302
    call.dealer.refresh_from_db()
    assert call.dealer.last_contact_on == dt.date(2026, 5, 5)


# --- Days of a contact person ---


@pytest.fixture
def contact(dealer):
    return ContactFactory(dealer=dealer, name="Wang")


def remember(contact, **fields) -> SpecialDate:
    return SpecialDate.objects.create(contact=contact, **({"kind": "BIRTHDAY", "month": 3, "day": 5} | fields))


def open_contact(client, contact):
    context = client.get(reverse("dealers:contact_edit", args=[contact.dealer_id, contact.pk])).context
    return all_of(context)


def all_of(context) -> dict[str, Any]:
    found = sent_back(context["form"]) | sent_back(context["formset"].management_form)
    for row in context["formset"].forms:
        found |= sent_back(row)
    return found


def save_contact(client, contact, form):
    return client.post(reverse("dealers:contact_edit", args=[contact.dealer_id, contact.pk]), form)


def days_of(contact) -> list[tuple[str, int, int]]:
    return [(row.label, row.month, row.day) for row in contact.special_dates.order_by("month", "day")]


# (what the other wrote of the day of 5 March, what this person wrote, the day then; None: it is asked first)
DAYS = [
    ({}, {"day": "6"}, ("", 3, 6)),
    ({"label": "Theirs"}, {"day": "6"}, ("Theirs", 3, 6)),
    ({"month": 4}, {"label": "Mine"}, ("Mine", 4, 5)),
    ({"month": 4}, {"month": "5"}, None),
    # 6 April is a day that neither of them wrote.
    ({"month": 4}, {"day": "6"}, None),
    ({"month": 4, "day": 6}, {"month": "4", "day": "6"}, ("", 4, 6)),
]


@pytest.mark.parametrize(("theirs", "mine", "stored"), DAYS)
def test_a_day_that_two_people_edit(client_of, alice, contact, theirs, mine, stored):
    day = remember(contact)
    client = client_of(alice)
    form = open_contact(client, contact)
    SpecialDate.objects.filter(pk=day.pk).update(**theirs)
    mine = {f"days-0-{name}": value for name, value in mine.items()}
    answer = save_contact(client, contact, {**form, "position": "Buyer", **mine})
    if stored is not None:
        assert answer.status_code == 302
        assert days_of(contact) == [stored]
        return
    assert answer.status_code == 422
    assert "meanwhile" in answer.content.decode()
    assert days_of(contact) == [("", theirs["month"], 5)]
    again = all_of(answer.context)
    assert {name: again[name] for name in mine} == mine
    assert again["position"] == "Buyer"
    assert save_contact(client, contact, again).status_code == 302
    assert days_of(contact) == [("", int(again["days-0-month"]), int(again["days-0-day"]))]
    assert Contact.objects.get(pk=contact.pk).position == "Buyer"


def test_a_day_that_another_added_stays(client_of, alice, contact):
    remember(contact)
    client = client_of(alice)
    form = open_contact(client, contact)
    remember(contact, label="Theirs", month=9)
    mine = {"days-1-kind": "OTHER", "days-1-label": "Mine", "days-1-month": "1", "days-1-day": "2"}
    assert save_contact(client, contact, {**form, **mine}).status_code == 302
    assert days_of(contact) == [("Mine", 1, 2), ("", 3, 5), ("Theirs", 9, 5)]


def test_a_day_that_another_removed_stays_removed_when_this_person_left_it_alone(client_of, alice, contact):
    gone, stays = remember(contact), remember(contact, label="Stays", month=9)
    client = client_of(alice)
    form = open_contact(client, contact)
    gone.delete()
    mine = {"days-1-label": "Changed", "days-2-kind": "OTHER", "days-2-month": "1", "days-2-day": "2"}
    answer = client.post(
        reverse("dealers:contact_edit", args=[contact.dealer_id, contact.pk]), {**form, **mine}, follow=True
    )
    assert "1 field that somebody else changed meanwhile was kept" in answer.content.decode()
    assert days_of(contact) == [("", 1, 2), ("Changed", 9, 5)]
    assert contact.special_dates.filter(pk=stays.pk).exists()


def test_a_day_that_another_removed_and_this_person_rewrote_is_asked_about(client_of, alice, contact):
    gone = remember(contact)
    remember(contact, label="Stays", month=9)
    client = client_of(alice)
    form = open_contact(client, contact)
    gone.delete()
    answer = save_contact(client, contact, {**form, "days-0-label": "Mine"})
    assert answer.status_code == 422
    assert "Somebody removed this day meanwhile" in answer.content.decode()
    assert days_of(contact) == [("Stays", 9, 5)]
    assert save_contact(client, contact, all_of(answer.context)).status_code == 302
    assert days_of(contact) == [("Mine", 3, 5), ("Stays", 9, 5)]


@pytest.mark.parametrize("theirs", [{}, {"day": 6}])
def test_removing_a_day_that_another_changed_is_asked_about(client_of, alice, contact, theirs):
    day = remember(contact)
    client = client_of(alice)
    form = open_contact(client, contact)
    SpecialDate.objects.filter(pk=day.pk).update(**theirs)
    answer = save_contact(client, contact, {**form, "days-0-DELETE": "on"})
    if theirs:
        assert answer.status_code == 422
        assert "Save again to remove it all the same" in answer.content.decode()
        assert days_of(contact) == [("", 3, 6)]
        answer = save_contact(client, contact, all_of(answer.context))
    assert answer.status_code == 302
    assert days_of(contact) == []


def test_both_removed_the_same_day(client_of, alice, contact):
    day = remember(contact)
    client = client_of(alice)
    form = open_contact(client, contact)
    day.delete()
    assert save_contact(client, contact, {**form, "days-0-DELETE": "on"}).status_code == 302
    assert days_of(contact) == []


def test_days_left_as_they_are_are_not_written(client_of, alice, contact, django_assert_num_queries):
    remember(contact)
    client = client_of(alice)
    form = open_contact(client, contact)
    history = SpecialDate.events.rel.related_model.objects
    before = history.count()
    assert save_contact(client, contact, {**form, "position": "Buyer"}).status_code == 302
    assert history.count() == before


@pytest.mark.parametrize("count", ["", "-1", "x", "99999999"])
def test_a_forged_number_of_days_breaks_nothing(client_of, alice, contact, count):
    client = client_of(alice)
    form = open_contact(client, contact)
    assert save_contact(client, contact, {**form, "days-TOTAL_FORMS": count}).status_code in (302, 422)
