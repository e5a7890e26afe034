"""Fetching cases for a view: 404 out of scope, 403 in scope without the right."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from alerts import access
from alerts.models import Case
from dealers.views.access import user_of


def case_or_404(request: HttpRequest, pk: int, *, work: bool = False, lead: bool = False) -> Case:
    """A case that the reader sees, with what its page names; `work` and `lead` ask for the right to."""
    cases = Case.objects.visible_to(user_of(request)).select_related(
        "dealer__territory",
        "territory",
        "owner",
        "cause",
        "version__rule",
        "merged_into__dealer",
        "resolved_by",
        "acknowledged_by",
    )
    case: Case = get_object_or_404(cases, pk=pk)
    user = user_of(request)
    if (work and not access.may_work_on(user, case)) or (lead and not access.may_lead(user, case)):
        raise PermissionDenied
    return case
