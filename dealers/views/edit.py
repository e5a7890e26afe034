"""Creating, editing and binning a dealer; moving it along its life cycle."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import demand, right_required
from accounts.rights import Right
from crm.base.undo import offer_undo
from dealers import lifecycle
from dealers.actions.dealers import bin_dealer, create_dealer, just_created, one_at_a_time, restore_dealer
from dealers.actions.refreshing import refresh
from dealers.actions.status import StepRefused, facts_of, is_director_of, move_status
from dealers.choices import DealerStatus
from dealers.duplicates import find_similar
from dealers.forms.dealer import DealerForm, NewDealerForm
from dealers.forms.status import StatusForm
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, posted, scope, today, user_of
from dealers.views.frame import form_page


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_DEALER)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a file. Similar dealers are shown first; saying that they are others creates it all the same."""
    user = user_of(request)
    form = NewDealerForm(posted(request), user=user)
    similar = dealer = None
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        contact_name, sure = values.pop("contact_name"), values.pop("not_a_duplicate")
        at = timezone.now()
        with transaction.atomic():
            one_at_a_time(user)
            dealer = just_created(values, at=at)
            if dealer is None:
                similar = None if sure else find_similar(reader=user, **_words(values))
                if not similar:
                    dealer = create_dealer(values=values, contact_name=contact_name, by=user, at=at)
        if dealer is not None:
            messages.success(request, _("The file of %(name)s was begun.") % {"name": dealer.name})
            return redirect(dealer)
    return form_page(
        request,
        dealer=None,
        form=form,
        title=_("New dealer"),
        submit=_("Create dealer"),
        back=reverse("dealers:list"),
        similar=similar,
        template="dealers/new.html",
    )


def _words(values: dict[str, object]) -> dict[str, str]:
    return {name: str(values.get(name) or "") for name in ("name", "phone", "address", "city")}


@require_GET
@right_required(Right.EDIT_DEALER)
def similar(request: HttpRequest) -> HttpResponse:
    """A fragment for the form of a new dealer: who is there already under such a name, telephone or address."""
    words = {name: request.GET.get(name, "").replace("\0", "")[:300] for name in ("name", "phone", "address", "city")}
    found = find_similar(reader=user_of(request), **words)
    return render(request, "dealers/parts/similar.html", {"similar": found})


