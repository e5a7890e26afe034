"""What is looked at before a claim is approved: each check says what it found, none decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.base.models import Company
from promotions import audits, planning
from promotions.choices import EvidenceKind
from promotions.models import Claim, ClaimEvidence
from promotions.refusals import money


@dataclass(frozen=True, slots=True)
class Checked:
    ok: bool
    text: str


def checks(claim: Claim, evidence: Sequence[ClaimEvidence]) -> list[Checked]:
    """What speaks for the claim, and what against it."""
    terms = planning.terms_of(claim.promotion)
    pictures = [row for row in evidence if row.kind == EvidenceKind.PHOTO]
    twins = [row for row in pictures if row.looks_like_id]
    placed = [row for row in pictures if row.place or row.latitude is not None]
    kinds = {row.kind for row in evidence}
    currency = claim.promotion.currency
    count = len(pictures)
    failed = [row for row in audits.failed_at([claim.dealer_id], on=Company.get().today()) if row.claim_id != claim.pk]
    return [
        Checked(
            count >= terms.photos_least,
            ngettext("%(count)s photo of at least %(least)s.", "%(count)s photos of at least %(least)s.", count)
            % {"count": count, "least": terms.photos_least},
        ),
        Checked(len(placed) == count > 0, _("Every photo says where it was taken.") if len(placed) == count > 0 else _("Some photos do not say where they were taken.")),
        Checked(
            not twins,
            _("No photo looks like an earlier one.")
            if not twins
            else ngettext("%(count)s photo looks like an earlier one.", "%(count)s photos look like earlier ones.", len(twins))
            % {"count": len(twins)},
        ),
        Checked(
            EvidenceKind.INVOICE in kinds and bool(claim.invoice_number),
            _("The invoice is there, with its number.")
            if EvidenceKind.INVOICE in kinds and claim.invoice_number
            else _("The invoice or its number is missing."),
        ),
        Checked(
            claim.amount <= claim.line.left or claim.approved_amount is not None,
            _("%(left)s of the approved %(approved)s are left on this line.")
            % {"left": money(claim.line.left, currency), "approved": money(claim.line.amount, currency)},
        ),
        *(
            Checked(False, _("An audit at this dealer, “%(title)s”: %(result)s. %(note)s") % {
                "title": row.claim.promotion.title, "result": row.get_result_display(), "note": row.note,
            })
            for row in failed
        ),
    ]  # fmt: skip
