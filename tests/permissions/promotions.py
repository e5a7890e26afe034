"""Promotions: everybody sees those of her territories; planners plan, leaders decide, finance settles and keeps budgets."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from accounts.models import Territory, User
from crm.base.models import Company
from dealers.models import Dealer
from promotions import ledger
from promotions.choices import ChangeState, ClaimState, EvidenceKind, Mechanic, PostingKind, PromotionState
from promotions.models import (
    Budget,
    BudgetTransfer,
    Claim,
    ClaimAudit,
    ClaimEvidence,
    Participant,
    Promotion,
    PromotionChange,
    PromotionLine,
)
from tests.factories import DealerFactory, UserFactory
from tests.permissions import EVERYBODY, Id, Row
from tests.promotions.factories import about, moment

PLANS = "alice bob charlie dora ada"
# Whoever takes steps at all: who plans there, and who leads.
LEADS = "bob dora"
APPROVES = "bob dora ada"
SETTLES = "fay ada"
KEEPS = "dora fay ada"


def somebody() -> User:
    """Who planned and asked; nobody of the cast."""
    return UserFactory()


def budget_of(place: Territory) -> Budget:
    on = Company.get().today()
    budget = Budget.objects.create(
        code=uuid.uuid4().hex[:10], name=f"Money of {place.code}", territory=place, currency=Company.get().currency,
        starts_on=on - dt.timedelta(days=100), ends_on=on + dt.timedelta(days=200),
    )  # fmt: skip
    ledger.open_budget(budget)
    ledger.grant(budget, Decimal(5000), about(budget.code))
    return budget


def promotion_of(place: Territory, state: str = PromotionState.DRAFT) -> Promotion:
    on, person = Company.get().today(), somebody()
    asked = {} if state == PromotionState.DRAFT else {"submitted_by": person, "submitted_at": moment(on)}
    approved = {"approved_at": moment(on)} if state in (PromotionState.RUNNING, PromotionState.ENDED) else {}
    # What has ended was long enough ago to be judged.
    start = on - dt.timedelta(days=90) if state == PromotionState.ENDED else on - dt.timedelta(days=5)
    promotion = Promotion.objects.create(
        title=f"Shelves of {place.code}", mechanic=Mechanic.DISPLAY, goal="More", place="Shops", territory=place, starts_on=start,
        ends_on=start + dt.timedelta(days=20), currency=Company.get().currency, owner=person, created_by=person,
        created_at=moment(on), state=state, **asked, **approved,
    )  # fmt: skip
    promotion.participants.create(dealer=DealerFactory(territory=place, name=f"Dealer of {place.code}"))
    return promotion


def submitted_of(place: Territory) -> Promotion:
    return promotion_of(place, PromotionState.SUBMITTED)


def running_of(place: Territory) -> Promotion:
    return promotion_of(place, PromotionState.RUNNING)


def ended_of(place: Territory) -> Promotion:
    return promotion_of(place, PromotionState.ENDED)


def change_of(place: Territory) -> PromotionChange:
    promotion = running_of(place)
    return PromotionChange.objects.create(
        promotion=promotion, new_end=promotion.ends_on + dt.timedelta(days=9), reason="Longer", requested_by=promotion.owner,
        requested_at=promotion.created_at, state=ChangeState.REQUESTED,
    )  # fmt: skip


def claim_of(place: Territory, state: str = ClaimState.SUBMITTED) -> Claim:
    promotion = running_of(place)
    budget = budget_of(place)
    earmark = ledger.open_earmark(budget=budget, title="Shelves", at=promotion.created_at)
    line = PromotionLine.objects.create(
        promotion=promotion, kind="DISPLAY", budget=budget, amount=Decimal(100), rate=Decimal(1), earmark=earmark
    )
    ledger.move(PostingKind.RESERVE, earmark, Decimal(100), about(f"reserve:{line.pk}"))
    approved = {}
    if state == ClaimState.APPROVED:
        ledger.move(PostingKind.COMMIT, earmark, Decimal(40), about(f"commit:{line.pk}"))
        approved = {
            "approved_amount": Decimal(40), "budget_amount": Decimal(40), "decided_by": somebody(), "decided_at": promotion.created_at,
        }  # fmt: skip
    return Claim.objects.create(
        promotion=promotion, line=line, dealer=promotion.participants.get().dealer, amount=Decimal(40), done_on=promotion.starts_on,
        submitted_by=promotion.owner, submitted_at=promotion.created_at, state=state, **approved,
    )  # fmt: skip


def approved_claim_of(place: Territory) -> Claim:
    return claim_of(place, ClaimState.APPROVED)


def audited_claim_of(place: Territory) -> Claim:
    """Drawn for an audit, nothing found yet."""
    claim = claim_of(place)
    on = claim.promotion.starts_on
    ClaimAudit.objects.create(claim=claim, drawn_on=on, due_on=on + dt.timedelta(days=30))
    return claim


def told_promotion_of(place: Territory) -> Promotion:
    """One whose plan says what the dealers earn."""
    promotion = running_of(place)
    Promotion.objects.filter(pk=promotion.pk).update(dealer_margin_share=Decimal("0.2"))
    return promotion


def told_dealer_of(place: Territory) -> Dealer:
    """Takes part in the promotion that was made before."""
    made = Participant.objects.filter(promotion__territory=place, promotion__dealer_margin_share__isnull=False)
    return made.latest("pk").dealer


def evidence_of(place: Territory) -> ClaimEvidence:
    """A row whose file is not there: who may see it gets 404 of another kind, told below."""
    from django.core.files.base import ContentFile

    claim = claim_of(place)
    row = ClaimEvidence(
        claim=claim, kind=EvidenceKind.INVOICE, filename="invoice.pdf", content_type="application/pdf", bytes=4, sha256="0" * 64,
        added_by=claim.submitted_by, added_at=claim.submitted_at,
    )  # fmt: skip
    row.file.save("invoice.pdf", ContentFile(b"%PDF"), save=True)
    return row


def transfer_of(place: Territory) -> BudgetTransfer:
    source, target = budget_of(place), budget_of(place)
    return BudgetTransfer.objects.create(
        source=source, budget=target, amount=Decimal(10), reason="Elsewhere", requested_by=somebody(), requested_at=moment(Company.get().today())
    )  # fmt: skip


def promoted_dealer(place: Territory) -> Dealer:
    return DealerFactory(territory=place)


THINGS = {
    "promotion": promotion_of, "submitted": submitted_of, "running": running_of, "ended": ended_of, "change": change_of, "claim": claim_of,
    "approved_claim": approved_claim_of, "evidence": evidence_of, "promo_budget": budget_of, "transfer": transfer_of,
    "promoted_dealer": promoted_dealer, "audited_claim": audited_claim_of, "told_promotion": told_promotion_of,
    "told_dealer": told_dealer_of,
}  # fmt: skip

# Refused with the reason on the page, or done.
DONE = (302, 422)

ROWS = {
    "promotions:list": Row(get=EVERYBODY, lists=("promotion",), search="q"),
    "promotions:new": Row(get=PLANS, post=PLANS, body={"territory": Id("territory")}, post_status=422),
    "promotions:calendar": Row(get=EVERYBODY, lists=("promotion",)),
    "promotions:library": Row(get=EVERYBODY),
    "promotions:queue": Row(get=APPROVES, lists=("submitted",)),
    "promotions:queue_short": Row(get=EVERYBODY),
    "promotions:approve_change": Row(get=LEADS, post=LEADS, args=("change",), body={"decision": "APPROVED"}, post_status=DONE),
    "promotions:panel": Row(get=EVERYBODY, args=("promoted_dealer",)),
    "promotions:promotion": Row(get=EVERYBODY, args=("promotion",)),
    "promotions:edit": Row(get=PLANS, post=PLANS, args=("promotion",), body={"territory": Id("territory")}, post_status=422),
    "promotions:dealers": Row(get=PLANS, post=PLANS, args=("promotion",), body={"dealer": Id("promoted_dealer"), "uplift": "10"}),
    "promotions:change": Row(get=PLANS, post=PLANS, args=("running",), body={"reason": "Why"}, post_status=(200, 302, 422)),
    "promotions:approve": Row(
        get=LEADS, post=LEADS, args=("submitted",), body={"decision": "REJECTED", "note": "No", "version": "1"}
    ),
    "promotions:new_claim": Row(get=PLANS, post=PLANS, args=("running",), body={"amount": "1"}, post_status=422),
    "promotions:result": Row(get=EVERYBODY, args=("ended",)),
    "promotions:keep_result": Row(post=PLANS, args=("ended",), body={"lessons": "Earlier"}, post_status=DONE),
    "promotions:decide_result": Row(post=PLANS, args=("ended",), body={"consequence": "ACCEPTED"}, post_status=422),
    "promotions:benefit": Row(get=EVERYBODY, args=("told_promotion", "told_dealer")),
    "promotions:step": Row(post=PLANS, args=("promotion", "submit"), post_status=422),
    "promotions:claims": Row(get=EVERYBODY, lists=("claim",)),
    "promotions:export": Row(post=SETTLES, post_status=200),
    "promotions:audit": Row(
        get=PLANS, post=PLANS, args=("audited_claim",), body={"result": "PARTLY", "note": "Half"}, post_status=422
    ),
    "promotions:claim": Row(get=EVERYBODY, args=("claim",)),
    "promotions:claim_step": Row(post=SETTLES, args=("approved_claim", "settle"), body={"how": "PAYMENT", "number": "7"}),
    "promotions:evidence": Row(get=EVERYBODY, args=("evidence",)),
    "promotions:budgets": Row(get=EVERYBODY, lists=("promo_budget",)),
    "promotions:new_budget": Row(get=KEEPS, post=KEEPS, body={"name": "New"}, post_status=422),
    "promotions:budget": Row(get=EVERYBODY, args=("promo_budget",)),
    "promotions:grant": Row(
        post=KEEPS, args=("promo_budget",), body={"amount": "10", "key": "0b0b3c1e-0000-4000-8000-000000000001"}, post_status=DONE
    ),
    "promotions:transfer": Row(
        post=KEEPS, args=("promo_budget",), body={"target": Id("promo_budget"), "amount": "10", "reason": "x"}, post_status=422
    ),
    "promotions:decide_transfer": Row(post=KEEPS, args=("transfer",), body={"approve": "1"}),
}  # fmt: skip
