"""Lost dealers: reviews that are to be written, those that are, and why dealers were lost over time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from alerts import access, kinds, reasons
from alerts.choices import LossReason, ReviewState
from alerts.loss_reasons import reasons_over_time
from alerts.losses import ReviewRefused, write_review
from alerts.models import Case, LossReview
from dealers.views.access import today, user_of

# Rows of each list; older reviews are found by their dealers.
MOST = 100
WRITTEN = 30
# Warnings of the last months of a lost dealer that its review shows.
SIGNS = 8


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What is to be written, the latest that is, and the reasons by quarter."""
    user, on = user_of(request), today()
    reviews = LossReview.objects.visible_to(user).select_related("dealer__territory", "change", "owner", "win_back")
    context = {
        "due": reviews.filter(state=ReviewState.DUE).order_by("due_on", "pk")[:MOST],
        "written": reviews.filter(state=ReviewState.DONE).order_by("-written_at", "-pk")[:WRITTEN],
        "reasons": reasons_over_time(user, on=on), "today": on,
    }  # fmt: skip
    return render(request, "alerts/losses.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The review of one lost dealer: read it, or write it down, once or again."""
    found = _review_or_404(request, pk)
    may_write = access.may_write_review(user_of(request), found)
    typed: dict[str, Any] = {name: getattr(found, name) for name in _TYPED}
    refused = ""
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        typed = {name: request.POST.get(name, "") for name in _TYPED}
        try:
            write_review(review_id=found.pk, by=user_of(request), at=timezone.now(), **typed)
        except ReviewRefused as error:
            refused = str(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("alerts:losses")
    context = {
        "review": found, "may_write": may_write, "typed": typed, "refused": refused, "reasons": LossReason.choices,
        "signs": _signs(request, found),
    }  # fmt: skip
    return render(request, "alerts/loss.html", context, status=422 if refused else 200)


_TYPED = ("reason", "competitor", "what_happened", "first_sign", "lesson")


def _review_or_404(request: HttpRequest, pk: int) -> LossReview:
    reviews = LossReview.objects.visible_to(user_of(request)).select_related(
        "dealer__territory", "change", "owner", "win_back", "written_by"
    )
    found: LossReview = get_object_or_404(reviews, pk=pk)
    return found


def _signs(request: HttpRequest, found: LossReview) -> list[tuple[Case, str, str]]:
    """The warnings there were before the end, with kind and sentence, the latest first."""
    cases = Case.objects.visible_to(user_of(request)).filter(
        dealer=found.dealer_id, opened_at__lte=found.change.changed_at
    )
    latest = cases.select_related("cause", "territory").order_by("-opened_on", "-pk")[:SIGNS]
    return [(case, kinds.label_of(case.kind), reasons.sentence(case)) for case in latest]
