"""Why something about promotions cannot be done, as a sentence with the figures for the reader."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from crm.base.money import minor_units
from promotions.choices import AccountKind
from promotions.ledger import NotEnough
from promotions.rates import NoRate


class PromotionRefused(Exception):
    """Nothing was changed; the message says why."""


class PlanIncomplete(PromotionRefused):
    """`problems` says what is missing, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


class ChangedMeanwhile(PromotionRefused):
    """Somebody was quicker, or the plan is not the one that was seen."""


def money(amount: Decimal, currency: str) -> str:
    """`1,234.50 CNY`, as the reader writes figures."""
    return f"{formats.number_format(amount, minor_units(currency), force_grouping=True)} {currency}"


def not_enough(error: NotEnough) -> PromotionRefused:
    """The refusal of the ledger in words."""
    values = {
        "budget": error.budget.name, "wanted": money(error.wanted, error.currency),
        "there": money(error.there, error.currency),
    }  # fmt: skip
    if error.kind == AccountKind.AVAILABLE:
        return PromotionRefused(
            _("The budget “%(budget)s” has %(there)s left; %(wanted)s are needed. Nothing was set aside.") % values
        )
    if error.kind == AccountKind.RESERVED:
        return PromotionRefused(_("Of the approved money %(there)s are left; %(wanted)s are asked for.") % values)
    return PromotionRefused(_("%(there)s are approved for payment; %(wanted)s cannot be paid.") % values)


def no_rate(error: NoRate) -> PromotionRefused:
    return PromotionRefused(
        _("There is no exchange rate from %(currency)s into %(into)s. An administrator can enter one.")
        % {"currency": error.currency, "into": error.into}
    )
