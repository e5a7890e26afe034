"""The runs and what each moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from dealers.views.access import user_of
from tiering import moves
from tiering.models import TierChange, TierRun
from tiering.reasons import year_label

PAGE_SIZE = 50
# From the best to none at all, the order of the matrix.
LETTERS: tuple[str | None, ...] = ("A", "B", "C", None)


@dataclass(frozen=True, slots=True)
class Cell:
    count: int
    is_stay: bool
    # The parameters of the list below for exactly these dealers.
    was: str
    now: str


@require_GET
def list_runs(request: HttpRequest) -> HttpResponse:
    """Latest first. Counts of everybody are shown only to who sees everybody."""
    user = user_of(request)
    scope = scope_of(user)
    runs = TierRun.objects.select_related("policy")
    after = number(request.GET.get("after"))
    if after is not None:
        pivot = TierRun.objects.filter(pk=after).values_list("on", flat=True).first()
        runs = runs.filter(on__lt=pivot) if pivot else runs
    found = list(runs[: PAGE_SIZE + 1])
    latest = TierRun.objects.first()
    context = {
        "runs": found[:PAGE_SIZE],
        "next_after": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "everything": scope.everything,
        "latest": latest,
        "counts": moves.counts_now(user, latest).items() if latest else (),
        "may_edit_policy": scope.may(Right.EDIT_POLICY),
        "may_run": scope.may(Right.RUN_JOBS),
        "may_override": scope.may(Right.OVERRIDE_TIER),
        "first": not after,
    }
    return render(request, "tiering/runs.html", context)


@require_GET
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The moves of a run among the user's dealers: how many from where to where, and each with its reason."""
    user = user_of(request)
    run = get_object_or_404(TierRun.objects.select_related("policy"), pk=pk)
    found = moves.matrix(user, run)
    was, now = request.GET.get("was", ""), request.GET.get("now", "")
    changes = (
        TierChange.objects.visible_to(user).of_run(run.on).moves().filter(_side("from_tier", was), _side("tier", now))
    )
    after = number(request.GET.get("after"))
    if after is not None:
        changes = changes.filter(pk__gt=after)
    rows = list(changes.select_related("dealer", "override__decided_by").order_by("pk")[: PAGE_SIZE + 1])
    context: dict[str, Any] = {
        "run": run,
        "year": year_label(run.year, Company.get().fiscal_year_start),
        "counts": moves.counts_now(user, run).items() if scope_of(user).everything else (),
        "totals": moves.totals(found),
        "matrix": _rows(found),
        "letters": LETTERS,
        "moves": moves.explained(rows[:PAGE_SIZE]),
        "next_after": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None,
        "was": was,
        "now": now,
        "first": not after,
    }
    return render(request, "tiering/run.html", context)


def _side(field: str, letter: str) -> Q:
    """A filter for one side of a move: A, B, C, "none", or anything else for all."""
    if letter == "none":
        return Q(**{f"{field}__isnull": True})
    return Q(**{field: letter}) if letter in ("A", "B", "C") else Q()


def _rows(found: dict[tuple[str | None, str | None], int]) -> list[tuple[str | None, list[Cell]]]:
    return [
        (was, [Cell(found.get((was, now), 0), was == now, was or "none", now or "none") for now in LETTERS])
        for was in LETTERS
    ]
