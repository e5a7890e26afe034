"""Budgets and their ledger; promotions, claims and evaluations; rebates; people and vehicles."""

from promotions.models.approval import Approval, ApprovalRule, Delegation, PromotionChange
from promotions.models.audits import ClaimAudit
from promotions.models.budgets import Budget, BudgetTransfer, ExchangeRate, PromotionTerms
from promotions.models.claim_exports import ClaimExport
from promotions.models.claims import Claim, ClaimEvidence
from promotions.models.evaluation import DealerResult, Evaluation
from promotions.models.exports import RebateExport
from promotions.models.ledger import Account, Earmark, Entry, Posting
from promotions.models.plan import Participant, Promotion, PromotionLine, Provision
from promotions.models.profit import DealerProfit, ProfitTerms
from promotions.models.rebates import (
    RebateAccrual,
    RebateBand,
    RebatePoints,
    RebateProgramme,
    RebateSettlement,
    RebateSettlementLine,
)
from promotions.models.support import SupportBooking, SupportRequest, SupportResource

__all__ = [
    "Account",
    "Approval",
    "ApprovalRule",
    "Budget",
    "BudgetTransfer",
    "Claim",
    "ClaimAudit",
    "ClaimEvidence",
    "ClaimExport",
    "DealerProfit",
    "DealerResult",
    "Delegation",
    "Earmark",
    "Entry",
    "Evaluation",
    "ExchangeRate",
    "Participant",
    "Posting",
    "ProfitTerms",
    "Promotion",
    "PromotionChange",
    "PromotionLine",
    "PromotionTerms",
    "Provision",
    "RebateAccrual",
    "RebateBand",
    "RebateExport",
    "RebatePoints",
    "RebateProgramme",
    "RebateSettlement",
    "RebateSettlementLine",
    "SupportBooking",
    "SupportRequest",
    "SupportResource",
]
