"""Paid claims drawn at random, looked at in the field, and remembered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notice
from promotions import audits
from promotions.actions.audits import find
from promotions.actions.claims import Proof
from promotions.choices import AuditResult
from promotions.extra_visits import open_audits, running, why_audited, why_looked_at
from promotions.models import ClaimAudit, PromotionTerms
from promotions.refusals import ChangedMeanwhile, PromotionRefused
from tests.promotions import factories
from tests.promotions.factories import END, START, claimed, decided, moment, settled

pytestmark = pytest.mark.django_db
LATER = START + dt.timedelta(days=9)


def test_a_tenth_is_drawn_and_always_the_same() -> None:
    first = [pk for pk in range(1, 10_001) if audits.is_drawn(pk, Decimal("0.1"))]
    assert 900 < len(first) < 1100
    assert first == [pk for pk in range(1, 10_001) if audits.is_drawn(pk, Decimal("0.1"))]
    # Who raises the share audits more, and none less.
    assert set(first) < {pk for pk in range(1, 10_001) if audits.is_drawn(pk, Decimal("0.2"))}
    assert not any(audits.is_drawn(pk, Decimal(0)) for pk in range(100))
    assert all(audits.is_drawn(pk, Decimal(1)) for pk in range(100))


@pytest.fixture
def drawn(territories, alice, bob, fay, settings, tmp_path) -> ClaimAudit:
    """An audit of a claim of 400, drawn on the day after it was paid."""
    settings.MEDIA_ROOT = tmp_path
    PromotionTerms.objects.create(active_from=dt.date(2026, 1, 1), audit_share=Decimal(1))
    promotion = factories.running(approver=bob, territory=territories["CN-EAST-1"], by=alice)
    settled(decided(claimed(promotion, alice, "400", proofs=factories.photos(50)), bob), fay)
    claimed(promotion, alice, "100")
    assert audits.draw(on=START + dt.timedelta(days=31)) == 0
    assert audits.draw(on=START + dt.timedelta(days=1)) == 1
    assert audits.draw(on=START + dt.timedelta(days=2)) == 0
    audit: ClaimAudit = ClaimAudit.objects.select_related("claim__promotion").get()
    assert audit.due_on == START + dt.timedelta(days=31)
    return audit


def found(audit: ClaimAudit, by, result: str = "PARTLY", note: str = "Two of five", seed: int = 70) -> ClaimAudit:
    proofs = [Proof("AUDIT", factories.upload_of(factories.picture(seed)), "Window")]
    return find(
        claim_id=audit.claim_id, result=result, note=note, proofs=proofs, by=by, at=moment(LATER), on=LATER
    )  # fmt: skip


def test_both_ask_for_visits(drawn, alice) -> None:
    from visits.extra import registered

    assert {"promotions", "audits"} <= {source.key for source in registered()}
    (look,) = running(LATER)
    assert (look.cause, look.latest_on) == (f"promotion:{drawn.claim.promotion_id}", END - dt.timedelta(days=1))
    assert why_looked_at(look.figures).startswith("The promotion “Spring shelves” ends on")
    assert list(running(END)) == []
    (audit,) = open_audits(LATER)
    assert (audit.dealer_id, audit.latest_on) == (drawn.claim.dealer_id, drawn.due_on)
    assert why_audited(audit.figures).startswith(f"Audit of claim {drawn.claim_id}, “Spring shelves”")
    found(drawn, alice, AuditResult.AS_CLAIMED, "")
    assert list(open_audits(LATER)) == []


def test_what_was_found_is_kept_once_and_told(drawn, alice, bob, charlie) -> None:
    Notice.objects.all().delete()
    with pytest.raises(PromotionRefused, match="looks after"):
        found(drawn, charlie)
    with pytest.raises(PromotionRefused, match="photo"):
        find(claim_id=drawn.claim_id, result="PARTLY", note="x", proofs=[], by=bob, at=moment(LATER), on=LATER)
    with pytest.raises(PromotionRefused, match="what was not"):
        found(drawn, alice, note=" ")
    # A photo of the claim itself proves nothing.
    with pytest.raises(PromotionRefused, match="twice"):
        found(drawn, alice, seed=50)
    audit = found(drawn, alice)
    assert audit.failed
    assert audit.by_claimant
    assert found(audit, alice).found_at == audit.found_at
    with pytest.raises(ChangedMeanwhile):
        found(audit, bob, "AS_CLAIMED")
    assert [row.user for row in Notice.objects.filter(kind="promotions.audit_failed")] == [bob]
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimAudit.objects.update(note="")


def test_the_visit_that_was_made_is_named(drawn, alice) -> None:
    from tests.visits.factories import made_visit

    made = made_visit(dealer=drawn.claim.dealer, user=alice, on=LATER)
    made_visit(dealer=drawn.claim.dealer, user=alice, on=START - dt.timedelta(days=3))
    assert found(drawn, alice).visit == made


def test_a_failed_audit_follows_the_dealer(client_of, drawn, alice, bob, monkeypatch) -> None:
    """From the list to the form by the pages; then the next claim and the next approval tell it."""
    from crm.base.models import Company

    monkeypatch.setattr(Company, "today", lambda self, *, at=None: LATER)
    rep, manager = client_of(alice), client_of(bob)
    claim = drawn.claim
    assert claim.dealer.name in rep.get(reverse("promotions:claims"), {"state": "TO_AUDIT"}).content.decode()
    address = reverse("promotions:audit", args=[claim.pk])
    assert address in rep.get(claim.get_absolute_url()).content.decode()
    assert rep.post(address, {"result": "NOT_FOUND", "note": "No shelf"}).status_code == 422
    photo = SimpleUploadedFile("now.jpg", factories.picture(90), "image/jpeg")
    sent = rep.post(address, {"result": "NOT_FOUND", "note": "No shelf", "place": "Window", "photos": photo})
    assert sent.status_code == 302
    page = manager.get(claim.get_absolute_url()).content.decode()
    assert "audit: not found" in page
    assert "looked at by who asked for the money" in page
    other = claim.promotion.claims.exclude(pk=claim.pk).get()
    assert (
        "An audit at this dealer, “Spring shelves”: not found. No shelf"
        in manager.get(other.get_absolute_url()).content.decode()
    )
    again = factories.submitted(
        territory=claim.promotion.territory, by=alice, dealers=[claim.dealer], title="Again",
        starts_on=START + dt.timedelta(days=60), ends_on=START + dt.timedelta(days=80),
    )  # fmt: skip
    assert "No shelf" in manager.get(reverse("promotions:approve", args=[again.pk])).content.decode()


def test_the_brief_says_what_to_audit(drawn, alice) -> None:
    from visits import brief

    parts = brief.of_dealers([drawn.claim.dealer], user=alice, on=LATER)[drawn.claim.dealer_id]
    texts = [item.text for part in parts if part.key == "promotions" for item in part.items]
    assert (
        f"Audit of claim {drawn.claim_id}, “Spring shelves”: look for it, take photos, and write down what you found."
        in texts
    )
