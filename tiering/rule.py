"""The rule that makes a dealer A, B or C, for one dealer at a time. docs/algorithms/tiering.md explains it with numbers.

The night applies the same rule to all dealers at once in sql/decide.sql; a test holds the two against each other.
Values are whole numbers (thousandths of a unit, ten-thousandths of a currency), so that no comparison rounds.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

_ROUNDING = {"CEIL": ROUND_CEILING, "HALF_UP": ROUND_HALF_UP, "FLOOR": ROUND_FLOOR}
TIERS = "ABC"


class Missing(enum.IntFlag):
    """What a dealer lacks. The first group keeps it from B; PROFILE also from A by rank."""

    NONE = 0
    BASE = 1
    """No sales above zero to grow from in a year that growth is measured against."""
    GROWTH = 2
    """Grew less than asked in the last closed year."""
    GROWTH_BEFORE = 4
    """Grew less than asked in the year before it."""
    COOPERATION_SCORE = 8
    """There is no cooperation score yet."""
    COOPERATION = 16
    LOYALTY_SCORE = 32
    """There is no loyalty score yet."""
    LOYALTY = 64
    HISTORY = 128
    """Insufficient history: fewer months of figures than asked."""
    PROFILE = 256
    """The profile is filled in less than asked."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The parameters of a policy: docs/practice.md section 1. Shares and growth are 0..1, scores 0..100."""

    a_top_share: Decimal = Decimal("0.20")
    rounding: str = "CEIL"
    always_a: frozenset[str] = frozenset({"AGENT"})
    ranked: frozenset[str] = frozenset({"FRANCHISEE"})
    b_growth: Decimal = Decimal("0.10")
    b_years: int = 2
    b_min_cooperation: int = 70
    b_min_loyalty: int = 70
    min_months: int = 36
    min_completeness: int = 0
    damping: bool = False

    @property
    def growth_ratio(self) -> tuple[int, int]:
        """1 + growth as a fraction in lowest terms: 10 % is (11, 10). Small terms keep products inside 64 bits."""
        return (1 + self.b_growth).as_integer_ratio()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule asks about a dealer. `values`: the last closed fiscal year, the year before, the one before that."""

    kind: str
    trading: bool = True
    values: tuple[int, int, int] = (0, 0, 0)
    first_sale_month: dt.date | None = None
    cooperation: int | None = None
    loyalty: int | None = None
    completeness: int = 0
    override: str | None = None
    # The tier held when the fiscal year began, where damping may hold the dealer up; None where it may not.
    year_tier: str | None = None


@dataclass(frozen=True, slots=True)
class CutOff:
    """Among `count` ranked dealers the first `places` are A, which takes sales of `value` or more.

    `value` is None when nobody can be A by rank.
    """

    count: int = 0
    places: int = 0
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`computed` is what the rule says, `tier` what counts: another one when it was set by hand. None: no tier."""

    tier: str | None
    computed: str | None
    reason: str
    missing: Missing = field(default=Missing.NONE)


def cut_off(values: Iterable[int], terms: Terms) -> CutOff:
    """The cut-off among the values of all trading dealers of the ranked kinds.

    All who tie at the border are in; who sold nothing is never in, not even when fewer dealers sold than there are
    places. O(n log n).
    """
    ordered = sorted(values, reverse=True)
    places = places_among(len(ordered), terms)
    if places == 0:
        return CutOff(len(ordered), 0, None)
    return CutOff(len(ordered), places, max(ordered[places - 1], 1))


def places_among(count: int, terms: Terms) -> int:
    """The top share of `count` dealers, made whole as the policy says."""
    return int((terms.a_top_share * count).to_integral_value(_ROUNDING[terms.rounding]))


def months_of_figures(first_sale_month: dt.date | None, on: dt.date) -> int:
    """Closed months from the first one with sales until the day `on`, that first one included; 0 without sales."""
    if first_sale_month is None:
        return 0
    return max((on.year - first_sale_month.year) * 12 + on.month - first_sale_month.month, 0)


def enough_history_since(on: dt.date, terms: Terms) -> dt.date:
    """The latest first month of sales that is enough history on the day `on`."""
    month = on.year * 12 + on.month - 1 - terms.min_months
    return dt.date(month // 12, month % 12 + 1, 1)


def missing_for_b(facts: Facts, terms: Terms, on: dt.date) -> Missing:
    """Every condition of B that the dealer does not meet."""
    missing = Missing.NONE
    last, before, earliest = facts.values
    numerator, denominator = terms.growth_ratio
    if before <= 0 or (terms.b_years == 2 and earliest <= 0):
        missing |= Missing.BASE
    if before > 0 and last * denominator < before * numerator:
        missing |= Missing.GROWTH
    if terms.b_years == 2 and earliest > 0 and before * denominator < earliest * numerator:
        missing |= Missing.GROWTH_BEFORE
    if facts.cooperation is None:
        missing |= Missing.COOPERATION_SCORE
    elif facts.cooperation < terms.b_min_cooperation:
        missing |= Missing.COOPERATION
    if facts.loyalty is None:
        missing |= Missing.LOYALTY_SCORE
    elif facts.loyalty < terms.b_min_loyalty:
        missing |= Missing.LOYALTY
    if facts.first_sale_month is None or facts.first_sale_month > enough_history_since(on, terms):
        missing |= Missing.HISTORY
    if facts.completeness < terms.min_completeness:
        missing |= Missing.PROFILE
    return missing


def decide(facts: Facts, terms: Terms, cut: CutOff, on: dt.date) -> Decision:
    """The dealer's tier as of the day `on`: A before B before C; a tier set by hand comes before all."""
    if not facts.trading:
        return Decision(None, None, "OUTSIDE")
    missing = missing_for_b(facts, terms, on)
    computed, reason = _by_rule(facts, terms, cut, missing)
    if terms.damping and facts.year_tier is not None and computed is not None:
        lowest = TIERS[min(TIERS.index(facts.year_tier) + 1, 2)]
        if computed > lowest:
            computed, reason = lowest, "DAMPED"
    if facts.override is not None:
        return Decision(facts.override, computed, "OVERRIDE", missing)
    return Decision(computed, computed, reason, missing)


def _by_rule(facts: Facts, terms: Terms, cut: CutOff, missing: Missing) -> tuple[str, str]:
    if facts.kind in terms.always_a:
        return "A", "AGENT"
    first = facts.kind in terms.ranked and cut.value is not None and facts.values[0] >= cut.value
    if first and Missing.PROFILE not in missing:
        return "A", "RANK"
    if not missing:
        return "B", "GROWTH"
    return "C", "REST"
