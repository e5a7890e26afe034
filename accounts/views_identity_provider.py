"""The button of the company's identity provider."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect.views import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from requests import RequestException


@login_not_required
def go_there(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """As allauth does it, and a page that says so when the provider cannot be reached: 503."""
    try:
        return login(request, provider_id)
    except RequestException:
        return render(request, "socialaccount/authentication_error.html", status=503)
