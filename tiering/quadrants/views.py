"""Loyalty against strength: the matrix, its dealers and plans; a dealer's place in it; its plan from start to end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import demand
from accounts.rights import Right
from crm.base.asked import number
from crm.base.models import Company
from dealers.actions.status import StepRefused
from dealers.choices import DealerStatus
from dealers.views.access import dealer_or_404, may, posted, today, user_of
from dealers.views.edit import refusal_sentences
from tiering.choices import Quadrant
from tiering.models import DealerPlan, DealerPlanStep, DealerQuadrant, DealerScore, MatrixTerms, QuadrantChange
from tiering.quadrants import plans
from tiering.quadrants.forms import DealerPlanForm, StepForm
from tiering.quadrants.overview import cells, dealers_of, plans_running
from tiering.quadrants.playbook import DOORS, PLAYBOOKS
from tiering.quadrants.standing import in_the_way, standing_of

MOST_PLANS = 50
MOVES_SHOWN = 5


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """The four quadrants with dealers and sales, the dealers of one of them, and the plans that run."""
    user = user_of(request)
    asked = request.GET.get("quadrant", "")
    quadrant = asked if asked in Quadrant.values else ""
    placed, after = dealers_of(user, quadrant, after=number(request.GET.get("after"))) if quadrant else ([], None)
    counted = cells(user)
    context = {
        "cells": counted, "unknown": counted[""], "quadrant": Quadrant(quadrant) if quadrant else None, "placed": placed, "next_after": after,
        "playbook": PLAYBOOKS.get(quadrant), "plans": plans_running(user, most=MOST_PLANS), "on": today(),
        "terms": MatrixTerms.at(today()), "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "tiering/quadrants/matrix.html", context)


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the dealer is, what is done with such dealers, and the plan that runs or may be begun."""
    dealer = dealer_or_404(request, pk)
    row = DealerQuadrant.objects.filter(pk=dealer.pk).first()
    plan = DealerPlan.objects.filter(dealer=dealer).running().with_next_step().first()
    score, allowed = DealerScore.objects.filter(pk=dealer.pk).first(), may(request, dealer)
    context = {
        "dealer": dealer, "row": row, "playbook": PLAYBOOKS[row.quadrant] if row else None, "plan": plan,
        "score": score, "spot": _spot(score, MatrixTerms.at(today())) if score else None, "on": today(),
        "moves": QuadrantChange.objects.filter(dealer=dealer)[:MOVES_SHOWN],
        "offered": [key for key in Quadrant if plan is None and _may_begin(allowed, key)],
    }  # fmt: skip
    return render(request, "tiering/quadrants/panel.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: int, quadrant: str) -> HttpResponse:
    """Begin the playbook of a quadrant with a dealer."""
    if quadrant not in Quadrant.values:
        raise Http404
    playbook = PLAYBOOKS[quadrant]
    dealer = dealer_or_404(request, pk, Right.MOVE_STATUS if playbook.by_manager else Right.EDIT_DEALER)
    on = today()
    wanted = DealerPlan(
        dealer=dealer, quadrant=quadrant, starts_on=on, created_by=user_of(request), created_at=timezone.now()
    )
    usual = {"aim": playbook.aim, "ends_on": on + dt.timedelta(days=playbook.days)}
    form = DealerPlanForm(posted(request), instance=wanted, initial=usual, quadrant=quadrant, on=on)
    if request.method == "POST" and form.is_valid():
        try:
            plan = plans.begin(
                dealer=dealer, quadrant=quadrant, by=user_of(request), at=timezone.now(), on=on, **form.cleaned_data
            )
        except plans.PlanRefused as refused:
            form.add_error(None, str(refused))
        except StepRefused as refused:
            for sentence in refusal_sentences(refused):
                form.add_error(None, sentence)
        else:
            messages.success(request, _("The plan has begun."))
            return redirect(plan)
    context = {
        "dealer": dealer, "form": form, "playbook": playbook, "steps": playbook.steps, "back": dealer.get_absolute_url(),
        "title": _("Plan: %(quadrant)s") % {"quadrant": Quadrant(quadrant).label}, "submit": _("Begin the plan"),
        "leaves": quadrant == Quadrant.PHASE_OUT and dealer.status != DealerStatus.PHASE_OUT,
    }  # fmt: skip
    return render(request, "tiering/quadrants/begin.html", context, status=422 if form.errors else 200)


@require_GET
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan: what each side gains, its steps with what is in their way, and how the scores went since."""
    plan = _plan(request, pk)
    allowed, on = may(request, plan.dealer), today()
    standing = standing_of(plan.dealer, on=on)
    rows = [
        (
            step,
            in_the_way(step.kind, standing, share_limit=plan.share_limit)
            if plan.is_running and step.done_on is None and (step.kind != "PAID" or allowed(Right.VIEW_CREDIT))
            else "",
            _door(step, plan),
        )
        for step in plan.steps.select_related("done_by", "replacement")
    ]
    context = {
        "plan": plan, "dealer": plan.dealer, "rows": rows, "standing": standing, "on": on,
        "score": DealerScore.objects.filter(pk=plan.dealer_id).first(), "playbook": PLAYBOOKS[plan.quadrant],
        "may_write": plan.is_running and _may_begin(allowed, plan.quadrant),
        "may_end": plan.state == "DONE" and plan.quadrant == Quadrant.PHASE_OUT
        and plan.dealer.status == DealerStatus.PHASE_OUT and allowed(Right.MOVE_STATUS),
    }  # fmt: skip
    return render(request, "tiering/quadrants/plan.html", context)


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a step done, with a note, or not done after all."""
    found: DealerPlanStep = get_object_or_404(DealerPlanStep.objects.visible_to(user_of(request)), pk=pk)
    plan = _plan(request, found.plan_id, write=True)
    if request.POST.get("do") == "reopen":
        return _answer(request, plan, lambda: plans.reopen_step(step=found), _("The step is open again."))
    form = StepForm(request.POST, user=user_of(request))
    if not form.is_valid():
        messages.error(request, _("A note is at most 500 characters long. Nothing was saved."))
        return redirect(plan)
    return _answer(
        request, plan,
        lambda: plans.take_step(step=found, by=user_of(request), on=today(), **form.cleaned_data),
        _("The step is done."),
    )  # fmt: skip


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a plan with what came of it."""
    plan = _plan(request, pk, write=True)
    done, result = request.POST.get("do") == "done", request.POST.get("result", "")[:500]
    return _answer(
        request, plan, lambda: plans.close(plan=plan, done=done, result=result, by=user_of(request), on=today()),
        _("The plan is closed."),
    )  # fmt: skip


def _spot(score: DealerScore, terms: MatrixTerms) -> dict[str, int] | None:
    """Where the dealer and the cuts are in a drawing of 100 by 100 whose top is strong; None without both scores."""
    if score.loyalty is None or score.strength is None:
        return None
    cut = {"cut_x": terms.loyalty_cut, "cut_y": 100 - terms.strength_cut}
    return {"x": score.loyalty, "y": 100 - score.strength, **cut}


def _plan(request: HttpRequest, pk: int, *, write: bool = False) -> DealerPlan:
    """404 out of scope, 403 without the right to begin such a plan."""
    seen = DealerPlan.objects.visible_to(user_of(request)).select_related(
        "dealer__territory", "created_by", "closed_by"
    )
    plan: DealerPlan = get_object_or_404(seen, pk=pk)
    if write:
        right = Right.MOVE_STATUS if PLAYBOOKS[plan.quadrant].by_manager else Right.EDIT_DEALER
        demand(request, right, plan.dealer.territory_id)
    return plan


def _may_begin(allowed: Callable[[Right], bool], quadrant: str) -> bool:
    return allowed(Right.MOVE_STATUS if PLAYBOOKS[quadrant].by_manager else Right.EDIT_DEALER)


def _door(step: DealerPlanStep, plan: DealerPlan) -> dict[str, Any] | None:
    door = DOORS.get(step.kind)
    url = door.url(plan.dealer_id) if door and plan.is_running and step.done_on is None else None
    return {"url": url, "label": door.label} if door and url else None


def _answer(request: HttpRequest, plan: DealerPlan, act: Callable[[], Any], done: str) -> HttpResponse:
    try:
        act()
    except plans.PlanRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(plan)
