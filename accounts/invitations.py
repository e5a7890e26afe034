"""The mail that lets a new user set her first password."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation

from accounts.mail import origin_of
from accounts.models import User
from accounts.requests import SignedIn
from accounts.tasks import send_invitation


def invite(request: SignedIn, user: User) -> None:
    """Have the mail sent, in the invited person's language, once this transaction is committed."""
    wanted = {
        "user_id": user.pk,
        "invited_by_id": request.user.pk,
        "origin": origin_of(request),
        "language": translation.get_language() or "",
    }
    transaction.on_commit(lambda: send_invitation.delay(**wanted))
