"""Parts one and two of the file: the owner's background, its consent, traits and observations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import demand
from accounts.rights import Right
from crm.base.text import joined
from dealers import personal
from dealers.actions.personal import give_consent, record_view, withdraw_consent
from dealers.actions.refreshing import refresh
from dealers.forms.person import BasicInfoForm, ConsentForm, ObservationForm, TraitsForm, WithdrawForm
from dealers.models import BasicInfo, Connection, Consent, Dealer, TraitObservation, Traits
from dealers.views.access import dealer_or_404, may, posted, row_or_404, today, user_of
from dealers.views.edit import say_saved
from dealers.views.frame import Frame, form_page, page
from dealers.views.page import file_context


def demand_personal(request: HttpRequest, dealer: Dealer) -> None:
    demand(request, Right.VIEW_PERSONAL, dealer.territory_id)


@require_POST
@never_cache
@transaction.atomic
def show_personal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the personal fields, and write down that they were shown. A fragment for htmx, else the whole tab."""
    dealer = dealer_or_404(request, pk, Right.VIEW_PERSONAL)
    basic = BasicInfo.objects.filter(dealer=dealer).first()
    traits = Traits.objects.filter(dealer=dealer).first()
    network = list(Connection.objects.filter(dealer=dealer).select_related("other_dealer"))
    held = personal.held(basic, traits, network)
    record_view(dealer=dealer, viewer=user_of(request), fields=held.keys, at=timezone.now())
    seen = Dealer.objects.visible_to(user_of(request)).filter(pk__in=[row.other_dealer_id for row in network])
    shown = {
        "shown": [
            (personal.LABELS[key], joined(value) if isinstance(value, list) else value)
            for key, value in held.values.items()
            if key != personal.NETWORK
        ],
        "network": network,
        "frame": Frame(request, dealer, "file"),
        "visible_dealers": set(seen.values_list("pk", flat=True)),
        "may_edit": may(request, dealer)(Right.EDIT_DEALER),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "dealers/parts/personal.html", {"dealer": dealer, **shown})
    return page(request, "dealers/file.html", dealer, "file", file_context(dealer) | {"personal_shown": True} | shown)


def with_consent(
    request: HttpRequest,
    dealer: Dealer,
    form: Any,
    save: Callable[[], object],
    *,
    enters_personal: bool | None,
    back: str,
) -> tuple[ConsentForm | None, HttpResponseRedirect | None]:
    """Save a form that may enter personal data, with the consent that it then needs.

    Returns the form of the consent to show (None: one runs already) and, once saved, where to go. `enters_personal`
    None: the form itself tells after cleaning.
    """
    running = personal.running_consent(dealer, on=today())
    if request.method != "POST":
        return (None if running else ConsentForm(prefix="consent")), None
    valid = form.is_valid()
    enters = form.enters_personal if enters_personal is None else enters_personal
    consent = None
    if running is None:
        # Without personal data an empty consent is no error.
        consent = ConsentForm(posted(request) if enters else None, prefix="consent")
        if enters and not consent.is_valid():
            form.add_error(None, _("Without a consent nothing personal is kept. Fill in who agreed to what."))
            valid = False
    if not valid:
        return consent, None
    if enters and consent is not None:
        give_consent(dealer=dealer, by=user_of(request), **consent.cleaned_data)
    save()
    refresh([dealer.pk])
    say_saved(request, form.merged)
    return consent, redirect(back)


@require_http_methods(["GET", "POST"])
@never_cache
@transaction.atomic
def basic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    sees_personal = may(request, dealer)(Right.VIEW_PERSONAL)
    basic = BasicInfo.objects.filter(dealer=dealer).first() or BasicInfo(dealer=dealer)
    filled = [name for name in BasicInfo.PERSONAL if getattr(basic, name)]
    form = BasicInfoForm(posted(request), instance=basic, may_view_personal=sees_personal)
    back = reverse("dealers:file", args=[pk])
    consent, response = with_consent(
        request, dealer, form, form.save, enters_personal=None if sees_personal else False, back=back
    )
    if response is not None:
        return response
    if sees_personal:
        # The form shows what is there.
        record_view(dealer=dealer, viewer=user_of(request), fields=filled, at=timezone.now())
    return form_page(
        request,
        dealer=dealer,
        form=form,
        consent_form=consent if sees_personal else None,
        title=_("Basic information"),
        back=back,
        hidden_personal=not sees_personal,
        template="dealers/personal_form.html",
    )


