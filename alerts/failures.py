"""A kind of warning that failed: administrators get a mail, the others were done."""

from __future__ import annotations

import datetime as dt

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import Role
from accounts.models import User
from alerts.kinds import label_of
from crm.base.text import joined


def tell(*, on: dt.date, codes: list[str]) -> int:
    """Send the mail; to how many."""
    administrators = User.objects.active().filter(
        assignments__role=Role.ADMINISTRATOR, assignments__period__contains=on
    ).distinct()  # fmt: skip
    sent = 0
    for user in administrators.exclude(email=""):
        with translation.override(user.language or None):
            subject = ngettext("A kind of warning failed", "%(count)s kinds of warnings failed", len(codes)) % {
                "count": len(codes)
            }
            text = _(
                "On %(day)s the night could not apply these kinds of warnings: %(kinds)s. All others were done. Their dealers"
                " keep the level they had. The page of nightly jobs shows the error."
            ) % {"day": date_format(on, "DATE_FORMAT"), "kinds": joined(label_of(code) for code in codes)}
            sent += EmailMessage(subject, text, to=[user.email]).send(fail_silently=False)
    return sent
