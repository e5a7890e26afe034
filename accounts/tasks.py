"""Mail in the background. A mail server that cannot be reached is tried again for about twenty minutes."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused

from celery import shared_task
from django.core.mail import EmailMessage

from accounts import mail
from accounts.notices import tasks as _notices  # noqa: F401  # Workers find the tasks of an app in its module `tasks`.

# Every pause is shorter than CELERY_VISIBILITY_TIMEOUT in production, after which a waiting task would be sent twice.
AGAIN = {
    "autoretry_for": (OSError,),
    "dont_autoretry_for": (SMTPRecipientsRefused,),
    "retry_backoff": 10,
    "retry_backoff_max": 600,
    "max_retries": 7,
}


@shared_task(name="accounts.tasks.deliver", **AGAIN)
def deliver(*, subject: str, body: str, sender: str, to: list[str]) -> None:
    EmailMessage(subject, body, sender, to).send()


@shared_task(name="accounts.tasks.send_password_reset", **AGAIN)
def send_password_reset(*, email: str, origin: str, language: str) -> None:
    mail.send_password_reset(email=email, origin=origin, language=language)


@shared_task(name="accounts.tasks.send_invitation", **AGAIN)
def send_invitation(*, user_id: int, invited_by_id: int, origin: str, language: str) -> None:
    mail.send_invitation(user_id=user_id, invited_by_id=invited_by_id, origin=origin, language=language)
