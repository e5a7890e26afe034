"""Brands, units and products."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from crm.imports.importer import Field, FieldType, Importer, Lookup
from crm.imports.registry import register
from sales.models import Brand, Product, Unit


@register
class BrandImporter(Importer):
    key = "brands"
    label = _("Brands")
    description = _("Our own brands and those of others, by code.")
    order = 40
    icon = "award"
    model = Brand
    keys = (("code",),)
    skips_repetitions = True
    fields = (
        Field("code", _("code"), FieldType.CODE, required=True, example="HY", aliases=("brand code", "品牌编码", "品牌代码", "ブランドコード", "브랜드 코드")),
        Field("name", _("name"), required=True, example="Haiyue", aliases=("brand", "brand name", "品牌", "品牌名称", "ブランド", "ブランド名", "브랜드", "브랜드명")),
        Field("ours", _("our brand"), FieldType.BOOLEAN, aliases=("own brand", "自有品牌", "自社ブランド", "자사 브랜드")),
    )  # fmt: skip


@register
class UnitImporter(Importer):
    key = "units"
    label = _("Units")
    description = _("What quantities are counted in, by code.")
    order = 41
    icon = "calculator"
    model = Unit
    keys = (("code",),)
    skips_repetitions = True
    fields = (
        Field("code", _("code"), FieldType.CODE, required=True, example="PCS", aliases=("unit code", "单位编码", "単位コード", "단위 코드")),
        Field("name", _("name"), required=True, example=_("pieces"), aliases=("unit", "unit name", "单位", "单位名称", "単位", "단위")),
    )  # fmt: skip


@register
class ProductImporter(Importer):
    key = "products"
    label = _("Products")
    description = _("Codes, names, groups, units and prices of products.")
    order = 42
    icon = "package"
    model = Product
    keys = (("code",),)
    skips_repetitions = True
    fields = (
        Field(
            "code", _("code"), FieldType.CODE, required=True, example="HY-001",
            aliases=("product code", "item code", "item number", "sku", "material", "产品编码", "商品编码", "物料编码",
                     "货号", "商品コード", "品番", "製品コード", "제품 코드", "품목 코드", "상품 코드", "품번"),
        ),
        Field(
            "name", _("name"), required=True, example="Breeze 2.5 kW",
            aliases=("product", "product name", "item", "item name", "description", "产品名称", "商品名称", "品名",
                     "商品名", "製品名", "品目", "제품명", "품명", "상품명", "품목명"),
        ),
        Field("brand", _("brand"), FieldType.LOOKUP, lookup=Lookup("sales_brand", keys=("code", "name")), aliases=("brand code", "品牌", "ブランド", "브랜드")),
        Field("category", _("product group"), aliases=("category", "group", "product line", "产品类别", "品类", "大类", "商品分類", "カテゴリー", "カテゴリ", "제품군", "카테고리", "대분류")),
        Field("subcategory", _("product sub-group"), aliases=("subcategory", "sub-category", "小类", "子类", "小分類", "サブカテゴリー", "소분류", "하위 분류")),
        Field("unit", _("unit"), FieldType.LOOKUP, lookup=Lookup("sales_unit", keys=("code", "name")), aliases=("unit of measure", "uom", "单位", "単位", "단위")),
        Field("pack_size", _("units in a pack"), FieldType.DECIMAL, digits=3, aliases=("pack size", "case size", "包装数量", "装箱数", "入数", "入り数", "입수")),
        Field("list_price", _("list price"), FieldType.DECIMAL, digits=4, minimum=0, aliases=("price", "dealer price", "价格", "标价", "定価", "価格", "정가", "가격", "단가")),
        Field("unit_cost", _("cost of a unit"), FieldType.DECIMAL, digits=4, minimum=0, aliases=("unit cost", "standard cost", "cost", "成本", "单位成本", "标准成本", "原価", "標準原価", "단위 원가", "표준 원가", "원가")),
        Field("active", _("active"), FieldType.BOOLEAN, aliases=("on sale", "启用", "在售", "有効", "販売中", "사용", "판매 중")),
    )  # fmt: skip
