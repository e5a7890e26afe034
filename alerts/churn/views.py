from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.churn.reasons import headline, reasons
from alerts.churn.scoring import card_in_use
from alerts.models import ChurnState, DealerChurn, SeasonalSignal
from alerts.seasonal.sentences import sentence
from dealers.views.access import dealer_or_404
from sales.models import DealerFigures


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The churn score of the last night with its reasons, and the last closed month against its season."""
    dealer = dealer_or_404(request, pk)
    state = ChurnState.objects.filter(pk=1).first()
    # Who does not trade with us cannot be lost.
    trades = DealerFigures.objects.filter(pk=dealer.pk, trading=True).exists()
    row = DealerChurn.objects.filter(pk=dealer.pk).first() if trades else None
    signal = SeasonalSignal.objects.filter(pk=dealer.pk).first() if trades else None
    context: dict[str, object] = {
        "dealer": dealer,
        "state": state,
        "trades": trades,
        "row": row,
        "month": sentence(signal) if signal else "",
    }
    if state is not None:
        card = card_in_use().card
        scored = row is not None and row.score is not None
        context |= {
            "headline": headline(row, card, on=state.on),
            "reasons": reasons(row, card, on=state.on, state=state) if scored and row else [],
        }
    return render(request, "alerts/panels/churn.html", context)
