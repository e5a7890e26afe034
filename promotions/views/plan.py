"""One promotion: its page, the plan as a form, dealers chosen by filter, the steps of its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.rights import Right
from crm.base.asked import number
from crm.base.models import Company
from dealers.filters import Asked, ListState
from dealers.models import Dealer
from dealers.views.access import posted, today, user_of
from dealers.views.frame import form_page
from promotions import access, ledger, lifecycle, planning
from promotions.actions import approval, evaluation, plan
from promotions.choices import CLAIMABLE, WRITABLE, ChangeState, PromotionState
from promotions.forms import ChangeForm, LineForm, PlanForm, ProvisionForm
from promotions.models import Promotion
from promotions.planning import Plan
from promotions.refusals import PlanIncomplete, PromotionRefused
from promotions.terms import terms_on
from promotions.views.access import promotion_or_404
from promotions.views.typed import decimal_of

# Dealers that the filter offers at once.
OFFERED = 200
# Per cent of usual sales that may be expected in addition.
MOST_UPLIFT = 1000


@require_GET
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, promotion_or_404(request, pk))


def _page(
    request: HttpRequest, promotion: Promotion, *, problems: list[str] | None = None, refused: str = "", **forms: Any
) -> HttpResponse:
    user, on = user_of(request), today()
    planned = Plan.of(promotion)
    doers = access.doers(user, promotion, on=on)
    may_write = access.may_write(user, promotion) and promotion.state in WRITABLE
    budgets = (
        planning.payable_budgets(promotion.territory, start=promotion.starts_on, end=promotion.ends_on)
        if may_write
        else []
    )
    terms = planning.terms_of(promotion)
    balances = ledger.of_earmarks([line.earmark_id for line in planned.lines if line.earmark_id])
    context = {
        "promotion": promotion, "plan": planned, "outlook": planned.outlook, "dealer_outlook": planned.dealer_outlook,
        "lines": [(line, balances.get(line.earmark_id or 0)) for line in planned.lines],
        "provisions": promotion.provisions.all(), "products": promotion.products.all(), "may_write": may_write,
        "line_form": forms.get("line_form") or (LineForm(promotion=promotion, budgets=budgets) if budgets else None),
        "provision_form": forms.get("provision_form") or ProvisionForm(),
        "problems": problems if problems is not None
        else planning.problems(planned, terms_on(on), on=on) if may_write else [],
        "steps": {step.to.value for step in lifecycle.STEPS[PromotionState(promotion.state)] if doers & set(step.doers)},
        "conflicts": planning.conflicts(promotion), "past": planning.past(promotion),
        "approvals": promotion.approvals.select_related("by", "instead_of"), "may_claim": access.may_plan(user) and promotion.state in CLAIMABLE,
        "changes": promotion.changes.select_related("line", "requested_by"),
        "may_change": access.may_write(user, promotion) and promotion.state in (PromotionState.APPROVED, PromotionState.RUNNING),
        "claims": promotion.claims.select_related("dealer", "line", "audit")[:100],
        "evaluation": getattr(promotion, "evaluation", None), "due": planning.evaluation_due(promotion, terms),
        "claims_until": planning.claims_until(promotion, terms), "compared_until": planning.compared_until(promotion, terms),
        "decide_url": _decide_url(promotion, request), "terms": terms, "refused": refused, "on": on,
    }  # fmt: skip
    return render(request, "promotions/promotion.html", context, status=422 if refused else 200)


def _decide_url(promotion: Promotion, request: HttpRequest) -> str:
    """Where the reader decides on it, or on a change of it; empty when there is nothing for her to decide."""
    user, on = user_of(request), today()
    waiting = [(promotion, None)] if promotion.state == PromotionState.SUBMITTED else []
    changes = [(promotion, row) for row in promotion.changes.filter(state=ChangeState.REQUESTED)]
    for each, change in [*waiting, *changes]:
        try:
            say = approval.say_of(user, each, change, approval.standing(each, change, on=on), on=on)
        except PromotionRefused:
            continue
        if say:
            return (
                reverse("promotions:approve_change", args=[change.pk])
                if change
                else reverse("promotions:approve", args=[each.pk])
            )
    return ""


# --- The plan as a form ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    if not access.may_plan(user):
        raise PermissionDenied
    initial = {"owner": user.pk, "currency": Company.get().currency}
    form = PlanForm(posted(request), user=user, initial=initial)
    if form.is_bound and form.is_valid():
        values, products = form.plan()
        try:
            promotion = plan.create(values=values, products=products, by=user, at=timezone.now())
        except PromotionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The draft is kept. Add dealers and money, then submit it."))
            return redirect("promotions:promotion", pk=promotion.pk)
    return form_page(
        request, dealer=None, form=form, title=_("Plan a promotion"), back=reverse("promotions:list"), submit=_("Keep as a draft")
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    promotion, user = promotion_or_404(request, pk, Right.PLAN_PROMOTIONS), user_of(request)
    # Bound to a copy: what the form writes into it is not the plan yet.
    form = PlanForm(posted(request), user=user, instance=Promotion.objects.get(pk=pk))
    if form.is_bound and form.is_valid():
        values, products = form.plan()
        try:
            plan.change(promotion_id=pk, values=values, products=products, by=user, on=today())
        except PromotionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("promotions:promotion", pk=pk)
    return form_page(
        request, dealer=None, form=form, title=promotion.title, back=promotion.get_absolute_url(), has_errors=bool(form.non_field_errors())
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def dealers(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose dealers by the filters of the dealer list; GET shows whom they find, POST lets the chosen ones take part."""
    promotion, user = promotion_or_404(request, pk, Right.PLAN_PROMOTIONS), user_of(request)
    if request.method == "POST":
        chosen = [key for text in request.POST.getlist("dealer") if (key := number(text)) is not None]
        uplift = decimal_of(request.POST.get("uplift") or "0")
        if uplift is None or not 0 <= uplift <= MOST_UPLIFT:
            messages.error(request, _("What is expected in addition is from 0 to 1,000 per cent of usual sales."))
            return redirect(request.get_full_path())
        try:
            count = plan.add_dealers(
                promotion_id=promotion.pk, dealer_ids=chosen[:OFFERED], uplift=uplift / 100, by=user, on=today()
            )  # fmt: skip
        except PromotionRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                ngettext("%(count)s dealer takes part.", "%(count)s dealers take part.", count) % {"count": count},
            )
        return redirect("promotions:promotion", pk=pk)
    state = ListState.read(request.GET).with_sort("")
    asked = Asked(user, today())
    there = promotion.participants.values("dealer")
    rows = (
        state.allowed(asked).rows(asked)
        .filter(territory__path__startswith=promotion.territory.path)
        .exclude(pk__in=there)
        .select_related("territory")
        .order_by("-sales_12m", "pk")
    )  # fmt: skip
    from dealers.filters import FILTERS

    offered = [
        (each, each.choices(asked), state.values.get(each.key, ()))
        for each in FILTERS.values()
        if each.key in ("tier", "kind", "status") and each.choices is not None
    ]
    found = list(rows[: OFFERED + 1])
    context = {
        "promotion": promotion, "rows": found[:OFFERED], "more": len(found) > OFFERED, "filters": offered, "q": state.q,
        "offered": OFFERED, "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "promotions/dealers.html", context)


# --- Steps ---------------------------------------------------------------------------------------------------------------------


@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Take a step; refused, the page says why with what is missing."""
    if what not in STEPS:
        raise Http404
    promotion = promotion_or_404(request, pk)
    user = user_of(request)
    if not access.doers(user, promotion, on=today()):
        raise PermissionDenied
    try:
        STEPS[what](request.POST, promotion, {"by": user, "at": timezone.now(), "on": today()})
    except PlanIncomplete as refused:
        text = _("The plan cannot be submitted yet.")
        return _page(request, promotion_or_404(request, pk), problems=refused.problems, refused=text)
    except InvalidForm as invalid:
        return _page(request, promotion, refused=_("Something is missing."), **invalid.forms)
    except PromotionRefused as refused:
        return _page(request, promotion_or_404(request, pk), refused=str(refused))
    messages.success(request, _("Saved."))
    return redirect("promotions:promotion", pk=pk)


class InvalidForm(Exception):
    """The page shows the form with its errors."""

    def __init__(self, **forms: Any) -> None:
        super().__init__()
        self.forms = forms


def _submit(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    plan.submit(promotion_id=promotion.pk, **doing)


def _take_back(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    plan.take_back(promotion_id=promotion.pk, **doing)


def _cancel(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    plan.cancel(promotion_id=promotion.pk, reason=data.get("reason", ""), **doing)


def _begin(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    plan.begin(promotion_id=promotion.pk, **doing)


def _end(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    plan.end(promotion_id=promotion.pk, **doing)


def _close(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    evaluation.close(promotion_id=promotion.pk, **doing)


def _line(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    budgets = planning.payable_budgets(promotion.territory, start=promotion.starts_on, end=promotion.ends_on)
    form = LineForm(data, promotion=promotion, budgets=budgets)
    if not form.is_valid():
        raise InvalidForm(line_form=form)
    values = form.cleaned_data
    dealer: Dealer | None = values["dealer"]
    plan.add_line(
        promotion_id=promotion.pk, kind=values["kind"], budget=values["budget"], amount=values["amount"],
        dealer_id=dealer.pk if dealer else None, note=values["note"], by=doing["by"],
    )  # fmt: skip


def _unline(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    plan.remove_line(promotion_id=promotion.pk, line_id=number(data.get("line")) or 0, by=doing["by"])


def _provision(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    form = ProvisionForm(data)
    if not form.is_valid():
        raise InvalidForm(provision_form=form)
    plan.add_provision(promotion_id=promotion.pk, values=form.cleaned_data, by=doing["by"])


def _unprovision(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    plan.remove_provision(promotion_id=promotion.pk, provision_id=number(data.get("provision")) or 0, by=doing["by"])


def _estimates(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    estimates, consents = {}, {}
    for row in promotion.participants.all():
        if f"estimate-{row.pk}" in data:
            value = decimal_of(data.get(f"estimate-{row.pk}"))
            if value is None or value < 0:
                raise PromotionRefused(_("What is expected in addition is a figure from 0 on."))
            estimates[row.pk] = value
        if f"consent-{row.pk}" in data:
            consents[row.pk] = data.get(f"consent-{row.pk}", "")
    plan.estimate(promotion_id=promotion.pk, estimates=estimates, consents=consents, by=doing["by"])


def _undealer(data: QueryDict, promotion: Promotion, doing: Mapping[str, Any]) -> None:
    # The button stands among the figures of the others: what was typed there is kept.
    if any(name.startswith(("estimate-", "consent-")) for name in data):
        _estimates(data, promotion, doing)
    plan.remove_dealer(promotion_id=promotion.pk, participant_id=number(data.get("participant")) or 0, by=doing["by"])


STEPS: dict[str, Callable[[QueryDict, Promotion, Mapping[str, Any]], None]] = {
    "submit": _submit, "take-back": _take_back, "cancel": _cancel, "begin": _begin, "end": _end, "close": _close, "line": _line,
    "unline": _unline, "provision": _provision, "unprovision": _unprovision, "estimates": _estimates, "undealer": _undealer,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for more money or a later end."""
    promotion, user = promotion_or_404(request, pk, Right.PLAN_PROMOTIONS), user_of(request)
    form = ChangeForm(posted(request), promotion=promotion)
    if form.is_bound and form.is_valid():
        try:
            approval.ask_for_change(promotion_id=pk, values=form.values(), by=user, at=timezone.now(), on=today())
        except PromotionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The change waits for its approval."))
            return redirect("promotions:promotion", pk=pk)
    intro = _("What was approved stays as it is until the change is approved, too.")
    return form_page(
        request, dealer=None, form=form, title=_("Change an approved promotion"), back=promotion.get_absolute_url(),
        submit=_("Ask for approval"), intro=intro,
    )  # fmt: skip
