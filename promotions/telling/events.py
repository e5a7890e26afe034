"""From steps to notices, in the transaction of the step: docs/notifications.md shows the table.

What waited for somebody is over before the next is told: nobody is reminded of what was decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from accounts.notices import outbox
from promotions import access
from promotions.choices import ClaimState, Decision
from promotions.models import Approval, Claim, ClaimAudit, Promotion, PromotionChange
from promotions.refusals import PromotionRefused
from promotions.telling import people

PROMOTION, CHANGE, CLAIM, BUDGET = "promotion", "promotion_change", "promotion_claim", "promotion_budget"


def to_approve(promotion: Promotion, change: PromotionChange | None, *, at: dt.datetime, on: dt.date) -> None:
    """Tell those who decide next; without an exchange rate nobody can."""
    # The approval tells, too.
    from promotions.actions import approval

    try:
        stands = approval.standing(promotion, change, on=on)
    except PromotionRefused:
        return
    if not stands.next:
        return
    asked = change.requested_at if change else promotion.submitted_at
    by = change.requested_by if change else promotion.submitted_by
    outbox.tell(
        users=people.approvers(promotion, change, rank=stands.next, on=on), kind="promotions.to_approve", at=at,
        key=f"{CHANGE if change else PROMOTION}:{change.pk if change else promotion.pk}:{asked}:{stands.next}",
        subject=CHANGE if change else PROMOTION, about_id=change.pk if change else promotion.pk,
        facts={"by": str(by or ""), "amount": str(stands.amount)},
    )  # fmt: skip


def decided(row: Approval, *, final: bool, on: dt.date) -> None:
    """Somebody has decided: the next rank is told, or those who asked."""
    subject, about = (PROMOTION, row.promotion_id) if row.change_id is None else (CHANGE, row.change_id)
    outbox.settle(subject, [about], at=row.at)
    if not final and row.decision == Decision.APPROVED:
        to_approve(row.promotion, row.change, at=row.at, on=on)
        return
    asked = {row.change.requested_by_id} if row.change else set()
    outbox.tell(
        users=_people((access.requesters(row.promotion) | asked) - {row.by_id}), kind="promotions.decided",
        key=f"approval:{row.pk}", at=row.at, subject=PROMOTION, about_id=row.promotion_id,
        facts={
            "decision": row.decision, "note": row.note, "by": str(row.by), "change": row.change_id is not None,
        },
    )  # fmt: skip


def _people(ids: Iterable[int | None]) -> list[int]:
    return sorted(pk for pk in ids if pk is not None)


def over(promotion: Promotion, *, at: dt.datetime) -> None:
    """Taken back, cancelled, evaluated: nothing of it waits any more."""
    outbox.settle(PROMOTION, [promotion.pk], at=at)
    outbox.settle(CHANGE, promotion.changes.values_list("pk", flat=True), at=at)


def claim_submitted(claim: Claim, *, at: dt.datetime, on: dt.date) -> None:
    outbox.tell(
        users=people.deciders(claim, on=on), kind="promotions.claim_to_decide", key=f"claim:{claim.pk}:asked", at=at,
        subject=CLAIM, about_id=claim.pk, facts={"by": str(claim.submitted_by)},
    )  # fmt: skip


def claim_decided(claim: Claim, *, at: dt.datetime, on: dt.date) -> None:
    """Finance pays what was approved; who asked is told of what was not."""
    outbox.settle(CLAIM, [claim.pk], at=at)
    if claim.state == ClaimState.APPROVED:
        outbox.tell(
            users=people.settlers(claim, on=on), kind="promotions.claim_to_settle", key=f"claim:{claim.pk}:approved",
            at=at, subject=CLAIM, about_id=claim.pk,
        )  # fmt: skip
    if claim.cut:
        _tell_claimants(claim, "decided", at=at, but=claim.decided_by_id)


def claim_settled(claim: Claim, *, at: dt.datetime) -> None:
    outbox.settle(CLAIM, [claim.pk], at=at)
    _tell_claimants(claim, "settled", at=at, but=claim.settled_by_id)


def _tell_claimants(claim: Claim, what: str, *, at: dt.datetime, but: int | None) -> None:
    users = {claim.submitted_by_id, claim.promotion.owner_id} - {but}
    outbox.tell(
        users=_people(users), kind="promotions.claim_over", key=f"claim:{claim.pk}:{what}", at=at, subject=CLAIM,
        about_id=claim.pk, facts={"what": what},
    )  # fmt: skip


def claim_withdrawn(claim: Claim, *, at: dt.datetime) -> None:
    outbox.settle(CLAIM, [claim.pk], at=at)


def audit_failed(audit: ClaimAudit, *, at: dt.datetime, on: dt.date) -> None:
    """Less was found than was paid for: who approved it, who owns the promotion and who leads there are told."""
    claim = audit.claim
    users = {claim.decided_by_id, claim.promotion.owner_id, *people.deciders(claim, on=on)} - {audit.found_by_id}
    outbox.tell(
        users=_people(users), kind="promotions.audit_failed", key=f"claim:{claim.pk}:audit", at=at, subject=CLAIM,
        about_id=claim.pk, severity=2,
    )  # fmt: skip
