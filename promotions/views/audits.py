"""An audit of a paid claim: what somebody who went there found."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dealers.uploads import UploadRefused, examine
from dealers.views.access import posted, today, uploaded, user_of
from dealers.views.frame import form_page
from promotions import access
from promotions.actions import audits
from promotions.actions.claims import Proof
from promotions.choices import EvidenceKind
from promotions.forms import AuditForm
from promotions.refusals import PromotionRefused
from promotions.views.access import claim_or_404


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was found, with photos. Sent twice, it is found done."""
    claim, user = claim_or_404(request, pk), user_of(request)
    audit = getattr(claim, "audit", None)
    if audit is None:
        raise Http404
    if not access.may_plan(user, claim.dealer.territory_id):
        raise PermissionDenied
    if audit.result and request.method == "GET":
        return redirect(claim)
    form = AuditForm(posted(request), uploaded(request))
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            proofs = [Proof(EvidenceKind.AUDIT, examine(file), values["place"]) for file in values.get("photos") or ()]
            audits.find(
                claim_id=pk, result=values["result"], note=values["note"], proofs=proofs, by=user, at=timezone.now(),
                on=today(),
            )  # fmt: skip
        except UploadRefused as refused:
            form.add_error("photos", str(refused))
        except PromotionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Noted."))
            return redirect(claim)
    intro = _("Look for what was claimed: %(what)s, carried out on %(day)s. Take photos of the place as it is now.") % {
        "what": claim.line, "day": date_format(claim.done_on, "DATE_FORMAT")
    }  # fmt: skip
    return form_page(
        request, dealer=None, form=form, title=_("Audit of claim %(number)s") % {"number": claim.pk}, back=claim.get_absolute_url(),
        submit=_("Write it down"), intro=intro, upload=True, has_errors=bool(form.non_field_errors()),
    )  # fmt: skip
