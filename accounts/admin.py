"""The back office of people and territories. Signing in to it is the sign-in of everybody."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import actions
from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from crm.base.admin import OfficeAdmin

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Rights come from roles, addresses and factors from their owners: these stay out of the back office. Whoever wrote them
# here could take over every account, a superuser's too.
for app in ("account", "mfa", "socialaccount", "usersessions"):
    # Registered when first imported, which Django would otherwise do after this.
    import_module(f"allauth.{app}.admin")
for model in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class AssignmentForm(forms.ModelForm):
    """The rules of the pages hold here, too: nobody gives herself a role, nor one that may more than she may."""

    actor: User

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("user") and values.get("territory") and values.get("role"):
            actions.check_grant(
                actor=self.actor, user=values["user"], role=Role(values["role"]), territory=values["territory"]
            )
        return values


def form_of(request: HttpRequest) -> type[AssignmentForm]:
    """The form of one request, which knows who fills it in."""
    return type("AssignmentFormOfRequest", (AssignmentForm,), {"actor": request.user})


class AssignmentInline(admin.TabularInline):
    model = TerritoryAssignment
    fk_name = "user"
    extra = 0
    can_delete = False
    autocomplete_fields = ("territory", "covers_for")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("territory", "user", "covers_for")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **{**kwargs, "form": form_of(request)})


@admin.register(User)
class UserAdmin(OfficeAdmin):
    kept = True
    list_display = ("name", "email", "staff_code", "manager", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "assignments__role")
    search_fields = ("name", "email", "staff_code")
    ordering = ("name", "pk")
    autocomplete_fields = ("manager",)
    readonly_fields = ("last_login", "date_joined")
    fields = (
        ("name", "email"), ("staff_code", "phone"), "manager", ("language", "time_zone", "theme"),
        ("is_active", "is_staff", "is_superuser"), ("last_login", "date_joined"),
    )  # fmt: skip
    inlines = (AssignmentInline,)
    actions = ("sign_out", "reset_second_factor")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only a superuser makes superusers; nobody changes her own rank."""
        fixed = (*self.readonly_fields, "is_superuser") if not request.user.is_superuser else self.readonly_fields
        return (*fixed, "is_staff", "is_superuser", "is_active") if obj == request.user else tuple(fixed)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts begin with an invitation, on the page of users."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        actions.update_user(user=obj)
        if not obj.is_active:
            actions.end_sessions(obj)

    def _below(self, request: HttpRequest, users: QuerySet[User]) -> list[User]:
        return [user for user in users if request.user.is_superuser or not user.is_superuser]

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        ended = sum(actions.end_sessions(user) for user in self._below(request, queryset))
        self.message_user(request, ngettext("%d session ended.", "%d sessions ended.", ended) % ended, messages.SUCCESS)

    @admin.action(description=_("Remove the second factor, for who lost the device"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        users = self._below(request, queryset)
        Authenticator.objects.filter(user__in=users).delete()
        for user in users:
            actions.end_sessions(user)
        text = ngettext("%d user sets up a new one.", "%d users set up new ones.", len(users)) % len(users)
        self.message_user(request, text, messages.SUCCESS)


@admin.register(Territory)
class TerritoryAdmin(OfficeAdmin):
    kept = True
    list_display = ("indented", "code", "country", "parent", "active")
    list_filter = ("active", "country")
    search_fields = ("name", "code")
    ordering = ("path",)
    # The place in the tree changes on the page of territories, where the paths below change with it.
    fields = ("name", "code", "country", "parent", "active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("parent", "active") if obj else ()

    autocomplete_fields = ("parent",)

    @admin.display(description=_("name"), ordering="path")
    def indented(self, territory: Territory) -> str:
        return "\u2003" * territory.depth + territory.name


@admin.register(TerritoryAssignment)
class TerritoryAssignmentAdmin(OfficeAdmin):
    list_display = ("user", "territory", "role", "period", "covers_for")
    list_filter = ("role",)
    search_fields = ("user__name", "user__email", "territory__name", "territory__code")
    autocomplete_fields = ("user", "territory", "covers_for")
    ordering = ("territory__path", "role")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{**kwargs, "form": form_of(request)})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One ends, it is not deleted: who worked where when stays known."""
        return False
