"""The mail that lets a new user set her first password."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from accounts.models import User


def invite(request: HttpRequest, user: User) -> str:
    """Send the mail, in the invited person's language; the link in it. It holds PASSWORD_RESET_TIMEOUT seconds, once."""
    adapter = get_adapter(request)
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    url = adapter.get_reset_password_from_key_url(key)
    context = {
        "user": user,
        "invited_by": request.user,
        "set_password_url": url,
        "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
    }
    with translation.override(user.language or translation.get_language()):
        adapter.send_mail("account/email/invitation", user.email, context)
    return url
