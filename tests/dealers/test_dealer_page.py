import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Right
from crm.base.models import Company
from dealers import panels, timeline
from dealers.models import Agreement, BusinessStatus, Contact, CreditProfile, Dealer, Interaction, SpecialDate
from tests.factories import ContactFactory, DealerFactory

# Measured; a changed number shows in the diff.
QUERIES = {"detail": 11, "timeline": 16, "file": 19, "contacts": 9, "documents": 10, "sub_dealers": 10}


@pytest.fixture
def dealer(territories):
    return DealerFactory(
        territory=territories["CN-EAST-1"], name="上海华东电器", name_romanised="Shanghai Huadong", tier="B"
    )


def fill(dealer, times):
    """Rows of every kind that the page shows, so many times."""
    now = timezone.now()
    for number in range(times):
        contact = ContactFactory(dealer=dealer, mobile=f"1{number}")
        SpecialDate.objects.create(contact=contact, kind="BIRTHDAY", lunar=True, month=1 + number % 12, day=5)
        Interaction.objects.create(
            dealer=dealer, contact=contact, channel="PHONE", happened_at=now - dt.timedelta(hours=number), summary="x"
        )
        Agreement.objects.create(
            dealer=dealer,
            kind="FRAMEWORK",
            starts_on=dt.date(2020, 1, 1),
            ends_on=now.date() + dt.timedelta(days=number + 1),
        )
        BusinessStatus.objects.create(dealer=dealer, on=dt.date(2024, 1, 1) + dt.timedelta(days=number))
        DealerFactory(territory=dealer.territory, parent=dealer)


def address(name, dealer):
    if name == "timeline":
        return dealer.get_absolute_url() + "?kind="
    return reverse(f"dealers:{name}", args=[dealer.pk])


def queries(client, url):
    """Of the fragment, where there is one."""
    headers = {"HX-Request": "true", "HX-Target": "timeline"} if "?kind=" in url else {}
    client.get(url, headers=headers)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, headers=headers).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_the_number_of_queries_does_not_grow(dealer, bob, client_of, name):
    client = client_of(bob)
    large = DealerFactory(territory=dealer.territory)
    # Before the first request: it leaves its author to the events of the test's one transaction.
    fill(dealer, 2)
    fill(large, 25)
    # Who works the territory is read once for all dealers there.
    client.get(address(name, dealer))
    few = queries(client, address(name, dealer))
    many = queries(client, address(name, large))
    # With many rows the first page of the timeline may hold fewer kinds of them.
    assert many <= few == QUERIES[name]


def test_what_the_page_answers(dealer, alice, bob, client_of):
    Dealer.objects.filter(pk=dealer.pk).update(
        sales_12m=Decimal("1234567"),
        sales_prior_12m=Decimal("1000000"),
        balance=Decimal("4321.50"),
        address="南京东路 299 号",
    )
    ContactFactory(dealer=dealer, name="王建国", mobile="138 0013 8000")
    CreditProfile.objects.create(dealer=dealer, rating="AA", credit_limit=5000)
    BusinessStatus.objects.create(dealer=dealer, on=dt.date(2026, 1, 1), capital_strength=4, stock_remark="45 days")
    text = client_of(alice).get(dealer.get_absolute_url()).content.decode()
    for said in (
        "上海华东电器", "Shanghai Huadong", "南京东路 299 号", "Tier B", "Alice", "Bob", "tel:13800138000", "王建国", "1.23M",
        "+23.5%", "4,321.50", "AA", "45 days", 'lang="zh-Hans"',
    ):  # fmt: skip
        assert said in text, said


def test_credit_is_not_for_everybody(dealer, rory, client_of):
    CreditProfile.objects.create(dealer=dealer, rating="AA", credit_limit=987654)
    Dealer.objects.filter(pk=dealer.pk).update(balance=Decimal("4321.50"))
    client = client_of(rory)
    for name in ("detail", "file", "profile"):
        text = client.get(reverse(f"dealers:{name}", args=[dealer.pk])).content.decode()
        assert "4,321.50" not in text, name
        assert "987,654" not in text, name


def test_rory_is_offered_nothing_to_change(dealer, rory, client_of):
    ContactFactory(dealer=dealer)
    client = client_of(rory)
    for name in ("detail", "file", "contacts", "documents"):
        text = client.get(reverse(f"dealers:{name}", args=[dealer.pk])).content.decode()
        for action in ("edit", "delete", "status", "interaction_new", "contact_new", "document_new", "business_new"):
            assert f'"{reverse(f"dealers:{action}", args=[dealer.pk])}"' not in text, (name, action)


def test_charlie_gets_404(dealer, charlie, client_of):
    assert client_of(charlie).get(dealer.get_absolute_url()).status_code == 404


