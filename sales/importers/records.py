"""Sales records, by day and by month: the sheets of millions of rows.

They are checked as every sheet is; loading goes by month. A month that has no records yet is written into a table of its
own and attached, with its indexes built at once; otherwise new rows are added and changed ones corrected in place.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from crm.base.periods import add_months, month_start
from crm.base.sql import load
from crm.imports import staging
from crm.imports.applying import Outdated
from crm.imports.batch import Batch
from crm.imports.importer import Field, FieldType, Importer, TerritoryScope, Written
from crm.imports.registry import register
from crm.imports.statement import Statement
from sales import figures, rollups
from sales.importers import fields as common
from sales.models import SalesRecord
from sales.partitions import RECORDS

# From so many corrections in a month on, and when they are most of it, its table is written anew.
MANY_CORRECTIONS = 10_000
_OPTIONAL = ("kind", "product", "reference")


def _keys() -> tuple[tuple[str, ...], ...]:
    """Dealer and day with each choice of the optional parts, the fullest first."""
    subsets = [
        tuple(part for part, bit in zip(_OPTIONAL, (4, 2, 1), strict=True) if chosen & bit)
        for chosen in range(7, -1, -1)
    ]
    return tuple(("dealer", "on", *chosen) for chosen in subsets)


SOLD_BY = common.person(
    "sold_by",
    _("sold by"),
    (
        "representative",
        "sales representative",
        "rep",
        "employee",
        "salesperson",
        "staff number",
        "业务员",
        "销售员",
        "营销员",
        "担当者",
        "営業担当",
        "영업 담당자",
        "담당자",
    ),
)


class RecordImporter(Importer):
    """What both sheets share. In `batch.checked` a row without a product has the product 0."""

    by_month: ClassVar[bool]
    model = SalesRecord
    keys = _keys()
    scopes = (TerritoryScope("dealer", "l_dealer.territory_id"),)
    checks = (common.OTHER_CURRENCY,)

    def target(self, batch: Batch) -> str:
        """The records of the months that the file names, empty without any; what the file does not tell has its usual
        value."""
        days = _span(batch)
        if days is None:
            return ""
        first, last = days
        with connection.cursor() as cursor:
            if not any(month_start(first) <= month <= last for month in RECORDS.months(cursor)):
                return ""
        where = f"\"on\" BETWEEN DATE '{first}' AND DATE '{last}'"
        usual = {"kind": "kind = 'SELL_IN'", "product": "product_id IS NULL", "reference": "reference = ''"}
        where += "".join(f" AND {condition}" for name, condition in usual.items() if name not in batch.key)
        return (
            '(SELECT id, dealer_id, coalesce(product_id, 0) AS product_id, sold_by_id, "on", kind, quantity, amount, '
            f'reference FROM "{self.table}" WHERE {where})'
        )

    def apply(self, cursor: CursorWrapper, batch: Batch) -> Written:
        touched = rollups.open_touched(cursor)
        script = load("sales", "import")
        tables = {"checked": _bare(batch.checked)}
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(script.statement("months", **tables))
        months = cursor.fetchall()
        fresh = {month for month, _new, _changed in months}.difference(RECORDS.months(cursor))
        rebuilt = {month for month, _new, changed in months if month not in fresh and _are_most(cursor, month, changed)}
        whole = fresh | rebuilt
        for month, _new, _changed in months:
            if month not in whole:
                script.run(cursor, "touch", self._span(batch, month), touched=touched, **tables)
        noted = rollups.note_before(cursor)
        new = changed = 0
        for month, rows_new, rows_changed in months:
            span = self._span(batch, month)
            if month in fresh:
                # A million records are put in order without going through files.
                with figures.whole_tables(cursor, memory_mb=256):
                    new += script.run(cursor, "add", span, records=RECORDS.next_name(month), **tables)
                RECORDS.complete(cursor, month)
                RECORDS.attach(cursor, month)
                continue
            if rows_changed:
                anew = month in rebuilt
                corrected = _rebuild(cursor, span, tables) if anew else script.run(cursor, "correct", span, **tables)
                if corrected != rows_changed:
                    raise Outdated
                changed += corrected
            if rows_new:
                added = script.run(cursor, "add_to", span, records=RECORDS.name(month), **tables)
                if added != rows_new:
                    raise Outdated
                new += added
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        rollups.follow(cursor, noted, whole=whole)
        return Written(new=new, changed=changed)

    def undo(self, cursor: CursorWrapper, batch: Batch) -> Written:
        touched = rollups.open_touched(cursor)
        script = load("sales", "import")
        tables = {"checked": _bare(batch.checked)}
        cursor.execute(script.statement("months", **tables))
        months = cursor.fetchall()
        for month, _new, _changed in months:
            script.run(cursor, "touch", self._span(batch, month), touched=touched, **tables)
        noted = rollups.note_before(cursor)
        new = changed = kept = 0
        for month, rows_new, rows_changed in months:
            span = self._span(batch, month)
            taken, restored = script.run(cursor, "take", span, **tables), script.run(cursor, "restore", span, **tables)
            new, changed = new + taken, changed + restored
            kept += rows_new + rows_changed - taken - restored
        rollups.follow(cursor, noted)
        return Written(new=new, changed=changed, kept=kept)

    def _span(self, batch: Batch, month: dt.date) -> dict[str, Any]:
        """What the statements ask of a month."""
        return {"run": batch.run.pk, "by_month": self.by_month, "month": month, "next_month": add_months(month, 1)}


@register
class SalesImporter(RecordImporter):
    key = "sales"
    label = _("Sales by day")
    description = _("Order lines: dealer, day, product, quantity and amount.")
    order = 50
    icon = "shopping-cart"
    by_month = False
    fields = (
        common.dealer(required=True),
        Field(
            "on", _("day"), FieldType.DATE, required=True, example="2026-03-31",
            aliases=("date", "order date", "invoice date", "sales date", "posting date", "日期", "订单日期", "销售日期", "开票日期",
                     "日付", "受注日", "売上日", "伝票日付", "날짜", "주문일", "판매일", "매출일"),
        ),
        common.product(default=0, stored="coalesce({value}, 0)"),
        common.kind(),
        Field("quantity", _("quantity"), FieldType.DECIMAL, digits=3, required=True, example="12", aliases=("qty", "order quantity", "units", "数量", "销量", "销售数量", "売上数量", "個数", "수량", "판매 수량")),
        Field("amount", _("amount"), FieldType.DECIMAL, digits=4, required=True, example="1180.50", aliases=("sales amount", "net amount", "value", "revenue", "sales", "金额", "销售额", "销售金额", "不含税金额", "金額", "売上", "売上高", "売上金額", "税抜金額", "금액", "매출", "매출액", "공급가액")),
        Field("reference", _("order and line"), FieldType.CODE, clean="coalesce({raw}, '')", example="SO-1001/1", aliases=("order", "order number", "order line", "document", "document number", "reference", "订单号", "单号", "订单行", "受注番号", "伝票番号", "주문 번호", "전표 번호")),
        SOLD_BY,
        common.CURRENCY,
    )  # fmt: skip


@register
class MonthlySalesImporter(RecordImporter):
    key = "sales_months"
    label = _("Sales by month")
    description = _("Sums of whole months: dealer, month, quantity and amount, with or without a product.")
    order = 51
    icon = "calendar-stats"
    by_month = True
    fields = (
        common.dealer(required=True),
        Field(
            "on", _("month"), FieldType.MONTH, required=True, example="2026-03",
            aliases=("period", "year month", "月份", "年月", "月度", "期间", "月", "対象月", "월", "연월", "기간"),
        ),
        common.product(default=0, stored="coalesce({value}, 0)"),
        common.kind(),
        Field("quantity", _("quantity"), FieldType.DECIMAL, digits=3, required=True, example="480", aliases=("qty", "units", "volume", "数量", "销量", "销售数量", "売上数量", "수량", "판매 수량")),
        Field("amount", _("amount"), FieldType.DECIMAL, digits=4, required=True, example="61500", aliases=("sales amount", "net amount", "value", "revenue", "sales", "金额", "销售额", "销售金额", "金額", "売上", "売上高", "금액", "매출", "매출액")),
        Field("reference", _("reference"), FieldType.CODE, clean="coalesce({raw}, '')", aliases=("document", "单号", "伝票番号", "전표 번호")),
        SOLD_BY,
        common.CURRENCY,
    )  # fmt: skip


def _span(batch: Batch) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that the file names, so that only their partitions are read; None without any.

    Where all days are plainly written their texts sort as they do; others were worked out before the check asks.
    """
    if known := batch.survey.days.get("on"):
        return _moved(*known, batch)
    statement = Statement(batch, frozenset(), None)
    day = next(cell for cell in statement.cells if cell.field.name == "on")
    texts = f'SELECT {day.raw()} AS "on" FROM {batch.staging} s'
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [staging.words_table(batch.run)])
        (has_words,) = cursor.fetchone()
        odd: list[dt.date] = []
        if has_words:
            cursor.execute(
                f"SELECT min(value::date), max(value::date) FROM {staging.words_table(batch.run)} WHERE field = 'on'"
            )
            odd = [value for value in cursor.fetchone() if value is not None]
        plain: list[dt.date | None] = []
        for readable in ("" if not odd else f" AND NOT ({day.odd()})", f" AND NOT ({day.odd()})"):
            cursor.execute(
                f'SELECT min(r."on" COLLATE "C"), max(r."on" COLLATE "C") FROM ({texts}) r '
                f"WHERE r.\"on\" LIKE '____-__%%'{readable}",
                [],
            )
            ends = [text for text in cursor.fetchone() if text is not None]
            plain = [_plain_day(text) for text in ends]
            if None not in plain:
                break
    days = [value for value in [*odd, *plain] if value is not None]
    return _moved(min(days), max(days), batch) if days else None


