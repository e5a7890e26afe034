"""Receivables and stock counts."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from accounts.rights import Right
from crm.imports.batch import Batch
from crm.imports.importer import Field, FieldType, Importer, RowCheck, TerritoryScope, Written
from crm.imports.registry import register
from crm.imports.statement import territories
from sales import figures
from sales.choices import ReceivableKind
from sales.importers import fields as common
from sales.models import ClosedReceivable, Receivable, StockCount


def follow_dealers(cursor: CursorWrapper, which: str, parameters: list[int] | None = None) -> None:
    """Bring the figures of the dealers that the SELECT `which` gives up to date."""
    figures.lock(cursor)
    figures.touch(cursor)
    cursor.execute(f"INSERT INTO sales_touched_dealers {which} ON CONFLICT DO NOTHING", parameters or [])
    figures.refresh_touched(cursor)


@register
class ReceivableImporter(Importer):
    key = "receivables"
    label = _("Receivables")
    description = _("Open items with their due dates. Marked as the complete list, what the file leaves out is closed.")
    order = 60
    icon = "receipt"
    model = Receivable
    keys = (("dealer", "number"),)
    rights = (Right.IMPORT, Right.VIEW_CREDIT)
    skips_repetitions = True
    fields = (
        common.dealer(required=True),
        Field(
            "number", _("number"), FieldType.CODE, required=True, example="INV-2041",
            aliases=("invoice", "invoice number", "document", "document number", "单据号", "发票号", "单号", "凭证号",
                     "請求書番号", "伝票番号", "청구서 번호", "전표 번호", "송장 번호"),
        ),
        Field(
            "kind", _("kind"), FieldType.CHOICE, choices=ReceivableKind,
            aliases=("type", "document type", "单据类型", "種別", "伝票種別", "유형", "전표 유형"),
            synonyms={
                "发票": "INVOICE", "请求书": "INVOICE", "請求書": "INVOICE", "청구서": "INVOICE", "票据": "BILL", "手形": "BILL",
                "어음": "BILL", "订单": "ORDER", "受注": "ORDER", "주문": "ORDER", "收款": "RECEIPT", "payment": "RECEIPT",
                "入金": "RECEIPT", "입금": "RECEIPT",
            },
        ),
        Field("issued_on", _("issued"), FieldType.DATE, required=True, aliases=("invoice date", "issue date", "document date", "开票日期", "单据日期", "発行日", "請求日", "발행일", "청구일")),
        Field("due_on", _("due"), FieldType.DATE, required=True, aliases=("due date", "到期日", "应付日期", "支払期日", "期日", "만기일", "지급 기일")),
        Field("amount", _("amount"), FieldType.DECIMAL, digits=4, required=True, aliases=("invoice amount", "total", "金额", "发票金额", "请款金额", "請求額", "金額", "금액", "청구 금액")),
        Field("open_amount", _("still open"), FieldType.DECIMAL, digits=4, required=True, aliases=("open amount", "balance", "outstanding", "未收金额", "余额", "欠款", "残高", "未回収額", "미수금", "잔액")),
        common.CURRENCY,
        Field("complete", _("complete list of all open items"), FieldType.BOOLEAN, column="", aliases=("complete list", "完整清单", "全件", "전체 목록")),
    )  # fmt: skip
    checks = (
        common.OTHER_CURRENCY,
        RowCheck("DUE_BEFORE", "due_on", "v.due_on < v.issued_on", _("It is due before it was issued.")),
        RowCheck(
            "RECEIPT_SIGN", "open_amount",
            "coalesce(v.kind, t.kind) = 'RECEIPT' AND (v.amount > 0 OR v.open_amount > 0)",
            _("A receipt not yet applied is written below zero."),
        ),
    )  # fmt: skip
    scopes = (TerritoryScope("dealer", "l_dealer.territory_id"),)

    def after_apply(self, cursor: CursorWrapper, batch: Batch) -> None:
        cursor.execute(f"SELECT bool_or(complete) FROM {batch.checked}")
        (complete,) = cursor.fetchone()
        if complete:
            self._close_others(cursor, batch)
        follow_dealers(
            cursor,
            f"SELECT dealer FROM {batch.checked} WHERE verdict IN ('N', 'C') UNION "
            "SELECT r.dealer_id FROM sales_closedreceivable x JOIN sales_receivable r ON r.id = x.receivable_id "
            "WHERE x.import_run = %s",
            [batch.run.pk],
        )

    def _close_others(self, cursor: CursorWrapper, batch: Batch) -> None:
        """Close what is open and not in the file, where the user may, and keep it for an undo."""
        allowed = territories(batch)
        cursor.execute(
            "INSERT INTO sales_closedreceivable (import_run, receivable_id, open_amount) "
            "SELECT %s, r.id, r.open_amount FROM sales_receivable r JOIN dealers_dealer d ON d.id = r.dealer_id "
            "WHERE r.open_amount <> 0 AND (%s::bigint[] IS NULL OR d.territory_id = ANY(%s::bigint[])) "
            f"AND NOT EXISTS (SELECT FROM {batch.checked} c WHERE c.dealer = r.dealer_id AND c.number = r.number)",
            [batch.run.pk, allowed, allowed],
        )
        cursor.execute(
            "UPDATE sales_receivable r SET open_amount = 0 FROM sales_closedreceivable x "
            "WHERE x.import_run = %s AND x.receivable_id = r.id",
            [batch.run.pk],
        )

    def undo(self, cursor: CursorWrapper, batch: Batch) -> Written:
        cursor.execute(
            "UPDATE sales_receivable r SET open_amount = x.open_amount FROM sales_closedreceivable x "
            "WHERE x.import_run = %s AND x.receivable_id = r.id AND r.open_amount = 0",
            [batch.run.pk],
        )
        figures.lock(cursor)
        figures.touch(cursor)
        cursor.execute(
            "INSERT INTO sales_touched_dealers SELECT r.dealer_id FROM sales_closedreceivable x "
            "JOIN sales_receivable r ON r.id = x.receivable_id WHERE x.import_run = %s ON CONFLICT DO NOTHING",
            [batch.run.pk],
        )
        ClosedReceivable.objects.filter(import_run=batch.run.pk).delete()
        return super().undo(cursor, batch)

    def after_undo(self, cursor: CursorWrapper, batch: Batch) -> None:
        follow_dealers(cursor, f"SELECT DISTINCT dealer FROM {batch.checked} WHERE undone")


@register
class StockCountImporter(Importer):
    key = "stock"
    label = _("Stock counts")
    description = _("What dealers have of each product at the end of a day.")
    order = 61
    icon = "building-warehouse"
    model = StockCount
    keys = (("dealer", "on", "product"),)
    skips_repetitions = True
    fields = (
        common.dealer(required=True),
        common.product(required=True),
        Field("on", _("day"), FieldType.DATE, required=True, aliases=("date", "count date", "stock date", "日期", "盘点日期", "库存日期", "日付", "棚卸日", "在庫日", "날짜", "재고일", "실사일")),
        Field("quantity", _("quantity"), FieldType.DECIMAL, digits=3, minimum=0, required=True, aliases=("stock", "on hand", "qty", "库存", "库存数量", "数量", "在庫", "在庫数", "재고", "재고 수량", "수량")),
        Field("aged_quantity", _("of it older than 90 days"), FieldType.DECIMAL, digits=3, minimum=0, aliases=("aged quantity", "over 90 days", "滞销库存", "90天以上", "90日超", "滞留在庫", "90일 초과", "장기 재고")),
        Field("oldest_batch_on", _("oldest batch"), FieldType.DATE, aliases=("batch date", "production date", "批次日期", "生产日期", "ロット日", "製造日", "생산일", "로트 일자")),
    )  # fmt: skip
    checks = (
        RowCheck(
            "AGED", "aged_quantity", "v.aged_quantity > coalesce(v.quantity, t.quantity)",
            _("More is older than 90 days than there is."),
        ),
    )  # fmt: skip
    scopes = (TerritoryScope("dealer", "l_dealer.territory_id"),)

    def after_apply(self, cursor: CursorWrapper, batch: Batch) -> None:
        follow_dealers(cursor, f"SELECT DISTINCT dealer FROM {batch.checked} WHERE verdict IN ('N', 'C')")

    def after_undo(self, cursor: CursorWrapper, batch: Batch) -> None:
        follow_dealers(cursor, f"SELECT DISTINCT dealer FROM {batch.checked} WHERE undone")
