"""The rule and the weights as sentences and tables that can be edited and tried out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.rights import Right
from crm.base.models import Company
from dealers.views.access import user_of
from tiering.choices import Score
from tiering.forms import PolicyForm, WeightsForm
from tiering.models import ScoreWeights, TierPolicy, TierRun
from tiering.preview import preview
from tiering.views_runs import LETTERS


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_POLICY)
def policy(request: HttpRequest) -> HttpResponse:
    """The rule that counts; saving makes a new version from a day on."""
    on = Company.get().today()
    current = TierPolicy.at(on)
    form = PolicyForm(request.POST or None, instance=_copy(current, on), on=on)
    if request.method == "POST" and form.is_valid():
        saved = _save(form.instance, request)
        day = formats.date_format(saved.active_from, "DATE_FORMAT")
        messages.success(request, gettext("The rule counts from the run of %(day)s on.") % {"day": day})
        return redirect("tiering:policy")
    context = {
        "form": form,
        "current": current,
        "versions": TierPolicy.objects.select_related("created_by")[:20],
        "used": set(TierRun.objects.order_by().values_list("policy", flat=True).distinct()),
    }
    return render(request, "tiering/policy.html", context, status=422 if form.errors else 200)


@require_POST
@right_required(Right.EDIT_POLICY)
def policy_preview(request: HttpRequest) -> HttpResponse:
    """Who would move, as a fragment; nothing is saved. An unfinished form answers what is wrong with it."""
    on = Company.get().today()
    form = PolicyForm(request.POST, instance=_copy(TierPolicy.at(on), on), on=on)
    if not form.is_valid():
        return render(request, "tiering/preview_errors.html", {"form": form})
    found = preview(form.instance, on=on, user=user_of(request))
    rows = [(was, [(found.matrix.get((was, now), 0), was == now) for now in LETTERS]) for was in LETTERS]
    return render(request, "tiering/preview.html", {"preview": found, "rows": rows, "letters": LETTERS})


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_POLICY)
def weights(request: HttpRequest) -> HttpResponse:
    """What the scores are made of; saving makes a new version from a day on."""
    on = Company.get().today()
    current = ScoreWeights.at(on)
    form = WeightsForm(request.POST or None, instance=_copy(current, on), on=on)
    if request.method == "POST" and form.is_valid():
        _save(form.instance, request)
        messages.success(request, gettext("Saved."))
        return redirect("tiering:weights")
    scores = [(score.label, sum(current.row(score))) for score in Score]
    context = {"form": form, "current": current, "scores": scores}
    return render(request, "tiering/weights.html", context, status=422 if form.errors else 200)


def _copy(version: Any, on: dt.date) -> Any:
    """An unsaved version like this one, from the next day on that may be chosen."""
    latest = TierRun.objects.values_list("on", flat=True).first()
    copy = type(version).objects.get(pk=version.pk)
    copy.pk, copy.note, copy.created_at = None, "", None
    copy._state.adding = True
    copy.active_from = max(on, latest) + dt.timedelta(days=1) if latest else version.active_from
    return copy


def _save(version: Any, request: HttpRequest) -> Any:
    """Write the version down; one from the same day that no run used yet is replaced."""
    version.created_by = user_of(request)
    with pghistory.context(reason=version.note):
        standing = type(version).objects.filter(active_from=version.active_from).first()
        if standing is not None:
            version.pk, version.created_at = standing.pk, standing.created_at
            version._state.adding = False
        version.save()
    return version
