"""The dealer's tier on the dealer page (fragments), judgements and tiers set by hand (pages)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.rights import Right
from crm.base.asked import number
from crm.base.models import Company
from crm.base.periods import add_months
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, may, user_of
from sales.models import DealerFigures
from tiering import moves, overrides
from tiering.breakdown import scores_of, valid_judgements
from tiering.choices import Component, OverrideState
from tiering.forms import AnswerForm, JudgementForm, OverrideForm
from tiering.models import DealerScore, DealerTier, ScoreJudgement, ScoreWeights, TierChange, TierOverride, TierRun
from tiering.pareto import pareto_class

HISTORY_ROWS = 20


@require_GET
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """The sentence that says why; stands in the open under the tier."""
    dealer = dealer_or_404(request, pk)
    run = TierRun.objects.select_related("policy").first()
    row = _row(dealer)
    text = moves.explain_now(row, run) if row and run else ""
    return render(request, "tiering/panels/reason.html", {"dealer": dealer, "row": row, "run": run, "text": text})


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Tier by the rule and by hand, second opinion, scores and what they are made of, history with reasons."""
    dealer = dealer_or_404(request, pk)
    allowed = may(request, dealer)
    on = Company.get().today()
    run = TierRun.objects.select_related("policy").first()
    changes = TierChange.objects.filter(dealer=dealer).select_related("dealer", "override__decided_by")
    figures = DealerFigures.objects.filter(pk=dealer.pk, trading=True).first()
    waiting = TierOverride.objects.filter(dealer=dealer).waiting().select_related("requested_by", "dealer").first()
    running = TierOverride.objects.filter(dealer=dealer).running(on).select_related("decided_by").first()
    return render(
        request,
        "tiering/panels/tier.html",
        {
            "dealer": dealer,
            "row": _row(dealer),
            "run": run,
            "scores": scores_of(dealer, on=on),
            "history": moves.explained(changes[:HISTORY_ROWS]),
            "second_opinion": pareto_class(figures.amount_e4, run) if figures and run else None,
            "running": running,
            "waiting": waiting,
            "may_decide": waiting is not None and overrides.may_decide(waiting, user_of(request)),
            "may_judge": allowed(Right.JUDGE),
            "may_override": allowed(Right.OVERRIDE_TIER),
        },
    )


@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what cannot be measured yet; the latest judgement of the day replaces an earlier one."""
    dealer = dealer_or_404(request, pk, Right.JUDGE)
    on = Company.get().today()
    weights = ScoreWeights.at(on)
    form = JudgementForm(
        request.POST or None, initial={"component": request.GET.get("component")}, measured=_measured(dealer)
    )
    if request.method == "POST" and form.is_valid():
        ScoreJudgement.objects.update_or_create(
            dealer=dealer, component=form.cleaned_data["component"], judged_on=on,
            defaults={
                "value": form.cleaned_data["value"], "note": form.cleaned_data["note"], "judged_by": user_of(request),
            },
        )  # fmt: skip
        messages.success(request, gettext("Saved. It counts from the next night on."))
        return redirect(dealer)
    held = valid_judgements(dealer, on=on, months=weights.judgement_months)
    context = {
        "dealer": dealer,
        "form": form,
        "held": [(row, add_months(row.judged_on, weights.judgement_months)) for row in held.values()],
        "title": gettext("Judge the dealer"),
        "intro": gettext("A judgement holds for %(months)s months.") % {"months": weights.judgement_months},
        "submit": gettext("Save"),
        "back": dealer.get_absolute_url(),
    }
    return render(request, "tiering/judge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def override(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another tier than the rule's."""
    dealer = dealer_or_404(request, pk, Right.OVERRIDE_TIER)
    on = Company.get().today()
    form = OverrideForm(
        request.POST or None, on=on, initial={"starts_on": on, "expires_on": add_months(on, 6), "tier": dealer.tier}
    )
    if request.method == "POST" and form.is_valid():
        try:
            overrides.request_override(dealer=dealer, actor=user_of(request), at=timezone.now(), **form.cleaned_data)
        except overrides.OneWaitsAlready:
            form.add_error(None, gettext("A request for this dealer waits for approval already."))
        else:
            messages.success(request, gettext("Asked for. It counts from the first run after somebody approved it."))
            return redirect(dealer)
    context = {
        "dealer": dealer,
        "form": form,
        "row": _row(dealer),
        "title": gettext("Set the tier by hand"),
        "intro": gettext("Another manager, or a director, approves it. It ends by itself."),
        "submit": gettext("Ask for it"),
        "back": dealer.get_absolute_url(),
    }
    return render(request, "tiering/override.html", context, status=422 if form.errors else 200)