@require_http_methods(["GET", "POST"])
@transaction.atomic
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a consent, or a longer one."""
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    demand_personal(request, dealer)
    form = ConsentForm(posted(request))
    back = reverse("dealers:file", args=[pk])
    if request.method == "POST" and form.is_valid():
        given = give_consent(dealer=dealer, by=user_of(request), **form.cleaned_data)
        messages.success(
            request, _("Consent noted. Personal data may be kept until %(day)s.") % {"day": given.keep_until}
        )
        return redirect(back)
    return form_page(request, dealer=dealer, form=form, title=_("Consent to keep personal data"), back=back)


@require_http_methods(["GET", "POST"])
@transaction.atomic
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The consent is withdrawn: says what will be erased, then erases it."""
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    demand_personal(request, dealer)
    form = WithdrawForm(posted(request))
    back = reverse("dealers:file", args=[pk])
    if request.method == "POST" and form.is_valid():
        erasure = withdraw_consent(
            dealer_id=pk, reason=form.cleaned_data["reason"], by=user_of(request), at=timezone.now(), on=today()
        )
        count = len(erasure.fields)
        messages.success(
            request,
            ngettext(
                "Consent withdrawn. %(count)s personal field was erased, also from the history.",
                "Consent withdrawn. %(count)s personal fields were erased, also from the history.",
                count,
            )
            % {"count": count},
        )
        return redirect(back)
    basic = BasicInfo.objects.filter(dealer=dealer).first()
    traits = Traits.objects.filter(dealer=dealer).first()
    held = personal.held(basic, traits, list(Connection.objects.filter(dealer=dealer)))
    return form_page(
        request,
        dealer=dealer,
        form=form,
        title=_("Withdraw consent"),
        submit=_("Withdraw and erase"),
        danger=True,
        intro=(
            _("This erases for good, here and in the history of changes: %(fields)s. It cannot be undone.")
            % {"fields": personal.labels_of(held.keys)}
            if held.keys
            else _("No personal data is kept at present.")
        ),
        back=back,
        latest=Consent.objects.filter(dealer=dealer).first(),
    )


@require_http_methods(["GET", "POST"])
@never_cache
@transaction.atomic
def traits_edit(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    sees_personal = may(request, dealer)(Right.VIEW_PERSONAL)
    traits = Traits.objects.filter(dealer=dealer).first() or Traits(dealer=dealer)
    filled = [name for name in Traits.PERSONAL if getattr(traits, name)]
    form = TraitsForm(posted(request), instance=traits, may_view_personal=sees_personal)
    back = reverse("dealers:file", args=[pk])
    consent, response = with_consent(
        request, dealer, form, form.save, enters_personal=None if sees_personal else False, back=back
    )
    if response is not None:
        return response
    if sees_personal:
        record_view(dealer=dealer, viewer=user_of(request), fields=filled, at=timezone.now())
    return form_page(
        request,
        dealer=dealer,
        form=form,
        consent_form=consent if sees_personal else None,
        title=_("Traits"),
        back=back,
        hidden_personal=not sees_personal,
        template="dealers/personal_form.html",
    )


@require_http_methods(["GET", "POST"])
def observation_new(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER)
    form = ObservationForm(posted(request), instance=TraitObservation(dealer=dealer, observed_by=user_of(request)))
    back = reverse("dealers:file", args=[pk])
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            refresh([pk])
        messages.success(request, _("Noted."))
        return redirect(back)
    return form_page(request, dealer=dealer, form=form, title=_("New observation"), back=back)


@require_POST
@transaction.atomic
def observation_delete(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    observation = row_or_404(request, TraitObservation, pk, row, Right.EDIT_DEALER, lock=True)
    observation.delete()
    refresh([pk])
    messages.success(request, _("The observation was removed."))
    return redirect("dealers:file", pk)
