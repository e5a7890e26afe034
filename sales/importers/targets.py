"""Sales targets of dealers, territories or people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from crm.imports.batch import Batch
from crm.imports.importer import Field, FieldType, Importer, Lookup, RowCheck, TerritoryScope
from crm.imports.registry import register
from sales.importers import fields as common
from sales.models import SalesTarget

_WHOSE = ("dealer", "territory", "user")


@register
class TargetImporter(Importer):
    key = "targets"
    label = _("Sales targets")
    description = _("What dealers, territories or people should sell in a period; one of the three in a file.")
    order = 70
    icon = "target"
    model = SalesTarget
    keys = tuple((who, *kind, "period_start", "period_end") for who in _WHOSE for kind in (("kind",), ()))
    skips_repetitions = True
    fields = (
        common.dealer(),
        Field(
            "territory", _("sales territory"), FieldType.LOOKUP, example="CN-EAST-1",
            lookup=Lookup("accounts_territory", keys=("code", "name")),
            aliases=("territory", "territory code", "region", "销售区域", "区域", "片区", "販売地域", "エリア", "판매 지역", "영업 지역"),
        ),
        common.person(
            "user", _("staff number"),
            ("representative", "sales representative", "rep", "employee", "salesperson", "业务员", "员工编号", "営業担当",
             "担当者", "社員番号", "영업 담당자", "담당자", "사번"),
        ),
        common.kind(),
        Field("period_start", _("from"), FieldType.DATE, required=True, example="2026-01-01", aliases=("start", "start date", "period start", "开始日期", "起始日期", "開始日", "시작일")),
        Field(
            "period_end", _("last day"), FieldType.DATE, required=True, stored="({value} + 1)", example="2026-03-31",
            aliases=("end", "end date", "until", "to", "period end", "结束日期", "截止日期", "終了日", "종료일"),
        ),
        Field("amount", _("amount"), FieldType.DECIMAL, digits=4, minimum=0, aliases=("target", "target amount", "quota", "sales target", "目标", "目标金额", "销售目标", "目標", "目標金額", "売上目標", "목표", "목표 금액", "매출 목표")),
        Field("quantity", _("quantity"), FieldType.DECIMAL, digits=3, minimum=0, aliases=("target quantity", "target volume", "目标数量", "目标销量", "目標数量", "목표 수량")),
        common.CURRENCY,
    )  # fmt: skip
    checks = (
        common.OTHER_CURRENCY,
        RowCheck("PERIOD", "period_end", "v.period_end < v.period_start", _("The last day is before the first.")),
        RowCheck(
            "EMPTY", "amount",
            "v.amount IS NULL AND v.quantity IS NULL AND t.amount IS NULL AND t.quantity IS NULL",
            _("Write an amount, a quantity or both."),
        ),
    )  # fmt: skip
    scopes = (
        TerritoryScope("dealer", "l_dealer.territory_id"),
        TerritoryScope("territory", "l_territory.id"),
    )

    def target(self, batch: Batch) -> str:
        """Targets of another kind of sale are other targets, also where the file does not name the kind."""
        if "kind" in batch.key:
            return super().target(batch)
        return f"(SELECT * FROM \"{self.table}\" WHERE kind = 'SELL_IN')"
