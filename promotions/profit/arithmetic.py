"""What a dealer brings us, and what it earns with us: docs/algorithms/profitability.md has the numbers.

Amounts are whole ten-thousandths of the company's currency, quantities thousandths. None is always “not known”, and what
follows from it is not known either: nothing is put in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# A year's return on the dealer's investment below which somebody should look: docs/practice.md section 18.
THIN, POOR = Decimal("0.12"), Decimal("0.06")


@dataclass(frozen=True, slots=True)
class Costs:
    """What serving is counted with. None: not set, and then not counted. `rate_e5`: of a year, hundred-thousandths."""

    visit_e4: int | None = None
    rate_e5: int | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The sums of twelve months. `costed_e4`: sales of products whose cost is known; `goods_e4`: what those goods cost;
    `support_own_e4`: the dealer's share of support; `balance_e4`: what it owes us."""

    sales_e4: int = 0
    costed_e4: int = 0
    goods_e4: int | None = 0
    rebates_e4: int = 0
    support_e4: int = 0
    support_own_e4: int = 0
    promotions_e4: int = 0
    visits: int = 0
    expenses_e4: int = 0
    balance_e4: int = 0
    bought_e3: int = 0
    sold_e4: int = 0
    sold_e3: int = 0
    stock_e3: int | None = None
    deposit_e4: int = 0


@dataclass(frozen=True, slots=True)
class Brought:
    """What the dealer brings us."""

    parts: Parts
    visits_e4: int | None
    capital_e4: int | None

    @property
    def margin_e4(self) -> int | None:
        """Of the sales whose cost is known; None where it is known of none."""
        return None if self.parts.goods_e4 is None else self.parts.costed_e4 - self.parts.goods_e4

    @property
    def costed_share(self) -> Decimal | None:
        """How much of the sales has a known cost; None without sales."""
        if self.parts.sales_e4 <= 0:
            return None
        return Decimal(self.parts.costed_e4) / self.parts.sales_e4

    @property
    def served_e4(self) -> int:
        """What the dealer was given and what serving it took, without capital; what is not set counts as nothing."""
        parts = self.parts
        given = parts.rebates_e4 + parts.support_e4 + parts.promotions_e4
        return given + (self.visits_e4 or 0) + parts.expenses_e4

    @property
    def contribution_e4(self) -> int | None:
        """Margin less all that it took; None where no cost of goods is known."""
        margin = self.margin_e4
        return None if margin is None else margin - self.served_e4 - (self.capital_e4 or 0)

    @property
    def put_in_e4(self) -> int:
        """What was spent on the dealer, and what it holds of our money."""
        return self.served_e4 + max(self.parts.balance_e4, 0)

    @property
    def roi(self) -> Decimal | None:
        """Contribution of a year / what we put in; None where nothing was put in, or the contribution is not known."""
        contribution = self.contribution_e4
        return None if contribution is None or self.put_in_e4 <= 0 else Decimal(contribution) / self.put_in_e4


@dataclass(frozen=True, slots=True)
class Earned:
    """What the dealer earns with us, before costs of its own that nobody tells us. Goods are valued at what it paid for
    them on average in the twelve months."""

    parts: Parts

    @property
    def margin_e4(self) -> int | None:
        """What it sold on less what that had cost; None where it does not tell, or bought nothing."""
        parts = self.parts
        cost = self._at_cost(parts.sold_e3)
        return None if cost is None or parts.sold_e3 <= 0 or parts.sold_e4 <= 0 else parts.sold_e4 - cost

    @property
    def return_e4(self) -> int | None:
        margin = self.margin_e4
        return None if margin is None else margin + self.parts.rebates_e4 - self.parts.support_own_e4

    @property
    def stock_e4(self) -> int | None:
        return None if self.parts.stock_e3 is None else self._at_cost(self.parts.stock_e3)

    @property
    def invested_e4(self) -> int | None:
        """Stock and deposit, less our credit; None without a count of its stock."""
        stock = self.stock_e4
        return None if stock is None else stock + self.parts.deposit_e4 - self.parts.balance_e4

    @property
    def roi(self) -> Decimal | None:
        """None where it is not known, or where our credit pays for all of its stock."""
        earned, invested = self.return_e4, self.invested_e4
        return None if earned is None or invested is None or invested <= 0 else Decimal(earned) / invested

    @property
    def on_our_money(self) -> bool:
        """Whether our credit covers its whole stock and deposit."""
        return self.invested_e4 is not None and self.invested_e4 <= 0

    def _at_cost(self, quantity_e3: int) -> int | None:
        if self.parts.bought_e3 <= 0 or self.parts.sales_e4 <= 0:
            return None
        return rounded(quantity_e3 * self.parts.sales_e4, self.parts.bought_e3)


def brought(parts: Parts, costs: Costs) -> Brought:
    """With what a visit and capital cost."""
    visits = None if costs.visit_e4 is None else parts.visits * costs.visit_e4
    capital = None if costs.rate_e5 is None else rounded(max(parts.balance_e4, 0) * costs.rate_e5, 100_000)
    return Brought(parts, visits, capital)


def rounded(value: int, by: int) -> int:
    """`value` / `by`, halves away from nought, as the database rounds."""
    whole, rest = divmod(abs(value), by)
    whole += 2 * rest >= by
    return whole if value >= 0 else -whole
