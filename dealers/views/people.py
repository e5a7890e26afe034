"""Contact persons, calls and messages, the owner's network."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right
from crm.base.undo import offer_undo
from dealers.actions.people import log_interaction, note_last_contact, save_contact, set_contact_active
from dealers.actions.personal import record_view
from dealers.actions.refreshing import refresh
from dealers.forms.days import DaysFormSet, SpecialDateFormSet
from dealers.forms.people import ConnectionForm, ContactForm, InteractionForm
from dealers.models import Connection, Contact, Dealer, Interaction
from dealers.personal import NETWORK
from dealers.views.access import dealer_or_404, posted, row_or_404, user_of
from dealers.views.edit import say_saved
from dealers.views.frame import form_page
from dealers.views.person import demand_personal, with_consent


@require_http_methods(["GET", "POST"])
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER)
    first = not Contact.objects.filter(dealer=dealer, active=True).exists()
    return _contact(request, Contact(dealer=dealer, is_primary=first), _("New contact person"))


@require_http_methods(["GET", "POST"])
@transaction.atomic
def contact_edit(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    contact = row_or_404(request, Contact, pk, row, Right.EDIT_DEALER, lock=request.method == "POST")
    return _contact(request, contact, _("Edit %(name)s") % {"name": contact})


def _contact(request: HttpRequest, contact: Contact, title: str) -> HttpResponse:
    form = ContactForm(posted(request), instance=contact)
    days = cast(DaysFormSet, SpecialDateFormSet(posted(request), instance=contact, prefix="days"))
    back = reverse("dealers:contacts", args=[contact.dealer_id])
    if request.method == "POST":
        # Both, so that every error is shown at once.
        valid = [form.is_valid(), days.is_valid()]
        if all(valid):
            with transaction.atomic():
                save_contact(contact=form.instance)
                days.save()
                refresh([contact.dealer_id])
            say_saved(request, form.merged + days.merged)
            return redirect(back)
    return form_page(
        request,
        dealer=contact.dealer,
        form=form,
        formset=days,
        title=title,
        back=back,
        has_errors=form.is_bound and bool(form.errors or days.total_error_count()),
        template="dealers/contact_form.html",
    )


@require_POST
def contact_left(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Somebody has left the dealer; undo brings her back."""
    contact = row_or_404(request, Contact, pk, row, Right.EDIT_DEALER)
    set_contact_active(contact_id=contact.pk, active=False)
    offer_undo(
        request,
        _("%(name)s is noted as having left.") % {"name": contact},
        url=reverse("dealers:contact_back", args=[pk, row]),
    )
    return redirect("dealers:contacts", pk)


@require_POST
def contact_back(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    contact = row_or_404(request, Contact, pk, row, Right.EDIT_DEALER)
    set_contact_active(contact_id=contact.pk, active=True)
    messages.success(request, _("%(name)s is among the contacts again.") % {"name": contact})
    return redirect("dealers:contacts", pk)


@require_http_methods(["GET", "POST"])
def interaction_new(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER)
    initial = {"contact": request.GET.get("contact"), "channel": request.GET.get("channel")}
    form = InteractionForm(posted(request), dealer=dealer, initial={k: v for k, v in initial.items() if v})
    if request.method == "POST" and form.is_valid():
        log_interaction(dealer=dealer, by=user_of(request), **form.values())
        messages.success(request, _("Noted."))
        return redirect(dealer)
    return form_page(
        request,
        dealer=dealer,
        form=form,
        title=_("Log a call or message"),
        back=dealer.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@transaction.atomic
def interaction_edit(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    interaction = row_or_404(request, Interaction, pk, row, Right.EDIT_DEALER, lock=request.method == "POST")
    form = InteractionForm(posted(request), dealer=interaction.dealer, instance=interaction)
    if request.method == "POST" and form.is_valid():
        form.save()
        note_last_contact(dealer_id=pk, happened_at=interaction.happened_at)
        say_saved(request, form.merged)
        return redirect(interaction.dealer)
    return form_page(
        request,
        dealer=interaction.dealer,
        form=form,
        title=_("Edit what was noted"),
        back=interaction.dealer.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@transaction.atomic
def connection_new(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    demand_personal(request, dealer)
    return _connection(request, dealer, Connection(dealer=dealer), _("Somebody the owner knows"))


@require_http_methods(["GET", "POST"])
@transaction.atomic
def connection_edit(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    connection = row_or_404(request, Connection, pk, row, Right.EDIT_DEALER, lock=request.method == "POST")
    demand_personal(request, connection.dealer)
    if request.method == "GET":
        record_view(dealer=connection.dealer, viewer=user_of(request), fields=[NETWORK], at=timezone.now())
    return _connection(request, connection.dealer, connection, _("Edit a connection"))


def _connection(request: HttpRequest, dealer: Dealer, connection: Connection, title: str) -> HttpResponse:
    form = ConnectionForm(posted(request), instance=connection, user=user_of(request))
    back = reverse("dealers:file", args=[dealer.pk])
    consent, response = with_consent(request, dealer, form, lambda: form.save(), enters_personal=True, back=back)
    if response is not None:
        return response
    return form_page(
        request,
        dealer=dealer,
        form=form,
        consent_form=consent,
        title=title,
        back=back,
        template="dealers/personal_form.html",
    )


@require_POST
@transaction.atomic
def connection_delete(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    connection = row_or_404(request, Connection, pk, row, Right.EDIT_DEALER, lock=True)
    demand_personal(request, connection.dealer)
    connection.delete()
    refresh([pk])
    messages.success(request, _("Removed from the personal network."))
    return redirect("dealers:file", pk)
