"""Claims: asked for, looked at with their evidence, decided on, settled, exported for the ERP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.export_limit import DailyLimitReached
from dealers.uploads import Upload, UploadRefused, examine
from dealers.views.access import posted, today, uploaded, user_of
from dealers.views.frame import form_page
from promotions import access, export
from promotions.actions import claims
from promotions.actions.claims import Proof
from promotions.checking import checks
from promotions.choices import CLAIMABLE, FAILED, ClaimState, SettlementKind
from promotions.forms import ClaimForm, EvidenceForm, SettlementFilter
from promotions.models import Claim, ClaimEvidence
from promotions.refusals import PromotionRefused
from promotions.views.access import claim_or_404, promotion_or_404
from promotions.views.promotions import page_of, tabs
from promotions.views.typed import decimal_of

PAGE = 50
# Choices of the list besides the states: claims that were drawn for an audit.
TO_AUDIT, AUDIT_FAILED = "TO_AUDIT", "AUDIT_FAILED"


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Claims of the reader's territories; those that wait first."""
    user = user_of(request)
    state = request.GET.get("state", ClaimState.SUBMITTED)
    rows = Claim.objects.visible_to(user)
    if state in ClaimState.values:
        rows = rows.filter(state=state)
    elif state == TO_AUDIT:
        rows = rows.filter(audit__result="")
    elif state == AUDIT_FAILED:
        rows = rows.filter(audit__result__in=FAILED)
    page = page_of(request)
    shown = list(
        rows.select_related("dealer", "promotion", "line", "submitted_by", "audit").order_by("-submitted_at", "-pk")[
            page * PAGE : (page + 1) * PAGE + 1
        ]
    )
    context = {
        **tabs(request, "claims"), "rows": shown[:PAGE], "state": state, "states": _list_choices(), "page": page,
        "next_page": page + 1 if len(shown) > PAGE else None, "may_export": scope_of(user).may(Right.SETTLE_CLAIMS),
        "export_form": SettlementFilter(),
    }  # fmt: skip
    return render(request, "promotions/claims.html", context)


