"""Two people edit the same dealer: nothing is overwritten unseen."""

import re

import pytest
from django.urls import reverse

from dealers.models import BusinessField, Dealer
from tests.factories import DealerFactory


@pytest.fixture
def dealer(territories):
    return DealerFactory(
        territory=territories["CN-EAST-1"], name="Old name", phone="111", city="Old town", kind="RETAILER"
    )


def opened(client, dealer):
    """The values of the form as a browser would send them back."""
    text = client.get(reverse("dealers:edit", args=[dealer.pk])).content.decode()
    form = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and "checkbox" not in tag:
            form[name[1]] = value[1] if value else ""
    return form | {
        "kind": dealer.kind,
        "territory": dealer.territory_id,
        "note": dealer.note,
        "business_scope": list(dealer.business_scope.values_list("pk", flat=True)),
    }


def save(client, dealer, form):
    return client.post(reverse("dealers:edit", args=[dealer.pk]), form)


def test_plain_edit(dealer, alice, client_of):
    client = client_of(alice)
    assert save(client, dealer, {**opened(client, dealer), "name": "New name"}).status_code == 302
    dealer.refresh_from_db()
    assert (dealer.name, dealer.phone) == ("New name", "111")


def test_what_another_changed_elsewhere_is_kept(dealer, alice, client_of):
    client = client_of(alice)
    form = opened(client, dealer)
    Dealer.objects.filter(pk=dealer.pk).update(phone="222")
    assert save(client, dealer, {**form, "name": "New name"}).status_code == 302
    dealer.refresh_from_db()
    assert (dealer.name, dealer.phone) == ("New name", "222")


def test_the_same_field_is_shown_with_both_values(dealer, alice, client_of):
    client = client_of(alice)
    form = opened(client, dealer)
    Dealer.objects.filter(pk=dealer.pk).update(name="Their name", kind="AGENT")
    answer = save(client, dealer, {**form, "name": "My name", "kind": "WHOLESALER"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Their name" in text
    assert "My name" in text
    # Choices by their labels, not their codes.
    assert "“agent” meanwhile. You wrote “wholesaler”" in text
    dealer.refresh_from_db()
    assert (dealer.name, dealer.kind) == ("Their name", "AGENT")


def test_saving_once_more_keeps_mine_knowingly(dealer, alice, client_of):
    client = client_of(alice)
    form = opened(client, dealer)
    Dealer.objects.filter(pk=dealer.pk).update(name="Their name", phone="222")
    answer = save(client, dealer, {**form, "name": "My name"})
    base = answer.context["form"]["base"].value()
    # The form that came back shows what was kept of the other's.
    assert 'value="222"' in answer.content.decode()
    assert save(client, dealer, {**form, "name": "My name", "phone": "222", "base": base}).status_code == 302
    dealer.refresh_from_db()
    assert (dealer.name, dealer.phone) == ("My name", "222")


def test_both_wrote_the_same(dealer, alice, client_of):
    client = client_of(alice)
    form = opened(client, dealer)
    Dealer.objects.filter(pk=dealer.pk).update(name="Same")
    assert save(client, dealer, {**form, "name": "Same"}).status_code == 302


def test_many_to_many_is_compared_too(dealer, alice, client_of):
    client = client_of(alice)
    form = opened(client, dealer)
    field = BusinessField.objects.create(code="AC", name="Air conditioning")
    dealer.business_scope.add(field)
    assert save(client, dealer, {**form, "name": "New name"}).status_code == 302
    assert list(dealer.business_scope.all()) == [field]


def test_a_forged_base_overwrites_nothing(dealer, alice, client_of):
    client = client_of(alice)
    form = opened(client, dealer)
    assert save(client, dealer, {**form, "name": "My name", "base": "forged"}).status_code == 422
    dealer.refresh_from_db()
    assert dealer.name == "Old name"


def test_errors_stand_at_the_field_and_on_top_and_nothing_is_lost(dealer, alice, client_of):
    client = client_of(alice)
    answer = save(client, dealer, {**opened(client, dealer), "name": "", "city": "New town", "latitude": "31.2"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was saved yet" in text
    assert 'href="#id_name"' in text
    assert 'href="#id_longitude"' in text
    assert 'value="New town"' in text
