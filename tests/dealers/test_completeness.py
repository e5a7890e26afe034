import datetime as dt

import pytest
from django.urls import NoReverseMatch, reverse

from crm.base.models import Company
from dealers import completeness
from dealers.completeness import ITEMS, KEYS, missing_items, percent, present_keys, refresh, weights
from dealers.models import (
    Agreement,
    BasicInfo,
    BrandShare,
    BusinessField,
    BusinessStatus,
    Connection,
    CreditProfile,
    Dealer,
    DealerDocument,
    SpecialDate,
    TraitObservation,
    Traits,
)
from tests.factories import ContactFactory, DealerFactory

ON = dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("present", "weights", "expected"),
    [
        (set(), {"a": 1, "b": 1}, 0),
        ({"a"}, {"a": 1, "b": 1}, 50),
        ({"a"}, {"a": 1, "b": 2}, 33),
        ({"a", "b"}, {"a": 1, "b": 2}, 100),
        ({"b"}, {"a": 1, "b": 200}, 99),
        (set(), {"a": 0}, 100),
        ({"c"}, {"a": 1}, 0),
    ],
)
def test_percent(present, weights, expected):
    assert percent(present, weights) == expected


def bare(territories, **fields):
    return DealerFactory(territory=territories["CN-EAST-1"], name="商店", **fields)


