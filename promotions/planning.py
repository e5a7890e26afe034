"""A plan as it stands: its calculation, what is missing, what stands in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Territory, User
from crm.base.text import joined
from promotions import baseline, calculator, ledger, sold
from promotions.choices import OVER, CostKind, Mechanic, PromotionState, Purpose, Side
from promotions.models import Budget, Evaluation, Participant, Promotion, PromotionLine, PromotionTerms
from promotions.rates import NoRate, rate_on
from promotions.refusals import money, no_rate
from sales.stock import stock_of

NOTHING = Decimal(0)
PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a promotion's page and its approval show, read once. Amounts in the promotion's currency."""

    promotion: Promotion
    participants: Sequence[Participant]
    lines: Sequence[PromotionLine]

    @classmethod
    def of(cls, promotion: Promotion) -> Plan:
        return cls(
            promotion,
            list(promotion.participants.select_related("dealer__territory").order_by("dealer__name", "pk")),
            list(promotion.lines.select_related("budget__territory", "dealer").order_by("pk")),
        )

    @property
    def money(self) -> Decimal:
        """All budget lines."""
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def claimed(self) -> Decimal:
        return sum((line.claimed for line in self.lines), NOTHING)

    @property
    def baseline(self) -> Decimal:
        return sum((row.baseline for row in self.participants), NOTHING)

    @property
    def estimate(self) -> Decimal:
        return sum((row.estimate for row in self.participants), NOTHING)

    @property
    def outlook(self) -> calculator.Outlook:
        """The calculation with what is written so far; without a margin, with none."""
        return calculator.Outlook(
            calculator.Inputs(
                baseline=self.baseline, uplift=self.estimate, fixed=self.money,
                margin=self.promotion.margin_share or NOTHING, discount=self.promotion.discount_share,
            )
        )  # fmt: skip

    @property
    def dealer_outlook(self) -> calculator.DealerOutlook | None:
        """What the dealers gain together; None without their margin."""
        if self.promotion.dealer_margin_share is None:
            return None
        provided = self.promotion.provisions.filter(side=Side.DEALER).aggregate(sum=Sum("value"))["sum"]
        return calculator.DealerOutlook(
            uplift=self.estimate, margin=self.promotion.dealer_margin_share, provides=provided or NOTHING,
            receives=self.money,
        )  # fmt: skip


# --- Usual sales of those who take part ---------------------------------------------------------------------------------------


def usual_sales(promotion: Promotion, dealer_ids: Sequence[int], *, on: dt.date) -> dict[int, baseline.Usual]:
    """Of each dealer in the promotion's period, as far as is known on the day. Raises NoRate."""
    from crm.base.models import Company

    rate = rate_on(Company.get().currency, promotion.currency, on)
    known_until = min(on, promotion.starts_on)
    start = sold.looked_back(promotion.starts_on, days=promotion.days, trials=baseline.TRIALS)
    products = list(promotion.products.values_list("pk", flat=True)) if promotion.pk else []
    series = sold.by_dealer(dealer_ids, products=products, start=start, end=known_until, rate=rate)
    return {
        pk: baseline.usual(each, promotion.starts_on, promotion.ends_on, known_until=known_until)
        for pk, each in series.items()
    }


# --- Before it may be submitted -----------------------------------------------------------------------------------------------


def problems(plan: Plan, terms: PromotionTerms, *, on: dt.date) -> list[str]:
    """What is missing or in the way of submitting the plan on the day, a sentence each; none when it may be."""
    return [
        *_in_time(plan.promotion, terms, on),
        *_complete(plan),
        *_return(plan, terms),
        *_budgets(plan, on),
        *_loading(plan, terms, on),
        *_overdue(plan.promotion.owner, on),
    ]


def _in_time(promotion: Promotion, terms: PromotionTerms, on: dt.date) -> list[str]:
    if promotion.starts_on <= on:
        return [_("The start lies in the past: a plan is not dated back.")]
    if (promotion.starts_on - on).days < terms.submit_days:
        return [
            ngettext(
                "A plan is submitted %(days)s day before the start at the latest.",
                "A plan is submitted %(days)s days before the start at the latest.",
                terms.submit_days,
            )
            % {"days": terms.submit_days}
        ]
    return []


