"""Writing down what an audit of a claim found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from promotions import access
from promotions.actions.claims import Proof, file_proof
from promotions.choices import AuditResult
from promotions.models import ClaimAudit
from promotions.refusals import ChangedMeanwhile, PromotionRefused
from promotions.telling import events
from visits.choices import VisitState
from visits.models import Visit


def find(
    *, claim_id: int, result: str, note: str, proofs: Sequence[Proof], by: User, at: dt.datetime, on: dt.date
) -> ClaimAudit:
    """Keep the result with its photos, once. Raises PromotionRefused.

    Who asked for the money may go there herself, since often nobody else looks after the dealer: then it is told with the
    result, and the photos are held against those of the claim like all others.
    """
    with transaction.atomic(), pghistory.context(reason=note):
        audit: ClaimAudit = (
            ClaimAudit.objects.select_for_update(of=("self",))
            .select_related("claim__dealer__territory", "claim__promotion")
            .get(claim=claim_id)
        )
        claim = audit.claim
        if audit.result:
            if audit.found_by_id == by.pk and audit.result == result:
                return audit
            raise ChangedMeanwhile(_("Found meanwhile: %(result)s.") % {"result": audit.get_result_display()})
        if not access.may_plan(by, claim.dealer.territory_id):
            raise PromotionRefused(_("Only who looks after the dealer audits there."))
        if result not in AuditResult.values:
            raise PromotionRefused(_("Say whether it was found as claimed."))
        if not proofs or not all(proof.upload.content_type.startswith("image/") for proof in proofs):
            raise PromotionRefused(_("Take at least one photo of the place."))
        if result != AuditResult.AS_CLAIMED and not note.strip():
            raise PromotionRefused(_("Say what was found, and what was not."))
        for proof in proofs:
            file_proof(claim, proof, by, at)
        made = Visit.objects.filter(
            dealer=claim.dealer, state=VisitState.DONE, on__gte=audit.drawn_on, on__lte=on
        ).order_by("-on", "-pk")
        audit.visit = made.filter(user=by).first() or made.first()
        audit.result, audit.note, audit.found_by, audit.found_at = result, note.strip()[:500], by, at
        audit.save()
        if audit.failed:
            events.audit_failed(audit, at=at, on=on)
    return audit
