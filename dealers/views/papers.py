"""Documents and agreements."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.rights import Right
from dealers.actions.documents import AlreadySuperseded, SameFile, file_document, file_version
from dealers.actions.refreshing import refresh
from dealers.forms.papers import AgreementForm, DocumentForm, VersionForm
from dealers.models import Agreement, DealerDocument
from dealers.views.access import dealer_or_404, posted, row_or_404, uploaded, user_of
from dealers.views.edit import say_saved
from dealers.views.frame import form_page


@require_http_methods(["GET", "POST"])
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER)
    form = DocumentForm(posted(request), uploaded(request), initial={"kind": request.GET.get("kind")})
    back = reverse("dealers:documents", args=[pk])
    if request.method == "POST" and form.is_valid():
        document = file_document(
            dealer=dealer,
            kind=form.cleaned_data["kind"],
            title=form.cleaned_data["title"],
            upload=form.cleaned_data["file"],
            by=user_of(request),
            at=timezone.now(),
        )
        messages.success(request, _("“%(title)s” was filed.") % {"title": document.title})
        return redirect(back)
    return form_page(
        request, dealer=dealer, form=form, title=_("File a document"), submit=_("File it"), back=back, upload=True
    )


@require_http_methods(["GET", "POST"])
def document_version(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    document: DealerDocument = row_or_404(request, DealerDocument, pk, row, Right.EDIT_DEALER)
    form = VersionForm(posted(request), uploaded(request))
    back = reverse("dealers:documents", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            new = file_version(
                document_id=document.pk, upload=form.cleaned_data["file"], by=user_of(request), at=timezone.now()
            )
        except SameFile:
            form.add_error("file", _("This is the very file that is there already."))
        except AlreadySuperseded as error:
            form.add_error(
                None,
                _("Version %(version)s was filed meanwhile. Go back and put yours in front of that one.")
                % {"version": error.newest.version},
            )
        else:
            messages.success(
                request,
                _("Version %(version)s of “%(title)s” was filed. The older one stays in the history.")
                % {"version": new.version, "title": new.title},
            )
            return redirect(back)
    return form_page(
        request,
        dealer=document.dealer,
        form=form,
        title=_("New version of “%(title)s”") % {"title": document.title},
        submit=_("File it"),
        intro=_("Version %(version)s stays in the history.") % {"version": document.version},
        back=back,
        upload=True,
    )


@require_GET
@never_cache
def document_download(request: HttpRequest, pk: int, row: int) -> HttpResponseBase:
    """The file itself, always as a download: nothing that was uploaded is ever shown as a page of ours."""
    document: DealerDocument = row_or_404(request, DealerDocument, pk, row)
    try:
        content = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=document.filename, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_http_methods(["GET", "POST"])
@transaction.atomic
def agreement_new(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    return _agreement(request, Agreement(dealer=dealer), _("New agreement"))


@require_http_methods(["GET", "POST"])
@transaction.atomic
def agreement_edit(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    agreement = row_or_404(request, Agreement, pk, row, Right.EDIT_DEALER, lock=request.method == "POST")
    return _agreement(request, agreement, _("Edit agreement"))


def _agreement(request: HttpRequest, agreement: Agreement, title: str) -> HttpResponse:
    form = AgreementForm(posted(request), instance=agreement, dealer=agreement.dealer)
    back = reverse("dealers:documents", args=[agreement.dealer_id])
    if request.method == "POST" and form.is_valid():
        form.save()
        refresh([agreement.dealer_id])
        say_saved(request, form.merged)
        return redirect(back)
    return form_page(request, dealer=agreement.dealer, form=form, title=title, back=back)