@require_http_methods(["GET", "POST"])
@transaction.atomic
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    form = DealerForm(posted(request), instance=dealer, user=user_of(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        refresh([dealer.pk], searchable=True)
        say_saved(request, form.merged)
        return redirect(dealer)
    stored = Dealer.objects.get(pk=pk) if form.is_bound else dealer
    return form_page(
        request,
        dealer=stored,
        form=form,
        title=_("Edit %(name)s") % {"name": stored.name},
        back=stored.get_absolute_url(),
    )


def say_saved(request: HttpRequest, merged: list[str]) -> None:
    """A toast; says so when changes of somebody else were kept beside this person's."""
    if merged:
        messages.success(
            request,
            ngettext(
                "Saved. %(count)s field that somebody else changed meanwhile was kept.",
                "Saved. %(count)s fields that somebody else changed meanwhile were kept.",
                len(merged),
            )
            % {"count": len(merged)},
        )
    else:
        messages.success(request, _("Saved."))


@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER)
    user = user_of(request)
    is_manager = scope(request).may(Right.MOVE_STATUS, dealer.territory_id)
    initial = {"to_status": request.GET.get("to", "")}
    form = StatusForm(posted(request), dealer=dealer, is_manager=is_manager, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change = move_status(
                dealer_id=dealer.pk,
                to_status=form.cleaned_data["to_status"],
                reason=form.cleaned_data["reason"],
                by=user,
                at=timezone.now(),
                on=today(),
            )
        except StepRefused as refused:
            field = "reason" if refused.verdict.refusal is lifecycle.Refusal.NEEDS_REASON else "to_status"
            for sentence in refusal_sentences(refused):
                form.add_error(field, sentence)
        else:
            messages.success(
                request,
                _("%(name)s is now: %(status)s.") % {"name": dealer.name, "status": change.get_to_status_display()},
            )
            return redirect(dealer)
    return form_page(
        request,
        dealer=dealer,
        form=form,
        title=_("Status of %(name)s") % {"name": dealer.name},
        submit=_("Change status"),
        back=dealer.get_absolute_url(),
        intro=_("Now: %(status)s.") % {"status": dealer.get_status_display()},
        steps=_explained(dealer, is_manager, is_director_of(user, dealer)),
        template="dealers/status.html",
    )


def _explained(dealer: Dealer, is_manager: bool, is_director: bool) -> list[tuple[str, list[str]]]:
    """Each step that may be chosen, with what it asks for."""
    facts = facts_of(dealer, on=today())
    rows = []
    for step in lifecycle.offered(dealer.status, is_manager=is_manager):
        notes = [_("It needs a reason.")] if step.needs_reason else []
        notes += [guard_sentence(guard, facts) for guard in facts.unmet(step.guards)]
        rows.append((str(DealerStatus(step.to).label), notes))
    return rows


def guard_sentence(guard: lifecycle.Guard, facts: lifecycle.Facts) -> str:
    """Why a guard stands in the way, with its figures."""
    sentences = {
        lifecycle.Guard.CONTACT_KNOWN: _("There is no contact person with a telephone, messenger or e-mail."),
        lifecycle.Guard.CONTRACT_RUNNING: _("There is no agreement that runs today."),
        lifecycle.Guard.BALANCE_SETTLED: _("%(balance)s is still to be paid.") % {"balance": facts.open_balance},
        lifecycle.Guard.NO_TRADING_SUB_DEALERS: ngettext(
            "It still supplies %(count)s dealer that trades.",
            "It still supplies %(count)s dealers that trade.",
            facts.trading_sub_dealers,
        )
        % {"count": facts.trading_sub_dealers},
    }
    return sentences[guard]


def refusal_sentences(refused: StepRefused) -> list[str]:
    verdict = refused.verdict
    reasons = [guard_sentence(guard, refused.facts) for guard in verdict.unmet]
    match verdict.refusal:
        case lifecycle.Refusal.NO_SUCH_STEP:
            return [_("This step is not possible from the present status. It may have changed meanwhile.")]
        case lifecycle.Refusal.NEEDS_MANAGER:
            return [_("This step is for the market manager.")]
        case lifecycle.Refusal.NEEDS_REASON:
            return [*reasons, _("Write the reason.")]
        case _:
            if lifecycle.NEVER_SET_ASIDE.intersection(verdict.unmet):
                return reasons
            return [*reasons, _("Only the sales director can let it pass, with a reason.")]


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the bin, with the way back in the message."""
    dealer = dealer_or_404(request, pk, Right.DELETE_DEALER)
    bin_dealer(dealer_id=dealer.pk, by=user_of(request), at=timezone.now())
    below = Dealer.objects.filter(parent=dealer).count()
    text = _("%(name)s is in the bin.") % {"name": dealer.name}
    if below:
        text += " " + ngettext(
            "%(count)s dealer that it supplies stays.", "%(count)s dealers that it supplies stay.", below
        ) % {"count": below}
    offer_undo(request, text, url=reverse("dealers:restore", args=[dealer.pk]))
    return redirect("dealers:list")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of the bin; from the message's undo or from the bin itself."""
    binned = Dealer.with_bin.visible_to(user_of(request)).filter(deleted_at__isnull=False)
    dealer = get_object_or_404(binned, pk=pk)
    demand(request, Right.DELETE_DEALER, dealer.territory_id)
    dealer = restore_dealer(dealer_id=dealer.pk)
    messages.success(request, _("%(name)s is back with everything in its file.") % {"name": dealer.name})
    target = request.POST.get("next", "")
    if target and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return redirect(target)
    return redirect(dealer)


@require_GET
@right_required(Right.DELETE_DEALER)
def bin_page(request: HttpRequest) -> HttpResponse:
    """What lies in the bin, the latest first; at most 200."""
    rows = (
        Dealer.with_bin.visible_to(user_of(request))
        .filter(deleted_at__isnull=False)
        .select_related("territory", "deleted_by")
        .order_by("-deleted_at", "-pk")[:200]
    )
    held = scope(request)
    dealers = [(row, held.may(Right.DELETE_DEALER, row.territory_id)) for row in rows]
    return render(request, "dealers/bin.html", {"dealers": dealers})
