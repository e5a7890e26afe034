"""Where our rules differ from allauth's own: no open sign-up, secrets sealed at rest, factors that may not be dropped."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.scope import scope_of


def vouch_for_email(user: User) -> None:
    """Mark the user's address as verified and drop her others: administrators give addresses, users do not."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """In the reader's language, not that of whoever set it off."""
        with translation.override(user.language or translation.get_language()):
            self.send_mail("account/email/password_reset_key", email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under the address in the settings: a forged Host header must not get into a mail."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        path = path.replace("UID-KEY", key)
        return settings.SITE_URL + path if settings.PRODUCTION else self.request.build_absolute_uri(path)


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
