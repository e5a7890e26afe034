"""Plans and results in the dealers' own files, as workbooks: superseded by later ones, never deleted (B-31)."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from dealers.actions.documents import file_document
from dealers.choices import DocumentKind
from dealers.export import XLSX_TYPE, harmless
from dealers.uploads import Upload
from promotions.models import DealerResult, Evaluation, Participant, Promotion
from promotions.planning import Plan

Row = tuple[Any, ...]


def _workbook(sheets: Iterable[tuple[str, Sequence[Row]]]) -> bytes:
    """Sheets of rows; the first column is what the others are about."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        figure = book.add_format({"num_format": "#,##0.00", "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        for title, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, 9, 22)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is None:
                        continue
                    if isinstance(value, Decimal):
                        sheet.write_number(number, column, value, figure)
                    elif isinstance(value, dt.date):
                        sheet.write_datetime(number, column, dt.datetime.combine(value, dt.time.min), day)
                    else:
                        sheet.write_string(number, column, harmless(str(value)), plain if column else bold)
    return buffer.getvalue()


def _file(dealer: Any, kind: str, title: str, name: str, content: bytes, by: User, at: dt.datetime) -> None:
    upload = Upload(content, XLSX_TYPE, name, hashlib.sha256(content).hexdigest())
    file_document(dealer=dealer, kind=kind, title=title[:200], upload=upload, by=by, at=at)


def file_plan(plan: Plan, *, by: User, at: dt.datetime) -> None:
    """Put the approved plan into the file of every dealer that takes part, with what is expected of that dealer."""
    promotion = plan.promotion
    title = _("Plan of “%(title)s”") % {"title": promotion.title}
    for row in plan.participants:
        content = _workbook([(pgettext("of a promotion", "Plan"), _plan_rows(plan, row))])
        _file(row.dealer, DocumentKind.ACTIVITY_PLAN, title, f"plan-{promotion.pk}.xlsx", content, by, at)


def _plan_rows(plan: Plan, own: Participant) -> list[Row]:
    promotion = plan.promotion
    rows: list[Row] = [
        (_("Title"), promotion.title),
        (_("Goal"), promotion.goal),
        (_("Mechanics"), promotion.get_mechanic_display()),
        (_("Place"), promotion.place),
        (_("How it works"), promotion.how),
        (_("People who carry it out"), promotion.people),
        (_("First day"), promotion.starts_on),
        (_("Last day"), promotion.ends_on - dt.timedelta(days=1)),
        (_("Responsible"), promotion.owner.name),
        (_("Dealer"), own.dealer.name),
        (_("Usual sales (%(currency)s)") % {"currency": promotion.currency}, own.baseline),
        (_("Expected in addition (%(currency)s)") % {"currency": promotion.currency}, own.estimate),
        (_("All dealers: expected in addition (%(currency)s)") % {"currency": promotion.currency}, plan.estimate),
        (_("All dealers: money (%(currency)s)") % {"currency": promotion.currency}, plan.money),
    ]
    for line in plan.lines:
        if line.dealer_id in (None, own.dealer_id):
            rows.append((line.get_kind_display(), line.amount, line.note))
    for provision in promotion.provisions.all():
        rows.append((provision.get_side_display(), provision.item, provision.quantity, provision.unit))
    return rows


def file_result(evaluation: Evaluation, rows: Sequence[DealerResult], *, by: User, at: dt.datetime) -> None:
    """Put the result into the file of every dealer that took part."""
    promotion = evaluation.promotion
    title = _("Result of “%(title)s”") % {"title": promotion.title}
    for row in rows:
        content = _workbook([(pgettext("of a promotion", "Result"), _result_rows(promotion, evaluation, row))])
        _file(row.dealer, DocumentKind.EVALUATION, title, f"result-{promotion.pk}.xlsx", content, by, at)


def _result_rows(promotion: Promotion, whole: Evaluation, own: DealerResult) -> list[Row]:
    currency = {"currency": promotion.currency}
    heads = (_("This dealer (%(currency)s)") % currency, _("All dealers (%(currency)s)") % currency)
    return [
        (promotion.title, *heads),
        (_("Expected in addition"), own.estimate, whole.estimate),
        (_("Usual sales"), own.baseline, whole.baseline),
        (_("Usual sales, at least"), own.low, whole.low),
        (_("Usual sales, at most"), own.high, whole.high),
        (_("Sales"), own.actual, whole.actual),
        (_("Against the usual, before"), own.before, whole.before),
        (_("Against the usual, afterwards"), own.after, whole.after),
        (_("In addition, less the dip"), own.net, whole.net),
        (_("Cost"), own.spend, whole.spend),
        (_("Return (gross profit / cost)"), own.roi, whole.roi),
        (_("What was learnt"), whole.lessons),
        (_("Owner's explanation"), whole.explanation),
    ]
