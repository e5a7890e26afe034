"""Rebate programmes: list, terms, try-out on the year before, publication, liability."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.models import Territory
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from dealers.views.access import posted, today, user_of
from promotions.models import Budget, RebateAccrual, RebateProgramme
from promotions.rebates.accrual import terms_of, try_out
from promotions.rebates.choices import Basis, ProgrammeState
from promotions.rebates.forms import ProgrammeForm
from promotions.rebates.posting import reconciled
from promotions.rebates.settling import SettlementRefused, may_settle, publish
from promotions.rebates.statement import band_rate, band_start, period_of
from promotions.rebates.views.access import may_write, programme_or_404

ROWS = 50


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Programmes with what they come to for the dealers that the reader sees."""
    user = user_of(request)
    programmes = RebateProgramme.objects.visible_to(user).select_related("territory").prefetch_related("bands")
    may_edit = scope_of(user).may(Right.EDIT_POLICY)
    if not may_edit:
        programmes = programmes.exclude(state=ProgrammeState.DRAFT)
    sums = _sums(user)
    rows = [(programme, period_of(programme), sums.get(programme.pk)) for programme in programmes[:200]]
    context = {"rows": rows, "may_edit": may_edit, "currency": Company.get().currency, "today": today()}
    return render(request, "promotions/rebates/list.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The terms as sentences, what is owed, and to whom."""
    user, programme = user_of(request), programme_or_404(request, pk)
    terms = terms_of(programme)
    rows, after = _page(
        RebateAccrual.objects.visible_to(user).filter(programme=programme), request.GET.get("after", "")
    )
    context = {
        "programme": programme, "period": period_of(programme), "terms": terms,
        "bands": [(band_start(terms, band), band_rate(terms, band)) for band in terms.bands],
        "chosen": list(programme.products.all()), "marginal": programme.basis in (Basis.AMOUNT, Basis.QUANTITY), "sums": _sums(user, programme).get(programme.pk),
        "rows": rows, "next_url": f"?after={after}" if after else "", "first_url": "?" if request.GET.get("after") else "",
        "currency": Company.get().currency, "ended": today() >= programme.ends_on,
        "speeds": terms.speeds, "settlements": programme.settlements.visible_to(user).select_related("territory")[:20],
        "may_edit": may_write(user, programme.territory_id), "may_settle": may_settle(user),
        "places": Territory.objects.open().visible_to(user, rights=(Right.EDIT_CREDIT,)).order_by("path")[:300],
    }  # fmt: skip
    return render(request, "promotions/rebates/programme.html", context)


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_POLICY)
def create(request: HttpRequest) -> HttpResponse:
    programme = RebateProgramme(created_by=user_of(request))
    return _edit(request, programme, _("New rebate programme"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft may be changed; a published programme is a promise and is not."""
    programme = programme_or_404(request, pk, Right.EDIT_POLICY)
    if programme.state != ProgrammeState.DRAFT:
        messages.error(request, _("A published programme is a promise to dealers: it is not changed any more."))
        return redirect("promotions:rebate", pk=pk)
    return _edit(request, programme, _("Edit the rebate programme"))


def _edit(request: HttpRequest, programme: RebateProgramme, title: str) -> HttpResponse:
    form = ProgrammeForm(posted(request), instance=programme, user=user_of(request))
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("Saved."))
        return redirect("promotions:rebate", pk=saved.pk)
    context = {"form": form, "title": title, "programme": programme if programme.pk else None}
    return render(request, "promotions/rebates/form.html", context, status=422 if form.errors else 200)


@require_POST
def published(request: HttpRequest, pk: int) -> HttpResponse:
    programme = programme_or_404(request, pk, Right.EDIT_POLICY)
    try:
        publish(programme=programme, by=user_of(request), at=timezone.now())
    except SettlementRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The programme is published. The next night works out what dealers are owed."))
    return redirect("promotions:rebate", pk=pk)


@require_GET
def tried(request: HttpRequest, pk: int) -> HttpResponse:
    """What the programme would have cost in the same months a year before, as a fragment."""
    programme = programme_or_404(request, pk, Right.EDIT_POLICY)
    steps = try_out(programme)
    terms = terms_of(programme)
    starts = [_("below the first step"), *(band_start(terms, band) for band in terms.bands)]
    amount, cost = sum(step.amount_e4 for step in steps), sum(step.accrued_e4 for step in steps)
    context = {
        "rows": [(starts[step.step], step.dealers, _amount(step.amount_e4), _amount(step.accrued_e4)) for step in steps],
        "amount": _amount(amount), "cost": _amount(cost), "share": cost / amount if amount else None,
        "kept_back": _amount(sum(step.earned_e4 for step in steps) - cost), "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "promotions/rebates/tryout.html", context)


@require_GET
def liability(request: HttpRequest) -> HttpResponse:
    """What is owed and not credited, by programme and by territory, for the dealers that the reader sees."""
    user = user_of(request)
    seen = RebateAccrual.objects.visible_to(user)
    by_place = (
        seen.values("dealer__territory", name=F("dealer__territory__name"))
        .annotate(
            dealers=Count("pk", filter=~Q(accrued_e4=F("settled_e4"))),
            accrued=Sum("accrued_e4"),
            credited=Sum("settled_e4"),
        )
        .order_by("-accrued")[:500]
    )
    sums_of = _sums(user)
    programmes = RebateProgramme.objects.in_bulk(list(sums_of))
    rows = [(programmes[pk], sums) for pk, sums in sums_of.items()]
    places = [(row["name"], row["dealers"], _totals(row)) for row in by_place]
    total = {key: sum((sums[key] for _programme, sums in rows), Decimal(0)) for key in ("owed", "settled", "open")}
    context = {
        "rows": rows, "places": places, "total": total, "currency": Company.get().currency,
        "funds": reconciled(_with_funds_seen(user)),
    }  # fmt: skip
    return render(request, "promotions/rebates/liability.html", context)


def _with_funds_seen(user: Any) -> list[RebateProgramme]:
    """Programmes all of whose dealers the reader sees, and that somebody is or was owed something by."""
    funds = Budget.objects.visible_to(user)
    return list(
        RebateProgramme.objects.filter(earmark__budget__in=funds)
        .select_related("earmark__budget")
        .order_by("-starts_on", "pk")[:200]
    )


def _page(accruals: Any, after: str) -> tuple[list[RebateAccrual], str]:
    """The largest first, behind the place `after` (amount and dealer as the page before gave them), and the next place."""
    typed, _dot, who = after.partition(".")
    amount, dealer = number(typed), number(who)
    if amount is not None and dealer is not None:
        accruals = accruals.filter(
            Q(accrued_e4__lt=amount) | Q(accrued_e4=amount, dealer_id__gt=dealer), accrued_e4__lte=amount
        )
    found = list(accruals.select_related("dealer").order_by("-accrued_e4", "dealer_id")[: ROWS + 1])
    last = found[ROWS - 1] if len(found) > ROWS else None
    return found[:ROWS], f"{last.accrued_e4}.{last.dealer_id}" if last else ""


def _sums(user: Any, programme: RebateProgramme | None = None) -> dict[int, dict[str, Any]]:
    """By programme: dealers, owed, settled and open."""
    seen = RebateAccrual.objects.visible_to(user)
    if programme is not None:
        seen = seen.filter(programme=programme)
    sums = seen.values("programme").annotate(dealers=Count("pk"), accrued=Sum("accrued_e4"), credited=Sum("settled_e4"))
    return {row["programme"]: {"dealers": row["dealers"], **_totals(row)} for row in sums.order_by("programme")}


def _totals(row: Any) -> dict[str, Decimal]:
    owed, settled = row["accrued"] or 0, row["credited"] or 0
    return {"owed": _amount(owed), "settled": _amount(settled), "open": _amount(owed - settled)}


def _amount(value_e4: int) -> Decimal:
    return Decimal(value_e4).scaleb(-4)
