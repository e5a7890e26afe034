"""Claims: asked for with evidence, decided on by somebody else, settled by finance. Nothing beyond approved minus paid."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pghistory
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from crm.base.money import round_money
from dealers.models import Dealer
from dealers.uploads import Upload
from promotions import access, ledger, photos, planning
from promotions.choices import CLAIMABLE, PICTURES, ClaimState, PostingKind, SettlementKind
from promotions.models import Claim, ClaimEvidence, PromotionLine
from promotions.refusals import ChangedMeanwhile, PromotionRefused, money, not_enough
from promotions.telling import events

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that proves something, and of photos where they were taken."""

    kind: str
    upload: Upload
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None


def _locked_line(line_id: int) -> PromotionLine:
    line: PromotionLine = (
        PromotionLine.objects.select_for_update(of=("self",))
        .select_related("promotion__territory", "promotion__owner", "earmark__budget", "budget", "dealer")
        .get(pk=line_id)
    )
    return line


def _locked_claim(claim_id: int) -> tuple[Claim, PromotionLine]:
    """The line first: so does every other step with its money."""
    line_id = Claim.objects.values_list("line", flat=True).get(pk=claim_id)
    line = _locked_line(line_id)
    claim = Claim.objects.select_for_update(of=("self",)).select_related("dealer__territory").get(pk=claim_id)
    return claim, line


@transaction.atomic
def submit_claim(
    *, key: uuid.UUID, line_id: int, dealer: Dealer, amount: Decimal, done_on: dt.date, invoice_number: str, note: str,
    proofs: Sequence[Proof], by: User, at: dt.datetime, on: dt.date,
) -> Claim:  # fmt: skip
    """Ask for money of a line. The same key again gives the claim that is there. Raises PromotionRefused with figures."""
    line = _locked_line(line_id)
    before = Claim.objects.filter(key=key).first()
    if before is not None:
        if before.submitted_by_id != by.pk or before.line_id != line_id or before.amount != amount:
            raise ChangedMeanwhile(_("This form was sent before with other contents. Open a new one."))
        return before
    promotion = line.promotion
    _demand_claimable(line, dealer, amount, done_on, by, on)
    if invoice_number and (
        Claim.objects.filter(dealer=dealer, invoice_number=invoice_number)
        .exclude(state__in=(ClaimState.REFUSED, ClaimState.WITHDRAWN))
        .exists()
    ):
        raise PromotionRefused(
            _("The invoice %(number)s of this dealer was claimed before.") % {"number": invoice_number}
        )
    claim = Claim.objects.create(
        key=key, promotion=promotion, line=line, dealer=dealer, amount=amount, done_on=done_on,
        invoice_number=invoice_number.strip()[:80], note=note.strip()[:500], submitted_by=by, submitted_at=at,
    )  # fmt: skip
    for proof in proofs:
        file_proof(claim, proof, by, at)
    events.claim_submitted(claim, at=at, on=on)
    return claim


def _demand_claimable(
    line: PromotionLine, dealer: Dealer, amount: Decimal, done_on: dt.date, by: User, on: dt.date
) -> None:
    promotion = line.promotion
    if not access.may_plan(by, dealer.territory_id):
        raise PromotionRefused(_("Only who looks after the dealer may claim for it."))
    if promotion.state not in CLAIMABLE or line.earmark is None:
        raise PromotionRefused(
            _("No money can be claimed: the promotion is %(state)s.") % {"state": promotion.get_state_display()}
        )
    if on >= planning.claims_until(promotion, planning.terms_of(promotion)):
        raise PromotionRefused(_("The days for claims are over."))
    if not promotion.starts_on <= done_on < promotion.ends_on or done_on > on:
        raise PromotionRefused(_("What was done has to lie within the promotion, and not ahead."))
    if not promotion.participants.filter(dealer=dealer).exists() or line.dealer_id not in (None, dealer.pk):
        raise PromotionRefused(_("This money is not for this dealer."))
    if amount <= 0 or amount != round_money(amount, promotion.currency):
        raise PromotionRefused(_("Give an amount above zero that can be paid."))
    if amount > line.left:
        raise _beyond(line, amount)


