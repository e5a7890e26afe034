"""The sheets of the dealer file: dealers, and the people at them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.rights import Right
from crm.imports.batch import Batch
from crm.imports.importer import Field, FieldType, Importer, Lookup, RowCheck, TerritoryScope, Text
from crm.imports.registry import register
from dealers import completeness
from dealers.choices import Attitude, Channel, DealerKind, DealerStatus, DecisionRole, LeadSource, Positioning
from dealers.models import BrandShare, Contact, Dealer
from dealers.models.listing import DealerSearch
from dealers.models.spelling import DealerSpelling
from dealers.search import refresh_search_text

# Dealers whose texts are held in memory at a time.
_AT_ONCE = 5_000

_KIND_WORDS = {
    "代理": "AGENT", "代理商": "AGENT", "总代理": "AGENT", "總代理": "AGENT", "代理店": "AGENT", "총판": "AGENT",
    "加盟商": "FRANCHISEE", "加盟店": "FRANCHISEE", "franchise": "FRANCHISEE", "フランチャイズ": "FRANCHISEE",
    "가맹점": "FRANCHISEE", "分销商": "DISTRIBUTOR", "経销商": "DISTRIBUTOR", "经销商": "DISTRIBUTOR",
    "卸販売店": "DISTRIBUTOR", "유통업체": "DISTRIBUTOR", "批发商": "WHOLESALER", "卸売業者": "WHOLESALER",
    "卸": "WHOLESALER", "도매상": "WHOLESALER", "二批": "SECOND_WHOLESALER", "二批商": "SECOND_WHOLESALER",
    "二次卸": "SECOND_WHOLESALER", "2차도매상": "SECOND_WHOLESALER", "直营店": "DIRECT_STORE", "直営店": "DIRECT_STORE",
    "직영점": "DIRECT_STORE", "own store": "DIRECT_STORE", "零售店": "RETAILER", "小売店": "RETAILER",
    "소매점": "RETAILER", "retailer": "RETAILER", "shop": "RETAILER", "store": "RETAILER", "outlet": "RETAILER",
    "重点客户": "KEY_ACCOUNT", "主要取引先": "KEY_ACCOUNT", "핵심거래처": "KEY_ACCOUNT", "ka": "KEY_ACCOUNT",
    "reseller": "DISTRIBUTOR", "二级批发商": "SECOND_WHOLESALER",
}  # fmt: skip
_COUNTRIES = {
    "China": "CN", "中国": "CN", "中國": "CN", "중국": "CN", "PRC": "CN", "CHN": "CN",
    "Japan": "JP", "日本": "JP", "일본": "JP", "JPN": "JP",
    "Korea": "KR", "South Korea": "KR", "Republic of Korea": "KR", "韩国": "KR", "韓国": "KR", "한국": "KR",
    "대한민국": "KR", "KOR": "KR", "Taiwan": "TW", "台湾": "TW", "台灣": "TW", "Hong Kong": "HK", "香港": "HK",
    "United States": "US", "United States of America": "US", "USA": "US", "美国": "US", "アメリカ": "US", "미국": "US",
    "United Kingdom": "GB", "Great Britain": "GB", "UK": "GB", "英国": "GB", "イギリス": "GB", "영국": "GB",
    "Germany": "DE", "Deutschland": "DE", "德国": "DE", "ドイツ": "DE", "독일": "DE",
    "France": "FR", "法国": "FR", "フランス": "FR", "프랑스": "FR",
    "Canada": "CA", "加拿大": "CA", "カナダ": "CA", "캐나다": "CA",
    "Australia": "AU", "澳大利亚": "AU", "オーストラリア": "AU", "호주": "AU",
}  # fmt: skip


@register
class DealerImporter(Importer):
    key = "dealers"
    label = _("Dealers")
    description = _("Names, kinds, territories, addresses and coordinates of dealers, by their code.")
    order = 20
    icon = "building-store"
    model = Dealer
    keys = (("code",),)
    rights = (Right.IMPORT,)
    skips_repetitions = True
    derived = (DealerSearch._meta.db_table, DealerSpelling._meta.db_table)
    fields = (
        Field(
            "code", _("code"), FieldType.CODE, required=True, example="D-1001",
            aliases=("dealer code", "customer code", "customer number", "account", "account number", "dealer id",
                     "客户编码", "客户代码", "客户编号", "经销商编码", "经销商代码", "经销商编号", "编码", "代码",
                     "コード", "取引先コード", "特約店コード", "店舗コード", "得意先コード",
                     "코드", "거래처 코드", "거래처코드", "대리점 코드", "고객 코드"),
        ),
        Field(
            "name", _("name"), required=True, example=_("Sunrise Trading"),
            aliases=("dealer name", "dealer", "customer", "customer name", "company", "company name", "store name",
                     "名称", "客户名称", "客户", "经销商名称", "经销商", "公司名称", "店名",
                     "名前", "店舗名", "特約店名", "取引先名", "得意先名", "会社名",
                     "이름", "상호", "거래처명", "거래처", "대리점명", "대리점", "업체명"),
        ),
        Field("name_romanised", _("name in Latin letters"), aliases=("english name", "romanised name", "英文名称", "英語名", "영문명")),
        Field("name_kana", _("name in kana"), aliases=("kana", "カナ", "フリガナ", "ふりがな", "かな")),
        Field(
            "kind", _("kind"), FieldType.CHOICE, required=True, choices=DealerKind, synonyms=_KIND_WORDS,
            example=_("franchisee"),
            aliases=("type", "dealer type", "business type", "customer type", "channel", "类型", "客户类型",
                     "经销商类型", "渠道类型", "種別", "業態", "区分", "유형", "구분", "거래처 유형"),
        ),
        Field("status", _("status"), FieldType.CHOICE, choices=DealerStatus, aliases=("状态", "客户状态", "状態", "ステータス", "상태")),
        Field(
            "territory", _("sales territory"), FieldType.LOOKUP, required=True, example="CN-EAST-1",
            lookup=Lookup("accounts_territory", keys=("code", "name"), where="active"),
            aliases=("territory", "territory code", "sales region", "patch", "销售区域", "区域", "片区", "大区",
                     "販売地域", "担当エリア", "エリア", "テリトリー", "판매 지역", "담당 지역", "영업 지역"),
        ),
        Field(
            "parent", _("supplied by"), FieldType.LOOKUP, lookup=Lookup("dealers_dealer", same_file=True),
            aliases=("parent", "parent dealer", "parent code", "supplier code", "上级", "上级经销商", "上级客户编码",
                     "供货商", "親取引先", "仕入先", "仕入先コード", "상위 대리점", "상위 거래처", "공급처"),
        ),
        Field(
            "country", _("country"), FieldType.CODE, required=True, max_length=2, synonyms=_COUNTRIES, example="CN",
            aliases=("country code", "country region", "国家", "国家代码", "国", "国コード", "국가", "국가 코드"),
        ),
        Field(
            "region", _("state or province"),
            aliases=("state", "province", "prefecture", "state name", "province name", "省", "省份", "省市",
                     "都道府県", "県", "시도", "도", "시/도"),
        ),
        Field("city", _("city"), example=_("Suzhou"), aliases=("town", "城市", "市", "市区町村", "市町村", "도시", "시군구", "시/군/구")),
        Field(
            "address", _("address"),
            aliases=("street", "address line 1", "address1", "street address", "地址", "详细地址", "街道",
                     "住所", "番地", "所在地", "주소", "도로명주소", "상세 주소"),
        ),
        Field(
            "postal_code", _("postal code"), FieldType.CODE,
            aliases=("zip", "zip code", "postcode", "邮编", "邮政编码", "郵便番号", "우편번호"),
        ),
        Field("latitude", _("latitude"), FieldType.LATITUDE, aliases=("lat", "纬度", "緯度", "위도")),
        Field("longitude", _("longitude"), FieldType.LONGITUDE, aliases=("lng", "lon", "long", "经度", "経度", "경도")),
        Field(
            "phone", _("phone"), FieldType.PHONE, example="+86 512 5555 0101",
            aliases=("telephone", "tel", "phone number", "mobile", "电话", "联系电话", "电话号码", "手机",
                     "電話", "電話番号", "전화", "전화번호", "연락처"),
        ),
        Field("email", _("e-mail"), FieldType.EMAIL, aliases=("mail", "email address", "邮箱", "电子邮箱", "メール", "メールアドレス", "이메일")),
        Field("website", _("website"), FieldType.URL, aliases=("url", "homepage", "site", "网站", "网址", "サイト", "ホームページ", "웹사이트", "홈페이지")),
        Field("opening_hours", _("opening hours"), aliases=("hours", "business hours", "营业时间", "営業時間", "영업시간")),
        Field(
            "founded_year", _("founded in"), FieldType.INTEGER, minimum=1000, maximum=2200,
            aliases=("year founded", "year opened", "founded", "成立年份", "创立年份", "設立年", "創業年", "설립 연도"),
        ),
        Field(
            "employees", _("employees"), FieldType.INTEGER, minimum=0, maximum=2_000_000,
            aliases=("number of employees", "staff", "headcount", "员工数", "员工人数", "従業員数", "직원 수", "종업원 수"),
        ),
        Field(
            "customer_since", _("dealer since"), FieldType.DATE,
            aliases=("customer since", "start date", "since", "合作日期", "建档日期", "开户日期", "取引開始日",
                     "契約日", "거래 시작일", "등록일"),
        ),
        Field("lead_source", _("came to us by"), FieldType.CHOICE, choices=LeadSource, aliases=("lead source", "来源", "客户来源", "紹介経路", "유입 경로")),
        Field("note", _("note"), max_length=5000, aliases=("remark", "remarks", "comment", "备注", "備考", "メモ", "비고", "메모")),
    )  # fmt: skip
    checks = (
        RowCheck(
            "IN_BIN", "code", "t.deleted_at IS NOT NULL",
            _("The dealer “%(value)s” lies in the bin. Bring it back first."),
        ),
        RowCheck(
            "NO_LATITUDE", "latitude",
            "coalesce(v.latitude, t.latitude) IS NULL AND coalesce(v.longitude, t.longitude) IS NOT NULL",
            _("A place needs both latitude and longitude."),
        ),
        RowCheck(
            "NO_LONGITUDE", "longitude",
            "coalesce(v.longitude, t.longitude) IS NULL AND coalesce(v.latitude, t.latitude) IS NOT NULL",
            _("A place needs both latitude and longitude."),
        ),
        RowCheck(
            "NO_COUNTRY", "country", "v.country !~ '^[A-Z]{2}$'",
            _("“%(value)s” is no country code; write it like CN, JP, KR or US."),
        ),
        RowCheck("OWN_PARENT", "parent", "v.parent = v.code", _("A dealer does not supply itself.")),
    )  # fmt: skip
    scopes = (
        TerritoryScope("territory", "l_territory.id"),
        TerritoryScope("code", "t.territory_id"),
    )

    def after_apply(self, cursor: CursorWrapper, batch: Batch) -> None:
        _refresh_dealers(cursor, f"SELECT target_id FROM {batch.checked} WHERE verdict IN ('N', 'C')", on=batch.on)

    def after_undo(self, cursor: CursorWrapper, batch: Batch) -> None:
        _refresh_dealers(cursor, f"SELECT target_id FROM {batch.checked} WHERE undone AND verdict = 'C'", on=batch.on)


@register
class ContactImporter(Importer):
    key = "contacts"
    label = _("Contact persons")
    description = _("People at the dealers, by the dealer's code and the person's number or name.")
    order = 30
    icon = "users"
    model = Contact
    keys = (("dealer", "external_code"), ("dealer", "name"))
    rights = (Right.IMPORT,)
    skips_repetitions = True
    fields = (
        Field(
            "dealer", _("dealer code"), FieldType.LOOKUP, required=True, example="D-1001",
            lookup=Lookup("dealers_dealer", where="deleted_at IS NULL", extra=("territory_id",)),
            aliases=("dealer", "customer code", "customer", "account", "code", "客户编码", "客户代码", "经销商编码",
                     "经销商代码", "取引先コード", "特約店コード", "거래처 코드", "거래처코드", "대리점 코드"),
        ),
        Field(
            "external_code", _("number in the ERP"), FieldType.CODE, example="C-1",
            aliases=("contact number", "contact id", "contact code", "person id", "联系人编号", "担当者コード",
                     "담당자 코드", "담당자 번호"),
        ),
        Field(
            "name", pgettext_lazy("of a person", "name"), example="Li Na",
            aliases=("contact", "contact name", "contact person", "full name", "person", "联系人", "姓名", "联系人姓名",
                     "担当者", "担当者名", "氏名", "담당자", "담당자명", "성명"),
        ),
        Field("name_kana", _("name in kana"), aliases=("kana", "フリガナ", "カナ", "ふりがな")),
        Field("position", _("position"), aliases=("title", "job title", "职位", "职务", "役職", "肩書", "직책", "직위")),
        Field(
            "role", _("role in decisions"), FieldType.CHOICE, choices=DecisionRole, example=_("buyer"),
            aliases=("role", "decision role", "角色", "决策角色", "役割", "意思決定上の役割", "역할", "의사결정 역할"),
            synonyms={
                "老板": "OWNER", "店主": "OWNER", "社長": "OWNER", "오너": "OWNER", "대표": "OWNER", "采购": "BUYER",
                "仕入": "BUYER", "구매": "BUYER", "财务": "FINANCE", "経理": "FINANCE", "재무": "FINANCE",
                "店长": "STORE_MANAGER", "店長": "STORE_MANAGER", "점장": "STORE_MANAGER", "销售": "SALES",
                "営業": "SALES", "영업": "SALES", "仓库": "WAREHOUSE", "倉庫": "WAREHOUSE", "창고": "WAREHOUSE",
                "purchasing agent": "BUYER", "purchasing manager": "BUYER", "owner/marketing assistant": "OWNER",
            },
        ),
        Field("influence", _("influence (1 to 5)"), FieldType.INTEGER, minimum=1, maximum=5, aliases=("influence", "影响力", "影響力", "영향력")),
        Field("attitude", _("attitude to us"), FieldType.CHOICE, choices=Attitude, aliases=("attitude", "态度", "態度", "태도")),
        Field("phone", _("phone"), FieldType.PHONE, aliases=("telephone", "tel", "电话", "電話", "電話番号", "전화", "전화번호")),
        Field("mobile", _("mobile"), FieldType.PHONE, aliases=("cell", "cell phone", "mobile phone", "手机", "手机号", "携帯", "携帯電話", "휴대폰", "휴대전화")),
        Field("email", _("e-mail"), FieldType.EMAIL, aliases=("mail", "email address", "邮箱", "メール", "メールアドレス", "이메일")),
        Field("messenger", _("WeChat, LINE, KakaoTalk"), aliases=("wechat", "line", "kakaotalk", "微信", "微信号", "ライン", "카카오톡")),
        Field("interests", _("interests"), FieldType.LIST, aliases=("hobbies", "兴趣", "爱好", "趣味", "관심사", "취미")),
        Field("preferred_channel", _("prefers"), FieldType.CHOICE, choices=Channel, aliases=("preferred channel", "首选联系方式", "希望連絡方法", "선호 연락 방법")),
        Field("preferred_every_days", _("wishes contact every (days)"), FieldType.INTEGER, minimum=1, maximum=1000, aliases=("contact every days", "联系频率", "連絡頻度", "연락 주기")),
        Field("preferred_time", _("best time"), aliases=("方便时间", "都合のよい時間", "편한 시간")),
        Field("active", _("still there"), FieldType.BOOLEAN, aliases=("active", "在职", "在籍", "재직")),
        Field("note", _("note"), aliases=("remark", "remarks", "备注", "備考", "비고")),
    )  # fmt: skip
    scopes = (TerritoryScope("dealer", "l_dealer.territory_id"),)

    def after_apply(self, cursor: CursorWrapper, batch: Batch) -> None:
        _refresh_dealers(
            cursor, f"SELECT DISTINCT dealer FROM {batch.checked} WHERE verdict IN ('N', 'C')", on=batch.on
        )

    def after_undo(self, cursor: CursorWrapper, batch: Batch) -> None:
        _refresh_dealers(cursor, f"SELECT DISTINCT dealer FROM {batch.checked} WHERE undone", on=batch.on)


# A cell like 35% loses its sign; 0.5% becomes 0.005, so that the number alone tells what is meant.
_PERCENT = (
    "CASE WHEN {raw} ~ '^[0-9]{1,3}([.,][0-9]{1,10})?[ ]*[%%％]$' THEN "
    "CASE WHEN replace(rtrim({raw}, ' %%％'), ',', '.')::numeric > 1 THEN rtrim({raw}, ' %%％') "
    "ELSE (replace(rtrim({raw}, ' %%％'), ',', '.')::numeric / 100)::text END ELSE {raw} END"
)
# Spreadsheets keep a cell that shows 35% as 0.35: up to 1 it is a share, above it a percentage.
_SHARE = "round(CASE WHEN {value} > 1 THEN {value} / 100 ELSE {value} END, 4)"


def _share(name: str, label: Text, aliases: tuple[str, ...], example: str) -> Field:
    return Field(
        name, label, FieldType.DECIMAL, digits=12, minimum=0, maximum=100, clean=_PERCENT, stored=_SHARE,
        aliases=aliases, example=example,
    )  # fmt: skip


@register
class PortfolioImporter(Importer):
    key = "portfolio"
    label = _("Brand portfolio")
    description = _("Which brands dealers carry on a day, with each brand's share of their sales and of their funds.")
    order = 32
    icon = "chart-pie"
    model = BrandShare
    keys = (("dealer", "on", "brand", "category"), ("dealer", "on", "brand"))
    rights = (Right.IMPORT,)
    skips_repetitions = True
    fields = (
        Field(
            "dealer", _("dealer code"), FieldType.LOOKUP, required=True, example="D-1001",
            lookup=Lookup("dealers_dealer", where="deleted_at IS NULL", extra=("territory_id",)),
            aliases=("dealer", "customer code", "customer", "account", "客户编码", "客户代码", "经销商编码",
                     "经销商代码", "取引先コード", "特約店コード", "거래처 코드", "거래처코드", "대리점 코드"),
        ),
        Field(
            "on", _("as of"), FieldType.DATE, required=True, example="2026-03-31",
            aliases=("date", "day", "period", "period end", "日期", "截止日期", "期间", "日付", "基準日", "期間", "날짜",
                     "기준일", "기간"),
        ),
        Field(
            "brand", _("brand"), required=True, example="Haiyue",
            aliases=("brand name", "品牌", "品牌名称", "ブランド", "ブランド名", "브랜드", "브랜드명"),
        ),
        Field("ours", _("our brand"), FieldType.BOOLEAN, aliases=("own brand", "自有品牌", "自社ブランド", "자사 브랜드")),
        Field(
            # It is part of the key, so that an empty cell has to mean something.
            "category", _("category"), clean="coalesce({raw}, '')",
            aliases=("product group", "product category", "品类", "产品类别", "カテゴリー", "商品分類", "카테고리", "제품군"),
        ),
        Field(
            "positioning", _("positioning"), FieldType.CHOICE, choices=Positioning,
            aliases=("position", "role of the brand", "定位", "品牌定位", "位置づけ", "포지셔닝"),
            synonyms={
                "main": "MAIN", "主推": "MAIN", "主推品牌": "MAIN", "主力": "MAIN", "주력": "MAIN", "secondary": "SECONDARY",
                "辅助": "SECONDARY", "次推": "SECONDARY", "準主力": "SECONDARY", "보조": "SECONDARY", "traffic": "TRAFFIC",
                "引流": "TRAFFIC", "走量": "TRAFFIC", "集客": "TRAFFIC", "미끼": "TRAFFIC",
            },
        ),
        _share("sales_share", _("share of the dealer's sales"), ("sales share", "share of sales", "销售占比", "销售份额", "売上構成比", "売上シェア", "매출 비중"), "35%"),
        _share("fund_share", _("share of the dealer's working capital"), ("fund share", "share of funds", "fund occupancy", "资金占用率", "资金占比", "資金構成比", "資金占有率", "자금 비중", "자금 점유율"), "40%"),
        Field(
            "planned_investment", _("planned investment"), FieldType.DECIMAL, minimum=0,
            aliases=("investment", "计划投入", "计划投资", "投資計画", "투자 계획"),
        ),
    )  # fmt: skip
    scopes = (TerritoryScope("dealer", "l_dealer.territory_id"),)
    messages: ClassVar[Mapping[str, Text]] = {
        "SALES_EXCEED": _("The shares of sales of this dealer on this day add up to %(value)s %%, more than 100 %%."),
        "FUNDS_EXCEED": _("The shares of funds of this dealer on this day add up to %(value)s %%, more than 100 %%."),
    }
    # Mending one brand may make the others of its day fit.
    shared_codes = frozenset(messages)

    def target(self, batch: Batch) -> str:
        """Without a column of categories the file is about brands that have none."""
        if "category" in batch.key:
            return super().target(batch)
        return f"(SELECT * FROM \"{self.table}\" WHERE category = '')"

    def extra_checks(self, batch: Batch) -> Iterable[tuple[str, Sequence[Any]]]:
        for field, code in (("sales_share", "SALES_EXCEED"), ("fund_share", "FUNDS_EXCEED")):
            yield (
                f"""
                SELECT c.row, '{field}', '{code}', trim_scale(d.total * 100)::text
                  FROM {batch.checked} c
                  JOIN (SELECT n.dealer, n."on",
                               sum(n.{field}) + coalesce((
                                   SELECT sum(t.{field}) FROM "{self.table}" t
                                    WHERE t.dealer_id = n.dealer AND t."on" = n."on" AND NOT EXISTS (
                                          SELECT FROM {batch.checked} o
                                           WHERE o.target_id = t.id AND o.verdict <> 'R')), 0) AS total
                          FROM {batch.checked} n
                         WHERE n.verdict <> 'R' AND NOT n.repeated
                         GROUP BY n.dealer, n."on") d
                    ON d.dealer = c.dealer AND d."on" = c."on" AND d.total > 1
                 WHERE c.verdict IN ('N', 'C')
                """,
                [],
            )

    def after_apply(self, cursor: CursorWrapper, batch: Batch) -> None:
        _refresh_completeness(
            cursor, f"SELECT DISTINCT dealer FROM {batch.checked} WHERE verdict IN ('N', 'C')", on=batch.on
        )

    def after_undo(self, cursor: CursorWrapper, batch: Batch) -> None:
        _refresh_completeness(cursor, f"SELECT DISTINCT dealer FROM {batch.checked} WHERE undone", on=batch.on)


def _refresh_dealers(cursor: CursorWrapper, which: str, *, on: dt.date) -> None:
    """Bring the search text and the completeness of the dealers that `which` selects up to date."""
    for part in _parts(cursor, which):
        refresh_search_text(part)
        completeness.refresh(on=on, dealer_ids=part)


def _refresh_completeness(cursor: CursorWrapper, which: str, *, on: dt.date) -> None:
    for part in _parts(cursor, which):
        completeness.refresh(on=on, dealer_ids=part)


def _parts(cursor: CursorWrapper, which: str) -> Iterable[list[int]]:
    cursor.execute(which)
    ids = [pk for (pk,) in cursor.fetchall() if pk is not None]
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
