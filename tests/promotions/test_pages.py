"""The pages, walked through as people do."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from promotions import ledger
from promotions.choices import ClaimState, PromotionState
from promotions.models import Claim, ClaimExport, Promotion
from tests.factories import DealerFactory
from tests.promotions import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_time(monkeypatch):
    """The company's day is that of the factories."""

    def set_day(day: dt.date) -> None:
        from crm.base.models import Company

        monkeypatch.setattr(Company, "today", lambda self, *, at=None: day)

    set_day(factories.PLANNED)
    return set_day


def test_from_the_form_to_the_file(client_of, territories, alice, bob, fay, in_time, settings, tmp_path) -> None:
    """A rep plans, the manager approves on the phone, claims are settled until the budget refuses one more."""
    settings.MEDIA_ROOT = tmp_path
    place = territories["CN-EAST-1"]
    dealer = DealerFactory(territory=place)
    budget = factories.budget_of(place, "3000")
    rep, manager, finance = client_of(alice), client_of(bob), client_of(fay)
    values = {
        "title": "Spring shelves", "mechanic": "DISPLAY", "goal": "6,000 more", "territory": place.pk, "place": "All shops",
        "starts_on": factories.START, "ends_on": factories.END, "owner": alice.pk, "currency": "USD", "margin_share": "30",
    }  # fmt: skip
    answer = rep.post(reverse("promotions:new"), values)
    promotion = Promotion.objects.get()
    assert answer.status_code == 302
    assert promotion.margin_share == Decimal("0.3")
    page = reverse("promotions:promotion", args=[promotion.pk])
    refused = rep.post(reverse("promotions:step", args=[promotion.pk, "submit"]))
    assert refused.status_code == 422
    assert "No dealer takes part yet." in refused.content.decode()

    assert dealer.name in rep.get(reverse("promotions:dealers", args=[promotion.pk])).content.decode()
    rep.post(reverse("promotions:dealers", args=[promotion.pk]), {"dealer": dealer.pk, "uplift": "10"})
    row = promotion.participants.get()
    rep.post(reverse("promotions:step", args=[promotion.pk, "estimates"]), {f"estimate-{row.pk}": "6,000.50"})
    rep.post(
        reverse("promotions:step", args=[promotion.pk, "line"]),
        {"kind": "DISPLAY", "budget": budget.pk, "amount": "1000"},
    )
    rep.post(reverse("promotions:step", args=[promotion.pk, "provision"]), {"side": "DEALER", "item": "Windows"})
    assert rep.post(reverse("promotions:step", args=[promotion.pk, "submit"])).status_code == 302
    assert promotion.participants.get().estimate == Decimal("6000.5")

    assert "Spring shelves" in manager.get(reverse("promotions:queue")).content.decode()
    for client, waits in ((manager, True), (rep, False), (finance, False)):
        assert ("Spring shelves" in client.get(reverse("promotions:queue_short")).content.decode()) is waits
    approve = reverse("promotions:approve", args=[promotion.pk])
    shown = manager.get(approve).content.decode()
    assert "3,000.00 before, less 1,000.00, 2,000.00 after" in shown
    promotion.refresh_from_db()
    for _twice in range(2):
        manager.post(approve, {"decision": "APPROVED", "version": promotion.version})
    assert ledger.of_budgets([budget])[budget.pk].reserved == 1000

    in_time(factories.START)
    rep.post(reverse("promotions:step", args=[promotion.pk, "begin"]))
    form = {
        "dealer": dealer.pk, "line": promotion.lines.get().pk, "amount": "700", "done_on": factories.START, "invoice_number": "R-1",
        "place": "Shop window", "key": uuid.uuid4(),
    }  # fmt: skip
    for _twice in range(2):
        photos = [SimpleUploadedFile(f"{n}.jpg", factories.picture(n), "image/jpeg") for n in range(3)]
        rep.post(reverse("promotions:new_claim", args=[promotion.pk]), {**form, "photos": photos})
    claim = Claim.objects.get()
    assert claim.evidence.count() == 3
    looked = manager.get(claim.get_absolute_url()).content.decode()
    assert "3 photos of at least 3." in looked
    assert "The invoice or its number is missing." in looked
    for _twice in range(2):
        manager.post(reverse("promotions:claim_step", args=[claim.pk, "decide"]), {"approved": "700"})
    for _twice in range(2):
        finance.post(
            reverse("promotions:claim_step", args=[claim.pk, "settle"]), {"how": "CREDIT_NOTE", "number": "CN-1"}
        )
    claim.refresh_from_db()
    assert claim.state == ClaimState.SETTLED
    held = ledger.of_budgets([budget])[budget.pk]
    assert (held.available, held.reserved, held.committed, held.paid) == (2000, 300, 0, 700)

    more = rep.post(
        reverse("promotions:new_claim", args=[promotion.pk]),
        {**form, "key": uuid.uuid4(), "amount": "300.01", "invoice_number": "R-2"},
    )
    assert more.status_code == 422
    assert "300.01 USD are asked for and 300.00 USD are left" in more.content.decode()
    settings.EXPORT_ROWS_A_DAY = 1
    export = reverse("promotions:export")
    assert finance.post(export, {"since": "2027-01-01"}).content.decode().count("CN-1") == 0
    exported = finance.post(export).content.decode()
    assert ",CREDIT_NOTE,CN-1," in exported
    assert ",700.00,USD," in exported
    # The day's rows are used up, and what was taken out is written down.
    assert finance.post(export).status_code == 302
    assert list(ClaimExport.objects.order_by("pk").values_list("user", "rows")) == [(fay.pk, 0), (fay.pk, 1)]
    assert rep.get(page).status_code == 200