def _beyond(line: PromotionLine, amount: Decimal) -> PromotionRefused:
    currency = line.promotion.currency
    return PromotionRefused(
        _(
            "%(asked)s are asked for and %(left)s are left: %(approved)s were approved for “%(line)s”, of which"
            " %(claimed)s are claimed."
        )
        % {
            "asked": money(amount, currency), "left": money(line.left, currency),
            "approved": money(line.amount, currency), "claimed": money(line.claimed, currency),
            "line": line.get_kind_display(),
        }
    )  # fmt: skip


def file_proof(claim: Claim, proof: Proof, by: User, at: dt.datetime) -> ClaimEvidence:
    """Keep a file with the claim; pictures are held against all earlier ones. Raises PromotionRefused for one that is there."""
    evidence = ClaimEvidence(
        claim=claim, kind=proof.kind, filename=proof.upload.filename, content_type=proof.upload.content_type,
        bytes=len(proof.upload.content), sha256=proof.upload.sha256, place=proof.place.strip()[:200],
        latitude=proof.latitude, longitude=proof.longitude, added_by=by, added_at=at,
    )  # fmt: skip
    if proof.kind in PICTURES:
        evidence.picture_hash = photos.picture_hash(proof.upload.content)
        twin = photos.nearest(evidence.picture_hash) if evidence.picture_hash is not None else None
        if twin is not None:
            evidence.looks_like_id, evidence.distance = twin.evidence_id, twin.distance
    evidence.file.save(proof.upload.filename, ContentFile(proof.upload.content), save=False)
    try:
        with transaction.atomic():
            evidence.save()
    except IntegrityError as error:
        evidence.file.delete(save=False)
        if "evidence_once_a_claim" in str(error):
            raise PromotionRefused(_("The same file is there twice.")) from error
        raise
    return evidence


@transaction.atomic
def add_evidence(*, claim_id: int, proofs: Sequence[Proof], by: User, at: dt.datetime) -> None:
    """More files for a claim that nobody has decided on."""
    claim, _line = _locked_claim(claim_id)
    if claim.state != ClaimState.SUBMITTED:
        raise ChangedMeanwhile(_("The claim was decided on; nothing can be added."))
    for proof in proofs:
        file_proof(claim, proof, by, at)


def decide_claim(*, claim_id: int, approved: Decimal, note: str, by: User, at: dt.datetime, on: dt.date) -> Claim:
    """Approve `approved` of what is asked for; 0 refuses it. Less than all says why. Raises PromotionRefused with figures.

    The amount in the budget's currency is the line's claims at its rate less what they hold already, so that rounding never
    takes more than was set aside.
    """
    try:
        with transaction.atomic(), pghistory.context(reason=note):
            claim, line = _locked_claim(claim_id)
            if claim.state != ClaimState.SUBMITTED:
                raise ChangedMeanwhile(
                    _("Decided meanwhile: the claim is %(state)s.") % {"state": claim.get_state_display()}
                )
            if not access.may_decide_claim(by, claim):
                raise PromotionRefused(_("Nobody decides on what she has asked for herself."))
            if approved < 0 or approved > claim.amount or approved != round_money(approved, line.promotion.currency):
                raise PromotionRefused(
                    _("Approve from 0 to %(amount)s.") % {"amount": money(claim.amount, line.promotion.currency)}
                )
            if approved < claim.amount and not note.strip():
                raise PromotionRefused(_("Say why less is approved than was asked for."))
            claim.approved_amount, claim.decided_by, claim.decided_at = approved, by, at
            claim.decision_note = note.strip()[:500]
            if approved:
                _commit(claim, line, approved, by, at, on)
            claim.state = ClaimState.APPROVED if approved else ClaimState.REFUSED
            claim.save()
            events.claim_decided(claim, at=at, on=on)
    except ledger.NotEnough as error:
        raise not_enough(error) from error
    return claim