def _moved(first: dt.date, last: dt.date, batch: Batch) -> tuple[dt.date, dt.date]:
    shift = 12 * batch.mapping.add_years
    return add_months(first, shift), add_months(last, shift)


def _plain_day(text: str) -> dt.date | None:
    """`2026-03-31` or `2026-03`; None for a text that is no day."""
    try:
        return dt.date.fromisoformat(text[:10] if len(text) >= 10 else f"{text[:7]}-01")
    except ValueError:
        return None


def _bare(table: str) -> str:
    """A quoted name as crm.base.sql takes it."""
    return table.replace('"', "")


def _are_most(cursor: CursorWrapper, month: dt.date, rows: int) -> bool:
    """Whether so many rows are most of a month that has many."""
    if rows < MANY_CORRECTIONS:
        return False
    cursor.execute(f'SELECT count(*) FROM "{RECORDS.name(month)}"')
    return bool(rows * 2 > cursor.fetchone()[0])


def _rebuild(cursor: CursorWrapper, span: dict[str, Any], tables: dict[str, str]) -> int:
    """Write a month's table anew with its corrections; their number, less those that are no longer as checked."""
    script, month = load("sales", "import"), span["month"]
    there, records = RECORDS.name(month), RECORDS.next_name(month)
    cursor.execute(f'LOCK TABLE "{there}" IN SHARE ROW EXCLUSIVE MODE')
    with figures.whole_tables(cursor):
        script.run(cursor, "rebuild", span, records=records, there=there, **tables)
    cursor.execute(script.statement("count_rebuilt", records=records), span)
    corrected: int = cursor.fetchone()[0]
    RECORDS.complete(cursor, month)
    cursor.execute(f'DROP TABLE "{RECORDS.take_out(cursor, month)}"')
    RECORDS.attach(cursor, month)
    return corrected
