"""Fields and checks that several sheets share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from crm.imports.importer import Field, FieldType, Lookup, RowCheck
from sales.choices import SalesKind

DEALER_WORDS = (
    "dealer", "customer", "customer code", "customer number", "account", "account number", "store", "store code",
    "客户编码", "客户代码", "客户编号", "经销商编码", "经销商代码", "经销商编号", "客户", "经销商",
    "取引先コード", "特約店コード", "店舗コード", "得意先コード", "取引先", "특약점 코드", "거래처 코드", "거래처코드",
    "대리점 코드", "거래처", "대리점",
)  # fmt: skip
PRODUCT_WORDS = (
    "product", "item", "item code", "item number", "sku", "material", "article", "产品编码", "产品代码", "商品编码",
    "物料编码", "货号", "产品", "商品コード", "品番", "製品コード", "商品", "제품 코드", "품목 코드", "상품 코드", "품번", "제품",
)  # fmt: skip
KIND_WORDS = {
    "primary": "SELL_IN", "sellin": "SELL_IN", "进货": "SELL_IN", "厂家出货": "SELL_IN", "仕入": "SELL_IN", "매입": "SELL_IN",
    "secondary": "SELL_THROUGH", "出货": "SELL_THROUGH", "经销商出货": "SELL_THROUGH", "卸販売": "SELL_THROUGH",
    "출고": "SELL_THROUGH", "tertiary": "SELL_OUT", "offtake": "SELL_OUT", "off-take": "SELL_OUT", "实销": "SELL_OUT",
    "终端销量": "SELL_OUT", "実売": "SELL_OUT", "실판매": "SELL_OUT",
}  # fmt: skip


def dealer(**options: object) -> Field:
    return Field(
        "dealer", _("dealer code"), FieldType.LOOKUP, example="D-1001", aliases=DEALER_WORDS,
        lookup=Lookup("dealers_dealer", where="deleted_at IS NULL", extra=("territory_id",)), **options,  # type: ignore[arg-type]
    )  # fmt: skip


def product(**options: object) -> Field:
    return Field(
        "product", _("product code"), FieldType.LOOKUP, example="HY-001", aliases=PRODUCT_WORDS,
        lookup=Lookup("sales_product"), **options,  # type: ignore[arg-type]
    )  # fmt: skip


def kind() -> Field:
    return Field(
        "kind", _("kind of sale"), FieldType.CHOICE, choices=SalesKind, synonyms=KIND_WORDS, default="SELL_IN",
        # It is part of the key, so that an empty cell has to mean something.
        clean="coalesce({raw}, 'SELL_IN')",
        aliases=("sales kind", "sales type", "level", "销售类型", "销售类别", "販売区分", "판매 구분"),
    )  # fmt: skip


def person(name: str, label: object, aliases: tuple[str, ...]) -> Field:
    return Field(
        name, label, FieldType.LOOKUP, lookup=Lookup("accounts_user", keys=("staff_code", "email")),  # type: ignore[arg-type]
        aliases=aliases, example="S-12",
    )  # fmt: skip


CURRENCY = Field(
    "currency", _("currency"), FieldType.CODE, column="", max_length=3, example="USD",
    aliases=("currency code", "币种", "货币", "通貨", "통화"),
)  # fmt: skip
OTHER_CURRENCY = RowCheck(
    "CURRENCY", "currency",
    "v.currency IS NOT NULL AND upper(v.currency) <> (SELECT c.currency FROM base_company c)",
    _("The amount is in %(value)s; only amounts in the company's currency can be loaded. Convert them first."),
)  # fmt: skip
