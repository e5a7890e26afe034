"""Where our rules differ from allauth's own: no open sign-up, mail through a worker, wrong passwords counted, secrets sealed at rest, factors that may not be dropped."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import devices
from accounts.models import User
from accounts.scope import scope_of
from accounts.tasks import deliver


def vouch_for_email(user: User) -> None:
    """Mark the user's address as verified and drop her others: administrators give addresses, users do not."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many failed login attempts. Wait five minutes, or have a link to set a new password sent to you."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail in the reader's language, not that of whoever set it off, and leave the sending to a worker."""
        reader = User.objects.filter(email__iexact=email).first()
        with translation.override((reader and reader.language) or translation.get_language()):
            message = self.render_mail(template_prefix, email, {"user": reader, "email": email} | context)
        wanted = {"subject": message.subject, "body": message.body, "sender": message.from_email, "to": message.to}
        # What the mail tells of is done already; a queue that is down must not make it look as if it were not.
        transaction.on_commit(lambda: deliver.delay(**wanted), robust=True)

    # --- Wrong passwords -------------------------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, until it turns out to be a good one. Raises ValidationError when there were too many.

        Attempts are counted by login and network address, and all of them together by login. A browser in which this
        login has signed in before has a counter of its own, which nobody else can use up.
        """
        self._attempts: list[ratelimit.RateLimitUsage] = []
        for action, key in _counters(request, str(credentials.get("email") or "")):
            usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if not usage:
                raise self.validation_error("too_many_login_attempts")
            self._attempts.append(usage)

    def _rollback_login_failed_rl_usage(self) -> None:
        for usage in self._attempts:
            usage.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever has followed the mailed link is the owner: the counters of her login begin anew, her browser is known."""
        login = str(credentials.get("email") or "")
        for action, key in _counters(request, login):
            ratelimit.clear(request, app="allauth.account", action=action, key=key)
        request.proved_login = login  # type: ignore[attr-defined]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        request.proved_login = user.email  # type: ignore[attr-defined]
        return super().post_login(request, user, **kwargs)


def _counters(request: HttpRequest, login: str) -> list[tuple[str, str]]:
    """Names of limits in ACCOUNT_RATE_LIMITS, and what each counts by."""
    login = login.strip().lower()
    if device := devices.known(request, login):
        return [("login_failed_known", f"{login}|{device}")]
    return [("login_failed", f"{login}|{ratelimit.get_ip(request)}"), ("login_failed_anywhere", login)]


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The company's own identity provider opens existing accounts only."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account with an address that the provider has verified. Its password stays as it is."""
        found = super().authenticate_by_email(sociallogin)
        if found:
            vouch_for_email(found[0])
        return found


def _seal() -> MultiFernet:
    """Sealed with SECRET_KEY; what older keys in SECRET_KEY_FALLBACKS sealed still opens."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor:" + key.encode()).digest())) for key in keys
    )


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of a user whose role needs one. Recovery codes alone do not count."""
        if not settings.SECOND_FACTOR_DEMANDED or not scope_of(authenticator.user).needs_second_factor:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
