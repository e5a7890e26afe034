"""The company's terms and its ladder of approvals as they count on a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from crm.base.models import Company
from promotions import ladder
from promotions.models import ApprovalRule, Promotion, PromotionTerms
from promotions.rates import rate_on


def terms_on(day: dt.date) -> PromotionTerms:
    """The row of the day; the defaults, not saved, where nobody has written any."""
    found: PromotionTerms | None = PromotionTerms.objects.on(day).order_by("-active_from").first()
    return found or PromotionTerms(active_from=day)


def in_company_currency(promotion: Promotion, amount: Decimal, *, on: dt.date) -> Decimal:
    """By the rate of the day. Raises NoRate."""
    return amount * rate_on(promotion.currency, Company.get().currency, on)


def roles_needed(promotion: Promotion, amount: Decimal, *, on: dt.date) -> frozenset[str]:
    """Who has to approve `amount` (in the company's currency) of the promotion."""
    rules = ApprovalRule.objects.on(on).select_related("territory")
    rungs = [
        ladder.Rung(rule.role, rule.above, rule.territory.path if rule.territory else "", rule.mechanic)
        for rule in rules
    ]
    return ladder.needed(
        rungs or ladder.DEFAULT, path=promotion.territory.path, mechanic=promotion.mechanic, amount=amount
    )
