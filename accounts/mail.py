"""Mail about accounts leaves through a worker: no page waits for the mail server, and none tells by the time it takes
whether there is an account. A link that opens an account is made by the worker, so that it never lies in the queue.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from accounts.models import User


def origin_of(request: HttpRequest) -> str:
    """How links in mails begin: in production as the settings say, since a forged Host header must not get into one."""
    return settings.SITE_URL if settings.PRODUCTION else f"{request.scheme}://{request.get_host()}"


def written(template: str, user: User, *, language: str, **context: Any) -> EmailMessage:
    """The mail in the user's language, else in `language`."""
    with translation.override(user.language or language):
        message: EmailMessage = get_adapter().render_mail(template, user.email, {"user": user, **context})
    return message


def send_password_reset(*, email: str, origin: str, language: str) -> int:
    """Send a link to everybody active who signs in with this address; how many that are, so 0 for an unknown one."""
    users = list(filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True))
    for user in users:
        link = origin + _path_to_new_password(user)
        written("account/email/password_reset_key", user, language=language, password_reset_url=link).send()
    return len(users)


def send_invitation(*, user_id: int, invited_by_id: int, origin: str, language: str) -> None:
    """Send a new user the link to her first password. It holds PASSWORD_RESET_TIMEOUT seconds, once."""
    user = User.objects.active().filter(pk=user_id).first()
    if user is None:
        return
    written(
        "account/email/invitation", user, language=language, set_password_url=origin + _path_to_new_password(user),
        invited_by=User.objects.get(pk=invited_by_id), days=settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
    ).send()  # fmt: skip


def _path_to_new_password(user: User) -> str:
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