def fill(dealer):
    """Every single thing that a file can hold."""
    Dealer.objects.filter(pk=dealer.pk).update(
        name_romanised="Shangdian", address="1 Road", city="Town", latitude=31, longitude=121, phone="1", opening_hours="9-5",
        founded_year=1999, employees=5, customer_since=ON, verified_on=ON,
    )  # fmt: skip
    dealer.business_scope.add(BusinessField.objects.create(code="AC", name="Air"))
    BasicInfo.objects.create(dealer=dealer, owner_name="Wang", occupation="merchant")
    Connection.objects.create(dealer=dealer, person="Zhou")
    Traits.objects.create(dealer=dealer, management_level=3, working_style=["careful"], integrity=4)
    TraitObservation.objects.create(dealer=dealer, observed_on=ON, text="Pays early")
    BusinessStatus.objects.create(
        dealer=dealer, on=ON, registered_capital=1, cost_budget=1, cost_actual=1, annual_sales_all_brands=1,
        gross_profit_with_us=1, investment_in_us=1, sales_staff=1, vehicles=1, warehouse_m2=1,
    )  # fmt: skip
    BrandShare.objects.create(dealer=dealer, on=ON, brand="Acme")
    CreditProfile.objects.create(dealer=dealer, credit_limit=1, rating="A")
    first = ContactFactory(dealer=dealer, role="OWNER", mobile="1")
    ContactFactory(dealer=dealer)
    SpecialDate.objects.create(contact=first, kind="BIRTHDAY", month=1, day=1)
    DealerDocument.objects.create(
        dealer=dealer, kind="LICENCE", title="x", file="x", filename="x", content_type="x", bytes=1, sha256="x",
        uploaded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    Agreement.objects.create(dealer=dealer, kind="DEALER_CONTRACT", starts_on=ON)


def test_every_item_is_found_when_it_is_there_and_none_before(territories):
    dealer = bare(territories)
    assert present_keys(dealer.pk, on=ON) == set()
    fill(dealer)
    assert present_keys(dealer.pk, on=ON) == set(KEYS)


def test_the_set_based_figure_is_the_pure_one(territories):
    dealers = [bare(territories), bare(territories), bare(territories, phone="1", employees=3)]
    fill(dealers[1])
    own = {"phone": 40, "background": 7, "address": 0}
    company = Company(completeness_weights=own)
    assert refresh(on=ON, company=company) == 2
    for dealer in dealers:
        dealer.refresh_from_db()
        assert dealer.completeness == percent(present_keys(dealer.pk, on=ON), weights(company))
    assert [dealer.completeness for dealer in dealers[:2]] == [0, 100]
    # Nothing has changed: nothing is written.
    assert refresh(on=ON, company=company) == 0


def test_of_some_dealers_only(territories):
    first, second = bare(territories, phone="1"), bare(territories, phone="1")
    assert refresh(on=ON, dealer_ids=[first.pk]) == 1
    second.refresh_from_db()
    assert second.completeness == 0


@pytest.mark.parametrize(
    ("own", "expected"),
    [({"phone": 9}, 9), ({"phone": 0}, 0), ({"phone": -1}, 6), ({"phone": "9"}, 6), ({"phone": True}, 6), ({}, 6)],
)
def test_the_companys_weights_go_over_ours(own, expected):
    assert weights(Company(completeness_weights=own))["phone"] == expected


def test_personal_fields_weigh_nothing_by_themselves():
    assert {item.key: item.weight for item in ITEMS if item.key in ("background", "network")} == {
        "background": 0,
        "network": 0,
    }


def test_a_snapshot_that_is_verified_long_ago_does_not_count(territories):
    dealer = bare(territories, verified_on=ON - dt.timedelta(days=366))
    assert "verified" not in present_keys(dealer.pk, on=ON)


def test_an_agreement_that_ended_does_not_count(territories):
    dealer = bare(territories)
    Agreement.objects.create(dealer=dealer, kind="FRAMEWORK", starts_on=ON - dt.timedelta(days=9), ends_on=ON)
    assert "agreement" not in present_keys(dealer.pk, on=ON)


def test_missing_items_lead_to_their_fields(territories, alice, client_of):
    """Each link opens a page with that very field."""
    dealer = bare(territories)
    BusinessField.objects.create(code="AC", name="Air")
    client = client_of(alice)
    for item in ITEMS:
        try:
            address = item.url(dealer.pk)
        except NoReverseMatch:
            pytest.fail(item.key)
        url, _hash, anchor = address.partition("#")
        answer = client.get(url)
        # Credit is edited by finance.
        assert answer.status_code == (403 if item.key == "credit" else 200), item.key
        if anchor and answer.status_code == 200:
            assert f'id="{anchor}"' in answer.content.decode(), item.key


def test_the_heaviest_missing_comes_first(territories):
    values = weights(Company())
    found = missing_items({"contact"}, values)
    assert [values[item.key] for item in found] == sorted((values[item.key] for item in found), reverse=True)
    assert "contact" not in {item.key for item in found}
    assert all(values[item.key] for item in found)


def test_page_of_weights(territories, dora, client_of):
    dealer = bare(territories, phone="1")
    client = client_of(dora)
    url = reverse("dealers:completeness_weights")
    body = {item.key: 0 for item in ITEMS} | {"phone": 10, "required": 60}
    assert client.post(url, body).status_code == 302
    company = Company.get()
    assert completeness.weights(company)["phone"] == 10
    assert company.completeness_required == 60
    dealer.refresh_from_db()
    assert dealer.completeness == 100


def test_something_has_to_weigh(territories, dora, client_of):
    body = {item.key: 0 for item in ITEMS} | {"required": 0}
    assert client_of(dora).post(reverse("dealers:completeness_weights"), body).status_code == 422


def test_saving_a_page_computes_that_dealer(territories, alice, client_of):
    dealer = bare(territories)
    client_of(alice).post(
        reverse("dealers:observation_new", args=[dealer.pk]), {"observed_on": "2026-01-02", "text": "x"}
    )
    dealer.refresh_from_db()
    assert dealer.completeness > 0


def test_report_of_sub_dealer_files(territories, alice, client_of):
    parent = DealerFactory(territory=territories["CN-EAST-1"], name="Parent")
    for value in (100, 100, 10):
        DealerFactory(territory=territories["CN-EAST-1"], parent=parent, completeness=value)
    # One that Alice does not see is not counted.
    DealerFactory(territory=territories["JP-KANTO-1"], parent=parent, completeness=0)
    answer = client_of(alice).get(reverse("dealers:sub_dealer_files"))
    (row,) = answer.context["rows"]
    assert (row["name"], row["files"], row["complete"], row["average"]) == ("Parent", 3, 2, 70)