@require_GET
@right_required(Right.OVERRIDE_TIER)
def list_overrides(request: HttpRequest) -> HttpResponse:
    """What waits for approval, and what runs, the next to end first."""
    user = user_of(request)
    visible = TierOverride.objects.visible_to(user).select_related("dealer", "requested_by", "decided_by")
    waiting = [(row, overrides.may_decide(row, user)) for row in visible.waiting().order_by("requested_at")[:100]]
    running = visible.running(Company.get().today()).order_by("expires_on", "pk")
    rows = list(running.annotate(computed=F("dealer__tier_row__computed"))[:100])
    return render(request, "tiering/overrides.html", {"waiting": waiting, "running": rows})


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse a request."""
    row = _override(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("A refusal needs its reason. Nothing was decided."))
        return redirect(_back(request))
    approve = form.cleaned_data["decision"] == "approve"
    try:
        overrides.decide_override(
            override=row, approve=approve, answer=form.cleaned_data["answer"], actor=user_of(request),
            on=Company.get().today(), at=timezone.now(),
        )  # fmt: skip
    except overrides.NeedsAnother as error:
        raise PermissionDenied from error
    except overrides.AlreadyDecided:
        messages.warning(request, gettext("Somebody was quicker: it is decided already."))
    except overrides.TooLate:
        messages.error(request, gettext("Its term is over. Ask for a new one."))
    else:
        messages.success(
            request, gettext("Approved. It counts from the next run on.") if approve else gettext("Refused.")
        )
    return redirect(_back(request))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request back, or end a tier set by hand with the next run."""
    row = _override(request, pk)
    try:
        overrides.withdraw_override(override=row, actor=user_of(request), at=timezone.now())
    except overrides.AlreadyDecided:
        messages.warning(request, gettext("It has ended already."))
    else:
        was_running = row.state == OverrideState.APPROVED
        messages.success(
            request, gettext("It ends with the next run.") if was_running else gettext("The request is taken back.")
        )
    return redirect(_back(request))


def _override(request: HttpRequest, pk: int) -> TierOverride:
    """404 out of scope, 403 without the right on the dealer's territory."""
    visible = TierOverride.objects.visible_to(user_of(request)).select_related("dealer")
    row: TierOverride = get_object_or_404(visible, pk=pk)
    if not may(request, row.dealer)(Right.OVERRIDE_TIER):
        raise PermissionDenied
    return row


def _back(request: HttpRequest) -> str:
    """The list of overrides, or the dealer's page when the form stood there."""
    dealer = number(request.POST.get("dealer"))
    return reverse("tiering:overrides") if dealer is None else reverse("dealers:detail", args=[dealer])


def _row(dealer: Dealer) -> DealerTier | None:
    return DealerTier.objects.select_related("override__decided_by").filter(pk=dealer.pk).first()


def _measured(dealer: Dealer) -> set[str]:
    """Components that have data for this dealer."""
    score: Any = DealerScore.objects.filter(pk=dealer.pk).first()
    if score is None:
        return set()
    return {
        component.value
        for bit, component in enumerate(Component)
        if score.values[bit] is not None and not score.judged >> bit & 1
    }
