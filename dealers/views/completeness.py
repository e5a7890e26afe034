"""How complete files are: the weights behind it, and the files of the sub-dealers by dealer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import right_required
from accounts.rights import Right
from crm.base.audit import because
from crm.base.models import Company
from crm.base.sql import load
from dealers import completeness
from dealers.views.access import posted, scope


class WeightsForm(forms.Form):
    """One whole number an item, and the threshold for the better tiers."""

    required = forms.IntegerField(min_value=0, max_value=100)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["required"].label = _("completeness that a file should reach (%)")
        self.fields["required"].initial = company.completeness_required
        self.fields["required"].help_text = _(
            "Files below it are listed as incomplete. Whether a tier asks for it, the tier policy says."
        )
        now = completeness.weights(company)
        for item in completeness.ITEMS:
            self.fields[item.key] = forms.IntegerField(
                label=item.label, min_value=0, max_value=completeness.MAX_WEIGHT, initial=now[item.key]
            )

    def by_part(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (str(label), [self[item.key] for item in completeness.ITEMS if item.part == part])
            for part, label in completeness.PARTS.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned[key] for key in completeness.KEYS):
            raise forms.ValidationError(_("At least one item has to weigh something."))
        return cleaned

    @property
    def own_weights(self) -> dict[str, int]:
        """Only what differs from the standard."""
        return {
            item.key: self.cleaned_data[item.key]
            for item in completeness.ITEMS
            if self.cleaned_data[item.key] != item.weight
        }


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_POLICY)
def weights(request: HttpRequest) -> HttpResponse:
    """What counts how much. Saving computes every dealer anew."""
    form = WeightsForm(posted(request), company=Company.get())
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            company = Company.objects.select_for_update().get(pk=1)
            company.completeness_weights = form.own_weights
            company.completeness_required = form.cleaned_data["required"]
            because(_("Weights of the profile completeness"))
            company.save()
            changed = completeness.refresh(on=company.today(), company=company)
        messages.success(
            request,
            ngettext(
                "Saved. The completeness of %(count)s dealer changed.",
                "Saved. The completeness of %(count)s dealers changed.",
                changed,
            )
            % {"count": changed},
        )
        return redirect("dealers:completeness_weights")
    total = sum(completeness.weights(Company.get()).values())
    return render(
        request,
        "dealers/completeness_weights.html",
        {"form": form, "total": total, "back": reverse("dealers:list")},
        status=422 if form.is_bound else 200,
    )


@require_GET
def sub_dealer_files(request: HttpRequest) -> HttpResponse:
    """For each dealer that supplies others: how many of those have a complete file (at most 200, the worst first)."""
    held = scope(request)
    needed = Company.get().completeness_required
    with connection.cursor() as cursor:
        load("dealers", "sub_dealer_files").run(
            cursor,
            params={
                "needed": needed,
                "everything": held.everything,
                "territory_ids": held.territory_ids,
                "limit": 200,
            },
        )
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return render(request, "dealers/sub_dealer_files.html", {"rows": rows, "needed": needed})
