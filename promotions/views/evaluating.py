"""The result of a promotion: as it stands now, kept with what was learnt, answered for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealers.models import Dealer
from dealers.views.access import today, user_of
from promotions import access, planning, results
from promotions.actions import evaluation
from promotions.choices import Consequence, PromotionState
from promotions.models import Evaluation, Promotion
from promotions.rates import NoRate
from promotions.refusals import PromotionRefused, no_rate
from promotions.views.access import promotion_or_404

# States in which there is something to compare.
_COMPARED = (PromotionState.RUNNING, PromotionState.ENDED, PromotionState.EVALUATED, PromotionState.CLOSED)


@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Kept, or before that as the sales stand now."""
    promotion = promotion_or_404(request, pk)
    if promotion.state not in _COMPARED:
        raise Http404
    return _page(request, promotion)


def _page(request: HttpRequest, promotion: Promotion, *, refused: str = "") -> HttpResponse:
    user, on = user_of(request), today()
    terms = planning.terms_of(promotion)
    kept = Evaluation.objects.filter(promotion=promotion).select_related("made_by", "decided_by").first()
    whole, rows = None, []
    if kept is None:
        try:
            found = results.results_of(promotion, terms)
        except NoRate as error:
            refused = refused or str(no_rate(error))
        else:
            whole = found.whole
            dealers = Dealer.with_bin.in_bulk(found.by_dealer)
            rows = [(dealers[key], each) for key, each in found.by_dealer.items()]
    leads = access.rank(user, promotion.territory_id, on=on) > 0
    context: dict[str, Any] = {
        "promotion": promotion, "kept": kept, "kept_rows": kept.dealers.select_related("dealer") if kept else (), "whole": whole,
        "rows": rows, "terms": terms, "compared_until": planning.compared_until(promotion, terms),
        "due": planning.evaluation_due(promotion, terms), "on": on, "refused": refused, "typed": request.POST,
        "may_evaluate": promotion.state == PromotionState.ENDED and bool(access.doers(user, promotion, on=on))
        and on >= planning.compared_until(promotion, terms),
        "may_decide": kept is not None and kept.poor and not kept.consequence and leads
        and user.pk not in (promotion.owner_id, kept.made_by_id),
        "consequences": Consequence.choices,
    }  # fmt: skip
    return render(request, "promotions/result.html", context, status=422 if refused else 200)


@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Keep the result (`keep`), or decide what follows from a poor one (`decide`)."""
    promotion, user, on = promotion_or_404(request, pk), user_of(request), today()
    if not access.doers(user, promotion, on=on):
        raise PermissionDenied
    try:
        if what == "keep":
            evaluation.evaluate(
                promotion_id=pk, lessons=request.POST.get("lessons", ""), explanation=request.POST.get("explanation", ""), by=user,
                at=timezone.now(), on=on,
            )  # fmt: skip
        else:
            evaluation.decide_consequence(
                promotion_id=pk, consequence=request.POST.get("consequence", ""), note=request.POST.get("note", ""), by=user,
                at=timezone.now(), on=on,
            )  # fmt: skip
    except PromotionRefused as refused:
        return _page(request, promotion_or_404(request, pk), refused=str(refused))
    messages.success(request, _("Saved."))
    return redirect("promotions:result", pk=pk)
