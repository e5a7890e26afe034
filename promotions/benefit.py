"""What a promotion brings one dealer, to be weighed with the dealer: brand, profit, cost. docs/algorithms/promotions.md.

Nothing of it tells what other dealers or the company gain. Amounts in the promotion's currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from promotions.calculator import NOTHING, ONE, DealerOutlook
from promotions.choices import CostKind, Side
from promotions.models import Participant, Promotion, Provision
from promotions.planning import Plan

# Money that consumers see the brand for.
SEEN = frozenset(
    {CostKind.ADVERTISING, CostKind.DISPLAY, CostKind.EVENT, CostKind.GUIDE, CostKind.LISTING_FEE, CostKind.GIFT}
)
# Languages of the dealers' countries, of those that the program speaks.
_LANGUAGES = {"CN": "zh-hans", "TW": "zh-hans", "HK": "zh-hans", "MO": "zh-hans", "JP": "ja", "KR": "ko"}


def language_of(country: str) -> str:
    """What people read in the country; English where the program does not speak their language."""
    return _LANGUAGES.get(country, "en")


@dataclass(frozen=True, slots=True)
class Benefit:
    """`part`: this dealer's part of everything that is for all who take part, by what each is expected to sell in addition.
    `paid`: what the company pays for it, by kind of cost."""

    participant: Participant
    part: Decimal
    paid: Sequence[tuple[CostKind, Decimal]]
    ours: Sequence[Provision]
    theirs: Sequence[Provision]
    discount: Decimal
    outlook: DealerOutlook

    @property
    def seen(self) -> Decimal:
        """What the company pays for being seen at the dealer's."""
        return sum((amount for kind, amount in self.paid if kind in SEEN), NOTHING)

    @property
    def uplift_share(self) -> Decimal | None:
        """None without usual sales to compare with."""
        row = self.participant
        return row.estimate / row.baseline if row.baseline > 0 else None

    @property
    def break_even(self) -> Decimal | None:
        """Sales in addition that pay for what the dealer provides; None where it provides nothing, or has no margin."""
        if self.outlook.provides <= 0 or self.outlook.margin <= 0:
            return None
        return self.outlook.provides / self.outlook.margin


def benefit(plan: Plan, participant: Participant) -> Benefit | None:
    """None while the plan does not say the dealer's margin: then no profit can be told."""
    promotion: Promotion = plan.promotion
    if promotion.dealer_margin_share is None:
        return None
    part = participant.estimate / plan.estimate if plan.estimate > 0 else ONE / max(len(plan.participants), 1)
    paid: dict[CostKind, Decimal] = {}
    for line in plan.lines:
        if line.dealer_id in (None, participant.dealer_id):
            amount = line.amount if line.dealer_id else line.amount * part
            paid[CostKind(line.kind)] = paid.get(CostKind(line.kind), NOTHING) + amount
    provisions = list(promotion.provisions.all())
    theirs = [row for row in provisions if row.side == Side.DEALER]
    provides = part * sum((row.value or NOTHING for row in theirs), NOTHING)
    discount = promotion.discount_share * (participant.baseline + participant.estimate)
    return Benefit(
        participant, part, list(paid.items()), [row for row in provisions if row.side == Side.COMPANY], theirs, discount,
        DealerOutlook(
            uplift=participant.estimate, margin=promotion.dealer_margin_share, provides=provides,
            receives=sum(paid.values(), NOTHING),
        ),
    )  # fmt: skip
