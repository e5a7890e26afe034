"""Whom Django's own permission checks let into the back office."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.choices import Role
from accounts.models import User
from accounts.rights import Right
from accounts.scope import Scope, scope_of, user_with_scope


class ScopedUserBackend(ModelBackend):
    """Reads the signed-in user of a request together with what she may see, which every page asks for."""

    def get_user(self, user_id: int) -> User | None:
        user = user_with_scope(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class SignInBackend(ScopedUserBackend, AuthenticationBackend):
    """Signing in by address and password."""


class RoleBackend(ScopedUserBackend):
    """Grants the model permissions of the back office to administrators of every territory.

    The back office knows no territories, so an administrator of a part of the tree gets nothing by her role alone.
    Models that keep personal data say so by a `PERSONAL` attribute and need the right to view it. The history of
    changes can be read, never written.
    """

    def authenticate(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> None:
        """Signing in is allauth's, where attempts are counted."""
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        return super().has_perm(user_obj, perm, obj) or (administers(user_obj) and _granted(scope_of(user_obj), perm))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        return super().has_module_perms(user_obj, app_label) or administers(user_obj)


def administers(user: User) -> bool:
    """Whether the user may open the back office and is administrator of the whole tree."""
    scope = scope_of(user)
    return user.is_staff and scope.everything and Role.ADMINISTRATOR in scope.all_roles


def _granted(scope: Scope, permission: str) -> bool:
    app_label, _, codename = permission.partition(".")
    action, _, model_name = codename.partition("_")
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError:
        return False
    if hasattr(model, "pgh_tracked_model"):
        return action == "view"
    return not hasattr(model, "PERSONAL") or scope.may(Right.VIEW_PERSONAL)