def test_an_a_dealer_should_not_hang_on_one_person(dealer, alice, bob, client_of):
    Dealer.objects.filter(pk=dealer.pk).update(tier="A")
    client = client_of(alice)
    assert "Nobody of ours has noted a contact" in client.get(dealer.get_absolute_url()).content.decode()
    Interaction.objects.create(dealer=dealer, channel="PHONE", happened_at=timezone.now(), summary="x", by=alice)
    assert "Only Alice has been in contact" in client.get(dealer.get_absolute_url()).content.decode()
    Interaction.objects.create(dealer=dealer, channel="VISIT", happened_at=timezone.now(), summary="x", by=bob)
    assert "has been in contact" not in client.get(dealer.get_absolute_url()).content.decode()


def test_an_agreement_that_was_renewed_is_not_due(dealer, alice, client_of):
    today = Company.get().today()
    Agreement.objects.create(
        dealer=dealer, kind="FRAMEWORK", starts_on=dt.date(2020, 1, 1), ends_on=today + dt.timedelta(days=9)
    )
    client = client_of(alice)
    assert client.get(dealer.get_absolute_url()).context["frame"].expiring_agreements
    Agreement.objects.create(dealer=dealer, kind="FRAMEWORK", starts_on=today + dt.timedelta(days=9))
    assert not client.get(dealer.get_absolute_url()).context["frame"].expiring_agreements


# --- Panels ---


def test_panels_of_apps_above_load_by_their_address(dealer, alice, client_of, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.register(panels.Panel("one", "dealers:contacts", "Contacts again", order=2))
    panels.register(panels.Panel("two", "dealers:file", "File again", order=1))
    panels.register(panels.Panel("gone", "nowhere:at_all", "Not installed", order=0))
    text = client_of(alice).get(dealer.get_absolute_url()).content.decode()
    assert f'hx-get="{reverse("dealers:contacts", args=[dealer.pk])}" hx-trigger="revealed"' in text
    assert text.index("File again") < text.index("Contacts again")
    assert "Not installed" not in text


def test_who_may_not_has_no_panel(dealer, alice, rory, client_of, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.register(panels.Panel("owed", "dealers:documents", "Owed", order=1, right=Right.VIEW_CREDIT))
    assert 'id="panel-owed"' in client_of(alice).get(dealer.get_absolute_url()).content.decode()
    assert 'id="panel-owed"' not in client_of(rory).get(dealer.get_absolute_url()).content.decode()


# --- Timeline ---


def test_what_was_noted_is_corrected_from_its_entry(dealer, alice, rory, client_of):
    call = Interaction.objects.create(dealer=dealer, channel="PHONE", happened_at=timezone.now(), summary="Called")
    url = reverse("dealers:interaction_edit", args=[dealer.pk, call.pk])
    assert url in client_of(alice).get(address("timeline", dealer)).content.decode()
    assert url not in client_of(rory).get(address("timeline", dealer)).content.decode()


def say(dealer, number, at):
    Interaction.objects.create(dealer=dealer, channel="PHONE", happened_at=at, summary=f"Call {number:02}")


def test_paging_loses_nothing(dealer, alice):
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number in range(50):
        # Five at a time at the same moment, so that a page would cut between them.
        say(dealer, number, start + dt.timedelta(hours=number // 5))
    seen, before = [], None
    while True:
        page = timeline.read(dealer, reader=alice, key="contact", before=before, size=7)
        seen += [entry.text for entry in page.entries]
        before = page.older
        if before is None:
            break
    assert sorted(seen) == [f"Call {number:02}" for number in range(50)]


def test_htmx_gets_only_the_next_entries(dealer, alice, client_of):
    for number in range(25):
        say(dealer, number, timezone.now() - dt.timedelta(days=number + 1))
    client = client_of(alice)
    first = client.get(dealer.get_absolute_url(), {"kind": "contact"})
    older = first.context["story"].older
    more = client.get(
        dealer.get_absolute_url(),
        {"kind": "contact", "before": older.isoformat()},
        headers={"HX-Request": "true", "HX-Target": "timeline-more"},
    ).content.decode()
    assert "<html" not in more
    assert "Call 24" in more
    assert "Call 00" not in more


def test_changes_are_sentences_in_the_mix(dealer, alice, client_of):
    client = client_of(alice)
    contact = ContactFactory(dealer=dealer, name="Wang")
    body = {
        "days-TOTAL_FORMS": "0",
        "days-INITIAL_FORMS": "0",
        "role": "BUYER",
        "influence": "3",
        "attitude": "NEUTRAL",
    }
    form = client.get(reverse("dealers:contact_edit", args=[dealer.pk, contact.pk])).context["form"]
    client.post(
        reverse("dealers:contact_edit", args=[dealer.pk, contact.pk]),
        {**body, "name": "Wang", "base": form["base"].value()},
    )
    assert Contact.objects.get().role == "BUYER"
    text = client.get(dealer.get_absolute_url(), {"kind": ""}).content.decode()
    assert "Alice changed role in decisions of “Wang” from other to buyer." in text


@pytest.mark.parametrize("before", ["nonsense", "2026-01-01", "2026-01-01T00:00:00", "9999-99-99"])
def test_a_wrong_moment_is_the_beginning(dealer, alice, client_of, before):
    assert client_of(alice).get(dealer.get_absolute_url(), {"before": before}).status_code == 200