def _complete(plan: Plan) -> list[str]:
    promotion, found = plan.promotion, []
    if not plan.participants:
        found.append(_("No dealer takes part yet."))
    elif plan.estimate <= 0:
        found.append(_("Say for each dealer what you expect it to sell in addition."))
    if promotion.margin_share is None:
        found.append(_("Say what gross margin the goods have: without it no return can be told."))
    if not plan.lines:
        found.append(_("No money is planned: add a budget line."))
    if not promotion.provisions.exists():
        found.append(_("Say what the company and the dealers provide."))
    taking_part = {row.dealer_id for row in plan.participants}
    if any(line.dealer_id and line.dealer_id not in taking_part for line in plan.lines):
        found.append(_("A budget line is for a dealer that does not take part."))
    return found


def _return(plan: Plan, terms: PromotionTerms) -> list[str]:
    roi = plan.outlook.roi
    found = []
    if roi is not None and roi < terms.roi_wanted and not plan.promotion.low_return_reason.strip():
        found.append(
            _("The expected return is %(roi)s, below %(wanted)s: say why it is done all the same.")
            % {"roi": round(roi, 2), "wanted": terms.roi_wanted.normalize()}
        )
    entertainment = sum((line.amount for line in plan.lines if line.kind == CostKind.ENTERTAINMENT), NOTHING)
    if plan.money and entertainment > settings.ENTERTAINMENT_CAP * plan.money:
        found.append(
            _("Entertainment is %(share)s %% of the money; at most %(cap)s %% may be.")
            % {
                "share": round(entertainment / plan.money * PERCENT),
                "cap": round(Decimal(settings.ENTERTAINMENT_CAP) * PERCENT),
            }
        )
    return found


def _budgets(plan: Plan, on: dt.date) -> list[str]:
    promotion, found = plan.promotion, []
    above = set(Territory.objects.above(promotion.territory).values_list("pk", flat=True))
    wanted: dict[Budget, Decimal] = {}
    brands = set(promotion.products.values_list("brand", flat=True))
    for line in plan.lines:
        budget = line.budget
        if not (budget.starts_on <= promotion.starts_on and promotion.ends_on <= budget.ends_on) or budget.expired_at:
            found.append(_("The budget “%(budget)s” is not for these days.") % {"budget": budget.name})
        if budget.territory_id not in above:
            found.append(_("The budget “%(budget)s” is not for this territory.") % {"budget": budget.name})
        if budget.brand_id and brands != {budget.brand_id}:
            found.append(
                _("The budget “%(budget)s” is for another brand than all these products.") % {"budget": budget.name}
            )
        try:
            rate = rate_on(promotion.currency, budget.currency, on)
        except NoRate as error:
            found.append(str(no_rate(error)))
        else:
            wanted[budget] = wanted.get(budget, NOTHING) + line.amount * rate
    balances = ledger.of_budgets(wanted)
    for budget, amount in wanted.items():
        left = balances.get(budget.pk, ledger.Balances()).available
        if amount > left:
            found.append(
                _("The budget “%(budget)s” has %(left)s left; the plan needs %(wanted)s.")
                % {
                    "budget": budget.name,
                    "left": money(left, budget.currency),
                    "wanted": money(amount, budget.currency),
                }
            )
    return list(dict.fromkeys(found))


def _loading(plan: Plan, terms: PromotionTerms, on: dt.date) -> list[str]:
    """Stock is not pushed: loading is the exception, with a plan to sell it and the dealer's consent (M-03 to M-07)."""
    promotion = plan.promotion
    if promotion.mechanic != Mechanic.PRE_LOAD:
        return []
    found = []
    if not promotion.digestion_plan.strip() or promotion.sell_out_by is None:
        found.append(
            _("Loaded stock needs a plan how it is sold (weeks, activities, people) and a day by which it is.")
        )
    elif promotion.sell_out_by < promotion.starts_on:
        found.append(_("Loaded stock cannot be sold before it is loaded."))
    if not promotion.outlet_plan.strip():
        found.append(_("Loaded stock needs outlets: say which are opened."))
    full = [
        row.dealer.name
        for row in plan.participants
        if (cover := cover_days(row.dealer_id, on)) is not None and cover > terms.most_cover_days and not row.consent
    ]
    if full:
        found.append(
            _("More stock than %(days)s days already, and nobody there has agreed: %(dealers)s.")
            % {"days": terms.most_cover_days, "dealers": joined(full)}
        )
    return found


