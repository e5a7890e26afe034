"""Pages of allauth that lead nowhere here: addresses come from administrators, and nobody signs in by a mailed code."""

from __future__ import annotations

from allauth.account.views import account_inactive
from allauth.socialaccount.views import login_cancelled
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET


@login_not_required
@require_GET
def nowhere(request: HttpRequest, key: str = "") -> HttpResponse:
    """404 for everybody."""
    raise Http404


@login_not_required
@require_GET
def closed_account(request: HttpRequest) -> HttpResponseBase:
    """Says that the account is closed; who is signed in has one that is not."""
    return redirect("/") if request.user.is_authenticated else account_inactive(request)


@login_not_required
@require_GET
def cancelled(request: HttpRequest) -> HttpResponseBase:
    """Says that nobody was signed in; who is signed in goes on."""
    return redirect("/") if request.user.is_authenticated else login_cancelled(request)
