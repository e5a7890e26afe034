"""What is undertaken with a dealer of each quadrant: the treatment in a sentence, the steps of its plan, and where they are
taken. docs/algorithms/quadrants.md tells it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from crm.base.navigation import object_url, page_url
from crm.base.text import StrPromise
from tiering.choices import PlanStepKind, Quadrant

K = PlanStepKind


@dataclass(frozen=True, slots=True)
class Door:
    """The page on which a step is taken. `of_dealer`: its address takes the dealer; `asked` fills its form beforehand."""

    url_name: str
    label: StrPromise
    of_dealer: bool = True
    asked: tuple[tuple[str, str], ...] = ()

    def url(self, dealer_id: int) -> str | None:
        """None when no such page is installed."""
        address = object_url(self.url_name, dealer_id) if self.of_dealer else page_url(self.url_name)
        return f"{address}?{urlencode(self.asked)}" if address and self.asked else address


_PROMOTION = Door("promotions:new", _("Plan a promotion"), of_dealer=False)
_AGREEMENT = Door("dealers:agreement_new", _("Put an agreement into the file"))

# Where a step is taken; the others are noted on the plan alone.
DOORS: dict[str, Door] = {
    K.FRAMEWORK: _AGREEMENT,
    K.TERMS: _AGREEMENT,
    K.ADVERTISING: _PROMOTION,
    K.PROMOTION: _PROMOTION,
    K.GIFTS: _PROMOTION,
    K.GUIDES: Door(
        "promotions:support_ask", _("Ask for support"), asked=(("kind", "PERSON"), ("staff_kind", "LOCAL_PROMOTER"))
    ),
    K.AGREEMENT_ENDED: Door("dealers:documents", _("Agreements in the file")),
}


@dataclass(frozen=True, slots=True)
class Playbook:
    """`days` is how long a plan usually runs. `by_manager`: begun by who may move the dealer along its life cycle."""

    treatment: StrPromise
    aim: StrPromise
    steps: tuple[PlanStepKind, ...]
    days: int
    by_manager: bool = False


PLAYBOOKS: dict[str, Playbook] = {
    Quadrant.CORE: Playbook(
        _("Loyal and strong: support it first and in everything, so that it becomes the most faithful of all."),
        _("Make it the most faithful of our dealers"),
        (K.SPONSOR, K.FRAMEWORK, K.SUPPLY_FIRST, K.REVIEW),
        365,
    ),
    Quadrant.DEVELOP: Playbook(
        _("Loyal and still weak: give it means (advertising, promotion, gifts, shopping guides) that make it stronger."),
        _("Raise its strength"),
        (K.ADVERTISING, K.PROMOTION, K.GIFTS, K.GUIDES, K.REVIEW),
        180,
    ),
    Quadrant.NEGOTIATE: Playbook(
        _("Strong and not loyal: it could do without us. Agree on terms from which both sides gain, and do not depend on"
          " it."),
        _("Work together to the gain of both"),
        (K.GAINS, K.TERMS, K.SHARE, K.REVIEW),
        365,
    ),
    Quadrant.PHASE_OUT: Playbook(
        _("Neither loyal nor strong: part with it step by step, its stock, its debts and its customers looked after first."),
        _("Part in good order"),
        (K.TOLD, K.STOCK_RETURNED, K.PAID, K.REPLACED, K.AGREEMENT_ENDED),
        180,
        by_manager=True,
    ),
}  # fmt: skip

# These are taken only after all others of the plan.
LAST = frozenset({K.AGREEMENT_ENDED})


def due_days(steps: int, starts_on: dt.date, ends_on: dt.date) -> list[dt.date]:
    """The days by which so many steps are due, spread evenly; the last one on the plan's last day."""
    days = (ends_on - starts_on).days
    return [starts_on + dt.timedelta(days=days * (number + 1) // steps) for number in range(steps)]
