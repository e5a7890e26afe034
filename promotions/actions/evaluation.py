"""Judging a promotion afterwards, answering for a poor result, closing it."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from crm.base.money import round_money
from promotions import access, filing, planning, results
from promotions.actions.plan import demand_step, locked, release_rest, waiting_claims
from promotions.choices import Consequence, PromotionState
from promotions.lifecycle import Guard
from promotions.models import DealerResult, Evaluation, Promotion
from promotions.rates import NoRate
from promotions.refusals import ChangedMeanwhile, PromotionRefused, no_rate
from promotions.telling import events


@transaction.atomic
def evaluate(
    *, promotion_id: int, lessons: str, explanation: str, by: User, at: dt.datetime, on: dt.date
) -> Evaluation:
    """Compute the result, keep it, and file it with every dealer. A poor one needs the owner's explanation.

    Raises PromotionRefused.
    """
    promotion = locked(promotion_id)
    terms = planning.terms_of(promotion)
    over = on >= planning.compared_until(promotion, terms)
    demand_step(
        promotion, PromotionState.EVALUATED, doer=access.doers(by, promotion, on=on),
        met=frozenset({Guard.PERIODS_OVER}) if over else frozenset(),
    )  # fmt: skip
    if not lessons.strip():
        raise PromotionRefused(_("Say what was learnt."))
    try:
        found = results.results_of(promotion, terms)
    except NoRate as error:
        raise no_rate(error) from error
    roi = found.whole.roi
    poor = roi is not None and roi < terms.roi_poor
    if poor and not explanation.strip():
        raise PromotionRefused(
            _("The return is %(roi)s, below %(poor)s: the owner has to explain it.")
            % {"roi": round(roi or 0, 2), "poor": terms.roi_poor.normalize()}
        )
    evaluation = Evaluation.objects.create(
        promotion=promotion, poor=poor, lessons=lessons.strip()[:1000], explanation=explanation.strip()[:1000],
        gross_profit=round_money(found.whole.gross_profit, promotion.currency), made_at=at, made_by=by,
        **results.columns(found.whole, promotion.currency),
    )  # fmt: skip
    rows = DealerResult.objects.bulk_create(
        DealerResult(evaluation=evaluation, dealer_id=pk, **results.columns(each, promotion.currency))
        for pk, each in found.by_dealer.items()
    )
    promotion.state = PromotionState.EVALUATED
    promotion.save()
    events.over(promotion, at=at)
    filing.file_result(evaluation, list(evaluation.dealers.select_related("dealer")) if rows else [], by=by, at=at)
    return evaluation


@transaction.atomic
def decide_consequence(
    *, promotion_id: int, consequence: str, note: str, by: User, at: dt.datetime, on: dt.date
) -> Evaluation:
    """What a leader decides after a poor result; never the owner herself."""
    promotion = locked(promotion_id)
    evaluation = Evaluation.objects.select_for_update().filter(promotion=promotion).first()
    if evaluation is None or promotion.state != PromotionState.EVALUATED:
        raise ChangedMeanwhile(_("There is no result to decide on."))
    if not access.rank(by, promotion.territory_id, on=on) or by.pk in (promotion.owner_id, evaluation.made_by_id):
        raise PromotionRefused(_("What follows from a poor result is decided by a leader who is not its owner."))
    if consequence not in Consequence.values:
        raise PromotionRefused(_("Choose what follows from it."))
    if consequence != Consequence.ACCEPTED and not note.strip():
        raise PromotionRefused(_("Say why."))
    with pghistory.context(reason=note):
        evaluation.consequence, evaluation.consequence_note = consequence, note.strip()[:500]
        evaluation.decided_by, evaluation.decided_at = by, at
        evaluation.save()
    return evaluation


@transaction.atomic
def close(*, promotion_id: int, by: User, at: dt.datetime, on: dt.date) -> Promotion:
    """Nothing more is paid: what is left of its money is free again."""
    promotion = locked(promotion_id)
    evaluation = Evaluation.objects.filter(promotion=promotion).first()
    met = set()
    if not waiting_claims(promotion):
        met.add(Guard.NO_CLAIM_WAITS)
    if evaluation is not None and (not evaluation.poor or evaluation.consequence):
        met.add(Guard.POOR_IS_DECIDED)
    demand_step(promotion, PromotionState.CLOSED, doer=access.doers(by, promotion, on=on), met=frozenset(met))
    release_rest(promotion, by=by, at=at, on=on)
    promotion.state, promotion.closed_at = PromotionState.CLOSED, at
    promotion.save()
    return promotion
