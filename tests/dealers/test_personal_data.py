"""Personal fields: consent first, every showing recorded, erased from the history too."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import Error, transaction
from django.urls import reverse
from django.utils import timezone

from crm.base.models import Company
from dealers.actions.personal import erase_expired, give_consent, withdraw_consent
from dealers.choices import ErasureCause
from dealers.models import BasicInfo, Connection, Consent, PersonalDataErasure, PersonalDataView, Traits
from dealers.personal import default_keep_until, running_consent
from tests.factories import DealerFactory

SECRET = "three children and a debt"


@pytest.fixture
def today(db):
    return Company.get().today()


@pytest.fixture
def dealer(territories, alice, today):
    """With a consent and something personal of every kind."""
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    give_consent(
        dealer=dealer,
        purpose="Visits",
        given_by="Owner",
        decided_on=today - dt.timedelta(days=30),
        keep_until=None,
        by=alice,
    )
    BasicInfo.objects.create(dealer=dealer, owner_name="Wang", family_background=SECRET, preferences=["tea"])
    Traits.objects.create(dealer=dealer, character_notes=SECRET, integrity=4)
    Connection.objects.create(dealer=dealer, person="Uncle Zhou", relation=SECRET)
    return dealer


def page(client, dealer):
    return client.get(reverse("dealers:file", args=[dealer.pk])).content.decode()


def history_text():
    """All that the events of the personal models hold, as text."""
    found = []
    for name in ("BasicInfoEvent", "TraitsEvent", "ConnectionEvent"):
        found += [str(row) for row in apps.get_model("dealers", name).objects.values()]
    return " ".join(found)


def test_nobody_sees_them_without_asking(dealer, alice, client_of):
    text = page(client_of(alice), dealer)
    assert SECRET not in text
    assert "Uncle Zhou" not in text
    assert "family background" in text
    assert not PersonalDataView.objects.exists()


def test_showing_is_recorded(dealer, alice, client_of):
    answer = client_of(alice).post(reverse("dealers:show_personal", args=[dealer.pk]), headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert SECRET in text
    assert "Uncle Zhou" in text
    assert "no-store" in answer.headers["Cache-Control"]
    view = PersonalDataView.objects.get()
    assert (view.viewer, view.dealer) == (alice, dealer)
    assert view.fields == ["family_background", "preferences", "character_notes", "network"]


def test_showing_works_without_javascript(dealer, alice, client_of):
    answer = client_of(alice).post(reverse("dealers:show_personal", args=[dealer.pk]))
    assert SECRET in answer.content.decode()
    assert "<html" in answer.content.decode()


def test_ada_learns_that_they_exist_but_not_what(dealer, ada, client_of):
    client = client_of(ada)
    assert "They are not shown to you" in page(client, dealer)
    assert client.post(reverse("dealers:show_personal", args=[dealer.pk])).status_code == 403
    form = client.get(reverse("dealers:basic_edit", args=[dealer.pk])).content.decode()
    assert SECRET not in form
    assert not PersonalDataView.objects.exists()


def test_ada_cannot_write_what_she_does_not_see(dealer, ada, client_of):
    client, url = client_of(ada), reverse("dealers:basic_edit", args=[dealer.pk])
    base = client.get(url).context["form"]["base"].value()
    client.post(url, {"base": base, "owner_name": "Wang Jianguo", "family_background": "overwritten"})
    basic = BasicInfo.objects.get()
    assert (basic.owner_name, basic.family_background) == ("Wang Jianguo", SECRET)


def test_charlie_gets_404(dealer, charlie, client_of):
    assert client_of(charlie).post(reverse("dealers:show_personal", args=[dealer.pk])).status_code == 404


def test_opening_the_form_is_a_showing(dealer, alice, client_of):
    client_of(alice).get(reverse("dealers:basic_edit", args=[dealer.pk]))
    assert PersonalDataView.objects.get().fields == ["family_background", "preferences"]


def test_who_looked_stands_on_the_page_for_bob_only(dealer, alice, bob, client_of):
    client_of(alice).post(reverse("dealers:show_personal", args=[dealer.pk]))
    assert "Who looked at personal data" in page(client_of(bob), dealer)
    assert "Who looked at personal data" not in page(client_of(alice), dealer)


def test_a_view_is_never_changed(dealer, alice):
    PersonalDataView.objects.create(dealer=dealer, viewer=alice, viewed_at=timezone.now(), fields=["occupation"])
    with pytest.raises(Error), transaction.atomic():
        PersonalDataView.objects.update(fields=[])


# --- Consent ---


def test_without_consent_nothing_is_kept(territories, alice, client_of):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    url = reverse("dealers:basic_edit", args=[dealer.pk])
    answer = client_of(alice).post(url, {"owner_name": "Wang", "family_background": SECRET})
    assert answer.status_code == 422
    assert "Without a consent nothing personal is kept" in answer.content.decode()
    # What was typed is still in the form.
    assert SECRET in answer.content.decode()
    assert not BasicInfo.objects.exists()
    assert not Consent.objects.exists()


def test_what_is_not_personal_needs_no_consent(territories, alice, client_of):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    answer = client_of(alice).post(reverse("dealers:basic_edit", args=[dealer.pk]), {"owner_name": "Wang"})
    assert answer.status_code == 302
    assert BasicInfo.objects.get().owner_name == "Wang"


def test_consent_and_fields_are_saved_together(territories, alice, client_of, today):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    body = {
        "owner_name": "Wang",
        "occupation": "merchant",
        "consent-purpose": "Visits",
        "consent-given_by": "Wang",
        "consent-decided_on": today.isoformat(),
        "consent-keep_until": default_keep_until(today).isoformat(),
    }
    assert client_of(alice).post(reverse("dealers:basic_edit", args=[dealer.pk]), body).status_code == 302
    assert BasicInfo.objects.get().occupation == "merchant"
    consent = Consent.objects.get()
    assert (consent.purpose, consent.given_by, consent.recorded_by) == ("Visits", "Wang", alice)


@pytest.mark.parametrize(
    ("decided_on", "expected"),
    [
        (dt.date(2026, 1, 15), dt.date(2028, 1, 15)),
        (dt.date(2024, 2, 29), dt.date(2026, 2, 28)),
    ],
)
def test_kept_for_24_months_unless_said_otherwise(decided_on, expected):
    assert default_keep_until(decided_on) == expected


def test_character_and_network_need_consent_too(territories, alice, client_of):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    client = client_of(alice)
    traits = client.post(reverse("dealers:traits_edit", args=[dealer.pk]), {"character_notes": SECRET})
    network = client.post(reverse("dealers:connection_new", args=[dealer.pk]), {"person": "Zhou", "influence": "3"})
    assert (traits.status_code, network.status_code) == (422, 422)
    assert not Traits.objects.exists()
    assert not Connection.objects.exists()


# --- Erasure ---


def test_withdrawal_erases_the_file_and_its_history(dealer, alice, today):
    assert SECRET in history_text()
    erasure = withdraw_consent(dealer_id=dealer.pk, reason="asked for it", by=alice, at=timezone.now(), on=today)
    basic, traits = BasicInfo.objects.get(), Traits.objects.get()
    assert (basic.owner_name, basic.family_background, basic.preferences) == ("Wang", "", [])
    assert (traits.character_notes, traits.integrity) == ("", 4)
    assert not Connection.objects.exists()
    assert SECRET not in history_text()
    assert "Uncle Zhou" not in history_text()
    assert set(erasure.fields) == {"family_background", "preferences", "character_notes", "network"}
    assert (erasure.cause, erasure.erased_by, erasure.reason) == (ErasureCause.WITHDRAWN, alice, "asked for it")
    assert erasure.history_rows >= 3
    assert running_consent(dealer, on=today) is None


def test_history_is_closed_again_afterwards(dealer, alice, today):
    withdraw_consent(dealer_id=dealer.pk, reason="", by=alice, at=timezone.now(), on=today)
    with pytest.raises(Error), transaction.atomic():
        apps.get_model("dealers", "BasicInfoEvent").objects.update(owner_name="x")


def test_the_page_says_so(dealer, alice, client_of):
    client = client_of(alice)
    answer = client.post(reverse("dealers:consent_withdraw", args=[dealer.pk]), {"reason": ""}, follow=True)
    assert "4 personal fields were erased" in answer.content.decode()
    story = client.get(dealer.get_absolute_url(), {"kind": ""}).content.decode()
    assert "Personal data was erased, also from the history: consent withdrawn." in story


def test_before_withdrawing_it_says_what_will_go(dealer, alice, client_of):
    text = client_of(alice).get(reverse("dealers:consent_withdraw", args=[dealer.pk])).content.decode()
    assert "family background, preferences, character, personal network" in text


def test_the_night_erases_what_ran_out(dealer, today):
    until = Consent.objects.get().keep_until
    assert erase_expired(on=until - dt.timedelta(days=1), at=timezone.now()) == 0
    assert erase_expired(on=until, at=timezone.now()) == 1
    assert SECRET not in history_text()
    assert PersonalDataErasure.objects.get().cause == ErasureCause.EXPIRED
    # Idempotent for its date.
    assert erase_expired(on=until, at=timezone.now()) == 0


def test_a_renewed_consent_keeps_them(dealer, alice, today):
    until = Consent.objects.get().keep_until
    give_consent(dealer=dealer, purpose="Visits", given_by="Owner", decided_on=today, keep_until=None, by=alice)
    assert erase_expired(on=until, at=timezone.now()) == 0
    assert BasicInfo.objects.get().family_background == SECRET


def test_also_of_a_dealer_in_the_bin(dealer):
    dealer.deleted_at = timezone.now()
    dealer.save()
    assert erase_expired(on=Consent.objects.get().keep_until, at=timezone.now()) == 1


def test_changes_never_tell_personal_values(dealer, dora, client_of):
    BasicInfo.objects.update(family_background=SECRET + " more")
    client = client_of(dora)
    for url in (
        reverse("dealers:detail", args=[dealer.pk]) + "?kind=change",
        reverse("audit:list"),
        reverse("audit:object", args=["dealers.dealer", dealer.pk]),
    ):
        text = client.get(url).content.decode()
        assert SECRET not in text, url
        assert "Uncle Zhou" not in text, url


def test_the_profile_on_paper_has_none(dealer, alice, client_of):
    text = client_of(alice).get(reverse("dealers:profile", args=[dealer.pk])).content.decode()
    assert SECRET not in text
    assert "Uncle Zhou" not in text
