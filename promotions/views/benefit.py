"""The benefit sheet of one dealer, to hand over."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_GET

from dealers.models import Dealer
from dealers.views.access import today, user_of
from promotions.benefit import benefit, language_of
from promotions.benefit_paper import benefit_pdf
from promotions.planning import Plan
from promotions.views.access import promotion_or_404


@require_GET
def sheet(request: HttpRequest, pk: int, dealer: int) -> HttpResponse:
    """As a PDF in the dealer's language, or in that of `?lang=`; 404 for a dealer that does not take part, and while the plan
    does not say the dealer's margin."""
    promotion = promotion_or_404(request, pk)
    found = get_object_or_404(Dealer.objects.visible_to(user_of(request)), pk=dealer)
    plan = Plan.of(promotion)
    row = next((each for each in plan.participants if each.dealer_id == found.pk), None)
    told = benefit(plan, row) if row is not None else None
    if told is None:
        raise Http404
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else language_of(found.country)
    with translation.override(language):
        content = benefit_pdf(told, promotion, on=today())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="benefit-{promotion.pk}-{found.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
