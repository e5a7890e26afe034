"""Lists of warnings under a name: kept and deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alerts import saved_lists
from alerts.case_list import AskedCases
from dealers.views.access import user_of


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list that the reader looks at."""
    asked = AskedCases.read(QueryDict(request.POST.get("query", "")[:500]))
    try:
        kept = saved_lists.save(user=user_of(request), name=request.POST.get("name", ""), asked=asked)
    except saved_lists.ListRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved as “%(name)s”.") % {"name": kept.name})
    return redirect(f"{reverse('alerts:list')}?{asked.query()}")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own only; another's is not there."""
    kept = get_object_or_404(saved_lists.of(user_of(request)), pk=pk)
    kept.delete()
    messages.success(request, _("The list “%(name)s” is deleted.") % {"name": kept.name})
    return redirect(f"{reverse('alerts:list')}?{kept.query}")
