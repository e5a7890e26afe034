"""Who may open the pages of the dealer file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.utils import timezone

from accounts.models import Territory
from dealers.actions.dealers import bin_dealer
from dealers.actions.documents import file_document
from dealers.choices import Channel
from dealers.forms.business import BusinessStatusForm
from dealers.forms.dealer import DealerForm
from dealers.forms.merging import MergingForm
from dealers.forms.papers import AgreementForm
from dealers.forms.people import ConnectionForm, ContactForm, InteractionForm
from dealers.models import Agreement, BusinessStatus, Connection, Contact, Dealer, Interaction, TraitObservation
from dealers.uploads import examine
from tests.factories import ContactFactory, DealerFactory, UserFactory
from tests.permissions import EVERYBODY, Id, Row

EDITS = "alice bob charlie dora ada"
DELETES = "bob dora ada"
SEES_PERSONAL = "alice bob charlie dora"
ON = dt.date(2026, 1, 2)


def dealer(place: Territory) -> Dealer:
    """The one in Kanto is called after it."""
    return DealerFactory(name=f"Dealer of {place.code}", territory=place, latitude=31.2, longitude=121.5)


def binned(place: Territory) -> Dealer:
    row = DealerFactory(name=f"Binned of {place.code}", territory=place)
    return bin_dealer(dealer_id=row.pk, by=UserFactory(), at=timezone.now())


def _opened(form: MergingForm) -> SimpleNamespace:
    """What an opened form says about the values it showed; stands in a body like an id."""
    return SimpleNamespace(pk=form.initial["base"])


def base_of_dealer(place: Territory) -> SimpleNamespace:
    shown = Dealer.objects.filter(name=f"Dealer of {place.code}").first() or dealer(place)
    return _opened(DealerForm(instance=shown, user=UserFactory()))


def base_of(form: type[MergingForm], model: type[Model], **options: Any) -> Callable[[Territory], SimpleNamespace]:
    """Of the row that the thing before it has just made."""
    return lambda place: _opened(
        form(instance=model._default_manager.filter(dealer=_dealer_of(place)).last(), **options)
    )


def _dealer_of(place: Territory) -> Dealer:
    """One dealer a place for all rows of its file; the rows name it by `file_of`."""
    return Dealer.objects.filter(name=f"File of {place.code}").first() or DealerFactory(
        name=f"File of {place.code}", territory=place
    )


def document(place: Territory):
    upload = examine(SimpleUploadedFile("licence.pdf", b"%PDF-1.4 of " + place.code.encode()))
    return file_document(
        dealer=_dealer_of(place), kind="LICENCE", title="Licence", upload=upload, by=None, at=timezone.now()
    )


THINGS = {
    "dealer": dealer,
    "binned": binned,
    "file_of": _dealer_of,
    "contact": lambda place: ContactFactory(dealer=_dealer_of(place), name=f"Contact of {place.code}"),
    "left_contact": lambda place: ContactFactory(dealer=_dealer_of(place), active=False),
    "connection": lambda place: Connection.objects.create(dealer=_dealer_of(place), person="Somebody"),
    "observation": lambda place: TraitObservation.objects.create(
        dealer=_dealer_of(place), observed_on=ON, text="Pays early"
    ),
    "snapshot": lambda place: BusinessStatus.objects.create(dealer=_dealer_of(place), on=ON),
    "interaction": lambda place: Interaction.objects.create(
        dealer=_dealer_of(place), channel=Channel.PHONE, happened_at=timezone.now(), summary="Called"
    ),
    "document": document,
    "agreement": lambda place: Agreement.objects.create(dealer=_dealer_of(place), kind="FRAMEWORK", starts_on=ON),
    "patch_of": lambda place: place,
    "base_of_dealer": base_of_dealer,
    "base_of_contact": base_of(ContactForm, Contact),
    "base_of_interaction": lambda place: base_of(InteractionForm, Interaction, dealer=_dealer_of(place))(place),
    "base_of_connection": lambda place: base_of(ConnectionForm, Connection, user=UserFactory())(place),
    "base_of_snapshot": lambda place: base_of(BusinessStatusForm, BusinessStatus, dealer=_dealer_of(place))(place),
    "base_of_agreement": lambda place: base_of(AgreementForm, Agreement, dealer=_dealer_of(place))(place),
}

NEW = {
    "name": "Brand new", "kind": "RETAILER", "status": "PROSPECT", "country": "CN", "territory": Id("patch_of"),
    "code": "", "not_a_duplicate": "on",
}  # fmt: skip
CONSENT = {
    "purpose": "To prepare visits",
    "given_by": "The owner",
    "decided_on": "2026-01-02",
    "keep_until": "2099-01-01",
}
NO_DAYS = {"days-TOTAL_FORMS": "0", "days-INITIAL_FORMS": "0"}
NO_BRANDS = {"brands-TOTAL_FORMS": "0", "brands-INITIAL_FORMS": "0", "on": "2026-01-02"}
CONTACT = {"name": "New", "role": "BUYER", "influence": "3", "attitude": "NEUTRAL", **NO_DAYS}
CALL = {"channel": "PHONE", "happened_at": "2026-01-02T10:00", "summary": "Called", "two_way": "on"}
AGREEMENT = {"kind": "FRAMEWORK", "starts_on": "2026-01-02"}
WEIGHTS_REFUSED = {"required": "200"}


def _tab() -> Row:
    return Row(get=EVERYBODY, args=("dealer",))


def _form(body: dict, *args: str, who: str = EDITS) -> Row:
    return Row(get=who, post=who, args=args, body=body)


ROWS = {
    # Charlie has no business in Alice's territory.
    "dealers:new": Row(get=EDITS, post=EDITS, body=NEW, foreign=("territory",), post_status=(302, 422)),
    "dealers:similar": Row(get=EDITS, query={"name": "Dealer of"}, lists=("dealer",)),
    "dealers:bin": Row(get=DELETES, lists=("binned",)),
    "dealers:completeness_weights": Row(get="dora ada", post="dora ada", body=WEIGHTS_REFUSED, post_status=422),
    "dealers:sub_dealer_files": Row(get=EVERYBODY),
    "dealers:detail": _tab(),
    "dealers:file": _tab(),
    "dealers:contacts": _tab(),
    "dealers:documents": _tab(),
    "dealers:sub_dealers": _tab(),
    "dealers:sub_dealers_map": _tab(),
    "dealers:profile": _tab(),
    "dealers:edit": Row(
        get=EDITS,
        post=EDITS,
        args=("dealer",),
        body={
            "base": Id("base_of_dealer"),
            "name": "Renamed",
            "kind": "RETAILER",
            "country": "CN",
            "code": "R-1",
            "territory": Id("patch_of"),
        },
        foreign=("territory",),
    ),
    "dealers:status": _form({"to_status": "AT_RISK", "reason": "Sales fell"}, "dealer"),
    "dealers:delete": Row(post=DELETES, args=("dealer",)),
    "dealers:restore": Row(post=DELETES, args=("binned",)),
    "dealers:basic_edit": _form({"owner_name": "Somebody"}, "dealer"),
    "dealers:show_personal": Row(post=SEES_PERSONAL, args=("dealer",), post_status=200),
    "dealers:consent": _form(CONSENT, "dealer", who=SEES_PERSONAL),
    "dealers:consent_withdraw": _form({"reason": ""}, "dealer", who=SEES_PERSONAL),
    "dealers:connection_new": _form(
        {"person": "Somebody", "influence": "3"} | {f"consent-{key}": value for key, value in CONSENT.items()},
        "dealer",
        who=SEES_PERSONAL,
    ),
    "dealers:connection_edit": _form(
        {"person": "Another", "influence": "3", "base": Id("base_of_connection")}
        | {f"consent-{key}": value for key, value in CONSENT.items()},
        "file_of",
        "connection",
        who=SEES_PERSONAL,
    ),
    "dealers:connection_delete": Row(post=SEES_PERSONAL, args=("file_of", "connection")),
    "dealers:traits_edit": _form({"integrity": "4"}, "dealer"),
    "dealers:observation_new": _form({"observed_on": "2026-01-02", "text": "Pays early"}, "dealer"),
    "dealers:observation_delete": Row(post=EDITS, args=("file_of", "observation")),
    "dealers:business_new": _form({"on": "2026-01-03"}, "dealer"),
    "dealers:business_edit": _form({"on": "2026-01-03", "base": Id("base_of_snapshot")}, "file_of", "snapshot"),
    "dealers:brands_edit": _form(NO_BRANDS, "dealer"),
    "dealers:brands_delete": Row(post=EDITS, args=("dealer", ON)),
    "dealers:credit_edit": _form({"credit_limit": "1000"}, "dealer", who="dora fay ada"),
    "dealers:contact_new": _form(CONTACT, "dealer"),
    "dealers:contact_edit": _form({**CONTACT, "base": Id("base_of_contact")}, "file_of", "contact"),
    "dealers:contact_left": Row(post=EDITS, args=("file_of", "contact")),
    "dealers:contact_back": Row(post=EDITS, args=("file_of", "left_contact")),
    "dealers:interaction_new": Row(
        get=EDITS, post=EDITS, args=("file_of",), body={**CALL, "contact": Id("contact")}, foreign=("contact",)
    ),
    "dealers:interaction_edit": _form({**CALL, "base": Id("base_of_interaction")}, "file_of", "interaction"),
    "dealers:document_new": Row(get=EDITS, post=EDITS, args=("dealer",), post_status=422),
    "dealers:document_version": Row(get=EDITS, post=EDITS, args=("file_of", "document"), post_status=422),
    "dealers:document_download": Row(get=EVERYBODY, args=("file_of", "document")),
    "dealers:agreement_new": Row(
        get=EDITS, post=EDITS, args=("file_of",), body={**AGREEMENT, "document": Id("document")}, foreign=("document",)
    ),
    "dealers:agreement_edit": _form({**AGREEMENT, "base": Id("base_of_agreement")}, "file_of", "agreement"),
}
