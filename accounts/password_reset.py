"""Asking for a link to a new password."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation

from accounts.mail import origin_of
from accounts.tasks import send_password_reset


class ResetPasswordForm(forms.ResetPasswordForm):
    """Does the same for every address: whether there is an account is found out by the worker, after the answer."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        wanted = {"email": email, "origin": origin_of(request), "language": translation.get_language() or ""}
        transaction.on_commit(lambda: send_password_reset.delay(**wanted))
        return email
