"""Settled claims as a file that the ERP reads: limited to so many rows a day, each file written down (R-01)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import formats
from django.utils.translation import ngettext

from accounts.history import Source, register_source
from accounts.models import User
from accounts.rights import Right
from crm.base.money import round_money
from dealers import export_limit
from dealers.choices import ExportFormat
from dealers.export import harmless
from promotions.choices import ClaimState
from promotions.models import Claim, ClaimExport

# Fixed names, so that a program can read them.
HEADS = (
    "claim", "settled_on", "kind", "number", "dealer_code", "dealer", "promotion", "cost", "amount", "currency", "budget",
    "budget_amount", "budget_currency", "invoice",
)  # fmt: skip


def settled(user: User, *, since: dt.date | None, until: dt.date | None) -> QuerySet[Claim]:
    """Claims that the user may settle and that were settled from `since`, before `until`; in the order of settlement."""
    rows = Claim.objects.visible_to(user, rights=(Right.SETTLE_CLAIMS,)).filter(state=ClaimState.SETTLED)
    if since is not None:
        rows = rows.filter(settled_on__gte=since)
    if until is not None:
        rows = rows.filter(settled_on__lt=until)
    ordered: QuerySet[Claim] = rows.select_related("dealer", "promotion", "line__budget").order_by("settled_on", "pk")
    return ordered


def settlements(*, user: User, since: dt.date | None, until: dt.date | None, on: dt.date) -> HttpResponse:
    """Write the export down and answer with the file. Raises DailyLimitReached, and then nothing is written."""
    limit = settings.EXPORT_ROWS_A_DAY
    with transaction.atomic():
        export_limit.hold(user)
        left = export_limit.room(user, on=on)
        # One more than there is room for tells that it is too many.
        rows = list(settled(user, since=since, until=until)[: left + 1])
        if len(rows) > left:
            raise export_limit.DailyLimitReached(limit - left, limit)
        ClaimExport.objects.create(
            user=user,
            format=ExportFormat.CSV,
            title="settlements",
            query=f"{since or ''}/{until or ''}",
            rows=len(rows),
        )
    buffer = io.StringIO()
    # The mark tells spreadsheets that this is UTF-8.
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(HEADS)
    writer.writerows([harmless(value) for value in _values(claim)] for claim in rows)
    answer = HttpResponse(buffer.getvalue().encode(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="settlements.csv"'
    return answer


def _values(claim: Claim) -> tuple[Any, ...]:
    budget, promotion = claim.line.budget, claim.promotion
    assert claim.approved_amount is not None
    assert claim.budget_amount is not None
    return (
        claim.pk, claim.settled_on, claim.settlement, claim.settlement_number, claim.dealer.code, claim.dealer.name,
        promotion.title, claim.line.kind, round_money(claim.approved_amount, promotion.currency), promotion.currency,
        budget.code, round_money(claim.budget_amount, budget.currency), budget.currency, claim.invoice_number,
    )  # fmt: skip


def _sentence(row: ClaimExport, who: str) -> str:
    text = ngettext(
        "%(who)s exported %(count)s row of claims (%(format)s): %(title)s",
        "%(who)s exported %(count)s rows of claims (%(format)s): %(title)s",
        row.rows,
    )
    return text % {
        "who": who, "count": formats.number_format(row.rows, force_grouping=True), "format": row.get_format_display(),
        "title": row.title,
    }  # fmt: skip


def register_history() -> None:
    """Show exports in the history of changes, and let them count for the day's limit."""
    export_limit.register(ClaimExport)
    register_source(Source(model="promotions.ClaimExport", at="exported_at", by="user", sentence=_sentence))