def test_the_same_photo_again_is_told(client_of, territories, alice, bob, in_time, settings, tmp_path) -> None:
    """Cut smaller and saved anew, for another promotion."""
    settings.MEDIA_ROOT = tmp_path
    place = territories["CN-EAST-1"]
    first = factories.running(approver=bob, territory=place, by=alice)
    factories.claimed(first, alice, proofs=factories.photos(10))
    second = factories.running(approver=bob, territory=place, by=alice)
    smaller = factories.upload_of(factories.picture(11, size=(200, 150)))
    proofs = [factories.Proof("PHOTO", smaller, "Window"), *factories.photos(20, 2)]
    claim = factories.claimed(second, alice, proofs=proofs)
    twins = [row.looks_like for row in claim.evidence.order_by("pk")]
    assert [twin is not None for twin in twins] == [True, False, False]
    assert "looks like an earlier" in client_of(bob).get(claim.get_absolute_url()).content.decode()


def test_who_asked_sees_that_somebody_else_decides(client_of, territories, bob, in_time) -> None:
    promotion = factories.submitted(territory=territories["CN-EAST-1"], by=bob)
    page = client_of(bob).get(reverse("promotions:approve", args=[promotion.pk])).content.decode()
    assert "You asked for this yourself" in page
    answer = client_of(bob).post(
        reverse("promotions:approve", args=[promotion.pk]), {"decision": "APPROVED", "version": promotion.version}
    )
    assert answer.status_code == 422


def test_money_of_a_budget(client_of, territories, dora, fay, in_time) -> None:
    """Made, granted once although sent twice, moved with somebody else's approval."""
    client = client_of(fay)
    values = {
        "code": "EAST", "name": "East", "territory": territories["CN"].pk, "purpose": "PROMOTION", "starts_on": "2026-01-01",
        "ends_on": "2027-01-01", "currency": "USD",
    }  # fmt: skip
    client.post(reverse("promotions:new_budget"), values)
    from promotions.models import Budget

    budget = Budget.objects.get(code="EAST")
    key = uuid.uuid4()
    for _twice in range(2):
        client.post(reverse("promotions:grant", args=[budget.pk]), {"amount": "500", "key": key})
    assert ledger.of_budgets([budget])[budget.pk].available == 500
    other = factories.budget_of(territories["CN"], "0")
    for _twice in range(2):
        client.post(
            reverse("promotions:transfer", args=[budget.pk]), {"target": other.pk, "amount": "200", "reason": "North"}
        )
    transfer = budget.transfers_out.get()
    decide = reverse("promotions:decide_transfer", args=[transfer.pk])
    client.post(decide, {"approve": "1"})
    assert ledger.of_budgets([other])[other.pk].available == 0
    for _twice in range(2):
        client_of(dora).post(decide, {"approve": "1"})
    assert ledger.of_budgets([other])[other.pk].available == 200
    page = client.get(reverse("promotions:budget", args=[budget.pk]))
    assert page.status_code == 200
    assert client.get(reverse("promotions:budgets")).status_code == 200


@pytest.mark.parametrize("name", ["calendar", "library", "claims", "list"])
def test_pages_with_something_on_them(name, client_of, territories, alice, bob, in_time) -> None:
    place = territories["CN-EAST-1"]
    dealer = DealerFactory(territory=place)
    factories.running(approver=bob, territory=place, by=alice, dealers=[dealer])
    promotion = factories.running(approver=bob, territory=place, by=alice, dealers=[dealer], title="Again")
    factories.claimed(promotion, alice)
    page = client_of(alice).get(reverse(f"promotions:{name}"), {"month": "2026-03"}).content.decode()
    if name == "calendar":
        assert page.count("same dealers and products") == 2
    if name == "list":
        assert page.index("Again") < page.index("Spring shelves")


def test_the_brief_and_the_panel(client_of, territories, alice, bob, in_time) -> None:
    from visits import brief

    place = territories["CN-EAST-1"]
    dealer = DealerFactory(territory=place)
    factories.running(approver=bob, territory=place, by=alice, dealers=[dealer])
    parts = brief.of_dealers([dealer], user=alice, on=factories.START)[dealer.pk]
    items = next(part for part in parts if part.key == "promotions").items
    assert "“Spring shelves” runs" in items[0].text
    assert "Space in the window" in items[0].detail
    panel = client_of(alice).get(reverse("promotions:panel", args=[dealer.pk])).content.decode()
    assert "Spring shelves" in panel


def test_the_night_begins_and_ends(territories, alice, bob) -> None:
    from crm.base.jobs import Silent
    from promotions.nightly import promotions

    promotion = factories.approve(factories.submitted(territory=territories["CN-EAST-1"], by=alice), bob)
    for day, state in (
        (factories.START - dt.timedelta(days=1), PromotionState.APPROVED), (factories.START, PromotionState.RUNNING),
        (factories.END, PromotionState.ENDED), (factories.END, PromotionState.ENDED),
    ):  # fmt: skip
        promotions(on=day, job=Silent())
        promotion.refresh_from_db()
        assert promotion.state == state