def cover_days(dealer_id: int, on: dt.date) -> int | None:
    """Days that the dealer's stock lasts; None where that is not known."""
    cover = stock_of(dealer_id, on).cover
    return None if cover is None else int(cover)


def overdue_evaluations(owner: User, on: dt.date) -> list[Promotion]:
    """Promotions of the owner whose evaluation should be there: no new money until they are."""
    ended = Promotion.objects.filter(owner=owner, state=PromotionState.ENDED).order_by("ends_on", "pk")
    return [row for row in ended if evaluation_due(row, terms_of(row)) < on]


def terms_of(promotion: Promotion) -> PromotionTerms:
    """The terms of the day on which it begins."""
    from promotions.terms import terms_on

    return terms_on(promotion.starts_on)


def compared_until(promotion: Promotion, terms: PromotionTerms) -> dt.date:
    """The first day after the periods that are looked at afterwards."""
    return promotion.ends_on + terms.periods_after * dt.timedelta(days=promotion.days)


def evaluation_due(promotion: Promotion, terms: PromotionTerms) -> dt.date:
    """The last day on which the evaluation is in time."""
    return compared_until(promotion, terms) + dt.timedelta(days=terms.evaluation_days)


def claims_until(promotion: Promotion, terms: PromotionTerms) -> dt.date:
    """The first day on which claims are no longer taken."""
    return promotion.ends_on + dt.timedelta(days=terms.claim_days)


def _overdue(owner: User, on: dt.date) -> list[str]:
    late = overdue_evaluations(owner, on)
    if not late:
        return []
    return [
        _("First evaluate what is over, then plan anew: %(promotions)s.")
        % {"promotions": joined(row.title for row in late)}
    ]


# --- What else the approver wants to know --------------------------------------------------------------------------------------


def conflicts(promotion: Promotion) -> list[Promotion]:
    """Others that run at the same time at some of the same dealers with some of the same products."""
    dealers = promotion.participants.values("dealer")
    products = list(promotion.products.values_list("pk", flat=True))
    rows = (
        Promotion.objects.exclude(pk=promotion.pk)
        .exclude(state__in=[*OVER, PromotionState.DRAFT, PromotionState.REJECTED])
        .overlapping(promotion.starts_on, promotion.ends_on)
        .filter(participants__dealer__in=dealers)
    )
    if products:
        rows = rows.filter(Q(products__in=products) | Q(products__isnull=True))
    return list(rows.distinct().select_related("owner").order_by("starts_on", "pk")[:20])


def past(promotion: Promotion, *, owner: bool = False) -> calculator.TrackRecord:
    """How earlier promotions of the same mechanics came out; with `owner`, those of this planner, whatever their
    mechanics."""
    rows = Evaluation.objects.exclude(promotion=promotion.pk)
    rows = (
        rows.filter(promotion__owner=promotion.owner_id)
        if owner
        else rows.filter(promotion__mechanic=promotion.mechanic)
    )
    return calculator.track_record(
        calculator.Past(row.estimate, row.net, row.roi) for row in rows.order_by("-made_at")[:50]
    )


def payable_budgets(territory: Territory, *, start: dt.date, end: dt.date) -> list[Budget]:
    """Budgets that may pay for a promotion of the territory in the period."""
    rows = Budget.objects.paying_for(territory).filter(starts_on__lte=start, ends_on__gte=end, expired_at__isnull=True)
    return list(rows.exclude(purpose__in=(Purpose.REBATE, Purpose.SUPPORT)).order_by("-territory__path", "code"))
