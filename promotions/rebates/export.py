"""The credit notes of a settlement as a file for the ERP, within what a person may take out on a day (R-01)."""

from __future__ import annotations

import csv
import datetime as dt
import io

from django.conf import settings
from django.db import transaction
from django.utils import formats
from django.utils.translation import ngettext

from accounts.history import Source, register_source
from accounts.models import User
from crm.base.formulas import guarded
from crm.base.models import Company
from dealers import export_limit
from promotions.models import RebateExport, RebateSettlement

HEADS = ("credit_note", "dealer", "name", "programme", "amount", "currency")


@transaction.atomic
def credit_notes(settlement: RebateSettlement, *, user: User, on: dt.date) -> str:
    """CSV: a line for each credit note. Written down first; raises DailyLimitReached, and then nothing is."""
    export_limit.hold(user)
    lines = list(settlement.lines.select_related("dealer").order_by("dealer__code", "pk"))
    left = export_limit.room(user, on=on)
    if len(lines) > left:
        raise export_limit.DailyLimitReached(settings.EXPORT_ROWS_A_DAY - left, settings.EXPORT_ROWS_A_DAY)
    RebateExport.objects.create(user=user, settlement=settlement, rows=len(lines))
    text = io.StringIO()
    # A byte order mark, or spreadsheets would garble names that are not English.
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(HEADS)
    currency, programme = Company.get().currency, guarded(settlement.programme.name)
    for line in lines:
        number = f"RB-{settlement.pk}-{line.pk}"
        dealer = guarded(line.dealer.code or ""), guarded(line.dealer.name)
        writer.writerow([number, *dealer, programme, f"{line.amount:.4f}", currency])
    return text.getvalue()


def _sentence(row: RebateExport, who: str) -> str:
    text = ngettext(
        "%(who)s exported %(count)s credit note of the rebate “%(name)s”",
        "%(who)s exported %(count)s credit notes of the rebate “%(name)s”",
        row.rows,
    )
    return text % {
        "who": who, "count": formats.number_format(row.rows, force_grouping=True), "name": row.settlement.programme.name,
    }  # fmt: skip


def register() -> None:
    """Show exports in the history of changes, and let them count for the day's limit."""
    export_limit.register(RebateExport)
    register_source(Source(model="promotions.RebateExport", at="exported_at", by="user", sentence=_sentence))