def _commit(claim: Claim, line: PromotionLine, approved: Decimal, by: User, at: dt.datetime, on: dt.date) -> None:
    if approved > line.left:
        raise _beyond(line, approved)
    assert line.earmark is not None
    assert line.rate is not None
    line.claimed += approved
    held = ledger.of_earmarks([line.earmark])[line.earmark.pk]
    whole = round_money(line.claimed * line.rate, line.budget.currency)
    claim.budget_amount = whole - held.committed - held.paid
    line.save(update_fields=["claimed"])
    if claim.budget_amount > 0:
        about = ledger.About(f"claim:{claim.pk}:commit", by, at, on, str(claim.dealer))
        ledger.move(PostingKind.COMMIT, line.earmark, claim.budget_amount, about)


def settle_claim(
    *, claim_id: int, how: str, number: str, by: User, at: dt.datetime, on: dt.date
) -> Claim:  # fmt: skip
    """Pay what was approved, by credit note or payment; sent again, it is found done. Raises PromotionRefused."""
    try:
        with transaction.atomic():
            claim, line = _locked_claim(claim_id)
            if claim.state == ClaimState.SETTLED and claim.settled_by_id == by.pk and claim.settlement_number == number:
                return claim
            if claim.state != ClaimState.APPROVED:
                raise ChangedMeanwhile(
                    _("Only an approved claim is settled; this one is %(state)s.")
                    % {"state": claim.get_state_display()}
                )
            if not access.may_settle(by, claim):
                raise PromotionRefused(_("Who asked for it or approved it does not settle it."))
            if how not in SettlementKind.values:
                raise PromotionRefused(_("Choose a credit note or a payment."))
            if not number.strip():
                raise PromotionRefused(_("Give the number of the credit note or payment."))
            assert line.earmark is not None
            if claim.budget_amount:
                about = ledger.About(f"claim:{claim.pk}:pay", by, at, on, number)
                ledger.move(PostingKind.PAY, line.earmark, claim.budget_amount, about)
            claim.settlement, claim.settlement_number = how, number.strip()[:80]
            claim.settled_by, claim.settled_at, claim.settled_on = by, at, on
            claim.state = ClaimState.SETTLED
            claim.save()
            events.claim_settled(claim, at=at)
    except ledger.NotEnough as error:
        raise not_enough(error) from error
    return claim


@transaction.atomic
def withdraw_claim(*, claim_id: int, by: User, at: dt.datetime, on: dt.date) -> Claim:
    """Take back a claim that is not settled; approved money is free for other claims of the line."""
    claim, line = _locked_claim(claim_id)
    if claim.state == ClaimState.WITHDRAWN:
        return claim
    if claim.state not in (ClaimState.SUBMITTED, ClaimState.APPROVED):
        raise ChangedMeanwhile(
            _("It cannot be taken back: the claim is %(state)s.") % {"state": claim.get_state_display()}
        )
    if not access.may_plan(by, claim.dealer.territory_id):
        raise PromotionRefused(_("Only who looks after the dealer may claim for it."))
    if claim.state == ClaimState.APPROVED and claim.approved_amount:
        assert line.earmark is not None
        line.claimed -= claim.approved_amount
        line.save(update_fields=["claimed"])
        if claim.budget_amount:
            about = ledger.About(f"claim:{claim.pk}:uncommit", by, at, on, str(claim.dealer))
            ledger.move(PostingKind.UNCOMMIT, line.earmark, claim.budget_amount, about)
    claim.state = ClaimState.WITHDRAWN
    claim.save()
    events.claim_withdrawn(claim, at=at)
    return claim