def _list_choices() -> list[tuple[str, str]]:
    """Chips of the list."""
    states = [(state.value, str(state.label)) for state in ClaimState]
    return [*states, (TO_AUDIT, _("to be audited")), (AUDIT_FAILED, _("audit failed"))]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for money of a promotion. Sent twice, it is one claim."""
    promotion, user = promotion_or_404(request, pk), user_of(request)
    if not access.may_plan(user):
        raise PermissionDenied
    form = ClaimForm(
        posted(request), uploaded(request), promotion=promotion, user=user, initial={"done_on": min(today(), promotion.ends_on)}
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            claim = claims.submit_claim(
                key=values["key"], line_id=values["line"].pk, dealer=values["dealer"], amount=values["amount"], done_on=values["done_on"],
                invoice_number=values["invoice_number"], note=values["note"], proofs=_proofs(form), by=user, at=timezone.now(),
                on=today(),
            )  # fmt: skip
        except UploadRefused as refused:
            form.add_error("photos", str(refused))
        except PromotionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The claim waits for a decision."))
            return redirect(claim)
    intro = (
        _("Prove it with at least three photos of the place, the invoice and, where there is one, the contract.")
        if promotion.state in CLAIMABLE
        else _("Money can be claimed while a promotion runs and for some days after it has ended.")
    )
    return form_page(
        request, dealer=None, form=form, title=_("Claim for “%(title)s”") % {"title": promotion.title}, back=promotion.get_absolute_url(),
        submit=_("Send the claim"), intro=intro, upload=True, has_errors=bool(form.non_field_errors()),
    )  # fmt: skip


def _proofs(form: EvidenceForm) -> list[Proof]:
    """Raises UploadRefused."""
    place = form.cleaned_data.get("place", "")
    found: list[Proof] = []
    for kind, file in form.filed():
        upload: Upload = examine(file)
        found.append(Proof(kind, upload, place if kind == "PHOTO" else ""))
    return found


@require_GET
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, claim_or_404(request, pk))


def _page(request: HttpRequest, claim: Claim, *, refused: str = "", form: EvidenceForm | None = None) -> HttpResponse:
    user = user_of(request)
    evidence = list(claim.evidence.select_related("looks_like__claim__dealer", "looks_like__claim__promotion"))
    context = {
        "claim": claim, "evidence": evidence, "checks": checks(claim, evidence), "refused": refused, "typed": request.POST,
        "currency": claim.promotion.currency, "seen": _seen_twins(request, evidence), "audit": getattr(claim, "audit", None),
        "may_audit": access.may_plan(user, claim.dealer.territory_id), "on": today(),
        "may_decide": claim.state == ClaimState.SUBMITTED and access.may_decide_claim(user, claim),
        "may_settle": claim.state == ClaimState.APPROVED and access.may_settle(user, claim),
        "may_withdraw": claim.state in (ClaimState.SUBMITTED, ClaimState.APPROVED) and access.may_plan(user, claim.dealer.territory_id),
        "evidence_form": form or EvidenceForm(), "methods": SettlementKind.choices,
    }  # fmt: skip
    return render(request, "promotions/claim.html", context, status=422 if refused else 200)


def _seen_twins(request: HttpRequest, evidence: list[ClaimEvidence]) -> set[int]:
    """Those of the pictures that look the same which the reader may see."""
    twins = [row.looks_like_id for row in evidence if row.looks_like_id]
    return set(ClaimEvidence.objects.visible_to(user_of(request)).filter(pk__in=twins).values_list("pk", flat=True))


@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Decide, settle, take back, or add evidence. Sent again, nothing happens twice."""
    if what not in ("decide", "settle", "withdraw", "evidence"):
        raise Http404
    claim, user = claim_or_404(request, pk), user_of(request)
    needed = {"decide": Right.APPROVE_PROMOTIONS, "settle": Right.SETTLE_CLAIMS}.get(what, Right.PLAN_PROMOTIONS)
    if not scope_of(user).may(needed, claim.dealer.territory_id):
        raise PermissionDenied
    doing: dict[str, Any] = {"claim_id": pk, "by": user, "at": timezone.now()}
    try:
        if what == "decide":
            approved = Decimal(0) if request.POST.get("refuse") else decimal_of(request.POST.get("approved"))
            if approved is None:
                raise PromotionRefused(_("Give the amount that is approved."))
            claims.decide_claim(approved=approved, note=request.POST.get("note", ""), on=today(), **doing)
        elif what == "settle":
            claims.settle_claim(
                how=request.POST.get("how", ""), number=request.POST.get("number", ""), on=today(), **doing
            )
        elif what == "withdraw":
            claims.withdraw_claim(on=today(), **doing)
        else:
            form = EvidenceForm(request.POST, request.FILES)
            if not form.is_valid():
                return _page(request, claim, refused=_("Something is missing."), form=form)
            claims.add_evidence(proofs=_proofs(form), **doing)
    except (PromotionRefused, UploadRefused) as refused:
        return _page(request, claim_or_404(request, pk), refused=str(refused))
    messages.success(request, _("Saved."))
    return redirect("promotions:claim", pk=pk)


@require_GET
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """A file that proves something; no shared cache keeps it."""
    row = get_object_or_404(ClaimEvidence.objects.visible_to(user_of(request)), pk=pk)
    try:
        file = row.file.open("rb")
    except OSError as error:
        raise Http404 from error
    inline = row.content_type.startswith("image/")
    answer = FileResponse(file, content_type=row.content_type, filename=row.filename, as_attachment=not inline)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@require_POST
@right_required(Right.SETTLE_CLAIMS)
def export_settled(request: HttpRequest) -> HttpResponse:
    """Settled claims as CSV for the ERP, a row each; limited to so many rows a day."""
    form = SettlementFilter(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give days, or leave them empty."))
        return redirect("promotions:claims")
    try:
        return export.settlements(
            user=user_of(request), since=form.cleaned_data["since"], until=form.cleaned_data["until"], on=today()
        )
    except DailyLimitReached as error:
        messages.error(
            request,
            _(
                "You have exported %(rows)s rows today; the limit is %(limit)s a day. Ask for a shorter period, or an administrator."
            )
            % {"rows": f"{error.rows:,}", "limit": f"{error.limit:,}"},
        )
        return redirect("promotions:claims")
