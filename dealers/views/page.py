"""The dealer page and its tabs."""

from __future__ import annotations

import datetime as dt
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealers import brands, personal, timeline
from dealers.models import (
    Agreement,
    BasicInfo,
    BrandShare,
    BusinessStatus,
    Connection,
    Consent,
    Contact,
    CreditProfile,
    Dealer,
    DealerDocument,
    PersonalDataView,
    TraitObservation,
    Traits,
)
from dealers.views.access import dealer_or_404, today, user_of
from dealers.views.frame import page


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who it is, how we stand, what is due.

    The timeline stands below the panels and is read when it is scrolled to: htmx asks the same address with `kind`
    (empty: all mixed) and `before`. Opened so without htmx, the whole page has it.
    """
    dealer = dealer_or_404(request, pk)
    context: dict[str, Any] = {"dealer": dealer, "sources": timeline.sources(), "kind": request.GET.get("kind", "")}
    if "kind" in request.GET or "before" in request.GET:
        before = _moment(request.GET.get("before", ""))
        context["story"] = timeline.read(dealer, reader=user_of(request), key=context["kind"], before=before)
    if request.htmx and request.htmx.target in ("timeline", "timeline-more"):  # type: ignore[attr-defined]
        return render(request, "dealers/parts/timeline.html", context)
    context |= {
        "status": BusinessStatus.objects.filter(dealer=dealer).first(),
        "credit": CreditProfile.objects.filter(dealer=dealer).first(),
        "business_scope": list(dealer.business_scope.all()),
        "sales_change": sales_change(dealer),
    }
    return page(request, "dealers/detail.html", dealer, "story", context)


def sales_change(dealer: Dealer) -> object:
    """Growth of the last 12 closed months over the 12 before, as a share; None without a year before."""
    if not dealer.sales_prior_12m or dealer.sales_prior_12m <= 0:
        return None
    return dealer.sales_12m / dealer.sales_prior_12m - 1


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) else None


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The three parts of the file. Personal fields are counted here, not shown."""
    dealer = dealer_or_404(request, pk)
    return page(request, "dealers/file.html", dealer, "file", file_context(dealer))


def file_context(dealer: Dealer) -> dict[str, object]:
    """What the tab of the three parts shows."""
    on = today()
    basic = BasicInfo.objects.filter(dealer=dealer).first()
    traits = Traits.objects.filter(dealer=dealer).first()
    network = list(Connection.objects.filter(dealer=dealer).select_related("other_dealer"))
    held = personal.held(basic, traits, network)
    snapshots = list(BusinessStatus.objects.filter(dealer=dealer).select_related("recorded_by")[:12])
    portfolio = list(BrandShare.objects.filter(dealer=dealer))
    days = list(dict.fromkeys(row.on for row in portfolio))
    by_day = {day: [row for row in portfolio if row.on == day] for day in days}
    return {
        "basic": basic,
        "traits": traits,
        "checks": [
            (label, bool(traits and key in traits.management_checks)) for key, label in Traits.MANAGEMENT_CHECKS
        ],
        "observations": list(TraitObservation.objects.filter(dealer=dealer).select_related("observed_by")[:20]),
        "personal_keys": held.keys,
        "personal_labels": personal.labels_of(held.keys),
        "personal_total": len(personal.FIELDS),
        "consent": personal.running_consent(dealer, on=on),
        "latest_consent": Consent.objects.filter(dealer=dealer).select_related("recorded_by").first(),
        "views": list(PersonalDataView.objects.filter(dealer=dealer).select_related("viewer")[:10]),
        "snapshots": snapshots,
        "latest": snapshots[0] if snapshots else None,
        "snapshot_rows": _with_changes(snapshots),
        "portfolio": by_day[days[0]] if days else [],
        "portfolio_on": days[0] if days else None,
        "portfolio_days": days,
        "portfolio_totals": _portfolio_totals(by_day[days[0]]) if days else None,
        "push_trend": [totals.push_index for day in reversed(days) if (totals := _portfolio_totals(by_day[day]))],
        "credit": CreditProfile.objects.filter(dealer=dealer).first(),
        "agreements": list(Agreement.objects.filter(dealer=dealer).select_related("document")),
    }


def _portfolio_totals(rows: list[BrandShare]) -> brands.Totals:
    return brands.totals(brands.Share(row.brand, row.ours, row.sales_share, row.fund_share) for row in rows)


def _with_changes(snapshots: list[BusinessStatus]) -> list[tuple[BusinessStatus, object]]:
    """Each snapshot with the growth of all-brand sales over the one before it, as a share; None where unknown."""
    rows: list[tuple[BusinessStatus, object]] = []
    for newer, older in zip_longest(snapshots, snapshots[1:]):
        now, before = newer.annual_sales_all_brands, older.annual_sales_all_brands if older else None
        rows.append((newer, now / before - 1 if now is not None and before else None))
    return rows


@require_GET
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk)
    left = list(Contact.objects.filter(dealer=dealer, active=False))
    return page(request, "dealers/contacts.html", dealer, "contacts", {"left": left})


@require_GET
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest version of each document with those it superseded, and the agreements."""
    dealer = dealer_or_404(request, pk)
    rows = list(DealerDocument.objects.filter(dealer=dealer).select_related("uploaded_by"))
    older = {row.pk: row for row in rows}
    superseded = {row.supersedes_id for row in rows}
    chains = []
    for row in rows:
        if row.pk in superseded:
            continue
        versions, each = [], row
        while each.supersedes_id in older:
            each = older[each.supersedes_id]
            versions.append(each)
        chains.append((row, versions))
    agreements = list(Agreement.objects.filter(dealer=dealer).select_related("document").order_by("-starts_on"))
    return page(
        request,
        "dealers/documents.html",
        dealer,
        "documents",
        {"chains": chains, "agreements": agreements, "on": today()},
    )


@require_GET
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The file on paper. Personal fields are never printed."""
    dealer = dealer_or_404(request, pk)
    context = file_context(dealer) | {
        "business_scope": list(dealer.business_scope.all()),
        "status": BusinessStatus.objects.filter(dealer=dealer).first(),
        "sales_change": sales_change(dealer),
    }
    return page(request, "dealers/profile.html", dealer, "profile", context)
