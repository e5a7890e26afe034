"""What somebody's work is: read by herself and by who leads her, written by who plans her visits."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import posted, user_of
from visits.forms_people import RoleProfileForm
from visits.models import RoleProfile
from visits.people import may_plan
from visits.views.access import of_person, today


@require_http_methods(["GET", "POST"])
@of_person
def role(request: HttpRequest, person: User) -> HttpResponse:
    """The page; `change` opens the form."""
    user = user_of(request)
    profile = RoleProfile.objects.filter(user=person).select_related("written_by").first()
    may_write = scope_of(user).may(Right.PLAN_VISITS) and may_plan(user, person)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = None
    if may_write and (request.method == "POST" or "change" in request.GET):
        form = RoleProfileForm(posted(request), instance=profile or RoleProfile(user=person))
    if form is not None and form.is_bound and form.is_valid():
        form.instance.written_by, form.instance.written_at = user, timezone.now()
        form.save()
        messages.success(request, _("Kept. %(name)s reads it on this page.") % {"name": person.name})
        return redirect(reverse("visits:role", args=[person.pk]))
    context = {
        "person": person, "profile": profile, "form": form, "may_write": may_write, "today": today(),
        "is_own": person.pk == user.pk,
    }  # fmt: skip
    return render(request, "visits/role.html", context, status=422 if form is not None and form.is_bound else 200)
