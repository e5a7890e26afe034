"""The request of a page behind the sign-in."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


class SignedIn(HttpRequest):
    """For annotations: accounts.middleware.SignInMiddleware lets nobody else through to the view."""

    user: User
