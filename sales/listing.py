"""The page of a dealer's sales records: filters, sums, and pages by key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from sales.choices import SalesKind
from sales.models import SalesRecord

PAGE = 50


class RecordFilter(forms.Form):
    """What of a dealer's records is shown. A field that makes no sense is ignored, so that old addresses still work."""

    WITHOUT_GROUP = "-"

    kind = forms.ChoiceField(
        label=_("Kind of sale"), required=False, choices=[("", _("all kinds")), *SalesKind.choices]
    )
    product = forms.CharField(label=_("Product"), required=False, max_length=100)
    group = forms.CharField(label=_("Product group"), required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        # "from" is no name for an attribute.
        self.fields["from"] = forms.DateField(label=_("From"), required=False, widget=day)
        self.fields["until"] = forms.DateField(label=_("Last day"), required=False, widget=day)
        self.order_fields(["kind", "from", "until", "group", "product"])
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "kind" else "form-control"

    def apply(self, records: QuerySet[SalesRecord]) -> QuerySet[SalesRecord]:
        """Narrow the records to what the valid fields say."""
        chosen = self.cleaned_data
        if chosen.get("kind"):
            records = records.filter(kind=chosen["kind"])
        if chosen.get("from"):
            records = records.filter(on__gte=chosen["from"])
        if chosen.get("until"):
            records = records.filter(on__lte=chosen["until"])
        if group := chosen.get("group"):
            nameless = Q(product__isnull=True) | Q(product__category="")
            records = records.filter(nameless if group == self.WITHOUT_GROUP else Q(product__category=group))
        if product := chosen.get("product"):
            records = records.filter(Q(product__code__iexact=product) | Q(product__name__icontains=product))
        return records


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Rows newest first; the sums are of everything filtered. `None` where there is no page that way."""

    rows: list[SalesRecord]
    count: int
    quantity: Decimal
    amount: Decimal
    newer: str | None
    older: str | None


def page_of_records(records: QuerySet[SalesRecord], *, after: str | None, before: str | None) -> RecordPage:
    """The page after or before a key made of day and id; the first one when neither is given. Two queries."""
    sums = records.aggregate(count=Count("pk"), quantity=Sum("quantity"), amount=Sum("amount"))
    rows = records.select_related("product__unit", "sold_by")
    backwards = _key(before)
    forwards = None if backwards else _key(after)
    if backwards:
        rows = rows.filter(Q(on__gt=backwards[0]) | Q(on=backwards[0], pk__gt=backwards[1])).order_by("on", "pk")
    elif forwards:
        rows = rows.filter(on__lte=forwards[0]).exclude(on=forwards[0], pk__gte=forwards[1])
    found = list((rows if backwards else rows.order_by("-on", "-pk"))[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    first = f"{found[0].on:%Y-%m-%d}.{found[0].pk}" if found else None
    last = f"{found[-1].on:%Y-%m-%d}.{found[-1].pk}" if found else None
    return RecordPage(
        rows=found,
        count=sums["count"],
        quantity=sums["quantity"] or Decimal(0),
        amount=sums["amount"] or Decimal(0),
        newer=first if (more if backwards else forwards) else None,
        older=last if (True if backwards else more) else None,
    )


def _key(text: str | None) -> tuple[dt.date, int] | None:
    """Day and id from an address; `None` for what is none."""
    day, _dot, number = (text or "").partition(".")
    try:
        return (dt.date.fromisoformat(day), int(number)) if number else None
    except ValueError:
        return None
