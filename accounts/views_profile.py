"""What everybody sets for herself: name, language, time zone, appearance, devices."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, override
from django.views.decorators.http import require_GET, require_POST

from accounts.choices import Theme
from accounts.forms import ProfileForm
from accounts.middleware import remember_language
from accounts.models import User
from accounts.redirects import back_to
from accounts.requests import SignedIn
from crm.base.models import Company


def profile(request: SignedIn) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with override(user.language or None):
            messages.success(request, gettext("Your profile is saved."))
        response = redirect("accounts:profile")
        if user.language:
            remember_language(response, user.language)
        else:
            response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, path=settings.LANGUAGE_COOKIE_PATH)
        return response
    on = Company.get().today()
    context = {
        "form": form,
        "assignments": user.assignments.running_or_coming(on).select_related("territory", "covers_for"),
        "factors": Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).count(),
        "sessions": UserSession.objects.filter(user=user).count(),
        "has_password": user.has_usable_password(),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@require_POST
def appearance(request: SignedIn) -> HttpResponse:
    """Take `theme` or `language` from the menu of the page's frame. 204 to htmx, else back to `next`."""
    theme, language = request.POST.get("theme"), request.POST.get("language")
    changes = {}
    if theme in Theme.values:
        changes["theme"] = theme
    if language in dict(settings.LANGUAGES):
        changes["language"] = language
    if not changes:
        return HttpResponse(gettext("Choose an appearance or a language."), status=422)
    for name, value in changes.items():
        setattr(request.user, name, value)
    request.user.save(update_fields=list(changes))
    response = HttpResponse(status=204) if "HX-Request" in request.headers else back_to(request, "/")
    if language := changes.get("language"):
        remember_language(response, language)
    return response


@require_GET
def address(request: SignedIn) -> HttpResponse:
    """Users do not change the address they sign in with; administrators do."""
    messages.info(request, gettext("An administrator changes the address that you sign in with."))
    return redirect("accounts:profile")


@require_POST
def end_session(request: SignedIn, pk: int) -> HttpResponse:
    """Sign out one of the user's own devices."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.is_current():
        return redirect("account_logout")
    session.end()
    messages.success(request, gettext("That device is signed out."))
    return redirect("usersessions_list")
