"""Signed links that end mails of a kind without signing in: RFC 8058. They say no more than whose mails of which kind."""

from __future__ import annotations

from dataclasses import replace

from django.core import signing

from accounts.models import User
from accounts.notices import kinds
from accounts.notices.choices import MailWhen
from accounts.notices.models import NoticeHours
from accounts.notices.wishes import listener, say
from crm.base.models import Company

# Stands for the morning mail in the place of a kind.
DIGEST = "digest"
_SALT = "accounts.notices.unsubscribe"


def token(user: User, what: str) -> str:
    return signing.dumps([user.pk, what], salt=_SALT)


def read(text: str) -> tuple[User, str] | None:
    """Whose mails of which kind (or DIGEST); `None` for what was not signed by us, or is not there any more."""
    try:
        pk, what = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.active().filter(pk=pk).first()
    return (user, what) if user and (what == DIGEST or kinds.get(what)) else None


def end(user: User, what: str) -> None:
    """No more mails of the kind; the inbox goes on. The morning mail ends as a whole."""
    if what == DIGEST:
        NoticeHours.objects.update_or_create(user=user, defaults={"digest": False})
        return
    kind, on = kinds.get(what), Company.get().today()
    if kind is not None:
        wants = listener(user, on=on).wants(kind)
        say(user, {what: replace(wants, mail=MailWhen.NEVER)}, on=on)
