"""How the figure of a case went, as a panel of its page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts import course as courses
from alerts.views.access import case_or_404
from dealers.views.access import today


@require_GET
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """The figure over time with the limits as bands; nothing to draw where less than two points are known."""
    case = case_or_404(request, pk)
    measure = courses.measure_of(case)
    points = courses.points(case, measure, on=today()) if measure else []
    context: dict[str, Any] = {"case": case, "measure": measure}
    if measure is not None and len(points) > 1:
        context["chart"] = courses.chart(case, measure, points)
    return render(request, "alerts/panels/course.html", context)
