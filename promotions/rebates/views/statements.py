"""A dealer's statement as a page, as a PDF and as a panel of the dealer page; points for conduct."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.scope import scope_of
from crm.base.models import Company
from dealers.views.access import dealer_or_404, today, user_of
from promotions.models import RebateAccrual, RebatePoints
from promotions.rebates.choices import Basis
from promotions.rebates.forms import PointsForm
from promotions.rebates.paper import statement_pdf
from promotions.rebates.statement import period_of, statement
from promotions.rebates.views.access import GIVE_POINTS, statement_or_404


@require_GET
def page(request: HttpRequest, pk: int, dealer: int) -> HttpResponse:
    programme, found, accrual = statement_or_404(request, pk, dealer)
    may_give = scope_of(user_of(request)).may(GIVE_POINTS, found.territory_id)
    points = RebatePoints.objects.filter(programme=programme, dealer=found).select_related("given_by").first()
    context = {
        "programme": programme, "dealer": found, "statement": statement(programme, accrual, on=today()),
        "period": period_of(programme), "currency": Company.get().currency, "points": points,
        "form": PointsForm() if may_give and programme.basis == Basis.POINTS else None,
    }  # fmt: skip
    return render(request, "promotions/rebates/statement.html", context)


@require_GET
def pdf(request: HttpRequest, pk: int, dealer: int) -> HttpResponse:
    """The statement to hand over, in the reader's language."""
    programme, found, accrual = statement_or_404(request, pk, dealer)
    told = statement(programme, accrual, on=today())
    response = HttpResponse(statement_pdf(told, found, on=today()), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="rebate-{programme.pk}-{found.pk}.pdf"'
    return response


@require_POST
def points(request: HttpRequest, pk: int, dealer: int) -> HttpResponse:
    """Give points for conduct; what is owed follows in the next night."""
    programme, found, _accrual = statement_or_404(request, pk, dealer, GIVE_POINTS)
    form = PointsForm(request.POST)
    if programme.basis != Basis.POINTS or not form.is_valid():
        messages.error(request, _("Write points from 0 to 100, and what they rest on."))
        return redirect("promotions:rebate_statement", pk=pk, dealer=dealer)
    RebatePoints.objects.update_or_create(
        programme=programme, dealer=found,
        defaults={**form.cleaned_data, "given_by": user_of(request), "given_at": timezone.now()},
    )  # fmt: skip
    messages.success(request, _("The points are noted. The next night works out what they bring."))
    return redirect("promotions:rebate_statement", pk=pk, dealer=dealer)


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What the dealer is owed by running programmes, and by those that ended in the last year."""
    dealer, on = dealer_or_404(request, pk), today()
    accruals = (
        RebateAccrual.objects.filter(dealer=dealer, programme__ends_on__gt=on.replace(year=on.year - 1, day=1))
        .select_related("programme")
        .prefetch_related("programme__bands")
        .order_by("-programme__ends_on", "programme_id")[:8]
    )
    rows = [statement(accrual.programme, accrual, on=on) for accrual in accruals]
    context = {"rows": rows, "dealer": dealer, "currency": Company.get().currency}
    return render(request, "promotions/rebates/panel.html", context)
